import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { groupBody, makeGroup, makeUser, userBody } from '../graph/expect.ts';
import { DEV, type Desk, deviceBody, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * Who may do what: https://learn.microsoft.com/graph/permissions-overview, the "Permissions" table of each page, and
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */

/** The callers. */
const WHO = [
  'global',
  'intune',
  'w365',
  'cloud',
  'registrar',
  'reader',
  'member',
  'guest',
  'daemon',
  'consentless',
] as const;
type Who = (typeof WHO)[number];

const USERS: Readonly<Partial<Record<Who, string>>> = {
  global: 'global.admin',
  intune: 'intune.admin',
  w365: 'w365.admin',
  cloud: 'device.admin',
  registrar: 'registrar',
  reader: 'global.reader',
  member: 'member',
  guest: 'guest',
};
const APPS: Readonly<Partial<Record<Who, string>>> = { daemon: DEV.daemon, consentless: DEV.unconsented };

type Operation = { readonly method: string; readonly url: string; readonly body?: unknown };
const op = (method: string, url: string, body?: unknown): Operation => ({ method, url, body });

const device = '/v1.0/devices/{device}';
const user = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${DEV.globalAdmin}` };
const enable = { accountEnabled: true };
const attribute = (n: number) => ({ extensionAttributes: { [`extensionAttribute${n}`]: 'a' } });

/**
 * The table: what is done to a device, a group, a user or a unit of its own, of which `member` is an owner (with the user
 * `globalAdmin` to be added, and `member` to be removed), and the status that each caller gets.
 */
// biome-ignore format: a table is read by its columns
const TABLE: readonly (readonly [Operation, ...number[]])[] = [
  //                                                                                global intune w365 cloud registrar reader member guest daemon consentless
  [op('GET',    '/v1.0/devices'),                                                     200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    device),                                                              200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    "/beta/devices(deviceId='{deviceId}')"),                              200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('POST',   '/v1.0/devices', 'a new device'),                                     201, 201, 201, 403, 403, 403, 403, 403, 403, 403],
  [op('POST',   '/beta/devices', 'a new device'),                                     201, 201, 201, 403, 403, 403, 403, 403, 403, 403],
  [op('DELETE', device),                                                              204, 204, 204, 204, 403, 403, 204, 403, 204, 403],
  [op('PATCH',  device, { accountEnabled: false }),                                   204, 204, 204, 204, 403, 403, 204, 403, 204, 403],
  [op('PATCH',  device, enable),                                                      204, 204, 204, 204, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, { displayName: 'A' }),                                        204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, { operatingSystem: 'Windows' }),                              204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, { operatingSystemVersion: '11' }),                            204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, { isCompliant: true }),                                       204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, { isManaged: true }),                                         204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, attribute(1)),                                                204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, attribute(10)),                                               204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, attribute(15)),                                               204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, { ...enable, displayName: 'A' }),                             204, 204, 204, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  device, {}),                                                          204, 204, 204, 204, 403, 403, 204, 403, 204, 403],
  [op('GET',    `${device}/registeredUsers`),                                         200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    `${device}/registeredOwners`),                                        200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('POST',   `${device}/registeredUsers/$ref`, user),                              204, 204, 204, 403, 204, 403, 403, 403, 403, 403],
  [op('POST',   `${device}/registeredOwners/$ref`, user),                             204, 204, 204, 403, 204, 403, 403, 403, 403, 403],
  [op('DELETE', `${device}/registeredUsers/${DEV.member}/$ref`),                      204, 204, 204, 403, 204, 403, 403, 403, 403, 403],
  [op('DELETE', `${device}/registeredOwners/$ref?@odata.id=${user['@odata.id'].replace(DEV.globalAdmin, DEV.member)}`),
                                                                                      204, 204, 204, 403, 204, 403, 403, 403, 403, 403],
  [op('GET',    '/v1.0/users'),                                                       200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    `/v1.0/users/${DEV.kiosk}`),                                          404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
  [op('GET',    '/v1.0/users/member@contoso.example'),                                200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
  [op('GET',    `/v1.0/users/${DEV.member}/registeredDevices`),                       200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    `/v1.0/users/${DEV.member}/ownedDevices`),                            200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('POST',   '/v1.0/users', 'a new user'),                                         201, 403, 403, 403, 403, 403, 403, 403, 201, 403],
  [op('PATCH',  '/v1.0/users/{user}', { displayName: 'A' }),                          204, 204, 403, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  '/v1.0/users/{user}', { accountEnabled: false }),                     204, 403, 403, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  '/v1.0/users/{user}', { passwordProfile: { password: 'New-pass-1' } }), 204, 403, 403, 403, 403, 403, 403, 403, 403, 403],
  [op('PATCH',  '/v1.0/users/{user}', {}),                                            204, 204, 403, 403, 403, 403, 403, 403, 204, 403],
  [op('DELETE', '/v1.0/users/{user}'),                                                204, 403, 403, 403, 403, 403, 403, 403, 403, 403],
  [op('GET',    '/v1.0/groups'),                                                      200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    '/v1.0/groups/{group}'),                                              200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
  [op('POST',   '/v1.0/groups', 'a new group'),                                       201, 201, 201, 403, 403, 403, 403, 403, 201, 403],
  [op('PATCH',  '/v1.0/groups/{group}', { displayName: 'A' }),                        204, 204, 204, 403, 403, 403, 204, 403, 204, 403],
  [op('PATCH',  '/v1.0/groups/{group}', { groupTypes: [] }),                          204, 403, 403, 403, 403, 403, 403, 403, 204, 403],
  [op('PATCH',  '/v1.0/groups/{group}', { 'members@odata.bind': [user['@odata.id']] }), 204, 204, 204, 403, 403, 403, 204, 403, 204, 403],
  [op('DELETE', '/v1.0/groups/{group}'),                                              204, 204, 204, 403, 403, 403, 204, 403, 403, 403],
  [op('GET',    '/v1.0/groups/{group}/members'),                                      200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
  [op('GET',    '/v1.0/groups/{group}/owners'),                                       200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
  [op('POST',   '/v1.0/groups/{group}/members/$ref', user),                           204, 204, 204, 403, 403, 403, 204, 403, 204, 403],
  [op('POST',   '/v1.0/groups/{group}/owners/$ref', user),                            204, 204, 204, 403, 403, 403, 204, 403, 204, 403],
  [op('DELETE', `/v1.0/groups/{group}/members/${DEV.member}/$ref`),                   204, 204, 204, 403, 403, 403, 204, 403, 204, 403],
  [op('DELETE', `/v1.0/groups/{group}/owners/${DEV.member}/$ref`),                    204, 204, 204, 403, 403, 403, 204, 403, 204, 403],
  [op('GET',    '/v1.0/directory/administrativeUnits'),                               200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    '/v1.0/directory/administrativeUnits/{unit}/members'),                200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('POST',   '/v1.0/directory/administrativeUnits', { displayName: 'A' }),         201, 403, 403, 403, 403, 403, 403, 403, 403, 403],
  [op('PATCH',  '/v1.0/directory/administrativeUnits/{unit}', { displayName: 'A' }),  204, 403, 403, 403, 403, 403, 403, 403, 403, 403],
  [op('POST',   '/v1.0/directory/administrativeUnits/{unit}/members/$ref', user),     204, 403, 403, 403, 403, 403, 403, 403, 403, 403],
  [op('DELETE', '/v1.0/directory/administrativeUnits/{unit}'),                        204, 403, 403, 403, 403, 403, 403, 403, 403, 403],
  [op('GET',    '/v1.0/applications'),                                                200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    '/v1.0/servicePrincipals'),                                           200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    '/v1.0/directoryObjects/{device}'),                                   200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
  [op('GET',    `/v1.0/directoryObjects/${DEV.kiosks}`),                              200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
];

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

/** Objects made anew for each attempt whose address names them. */
const MAKERS: Readonly<Record<string, () => Promise<string>>> = {
  '{group}': () => makeGroup(desk, { 'owners@odata.bind': [memberUrl], 'members@odata.bind': [memberUrl] }),
  '{user}': () => makeUser(desk),
  '{unit}': async () => {
    const body = { displayName: 'Unit' };
    return (await desk.ask('POST', '/v1.0/directory/administrativeUnits', { as: 'global.admin', body })).json.id;
  },
};

const memberUrl = `https://graph.microsoft.com/v1.0/users/${DEV.member}`;

const BODIES: Readonly<Record<string, () => unknown>> = {
  'a new device': () => deviceBody(),
  'a new group': () => groupBody(),
  'a new user': () => userBody(),
};

/** Does it on a device of its own, and says what came of it. */
async function attempt({ method, url, body }: Operation, token: string): Promise<Reply> {
  for (const [name, make] of Object.entries(MAKERS)) {
    if (url.includes(name)) return attempt({ method, url: url.replace(name, await make()), body }, token);
  }
  const made = await desk.ask('POST', '/v1.0/devices', { as: 'intune.admin', body: deviceBody() });
  const { id, deviceId } = made.json;
  for (const relation of ['registeredUsers', 'registeredOwners']) {
    const member = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${DEV.member}` };
    await desk.ask('POST', `/v1.0/devices/${id}/${relation}/$ref`, { as: 'intune.admin', body: member });
  }
  const sent = typeof body === 'string' ? BODIES[body]?.() : body;
  const address = url.replace('{device}', id).replace('{deviceId}', deviceId);
  return desk.ask(method, address, { token, ...(sent === undefined ? {} : { body: sent }) });
}

const shown = ({ method, url, body }: Operation) =>
  `${method} ${url} ${body === undefined ? '' : JSON.stringify(body)}`;

for (const [operation, ...statuses] of TABLE) {
  test(shown(operation), async () => {
    for (const [at, who] of WHO.entries()) {
      const name = USERS[who];
      const token = name === undefined ? await desk.tokenOfApp(APPS[who] ?? '') : await desk.tokenOf(name);
      const reply = await attempt(operation, token);
      assert.equal(reply.status, statuses[at], `${who}: ${reply.text}`);
      if (reply.status === 403) assertDenied(reply);
    }
  });

  test(`${shown(operation)}: nobody, with a personal account`, async () => {
    const reply = await attempt(operation, await desk.tokenOf('personal@outlook.example'));
    assert.equal(reply.status, 400, reply.text);
    const words = 'This API is not supported for MSA accounts (no addressUrl for Microsoft.DirectoryServices,False).';
    assert.deepEqual([reply.json.error.code, reply.json.error.message], ['BadRequest', words]);
  });
}

function assertDenied(reply: Reply): void {
  const { code, message, details } = reply.json.error;
  assert.deepEqual(
    [code, message],
    ['Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
  );
  assert.ok(details.length > 0, 'and says what was missing');
  for (const detail of details) assert.match(detail.code, /^Missing(Permission|Role|Ownership)$/);
}

// -- the scope side -------------------------------------------------------------------------------------------

/** With Device.Read.All and User.Read, and nothing else, in the token; whoever carries it. */
// biome-ignore format: a table is read by its columns
const WITH_FEWER_SCOPES: readonly (readonly [Operation, number])[] = [
  [op('GET',    '/v1.0/devices'),                                  200],
  [op('GET',    device),                                           200],
  [op('GET',    `${device}/registeredUsers`),                      200],
  [op('POST',   '/v1.0/devices', 'a new device'),                  403],
  [op('PATCH',  device, enable),                                   403],
  [op('DELETE', device),                                           403],
  [op('POST',   `${device}/registeredUsers/$ref`, user),           403],
  [op('DELETE', `${device}/registeredOwners/${DEV.member}/$ref`),  403],
  [op('GET',    '/v1.0/users'),                                    403],
  [op('GET',    `/v1.0/users/${DEV.member}`),                      403],
  [op('GET',    '/v1.0/directoryObjects/{device}'),                403],
];

for (const [operation, status] of WITH_FEWER_SCOPES) {
  test(`without Directory.AccessAsUser.All: ${shown(operation)}`, async () => {
    for (const name of ['global.admin', 'intune.admin', 'registrar']) {
      const reply = await attempt(operation, await desk.tokenOf(name, { app: DEV.reader }));
      assert.equal(reply.status, status, `${name}: ${reply.text}`);
      if (status === 403) assertDenied(reply);
    }
  });
}

test('a token with fewer scopes than its application has been granted has only those', async () => {
  const token = await desk.tokenOf('intune.admin', { scope: 'Device.Read.All' });
  assert.equal((await desk.ask('GET', '/v1.0/devices', { token })).status, 200);
  assert.equal((await desk.ask('POST', '/v1.0/devices', { token, body: deviceBody() })).status, 403);
});

/** User.Read is enough for what is one's own, and for nobody else's. */
// biome-ignore format: a table is read by its columns
const OWN: readonly (readonly [user: string, url: string, status: number])[] = [
  ['member', `/v1.0/users/${DEV.member}`,                           200],
  ['member', `/v1.0/users/${DEV.member.toUpperCase()}`,             200],
  ['member', '/v1.0/users/Member@contoso.example',                  200],
  ['member', "/v1.0/users(userPrincipalName='member@contoso.example')", 200],
  ['member', `/v1.0/users/${DEV.member}/registeredDevices`,         200],
  ['member', '/v1.0/users/member@contoso.example/ownedDevices',     200],
  ['member', `/v1.0/users/${DEV.registrar}`,                        403],
  ['member', '/v1.0/users/registrar@contoso.example',               403],
  ['member', `/v1.0/users/${DEV.registrar}/ownedDevices`,           403],
  ['member', '/v1.0/users',                                         403],
  ['guest',  '/v1.0/users/guest@contoso.example',                   200],
  ['guest',  '/v1.0/users/guest@contoso.example/ownedDevices',      200],
  ['guest',  '/v1.0/users/member@contoso.example',                  403], // User.Read is about oneself
  ['guest',  '/v1.0/devices',                                       403],
];

for (const [name, url, status] of OWN) {
  test(`User.Read: ${name} asks for ${url}`, async () => {
    const token = await desk.tokenOf(name, { app: DEV.reader });
    const reply = await desk.ask('GET', url, { token });
    assert.equal(reply.status, status, reply.text);
  });
}

// -- what a 403 tells -----------------------------------------------------------------------------------------

const asUser = {
  code: 'MissingPermission',
  target: 'scp',
  message: 'The token needs one of these delegated permissions: Directory.AccessAsUser.All.',
};
const noApplications = {
  code: 'MissingPermission',
  target: 'roles',
  message: 'Applications without a signed-in user are not supported by this operation, whatever their permissions.',
};
const role = (roles: string, action: string) => ({
  code: 'MissingRole',
  target: 'wids',
  message: `The signed-in user needs one of these directory roles: ${roles}, or a custom role with microsoft.directory/devices/${action}.`,
});
const noOwner = {
  code: 'MissingOwnership',
  target: 'registeredOwners',
  message: 'An owner of the object may do this, too, and the signed-in user is none of its registeredOwners.',
};
const MANAGERS = 'Global Administrator, Intune Administrator or Windows 365 Administrator';
const ENABLERS = 'Global Administrator, Intune Administrator, Windows 365 Administrator or Cloud Device Administrator';

/** [user, application, operation, details]; a user of '' is the application itself. */
// biome-ignore format: a table is read by its columns
const TOLD: readonly (readonly [string, string, Operation, readonly unknown[]])[] = [
  ['member',       DEV.console, op('POST', '/v1.0/devices', 'a new device'),        [role(MANAGERS, 'create')]],
  ['intune.admin', DEV.reader,  op('POST', '/v1.0/devices', 'a new device'),        [asUser]],
  ['member',       DEV.reader,  op('POST', '/v1.0/devices', 'a new device'),        [asUser, role(MANAGERS, 'create')]],
  ['',             DEV.daemon,  op('POST', '/v1.0/devices', 'a new device'),        [noApplications, asUser]],
  ['',             DEV.daemon,  op('POST', `${device}/registeredUsers/$ref`, user), [noApplications, asUser]],
  ['device.admin', DEV.console, op('POST', `${device}/registeredUsers/$ref`, user), [role(MANAGERS, 'registeredUsers/update')]],
  ['device.admin', DEV.console, op('PATCH', device, { displayName: 'A', ...enable }), [role(MANAGERS, 'basic/update')]],
  ['device.admin', DEV.console, op('PATCH', device, { displayName: 'A', ...attribute(6) }), [role(MANAGERS, 'basic/update'), role(MANAGERS, 'extensionAttributeSet2/update')]],
  ['registrar',    DEV.console, op('PATCH', device, { accountEnabled: false }),     [role(ENABLERS, 'disable'), noOwner]],
  ['member',       DEV.console, op('PATCH', device, { accountEnabled: true }),      [role(ENABLERS, 'enable')]],
  ['registrar',    DEV.console, op('DELETE', device),                               [role(ENABLERS, 'delete'), noOwner]],
  ['guest',        DEV.console, op('DELETE', device),                               [role(ENABLERS, 'delete')]],
];

for (const [name, app, operation, details] of TOLD) {
  test(`what ${name || 'the daemon'} is told: ${shown(operation)}`, async () => {
    const token = name === '' ? await desk.tokenOfApp(app) : await desk.tokenOf(name, { app });
    const reply = await attempt(operation, token);
    assert.equal(reply.status, 403, reply.text);
    assert.deepEqual(reply.json.error.details, details);
  });
}

test('what an application without a grant is told: each permission that would do', async () => {
  const token = await desk.tokenOfApp(DEV.unconsented);
  const { details } = (await desk.ask('GET', '/v1.0/devices', { token })).json.error;
  assert.equal(details.length, 1);
  for (const name of ['Device.Read.All', 'Device.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All']) {
    assert.ok(details[0].message.includes(name), name);
  }
});

// -- in what a permission isn't ----------------------------------------------------------------------------------

test('a refused change changes nothing', async () => {
  const before = await desk.ask('GET', `/v1.0/devices/${DEV.kiosk}`, { as: 'member' });
  const body = { accountEnabled: false, displayName: 'A' };
  assert.equal((await desk.ask('PATCH', `/v1.0/devices/${DEV.kiosk}`, { as: 'device.admin', body })).status, 403);
  assert.deepEqual((await desk.ask('GET', `/v1.0/devices/${DEV.kiosk}`, { as: 'member' })).json, before.json);
});
