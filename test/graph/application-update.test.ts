import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeRsaCertificate } from '../support/certificate.ts';
import { type Desk, openDesk } from '../support/rollcall.ts';
import { invalid, made, makeApplication } from './applications.ts';
import { assertDone, assertRefused, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/api/application-update */

const certificate = new X509Certificate((await makeRsaCertificate()).der);
const CERTIFICATE = certificate.raw.toString('base64');
/** As Microsoft Entra ID calls certificates. */
const THUMBPRINT = certificate.fingerprint.replaceAll(':', '');

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const patch = (id: string, body: unknown) =>
  desk.ask('PATCH', `/v1.0/applications/${id}`, { as: 'global.admin', body });
const get = async (url: string) => (await desk.ask('GET', `/v1.0/${url}`, { as: 'global.admin' })).json;

test('an update changes what it names, within objects, too', async () => {
  const { id } = await made(desk, 'applications', {
    displayName: 'One',
    web: { redirectUris: ['https://a.example/back'], homePageUrl: 'https://a.example' },
  });
  assertDone(await patch(id, { web: { implicitGrantSettings: { enableIdTokenIssuance: true } } }));
  const { web } = await get(`applications/${id}`);
  assert.deepEqual(web.redirectUris, ['https://a.example/back']);
  assert.equal(web.homePageUrl, 'https://a.example');
  assert.deepEqual(web.implicitGrantSettings, { enableAccessTokenIssuance: false, enableIdTokenIssuance: true });
  assertDone(await patch(id, { web: { homePageUrl: null, redirectUris: [] }, displayName: 'Two' }));
  const after = await get(`applications/${id}`);
  assert.equal(after.web.homePageUrl, null);
  assert.deepEqual(after.web.redirectUris, []);
  assert.equal(after.displayName, 'Two');
});

test('what was read can be sent back', async () => {
  const { id } = await makeApplication(desk);
  const { '@odata.context': _, ...all } = await get(`applications/${id}`);
  assertDone(await patch(id, all));
});

test('the service principal changes with its application', async () => {
  const { id, principalId } = await makeApplication(desk);
  const before = await get(`servicePrincipals/${principalId}`);
  assert.deepEqual(before.servicePrincipalNames, [before.appId]);
  const role = {
    id: NOBODY,
    value: 'R',
    displayName: 'R',
    description: 'R',
    allowedMemberTypes: ['User'],
    isEnabled: true,
  };
  assertDone(
    await patch(id, {
      displayName: 'Renamed',
      identifierUris: [`api://${before.appId}`],
      appRoles: [role],
      web: { redirectUris: ['https://a.example/back'], homePageUrl: 'https://a.example' },
    }),
  );
  const after = await get(`servicePrincipals/${principalId}`);
  assert.equal(after.displayName, 'Renamed');
  assert.equal(after.appDisplayName, 'Renamed');
  assert.deepEqual(after.servicePrincipalNames, [before.appId, `api://${before.appId}`]);
  assert.deepEqual(after.replyUrls, ['https://a.example/back']);
  assert.equal(after.homepage, 'https://a.example');
  assert.equal(after.appRoles[0].value, 'R');
});

test('a role or a permission is disabled before it goes', async () => {
  const role = {
    id: NOBODY,
    value: 'R',
    displayName: 'R',
    description: 'R',
    allowedMemberTypes: ['User'],
    isEnabled: true,
  };
  const { id } = await makeApplication(desk, [], { appRoles: [role] });
  // Whoever says nothing of roles leaves them as they are.
  assertDone(await patch(id, { displayName: 'Roles', api: { requestedAccessTokenVersion: 2 } }));
  assert.equal((await get(`applications/${id}`)).appRoles.length, 1);
  const refused = await patch(id, { appRoles: [] });
  const message = 'Permission (scope or role) cannot be deleted or updated unless disabled first.';
  assertRefused(refused, 400, 'CannotDeleteOrUpdateEnabledEntitlement', message);
  assertDone(await patch(id, { appRoles: [{ ...role, isEnabled: false }] }));
  assertDone(await patch(id, { appRoles: [] }));
});

// -- certificates ----------------------------------------------------------------------------------------------

const added = { type: 'AsymmetricX509Cert', usage: 'Verify', key: CERTIFICATE };

test('a certificate is added, shown without its key, kept when the others change, and taken away', async () => {
  const { id } = await makeApplication(desk);
  assertDone(await patch(id, { keyCredentials: [added] }));
  const [key] = (await get(`applications/${id}`)).keyCredentials;
  assert.equal(key.key, null);
  assert.equal(key.customKeyIdentifier, THUMBPRINT);
  assert.equal(key.displayName, 'CN=daemon');
  assert.equal(key.type, 'AsymmetricX509Cert');
  assert.equal((await get(`applications/${id}?$select=keyCredentials`)).keyCredentials[0].key, CERTIFICATE);
  // As clients do that read, add and write back.
  assertDone(await patch(id, { keyCredentials: [key, { ...added, displayName: 'again' }] }));
  const both = (await get(`applications/${id}?$select=keyCredentials`)).keyCredentials;
  assert.deepEqual(
    both.map((one: { key: string }) => one.key),
    [CERTIFICATE, CERTIFICATE],
  );
  assert.equal(both[0].keyId, key.keyId);
  assert.equal(both[1].displayName, 'again');
  assertDone(await patch(id, { keyCredentials: [] }));
  assert.deepEqual((await get(`applications/${id}`)).keyCredentials, []);
});

// biome-ignore format: a table is read by its columns
const KEYS: readonly (readonly [more: Record<string, unknown>, message: string])[] = [
  [{ type: 'Symmetric' },                        'Key credential type is invalid.'],
  [{ type: null },                               'Key credential type is invalid.'],
  [{ usage: 'Sign' },                            'Key credential usage is invalid.'],
  [{ key: null },                                'Key credential value is invalid.'],
  [{ key: 'AAEC' },                              'Key credential value is invalid.'],
  [{ key: Buffer.concat([certificate.raw, Buffer.alloc(3)]).toString('base64') },                'Key credential value is invalid.'],
  [{ endDateTime: '2999-01-01T00:00:00Z' },      'Key credential end date is invalid.'],
  [{ startDateTime: '1999-01-01T00:00:00Z' },    'Key credential start date is invalid.'],
];

for (const [more, message] of KEYS) {
  test(`a key with ${JSON.stringify(more).slice(0, 50)} is refused`, async () => {
    const { id } = await makeApplication(desk);
    assertRefused(await patch(id, { keyCredentials: [{ ...added, ...more }] }), 400, 'Request_BadRequest', message);
  });
}

test('a secret or a certificate that is there can be renamed, and nothing else', async () => {
  const { id } = await makeApplication(desk);
  assertDone(await patch(id, { keyCredentials: [added] }));
  await made(desk, `applications/${id}/addPassword`, {}, 200);
  for (const name of ['keyCredentials', 'passwordCredentials']) {
    const [held] = (await get(`applications/${id}`))[name];
    assertDone(await patch(id, { [name]: [{ keyId: held.keyId, displayName: 'Renamed' }] }));
    assert.deepEqual((await get(`applications/${id}`))[name], [{ ...held, displayName: 'Renamed' }]);
    const message = `Update to existing credential with KeyId '${held.keyId}' is not allowed.`;
    const longer = await patch(id, { [name]: [{ ...held, endDateTime: '2099-01-01T00:00:00Z' }] });
    assertRefused(longer, 400, 'Request_BadRequest', message);
    const twice = await patch(id, { [name]: [held, held] });
    assertRefused(twice, 400, 'Request_BadRequest', 'Request contains a property with duplicate values.');
  }
});

test('a secret that an update leaves out is ended', async () => {
  const { id, appId } = await makeApplication(desk);
  const { keyId } = await made(desk, `applications/${id}/addPassword`, {}, 200);
  const { passwordCredentials } = await get(`applications/${id}`);
  assertDone(await patch(id, { passwordCredentials }));
  const credentials = async () => desk.store.credentials([...desk.rollcall.world.tenants.values()][0] as never, id);
  assert.deepEqual(
    (await credentials()).map(({ key }) => key),
    [keyId],
  );
  assertDone(await patch(id, { passwordCredentials: [] }));
  assert.deepEqual(await credentials(), []);
  assert.ok(appId);
});

test('what an application is can not be changed', async () => {
  const { id } = await makeApplication(desk);
  assertRefused(
    await patch(id, { appId: NOBODY }),
    400,
    'Request_BadRequest',
    "Property 'appId' is read-only and cannot be set.",
  );
  assertRefused(
    await patch(id, { displayName: '' }),
    400,
    'Request_BadRequest',
    "A value is required for property 'displayName' of resource 'Application'.",
  );
  assertRefused(await patch(id, { signInAudience: null }), 400, 'Request_BadRequest', invalid('signInAudience'));
});
