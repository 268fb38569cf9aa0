import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, EVENTUAL, idsOf, ORIGIN } from './expect.ts';
import { DAEMON_PRINCIPAL, namesIn, openMemberships, PLACES } from './memberships.ts';

/**
 * https://learn.microsoft.com/graph/api/user-list-memberof, https://learn.microsoft.com/graph/api/group-list-memberof,
 * https://learn.microsoft.com/graph/api/serviceprincipal-list-memberof
 */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', `/v1.0/${url}`, { as: 'member', headers });

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [address: string, names: readonly string[]])[] = [
  [`users/${DEV.member}`,                                        ['Hall', 'Mail']],
  ['users/member@contoso.example',                               ['Hall', 'Mail']],
  ["users(userPrincipalName='member@contoso.example')",          ['Hall', 'Mail']],
  [`directoryObjects/${DEV.member}/microsoft.graph.user`,        ['Hall', 'Mail']],
  [`users/${DEV.registrar}`,                                     []],
  [`groups/${PLACES.Hall}`,                                      ['Loop 2', 'North', 'South']],
  [`groups/${PLACES.Site}`,                                      ['Europe']],
  [`servicePrincipals/${DAEMON_PRINCIPAL}`,                      ['Hall']],
  [`servicePrincipals(appId='${DEV.daemon}')`,                   ['Hall']],
];

for (const [address, names] of ROWS) {
  test(`GET /${address}/memberOf`, async () => {
    const reply = await ask(`${address}/memberOf`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#directoryObjects`);
    assert.deepEqual(namesIn(reply), names);
    for (const one of reply.json.value) assert.ok(one['@odata.type'].startsWith('#microsoft.graph.'));
  });
}

test('cast, filtered, counted', async () => {
  const cast = `users/${DEV.member}/memberOf/microsoft.graph.group`;
  const security = await ask(`${cast}?$count=true&$filter=securityEnabled eq true&$select=id,displayName`, EVENTUAL);
  assert.deepEqual(security.json, {
    '@odata.context': `${ORIGIN}/v1.0/$metadata#groups(id,displayName)`,
    '@odata.count': 1,
    value: [{ id: PLACES.Hall, displayName: 'Hall' }],
  });
  assert.equal((await ask(`users/${DEV.member}/memberOf/$count`, EVENTUAL)).text, '2');
});

test('nobody', async () => {
  assertNotFound(await ask('users/nobody@contoso.example/memberOf'), 'nobody@contoso.example');
});

test('who may: others with more than User.Read; oneself', async () => {
  const token = await desk.tokenOf('member', { scope: 'User.Read' });
  const other = await desk.ask('GET', `/v1.0/users/${DEV.registrar}/memberOf`, { token });
  assertRefused(other, 403, 'Authorization_RequestDenied');
  const own = await desk.ask('GET', `/v1.0/users/${DEV.member}/memberOf?$select=id,displayName`, { token });
  assert.deepEqual(idsOf(own).toSorted(), [PLACES.Hall, PLACES.Mail].toSorted());
  for (const one of own.json.value) assert.deepEqual(Object.keys(one), ['@odata.type', 'id']);
});

test('ownedObjects: devices and groups', async () => {
  const reply = await ask(`users/${DEV.member}/ownedObjects?$select=id`);
  assert.deepEqual(reply.json.value, [{ '@odata.type': '#microsoft.graph.device', id: DEV.kiosk }]);
  const devices = await ask(`users/${DEV.member}/ownedObjects/microsoft.graph.device?$count=true&$select=id`, EVENTUAL);
  assert.deepEqual(devices.json.value, [{ id: DEV.kiosk }]);
});
