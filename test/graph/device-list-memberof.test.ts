import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, EVENTUAL, follow, idsOf, JSON_TYPE, NOBODY, ORIGIN } from './expect.ts';
import { HEAD_OFFICE, namesIn, openMemberships, PLACES } from './memberships.ts';

/** https://learn.microsoft.com/graph/api/device-list-memberof */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const agent = `devices/${DEV.buildAgent}`;
const ask = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', url, { as: 'member', headers });

for (const [version, address] of [
  ['v1.0', agent],
  ['beta', agent],
  ['v1.0', "devices(deviceId='2246fdc7-b5ee-4288-ad8e-6e9c7340fba0')"],
] as const) {
  test(`GET /${version}/${address}/memberOf: groups and administrative units, each with its type`, async () => {
    const reply = await ask(`/${version}/${address}/memberOf`);
    assert.equal(reply.headers.get('content-type'), JSON_TYPE);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/${version}/$metadata#directoryObjects`);
    assert.deepEqual(idsOf(reply).toSorted(), [PLACES.Hall, PLACES.Mail, HEAD_OFFICE].toSorted());
    const types = new Map<string, string>(
      reply.json.value.map((one: { id: string; '@odata.type': string }) => [one.id, one['@odata.type']]),
    );
    assert.equal(types.get(PLACES.Hall), '#microsoft.graph.group');
    assert.equal(types.get(HEAD_OFFICE), '#microsoft.graph.administrativeUnit');
    const { '@odata.context': _, ...hall } = (await ask(`/${version}/groups/${PLACES.Hall}`)).json;
    const found = reply.json.value.find(({ id }: { id: string }) => id === PLACES.Hall);
    assert.deepEqual(found, { '@odata.type': '#microsoft.graph.group', ...hall });
  });
}

test('only what it is a member of itself: Kiosks, not All Devices', async () => {
  assert.deepEqual(idsOf(await ask(`/v1.0/devices/${DEV.kiosk}/memberOf`)), [DEV.kiosks]);
});

test('in pages, with $select', async () => {
  const found: string[] = [];
  for (let url: string | undefined = `/v1.0/${agent}/memberOf?$top=2&$select=id,displayName`; url !== undefined; ) {
    const reply = await ask(url);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#directoryObjects(id,displayName)`);
    found.push(...namesIn(reply));
    const link: string | undefined = reply.json['@odata.nextLink'];
    url = link === undefined ? undefined : follow(link);
  }
  assert.deepEqual(found.toSorted(), ['Hall', 'Head Office', 'Mail']);
});

test('a cast to one type: its context, without @odata.type', async () => {
  const cast = `/v1.0/${agent}/memberOf/microsoft.graph.group?$count=true&$orderby=displayName&$select=displayName,id`;
  assert.deepEqual((await ask(cast, EVENTUAL)).json, {
    '@odata.context': `${ORIGIN}/v1.0/$metadata#groups(displayName,id)`,
    '@odata.count': 2,
    value: [
      { displayName: 'Hall', id: PLACES.Hall },
      { displayName: 'Mail', id: PLACES.Mail },
    ],
  });
  const units = await ask(`/v1.0/${agent}/memberOf/graph.administrativeUnit?$count=true`, EVENTUAL);
  assert.equal(units.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#administrativeUnits`);
  assert.deepEqual(idsOf(units), [HEAD_OFFICE]);
});

// biome-ignore format: a table is read by its columns
const QUERIES: readonly (readonly [query: string, names: readonly string[]])[] = [
  ["$filter=displayName eq 'hall'",                               ['Hall']],
  ["$filter=startsWith(displayName,'h')",                         ['Hall', 'Head Office']],
  ['$filter=securityEnabled eq true',                             ['Hall']],
  ["$filter=groupTypes/any(c:c eq 'Unified')",                    ['Mail']],
  ["$filter=isof('microsoft.graph.administrativeUnit')",          ['Head Office']],
  ['$search="displayName:office"',                                ['Head Office']],
  ['$search="displayName:hall" OR "displayName:mail"',            ['Hall', 'Mail']],
  ['$orderby=displayName desc',                                   ['Hall', 'Head Office', 'Mail']],
];

for (const [query, names] of QUERIES) {
  test(`memberOf?${query}, in advanced query mode`, async () => {
    const reply = await ask(`/v1.0/${agent}/memberOf?$count=true&${query}`, EVENTUAL);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(namesIn(reply), names);
    assert.equal(reply.json['@odata.count'], names.length);
  });
}

test('memberOf/$count', async () => {
  assert.equal((await ask(`/v1.0/${agent}/memberOf/$count`, EVENTUAL)).text, '3');
  assert.equal((await ask(`/v1.0/${agent}/memberOf/microsoft.graph.group/$count`, EVENTUAL)).text, '2');
});

test('memberOf/{id}: the group, if the device is in it', async () => {
  const reply = await ask(`/v1.0/${agent}/memberOf/${PLACES.Hall}?$select=displayName`);
  assert.deepEqual(reply.json, {
    '@odata.context': `${ORIGIN}/v1.0/$metadata#directoryObjects(displayName)/$entity`,
    '@odata.type': '#microsoft.graph.group',
    displayName: 'Hall',
  });
  assertNotFound(await ask(`/v1.0/${agent}/memberOf/${PLACES.Site}`), PLACES.Site);
});

test('no device, no groups, and nothing to write', async () => {
  assertNotFound(await ask(`/v1.0/devices/${NOBODY}/memberOf`), NOBODY);
  const post = await desk.ask('POST', `/v1.0/${agent}/memberOf/$ref`, { as: 'global.admin', body: {} });
  assertRefused(post, 405, 'Request_BadRequest');
  const contained = await desk.ask('POST', `/v1.0/${agent}/memberOf`, { as: 'global.admin', body: {} });
  assertRefused(contained, 400, 'BadRequest', 'Write requests are only supported on contained entities');
});

test('who may: whoever reads devices; the groups that they may not read have a type and an id', async () => {
  assertRefused(await desk.ask('GET', `/v1.0/${agent}/memberOf`, { as: 'guest' }), 403, 'Authorization_RequestDenied');
  const token = await desk.tokenOf('member', { scope: 'Device.Read.All' });
  const reply = await desk.ask('GET', `/v1.0/${agent}/memberOf?$select=id,displayName`, { token });
  assert.deepEqual(
    reply.json.value.map((one: object) => Object.keys(one)),
    Array.from({ length: 3 }, () => ['@odata.type', 'id']),
  );
});

test('what may not be read can not be found out by asking for it', async () => {
  const token = await desk.tokenOf('member', { scope: 'Device.Read.All' });
  for (const query of ["$filter=displayName eq 'Hall'", '$search="displayName:hall"', "$filter=displayName ge 'A'"]) {
    const list = `/v1.0/${agent}/memberOf?$count=true&${query}`;
    const reply = await desk.ask('GET', list, { token, headers: EVENTUAL });
    assert.deepEqual([reply.status, reply.json['@odata.count'], reply.json.value], [200, 0, []], query);
    const count = await desk.ask('GET', `/v1.0/${agent}/memberOf/$count?${query}`, { token, headers: EVENTUAL });
    assert.equal(count.text, '0', query);
  }
  // To this caller they have no name: none of them is called so.
  for (const query of ["$filter=displayName ne 'Hall'", '$filter=displayName eq null']) {
    const reply = await desk.ask('GET', `/v1.0/${agent}/memberOf/$count?${query}`, { token, headers: EVENTUAL });
    assert.equal(reply.text, '3', query);
  }
  // Nor are they in the order of their names, and no skip token says them.
  const url = `/v1.0/${agent}/memberOf?$count=true&$orderby=displayName&$top=2`;
  const sorted = await desk.ask('GET', url, { token, headers: EVENTUAL });
  assert.deepEqual([sorted.json['@odata.count'], idsOf(sorted)], [3, [HEAD_OFFICE, PLACES.Hall]]);
  const skip = sorted.json['@odata.nextLink'].split('$skiptoken=')[1];
  assert.doesNotMatch(Buffer.from(skip, 'base64url').toString('latin1'), /hall|office/i);
});
