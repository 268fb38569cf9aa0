import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import { assertDone, assertRefused } from './expect.ts';

/**
 * From nothing to a token and back, by Graph's own API alone: an application, its secret, its service principal, what it
 * is granted. https://learn.microsoft.com/graph/auth-v2-service, https://learn.microsoft.com/graph/permissions-grant-via-msgraph
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown) =>
  desk.ask(method, `/v1.0/${url}`, { as: 'global.admin', ...(body === undefined ? {} : { body }) });

async function made(url: string, body: unknown, status = 201): Promise<Reply['json']> {
  const reply = await ask('POST', url, body);
  assert.equal(reply.status, status, reply.text);
  return reply.json;
}

const form = (fields: Readonly<Record<string, string>>) => ({
  body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

function tokenWith(appId: string, secret: string): Promise<Reply> {
  const scope = 'https://graph.microsoft.com/.default';
  const fields = { grant_type: 'client_credentials', client_id: appId, client_secret: secret, scope };
  return desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, form(fields));
}

const READ_DEVICES = '7438b122-aefc-4978-80ed-43db9fcc7715';

test('an application that was made, granted and revoked through the API', async () => {
  const { appId, id } = await made('applications', { displayName: 'Fleet Report' });
  const { secretText, keyId } = await made(
    `applications/${id}/addPassword`,
    { passwordCredential: { displayName: 'CI' } },
    200,
  );
  // Registered, and not known as a principal yet.
  assert.equal((await tokenWith(appId, secretText)).status, 400);
  const principal = await made('servicePrincipals', { appId });
  const devices = async (reply: Reply) => desk.ask('GET', '/v1.0/devices', { token: reply.json.access_token });
  assertRefused(await devices(await tokenWith(appId, secretText)), 403, 'Authorization_RequestDenied');

  const assignments = `servicePrincipals/${principal.id}/appRoleAssignments`;
  const assignment = await made(assignments, {
    principalId: principal.id,
    resourceId: GRAPH_SERVICE_PRINCIPAL.id,
    appRoleId: READ_DEVICES,
  });
  const granted = await tokenWith(appId, secretText);
  assert.equal(granted.status, 200, granted.text);
  const page = await devices(granted);
  assert.equal(page.status, 200, page.text);
  assert.equal(page.json.value.length, 2);

  assertDone(await ask('DELETE', `${assignments}/${assignment.id}`));
  // What was taken away is missing from tokens issued afterwards.
  assertRefused(await devices(await tokenWith(appId, secretText)), 403, 'Authorization_RequestDenied');
  assertDone(await ask('POST', `applications/${id}/removePassword`, { keyId }));
  assert.equal((await tokenWith(appId, secretText)).json.error, 'invalid_client');
  assertDone(await ask('DELETE', `applications/${id}`));
  assert.equal((await ask('GET', `servicePrincipals(appId='${appId}')`)).status, 404);
});

test('a secret ends when it says', async () => {
  const { appId, id } = await made('applications', { displayName: 'Short' });
  await made('servicePrincipals', { appId });
  const endDateTime = new Date(desk.clock.now() + 60_000).toISOString();
  const { secretText } = await made(`applications/${id}/addPassword`, { passwordCredential: { endDateTime } }, 200);
  assert.equal((await tokenWith(appId, secretText)).status, 200);
  desk.clock.advance(60_000);
  assert.equal((await tokenWith(appId, secretText)).json.error, 'invalid_client');
});

test('delegated permissions that are granted and revoked', async () => {
  const { appId } = await made('applications', { displayName: 'Viewer', isFallbackPublicClient: true });
  const { id: clientId } = await made('servicePrincipals', { appId });
  const sign = (scope: string) => {
    const fields = {
      grant_type: 'password',
      client_id: appId,
      username: 'member@contoso.example',
      password: 'Rollcall-dev-1',
    };
    return desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, form({ ...fields, scope }));
  };
  assert.match((await sign('Device.Read.All')).json.error_description, /AADSTS65001/);
  const resourceId = GRAPH_SERVICE_PRINCIPAL.id;
  const grant = { clientId, consentType: 'AllPrincipals', resourceId, scope: 'Device.Read.All User.Read' };
  const { id } = await made('oauth2PermissionGrants', grant);
  assert.equal((await sign('Device.Read.All')).json.scope, 'Device.Read.All');
  assertDone(await ask('PATCH', `oauth2PermissionGrants/${id}`, { scope: 'User.Read' }));
  assert.match((await sign('Device.Read.All')).json.error_description, /AADSTS65001/);
  assert.equal((await sign('User.Read')).json.scope, 'User.Read');
  assertDone(await ask('DELETE', `oauth2PermissionGrants/${id}`));
  assert.match((await sign('User.Read')).json.error_description, /AADSTS65001/);
});

test('what one API calls by the name of a permission of Microsoft Graph is none of it', async () => {
  const role = {
    allowedMemberTypes: ['Application'],
    displayName: 'Mine',
    description: 'Mine',
    id: READ_DEVICES,
    isEnabled: true,
    value: 'Device.Read.All',
  };
  const api = await made('applications', { displayName: 'My API', appRoles: [role] });
  const resource = await made('servicePrincipals', { appId: api.appId });
  const { appId, id } = await made('applications', { displayName: 'Climber', isFallbackPublicClient: true });
  const { secretText } = await made(`applications/${id}/addPassword`, {}, 200);
  const { id: clientId } = await made('servicePrincipals', { appId });
  const assignment = { principalId: clientId, resourceId: resource.id, appRoleId: READ_DEVICES };
  await made(`servicePrincipals/${resource.id}/appRoleAssignedTo`, assignment);
  const token = (await tokenWith(appId, secretText)).json.access_token;
  assertRefused(await desk.ask('GET', '/v1.0/devices', { token }), 403, 'Authorization_RequestDenied');
  await made('oauth2PermissionGrants', {
    clientId,
    consentType: 'AllPrincipals',
    resourceId: resource.id,
    scope: 'Device.Read.All',
  });
  const fields = {
    grant_type: 'password',
    client_id: appId,
    username: 'member@contoso.example',
    password: 'Rollcall-dev-1',
  };
  const reply = await desk.ask(
    'POST',
    `/${DEV.tenant}/oauth2/v2.0/token`,
    form({ ...fields, scope: 'Device.Read.All' }),
  );
  assert.match(reply.json.error_description, /AADSTS65001/);
});
