import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ASSIGNABLE_ROLES } from '../../src/model/roles.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GUID, NOBODY, ORIGIN } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/rbacapplication-post-roledefinitions and its neighbours
 * rbacapplication-list-roledefinitions, unifiedroledefinition-get, -update, -delete
 */

const SET = '/v1.0/roleManagement/directory/roleDefinitions';
const INTUNE_ADMINISTRATOR = '3a2c62db-5318-420d-8d74-23affee5d9d5';
const REGISTRAR = 'd9a1fb42-8e32-4e53-b17e-b8b20bcd1d0c';
const BAD_REQUEST = 'Request_BadRequest';

const permissions = (...names: readonly string[]) => [
  { allowedResourceActions: names.map((name) => `microsoft.directory/${name}`) },
];
const roleBody = (more: Record<string, unknown> = {}) => ({
  description: 'Enables and disables devices',
  displayName: 'Device Switcher',
  rolePermissions: permissions('devices/enable', 'devices/disable'),
  isEnabled: true,
  ...more,
});

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown, as = 'global.admin') =>
  desk.ask(method, url, { as, ...(body === undefined ? {} : { body }) });

async function makeRole(more: Record<string, unknown> = {}): Promise<string> {
  const made = await ask('POST', SET, roleBody(more));
  assert.equal(made.status, 201, made.text);
  return made.json.id;
}

test('a custom role is made, read, listed, changed, deleted', async () => {
  const made = await ask('POST', SET, roleBody());
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, id, ...role } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity`);
  assert.match(id, GUID);
  const [{ allowedResourceActions }] = roleBody().rolePermissions as [{ allowedResourceActions: string[] }];
  assert.deepEqual(role, {
    ...roleBody(),
    isBuiltIn: false,
    resourceScopes: ['/'],
    templateId: id,
    version: null,
    rolePermissions: [{ allowedResourceActions, condition: null }],
  });
  assert.deepEqual((await ask('GET', `${SET}/${id}`)).json, made.json);
  const custom = await ask('GET', `${SET}?$filter=isBuiltIn eq false&$select=id`);
  assert.deepEqual(custom.json.value, [{ id: REGISTRAR }, { id }]);
  assertDone(
    await ask('PATCH', `${SET}/${id}`, { displayName: 'Renamed', rolePermissions: permissions('devices/delete') }),
  );
  const changed = (await ask('GET', `${SET}/${id}`)).json;
  assert.deepEqual(
    [changed.displayName, changed.rolePermissions[0].allowedResourceActions],
    ['Renamed', ['microsoft.directory/devices/delete']],
  );
  assertDone(await ask('DELETE', `${SET}/${id}`));
  assertNotFound(await ask('GET', `${SET}/${id}`), id);
});

test('the built-in roles are listed by their template ids, with what they allow', async () => {
  const { value } = (await ask('GET', `${SET}?$filter=isBuiltIn eq true&$top=999`)).json;
  assert.deepEqual(
    value.map(({ id }: { id: string }) => id),
    ASSIGNABLE_ROLES.map(({ id }) => id),
  );
  assert.ok(value.length >= 25);
  const intune = value.find(({ id }: { id: string }) => id === INTUNE_ADMINISTRATOR);
  assert.deepEqual(
    [intune.displayName, intune.templateId, intune.isEnabled, intune.version, intune.resourceScopes],
    ['Intune Administrator', INTUNE_ADMINISTRATOR, true, '1', ['/']],
  );
  assert.ok(intune.rolePermissions[0].allowedResourceActions.includes('microsoft.directory/devices/create'));
  const found = await ask(
    'GET',
    `/beta/roleManagement/directory/roleDefinitions?$filter=displayName eq 'Global Reader'`,
  );
  assert.deepEqual(found.json.value.length, 1);
});

test('the development tenant has a custom role', async () => {
  const { json } = await ask('GET', `${SET}/${REGISTRAR}`);
  assert.deepEqual([json.displayName, json.isBuiltIn], ['Device Registrar', false]);
  assert.equal(json.rolePermissions[0].allowedResourceActions.length, 3);
});

test('a built-in role stays as it is', async () => {
  const message = `The role definition '${INTUNE_ADMINISTRATOR}' is built in. Built-in role definitions can be neither changed nor deleted.`;
  const before = await ask('GET', `${SET}/${INTUNE_ADMINISTRATOR}`);
  assertRefused(await ask('PATCH', `${SET}/${INTUNE_ADMINISTRATOR}`, { displayName: 'A' }), 400, BAD_REQUEST, message);
  assertRefused(await ask('DELETE', `${SET}/${INTUNE_ADMINISTRATOR}`), 400, BAD_REQUEST, message);
  assert.deepEqual((await ask('GET', `${SET}/${INTUNE_ADMINISTRATOR}`)).json, before.json);
});

/** What a custom role may hold: in the documented fidelity, in the live one. */
// biome-ignore format: a table is read by its columns
const ACTIONS: readonly (readonly [action: string, documented: number, live: number])[] = [
  ['devices/createdFrom/read',              201, 201],
  ['devices/registeredOwners/read',         201, 201],
  ['devices/registeredUsers/read',          201, 201],
  ['devices/standard/read',                 201, 201],
  ['devices/registeredOwners/update',       201, 201],
  ['devices/registeredUsers/update',        201, 201],
  ['devices/enable',                        201, 201],
  ['devices/disable',                       201, 201],
  ['devices/delete',                        201, 201],
  ['devices/create',                        201, 400],
  ['devices/basic/update',                  201, 400],
  ['devices/extensionAttributeSet1/update', 400, 400],
  ['devices/allProperties/allTasks',        400, 400],
  ['groups/members/update',                 201, 201],
  ['groups.security/create',                201, 201],
  ['groupsAssignableToRoles/create',        400, 400],
  ['users/basic/update',                    201, 201],
  ['users/password/update',                 400, 400],
  ['roleAssignments/allProperties/allTasks', 400, 400],
  ['constructor',                           400, 400],
];

test('a custom role holds what Microsoft lets it hold, and nothing else', async () => {
  const live = await openDesk({ fidelity: 'live' });
  for (const [name, ...statuses] of ACTIONS) {
    for (const [at, where] of [desk, live].entries()) {
      const body = roleBody({ rolePermissions: permissions('devices/standard/read', name) });
      const reply = await where.ask('POST', SET, { as: 'global.admin', body });
      const message = `Action 'microsoft.directory/${name}' is not supported for Custom Role creation.`;
      if (statuses[at] === 201) assert.equal(reply.status, 201, `${name}: ${reply.text}`);
      else assertRefused(reply, 400, BAD_REQUEST, message);
    }
  }
  const role = `${SET}/${REGISTRAR}`;
  const update = { body: { rolePermissions: permissions('devices/create') }, as: 'global.admin' };
  assertRefused(await live.ask('PATCH', role, update), 400, BAD_REQUEST);
  await live.close();
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, more: Record<string, unknown>, status: number, code: string, message?: string])[] = [
  ['no name',           { displayName: undefined },              400, BAD_REQUEST],
  ['no permissions',    { rolePermissions: undefined },          400, BAD_REQUEST],
  ['not enabled or not', { isEnabled: undefined },               400, BAD_REQUEST],
  ['built in',          { isBuiltIn: true },                     400, BAD_REQUEST],
  ['another scope',     { resourceScopes: ['/a'] },              400, BAD_REQUEST],
  ['no such property',  { colour: 'red' },                       400, BAD_REQUEST, "Invalid property 'colour'."],
  ['no list of actions', { rolePermissions: [{ allowedResourceActions: 'a' }] }, 400, BAD_REQUEST],
  ['a condition',       { rolePermissions: [{ ...permissions('devices/delete')[0], condition: '$ResourceIsSelf' }] }, 501, 'NotImplemented'],
];

for (const [what, more, status, code, message] of REFUSED) {
  test(`refused: ${what}`, async () => {
    assertRefused(await ask('POST', SET, roleBody(more)), status, code, message);
  });
}

test('a template id of its own is kept', async () => {
  const templateId = crypto.randomUUID();
  const id = await makeRole({ templateId, version: '2' });
  const { json } = await ask('GET', `${SET}/${id}?$select=templateId,version`);
  assert.deepEqual([json.templateId, json.version], [templateId, '2']);
});

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [user: string, read: number, write: number])[] = [
  ['global.admin',  200, 201],
  ['global.reader', 200, 403],
  ['intune.admin',  200, 403],
  ['member',        200, 403],
  ['guest',         403, 403],
];

for (const [user, read, write] of WHO) {
  test(`${user} reads: ${read}, writes: ${write}`, async () => {
    assert.equal((await ask('GET', SET, undefined, user)).status, read);
    assert.equal((await ask('GET', `${SET}/${REGISTRAR}`, undefined, user)).status, read);
    assert.equal((await ask('POST', SET, roleBody(), user)).status, write);
    const id = await makeRole();
    assert.equal((await ask('PATCH', `${SET}/${id}`, { description: 'A' }, user)).status, write === 201 ? 204 : 403);
    assert.equal((await ask('DELETE', `${SET}/${id}`, undefined, user)).status, write === 201 ? 204 : 403);
  });
}

test('applications need the permission', async () => {
  const get = async (app: string) => (await desk.ask('GET', SET, { token: await desk.tokenOfApp(app) })).status;
  assert.deepEqual([await get(DEV.daemon), await get(DEV.unconsented)], [200, 403]);
  const body = roleBody();
  assert.equal((await desk.ask('POST', SET, { token: await desk.tokenOfApp(DEV.daemon), body })).status, 403);
});

test('nothing there, and nowhere else', async () => {
  assertNotFound(await ask('GET', `${SET}/${NOBODY}`), NOBODY);
  assertRefused(await ask('GET', '/v1.0/roleDefinitions'), 400, 'BadRequest');
  assertRefused(await ask('GET', '/v1.0/directory/roleDefinitions'), 501, 'NotImplemented');
  assert.equal((await ask('GET', '/v1.0/RoleManagement/Directory/RoleDefinitions')).status, 200);
});
