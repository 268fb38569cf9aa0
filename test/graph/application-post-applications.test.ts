import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { invalid, made } from './applications.ts';
import { assertRefused, GUID, idsOf, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/application-post-applications */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const post = (body: unknown, as = 'global.admin', version = 'v1.0') =>
  desk.ask('POST', `/${version}/applications`, { as, body });

for (const version of ['v1.0', 'beta']) {
  test(`the sample of the page, on ${version}`, async () => {
    const reply = await post({ displayName: 'Display name' }, 'global.admin', version);
    assert.equal(reply.status, 201, reply.text);
    const { json } = reply;
    assert.equal(json['@odata.context'], `${ORIGIN}/${version}/$metadata#applications/$entity`);
    assert.match(json.id, GUID);
    assert.match(json.appId, GUID);
    assert.notEqual(json.id, json.appId);
    assert.equal(json.displayName, 'Display name');
    assert.equal(json.publisherDomain, 'contoso.example');
    assert.equal(json.signInAudience, 'AzureADMyOrg');
    assert.deepEqual(json.web.implicitGrantSettings, {
      enableAccessTokenIssuance: false,
      enableIdTokenIssuance: false,
    });
    assert.deepEqual(json.passwordCredentials, []);
    const read = await desk.ask('GET', `/${version}/applications(appId='${json.appId}')`, { as: 'member' });
    assert.deepEqual(read.json, json);
    assert.equal(
      reply.headers.get('location'),
      `${ORIGIN}/v2/${DEV.tenant}/directoryObjects/${json.id}/Microsoft.DirectoryServices.Application`,
    );
  });
}

test('everything that an application may say of itself', async () => {
  const scope = {
    id: NOBODY,
    value: 'Fleet.Read',
    type: 'Admin',
    isEnabled: true,
    adminConsentDisplayName: 'Read',
    adminConsentDescription: 'Read',
  };
  const body = {
    displayName: 'Rich',
    uniqueName: 'rich-1',
    identifierUris: ['api://rich', 'https://fleet.contoso.example/api'],
    signInAudience: 'AzureADMultipleOrgs',
    tags: ['fleet'],
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] },
    appRoles: [
      {
        id: DEV.member,
        value: 'Reader',
        displayName: 'Reader',
        description: 'Reads',
        allowedMemberTypes: ['User', 'Application'],
        isEnabled: true,
      },
    ],
    requiredResourceAccess: [
      { resourceAppId: '00000003-0000-0000-c000-000000000000', resourceAccess: [{ id: NOBODY, type: 'Scope' }] },
    ],
    web: {
      redirectUris: ['https://fleet.example/back', 'http://localhost:3000/back'],
      logoutUrl: 'https://fleet.example/out',
    },
    spa: { redirectUris: ['http://127.0.0.1:4200'] },
    publicClient: { redirectUris: ['http://localhost', 'msauth.com.example.fleet://auth', 'myapp://back'] },
    optionalClaims: { idToken: [{ name: 'upn', essential: true }] },
    info: { supportUrl: 'https://fleet.example/help' },
    isFallbackPublicClient: true,
  };
  const json = await made(desk, 'applications', body);
  assert.deepEqual(json.web.redirectUris, body.web.redirectUris);
  assert.deepEqual(json.requiredResourceAccess, body.requiredResourceAccess);
  assert.equal(json.api.oauth2PermissionScopes[0].value, 'Fleet.Read');
  assert.deepEqual(json.api.preAuthorizedApplications, []);
  assert.equal(json.optionalClaims.idToken[0].essential, true);
  assert.equal(json.info.termsOfServiceUrl, null);
  const read = await desk.ask('GET', "/v1.0/applications(uniqueName='rich-1')", { as: 'member' });
  assert.equal(read.json.id, json.id);
});

test('a user who registers an application owns it', async () => {
  const { id } = await made(desk, 'applications', { displayName: 'Owned' });
  assert.deepEqual(idsOf(await desk.ask('GET', `/v1.0/applications/${id}/owners`, { as: 'member' })), [
    DEV.globalAdmin,
  ]);
  const owners = { 'owners@odata.bind': [`https://graph.microsoft.com/v1.0/users/${DEV.member}`] };
  const bound = await made(desk, 'applications', { displayName: 'Bound', ...owners });
  assert.deepEqual(idsOf(await desk.ask('GET', `/v1.0/applications/${bound.id}/owners`, { as: 'member' })), [
    DEV.member,
  ]);
});

const role = (more: object) => ({
  id: NOBODY,
  value: 'R',
  displayName: 'R',
  description: 'R',
  allowedMemberTypes: ['User'],
  isEnabled: true,
  ...more,
});
const uris = (kind: string, ...redirectUris: string[]) => ({ [kind]: { redirectUris } });

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string])[] = [
  [{ displayName: null },                                       "A value is required for property 'displayName' of resource 'Application'."],
  [{ displayName: 'x'.repeat(257) },                            invalid('displayName')],
  [{ appId: NOBODY },                                           "Property 'appId' is read-only and cannot be set."],
  [{ colour: 'red' },                                           "Invalid property 'colour'."],
  [{ web: { colour: 'red' } },                                  "Invalid property 'colour'."],
  [{ web: [] },                                                 "The value of property 'web' must be a JSON object of type 'microsoft.graph.webApplication'."],
  [{ web: { redirectUris: 'https://a.example' } },              "The value of property 'redirectUris' must be a JSON array of 'Edm.String'."],
  [{ web: { implicitGrantSettings: { enableIdTokenIssuance: 1 } } }, "Cannot convert the literal '1' to the expected type 'Edm.Boolean'."],
  [{ api: { oauth2PermissionScopes: [{ id: 'x' }] } },          "Cannot convert the literal 'x' to the expected type 'Edm.Guid'."],
  [{ signInAudience: 'Everybody' },                             invalid('signInAudience')],
  [{ groupMembershipClaims: 'Some' },                           invalid('groupMembershipClaims')],
  [{ api: { requestedAccessTokenVersion: 3 } },                 invalid('api')],
  [{ identifierUris: ['https://elsewhere.example/api'] },       "Values of identifierUris property must use a verified domain of the organization or its subdomain: 'https://elsewhere.example/api'"],
  [{ identifierUris: ['https://notcontoso.example'] },          "Values of identifierUris property must use a verified domain of the organization or its subdomain: 'https://notcontoso.example'"],
  [{ identifierUris: ['no uri'] },                              invalid('identifierUris')],
  [{ identifierUris: ['api://a', 'API://A'] },                  'Request contains a property with duplicate values.'],
  [uris('web', 'http://fleet.example/back'),                    invalid('web')],
  [uris('web', 'https://fleet.example/back#part'),              invalid('web')],
  [uris('web', 'https://a:b@fleet.example/back'),               invalid('web')],
  [uris('web', 'https://*.example/back'),                       invalid('web')],
  [uris('web', 'https://fleet*.a.example/back'),                invalid('web')],
  [uris('web', 'myapp://back'),                                 invalid('web')],
  [uris('web', 'back'),                                         invalid('web')],
  [uris('web', `https://fleet.example/${'x'.repeat(256)}`),     invalid('web')],
  [uris('web', ...Array.from({ length: 257 }, (_, n) => `https://fleet.example/${n}`)), invalid('web')],
  [uris('spa', 'myapp://back'),                                 invalid('spa')],
  [uris('publicClient', 'javascript:alert(1)'),                 invalid('publicClient')],
  [uris('publicClient', 'http://fleet.example/back'),           invalid('publicClient')],
  [{ web: { logoutUrl: 'http://fleet.example/out' } },          invalid('web')],
  [{ appRoles: [role({ id: null })] },                          invalid('appRoles')],
  [{ appRoles: [role({ value: 'a b' })] },                      invalid('appRoles')],
  [{ appRoles: [role({ allowedMemberTypes: ['Device'] })] },    invalid('appRoles')],
  [{ appRoles: [role({}), role({ id: DEV.member })] },          'Request contains a property with duplicate values.'],
  [{ appRoles: [role({})], api: { oauth2PermissionScopes: [{ id: NOBODY, value: 'S' }] } }, 'Request contains a property with duplicate values.'],
  [{ appRoles: [role({}), role({ value: 'S' })] },              'Request contains a property with duplicate values.'],
  [{ requiredResourceAccess: [{ resourceAppId: NOBODY, resourceAccess: [{ id: NOBODY, type: 'Both' }] }] }, invalid('requiredResourceAccess')],
  [{ passwordCredentials: [{ displayName: 'mine' }] },          'The value of a password credential is chosen by the service. Use addPassword, and send no secretText.'],
  [{ tags: Array.from({ length: 1201 }, (_, n) => `t${n}`) },   'The application has more than the 1200 entries that are allowed in all of its collections together.'],
];

for (const [more, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 70)} is refused`, async () => {
    assertRefused(await post({ displayName: 'Wrong', ...more }), 400, 'Request_BadRequest', message);
  });
}

test('nobody else in the tenant is called by the same URI', async () => {
  await made(desk, 'applications', { displayName: 'First', identifierUris: ['api://taken'] });
  const reply = await post({ displayName: 'Second', identifierUris: ['api://Taken'] });
  assertRefused(
    reply,
    400,
    'Request_BadRequest',
    'Another object with the same value for property identifierUris already exists.',
  );
  assert.equal(reply.json.error.details[0].code, 'ObjectConflict');
});
