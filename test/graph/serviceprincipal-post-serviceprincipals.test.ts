import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PERMISSION_NAMES, PERMISSIONS } from '../../src/model/permissions.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { made, makeApplication } from './applications.ts';
import { assertDone, assertNotFound, assertRefused, idsOf, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals, and of update, delete and owners */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown) =>
  desk.ask(method, `/v1.0/${url}`, { as: 'global.admin', ...(body === undefined ? {} : { body }) });

test('the sample of the page: a principal of an application that is registered here', async () => {
  const application = await made(desk, 'applications', {
    displayName: 'Fleet',
    description: 'All of it',
    identifierUris: ['api://fleet'],
    web: { redirectUris: ['https://fleet.example/back'], homePageUrl: 'https://fleet.example' },
    spa: { redirectUris: ['https://fleet.example/spa'] },
  });
  const { appId } = application;
  const reply = await ask('POST', 'servicePrincipals', { appId });
  assert.equal(reply.status, 201, reply.text);
  const { json } = reply;
  assert.equal(json['@odata.context'], `${ORIGIN}/v1.0/$metadata#servicePrincipals/$entity`);
  const expected = {
    accountEnabled: true,
    appDescription: 'All of it',
    appDisplayName: 'Fleet',
    appId,
    appOwnerOrganizationId: DEV.tenant,
    appRoleAssignmentRequired: false,
    displayName: 'Fleet',
    homepage: 'https://fleet.example',
    replyUrls: ['https://fleet.example/back', 'https://fleet.example/spa'],
    servicePrincipalNames: [appId, 'api://fleet'],
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMyOrg',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, json[name]])), expected);
  assert.deepEqual((await ask('GET', `servicePrincipals(appId='${appId}')`)).json, json);
  assert.deepEqual(idsOf(await ask('GET', `servicePrincipals/${json.id}/owners`)), [DEV.globalAdmin]);
  const found = await ask('GET', "servicePrincipals?$filter=servicePrincipalNames/any(n:n eq 'api://fleet')");
  assert.deepEqual(idsOf(found), [json.id]);
});

test("one of Microsoft's own applications needs no registration", async () => {
  const { displayName, appOwnerOrganizationId } = await made(desk, 'servicePrincipals', {
    appId: '1950A258-227b-4e31-a9cf-717495945fc2',
  });
  assert.equal(displayName, 'Microsoft Azure PowerShell');
  assert.notEqual(appOwnerOrganizationId, DEV.tenant);
});

test('refused: none is registered, one is there already', async () => {
  const unknown = `The appId '${NOBODY}' of the service principal does not reference a valid application object.`;
  assertRefused(await ask('POST', 'servicePrincipals', { appId: NOBODY }), 400, 'Request_BadRequest', unknown);
  const twice = `The service principal cannot be created, updated, or restored because the service principal name ${DEV.daemon} is already in use.`;
  const again = await ask('POST', 'servicePrincipals', { appId: DEV.daemon });
  assertRefused(again, 409, 'Request_MultipleObjectsWithSameKeyValue', twice);
  const none = "A value is required for property 'appId' of resource 'ServicePrincipal'.";
  assertRefused(await ask('POST', 'servicePrincipals', {}), 400, 'Request_BadRequest', none);
  const { appId } = await made(desk, 'applications', { displayName: 'Roles' });
  const own = await ask('POST', 'servicePrincipals', { appId, appRoles: [{ id: NOBODY }] });
  assertRefused(own, 400, 'Request_BadRequest', "Property 'appRoles' is read-only and cannot be set.");
});

test('updated and deleted, with all that it was granted; its application stays', async () => {
  const { id, appId, principalId } = await makeApplication(desk, ['Device.Read.All', 'User.Read.All']);
  const path = `servicePrincipals/${principalId}`;
  assertDone(
    await ask('PATCH', path, {
      accountEnabled: false,
      tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
      notes: 'seen',
    }),
  );
  const changed = (await ask('GET', path)).json;
  assert.deepEqual([changed.accountEnabled, changed.notes], [false, 'seen']);
  assertRefused(await ask('PATCH', path, { appId: NOBODY }), 400, 'Request_BadRequest');
  const [assignment = ''] = idsOf(await ask('GET', `${path}/appRoleAssignments`));
  const graph = (await ask('GET', "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")).json.id;
  await made(desk, 'oauth2PermissionGrants', {
    clientId: principalId,
    consentType: 'AllPrincipals',
    resourceId: graph,
    scope: 'User.Read',
  });
  assertDone(await ask('DELETE', path));
  assertNotFound(await ask('GET', path), principalId);
  assert.ok(!idsOf(await ask('GET', `servicePrincipals/${graph}/appRoleAssignedTo`)).includes(assignment));
  assert.deepEqual(idsOf(await ask('GET', `oauth2PermissionGrants?$filter=clientId eq '${principalId}'`)), []);
  assert.equal((await ask('GET', `applications/${id}`)).status, 200);
  const again = await made(desk, 'servicePrincipals', { appId });
  assert.deepEqual(idsOf(await ask('GET', `servicePrincipals/${again.id}/appRoleAssignments`)), []);
});

test('a disabled principal gets no tokens', async () => {
  const { appId, principalId } = await makeApplication(desk);
  assert.ok(await desk.tokenOfApp(appId));
  assertDone(await ask('PATCH', `servicePrincipals/${principalId}`, { accountEnabled: false }));
  await assert.rejects(desk.tokenOfApp(appId), /AADSTS7000112/);
});

test('an application that is turned off gets no tokens, by itself or by its principal', async () => {
  for (const set of ['applications', 'servicePrincipals'] as const) {
    const app = await makeApplication(desk);
    const path = `${set}/${set === 'applications' ? app.id : app.principalId}`;
    assertDone(await ask('PATCH', path, { isDisabled: true }));
    assert.equal((await ask('GET', `${path}?$select=isDisabled`)).json.isDisabled, true);
    await assert.rejects(desk.tokenOfApp(app.appId), /AADSTS7000112/);
    assertDone(await ask('PATCH', path, { isDisabled: false }));
    assert.ok(await desk.tokenOfApp(app.appId));
  }
});

test('owners of applications and of principals', async () => {
  const { id, principalId } = await makeApplication(desk);
  const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${DEV.member}` };
  for (const path of [`applications/${id}`, `servicePrincipals/${principalId}`]) {
    assertDone(await ask('POST', `${path}/owners/$ref`, member));
    assertRefused(await ask('POST', `${path}/owners/$ref`, member), 400, 'Request_BadRequest');
    assert.deepEqual(idsOf(await ask('GET', `${path}/owners`)), [DEV.globalAdmin, DEV.member]);
    const owned = await desk.ask('GET', `/v1.0/users/${DEV.member}/ownedObjects`, { as: 'member' });
    assert.ok(idsOf(owned).includes(path.split('/')[1] ?? ''));
    assertDone(await ask('DELETE', `${path}/owners/${DEV.member}/$ref`));
    assert.deepEqual(idsOf(await ask('GET', `${path}/owners`)), [DEV.globalAdmin]);
  }
  const device = { '@odata.id': `https://graph.microsoft.com/v1.0/devices/${DEV.kiosk}` };
  assertRefused(await ask('POST', `applications/${id}/owners/$ref`, device), 400, 'Request_BadRequest');
});

test('Microsoft Graph offers its permissions, each with its id', async () => {
  const { json } = await ask(
    'GET',
    "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=appRoles,oauth2PermissionScopes",
  );
  for (const name of PERMISSION_NAMES) {
    const { delegated, scope, appRole } = PERMISSIONS[name] as { delegated: boolean; scope?: string; appRole?: string };
    const byValue = (list: { id: string; value: string }[]) => list.find(({ value }) => value === name)?.id;
    assert.equal(byValue(json.appRoles), appRole, name);
    assert.equal(byValue(json.oauth2PermissionScopes), scope, name);
    assert.equal(scope !== undefined, delegated, name);
  }
  const ids = [...json.appRoles, ...json.oauth2PermissionScopes].map(({ id }: { id: string }) => id);
  assert.equal(new Set(ids).size, ids.length);
});
