import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROLES } from '../../src/model/roles.ts';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { type MadeApplication, made, makeApplication } from '../graph/applications.ts';
import { assertDone, assertRefused, idsOf, makeUser, userBody } from '../graph/expect.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * Who may manage applications and grants: the "Permissions" tables of their pages, the roles that those name,
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference, and owners.
 */

/** The users that this file makes, and the role of each. */
const ROLE_OF = {
  appAdmin: ROLES.applicationAdministrator,
  cloudAppAdmin: ROLES.cloudApplicationAdministrator,
  developer: ROLES.applicationDeveloper,
  privileged: ROLES.privilegedRoleAdministrator,
} as const;

const GRAPH = GRAPH_SERVICE_PRINCIPAL.id;
const READ_DEVICES = '7438b122-aefc-4978-80ed-43db9fcc7715';
const USER_ROLE = '6f7bfa4b-6f31-4e1c-8a3f-2b0b7ad0b6c1';
const ALL = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.AccessAsUser.All',
];

let desk: Desk;
let api: MadeApplication;
/** Tokens by who they are of. */
const tokens = new Map<string, string>();

before(async () => {
  const assignments = Object.values(ROLE_OF).map(({ id }, index) => ({
    type: 'unifiedRoleAssignment',
    values: {
      id: `7d1f3c1e-0000-4000-8000-00000000000${index}`,
      principalId: idOf(index),
      roleDefinitionId: id,
      directoryScopeId: '/',
    },
  }));
  const users = Object.keys(ROLE_OF).map((name, index) => ({
    type: 'user',
    values: { id: idOf(index), userPrincipalName: `${name}@contoso.example`, displayName: name },
  }));
  desk = await openDesk({ more: { objects: [...users, ...assignments] } });
  const role = {
    id: USER_ROLE,
    value: 'R',
    displayName: 'R',
    description: 'R',
    allowedMemberTypes: ['User', 'Application'],
    isEnabled: true,
  };
  api = await makeApplication(desk, [], { appRoles: [role] });
  // A client that was granted everything, so that the roles alone decide.
  const client = await makeApplication(desk, [], { isFallbackPublicClient: true });
  const grant = {
    clientId: client.principalId,
    consentType: 'AllPrincipals',
    resourceId: GRAPH,
    scope: [...ALL, 'Directory.Read.All'].join(' '),
  };
  await made(desk, 'oauth2PermissionGrants', grant);
  for (const name of ['global.admin', 'intune.admin', 'member', 'guest', ...Object.keys(ROLE_OF)]) {
    tokens.set(name, await desk.tokenOf(name, { app: client.appId }));
  }
  for (const [name, permissions] of APPS) {
    const app = await makeApplication(desk, permissions);
    tokens.set(name, await desk.tokenOfApp(app.appId));
  }
});
after(() => desk.close());

function idOf(index: number): string {
  return `5c1f3c1e-0000-4000-8000-00000000000${index}`;
}

const APPS = [
  ['apps.all', ['Application.ReadWrite.All']],
  ['apps.owned', ['Application.ReadWrite.OwnedBy']],
  ['apps.read', ['Application.Read.All']],
  ['assigner', ['AppRoleAssignment.ReadWrite.All']],
  ['granter', ['DelegatedPermissionGrant.ReadWrite.All']],
] as const;

const as = (who: string, method: string, url: string, body?: unknown): Promise<Reply> =>
  desk.ask(method, `/v1.0/${url}`, { token: tokens.get(who) ?? '', ...(body === undefined ? {} : { body }) });

type Deed = (who: string) => Promise<Reply>;

/** Each is done to an application, a client or a grant of its own. */
const DEEDS: Readonly<Record<string, Deed>> = {
  'register an application': (who) => as(who, 'POST', 'applications', { displayName: 'Mine' }),
  'change an application': async (who) =>
    as(who, 'PATCH', `applications/${(await fresh()).id}`, { displayName: 'Changed' }),
  'change its redirect URIs': async (who) =>
    as(who, 'PATCH', `applications/${(await fresh()).id}`, { web: { redirectUris: [] }, spa: {} }),
  'give it a secret': async (who) => as(who, 'POST', `applications/${(await fresh()).id}/addPassword`, {}),
  'trust an issuer': async (who) =>
    as(who, 'POST', `applications/${(await fresh()).id}/federatedIdentityCredentials`, FEDERATION),
  'delete an application': async (who) => as(who, 'DELETE', `applications/${(await fresh()).id}`),
  'change a service principal': async (who) =>
    as(who, 'PATCH', `servicePrincipals/${(await fresh()).principalId}`, { accountEnabled: false }),
  'assign a role of an API': async (who) => assign(who, api.principalId, USER_ROLE),
  'assign a permission of Graph': async (who) => assign(who, GRAPH, READ_DEVICES),
  'grant a delegated permission': async (who) => {
    const { principalId: clientId } = await fresh();
    return as(who, 'POST', 'oauth2PermissionGrants', {
      clientId,
      consentType: 'AllPrincipals',
      resourceId: GRAPH,
      scope: 'User.Read',
    });
  },
  'read an application': async (who) => as(who, 'GET', `applications/${api.id}`),
  'list grants': (who) => as(who, 'GET', 'oauth2PermissionGrants'),
};

const FEDERATION = { name: 'one', issuer: 'https://a.example', subject: 's', audiences: ['a'] };

const fresh = () => makeApplication(desk);

async function assign(who: string, resourceId: string, appRoleId: string): Promise<Reply> {
  const { principalId } = await fresh();
  return as(who, 'POST', `servicePrincipals/${principalId}/appRoleAssignments`, { principalId, resourceId, appRoleId });
}

const WHO = [
  'global.admin',
  'appAdmin',
  'cloudAppAdmin',
  'developer',
  'privileged',
  'intune.admin',
  'member',
  'guest',
  'apps.all',
  'apps.owned',
  'apps.read',
  'assigner',
  'granter',
];

// biome-ignore format: a table is read by its columns
const TABLE: readonly (readonly [deed: string, ...may: (0 | 1)[]])[] = [
  //                              global app cloud dev priv intune member guest all owned read assigner granter
  ['register an application',      1,     1,  1,    1,  1,   1,     1,     0,    1,  1,    0,   0,       0],
  ['change an application',        1,     1,  1,    0,  0,   0,     0,     0,    1,  0,    0,   0,       0],
  ['change its redirect URIs',     1,     1,  1,    0,  0,   0,     0,     0,    1,  0,    0,   0,       0],
  ['give it a secret',             1,     1,  1,    0,  0,   0,     0,     0,    1,  0,    0,   0,       0],
  ['trust an issuer',              1,     1,  1,    0,  0,   0,     0,     0,    1,  0,    0,   0,       0],
  ['delete an application',        1,     1,  1,    0,  0,   0,     0,     0,    1,  0,    0,   0,       0],
  ['change a service principal',   1,     1,  1,    0,  0,   0,     0,     0,    1,  0,    0,   0,       0],
  ['assign a role of an API',      1,     1,  1,    0,  1,   0,     0,     0,    0,  0,    0,   1,       0],
  ['assign a permission of Graph', 1,     0,  0,    0,  1,   0,     0,     0,    0,  0,    0,   1,       0],
  ['grant a delegated permission', 1,     1,  1,    0,  1,   0,     0,     0,    0,  0,    0,   0,       1],
  ['read an application',          1,     1,  1,    1,  1,   1,     1,     1,    1,  1,    1,   0,       0],
  ['list grants',                  1,     1,  1,    1,  1,   1,     1,     0,    0,  0,    0,   0,       1],
];

for (const [deed, ...may] of TABLE) {
  test(`who may ${deed}`, async () => {
    const found = await Promise.all(
      WHO.map(async (who) => {
        const reply = await DEEDS[deed]?.(who);
        assert.ok(reply);
        assert.ok([200, 201, 204, 403].includes(reply.status), `${who}: ${reply.text}`);
        return reply.status === 403 ? 0 : 1;
      }),
    );
    assert.deepEqual(
      Object.fromEntries(WHO.map((who, index) => [who, found[index]])),
      Object.fromEntries(WHO.map((who, index) => [who, may[index]])),
    );
  });
}

test('who registers an application manages it, and its service principal', async () => {
  const { id, appId } = (await as('member', 'POST', 'applications', { displayName: 'Of a member' })).json;
  assertDone(await as('member', 'PATCH', `applications/${id}`, { web: { redirectUris: ['https://a.example'] } }));
  assert.equal((await as('member', 'POST', `applications/${id}/addPassword`, {})).status, 200);
  assert.equal((await as('member', 'POST', `applications/${id}/federatedIdentityCredentials`, FEDERATION)).status, 201);
  const principal = (await as('member', 'POST', 'servicePrincipals', { appId })).json;
  assertDone(await as('member', 'PATCH', `servicePrincipals/${principal.id}`, { notes: 'mine' }));
  // Owning it gives no right to grant it anything.
  const assignment = { principalId: principal.id, resourceId: GRAPH, appRoleId: READ_DEVICES };
  const refused = await as('member', 'POST', `servicePrincipals/${principal.id}/appRoleAssignments`, assignment);
  assertRefused(refused, 403, 'Authorization_RequestDenied');
  // No longer an owner, no longer a right.
  assertDone(await as('global.admin', 'DELETE', `applications/${id}/owners/${DEV.member}/$ref`));
  assertRefused(
    await as('member', 'PATCH', `applications/${id}`, { displayName: 'Mine' }),
    403,
    'Authorization_RequestDenied',
  );
});

test('an application that manages what it owns', async () => {
  const { id, appId } = (await as('apps.owned', 'POST', 'applications', { displayName: 'Of an application' })).json;
  const [owner = ''] = idsOf(await as('global.admin', 'GET', `applications/${id}/owners`));
  assertDone(await as('apps.owned', 'PATCH', `applications/${id}`, { displayName: 'Changed' }));
  const { keyId } = (await as('apps.owned', 'POST', `applications/${id}/addPassword`, {})).json;
  assertDone(await as('apps.owned', 'POST', `applications/${id}/removePassword`, { keyId }));
  const federation = await as('apps.owned', 'POST', `applications/${id}/federatedIdentityCredentials`, FEDERATION);
  assertDone(
    await as('apps.owned', 'PATCH', `applications/${id}/federatedIdentityCredentials/${federation.json.id}`, {
      subject: 't',
    }),
  );
  const principal = await as('apps.owned', 'POST', 'servicePrincipals', { appId });
  assert.equal(principal.status, 201, principal.text);
  const other = await fresh();
  assertRefused(
    await as('apps.owned', 'POST', 'servicePrincipals', {
      appId: (await made(desk, 'applications', { displayName: 'Other' })).appId,
    }),
    403,
    'Authorization_RequestDenied',
  );
  const member = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${DEV.member}` };
  assertRefused(
    await as('apps.owned', 'POST', `applications/${other.id}/owners/$ref`, member),
    403,
    'Authorization_RequestDenied',
  );
  assertDone(await as('global.admin', 'DELETE', `applications/${id}/owners/${owner}/$ref`));
  assertRefused(await as('apps.owned', 'DELETE', `applications/${id}`), 403, 'Authorization_RequestDenied');
  const gone = await as(
    'apps.owned',
    'DELETE',
    `applications/${id}/federatedIdentityCredentials/${federation.json.id}`,
  );
  assertRefused(gone, 403, 'Authorization_RequestDenied');
});

test('a permission that was not granted is missing, whatever the role', async () => {
  const token = await desk.tokenOf('global.admin', { app: DEV.reader, scope: 'Device.Read.All' });
  for (const url of ['applications', 'servicePrincipals', 'oauth2PermissionGrants']) {
    assertRefused(await desk.ask('GET', `/v1.0/${url}`, { token }), 403, 'Authorization_RequestDenied');
    const refused = await desk.ask('POST', `/v1.0/${url}`, { token, body: { displayName: 'A' } });
    assertRefused(refused, 403, 'Authorization_RequestDenied');
  }
});

test('Microsoft Graph itself stays', async () => {
  assertRefused(await as('global.admin', 'DELETE', `servicePrincipals/${GRAPH}`), 403, 'Authorization_RequestDenied');
  assertRefused(
    await as('global.admin', 'PATCH', `servicePrincipals/${GRAPH}`, { accountEnabled: false }),
    403,
    'Authorization_RequestDenied',
  );
});

test('rights that a user loses with its account go with its grants', async () => {
  const user = await makeUser(desk, userBody());
  const { principalId: clientId } = await fresh();
  const grant = { clientId, consentType: 'Principal', principalId: user, resourceId: GRAPH, scope: 'User.Read' };
  const { id } = await made(desk, 'oauth2PermissionGrants', grant);
  assertDone(await as('global.admin', 'DELETE', `users/${user}`));
  assert.equal((await as('global.admin', 'GET', `oauth2PermissionGrants/${id}`)).status, 404);
});
