import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { type MadeApplication, makeApplication } from './applications.ts';
import { assertDone, assertNotFound, assertRefused, idsOf, makeGroup, makeUser, NOBODY, ORIGIN } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments, …-post-approleassignedto, and of list, get
 * and delete, for users and groups, too
 */

const READ_DEVICES = '7438b122-aefc-4978-80ed-43db9fcc7715';
const GRAPH = GRAPH_SERVICE_PRINCIPAL.id;
const USER_ROLE = '6f7bfa4b-6f31-4e1c-8a3f-2b0b7ad0b6c1';
const DEFAULT_ROLE = '00000000-0000-0000-0000-000000000000';

let desk: Desk;
let client: MadeApplication;
let api: MadeApplication;
before(async () => {
  desk = await openDesk();
  client = await makeApplication(desk);
  const role = {
    id: USER_ROLE,
    value: 'Reader',
    displayName: 'Reader',
    description: 'Reads',
    allowedMemberTypes: ['User'],
    isEnabled: true,
  };
  api = await makeApplication(desk, [], { appRoles: [role] });
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown) =>
  desk.ask(method, `/v1.0/${url}`, { as: 'global.admin', ...(body === undefined ? {} : { body }) });

const toGraph = () => ({ principalId: client.principalId, resourceId: GRAPH, appRoleId: READ_DEVICES });

test('granted, seen from both ends, revoked', async () => {
  const own = `servicePrincipals/${client.principalId}/appRoleAssignments`;
  const made = await ask('POST', own, toGraph());
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, ...json } = made.json;
  assert.equal(
    context,
    `${ORIGIN}/v1.0/$metadata#servicePrincipals('${client.principalId}')/appRoleAssignments/$entity`,
  );
  assert.match(json.id, /^[\w-]{43}$/);
  assert.deepEqual(json, {
    id: json.id,
    deletedDateTime: null,
    appRoleId: READ_DEVICES,
    createdDateTime: '2026-11-21T12:00:00Z',
    principalDisplayName: json.principalDisplayName,
    principalId: client.principalId,
    principalType: 'ServicePrincipal',
    resourceDisplayName: 'Microsoft Graph',
    resourceId: GRAPH,
  });
  assert.match(json.principalDisplayName, /^Application \d+$/);
  assert.equal(
    made.headers.get('location'),
    `${ORIGIN}/v1.0/servicePrincipals('${client.principalId}')/appRoleAssignments('${json.id}')`,
  );
  assert.deepEqual((await ask('GET', own)).json.value, [json]);
  assert.deepEqual((await ask('GET', `${own}/${json.id}`)).json, made.json);
  const others = `servicePrincipals/${GRAPH}/appRoleAssignedTo`;
  assert.ok(idsOf(await ask('GET', others)).includes(json.id));
  assert.deepEqual(idsOf(await ask('GET', `${own}?$filter=resourceId eq ${GRAPH}`)), [json.id]);
  const expanded = await ask('GET', `servicePrincipals/${client.principalId}?$expand=appRoleAssignments`);
  assert.deepEqual(
    expanded.json.appRoleAssignments.map(({ id }: { id: string }) => id),
    [json.id],
  );
  const twice = await ask('POST', others, toGraph());
  assertRefused(twice, 400, 'Request_BadRequest', 'Permission being assigned already exists on the object');
  // Ids of this kind tell capitals apart.
  assertNotFound(await ask('GET', `${own}/${swapped(json.id)}`), swapped(json.id));
  assertDone(await ask('DELETE', `${others}/${json.id}`));
  assert.deepEqual(idsOf(await ask('GET', own)), []);
});

function swapped(id: string): string {
  return id === id.toLowerCase() ? id.toUpperCase() : id.toLowerCase();
}

test('people and groups get the roles that are meant for users', async () => {
  const [user, group] = [await makeUser(desk), await makeGroup(desk)];
  for (const [set, id, type] of [
    ['users', user, 'User'],
    ['groups', group, 'Group'],
  ] as const) {
    const body = { principalId: id, resourceId: api.principalId, appRoleId: USER_ROLE };
    const made = await ask('POST', `${set}/${id}/appRoleAssignments`, body);
    assert.equal(made.status, 201, made.text);
    assert.equal(made.json.principalType, type);
    assert.deepEqual(idsOf(await ask('GET', `${set}/${id}/appRoleAssignments`)), [made.json.id]);
  }
  const names = (await ask('GET', `servicePrincipals/${api.principalId}/appRoleAssignedTo`)).json.value;
  assert.deepEqual(
    names.map(({ principalType }: { principalType: string }) => principalType),
    ['User', 'Group'],
  );
  assertDone(await ask('DELETE', `users/${user}`));
  assertDone(await ask('DELETE', `groups/${group}`));
  assert.deepEqual(idsOf(await ask('GET', `servicePrincipals/${api.principalId}/appRoleAssignedTo`)), []);
});

test('access to an application without roles', async () => {
  const plain = await makeApplication(desk);
  const body = { principalId: DEV.member, resourceId: plain.principalId, appRoleId: DEFAULT_ROLE };
  assert.equal((await ask('POST', `servicePrincipals/${plain.principalId}/appRoleAssignedTo`, body)).status, 201);
});

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [what: string, more: () => Record<string, unknown>, status: number, message: string])[] = [
  ['a role that the resource has not',  () => ({ appRoleId: NOBODY }),                                        400, "Permission being assigned was not found on application '00000003-0000-0000-c000-000000000000'."],
  ['no role where there are some',      () => ({ appRoleId: DEFAULT_ROLE }),                                  400, "Permission being assigned was not found on application '00000003-0000-0000-c000-000000000000'."],
  ['a role for users',                  () => ({ resourceId: api.principalId, appRoleId: USER_ROLE }),        400, "Permission being assigned was not found on application '{api}'."],
  ['no role at all',                    () => ({ appRoleId: undefined }),                                     400, "A value is required for property 'appRoleId' of resource 'AppRoleAssignment'."],
  ['no id',                             () => ({ appRoleId: 'Device.Read.All' }),                             400, "Cannot convert the literal 'Device.Read.All' to the expected type 'Edm.Guid'."],
  ['a resource that is not there',      () => ({ resourceId: NOBODY }),                                       404, `Resource '${NOBODY}' does not exist or one of its queried reference-property objects are not present.`],
  ['somebody else',                     () => ({ principalId: DEV.member }),                                  400, 'Not a valid reference update.'],
];

for (const [what, more, status, message] of WRONG) {
  test(`refused: ${what}`, async () => {
    const reply = await ask('POST', `servicePrincipals/${client.principalId}/appRoleAssignments`, {
      ...toGraph(),
      ...more(),
    });
    assertRefused(
      reply,
      status,
      status === 404 ? 'Request_ResourceNotFound' : 'Request_BadRequest',
      message.replace('{api}', api.appId),
    );
  });
}

test('nothing else is done to an assignment', async () => {
  const own = `servicePrincipals/${client.principalId}/appRoleAssignments`;
  const { json } = await ask('POST', own, toGraph());
  assertRefused(await ask('PATCH', `${own}/${json.id}`, { appRoleId: NOBODY }), 501, 'NotImplemented');
  assertNotFound(await ask('GET', `servicePrincipals/${api.principalId}/appRoleAssignments/${json.id}`), json.id);
  assertNotFound(await ask('DELETE', `servicePrincipals/${api.principalId}/appRoleAssignments/${json.id}`), json.id);
  assertNotFound(await ask('GET', `servicePrincipals/${NOBODY}/appRoleAssignments`), NOBODY);
  assertRefused(await ask('GET', `${own}/a.b`), 400, 'Request_BadRequest');
});
