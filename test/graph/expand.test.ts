import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import {
  assertDone,
  assertRefused,
  EVENTUAL,
  follow,
  GRAPH_URL,
  idsOf,
  makeDevice,
  makeUser,
  ORIGIN,
} from './expect.ts';
import { DAEMON_PRINCIPAL, HEAD_OFFICE, openMemberships, PLACES } from './memberships.ts';

/** https://learn.microsoft.com/graph/query-parameters#expand */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', url, { as: 'member', headers });
const USER = '#microsoft.graph.user';

for (const version of ['v1.0', 'beta']) {
  for (const address of [`devices/${DEV.kiosk}`, `devices(deviceId='${DEV.kioskDeviceId}')`]) {
    test(`GET /${version}/${address}?$expand=registeredOwners: the device, and its owners behind it`, async () => {
      const { '@odata.context': _, ...device } = (await ask(`/${version}/${address}`)).json;
      const { '@odata.context': __, ...owner } = (await ask(`/${version}/users/${DEV.member}`)).json;
      const reply = await ask(`/${version}/${address}?$expand=registeredOwners`);
      assert.deepEqual(reply.json, {
        '@odata.context': `${ORIGIN}/${version}/$metadata#devices(registeredOwners())/$entity`,
        ...device,
        registeredOwners: [{ '@odata.type': USER, ...owner }],
      });
      assert.equal(Object.keys(reply.json).at(-1), 'registeredOwners');
    });
  }
}

const OWNERS = [{ '@odata.type': USER, userPrincipalName: 'member@contoso.example' }];

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [url: string, context: string, first: object])[] = [
  ['devices?$expand=registeredOwners($select=userPrincipalName)&$select=displayName', 'devices(displayName,registeredOwners(userPrincipalName))',
    { displayName: 'KIOSK-01', registeredOwners: OWNERS }],
  ['devices?$select=id&$expand=registeredOwners($select=id),registeredUsers($select=id,displayName)', 'devices(id,registeredOwners(id),registeredUsers(id,displayName))',
    { id: DEV.kiosk, registeredOwners: [{ '@odata.type': USER, id: DEV.member }], registeredUsers: [{ '@odata.type': USER, id: DEV.member, displayName: 'Member' }] }],
  ['devices?$select=id&expand=registeredOwners(select=userPrincipalName)', 'devices(id,registeredOwners(userPrincipalName))',
    { id: DEV.kiosk, registeredOwners: OWNERS }],
  ['devices?$select=id&$expand=RegisteredOwners($select=userPrincipalName)', 'devices(id,registeredOwners(userPrincipalName))',
    { id: DEV.kiosk, registeredOwners: OWNERS }],
  ["devices?$filter=displayName eq 'KIOSK-01'&$select=id&$expand=memberOf($select=displayName)", 'devices(id,memberOf(displayName))',
    { id: DEV.kiosk, memberOf: [{ '@odata.type': '#microsoft.graph.group', displayName: 'Kiosks' }] }],
  [`groups?$filter=id eq '${DEV.kiosks}'&$select=id&$expand=members($select=id)`, 'groups(id,members(id))',
    { id: DEV.kiosks, members: [{ '@odata.type': '#microsoft.graph.device', id: DEV.kiosk }] }],
  [`groups?$filter=id eq '${DEV.kiosks}'&$select=id&$expand=owners`, 'groups(id,owners())',
    { id: DEV.kiosks, owners: [] }],
  ["users?$filter=userPrincipalName eq 'member@contoso.example'&$select=id&$expand=ownedDevices($select=displayName)", 'users(id,ownedDevices(displayName))',
    { id: DEV.member, ownedDevices: [{ '@odata.type': '#microsoft.graph.device', displayName: 'KIOSK-01' }] }],
  [`servicePrincipals?$filter=appId eq '${DEV.daemon}'&$select=id&$expand=memberOf($select=displayName)`, 'servicePrincipals(id,memberOf(displayName))',
    { id: DAEMON_PRINCIPAL, memberOf: [{ '@odata.type': '#microsoft.graph.group', displayName: 'Hall' }] }],
  [`directory/administrativeUnits?$filter=id eq '${HEAD_OFFICE}'&$select=id&$expand=members($select=id)`, 'administrativeUnits(id,members(id))',
    { id: HEAD_OFFICE, members: [{ '@odata.type': '#microsoft.graph.device', id: DEV.buildAgent }] }],
  [`devices/${DEV.kiosk}/registeredOwners/microsoft.graph.user?$select=id&$expand=ownedDevices($select=id)`, 'users(id,ownedDevices(id))',
    { id: DEV.member, ownedDevices: [{ '@odata.type': '#microsoft.graph.device', id: DEV.kiosk }] }],
];

for (const [url, context, first] of ROWS) {
  test(`GET /${url}`, async () => {
    const reply = await ask(`/v1.0/${url}`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#${context}`);
    assert.deepEqual(reply.json.value[0], first);
  });
}

test('users and memberOf: groups and units, also of one user', async () => {
  const reply = await ask(`/v1.0/users/${DEV.member}?$select=id&$expand=memberOf($select=displayName)`);
  assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#users(id,memberOf(displayName))/$entity`);
  const names = reply.json.memberOf.map(({ displayName }: { displayName: string }) => displayName);
  assert.deepEqual(names.toSorted(), ['Hall', 'Mail']);
  assert.deepEqual(Object.keys(reply.json), ['@odata.context', 'id', 'memberOf']);
});

test('an extended set in pages: as with $top alone', async () => {
  const pages: Reply[] = [];
  for (let url: string | undefined = '/v1.0/devices?$top=1&$select=id&$expand=registeredOwners($select=id)'; url; ) {
    const reply = await ask(url);
    pages.push(reply);
    url = reply.json['@odata.nextLink'] && follow(reply.json['@odata.nextLink']);
  }
  assert.deepEqual(pages.flatMap(idsOf), [DEV.kiosk, DEV.buildAgent]);
  assert.deepEqual(
    pages.map(({ json }) => json.value[0].registeredOwners.length),
    [1, 0],
  );
});

test('twenty objects, and no link to more', async () => {
  const desk = await openDesk();
  const { id, path } = await makeDevice(desk);
  for (let n = 0; n < 22; n++) {
    const body = { '@odata.id': `${GRAPH_URL}/users/${await makeUser(desk)}` };
    assertDone(await desk.ask('POST', `${path}/registeredUsers/$ref`, { as: 'intune.admin', body }));
  }
  for (const url of [
    `${path}?$expand=registeredUsers`,
    `/v1.0/devices?$filter=id eq '${id}'&$expand=registeredUsers`,
  ]) {
    const { json } = await desk.ask('GET', url, { as: 'member' });
    const { registeredUsers, ...others } = json.value?.[0] ?? json;
    assert.equal(registeredUsers.length, 20);
    assert.deepEqual(
      Object.keys(others).filter((name) => name.includes('registeredUsers')),
      [],
    );
  }
  assert.equal(idsOf(await desk.ask('GET', `${path}/registeredUsers`, { as: 'member' })).length, 22);
  await desk.close();
});

// -- refused -------------------------------------------------------------------------------------------------------

const parsing = (text: string) => `Parsing OData Select and Expand failed: ${text}`;
const unknown = (name: string, type: string) =>
  parsing(`Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`);
const unsupported = (name: string, at: number, text: string) =>
  parsing(`'${name}' at position ${at} in '${text}' is not supported by the service.`);

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [url: string, code: string, message: string])[] = [
  ['devices?$expand=colours',                                      'BadRequest',               unknown('colours', 'device')],
  ['devices?$expand=displayName',                                  'BadRequest',               unknown('displayName', 'device')],
  ['devices?$expand=transitiveMemberOf',                           'BadRequest',               unknown('transitiveMemberOf', 'device')],
  ['oauth2PermissionGrants?$expand=owners',                        'BadRequest',               unknown('owners', 'oauth2PermissionGrant')],
  ['directoryObjects?$expand=memberOf',                            'BadRequest',               unknown('memberOf', 'directoryObject')],
  [`devices/${DEV.kiosk}/registeredOwners?$expand=ownedDevices`,   'BadRequest',               unknown('ownedDevices', 'directoryObject')],
  [`users/${DEV.member}/ownedDevices?$expand=registeredUsers`,     'BadRequest',               unknown('registeredUsers', 'directoryObject')],
  [`groups/${DEV.kiosks}/members/${DEV.kiosk}?$expand=memberOf`,   'BadRequest',               unknown('memberOf', 'directoryObject')],
  ['devices?$expand=*',                                            'Request_UnsupportedQuery', unsupported('*', 0, '*')],
  ['devices?$expand=registeredOwners/$ref',                        'Request_UnsupportedQuery', unsupported('/$ref', 16, 'registeredOwners/$ref')],
  ['devices?$expand=registeredOwners($filter=id ne null)',         'Request_UnsupportedQuery', unsupported('$filter', 17, 'registeredOwners($filter=id ne null)')],
  ['devices?$expand=registeredOwners($top=5)',                     'Request_UnsupportedQuery', unsupported('$top', 17, 'registeredOwners($top=5)')],
  ['devices?$expand=registeredOwners($expand=ownedDevices)',       'Request_UnsupportedQuery', unsupported('$expand', 17, 'registeredOwners($expand=ownedDevices)')],
  ['devices?$expand=registeredOwners($select=deviceId)',           'Request_UnsupportedQuery', "Property 'deviceId' does not exist as a declared property or extension property."],
  ['devices?$expand=registeredOwners()',                           'BadRequest',               parsing("Missing expand option on navigation property 'registeredOwners'. If a parenthesis expression follows an expanded navigation property, then at least one expand option must be provided.")],
  ['devices?$expand=registeredOwners,registeredOwners',            'Request_BadRequest',       "Query option '$expand=registeredOwners' was specified more than once, but it must be specified at most once."],
  ['devices?$expand=',                                             'BadRequest',               parsing("Syntax error at position 0 in ''.")],
];

for (const [url, code, message] of REFUSED) {
  test(`GET /${url} is refused`, async () => {
    assertRefused(await ask(`/v1.0/${url}`), 400, code, message);
  });
}

test('advanced query mode expands nothing', async () => {
  const words =
    '$expand is not supported together with the advanced query parameters $search and $count=true with ConsistencyLevel:eventual.';
  for (const query of ['$count=true', "$count=true&$filter=displayName ne 'a'", '$search="displayName:kiosk"']) {
    const reply = await ask(`/v1.0/devices?$expand=registeredOwners&${query}`, EVENTUAL);
    assertRefused(reply, 400, 'Request_UnsupportedQuery', words);
  }
  // Without $count=true the header alone changes nothing.
  assert.equal((await ask('/v1.0/devices?$expand=registeredOwners', EVENTUAL)).status, 200);
});

// -- who may -------------------------------------------------------------------------------------------------------

test('what the caller may not read is expanded with type and id only', async () => {
  const token = await desk.tokenOf('member', { scope: 'Device.Read.All' });
  const url = `/v1.0/devices/${DEV.kiosk}?$select=id&$expand=registeredOwners,memberOf($select=displayName)`;
  const { json } = await desk.ask('GET', url, { token });
  assert.deepEqual(json.registeredOwners, [{ '@odata.type': USER, id: DEV.member }]);
  assert.deepEqual(json.memberOf, [{ '@odata.type': '#microsoft.graph.group', id: DEV.kiosks }]);
});

test('expanding needs what listing needs', async () => {
  const token = await desk.tokenOf('member', { scope: 'Group.Read.All' });
  const allowed = await desk.ask('GET', `/v1.0/groups/${PLACES.Hall}?$select=id&$expand=members($select=id)`, {
    token,
  });
  assert.equal(allowed.json.members.length, 3);
  const own = await desk.tokenOf('member', { scope: 'User.Read' });
  const mine = await desk.ask('GET', `/v1.0/users/${DEV.member}?$select=id&$expand=ownedDevices($select=id)`, {
    token: own,
  });
  assert.equal(mine.json.ownedDevices.length, 1);
});

test('whoever may list users by little may not list what they are members of', async () => {
  const basic = await desk.tokenOf('member', {
    app: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
    scope: 'User.ReadBasic.All',
  });
  assert.equal((await desk.ask('GET', '/v1.0/users?$select=id', { token: basic })).status, 200);
  for (const url of ['/v1.0/users?$expand=memberOf', `/v1.0/users/${DEV.registrar}?$expand=memberOf`]) {
    assertRefused(await desk.ask('GET', url, { token: basic }), 403, 'Authorization_RequestDenied');
  }
});
