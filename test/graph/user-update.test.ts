import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, makeUser, NOBODY, userBody } from './expect.ts';

/** https://learn.microsoft.com/graph/api/user-update */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const patch = (id: string, body: unknown, as = 'global.admin') => desk.ask('PATCH', `/v1.0/users/${id}`, { as, body });
const read = async (id: string, select: string) =>
  (await desk.ask('GET', `/v1.0/users/${id}?$select=${select}`, { as: 'global.reader' })).json[select];

// biome-ignore format: a table is read by its columns
const UPDATABLE: readonly (readonly [name: string, value: unknown])[] = [
  ['accountEnabled',    false],
  ['businessPhones',    ['+1 425 555 0109']],
  ['city',              'Berlin'],
  ['department',        'IT'],
  ['displayName',       'Renamed'],
  ['employeeId',        '7'],
  ['givenName',         'Renamed'],
  ['jobTitle',          'Engineer'],
  ['mail',              'renamed@contoso.example'],
  ['mailNickname',      'renamed'],
  ['officeLocation',    '18/2111'],
  ['otherMails',        ['a@example.com', 'b@example.com']],
  ['showInAddressList', false],
  ['usageLocation',     'DE'],
  ['userType',          'Guest'],
];

for (const [name, value] of UPDATABLE) {
  test(`${name} becomes ${JSON.stringify(value)}`, async () => {
    const id = await makeUser(desk);
    assertDone(await patch(id, { [name]: value }));
    assert.deepEqual(await read(id, name), value);
  });
}

test('a new name is where the user is found from now on', async () => {
  const id = await makeUser(desk);
  const userPrincipalName = 'somebody.else@contoso.example';
  assertDone(await patch(id, { userPrincipalName }));
  assert.equal(await read(userPrincipalName, 'id'), id);
  assertDone(await patch(userPrincipalName, { displayName: 'By name' }));
  assert.equal(await read(id, 'displayName'), 'By name');
});

const DOMAIN =
  'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.';
const WEAK =
  'The specified password does not comply with password complexity requirements. Please provide a different password.';

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string])[] = [
  [{ displayName: null },                                   "A value is required for property 'displayName' of resource 'User'."],
  [{ userPrincipalName: 'a@fabrikam.example' },             DOMAIN],
  [{ userPrincipalName: 'member@contoso.example' },         'Another object with the same value for property userPrincipalName already exists.'],
  [{ passwordProfile: { password: 'weak' } },               WEAK],
  [{ lastPasswordChangeDateTime: '2020-01-01T00:00:00Z' },  "Property 'lastPasswordChangeDateTime' is read-only and cannot be set."],
  [{ securityIdentifier: 'S-1' },                           "Property 'securityIdentifier' is read-only and cannot be set."],
  [{ colour: 'red' },                                       "Invalid property 'colour'."],
];

for (const [body, message] of WRONG) {
  test(`${JSON.stringify(body)} is refused`, async () => {
    assertRefused(await patch(await makeUser(desk), body), 400, 'Request_BadRequest', message);
  });
}

test('nothing there', async () => {
  assertNotFound(await patch(NOBODY, { displayName: 'A' }), NOBODY);
  assertNotFound(await patch('nobody@contoso.example', { displayName: 'A' }), 'nobody@contoso.example');
});

// -- passwords --------------------------------------------------------------------------------------------------

const signIn = (username: string, password: string) =>
  desk.ask('POST', '/contoso.example/oauth2/v2.0/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: DEV.console,
      scope: '.default',
      username,
      password,
    }).toString(),
  });

test('a new password takes the place of the old one', async () => {
  const body = userBody();
  const name = String(body['userPrincipalName']);
  const { json } = await desk.ask('POST', '/v1.0/users', { as: 'global.admin', body });
  desk.clock.advance(1000);
  assertDone(await patch(json.id, { passwordProfile: { password: 'New-password-1' } }));
  assert.equal((await signIn(name, 'New-password-1')).status, 200);
  assert.equal((await signIn(name, 'xWwvJ]6NMw+bWH-d')).status, 400);
  assert.equal(await read(json.id, 'lastPasswordChangeDateTime'), '2026-11-21T12:00:01Z');
  assert.equal(await read(json.id, 'passwordProfile'), null);
});

test('no password in it, no change of it', async () => {
  const body = userBody();
  const { json } = await desk.ask('POST', '/v1.0/users', { as: 'global.admin', body });
  for (const passwordProfile of [null, {}, { forceChangePasswordNextSignIn: false }]) {
    assertDone(await patch(json.id, { passwordProfile }));
  }
  assert.equal((await signIn(String(body['userPrincipalName']), 'xWwvJ]6NMw+bWH-d')).status, 200);
});

test('an application may change a user, but not its password', async () => {
  const token = await desk.tokenOfApp(DEV.daemon);
  const id = await makeUser(desk);
  assertDone(await desk.ask('PATCH', `/v1.0/users/${id}`, { token, body: { displayName: 'A' } }));
  for (const more of [{}, { displayName: 'B' }]) {
    const body = { ...more, passwordProfile: { password: 'New-password-1' } };
    const reply = await desk.ask('PATCH', `/v1.0/users/${id}`, { token, body });
    assertRefused(reply, 403, 'Authorization_RequestDenied');
  }
  assert.equal(await read(id, 'displayName'), 'A');
});

// -- who may ----------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [as: string, body: Record<string, unknown>, status: number])[] = [
  ['intune.admin', { displayName: 'A' },                                 204],
  ['intune.admin', { accountEnabled: false },                            403],
  ['intune.admin', { userPrincipalName: 'renamed@contoso.example' },     403],
  ['intune.admin', { usageLocation: 'DE' },                              403],
  ['intune.admin', { passwordProfile: { password: 'New-password-1' } },  403],
  ['w365.admin',   { displayName: 'A' },                                 403],
  ['member',       { displayName: 'A' },                                 403],
  ['guest',        { displayName: 'A' },                                 403],
];

for (const [as, body, status] of WHO) {
  test(`${as} sends ${JSON.stringify(body)}: ${status}`, async () => {
    assert.equal((await patch(await makeUser(desk), body, as)).status, status);
  });
}

test('a user who is disabled, or whose name changes, is so at once', async () => {
  const body = userBody();
  const name = String(body['userPrincipalName']);
  const { json } = await desk.ask('POST', '/v1.0/users', { as: 'global.admin', body });
  const token = await desk.tokenOf(name, { app: DEV.reader });
  const status = async (url: string) => (await desk.ask('GET', url, { token })).status;
  assert.equal(await status(`/v1.0/users/${name}`), 200);
  assertDone(await patch(json.id, { userPrincipalName: `new.${name}` }));
  assert.equal(await status(`/v1.0/users/new.${name}`), 200);
  assert.equal(await status(`/v1.0/users/${name}`), 403);
  assertDone(await patch(json.id, { accountEnabled: false }));
  assert.equal(await status('/v1.0/devices'), 401);
});
