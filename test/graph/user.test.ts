import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import {
  assertDone,
  assertNotFound,
  assertRefused,
  follow,
  GRAPH_URL,
  idsOf,
  JSON_TYPE,
  makeDevice,
  NOBODY,
  ORIGIN,
} from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/user-list, https://learn.microsoft.com/graph/api/user-get,
 * https://learn.microsoft.com/graph/api/user-list-ownedobjects and its like for `ownedDevices`, `registeredDevices`
 */

const MEMBER = {
  businessPhones: [],
  displayName: 'Member',
  givenName: null,
  jobTitle: null,
  mail: null,
  mobilePhone: null,
  officeLocation: null,
  preferredLanguage: null,
  surname: null,
  userPrincipalName: 'member@contoso.example',
  id: DEV.member,
};

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const get = (url: string) => desk.ask('GET', url, { as: 'member' });

for (const version of ['v1.0', 'beta']) {
  test(`GET /${version}/users/{id}: the default set, in Graph's order`, async () => {
    const reply = await get(`/${version}/users/${DEV.member}`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.headers.get('content-type'), JSON_TYPE);
    assert.deepEqual(reply.json, { '@odata.context': `${ORIGIN}/${version}/$metadata#users/$entity`, ...MEMBER });
    assert.deepEqual(Object.keys(reply.json), ['@odata.context', ...Object.keys(MEMBER)]);
  });
}

// biome-ignore format: a table is read by its columns
const ADDRESSES: readonly string[] = [
  '/v1.0/users/member@contoso.example',
  '/v1.0/users/Member@CONTOSO.example',
  '/v1.0/users/member%40contoso.example',
  "/v1.0/users('member@contoso.example')",
  "/v1.0/users(userPrincipalName='member@contoso.example')",
  `/v1.0/users('${DEV.member}')`,
  `/v1.0/users/${DEV.member.toUpperCase()}`,
  `/v1.0/${DEV.tenant}/users/member@contoso.example`,
];

for (const address of ADDRESSES) {
  test(`GET ${address}`, async () => {
    const reply = await get(address);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json.id, DEV.member);
    assert.equal(reply.json.userPrincipalName, 'member@contoso.example');
  });
}

test('GET /users: all of them, in pages', async () => {
  const whole = await get('/v1.0/users');
  assert.equal(whole.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#users`);
  const all = idsOf(whole);
  assert.equal(all.length, 9);
  assert.deepEqual(
    whole.json.value.find(({ id }: { id: string }) => id === DEV.member),
    MEMBER,
  );
  const found: string[] = [];
  let url: string | undefined = '/v1.0/users?$top=4&$select=id';
  while (url !== undefined) {
    const reply = await get(url);
    found.push(...idsOf(reply));
    url = reply.json['@odata.nextLink'] && follow(reply.json['@odata.nextLink']);
  }
  assert.deepEqual(found, all);
});

// biome-ignore format: a table is read by its columns
const SELECT_ONLY: readonly (readonly [user: string, select: string, values: Record<string, unknown>])[] = [
  ['member',   'accountEnabled,userType',      { accountEnabled: true, userType: 'Member' }],
  ['guest',    'userType,userPrincipalName',   { userType: 'Guest', userPrincipalName: 'guest@contoso.example' }],
  ['disabled', 'accountEnabled',               { accountEnabled: false }],
  ['member',   'createdDateTime',              { createdDateTime: '2026-11-21T12:00:00Z' }],
  ['member',   'otherMails,department',        { otherMails: [], department: null }],
];

for (const [user, select, values] of SELECT_ONLY) {
  test(`${user}'s ${select}: sent when asked for, and only then`, async () => {
    const path = `/v1.0/users/${user}@contoso.example`;
    const context = `${ORIGIN}/v1.0/$metadata#users(${select})/$entity`;
    assert.deepEqual((await get(`${path}?$select=${select}`)).json, { '@odata.context': context, ...values });
    const whole = (await get(path)).json;
    for (const name of Object.keys(values)) assert.equal(name in whole, name in MEMBER, name);
  });
}

test('nothing there', async () => {
  assertNotFound(await get(`/v1.0/users/${NOBODY}`), NOBODY);
  assertNotFound(await get(`/v1.0/users/${DEV.kiosk}`), DEV.kiosk);
  assertNotFound(await get('/v1.0/users/nobody@contoso.example'), 'nobody@contoso.example');
  assertNotFound(await get('/v1.0/users/personal@outlook.example'), 'personal@outlook.example');
  assertRefused(await get('/v1.0/users/x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
  assertNotFound(await get(`/v1.0/users/${NOBODY}/ownedDevices`), NOBODY);
});

test('nobody reads a password', async () => {
  const profile = await get(`/v1.0/users/${DEV.member}?$select=passwordProfile`);
  assert.equal(profile.json.passwordProfile, null);
  for (const name of ['password', 'hash', 'credential']) {
    const words = `Property '${name}' does not exist as a declared property or extension property.`;
    assertRefused(await get(`/v1.0/users/${DEV.member}?$select=${name}`), 400, 'Request_UnsupportedQuery', words);
  }
});

for (const [relation, reference] of [
  ['registeredDevices', 'registeredUsers'],
  ['ownedDevices', 'registeredOwners'],
] as const) {
  test(`GET /users/{id}/${relation}: the other side of ${reference}`, async () => {
    const { id, path } = await makeDevice(desk, { displayName: `Of ${relation}` });
    const user = { '@odata.id': `${GRAPH_URL}/users/${DEV.registrar}` };
    assertDone(await desk.ask('POST', `${path}/${reference}/$ref`, { as: 'intune.admin', body: user }));
    const { '@odata.context': _, ...device } = (await get(path)).json;
    const value = [{ '@odata.type': '#microsoft.graph.device', ...device }];
    for (const address of [DEV.registrar, 'registrar@contoso.example']) {
      const reply = await get(`/v1.0/users/${address}/${relation}`);
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(reply.json, { '@odata.context': `${ORIGIN}/v1.0/$metadata#directoryObjects`, value });
    }
    const selected = await get(`/beta/users/${DEV.registrar}/${relation}?$select=id,hostnames&$top=1`);
    assert.deepEqual(selected.json, {
      '@odata.context': `${ORIGIN}/beta/$metadata#directoryObjects(id,hostnames)`,
      value: [{ '@odata.type': '#microsoft.graph.device', id, hostnames: [] }],
    });
    assertDone(await desk.ask('DELETE', `${path}/${reference}/${DEV.registrar}/$ref`, { as: 'intune.admin' }));
    assert.deepEqual(idsOf(await get(`/v1.0/users/${DEV.registrar}/${relation}`)), []);
  });
}

test('what a user has registered it need not own', async () => {
  const { id, path } = await makeDevice(desk);
  const user = { '@odata.id': `${GRAPH_URL}/users/${DEV.globalAdmin}` };
  assertDone(await desk.ask('POST', `${path}/registeredUsers/$ref`, { as: 'intune.admin', body: user }));
  assert.deepEqual(idsOf(await get(`/v1.0/users/${DEV.globalAdmin}/registeredDevices`)), [id]);
  assert.deepEqual(idsOf(await get(`/v1.0/users/${DEV.globalAdmin}/ownedDevices`)), []);
});

// biome-ignore format: a table is read by its columns
const NOT_BUILT: readonly (readonly [method: string, path: string])[] = [
  ['GET',    `users/${DEV.member}/manager`],
  ['GET',    `users/${DEV.member}/directReports`],
  ['GET',    'users/delta'],
  ['GET',    'me'],
];

for (const [method, path] of NOT_BUILT) {
  test(`${method} /${path} is not built`, async () => {
    const reply = await desk.ask(method, `/v1.0/${path}`, { as: 'global.admin' });
    assertRefused(reply, 501, 'NotImplemented', 'This operation target is not yet supported.');
  });
}

for (const [method, path] of [
  ['POST', 'ownedDevices/$ref'],
  ['DELETE', `registeredDevices/${DEV.kiosk}/$ref`],
  ['POST', 'memberOf/$ref'],
] as const) {
  test(`${method} …/${path}: the other side is what is written`, async () => {
    const body = method === 'POST' ? { '@odata.id': `${GRAPH_URL}/devices/${DEV.kiosk}` } : undefined;
    const reply = await desk.ask(method, `/v1.0/users/${DEV.member}/${path}`, { as: 'global.admin', body });
    const words = 'Specified HTTP method is not allowed for the request target.';
    assertRefused(reply, 405, 'Request_BadRequest', words);
    assert.equal(reply.headers.get('allow'), 'GET');
  });
}
