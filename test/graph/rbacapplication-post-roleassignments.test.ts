import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import {
  assertDone,
  assertNotFound,
  assertRefused,
  GRAPH_URL,
  idsOf,
  makeDevice,
  makeGroup,
  makeUser,
  NOBODY,
  ORIGIN,
} from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments and its neighbours
 * rbacapplication-list-roleassignments, unifiedroleassignment-get, -delete
 */

const SET = '/v1.0/roleManagement/directory/roleAssignments';
const DEFINITIONS = '/v1.0/roleManagement/directory/roleDefinitions';
const HEAD_OFFICE = '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad';
const BAD_REQUEST = 'Request_BadRequest';
const ROLE = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  intune: '3a2c62db-5318-420d-8d74-23affee5d9d5',
  cloudDevice: '7698a772-787b-4ac8-901f-60d6b08affd2',
  groups: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  users: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  reader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  registrar: 'd9a1fb42-8e32-4e53-b17e-b8b20bcd1d0c',
  implicit: 'b79fbf4d-3ef9-4689-8143-76b194e85509',
} as const;

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown, as = 'global.admin') =>
  desk.ask(method, url, { as, ...(body === undefined ? {} : { body }) });
const assign = (principalId: string, roleDefinitionId: string, directoryScopeId = '/', as = 'global.admin') =>
  ask(
    'POST',
    SET,
    { '@odata.type': '#microsoft.graph.unifiedRoleAssignment', principalId, roleDefinitionId, directoryScopeId },
    as,
  );
const heldBy = async (principal: string) =>
  (await ask('GET', `${SET}?$filter=principalId eq '${principal}'`)).json.value;
const memberOf = async (principal: string) =>
  (await ask('GET', `/v1.0/users/${principal}/memberOf?$select=displayName`)).json.value;

test('an assignment is made, read, listed, deleted', async () => {
  const principalId = await makeUser(desk);
  const made = await assign(principalId, ROLE.intune);
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, id, ...assignment } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity`);
  assert.deepEqual(assignment, { principalId, roleDefinitionId: ROLE.intune, directoryScopeId: '/' });
  assert.deepEqual((await ask('GET', `${SET}/${id}`)).json, made.json);
  assert.deepEqual(await heldBy(principalId), [{ id, ...assignment }]);
  assertRefused(await ask('PATCH', `${SET}/${id}`, { directoryScopeId: '/' }), 501, 'NotImplemented');
  assertDone(await ask('DELETE', `${SET}/${id}`));
  assertNotFound(await ask('GET', `${SET}/${id}`), id);
  assert.deepEqual(await memberOf(principalId), []);
});

test('filters, as the pages have them', async () => {
  const unit = `/administrativeUnits/${HEAD_OFFICE}`;
  const principalId = await makeUser(desk);
  const { id } = (await assign(principalId, ROLE.groups, unit)).json;
  const filter = async (text: string) => idsOf(await ask('GET', `${SET}?$filter=${text}`));
  assert.deepEqual(await filter(`principalId eq '${principalId}'`), [id]);
  assert.deepEqual(await filter(`directoryScopeId eq '${unit}'`), [id]);
  assert.deepEqual(await filter(`roleDefinitionId eq '${ROLE.groups}' and directoryScopeId eq '${unit}'`), [id]);
  assert.deepEqual(await filter(`principalId in ('${principalId}','${NOBODY}')`), [id]);
  const wide = await filter(`roleDefinitionId eq '${ROLE.globalAdministrator}'`);
  assert.deepEqual(wide, [fixedGuid('assignment:global.admin:Global Administrator')]);
  assertRefused(await ask('GET', `${SET}?$filter=startsWith(principalId,'a')`), 400, 'Request_UnsupportedQuery');
});

test('the principal and the role are expanded, each as one object', async () => {
  const query = `$filter=principalId eq '${DEV.intuneAdmin}'&$expand=principal($select=id,displayName),roleDefinition($select=displayName)`;
  const { value, '@odata.context': context } = (await ask('GET', `${SET}?${query}`)).json;
  assert.ok(
    context.endsWith(
      '#roleManagement/directory/roleAssignments(principal(id,displayName),roleDefinition(displayName))',
    ),
  );
  assert.deepEqual(
    value.map(({ principal, roleDefinition }: Record<string, unknown>) => [principal, roleDefinition]),
    [
      [
        { '@odata.type': '#microsoft.graph.user', id: DEV.intuneAdmin, displayName: 'Intune Admin' },
        { displayName: 'Intune Administrator' },
      ],
    ],
  );
  const [{ id }] = value;
  const { json } = await ask('GET', `${SET}/${id}?$expand=directoryScope`);
  assert.equal(json.directoryScope, null);
  assert.equal((await ask('GET', `${SET}/${id}/principal`)).json.id, DEV.intuneAdmin);
  assert.equal((await ask('GET', `${SET}/${id}/roleDefinition`)).json.id, ROLE.intune);
  assertRefused(await ask('GET', `${SET}/${id}/directoryScope`), 404, 'Request_ResourceNotFound');
});

test('a limited token sees of the principal its type and id', async () => {
  const app = '14d82eec-204b-4c2f-b7e8-296a70dab67e';
  const token = await desk.tokenOf('global.admin', { app, scope: 'RoleManagement.Read.Directory' });
  const { json } = await desk.ask('GET', `${SET}?$expand=principal&$top=1`, { token });
  assert.deepEqual(json.value[0].principal, { '@odata.type': '#microsoft.graph.user', id: DEV.globalAdmin });
});

test('over an administrative unit, over one device', async () => {
  const device = await makeDevice(desk);
  for (const [role, scope, type] of [
    [ROLE.cloudDevice, `/administrativeUnits/${HEAD_OFFICE}`, 'administrativeUnit'],
    [ROLE.registrar, `/administrativeUnits/${HEAD_OFFICE.toUpperCase()}`, 'administrativeUnit'],
    [ROLE.cloudDevice, `/${device.id}`, 'device'],
    [ROLE.registrar, `/${device.id}`, 'device'],
  ] as const) {
    const principalId = await makeUser(desk);
    const made = await assign(principalId.toUpperCase(), role.toUpperCase(), scope);
    assert.equal(made.status, 201, made.text);
    const known = {
      principalId,
      roleDefinitionId: role,
      directoryScopeId: scope.replace(HEAD_OFFICE.toUpperCase(), HEAD_OFFICE),
    };
    const { '@odata.context': _, id, ...assignment } = made.json;
    assert.deepEqual(assignment, known);
    const { json } = await ask('GET', `${SET}/${id}?$expand=directoryScope($select=id)`);
    assert.equal(json.directoryScope['@odata.type'], `#microsoft.graph.${type}`);
    // Only who has a role in the whole tenant is a member of it.
    assert.deepEqual(await memberOf(principalId), []);
  }
});

const unit = `/administrativeUnits/${HEAD_OFFICE}`;
const scopeText = (role: string, scope: string) => `The role '${role}' can't be assigned over the scope '${scope}'.`;
const noPrincipal = (id: string) =>
  `The principal '${id}' can't be assigned a role: users, service principals and role-assignable groups can.`;
const missing = (id: string) =>
  `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, principal: string, role: string, scope: string, status: number, message: string])[] = [
  ['nobody',                       NOBODY,     ROLE.intune, '/',          404, missing(NOBODY)],
  ['no such role',                 DEV.member, NOBODY,      '/',          404, missing(NOBODY)],
  ['the role that everybody has',  DEV.member, ROLE.implicit, '/',        404, missing(ROLE.implicit)],
  ['a device as principal',        DEV.kiosk,  ROLE.intune, '/',          400, noPrincipal(DEV.kiosk)],
  ['a group that holds no roles',  DEV.kiosks, ROLE.intune, '/',          400, noPrincipal(DEV.kiosks)],
  ['no such unit',                 DEV.member, ROLE.groups, `/administrativeUnits/${NOBODY}`, 404, missing(NOBODY)],
  ['no such device',               DEV.member, ROLE.cloudDevice, `/${NOBODY}`, 404, missing(NOBODY)],
  ['a unit as an object',          DEV.member, ROLE.groups, `/${HEAD_OFFICE}`, 400, scopeText('Groups Administrator', `/${HEAD_OFFICE}`)],
  ['a device as a unit',           DEV.member, ROLE.groups, `/administrativeUnits/${DEV.kiosk}`, 400, scopeText('Groups Administrator', `/administrativeUnits/${DEV.kiosk}`)],
  ['no scope at all',              DEV.member, ROLE.groups, 'unit',       400, scopeText(ROLE.groups, 'unit')],
  ['a scope with more behind',     DEV.member, ROLE.groups, `${unit}/a`,  400, scopeText(ROLE.groups, `${unit}/a`)],
  ['a role for whole tenants only', DEV.member, ROLE.intune, unit,        400, scopeText('Intune Administrator', unit)],
  ['everything over a unit',       DEV.member, ROLE.globalAdministrator, unit, 400, scopeText('Global Administrator', unit)],
  ['reading over a unit',          DEV.member, ROLE.reader, unit,         400, scopeText('Global Reader', unit)],
  ['groups over a device',         DEV.member, ROLE.groups, `/${DEV.kiosk}`, 400, scopeText('Groups Administrator', `/${DEV.kiosk}`)],
];

for (const [what, principal, role, scope, status, message] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const reply = await assign(principal, role, scope);
    assertRefused(reply, status, status === 404 ? 'Request_ResourceNotFound' : BAD_REQUEST, message);
  });
}

test('refused: a body without one of them, an application scope, what is there already', async () => {
  const body = { principalId: DEV.member, roleDefinitionId: ROLE.intune, directoryScopeId: '/' };
  for (const name of Object.keys(body)) {
    const reply = await ask('POST', SET, { ...body, [name]: undefined });
    assertRefused(reply, 400, BAD_REQUEST, `A value is required for property '${name}' of resource 'RoleAssignment'.`);
  }
  assertRefused(await ask('POST', SET, { ...body, appScopeId: '/' }), 400, BAD_REQUEST);
  assertRefused(await ask('POST', SET, { ...body, principalId: 'member' }), 400, BAD_REQUEST);
  const message = 'A conflicting object with one or more of the specified property values is present in the directory.';
  assertRefused(await assign(DEV.intuneAdmin, ROLE.intune), 400, BAD_REQUEST, message);
  const principalId = await makeUser(desk);
  const both = await Promise.all([assign(principalId, ROLE.groups, unit), assign(principalId, ROLE.groups, unit)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 400]);
});

test('a disabled role is not assigned', async () => {
  const rolePermissions = [{ allowedResourceActions: ['microsoft.directory/devices/delete'] }];
  const role = (await ask('POST', DEFINITIONS, { displayName: 'Off', isEnabled: false, rolePermissions })).json.id;
  const message = `The role definition '${role}' is disabled, and a disabled role can't be assigned.`;
  assertRefused(await assign(DEV.member, role), 400, BAD_REQUEST, message);
});

test('nothing assigned outlives what it is about', async () => {
  const gone = async (assignment: { id: string }, url: string) => {
    assertDone(await ask('DELETE', url));
    assertNotFound(await ask('GET', `${SET}/${assignment.id}`), assignment.id);
  };
  const user = await makeUser(desk);
  await gone((await assign(user, ROLE.users)).json, `/v1.0/users/${user}`);
  const device = await makeDevice(desk);
  await gone((await assign(DEV.member, ROLE.cloudDevice, `/${device.id}`)).json, device.path);
  const made = (await ask('POST', '/v1.0/directory/administrativeUnits', { displayName: 'A' })).json.id;
  const scope = `/administrativeUnits/${made}`;
  await gone((await assign(DEV.member, ROLE.groups, scope)).json, `/v1.0/directory${scope}`);
  const rolePermissions = [{ allowedResourceActions: ['microsoft.directory/devices/delete'] }];
  const role = (await ask('POST', DEFINITIONS, { displayName: 'A', isEnabled: true, rolePermissions })).json.id;
  await gone((await assign(DEV.member, role)).json, `${DEFINITIONS}/${role}`);
  assert.deepEqual(await heldBy(DEV.member), []);
});

// -- the other side ------------------------------------------------------------------------------------------------

const members = (role: string) => `/v1.0/directoryRoles(roleTemplateId='${role}')/members`;

test('who is assigned a role in the whole tenant is a member of it, and the other way round', async () => {
  const user = await makeUser(desk);
  const { id } = (await assign(user, ROLE.reader)).json;
  assert.ok(idsOf(await ask('GET', members(ROLE.reader))).includes(user));
  assert.deepEqual(await memberOf(user), [
    { '@odata.type': '#microsoft.graph.directoryRole', displayName: 'Global Reader' },
  ]);
  const reference = `${members(ROLE.reader)}/${user}/$ref`;
  assertDone(await ask('DELETE', reference));
  assertNotFound(await ask('GET', `${SET}/${id}`), id);
  assertDone(
    await ask('POST', `${members(ROLE.reader)}/$ref`, { '@odata.id': `${GRAPH_URL}/directoryObjects/${user}` }),
  );
  const [held] = await heldBy(user);
  assert.deepEqual([held.roleDefinitionId, held.directoryScopeId], [ROLE.reader, '/']);
  assertDone(await ask('DELETE', `${SET}/${held.id}`));
  assert.ok(!idsOf(await ask('GET', members(ROLE.reader))).includes(user));
});

test('an assignment activates its role', async () => {
  const template = '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f';
  assertNotFound(await ask('GET', `/v1.0/directoryRoles/roleTemplateId=${template}`), template);
  assert.equal((await assign(await makeUser(desk), template)).status, 201);
  const { json } = await ask('GET', `/v1.0/directoryRoles/roleTemplateId=${template}`);
  assert.equal(json.displayName, 'Security Operator');
});

test('a role that several assign at once is activated once', async () => {
  const users = await Promise.all([1, 2, 3].map(() => makeUser(desk)));
  const template = '74ef975b-6605-40af-a5d2-b9539d836353';
  const replies = await Promise.all(users.map((user) => assign(user, template)));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [201, 201, 201],
  );
  assert.deepEqual([...idsOf(await ask('GET', members(template)))].sort(), users.toSorted());
});

test('a role-assignable group holds roles for its members', async () => {
  const group = await makeGroup(desk, { isAssignableToRole: true });
  assert.equal((await assign(group, ROLE.intune)).status, 201);
  assert.deepEqual(idsOf(await ask('GET', `/v1.0/groups/${group}/memberOf`)).length, 1);
  const user = await makeUser(desk);
  assertDone(await ask('POST', `/v1.0/groups/${group}/members/$ref`, { '@odata.id': `${GRAPH_URL}/users/${user}` }));
  const names = async (relation: string) =>
    (await ask('GET', `/v1.0/users/${user}/${relation}?$select=id,displayName`)).json.value.map(
      (one: Record<string, string>) => one['@odata.type']?.slice('#microsoft.graph.'.length),
    );
  assert.deepEqual(await names('memberOf'), ['group']);
  assert.deepEqual((await names('transitiveMemberOf')).sort(), ['directoryRole', 'group']);
});

// -- who may -------------------------------------------------------------------------------------------------------

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
    const reply = await assign(await makeUser(desk), ROLE.reader, '/', user);
    assert.equal(reply.status, write, reply.text);
    const { id } = (await assign(await makeUser(desk), ROLE.reader)).json;
    assert.equal((await ask('DELETE', `${SET}/${id}`, undefined, user)).status, write === 201 ? 204 : 403);
  });
}

test('a Privileged Role Administrator assigns roles', async () => {
  const userPrincipalName = 'privileged@contoso.example';
  const user = await makeUser(desk, { userPrincipalName });
  assert.equal((await assign(user, 'e8611ab8-c189-46e8-94e1-60213ab1f814')).status, 201);
  const reply = await assign(await makeUser(desk), ROLE.intune, '/', userPrincipalName);
  assert.equal(reply.status, 201, reply.text);
});
