import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, EVENTUAL, follow, idsOf, NOBODY, ORIGIN } from './expect.ts';
import { ALL_DEVICES, DAEMON_PRINCIPAL, HEAD_OFFICE, openMemberships, PLACES } from './memberships.ts';

/** https://learn.microsoft.com/graph/api/group-list-transitivemembers, https://learn.microsoft.com/graph/api/group-list-members */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', `/v1.0/${url}`, { as: 'member', headers });

const IN_HALL = [DEV.buildAgent, DEV.member, DAEMON_PRINCIPAL];

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [group: string, relation: string, ids: readonly string[]])[] = [
  [ALL_DEVICES,      'members',           [DEV.kiosks]],
  [ALL_DEVICES,      'transitiveMembers', [DEV.kiosks, DEV.kiosk]],
  [PLACES.Site,      'members',           [PLACES.North, PLACES.South]],
  [PLACES.Site,      'transitiveMembers', [PLACES.North, PLACES.South, PLACES.Hall, ...IN_HALL]],
  [PLACES['Loop 1'], 'members',           [PLACES['Loop 2']]],
  [PLACES['Loop 1'], 'transitiveMembers', [PLACES['Loop 2'], PLACES.Hall, ...IN_HALL]],
  [PLACES.Hall,      'transitiveMembers', IN_HALL],
];

for (const [group, relation, ids] of ROWS) {
  test(`GET /groups/${group}/${relation}: each once, with its type`, async () => {
    const reply = await ask(`groups/${group}/${relation}?$select=id`);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#directoryObjects(id)`);
    assert.deepEqual(idsOf(reply).toSorted(), ids.toSorted());
    for (const one of reply.json.value) assert.match(one['@odata.type'], /^#microsoft\.graph\.\w+$/);
    assert.equal((await ask(`groups/${group}/${relation}/$count`, EVENTUAL)).text, String(ids.length));
  });
}

const site = `groups/${PLACES.Site}/transitiveMembers`;

// biome-ignore format: a table is read by its columns
const QUERIES: readonly (readonly [path: string, context: string, ids: readonly string[]])[] = [
  [`${site}/microsoft.graph.device?$count=true`,                                  'devices(id)',           [DEV.buildAgent]],
  [`${site}/microsoft.graph.user?$count=true`,                                    'users(id)',             [DEV.member]],
  [`${site}/graph.servicePrincipal?$count=true`,                                  'servicePrincipals(id)', [DAEMON_PRINCIPAL]],
  [`${site}/microsoft.graph.group?$count=true&$search="displayName:hall"`,        'groups(id)',            [PLACES.Hall]],
  [`${site}/microsoft.graph.device?$count=true&$filter=operatingSystem eq 'Linux'`, 'devices(id)',         [DEV.buildAgent]],
  [`${site}?$count=true&$filter=startsWith(displayName,'m')`,                     'directoryObjects(id)',  [DEV.member]],
  [`${site}?$count=true&$filter=isof('microsoft.graph.device')`,                  'directoryObjects(id)',  [DEV.buildAgent]],
  [`${site}?$count=true&$search="displayName:south" OR "displayName:build"`,      'directoryObjects(id)',  [PLACES.South, DEV.buildAgent]],
  [`groups/${ALL_DEVICES}/members/microsoft.graph.device?$count=true`,            'devices(id)',           []],
];

for (const [path, context, ids] of QUERIES) {
  test(`GET /${path}`, async () => {
    const reply = await ask(`${path}&$select=id`, EVENTUAL);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#${context}`);
    assert.deepEqual(idsOf(reply).toSorted(), ids.toSorted());
    assert.equal(reply.json['@odata.count'], ids.length);
  });
}

test('sorted by a property that all types have, in pages', async () => {
  const found: string[] = [];
  const names: string[] = [];
  for (
    let next: string | undefined = `${site}?$count=true&$orderby=displayName&$select=id,displayName&$top=2`;
    next;
  ) {
    const reply = await ask(next, EVENTUAL);
    found.push(...idsOf(reply));
    names.push(...reply.json.value.map(({ displayName }: { displayName: string }) => displayName));
    const link: string | undefined = reply.json['@odata.nextLink'];
    next = link === undefined ? undefined : follow(link).slice('/v1.0/'.length);
  }
  assert.equal(new Set(found).size, 6);
  assert.deepEqual(names, ['build-agent-7', 'Hall', 'Inventory Daemon', 'Member', 'North', 'South']);
});

test('members of an administrative unit, and not theirs', async () => {
  const units = 'directory/administrativeUnits';
  assert.deepEqual(idsOf(await ask(`${units}/${PLACES.Europe}/members`)), [PLACES.Site]);
  const devices = await ask(`${units}/${HEAD_OFFICE}/members/microsoft.graph.device?$count=true&$select=id`, EVENTUAL);
  assert.deepEqual(idsOf(devices), [DEV.buildAgent]);
});

test('nothing there, nothing to write, and who may', async () => {
  assertNotFound(await ask(`groups/${NOBODY}/transitiveMembers`), NOBODY);
  const post = await desk.ask('POST', `/v1.0/${site}/$ref`, { as: 'global.admin', body: {} });
  assertRefused(post, 405, 'Request_BadRequest');
  const token = await desk.tokenOfApp(DEV.unconsented);
  assertRefused(await desk.ask('GET', `/v1.0/${site}`, { token }), 403, 'Authorization_RequestDenied');
});

test('what the caller may not read has a type and an id, and is found by nothing else', async () => {
  const token = await desk.tokenOf('member', { scope: 'Group.Read.All' });
  const reply = await desk.ask('GET', `/v1.0/${site}?$select=id,displayName`, { token });
  for (const one of reply.json.value) {
    const shown =
      one['@odata.type'] === '#microsoft.graph.group' ? ['@odata.type', 'id', 'displayName'] : ['@odata.type', 'id'];
    assert.deepEqual(Object.keys(one), shown);
  }
  for (const query of ["$filter=startsWith(displayName,'m')", '$search="displayName:member"']) {
    const asked = await desk.ask('GET', `/v1.0/${site}?$count=true&${query}`, { token, headers: EVENTUAL });
    assert.deepEqual([asked.status, asked.json.value], [200, []], asked.text);
  }
  const cast = `/v1.0/${site}/microsoft.graph.user?$count=true`;
  const users = await desk.ask('GET', cast, { token, headers: EVENTUAL });
  assert.deepEqual(users.json.value, [{ '@odata.type': '#microsoft.graph.user', id: DEV.member }]);
});
