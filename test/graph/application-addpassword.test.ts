import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { made, makeApplication } from './applications.ts';
import { assertDone, assertNotFound, assertRefused, GUID, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/application-addpassword, …/application-removepassword, and of serviceprincipal */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const post = (url: string, body: unknown) => desk.ask('POST', `/v1.0/${url}`, { as: 'global.admin', body });
const get = async (url: string) => (await desk.ask('GET', `/v1.0/${url}`, { as: 'global.admin' })).json;

const holders = async () => {
  const { id, appId, principalId } = await makeApplication(desk);
  return [`applications/${id}`, `servicePrincipals/${principalId}`, `applications(appId='${appId}')`];
};

test('a secret is told once, with what is kept of it', async () => {
  for (const holder of await holders()) {
    const reply = await post(`${holder}/addPassword`, {
      passwordCredential: { displayName: 'Password friendly name' },
    });
    assert.equal(reply.status, 200, reply.text);
    const { '@odata.context': context, secretText, ...shown } = reply.json;
    assert.equal(context, `${ORIGIN}/v1.0/$metadata#microsoft.graph.passwordCredential`);
    assert.match(secretText, /^[\w-]{40}$/);
    assert.match(shown.keyId, GUID);
    assert.deepEqual(shown, {
      customKeyIdentifier: null,
      displayName: 'Password friendly name',
      endDateTime: '2028-11-21T12:00:00Z',
      hint: secretText.slice(0, 3),
      keyId: shown.keyId,
      startDateTime: '2026-11-21T12:00:00Z',
    });
    const { passwordCredentials } = await get(holder);
    assert.deepEqual(passwordCredentials.at(-1), { ...shown, secretText: null });
    assertDone(await post(`${holder}/removePassword`, { keyId: shown.keyId.toUpperCase() }));
    assert.deepEqual((await get(holder)).passwordCredentials, []);
  }
});

test('the secret is kept nowhere, only its hash', async () => {
  const [holder = ''] = await holders();
  const { secretText } = await made(desk, `${holder}/addPassword`, {}, 200);
  const [tenant] = [...desk.rollcall.world.tenants.values()].filter(({ id }) => id === DEV.tenant);
  assert.ok(tenant);
  const rows = JSON.stringify(await desk.store.journal(tenant, 0, 10_000));
  assert.ok(rows.includes('passwordCredentials'));
  assert.ok(!rows.includes(secretText));
  const [kept] = await desk.store.credentials(tenant, (await get(holder)).id);
  assert.match(kept?.hash ?? '', /^sha256\$/);
  assert.ok(!kept?.hash.includes(secretText));
});

test('several secrets prove the same application, each until it ends', async () => {
  const [holder = ''] = await holders();
  const secrets = await Promise.all([1, 2, 3, 4].map(() => made(desk, `${holder}/addPassword`, {}, 200)));
  assert.equal(new Set(secrets.map(({ secretText }) => secretText)).size, 4);
  assert.equal((await get(holder)).passwordCredentials.length, 4);
});

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: unknown, message: string])[] = [
  [{ passwordCredential: { secretText: 'mine' } },                        'The value of a password credential is chosen by the service. Use addPassword, and send no secretText.'],
  [{ passwordCredential: { keyId: NOBODY } },                             'The value of a password credential is chosen by the service. Use addPassword, and send no secretText.'],
  [{ passwordCredential: { endDateTime: '2026-11-21T11:59:59Z' } },       'Key credential end date is invalid.'],
  [{ passwordCredential: { startDateTime: '2029-01-01T00:00:00Z', endDateTime: '2028-01-01T00:00:00Z' } }, 'Key credential end date is invalid.'],
  [{ passwordCredential: { endDateTime: 'tomorrow' } },                   "Cannot convert the literal 'tomorrow' to the expected type 'Edm.DateTimeOffset'."],
  [{ passwordCredential: { colour: 'red' } },                             "Invalid property 'colour'."],
  [{ passwordCredential: 'mine' },                                        "The value of property 'passwordCredential' must be a JSON object of type 'microsoft.graph.passwordCredential'."],
  [{ displayName: 'mine' },                                               "Invalid property 'displayName'."],
];

for (const [body, message] of WRONG) {
  test(`addPassword ${JSON.stringify(body)} is refused`, async () => {
    const [holder = ''] = await holders();
    assertRefused(await post(`${holder}/addPassword`, body), 400, 'Request_BadRequest', message);
    assert.deepEqual((await get(holder)).passwordCredentials, []);
  });
}

test('a secret that is not there', async () => {
  const [holder = ''] = await holders();
  const message = `No password credential found with keyId '${NOBODY}'.`;
  assertRefused(await post(`${holder}/removePassword`, { keyId: NOBODY }), 400, 'Request_BadRequest', message);
  assertRefused(await post(`${holder}/removePassword`, {}), 400, 'Request_BadRequest');
  assertNotFound(await post(`applications/${NOBODY}/addPassword`, {}), NOBODY);
  assertRefused(await post(`users/${DEV.member}/addPassword`, {}), 501, 'NotImplemented');
});

test("the development tenant's own secret is taken away like any other", async () => {
  const holder = `applications(appId='${DEV.daemon}')`;
  const [{ keyId }] = (await get(holder)).passwordCredentials;
  const form = {
    grant_type: 'client_credentials',
    client_id: DEV.daemon,
    client_secret: 'rollcall-dev-daemon-secret',
    scope: 'https://graph.microsoft.com/.default',
  };
  const token = () =>
    desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  assert.equal((await token()).status, 200);
  assertDone(await post(`${holder}/removePassword`, { keyId }));
  assert.equal((await token()).json.error, 'invalid_client');
});
