import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Reply } from '../support/rollcall.ts';
import {
  applicationObjects,
  assertRefused,
  claimsOf,
  type Form,
  GRAPH,
  type Json,
  objectOf,
  openSignInDesk,
  type SignInDesk,
} from './signInDesk.ts';

/**
 * A client proves itself by the token of another issuer: https://learn.microsoft.com/entra/workload-id/workload-identity-federation.
 * The issuer is a server of its own, as a cluster or a build service has one; its tokens are made by hand.
 */

const APP = '66666666-0000-4000-8000-000000000001';
const OTHER = '66666666-0000-4000-8000-000000000002';
const AUDIENCE = 'api://AzureADTokenExchange';
const SUBJECT = 'repo:contoso/app:ref:refs/heads/main';
/** 12:00 on the held clock, in seconds. */
const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;

type Key = { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

const makeKey = (kid: string): Key => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
const stranger = makeKey('one');

let desk: SignInDesk;
let server: Server;
let issuer: string;
/** What the issuer publishes, and what it was asked. */
let keys: Key[] = [makeKey('one')];
let asked: string[] = [];
let named: string | undefined;
let failing: 'status' | 'size' | undefined;

before(async () => {
  server = createServer((request, response) => {
    asked.push(String(request.url));
    if (failing === 'status') response.statusCode = 500;
    const jwks = {
      keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' })),
    };
    const document = request.url?.endsWith('/keys') ? jwks : { issuer: named ?? issuer, jwks_uri: `${issuer}/keys` };
    const padding = failing === 'size' ? 'x'.repeat(10_000_000) : '';
    response.end(JSON.stringify({ ...document, padding }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trusted = (more: Json = {}) => ({
    type: 'federatedIdentityCredential',
    values: {
      id: randomUUID(),
      name: randomUUID(),
      issuer,
      subject: SUBJECT,
      audiences: [AUDIENCE],
      applicationId: objectOf(APP),
      ...more,
    },
  });
  const apps = [APP, OTHER].map((appId) => applicationObjects({ appId, title: 'Workload' }).objects);
  const inside = trusted({ issuer: 'http://10.0.0.1', subject: 'inside' });
  const nowhere = trusted({ issuer: 'https://127.0.0.1:1', subject: 'nowhere' });
  desk = await openSignInDesk({ objects: [...apps.flat(), trusted(), inside, nowhere] });
});
after(async () => {
  await desk.close();
  server.closeAllConnections();
  server.close();
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

type Making = { readonly head?: Json; readonly claims?: Json; readonly by?: Key | undefined };

function assertion({ head = {}, claims = {}, by = keys.at(-1) ?? stranger }: Making = {}): string {
  const said = { iss: issuer, sub: SUBJECT, aud: AUDIENCE, iat: NOW, nbf: NOW, exp: NOW + 600, ...claims };
  const text = `${encode({ alg: 'RS256', kid: by.kid, ...head })}.${encode(said)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(by.privateKey).toString('base64url')}`;
}

function post(client_assertion: string, more: Form = {}): Promise<Reply> {
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const form: Form = { grant_type: 'client_credentials', client_id: APP, scope: `${GRAPH}/.default` };
  return desk.post({ ...form, client_assertion, client_assertion_type, ...more });
}

test('the issuer is asked for its keys once, and its token proves the client', async () => {
  asked = [];
  for (let n = 0; n < 3; n++) {
    const { appid, appidacr } = claimsOf(await post(assertion()));
    assert.deepEqual([appid, appidacr], [APP, '2']);
  }
  assert.deepEqual(asked, ['/.well-known/openid-configuration', '/keys']);
});

test('a new key of the issuer is asked for when a token names it, and not more often than every ten seconds', async () => {
  desk.clock.advance(10_000);
  asked = [];
  keys = [...keys, makeKey('two')];
  assert.equal((await post(assertion())).status, 200);
  assert.equal(asked.length, 2);
  assertRefused(await post(assertion({ by: makeKey('three') })), 'invalid_client', 700027, 401);
  assertRefused(await post(assertion({ by: makeKey('four') })), 'invalid_client', 700027, 401);
  assert.equal(asked.length, 2, 'whoever sends tokens makes nobody ask without end');
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, making: () => Making, number: number])[] = [
  ['an issuer that nobody trusts',     () => ({ claims: { iss: 'https://evil.example' } }),            700211],
  ['the issuer with a slash',          () => ({ claims: { iss: `${issuer}/` } }),                      700211],
  ['another subject',                  () => ({ claims: { sub: 'repo:evil/app:ref:refs/heads/main' } }), 700213],
  ['the subject in another case',      () => ({ claims: { sub: SUBJECT.toUpperCase() } }),             700213],
  ['no subject',                       () => ({ claims: { sub: undefined } }),                         700213],
  ['another audience',                 () => ({ claims: { aud: 'api://other' } }),                     700212],
  ['several audiences',                () => ({ claims: { aud: [AUDIENCE, 'api://other'] } }),         700212],
  ['no audience',                      () => ({ claims: { aud: undefined } }),                         700212],
  ['it has expired',                   () => ({ claims: { exp: NOW - 60 } }),                          700024],
  ['it never expires',                 () => ({ claims: { exp: undefined } }),                         700024],
  ['somebody else\'s key',             () => ({ by: stranger }),                                       700027],
  ['a key that came with it',          () => ({ by: stranger, head: { jwk: stranger.publicKey.export({ format: 'jwk' }) } }), 700027],
  ['no algorithm',                     () => ({ head: { alg: 'none' } }),                              700027],
  ['an issuer inside the network, without https', () => ({ claims: { iss: 'http://10.0.0.1', sub: 'inside' } }), 50166],
  ['an issuer that doesn\'t answer',   () => ({ claims: { iss: 'https://127.0.0.1:1', sub: 'nowhere' } }), 50166],
];

for (const [what, making, number] of REFUSED) {
  test(`refused: ${what}`, async () => assertRefused(await post(assertion(making())), 'invalid_client', number, 401));
}

test('refused: for an application that trusts nobody', async () => {
  assertRefused(await post(assertion(), { client_id: OTHER }), 'invalid_client', 700211, 401);
});

test('an issuer that is down for an hour is believed what it said before; one that says another name never', async () => {
  failing = 'status';
  desk.clock.advance(2 * 3600_000);
  const claims = { iat: NOW + 7200, nbf: NOW + 7200, exp: NOW + 3 * 3600 };
  assert.equal((await post(assertion({ claims }))).status, 200);
  failing = undefined;
  named = 'https://evil.example';
  desk.clock.advance(30_000);
  keys = [makeKey('five')];
  assertRefused(await post(assertion({ claims })), 'invalid_client', 700027, 401);
  named = undefined;
  failing = 'size';
  desk.clock.advance(30_000);
  assertRefused(await post(assertion({ claims })), 'invalid_client', 700027, 401);
  failing = undefined;
  desk.clock.advance(30_000);
  assert.equal((await post(assertion({ claims }))).status, 200);
});
