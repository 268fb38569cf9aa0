import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Made, makeRsaCertificate } from '../support/certificate.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { type MadeApplication, makeApplication } from './applications.ts';
import { assertDone, assertRefused, GUID, NOBODY, ORIGIN } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/application-addkey, …/application-removekey, and of serviceprincipal. The proofs are
 * made by hand, so that the library that verifies them isn't asked for its own opinion of itself.
 */

const VALID = { from: '2026-01-01T00:00:00Z', until: '2028-01-01T00:00:00Z' };
/** 12:00 on the held clock, in seconds. */
const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;

let desk: Desk;
let first: Made;
let next: Made;
let stranger: Made;
before(async () => {
  [first, next, stranger] = await Promise.all([
    makeRsaCertificate(VALID),
    makeRsaCertificate(VALID),
    makeRsaCertificate(VALID),
  ]);
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown, token?: string) =>
  desk.ask(method, `/v1.0/${url}`, {
    ...(token ? { token } : { as: 'global.admin' }),
    ...(body === undefined ? {} : { body }),
  });

const credential = ({ der }: Made) => ({ type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') });

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function proofOf({ key }: Made, iss: string, more: object = {}, header: object = { alg: 'RS256', typ: 'JWT' }): string {
  const claims = { aud: '00000002-0000-0000-c000-000000000000', iss, nbf: NOW, exp: NOW + 600, ...more };
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

/** An application whose service principal has the first certificate, too. */
async function fresh(): Promise<MadeApplication> {
  const app = await makeApplication(desk);
  for (const path of [`applications/${app.id}`, `servicePrincipals/${app.principalId}`]) {
    assertDone(await ask('PATCH', path, { keyCredentials: [credential(first)] }));
  }
  return app;
}

test('an application rolls its own keys, without any permission', async () => {
  const app = await fresh();
  const token = await desk.tokenOfApp(app.appId);
  for (const [path, id] of [
    [`applications/${app.id}`, app.id],
    [`servicePrincipals/${app.principalId}`, app.principalId],
  ] as const) {
    const body = { keyCredential: credential(next), passwordCredential: null, proof: proofOf(first, id) };
    const added = await ask('POST', `${path}/addKey`, body, token);
    assert.equal(added.status, 200, added.text);
    assert.equal(added.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#microsoft.graph.keyCredential`);
    assert.match(added.json.keyId, GUID);
    assert.deepEqual([added.json.startDateTime, added.json.endDateTime], [VALID.from, VALID.until]);
    const [old] = (await ask('GET', path)).json.keyCredentials;
    assertDone(await ask('POST', `${path}/removeKey`, { keyId: old.keyId, proof: proofOf(next, id) }, token));
    const left = (await ask('GET', `${path}?$select=keyCredentials`)).json.keyCredentials;
    assert.deepEqual(
      left.map(({ key }: { key: string }) => key),
      [next.der.toString('base64')],
    );
    // The certificate that is gone proves nothing any more.
    const late = await ask('POST', `${path}/addKey`, body, token);
    assertRefused(late, 401, 'Authentication_MissingOrMalformed');
  }
});

test('nobody rolls the keys of others', async () => {
  const [app, other] = [await fresh(), await fresh()];
  const token = await desk.tokenOfApp(other.appId);
  const body = { keyCredential: credential(next), passwordCredential: null, proof: proofOf(first, app.id) };
  for (const path of [
    `applications/${app.id}`,
    `applications(appId='${app.appId}')`,
    `servicePrincipals/${app.principalId}`,
  ]) {
    assertRefused(await ask('POST', `${path}/addKey`, body, token), 403, 'Authorization_RequestDenied');
  }
  assertRefused(
    await desk.ask('POST', `/v1.0/applications/${app.id}/addKey`, { as: 'member', body }),
    403,
    'Authorization_RequestDenied',
  );
});

// biome-ignore format: a table is read by its columns
const PROOFS: readonly (readonly [what: string, proof: (app: MadeApplication) => string])[] = [
  ["of a stranger's key",            ({ id }) => proofOf(stranger, id)],
  ['about another application',      () => proofOf(first, NOBODY)],
  ['by the application id',          ({ appId }) => proofOf(first, appId)],
  ['for somebody else',              ({ id }) => proofOf(first, id, { aud: 'https://graph.microsoft.com' })],
  ['for several',                    ({ id }) => proofOf(first, id, { aud: ['00000002-0000-0000-c000-000000000000', 'x'] })],
  ['that has ended',                 ({ id }) => proofOf(first, id, { nbf: NOW - 700, exp: NOW - 100 })],
  ['that is not yet good',           ({ id }) => proofOf(first, id, { nbf: NOW + 100, exp: NOW + 200 })],
  ['that is good for too long',      ({ id }) => proofOf(first, id, { exp: NOW + 601 })],
  ['without an end',                 ({ id }) => proofOf(first, id, { exp: undefined })],
  ['without a beginning',            ({ id }) => proofOf(first, id, { nbf: undefined })],
  ['without a signature',            ({ id }) => `${encode({ alg: 'none' })}.${encode({ iss: id })}.`],
  ['signed by another algorithm',    ({ id }) => proofOf(first, id, {}, { alg: 'HS256', typ: 'JWT' })],
  ['that was changed',               ({ id }) => proofOf(first, id).replace(/\.[^.]+\./, `.${encode({ iss: id })}.`)],
  ['that is none',                   () => 'proof'],
];

for (const [what, proof] of PROOFS) {
  test(`a proof ${what} is refused`, async () => {
    const app = await fresh();
    const body = { keyCredential: credential(next), passwordCredential: null, proof: proof(app) };
    const reply = await ask('POST', `applications/${app.id}/addKey`, body);
    assertRefused(reply, 401, 'Authentication_MissingOrMalformed', 'Access Token missing or malformed.');
    assert.equal((await ask('GET', `applications/${app.id}`)).json.keyCredentials.length, 1);
  });
}

test('what is no certificate to verify by, and a key that is not there', async () => {
  const app = await fresh();
  const proof = proofOf(first, app.id);
  const post = (keyCredential: object, more: object = {}) =>
    ask('POST', `applications/${app.id}/addKey`, { keyCredential, passwordCredential: null, proof, ...more });
  assertRefused(
    await post({ ...credential(next), type: 'X509CertAndPassword', usage: 'Sign' }),
    400,
    'Request_BadRequest',
    'Key credential type is invalid.',
  );
  assertRefused(
    await post(credential(next), { passwordCredential: { secretText: 'MKTr0w1' } }),
    400,
    'Request_BadRequest',
  );
  assertRefused(
    await post({ type: 'AsymmetricX509Cert', usage: 'Verify' }),
    400,
    'Request_BadRequest',
    'Key credential value is invalid.',
  );
  assertRefused(
    await post(credential(next), { proof: undefined }),
    400,
    'Request_BadRequest',
    "A value is required for property 'proof' of resource 'addKey'.",
  );
  const gone = await ask('POST', `applications/${app.id}/removeKey`, { keyId: NOBODY, proof });
  assertRefused(gone, 400, 'Request_BadRequest', `No key credential found with keyId '${NOBODY}'.`);
});

test('a certificate that was added signs the application in', async () => {
  const app = await fresh();
  const url = `${ORIGIN}/${DEV.tenant}/oauth2/v2.0/token`;
  const header = {
    alg: 'RS256',
    typ: 'JWT',
    'x5t#S256': Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(first.der))).toString('base64url'),
  };
  const assertion = proofOf(first, app.appId, { aud: url, sub: app.appId, jti: NOBODY }, header);
  const form = {
    grant_type: 'client_credentials',
    client_id: app.appId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: 'https://graph.microsoft.com/.default',
  };
  const reply = await desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, {
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(reply.status, 200, reply.text);
});
