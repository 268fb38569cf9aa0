import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { entityType } from '../../src/model/directory.ts';
import { lay } from '../../src/store/layout.ts';
import { groupBody, makeGroup, makeUser, userBody } from '../graph/expect.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';

/**
 * What roles that nobody of the development tenant has may do:
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */

const ROLES = {
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'Groups Administrator': 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  'Privileged Role Administrator': 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  'Directory Writers': '9360feb5-f418-4baa-8175-e2a00bac4301',
} as const;

const TYPE = 'unifiedRoleAssignment';
const UNIFIED = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false };
const ASSIGNABLE = { isAssignableToRole: true };

let desk: Desk;
const tokens = new Map<string, string>();
before(async () => {
  desk = await openDesk();
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  for (const [name, roleDefinitionId] of Object.entries(ROLES)) {
    const userPrincipalName = `${name.replaceAll(' ', '.')}@contoso.example`;
    const principalId = await makeUser(desk, { userPrincipalName });
    const values = { id: crypto.randomUUID(), principalId, roleDefinitionId, directoryScopeId: '/' };
    const insert = {
      kind: 'insert',
      type: TYPE,
      id: values.id,
      row: lay(entityType(TYPE), values),
      after: '{}',
    } as const;
    const at = '2026-11-21T12:00:00Z';
    const outcome = await desk.rollcall.world.store.write({
      tenant,
      at,
      principal: DEV.globalAdmin,
      app: DEV.console,
      changes: [insert],
    });
    assert.deepEqual(outcome, { done: true });
    tokens.set(name, await desk.tokenOf(userPrincipalName));
  }
});
after(() => desk.close());

const member = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${DEV.member}` };
const group = (more: Record<string, unknown>) => async () => `/v1.0/groups/${await makeGroup(desk, more)}`;
const members = (more: Record<string, unknown>) => async () => `${await group(more)()}/members/$ref`;
const user = async () => `/v1.0/users/${await makeUser(desk)}`;
const at = (url: string) => async () => url;
const UNITS = '/v1.0/directory/administrativeUnits';

type Deed = readonly [method: string, url: () => Promise<string>, body?: () => unknown];

// biome-ignore format: a table is read by its columns
const TABLE: readonly (readonly [deed: string, Deed, ...statuses: number[]])[] = [
  //                                                                                                     user groups privileged writers
  ['makes a user',                    ['POST',   at('/v1.0/users'), () => userBody()],                   201, 403, 403, 201],
  ['changes a user',                  ['PATCH',  user, () => ({ displayName: 'A' })],                    204, 403, 403, 204],
  ['renames a user',                  ['PATCH',  user, () => ({ userPrincipalName: `${crypto.randomUUID()}@contoso.example` })], 204, 403, 403, 204],
  ['disables a user',                 ['PATCH',  user, () => ({ accountEnabled: false })],               204, 403, 403, 204],
  ['sets a password',                 ['PATCH',  user, () => ({ passwordProfile: { password: 'New-pass-1' } })], 204, 403, 403, 403],
  ['says where a user is',            ['PATCH',  user, () => ({ usageLocation: 'DE' })],                 204, 403, 403, 403],
  ['deletes a user',                  ['DELETE', user],                                                  204, 403, 403, 403],
  ['makes a security group',          ['POST',   at('/v1.0/groups'), () => groupBody()],                 201, 201, 403, 201],
  ['makes a Microsoft 365 group',     ['POST',   at('/v1.0/groups'), () => groupBody(UNIFIED)],          201, 201, 403, 201],
  ['makes a role-assignable group',   ['POST',   at('/v1.0/groups'), () => groupBody(ASSIGNABLE)],       403, 403, 201, 403],
  ['changes a security group',        ['PATCH',  group({}), () => ({ description: 'A' })],               204, 204, 403, 204],
  ['changes a Microsoft 365 group',   ['PATCH',  group(UNIFIED), () => ({ description: 'A' })],          204, 204, 403, 204],
  ['changes a role-assignable group', ['PATCH',  group(ASSIGNABLE), () => ({ description: 'A' })],       403, 403, 204, 403],
  ['adds to a security group',        ['POST',   members({}), () => member],                             204, 204, 403, 204],
  ['adds to a role-assignable group', ['POST',   members(ASSIGNABLE), () => member],                     403, 403, 204, 403],
  ['deletes a security group',        ['DELETE', group({})],                                             204, 204, 403, 403],
  ['deletes a role-assignable group', ['DELETE', group(ASSIGNABLE)],                                     403, 403, 204, 403],
  ['makes an administrative unit',    ['POST',   at(UNITS), () => ({ displayName: 'A' })],               403, 403, 201, 403],
  ['makes a device',                  ['POST',   at('/v1.0/devices'), () => ({})],                       403, 403, 403, 403],
];

for (const [deed, [method, url, body], ...statuses] of TABLE) {
  for (const [index, name] of Object.keys(ROLES).entries()) {
    test(`${name} ${deed}: ${statuses[index]}`, async () => {
      const token = tokens.get(name) ?? '';
      const reply = await desk.ask(method, await url(), { token, ...(body ? { body: body() } : {}) });
      assert.equal(reply.status, statuses[index], reply.text);
    });
  }
}

// biome-ignore format: a table is read by its columns
const ADMINISTRATORS: readonly (readonly [user: string, body: Record<string, unknown> | undefined, status: number])[] = [
  ['intune.admin',         { passwordProfile: { password: 'New-pass-1' } }, 403],
  ['registrar',            { passwordProfile: { password: 'New-pass-1' } }, 403],
  ['global.admin',         { accountEnabled: false },                       403],
  ['global.admin',         { userPrincipalName: 'a@contoso.example' },      403],
  ['global.admin',         { mobilePhone: '1' },                            403],
  ['global.admin',         undefined,                                       403],
  ['global.admin',         { department: 'IT' },                            204],
  ['Groups.Administrator', { passwordProfile: { password: 'New-pass-1' } }, 204],
  ['guest',                { passwordProfile: { password: 'New-pass-1' } }, 204],
  ['member',               { passwordProfile: { password: 'New-pass-1' } }, 403], // was put into a role-assignable group
];

for (const [name, body, status] of ADMINISTRATORS) {
  test(`a User Administrator sends ${JSON.stringify(body) ?? 'DELETE'} to ${name}: ${status}`, async () => {
    const token = tokens.get('User Administrator') ?? '';
    const url = `/v1.0/users/${name}@contoso.example`;
    const reply = await desk.ask(body ? 'PATCH' : 'DELETE', url, { token, ...(body ? { body } : {}) });
    assert.equal(reply.status, status, reply.text);
  });
}

test('nor does an application disable an administrator', async () => {
  const token = await desk.tokenOfApp(DEV.daemon);
  const body = { accountEnabled: false };
  assert.equal((await desk.ask('PATCH', '/v1.0/users/global.admin@contoso.example', { token, body })).status, 403);
  assert.equal((await desk.ask('PATCH', `/v1.0/users/${await makeUser(desk)}`, { token, body })).status, 204);
});

test('who is told no is told which roles would do, for a group of that kind', async () => {
  const url = await group(ASSIGNABLE)();
  const reply = await desk.ask('PATCH', url, {
    token: tokens.get('Groups Administrator') ?? '',
    body: { theme: 'Teal' },
  });
  assert.equal(reply.status, 403);
  const message =
    'The signed-in user needs one of these directory roles: Global Administrator or Privileged Role Administrator, or a custom role with microsoft.directory/groupsAssignableToRoles/allProperties/update.';
  assert.deepEqual(reply.json.error.details, [{ code: 'MissingRole', target: 'wids', message }]);
});
