import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, EVENTUAL, follow, GRAPH_URL, idsOf, NOBODY, ORIGIN } from './expect.ts';
import {
  ALL_DEVICES,
  DAEMON_PRINCIPAL,
  ENGINEERING,
  HEAD_OFFICE,
  namesIn,
  openMemberships,
  PLACES,
} from './memberships.ts';

/** https://learn.microsoft.com/graph/api/device-list-transitivememberof, and of users, groups and service principals */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', `/v1.0/${url}`, { as: 'member', headers });

const HALL = ['Europe', 'Loop 1', 'Loop 2', 'North', 'Site', 'South'];
const HALL_TOO = ['Europe', 'Hall', 'Loop 1', 'Loop 2', 'Mail', 'North', 'Site', 'South'];

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [address: string, names: readonly string[]])[] = [
  [`devices/${DEV.kiosk}`,                ['All Devices', 'Kiosks']],
  // A diamond: Site once, though two ways lead there. A circle: it ends. Units stand above the groups in them.
  [`devices/${DEV.buildAgent}`,           [...HALL_TOO, 'Head Office'].toSorted()],
  ['users/member@contoso.example',        HALL_TOO],
  [`servicePrincipals/${DAEMON_PRINCIPAL}`, HALL_TOO.filter((name) => name !== 'Mail' && name !== 'Europe')],
  [`groups/${PLACES.Hall}`,               HALL],
  // Groups in a circle are no members of themselves.
  [`groups/${PLACES['Loop 1']}`,          ['Loop 2']],
  [`groups/${PLACES.Site}`,               ['Europe']],
  [`users/${DEV.registrar}`,              []],
];

for (const [address, names] of ROWS) {
  test(`GET /${address}/transitiveMemberOf`, async () => {
    const reply = await ask(`${address}/transitiveMemberOf?$select=displayName`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#directoryObjects(displayName)`);
    assert.deepEqual(namesIn(reply), names);
    assert.equal((await ask(`${address}/transitiveMemberOf/$count`, EVENTUAL)).text, String(names.length));
  });
}

const agent = `devices/${DEV.buildAgent}/transitiveMemberOf`;

// biome-ignore format: a table is read by its columns
const QUERIES: readonly (readonly [path: string, names: readonly string[]])[] = [
  [`${agent}?$count=true&$filter=displayName eq 'site'`,                              ['Site']],
  [`${agent}?$count=true&$filter=startsWith(displayName,'loop')`,                     ['Loop 1', 'Loop 2']],
  [`${agent}?$count=true&$search="displayName:loop" OR "displayName:north"`,          ['Loop 1', 'Loop 2', 'North']],
  [`${agent}/microsoft.graph.group?$count=true&$filter=securityEnabled eq false`,     ['Mail']],
  [`${agent}/microsoft.graph.administrativeUnit?$count=true`,                         ['Europe', 'Head Office']],
  [`${agent}/graph.group?$count=true&$search="displayName:office"`,                   []],
  [`devices/${DEV.kiosk}/transitiveMemberOf/microsoft.graph.group?$count=true&$orderby=displayName`, ['All Devices', 'Kiosks']],
];

for (const [path, names] of QUERIES) {
  test(`GET /${path}`, async () => {
    const reply = await ask(`${path}&$select=displayName`, EVENTUAL);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(namesIn(reply), names);
    assert.equal(reply.json['@odata.count'], names.length);
  });
}

test('in order, and in pages of one', async () => {
  const url = `${agent}/microsoft.graph.group?$count=true&$orderby=displayName desc&$top=1&$select=displayName`;
  const found: string[] = [];
  for (let next: string | undefined = url; next !== undefined; ) {
    const reply = await ask(next, EVENTUAL);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#groups(displayName)`);
    found.push(...namesIn(reply));
    const link: string | undefined = reply.json['@odata.nextLink'];
    next = link === undefined ? undefined : follow(link).slice('/v1.0/'.length);
  }
  assert.deepEqual(found, ['South', 'Site', 'North', 'Mail', 'Loop 2', 'Loop 1', 'Hall']);
});

test('in pages without an order: each once', async () => {
  const whole = idsOf(await ask(`${agent}?$select=id`));
  const found: string[] = [];
  for (let next: string | undefined = `${agent}?$select=id&$top=3`; next !== undefined; ) {
    const reply = await ask(next);
    found.push(...idsOf(reply));
    const link: string | undefined = reply.json['@odata.nextLink'];
    next = link === undefined ? undefined : follow(link).slice('/v1.0/'.length);
  }
  assert.deepEqual(found, whole);
});

test('transitiveMemberOf/{id}', async () => {
  const address = `devices/${DEV.kiosk}/transitiveMemberOf`;
  assert.equal((await ask(`${address}/${ALL_DEVICES}`)).json.displayName, 'All Devices');
  assertNotFound(await ask(`${address}/${HEAD_OFFICE}`), HEAD_OFFICE);
  assertNotFound(await ask(`devices/${NOBODY}/transitiveMemberOf`), NOBODY);
});

test('what is linked, unlinked and deleted is seen at once, all the way up', async () => {
  const desk = await openMemberships();
  const names = async () => {
    const url = `/v1.0/devices/${DEV.kiosk}/transitiveMemberOf?$select=displayName`;
    return namesIn(await desk.ask('GET', url, { as: 'member' }));
  };
  const members = `/v1.0/groups/${ENGINEERING}/members`;
  const link = (path: string, id: string) =>
    desk.ask('POST', `${path}/$ref`, {
      as: 'global.admin',
      body: { '@odata.id': `${GRAPH_URL}/directoryObjects/${id}` },
    });
  assertDone(await link(`/v1.0/groups/${PLACES.South}/members`, ALL_DEVICES));
  assert.deepEqual(await names(), ['All Devices', 'Europe', 'Kiosks', 'Site', 'South']);
  assertDone(await link(members, DEV.kiosk));
  assert.deepEqual(await names(), ['All Devices', 'Engineering', 'Europe', 'Kiosks', 'Site', 'South']);
  assertDone(await desk.ask('DELETE', `${members}/${DEV.kiosk}/$ref`, { as: 'global.admin' }));
  assertDone(await desk.ask('DELETE', `/v1.0/groups/${ALL_DEVICES}`, { as: 'global.admin' }));
  assert.deepEqual(await names(), ['Kiosks']);
  await desk.close();
});
