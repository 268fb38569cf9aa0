import assert from 'node:assert/strict';
import { constants, createHash, createSign, type KeyObject, randomUUID, sign } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Made, makeRsaCertificate } from '../support/certificate.ts';
import { DEV, type Reply } from '../support/rollcall.ts';
import {
  applicationObjects,
  assertRefused,
  claimsOf,
  type Form,
  GRAPH,
  type Json,
  ORIGIN,
  openSignInDesk,
  type SignInDesk,
} from './signInDesk.ts';

/**
 * A client proves itself with a certificate: https://learn.microsoft.com/entra/identity-platform/certificate-credentials.
 * The assertions here are made by hand, so that the library that verifies them isn't asked for its own opinion of itself.
 */

const APP = '55555555-0000-4000-8000-000000000001';
const OTHER = '55555555-0000-4000-8000-000000000002';
/** 12:00 on the held clock, in seconds. */
const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;
const TOKEN_URL = `${ORIGIN}/${DEV.tenant}/oauth2/v2.0/token`;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let desk: SignInDesk;
const [own, ended, stranger] = [makeRsaCertificate(), makeRsaCertificate(), makeRsaCertificate()];

before(async () => {
  const key = ({ der }: Made, endDateTime: string) => ({
    keyId: randomUUID(),
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    key: der.toString('base64'),
    startDateTime: '2026-01-01T00:00:00Z',
    endDateTime,
  });
  const keyCredentials = [key(ended, '2026-11-21T11:59:59Z'), key(own, '2027-11-21T12:00:00Z')];
  const apps = [
    applicationObjects({ appId: APP, title: 'Daemon', values: { keyCredentials } }),
    applicationObjects({
      appId: OTHER,
      title: 'Other',
      values: { keyCredentials: [key(stranger, '2027-11-21T12:00:00Z')] },
    }),
  ];
  desk = await openSignInDesk({ objects: apps.flatMap(({ objects }) => objects) });
});
after(() => desk.close());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const thumbprint = ({ der }: Made, algorithm: string) => createHash(algorithm).update(der).digest('base64url');

function signed(algorithm: string, key: KeyObject, text: string): string {
  if (algorithm === 'RS256') return createSign('RSA-SHA256').update(text).sign(key).toString('base64url');
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return sign('sha256', Buffer.from(text), { key, ...padding }).toString('base64url');
}

type Making = { readonly head?: Json; readonly claims?: Json; readonly by?: Made };

function assertion({ head = {}, claims = {}, by = own }: Making = {}): string {
  const header: Json = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint(by, 'sha256'), ...head };
  const said = { aud: TOKEN_URL, iss: APP, sub: APP, jti: randomUUID(), nbf: NOW, iat: NOW, exp: NOW + 600, ...claims };
  const text = `${encode(header)}.${encode(said)}`;
  return `${text}.${signed(String(header['alg']), by.key, text)}`;
}

const form = (client_assertion: string, more: Form = {}): Form => ({
  grant_type: 'client_credentials',
  client_id: APP,
  scope: `${GRAPH}/.default`,
  client_assertion,
  client_assertion_type: ASSERTION_TYPE,
  ...more,
});

const post = (making: Making = {}, more: Form = {}): Promise<Reply> => desk.post(form(assertion(making), more));

// biome-ignore format: a table is read by its columns
const TAKEN: readonly (readonly [what: string, making: () => Making])[] = [
  ['PS256, named by SHA-256, as the official libraries do', () => ({})],
  ['RS256, named by SHA-1',            () => ({ head: { alg: 'RS256', 'x5t#S256': undefined, x5t: thumbprint(own, 'sha1') } })],
  ['named by the SHA-1 in kid',        () => ({ head: { alg: 'RS256', 'x5t#S256': undefined, kid: thumbprint(own, 'sha1') } })],
  ['named by the SHA-1 in digits',     () => ({ head: { alg: 'RS256', 'x5t#S256': undefined, kid: createHash('sha1').update(own.der).digest('hex').toUpperCase() } })],
  ['for the issuer',                   () => ({ claims: { aud: `${ORIGIN}/${DEV.tenant}/v2.0` } })],
  ['for v1.0\'s token endpoint',       () => ({ claims: { aud: `${ORIGIN}/${DEV.tenant}/oauth2/token` } })],
  ['for Microsoft\'s own name of it, as the PHP library does', () => ({ claims: { aud: `https://login.microsoftonline.com/${DEV.tenant}/v2.0` } })],
  ['for the tenant\'s domain',         () => ({ claims: { aud: `${ORIGIN}/contoso.example/oauth2/v2.0/token` } })],
  ['without nbf and iat',              () => ({ claims: { nbf: undefined, iat: undefined } })],
  ['without an id of its own',         () => ({ claims: { jti: undefined } })],
  ['the client in capitals',           () => ({ claims: { iss: APP.toUpperCase(), sub: APP.toUpperCase() } })],
];

for (const [what, making] of TAKEN) {
  test(`taken: ${what}`, async () => {
    const { appid, appidacr, idtyp } = claimsOf(await post(making()));
    assert.deepEqual([appid, appidacr, idtyp], [APP, '2', 'app']);
  });
}

test('an assertion is sent again while it lasts, as the official libraries do', async () => {
  const sent = form(assertion());
  assert.deepEqual([(await desk.post(sent)).status, (await desk.post(sent)).status], [200, 200]);
});

test('a client that has only a certificate needs it for whatever it asks', async () => {
  const { client_assertion, client_assertion_type, ...bare } = form('');
  assertRefused(await desk.post(bare), 'invalid_client', 7000218, 401);
  const code = { ...bare, grant_type: 'device_code', device_code: 'x' };
  assertRefused(await desk.post(code), 'invalid_client', 7000218, 401);
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, making: () => Making, number: number])[] = [
  ['a certificate of nobody\'s',        () => ({ by: stranger }),                                                       700027],
  ['another key under the same name',   () => ({ by: stranger, head: { 'x5t#S256': thumbprint(own, 'sha256') } }),      700027],
  ['a certificate that has ended',      () => ({ by: ended }),                                                          700027],
  ['no name of a certificate',          () => ({ head: { 'x5t#S256': undefined } }),                                    700027],
  ['a certificate that came with it',   () => ({ by: stranger, head: { 'x5t#S256': undefined, x5c: [stranger.der.toString('base64')] } }), 700027],
  ['a key that came with it',           () => ({ by: stranger, head: { 'x5t#S256': undefined, jwk: { kty: 'RSA' } } }), 700027],
  ['another algorithm in the header',   () => ({ head: { alg: 'RS512' } }),                                             700027],
  ['an unknown critical header',        () => ({ head: { crit: ['x'], x: 1 } }),                                        700027],
  ['another client as its issuer',      () => ({ claims: { iss: OTHER } }),                                             700021],
  ['another client as its subject',     () => ({ claims: { sub: OTHER } }),                                             700021],
  ['no subject',                        () => ({ claims: { sub: undefined } }),                                         700021],
  ['another audience',                  () => ({ claims: { aud: GRAPH } }),                                             700023],
  ['another tenant\'s token endpoint',  () => ({ claims: { aud: `${ORIGIN}/${DEV.member}/oauth2/v2.0/token` } }),       700023],
  ['another host\'s token endpoint',    () => ({ claims: { aud: `https://evil.example/${DEV.tenant}/oauth2/v2.0/token` } }), 700023],
  ['several audiences',                 () => ({ claims: { aud: [TOKEN_URL, GRAPH] } }),                                700023],
  ['no audience',                       () => ({ claims: { aud: undefined } }),                                         700023],
  ['it has expired',                    () => ({ claims: { exp: NOW - 6 } }),                                           700024],
  ['it never expires',                  () => ({ claims: { exp: undefined } }),                                         700024],
  ['it expires in two days',            () => ({ claims: { exp: NOW + 2 * 24 * 3600 } }),                               700024],
  ['it is not valid yet',               () => ({ claims: { nbf: NOW + 60 } }),                                          700024],
  ['its end is a text',                 () => ({ claims: { exp: String(NOW + 600) } }),                                 700024],
];

for (const [what, making, number] of REFUSED) {
  test(`refused: ${what}`, async () => assertRefused(await post(making()), 'invalid_client', number, 401));
}

test('refused: what is no signed text at all, or was changed', async () => {
  const good = assertion();
  const [head, body, signature = ''] = good.split('.');
  const none = `${encode({ alg: 'none' })}.${body}.`;
  const hmac = `${encode({ alg: 'HS256', 'x5t#S256': thumbprint(own, 'sha256') })}.${body}.${signature}`;
  const longer = `${head}.${encode({ iss: APP, sub: APP, aud: TOKEN_URL, exp: NOW + 601 })}.${signature}`;
  for (const text of ['x', '', 'a.b.c', `${good}.x`, 'a'.repeat(13_000)]) {
    const { status, json } = await desk.post(form(text));
    assert.deepEqual([status, json.error], [401, 'invalid_client'], text.slice(0, 20));
  }
  for (const text of [none, hmac, longer]) assertRefused(await desk.post(form(text)), 'invalid_client', 700027, 401);
});

test('an assertion of another type is refused', async () => {
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer';
  for (const type of [client_assertion_type, undefined]) {
    assertRefused(await post({}, { client_assertion_type: type }), 'invalid_request', 70003);
  }
});

test('an assertion is for the client that it names, and its own certificates', async () => {
  assertRefused(await post({}, { client_id: OTHER }), 'invalid_client', 700021, 401);
  const claims = { iss: OTHER, sub: OTHER };
  assertRefused(await post({ claims }, { client_id: OTHER }), 'invalid_client', 700027, 401);
  assert.equal((await post({ claims, by: stranger }, { client_id: OTHER })).status, 200);
});
