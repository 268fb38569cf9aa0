import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { type Desk, openDesk } from '../support/rollcall.ts';
import { made, makeApplication } from './applications.ts';
import { assertDone, assertNotFound, idsOf, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/api/application-delete */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string) => desk.ask(method, `/v1.0/${url}`, { as: 'global.admin' });

test('an application goes with its principal, and all that was granted to it and on it', async () => {
  const role = {
    id: NOBODY,
    value: 'R',
    displayName: 'R',
    description: 'R',
    allowedMemberTypes: ['Application'],
    isEnabled: true,
  };
  const app = await makeApplication(desk, ['Device.Read.All'], { appRoles: [role] });
  const other = await makeApplication(desk);
  const assignment = { principalId: other.principalId, resourceId: app.principalId, appRoleId: NOBODY };
  await made(desk, `servicePrincipals/${app.principalId}/appRoleAssignedTo`, assignment);
  const grant = { consentType: 'AllPrincipals', scope: 'User.Read' };
  await made(desk, 'oauth2PermissionGrants', {
    ...grant,
    clientId: app.principalId,
    resourceId: GRAPH_SERVICE_PRINCIPAL.id,
  });
  await made(desk, 'oauth2PermissionGrants', { ...grant, clientId: other.principalId, resourceId: app.principalId });
  assertDone(await ask('DELETE', `applications/${app.id}`));
  assertNotFound(await ask('GET', `applications/${app.id}`), app.id);
  assertNotFound(await ask('GET', `servicePrincipals/${app.principalId}`), app.principalId);
  assert.deepEqual(idsOf(await ask('GET', `servicePrincipals/${other.principalId}/appRoleAssignments`)), []);
  assert.deepEqual(idsOf(await ask('GET', `servicePrincipals/${other.principalId}/oauth2PermissionGrants`)), []);
  assert.deepEqual(idsOf(await ask('GET', `oauth2PermissionGrants?$filter=clientId eq '${app.principalId}'`)), []);
  await assert.rejects(desk.tokenOfApp(app.appId), /AADSTS700016/);
  assertNotFound(await ask('DELETE', `applications/${app.id}`), app.id);
});

test('what goes with it may go by itself meanwhile', async () => {
  for (let round = 0; round < 20; round++) {
    const { id, principalId } = await makeApplication(desk, ['Device.Read.All', 'User.Read.All']);
    const assignments = idsOf(await ask('GET', `servicePrincipals/${principalId}/appRoleAssignments`));
    const [gone, ...others] = await Promise.all([
      ask('DELETE', `applications/${id}`),
      ...assignments.map((one) => ask('DELETE', `servicePrincipals/${principalId}/appRoleAssignments/${one}`)),
    ]);
    assertDone(gone);
    for (const { status, text } of others) assert.ok([204, 404].includes(status), text);
  }
});
