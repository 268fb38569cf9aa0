import assert from 'node:assert/strict';
import { createHmac, createPublicKey, createSign, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * Access tokens: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference. The tokens here
 * are made by hand, so that the library that verifies them isn't asked for its own opinion of itself.
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

type Json = Readonly<Record<string, unknown>>;

/** 12:00 on the held clock, in seconds. */
const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;
const MALFORMED = 'CompactToken parsing failed with error code: 80049217';
const ISSUER = `https://sts.windows.net/${DEV.tenant}/`;

const CLAIMS: Json = {
  aud: 'https://graph.microsoft.com',
  iss: ISSUER,
  iat: NOW,
  nbf: NOW,
  exp: NOW + 3600,
  tid: DEV.tenant,
  oid: DEV.member,
  appid: DEV.console,
  idtyp: 'user',
  scp: 'Device.Read.All',
};

// -- making tokens by hand ------------------------------------------------------------------------------------

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Json => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const ownKey = () => desk.rollcall.world.keys.current;
const header = (more: Json = {}): Json => ({ typ: 'JWT', alg: 'RS256', kid: ownKey().kid, ...more });
const claims = (more: Json = {}): Json => ({ ...CLAIMS, ...more });

const rsa = (hash: string, key: () => KeyObject) => (text: string) =>
  createSign(hash).update(text).sign(key()).toString('base64url');
const byOwnKey = rsa('RSA-SHA256', () => ownKey().privateKey);
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const byStranger = rsa('RSA-SHA256', () => stranger.privateKey);

function token(head: unknown, body: unknown, signature: (text: string) => string = byOwnKey): string {
  const text = `${encode(head)}.${encode(body)}`;
  return `${text}.${signature(text)}`;
}

/** The same claims without one of them. */
function without(name: string): Json {
  return Object.fromEntries(Object.entries(CLAIMS).filter(([claim]) => claim !== name));
}

const ask = (made: string) => desk.ask('GET', '/v1.0/devices', { token: made });

function assertUnauthorized(reply: Reply, message?: string): void {
  assert.equal(reply.status, 401, reply.text);
  assert.equal(reply.json.error.code, 'InvalidAuthenticationToken');
  if (message !== undefined) assert.equal(reply.json.error.message, message);
  const challenge =
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
  assert.equal(reply.headers.get('www-authenticate'), challenge);
}

// -- what is taken ---------------------------------------------------------------------------------------------

/** The control: by hand and right. Each refusal below differs from one of these in one thing only. */
// biome-ignore format: a table is read by its columns
const GOOD: readonly (readonly [what: string, () => string])[] = [
  ['made by hand',                () => token(header(), claims())],
  ['audience with a slash',       () => token(header(), claims({ aud: 'https://graph.microsoft.com/' }))],
  ['audience by application id',  () => token(header(), claims({ aud: '00000003-0000-0000-c000-000000000000' }))],
  ['in the last second',          () => token(header(), claims({ nbf: NOW - 3600, iat: NOW - 3600, exp: NOW + 1 }))],
  ['clocks a little apart',       () => token(header(), claims({ nbf: NOW + 4 }))],
  ['an application',              () => token(header(), { ...without('scp'), idtyp: 'app', oid: DEV.daemon, roles: ['Device.Read.All'] })],
];

for (const [what, make] of GOOD) {
  test(`taken: ${what}`, async () => {
    assert.equal((await ask(make())).status, 200);
  });
}

// -- what is refused -------------------------------------------------------------------------------------------

const EXPIRED = 'Lifetime validation failed, the token is expired.';
const NOT_YET = 'Access token has expired or is not yet valid.';
const AUDIENCE = 'Access token validation failure. Invalid audience.';
const WRONG_ISSUER = 'Access token validation failure. Invalid issuer.';
const signedAs = (hash: string) => rsa(hash, () => ownKey().privateKey);

/** The public key as an HMAC secret: the confusion of RS256 and HS256. */
function byPublicKey(text: string): string {
  const pem = ownKey().publicKey.export({ type: 'spki', format: 'pem' });
  return createHmac('sha256', pem).update(text).digest('base64url');
}

// biome-ignore format: a table is read by its columns
const BAD: readonly (readonly [what: string, () => string, message: string])[] = [
  ['expired',                        () => token(header(), claims({ iat: NOW - 7200, nbf: NOW - 7200, exp: NOW - 3600 })), EXPIRED],
  ['not yet valid',                  () => token(header(), claims({ nbf: NOW + 600 })),                            NOT_YET],
  ['another audience',               () => token(header(), claims({ aud: 'https://vault.azure.net' })),            AUDIENCE],
  ["another cloud's audience",       () => token(header(), claims({ aud: 'https://graph.microsoft.us' })),         AUDIENCE],
  ['an audience that begins alike',  () => token(header(), claims({ aud: 'https://graph.microsoft.com.example' })), AUDIENCE],
  ['audience in another case',       () => token(header(), claims({ aud: 'https://GRAPH.microsoft.com' })),        AUDIENCE],
  ['two audiences',                  () => token(header(), claims({ aud: ['https://graph.microsoft.com', 'https://vault.azure.net'] })), AUDIENCE],
  ['an array with one audience',     () => token(header(), claims({ aud: ['https://graph.microsoft.com'] })),      AUDIENCE],
  ['another issuer',                 () => token(header(), claims({ iss: 'https://sts.example/' })),               WRONG_ISSUER],
  ['issuer without its slash',       () => token(header(), claims({ iss: ISSUER.slice(0, -1) })),                  WRONG_ISSUER],
  ['issuer of v2.0',                 () => token(header(), claims({ iss: `https://login.microsoftonline.com/${DEV.tenant}/v2.0` })), WRONG_ISSUER],
  ['another tenant than its issuer', () => token(header(), claims({ tid: DEV.member })),                           WRONG_ISSUER],
  ['a tenant that nobody knows',     () => token(header(), claims({ tid: DEV.member, iss: `https://sts.windows.net/${DEV.member}/` })), WRONG_ISSUER],
  ['a tenant called __proto__',      () => token(header(), claims({ tid: '__proto__', iss: 'https://sts.windows.net/__proto__/' })), WRONG_ISSUER],
  ['unknown kid',                    () => token(header({ kid: 'another' }), claims()),                            MALFORMED],
  ['a kid of every object',          () => token(header({ kid: '__proto__' }), claims()),                          MALFORMED],
  ['a kid that is a path',           () => token(header({ kid: '../../etc/passwd' }), claims()),                   MALFORMED],
  ['no kid',                         () => token({ typ: 'JWT', alg: 'RS256' }, claims()),                          MALFORMED],
  ['alg none, no signature',         () => token(header({ alg: 'none' }), claims(), () => ''),                     MALFORMED],
  ['alg None, signed',               () => token(header({ alg: 'None' }), claims()),                               MALFORMED],
  ['HS256 with the public key',      () => token(header({ alg: 'HS256' }), claims(), byPublicKey),                 MALFORMED],
  ['RS256 on the label, HMAC inside', () => token(header(), claims(), byPublicKey),                                MALFORMED],
  ['RS512',                          () => token(header({ alg: 'RS512' }), claims(), signedAs('RSA-SHA512')),      MALFORMED],
  ['another key, the same kid',      () => token(header(), claims(), byStranger),                                  MALFORMED],
  ['a key of its own in the header', () => token(header({ jwk: stranger.publicKey.export({ format: 'jwk' }) }), claims(), byStranger), MALFORMED],
  ['a key by address in the header', () => token(header({ jku: 'https://example.com/keys' }), claims(), byStranger), MALFORMED],
  ['an unknown critical header',     () => token(header({ crit: ['exp'] }), claims()),                             MALFORMED],
  ['unencoded payload',              () => token(header({ crit: ['b64'], b64: false }), claims()),                 MALFORMED],
  ['another type of token',          () => token(header({ typ: 'id+jwt' }), claims()),                             MALFORMED],
  ['no type',                        () => token({ alg: 'RS256', kid: ownKey().kid }, claims()),                   MALFORMED],
  ['no signature',                   () => token(header(), claims(), () => ''),                                    MALFORMED],
  ['a signature cut short',          () => token(header(), claims()).slice(0, -10),                                MALFORMED],
  ['a part too many',                () => `${token(header(), claims())}.x`,                                       MALFORMED],
  ['a part too few',                 () => token(header(), claims()).split('.').slice(0, 2).join('.'),             MALFORMED],
  ['header no JSON',                 () => token('x', claims()),                                                   MALFORMED],
  ['payload no JSON',                () => token(header(), 'x'),                                                   MALFORMED],
  ['payload an array',               () => token(header(), [claims()]),                                            MALFORMED],
  ['payload null',                   () => token(header(), null),                                                  MALFORMED],
  ['exp a text',                     () => token(header(), claims({ exp: String(NOW + 3600) })),                   MALFORMED],
  ['exp a fraction',                 () => token(header(), claims({ exp: NOW + 3600.5 })),                         MALFORMED],
  ['exp beyond a day',               () => token(header(), claims({ exp: NOW + 25 * 3600 })),                      MALFORMED],
  ['exp beyond all time',            () => token(header(), claims({ exp: Number.MAX_VALUE })),                     MALFORMED],
  ['idtyp of a third kind',          () => token(header(), claims({ idtyp: 'device' })),                           MALFORMED],
  ['scp an array',                   () => token(header(), claims({ scp: ['Device.Read.All'] })),                  MALFORMED],
  ['roles a text',                   () => token(header(), claims({ roles: 'Device.Read.All' })),                  MALFORMED],
  ['oid a number',                   () => token(header(), claims({ oid: 1 })),                                    MALFORMED],
  ['a user that is gone',            () => token(header(), claims({ oid: DEV.kiosk })),                            MALFORMED],
  ['a user that is disabled',        () => token(header(), claims({ oid: '6c74cee6-2d3a-46eb-a630-85250438442c' })), MALFORMED],
  ['longer than any token',          () => token(header(), claims({ more: 'x'.repeat(12 * 1024) })),               MALFORMED],
];

for (const [what, make, message] of BAD) {
  test(`refused: ${what}`, async () => assertUnauthorized(await ask(make()), message));
}

for (const name of ['iss', 'aud', 'exp', 'nbf', 'iat', 'tid', 'oid', 'appid', 'idtyp']) {
  test(`refused: without ${name}`, async () => assertUnauthorized(await ask(token(header(), without(name)))));
}

test('refused: a token of an expired second, by the held clock, seen before or not', async () => {
  const { clock, ask, tokenOf, close } = await openDesk();
  const [seen, unseen] = [await tokenOf('member'), await tokenOf('intune.admin')];
  const statuses = async () => [
    (await ask('GET', '/v1.0/devices', { token: seen })).status,
    (await ask('GET', '/v1.0/devices', { token: unseen })).status,
  ];
  assert.equal((await ask('GET', '/v1.0/devices', { token: seen })).status, 200);
  clock.advance(3600_000 + 4_000);
  assert.deepEqual(await statuses(), [200, 200], 'clocks of two machines may differ by five seconds');
  clock.advance(1_000);
  const expired = await ask('GET', '/v1.0/devices', { token: seen });
  assertUnauthorized(expired, EXPIRED);
  assertUnauthorized(await ask('GET', '/v1.0/devices', { token: unseen }), EXPIRED);
  assert.deepEqual(await statuses(), [401, 401]);
  await close();
});

test('refused: each part of a good token with one character changed', async () => {
  const good = token(header(), claims());
  assert.equal((await ask(good)).status, 200);
  for (const [at, part] of good.split('.').entries()) {
    const parts = good.split('.');
    const middle = Math.floor(part.length / 2);
    parts[at] = `${part.slice(0, middle)}${part[middle] === 'A' ? 'B' : 'A'}${part.slice(middle + 1)}`;
    assertUnauthorized(await ask(parts.join('.')));
  }
});

test("refused: more rights written into a good token's payload", async () => {
  const [head, , signature] = token(header(), claims()).split('.');
  const body = encode(claims({ scp: 'Directory.AccessAsUser.All', oid: DEV.globalAdmin }));
  assertUnauthorized(await ask(`${head}.${body}.${signature}`), MALFORMED);
});

test("roles in wids mean nothing: the directory's own are asked", async () => {
  const scp = 'Directory.AccessAsUser.All';
  const made = token(header(), claims({ scp, wids: ['62e90394-69f5-4237-9190-012177145e10'] }));
  assert.equal((await desk.ask('DELETE', `/v1.0/devices/${DEV.buildAgent}`, { token: made })).status, 403);
});

// -- the header ------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const HEADERS: readonly (readonly [what: string, (good: string) => string, message: string])[] = [
  ['Basic',               () => `Basic ${Buffer.from('a:b').toString('base64')}`, 'Access token is empty.'],
  ['nothing after Bearer', () => 'Bearer ',                                       'Access token is empty.'],
  ['an empty header',     () => '',                                               'Access token is empty.'],
  ['the token alone',     (good) => good,                                         'Access token is empty.'],
  ['two tokens',          (good) => `Bearer ${good}, Bearer ${good}`,             MALFORMED],
  ['two words',           (good) => `Bearer ${good} more`,                        MALFORMED],
  ['Pop',                 (good) => `Pop ${good}`,                                'Access token is empty.'],
];

for (const [what, make, message] of HEADERS) {
  test(`Authorization: ${what}`, async () => {
    const authorization = make(token(header(), claims()));
    assertUnauthorized(await desk.ask('GET', '/v1.0/devices', { headers: { authorization } }), message);
  });
}

test('no token at all: and a hint for those whose library left it out', async () => {
  const reply = await desk.ask('GET', '/v1.0/devices');
  assertUnauthorized(reply, 'Access token is empty.');
  const [hint] = reply.json.error.details;
  assert.deepEqual([hint.code, hint.target], ['NoBearerToken', 'Authorization']);
  assert.match(hint.message, /customHosts/);
});

test('a token without any dot', async () => {
  const reply = await ask('abc');
  assertUnauthorized(reply);
  assert.match(reply.json.error.message, /^IDX14100: JWT is not well formed, there are no dots \(\.\)\.\n/);
});

test('the scheme is read whatever its case', async () => {
  const authorization = `bearer ${token(header(), claims())}`;
  assert.equal((await desk.ask('GET', '/v1.0/devices', { headers: { authorization } })).status, 200);
});

// -- what stands in them ---------------------------------------------------------------------------------------

test('the claims of a delegated token', async () => {
  const [head, body] = (await desk.tokenOf('intune.admin')).split('.').map((part, at) => (at < 2 ? decode(part) : {}));
  const { kid } = ownKey();
  assert.deepEqual(head, { typ: 'JWT', alg: 'RS256', x5t: kid, kid });
  const { uti, scp, ...rest } = body ?? {};
  assert.match(String(uti), /^[\w-]{22}$/);
  const granted =
    'Directory.AccessAsUser.All Device.Read.All Directory.Read.All User.Read User.Read.All Group.Read.All';
  assert.deepEqual(String(scp).split(' ').sort(), granted.split(' ').sort());
  const name = 'intune.admin@contoso.example';
  assert.deepEqual(rest, {
    aud: 'https://graph.microsoft.com',
    iss: ISSUER,
    iat: NOW,
    nbf: NOW,
    exp: NOW + 3600,
    acr: '1',
    amr: ['pwd'],
    app_displayname: 'Device Console',
    appid: DEV.console,
    appidacr: '0',
    idtyp: 'user',
    name: 'Intune Admin',
    oid: DEV.intuneAdmin,
    sub: DEV.intuneAdmin,
    tid: DEV.tenant,
    unique_name: name,
    upn: name,
    ver: '1.0',
    wids: ['b79fbf4d-3ef9-4689-8143-76b194e85509', '3a2c62db-5318-420d-8d74-23affee5d9d5'],
  });
});

test('the claims of an application token', async () => {
  const { uti, roles, ...rest } = decode((await desk.tokenOfApp(DEV.daemon)).split('.')[1]);
  assert.match(String(uti), /^[\w-]{22}$/);
  const granted = ['Device.ReadWrite.All', 'Directory.ReadWrite.All', 'Group.Read.All', 'User.Read.All'];
  assert.deepEqual([...(roles as string[])].sort(), granted);
  const principal = fixedGuid(`principal:${DEV.daemon}`);
  assert.deepEqual(rest, {
    aud: 'https://graph.microsoft.com',
    iss: ISSUER,
    iat: NOW,
    nbf: NOW,
    exp: NOW + 3600,
    app_displayname: 'Inventory Daemon',
    appid: DEV.daemon,
    appidacr: '1',
    idtyp: 'app',
    oid: principal,
    sub: principal,
    tid: DEV.tenant,
    ver: '1.0',
    wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
  });
});

test('an application without a grant has no roles claim, and a plain member the role of users', async () => {
  assert.ok(!('roles' in decode((await desk.tokenOfApp(DEV.unconsented)).split('.')[1])));
  const { wids } = decode((await desk.tokenOf('member')).split('.')[1]);
  assert.deepEqual(wids, ['b79fbf4d-3ef9-4689-8143-76b194e85509']);
});

test('two tokens are never the same', async () => {
  assert.notEqual(await desk.tokenOf('member'), await desk.tokenOf('member'));
});

// -- the keys --------------------------------------------------------------------------------------------------

for (const tenant of [DEV.tenant, 'contoso.example', 'Contoso.Example', 'common', 'organizations', 'consumers']) {
  test(`GET /${tenant}/discovery/v2.0/keys: keys that verify our tokens, and nothing secret`, async () => {
    const reply = await desk.ask('GET', `/${tenant}/discovery/v2.0/keys`);
    assert.equal(reply.status, 200, reply.text);
    const made = await desk.tokenOf('member');
    const [head = '', body = '', signature = ''] = made.split('.');
    const keys = reply.json.keys as Record<string, string>[];
    const key = keys.find(({ kid }) => kid === decode(head)['kid']);
    assert.ok(key);
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use', 'x5t']);
    assert.deepEqual([key['kty'], key['use'], key['alg']], ['RSA', 'sig', 'RS256']);
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const text = Buffer.from(`${head}.${body}`);
    assert.ok(verify('RSA-SHA256', text, publicKey, Buffer.from(signature, 'base64url')));
  });
}
