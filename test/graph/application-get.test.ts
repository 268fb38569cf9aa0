import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/application-get */

const RICH = '5b3c1f0e-8f9a-4b0e-9a53-0d7b2f0f7a11';
const KEY_ID = '9f0a5b52-4a4e-4c53-8c5c-6d7a4bb33e12';

let desk: Desk;
before(async () => {
  desk = await openDesk({
    more: {
      objects: [
        {
          type: 'application',
          values: {
            id: RICH,
            appId: 'f7a3e5d5-5ad8-4f63-9be6-2d7f1a0c7f10',
            displayName: 'Rich',
            api: { oauth2PermissionScopes: [{ id: KEY_ID, value: 'Read', isEnabled: false }] },
            keyCredentials: [{ keyId: KEY_ID, key: 'AAEC', type: 'AsymmetricX509Cert', usage: 'Verify' }],
            optionalClaims: { idToken: [{ name: 'upn' }] },
            web: { redirectUris: ['https://a.example/back'], implicitGrantSettings: { enableIdTokenIssuance: true } },
          },
        },
      ],
    },
  });
});
after(() => desk.close());

const get = (url: string) => desk.ask('GET', `/v1.0/${url}`, { as: 'global.admin' });

/** What an application has that says nothing of itself, in the order of the wire. */
const BARE = {
  deletedDateTime: null,
  applicationTemplateId: null,
  disabledByMicrosoftStatus: null,
  description: null,
  groupMembershipClaims: null,
  identifierUris: [],
  isDeviceOnlyAuthSupported: null,
  nativeAuthenticationApisEnabled: null,
  notes: null,
  publisherDomain: 'contoso.example',
  serviceManagementReference: null,
  signInAudience: 'AzureADMyOrg',
  tags: [],
  tokenEncryptionKeyId: null,
  uniqueName: null,
  samlMetadataUrl: null,
  defaultRedirectUri: null,
  certification: null,
  optionalClaims: null,
  requestSignatureVerification: null,
  servicePrincipalLockConfiguration: null,
  addIns: [],
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    requestedAccessTokenVersion: null,
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
  },
  appRoles: [],
  info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
  keyCredentials: [],
  parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
  passwordCredentials: [],
  publicClient: { redirectUris: [] },
  requiredResourceAccess: [],
  verifiedPublisher: { addedDateTime: null, displayName: null, verifiedPublisherId: null },
  web: {
    homePageUrl: null,
    logoutUrl: null,
    redirectUris: [],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    redirectUriSettings: [],
  },
  spa: { redirectUris: [] },
};

test('an application that says nothing of itself', async () => {
  const { json } = await get(`applications(appId='${DEV.reader}')`);
  const { '@odata.context': context, id, appId, createdDateTime, displayName, isFallbackPublicClient, ...rest } = json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#applications/$entity`);
  assert.deepEqual([appId, displayName, isFallbackPublicClient], [DEV.reader, 'Inventory Reader', true]);
  assert.ok(id && createdDateTime);
  // But for where programs are sent back to, which those of the development tenant need.
  assert.deepEqual(rest, { ...BARE, publicClient: { redirectUris: ['http://localhost'] } });
  assert.deepEqual(Object.keys(rest), Object.keys(BARE));
});

test('members that were not set are there, within objects and lists, too', async () => {
  const { json } = await get(`applications/${RICH}`);
  const [scope] = json.api.oauth2PermissionScopes;
  assert.deepEqual(scope, {
    adminConsentDescription: null,
    adminConsentDisplayName: null,
    id: KEY_ID,
    isEnabled: false,
    type: 'User',
    userConsentDescription: null,
    userConsentDisplayName: null,
    value: 'Read',
  });
  assert.deepEqual(json.web, {
    ...BARE.web,
    redirectUris: ['https://a.example/back'],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: true },
  });
  assert.deepEqual(json.optionalClaims, {
    accessToken: [],
    idToken: [{ additionalProperties: [], essential: false, name: 'upn', source: null }],
    saml2Token: [],
  });
});

test('the key of a certificate is sent to who asks for it', async () => {
  assert.equal((await get(`applications/${RICH}`)).json.keyCredentials[0].key, null);
  const asked = await get(`applications/${RICH}?$select=keyCredentials`);
  assert.equal(asked.json.keyCredentials[0].key, 'AAEC');
  assert.equal((await get(`applications/${RICH}/keyCredentials`)).json.value[0].key, 'AAEC');
  const bare = await get(`applications(appId='${DEV.reader}')?$select=keyCredentials,web`);
  assert.deepEqual(bare.json.keyCredentials, []);
  assert.deepEqual(bare.json.web, BARE.web);
});

// biome-ignore format: a table is read by its columns
const FILTERS: readonly (readonly [filter: string, names: readonly string[] | 'refused'])[] = [
  [`keyCredentials/any(k:k/keyId eq ${KEY_ID})`,           ['Rich']],
  [`passwordCredentials/any(k:k/keyId eq ${KEY_ID})`,      []],
  ["web/redirectUris/any(u:u eq 'https://a.example/back')", 'refused'],
  ['web/implicitGrantSettings eq null',                    'refused'],
  ["optionalClaims/idToken eq 'upn'",                      'refused'],
];

for (const [filter, names] of FILTERS) {
  test(`?$filter=${filter}`, async () => {
    const url = `/v1.0/applications?$filter=${filter}&$count=true`;
    const reply = await desk.ask('GET', url, { as: 'global.admin', headers: { consistencylevel: 'eventual' } });
    if (names === 'refused') return assert.equal(reply.status, 400, reply.text);
    assert.deepEqual(
      reply.json.value.map(({ displayName }: { displayName: string }) => displayName),
      names,
    );
  });
}
