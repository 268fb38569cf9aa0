import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ASSIGNABLE_ROLES } from '../../src/model/roles.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import {
  assertDone,
  assertNotFound,
  assertRefused,
  GRAPH_URL,
  GUID,
  idsOf,
  makeUser,
  NOBODY,
  ORIGIN,
} from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/directoryrole-post-directoryroles and its neighbours directoryrole-list, -get,
 * -post-members, -list-members, -delete-member, directoryroletemplate-list, -get
 */

const SET = '/v1.0/directoryRoles';
const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
const BAD_REQUEST = 'Request_BadRequest';

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown, as = 'global.admin') =>
  desk.ask(method, url, { as, ...(body === undefined ? {} : { body }) });
const reference = (id: string) => ({ '@odata.id': `${GRAPH_URL}/directoryObjects/${id}` });

test('the roles that somebody has are active, and Global Administrator always', async () => {
  const names = (await ask('GET', SET)).json.value.map((role: { displayName: string }) => role.displayName);
  assert.deepEqual(names.slice(0, 2), ['Global Administrator', 'Intune Administrator']);
  assert.ok(names.includes('Global Reader'));
  assert.ok(!names.includes('User Administrator'));
  assert.ok(!names.includes('Device Registrar'), 'custom roles are none of these');
});

test('a role is activated by its template, once', async () => {
  const made = await ask('POST', SET, { roleTemplateId: USER_ADMINISTRATOR });
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, id, ...role } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#directoryRoles/$entity`);
  assert.match(id, GUID);
  const description = 'Can manage all aspects of users and groups, including resetting passwords for limited admins.';
  const known = {
    deletedDateTime: null,
    description,
    displayName: 'User Administrator',
    roleTemplateId: USER_ADMINISTRATOR,
  };
  assert.deepEqual(role, known);
  assert.deepEqual((await ask('GET', `${SET}/${id}`)).json, made.json);
  for (const key of [`(roleTemplateId='${USER_ADMINISTRATOR}')`, `/roleTemplateId=${USER_ADMINISTRATOR}`]) {
    assert.equal((await ask('GET', `${SET}${key}`)).json.id, id, key);
  }
  const message = 'A conflicting object with one or more of the specified property values is present in the directory.';
  assertRefused(await ask('POST', SET, { roleTemplateId: USER_ADMINISTRATOR }), 400, BAD_REQUEST, message);
});

test('refused: what is no template, another name, changing or deleting a role', async () => {
  assertNotFound(await ask('POST', SET, { roleTemplateId: NOBODY }), NOBODY);
  assertRefused(await ask('POST', SET, {}), 400, BAD_REQUEST);
  assertRefused(await ask('POST', SET, { roleTemplateId: DIRECTORY_READERS, displayName: 'A' }), 400, BAD_REQUEST);
  const [id] = idsOf(await ask('GET', SET));
  for (const method of ['PATCH', 'DELETE']) {
    assertRefused(await ask(method, `${SET}/${id}`, method === 'PATCH' ? {} : undefined), 501, 'NotImplemented');
  }
});

test('members are added, listed, counted and removed, by either address', async () => {
  const { id } = (await ask('POST', SET, { roleTemplateId: DIRECTORY_READERS })).json;
  for (const role of [`${SET}/${id}`, `${SET}/roleTemplateId=${DIRECTORY_READERS}`]) {
    const user = await makeUser(desk);
    assertDone(await ask('POST', `${role}/members/$ref`, reference(user)));
    assert.deepEqual(idsOf(await ask('GET', `${role}/members`)), [user]);
    assert.equal((await ask('GET', `${role}/members/microsoft.graph.user?$select=id`)).json.value.length, 1);
    assertRefused(await ask('POST', `${role}/members/$ref`, reference(user)), 400, BAD_REQUEST);
    assertDone(await ask('DELETE', `${role}/members/${user}/$ref`));
    assertNotFound(await ask('DELETE', `${role}/members/${user}/$ref`), user);
    assert.deepEqual(idsOf(await ask('GET', `${role}/members`)), []);
  }
});

test('an application can be a member, a device and a plain group can not', async () => {
  const role = `${SET}(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')/members/$ref`;
  const found = await ask('GET', `/v1.0/servicePrincipals(appId='${DEV.daemon}')`);
  assertDone(await ask('POST', role, reference(found.json.id)));
  const memberOf = await ask('GET', `/v1.0/servicePrincipals/${found.json.id}/memberOf?$select=displayName`);
  assert.deepEqual(memberOf.json.value[0].displayName, 'Global Administrator');
  assertRefused(await ask('POST', role, reference(DEV.kiosk)), 400, BAD_REQUEST);
  assertRefused(await ask('POST', role, reference(DEV.kiosks)), 400, BAD_REQUEST);
});

test('a member is asked for by a cast, and found among directory objects', async () => {
  const url = `/v1.0/users/intune.admin@contoso.example/memberOf/microsoft.graph.directoryRole?$count=true`;
  const { json } = await desk.ask('GET', url, { as: 'member', headers: { consistencylevel: 'eventual' } });
  assert.deepEqual([json['@odata.count'], json.value[0].displayName], [1, 'Intune Administrator']);
  const { id } = json.value[0];
  assert.equal(
    (await ask('GET', `/v1.0/directoryObjects/${id}`)).json['@odata.type'],
    '#microsoft.graph.directoryRole',
  );
});

test('the templates are the built-in roles', async () => {
  const found = await ask('GET', '/v1.0/directoryRoleTemplates');
  assert.deepEqual(
    idsOf(found),
    ASSIGNABLE_ROLES.map(({ id }) => id),
  );
  const one = await ask('GET', `/v1.0/directoryRoleTemplates/${USER_ADMINISTRATOR}`);
  assert.equal(one.json.displayName, 'User Administrator');
  assertRefused(await ask('POST', '/v1.0/directoryRoleTemplates', {}), 501, 'NotImplemented');
});

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [user: string, read: number, write: number])[] = [
  ['global.admin',  200, 204],
  ['global.reader', 200, 403],
  ['member',        200, 403],
  ['guest',         403, 403],
];

for (const [as, read, write] of WHO) {
  test(`${as} reads: ${read}, writes: ${write}`, async () => {
    const members = `${SET}(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')/members`;
    for (const url of [SET, members, '/v1.0/directoryRoleTemplates']) {
      assert.equal((await ask('GET', url, undefined, as)).status, read, url);
    }
    const user = await makeUser(desk);
    assert.equal((await ask('POST', `${members}/$ref`, reference(user), as)).status, write);
    const activated = await ask('POST', SET, { roleTemplateId: '5d6b6bb7-de71-4623-b4af-96380a352509' }, as);
    assert.equal(activated.status, write === 204 ? 201 : 403);
  });
}
