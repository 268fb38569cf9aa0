import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import { claims, decode, encode, forgeOf, ISSUER, NOW, without } from './forge.ts';

/**
 * Access tokens: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference. The tokens here
 * are made by hand, so that the library that verifies them isn't asked for its own opinion of itself.
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const forge = forgeOf(() => desk);
const { key: ownKey, header, token } = forge;
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

// -- what is refused: `token-attacks.test.ts` has the rows ------------------------------------------------------

const MALFORMED = 'CompactToken parsing failed with error code: 80049217';
const EXPIRED = 'Lifetime validation failed, the token is expired.';

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
