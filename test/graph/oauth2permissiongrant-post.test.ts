import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { invalid, type MadeApplication, makeApplication } from './applications.ts';
import { assertDone, assertNotFound, assertRefused, idsOf, makeUser, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/oauth2permissiongrant-post, and of list, get, update and delete */

const resourceId = GRAPH_SERVICE_PRINCIPAL.id;

let desk: Desk;
let client: MadeApplication;
before(async () => {
  desk = await openDesk();
  client = await makeApplication(desk);
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown) =>
  desk.ask(method, `/v1.0/${url}`, { as: 'global.admin', ...(body === undefined ? {} : { body }) });

const forAll = (scope: string) => ({
  clientId: client.principalId,
  consentType: 'AllPrincipals',
  principalId: null,
  resourceId,
  scope,
});

test('made, read, listed, changed, deleted', async () => {
  const made = await ask('POST', 'oauth2PermissionGrants', forAll('User.Read'));
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, ...json } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#oauth2PermissionGrants/$entity`);
  assert.deepEqual(json, { ...forAll('User.Read'), id: json.id });
  assert.deepEqual(Object.keys(json), ['clientId', 'consentType', 'id', 'principalId', 'resourceId', 'scope']);
  // The ids of the client and of the resource, as Microsoft Entra ID writes them.
  assert.equal(Buffer.from(json.id, 'base64url').length, 32);
  assert.deepEqual((await ask('GET', `oauth2PermissionGrants/${json.id}`)).json, made.json);
  assert.deepEqual((await ask('GET', `servicePrincipals/${client.principalId}/oauth2PermissionGrants`)).json.value, [
    json,
  ]);
  assertDone(await ask('PATCH', `oauth2PermissionGrants/${json.id}`, { scope: 'User.Read Device.Read.All' }));
  assert.equal((await ask('GET', `oauth2PermissionGrants/${json.id}`)).json.scope, 'User.Read Device.Read.All');
  const moved = await ask('PATCH', `oauth2PermissionGrants/${json.id}`, { clientId: NOBODY });
  assertRefused(moved, 400, 'Request_BadRequest', "Property 'clientId' is read-only and cannot be set.");
  assertDone(await ask('DELETE', `oauth2PermissionGrants/${json.id}`));
  assertNotFound(await ask('GET', `oauth2PermissionGrants/${json.id}`), json.id);
});

test('the id of a grant is what Microsoft Entra ID makes of the same ids', async () => {
  const { grantIds } = await import('../../src/directory/rules/grants.ts');
  const ids = {
    clientId: 'b25985a8-9d2b-4fde-9fa7-6c4e43a8ddec',
    resourceId: 'a3efc889-f1b7-4532-9e01-91e32d1039f4',
    principalId: '182c8534-f413-487c-91a3-7addc80e35d5',
  };
  assert.equal(grantIds.id(ids), 'qIVZsiud3k-fp2xOQ6jd7InI76O38TJFngGR4y0QOfQ0hSwYE_R8SJGjet3IDjXV');
  assert.equal(grantIds.id({ ...ids, principalId: null }), 'qIVZsiud3k-fp2xOQ6jd7InI76O38TJFngGR4y0QOfQ');
});

test('one grant for all and one for each person; none of them twice', async () => {
  const user = await makeUser(desk);
  const forOne = { ...forAll('User.Read'), consentType: 'Principal', principalId: user };
  const [all, one] = [
    await ask('POST', 'oauth2PermissionGrants', forAll('User.Read')),
    await ask('POST', 'oauth2PermissionGrants', forOne),
  ];
  assert.deepEqual([all.status, one.status], [201, 201]);
  for (const body of [forAll('Device.Read.All'), forOne]) {
    const again = await ask('POST', 'oauth2PermissionGrants', body);
    assertRefused(again, 409, 'Request_MultipleObjectsWithSameKeyValue', 'Permission entry already exists.');
  }
  assert.deepEqual(idsOf(await ask('GET', `users/${user}/oauth2PermissionGrants`)), [one.json.id]);
  assertDone(await ask('DELETE', `users/${user}`));
  assertNotFound(await ask('GET', `oauth2PermissionGrants/${one.json.id}`), one.json.id);
  assertDone(await ask('DELETE', `oauth2PermissionGrants/${all.json.id}`));
});

// biome-ignore format: a table is read by its columns
const FILTERS: readonly (readonly [filter: () => string, count: number | 'refused'])[] = [
  [() => `clientId eq '${client.principalId}'`,                                                  2],
  [() => `clientId eq '${client.principalId}' and consentType eq 'AllPrincipals'`,               1],
  [() => `clientId eq '${client.principalId}' and principalId eq '${DEV.member}'`,               1],
  [() => `principalId eq ${DEV.member}`,                                                         1],
  [() => `clientId eq '${client.principalId}' and resourceId eq '${resourceId}'`,                2],
  [() => `clientId eq '${client.principalId}' and startsWith(scope,'User.Read')`,                1],
  [() => `clientId eq '${NOBODY}'`,                                                              0],
  [() => `id eq 'x'`,                                                                            'refused'],
];

test('lists, filtered', async () => {
  assert.equal((await ask('POST', 'oauth2PermissionGrants', forAll('User.Read Device.Read.All'))).status, 201);
  const forOne = { ...forAll('Group.Read.All'), consentType: 'Principal', principalId: DEV.member };
  assert.equal((await ask('POST', 'oauth2PermissionGrants', forOne)).status, 201);
  for (const [filter, count] of FILTERS) {
    const reply = await ask('GET', `oauth2PermissionGrants?$filter=${filter()}`);
    if (count === 'refused') assertRefused(reply, 400, 'Request_UnsupportedQuery');
    else assert.equal(idsOf(reply).length, count, filter());
  }
  const page = await ask('GET', 'oauth2PermissionGrants?$top=1');
  assert.equal(page.json.value.length, 1);
  assert.ok(page.json['@odata.nextLink']);
});

const RESOURCE = 'OAuth2PermissionGrant';

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [more: Record<string, unknown>, status: number, message: string])[] = [
  [{ consentType: undefined },                               400, `A value is required for property 'consentType' of resource '${RESOURCE}'.`],
  [{ clientId: undefined },                                  400, `A value is required for property 'clientId' of resource '${RESOURCE}'.`],
  [{ consentType: 'Everybody' },                             400, invalid('consentType', RESOURCE)],
  [{ consentType: 'Principal' },                             400, invalid('principalId', RESOURCE)],
  [{ principalId: DEV.member },                              400, invalid('principalId', RESOURCE)],
  [{ scope: 'x'.repeat(3851) },                              400, invalid('scope', RESOURCE)],
  [{ clientId: 'me' },                                       400, "Cannot convert the literal 'me' to the expected type 'Edm.Guid'."],
  [{ clientId: NOBODY },                                     404, `Resource '${NOBODY}' does not exist or one of its queried reference-property objects are not present.`],
  [{ resourceId: DEV.member },                               404, `Resource '${DEV.member}' does not exist or one of its queried reference-property objects are not present.`],
  [{ consentType: 'Principal', principalId: NOBODY },        404, `Resource '${NOBODY}' does not exist or one of its queried reference-property objects are not present.`],
];

for (const [more, status, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 60)} is refused`, async () => {
    const other = await makeApplication(desk);
    const reply = await ask('POST', 'oauth2PermissionGrants', {
      ...forAll('User.Read'),
      clientId: other.principalId,
      ...more,
    });
    assertRefused(reply, status, status === 404 ? 'Request_ResourceNotFound' : 'Request_BadRequest', message);
  });
}
