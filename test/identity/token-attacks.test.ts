import assert from 'node:assert/strict';
import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Keys } from '../../src/identity/keys.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import {
  CLAIMS,
  claims,
  encode,
  forgeOf,
  ISSUER,
  type Json,
  NOW,
  type Signing,
  STRANGER,
  signing,
  without,
} from './forge.ts';

/**
 * Attacks on access tokens: https://www.rfc-editor.org/rfc/rfc8725 and the draft that follows it,
 * https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc8725bis/. Each is answered by the same 401, to the letter, but for what
 * Graph was seen to say in words of its own: a text without dots, an end that has passed, a beginning that hasn't come, an
 * audience that isn't Graph. Those words come after the signature was verified, so whoever has no key hears none of them.
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const { key, byOwnKey, header, token } = forgeOf(() => desk);
const ask = (made: string) => desk.ask('GET', '/v1.0/devices', { token: made });

const MALFORMED = 'CompactToken parsing failed with error code: 80049217';
const EXPIRED = 'Lifetime validation failed, the token is expired.';
const NOT_YET = 'Access token has expired or is not yet valid.';
const AUDIENCE = 'Access token validation failure. Invalid audience.';
const CHALLENGE =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

/** The whole answer, but for its ids, which are never the same. */
function assertRefused(reply: Reply, message: string): void {
  const { error, ...rest } = reply.json;
  const { innerError, ...told } = error;
  assert.deepEqual(
    {
      status: reply.status,
      challenge: reply.headers.get('www-authenticate'),
      rest,
      told,
      inner: Object.keys(innerError),
    },
    {
      status: 401,
      challenge: CHALLENGE,
      rest: {},
      told: { code: 'InvalidAuthenticationToken', message },
      inner: ['date', 'request-id', 'client-request-id'],
    },
  );
}

/** A name for the attack, and its token. */
type Attack = readonly [what: string, make: () => string];

/** Some attacks are named by what they send. */
const printable = (text: string) =>
  text.replace(/[^ -~]/g, (character) => JSON.stringify(character).slice(1, -1).replace('\0', '\\0'));

let count = 0;
function attacks(about: string, rows: readonly Attack[], message = MALFORMED): void {
  describe(about, () => {
    for (const [what, make] of rows) {
      count++;
      test(printable(what), async () => assertRefused(await ask(make()), message));
    }
  });
}

// -- the controls: what the attacks differ from in one thing only -----------------------------------------------------

// biome-ignore format: a table is read by its columns
const TAKEN: readonly Attack[] = [
  ['made by hand',                () => token(header(), claims())],
  ['with claims that nobody asks for', () => token(header(), claims({ wids: [], name: 'Zoë \u2028 "quoted" \\ 😀', xms_idrel: '1' }))],
  ['with a claim called __proto__, which means nothing', () => claimsText(BODY.replace('}', ',"__proto__":{"roles":["Device.ReadWrite.All"]}}'))],
  ['audience with a slash',       () => token(header(), claims({ aud: 'https://graph.microsoft.com/' }))],
  ['audience by application id',  () => token(header(), claims({ aud: '00000003-0000-0000-c000-000000000000' }))],
  ['in the last second',          () => token(header(), claims({ nbf: NOW - 3600, iat: NOW - 3600, exp: NOW + 1 }))],
  ['clocks a little apart',       () => token(header(), claims({ nbf: NOW + 4, iat: NOW + 4 }))],
  ['an application',              () => token(header(), { ...without('scp'), idtyp: 'app', oid: DEV.daemon, roles: ['Device.Read.All'] })],
];
describe('the control is taken', () => {
  for (const [what, make] of TAKEN) {
    test(what, async () => {
      const reply = await ask(make());
      assert.equal(reply.status, 200, reply.text);
    });
  }
});

// -- algorithms ----------------------------------------------------------------------------------------------------

const NOTHING: Signing = () => '';
const none = ['none', 'None', 'NONE', 'nOnE', 'NoNe', 'none ', ' none', 'none\0', 'non\u0435', 'null', ''];

attacks('no algorithm', [
  ...none.map((alg): Attack => [`alg '${alg}', no signature`, () => token(header({ alg }), claims(), NOTHING)]),
  ...none.map((alg): Attack => [`alg '${alg}', signed all the same`, () => token(header({ alg }), claims())]),
  ...[null, 0, false, true, [], ['RS256'], ['none'], {}, { toString: 'RS256' }].map(
    (alg): Attack => [`alg ${JSON.stringify(alg)}`, () => token(header({ alg }), claims())],
  ),
  ['no alg at all', () => token({ typ: 'JWT', kid: key().kid }, claims())],
  ['RS256, no signature', () => token(header(), claims(), NOTHING)],
  ['RS256, a signature of zeros', () => token(header(), claims(), () => Buffer.alloc(256).toString('base64url'))],
  ['RS256, a signature of ones', () => token(header(), claims(), () => Buffer.alloc(256, 0xff).toString('base64url'))],
  [
    'RS256, the signature of another token',
    () => token(header(), claims(), () => token(header(), claims({ scp: 'x' })).split('.')[2] ?? ''),
  ],
]);

const publicKey = () => key().publicKey;
const pem = (type: 'spki' | 'pkcs1') => String(publicKey().export({ type, format: 'pem' }));
const jwkOf = () => publicKey().export({ format: 'jwk' });

/** What somebody may take for the shared secret, when a public key is all that there is. */
const SECRETS: Readonly<Record<string, () => string | Buffer>> = {
  'its PEM': () => pem('spki'),
  'its PEM without the last line end': () => pem('spki').trimEnd(),
  'its PEM with line ends of Windows': () => pem('spki').replaceAll('\n', '\r\n'),
  'its PEM on one line': () => pem('spki').replaceAll('\n', ''),
  'its PEM of PKCS #1': () => pem('pkcs1'),
  'its DER': () => publicKey().export({ type: 'spki', format: 'der' }),
  'its DER of PKCS #1': () => publicKey().export({ type: 'pkcs1', format: 'der' }),
  'its DER in base64': () => publicKey().export({ type: 'spki', format: 'der' }).toString('base64'),
  'its JWK': () => JSON.stringify(jwkOf()),
  'its modulus': () => Buffer.from(String(jwkOf().n), 'base64url'),
  'its modulus as text': () => String(jwkOf().n),
  'its name': () => key().kid,
  nothing: () => '',
};
const hmac =
  (hash: string, secret: () => string | Buffer): Signing =>
  (text) =>
    createHmac(hash, secret()).update(text).digest('base64url');

attacks('the public key as a shared secret', [
  ...Object.entries(SECRETS).map(
    ([what, secret]): Attack => [
      `HS256 by ${what}`,
      () => token(header({ alg: 'HS256' }), claims(), hmac('sha256', secret)),
    ],
  ),
  [
    'HS384',
    () =>
      token(
        header({ alg: 'HS384' }),
        claims(),
        hmac('sha384', () => pem('spki')),
      ),
  ],
  [
    'HS512',
    () =>
      token(
        header({ alg: 'HS512' }),
        claims(),
        hmac('sha512', () => pem('spki')),
      ),
  ],
  [
    'RS256 on the label, HMAC inside',
    () =>
      token(
        header(),
        claims(),
        hmac('sha256', () => pem('spki')),
      ),
  ],
]);

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');
const own = (hash: string, options = {}) => signing(hash, () => key().privateKey, options);
const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

// biome-ignore format: a table is read by its columns
attacks('another algorithm', [
  ['RS384 by our own key',       () => token(header({ alg: 'RS384' }), claims(), own('RSA-SHA384'))],
  ['RS512 by our own key',       () => token(header({ alg: 'RS512' }), claims(), own('RSA-SHA512'))],
  ['RS1 by our own key',         () => token(header({ alg: 'RS1' }), claims(), own('RSA-SHA1'))],
  ['PS256 by our own key',       () => token(header({ alg: 'PS256' }), claims(), own('RSA-SHA256', pss(32)))],
  ['PS384 by our own key',       () => token(header({ alg: 'PS384' }), claims(), own('RSA-SHA384', pss(48)))],
  ['PS512 by our own key',       () => token(header({ alg: 'PS512' }), claims(), own('RSA-SHA512', pss(64)))],
  ['RS256 on the label, PSS inside', () => token(header(), claims(), own('RSA-SHA256', pss(32)))],
  ['RS256 on the label, SHA-1 inside', () => token(header(), claims(), own('RSA-SHA1'))],
  ['RS256 on the label, SHA-512 inside', () => token(header(), claims(), own('RSA-SHA512'))],
  ['PS256 on the label, RS256 inside', () => token(header({ alg: 'PS256' }), claims())],
  ['rs256 in small letters',     () => token(header({ alg: 'rs256' }), claims())],
  ['RS256 with a blank',         () => token(header({ alg: 'RS256 ' }), claims())],
  ['ES256 by another key',       () => token(header({ alg: 'ES256' }), claims(), signing('sha256', () => ec.privateKey, { dsaEncoding: 'ieee-p1363' }))],
  ['ES256 of zeros',             () => token(header({ alg: 'ES256' }), claims(), () => Buffer.alloc(64).toString('base64url'))],
  ['ES256 by our RSA key',       () => token(header({ alg: 'ES256' }), claims())],
  ['ES256K',                     () => token(header({ alg: 'ES256K' }), claims())],
  ['EdDSA by another key',       () => token(header({ alg: 'EdDSA' }), claims(), () => encode(edwards.privateKey.export({ format: 'der', type: 'pkcs8' })))],
  ['EdDSA by our RSA key',       () => token(header({ alg: 'EdDSA' }), claims())],
  ['ML-DSA-44',                  () => token(header({ alg: 'ML-DSA-44' }), claims())],
  ['dir',                        () => token(header({ alg: 'dir' }), claims())],
  ['constructor',                () => token(header({ alg: 'constructor' }), claims())],
  ['__proto__',                  () => token(`{"typ":"JWT","alg":"__proto__","kid":"${key().kid}"}`, claims())],
]);

// -- keys ----------------------------------------------------------------------------------------------------------

const byStranger = signing('RSA-SHA256', () => STRANGER.privateKey);
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const strangerJwk = STRANGER.publicKey.export({ format: 'jwk' });
const { e, kty, n } = strangerJwk;
const strangerKid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');

// biome-ignore format: a table is read by its columns
attacks('another key', [
  ['of the same name',           () => token(header(), claims(), byStranger)],
  ['of its own name, such as one that was retired', () => token(header({ kid: strangerKid }), claims(), byStranger)],
  ['without a name',             () => token({ typ: 'JWT', alg: 'RS256' }, claims(), byStranger)],
  ['of 1024 bits',               () => token(header(), claims(), signing('RSA-SHA256', () => weak.privateKey))],
  ['in jwk',                     () => token(header({ jwk: strangerJwk }), claims(), byStranger)],
  ['in jwk, and no name',        () => token({ typ: 'JWT', alg: 'RS256', jwk: strangerJwk }, claims(), byStranger)],
  ['in jwk, of our name',        () => token(header({ jwk: { ...strangerJwk, kid: key().kid } }), claims(), byStranger)],
  ['a secret in jwk',            () => token(header({ alg: 'HS256', jwk: { kty: 'oct', k: 'eA' } }), claims(), hmac('sha256', () => 'x'))],
  ['at jku',                     () => token(header({ jku: 'https://attacker.example/keys' }), claims(), byStranger)],
  ['at jku, and its own name',   () => token(header({ jku: 'https://attacker.example/keys', kid: strangerKid }), claims(), byStranger)],
  ['at jku on this machine',     () => token(header({ jku: 'http://127.0.0.1:8585/common/discovery/v2.0/keys' }), claims(), byStranger)],
  ['at jku in a file',           () => token(header({ jku: 'file:///etc/passwd' }), claims(), byStranger)],
  ['at x5u',                     () => token(header({ x5u: 'https://attacker.example/cert.pem' }), claims(), byStranger)],
  ['at x5u, a list',             () => token(header({ x5u: ['https://attacker.example/'] }), claims(), byStranger)],
  ['in x5c',                     () => token(header({ x5c: [STRANGER.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }), claims(), byStranger)],
  ['in x5c, no list',            () => token(header({ x5c: 'x' }), claims(), byStranger)],
  ['by x5t alone',               () => token({ typ: 'JWT', alg: 'RS256', x5t: key().kid }, claims(), byStranger)],
  ['by x5t#S256',                () => token(header({ 'x5t#S256': strangerKid }), claims(), byStranger)],
]);

const KIDS: readonly unknown[] = [
  '../../../../../../dev/null',
  '/dev/null',
  '/etc/passwd',
  'C:\\Windows\\win.ini',
  'file:///proc/self/environ',
  'https://attacker.example/key',
  "' or '1'='1",
  "' union select 'x' -- ",
  "x'; drop table value; --",
  '"; select 1',
  '| /bin/sleep 5',
  '$(sleep 5)',
  '`id`',
  '#{7*7}',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\0',
  'x'.repeat(8000),
  null,
  0,
  true,
  [],
  {},
];
attacks('the name of a key that is something else', [
  ...KIDS.map(
    (kid): Attack => [
      `kid ${JSON.stringify(kid).slice(0, 40)}`,
      () =>
        token(
          header({ kid }),
          claims(),
          hmac('sha256', () => ''),
        ),
    ],
  ),
  ...KIDS.slice(0, 10).map(
    (kid): Attack => [`kid ${JSON.stringify(kid)}, signed by our own key`, () => token(header({ kid }), claims())],
  ),
  ['no kid, signed by our own key', () => token({ typ: 'JWT', alg: 'RS256' }, claims())],
  ['our kid in a list', () => token(header({ kid: [key().kid] }), claims())],
  ['our kid in other letters', () => token(header({ kid: key().kid.toUpperCase() }), claims())],
  ['our kid and a blank', () => token(header({ kid: `${key().kid} ` }), claims())],
]);

// -- the head: all of these are signed by our own key, as somebody may have it signed -----------------------------------

const HEADS: Readonly<Record<string, Json>> = {
  'crit of an unknown member': { crit: ['x'], x: 1 },
  'crit of a claim': { crit: ['exp'], exp: NOW },
  'crit of nothing': { crit: [] },
  'crit, no list': { crit: 'exp' },
  'crit null': { crit: null },
  'crit of what is not there': { crit: ['x'] },
  'crit of alg': { crit: ['alg'] },
  'b64 false': { b64: false },
  'b64 false and critical': { b64: false, crit: ['b64'] },
  'b64 true and critical': { b64: true, crit: ['b64'] },
  'zip DEF': { zip: 'DEF' },
  'zip GZIP': { zip: 'GZIP' },
  'cty JWT': { cty: 'JWT' },
  'cty of a key': { cty: 'jwk+json' },
  enc: { enc: 'A256GCM' },
  epk: { epk: {} },
  p2c: { p2c: 2_000_000_000, p2s: 'x' },
  url: { url: 'https://attacker.example/' },
  nonce: { nonce: 'x' },
  'claims in the head': { iss: ISSUER, aud: 'https://graph.microsoft.com' },
  'typ at+jwt': { typ: 'at+jwt' },
  'typ application/jwt': { typ: 'application/jwt' },
  'typ jwt': { typ: 'jwt' },
  'typ id+jwt': { typ: 'id+jwt' },
  'typ logout+jwt': { typ: 'logout+jwt' },
  'typ dpop+jwt': { typ: 'dpop+jwt' },
  'typ client-authentication+jwt': { typ: 'client-authentication+jwt' },
  'typ refresh': { typ: 'refresh' },
  'typ JOSE': { typ: 'JOSE' },
  'typ empty': { typ: '' },
  'typ null': { typ: null },
  'typ in a list': { typ: ['JWT'] },
  'a member that nobody knows': { x: 'y' },
};
attacks('a head that says more or something else', [
  ...Object.entries(HEADS).map(([what, more]): Attack => [what, () => token(header(more), claims())]),
  ['no typ', () => token({ alg: 'RS256', kid: key().kid }, claims())],
  ['zip DEF, and compressed', () => token(header({ zip: 'DEF' }), deflateRawSync(JSON.stringify(claims())))],
  ['compressed without a word', () => token(header(), gzipSync(JSON.stringify(claims())))],
  ['b64 false, and not encoded', () => unencoded()],
  ['a list', () => token([header()], claims())],
  ['null', () => token(null, claims())],
  ['a text', () => token('x', claims())],
  ['a number', () => token(1, claims())],
  ['nothing', () => token('', claims())],
  ['nothing in braces', () => token({}, claims())],
]);

function unencoded(): string {
  const text = `${encode(header({ b64: false, crit: ['b64'] }))}.${JSON.stringify(claims()).replaceAll('.', '')}`;
  return `${text}.${byOwnKey(text)}`;
}

/** JSON as it is written here, to the letter. */
const headText = (text: string) => token(text.replace('KID', key().kid), claims());
const claimsText = (text: string) => token(header(), text);
const BODY = JSON.stringify(CLAIMS);

// biome-ignore format: a table is read by its columns
attacks('JSON that can be read in two ways', [
  ['alg twice in the head',         () => headText('{"typ":"JWT","alg":"none","alg":"RS256","kid":"KID"}')],
  ['alg twice, the other way round', () => headText('{"typ":"JWT","alg":"RS256","alg":"none","kid":"KID"}')],
  ['kid twice in the head',         () => headText('{"typ":"JWT","alg":"RS256","kid":"x","kid":"KID"}')],
  ['typ twice in the head',         () => headText('{"typ":"x","typ":"JWT","alg":"RS256","kid":"KID"}')],
  ['alg twice, once in escapes',    () => headText('{"typ":"JWT","\\u0061lg":"none","alg":"RS256","kid":"KID"}')],
  ['__proto__ in the head',         () => headText('{"typ":"JWT","alg":"RS256","kid":"KID","__proto__":{"alg":"none"}}')],
  ['blanks in the head',            () => headText('{ "typ": "JWT", "alg": "RS256", "kid": "KID" }')],
  ['a byte order mark in the head', () => headText('\ufeff{"typ":"JWT","alg":"RS256","kid":"KID"}')],
  ['something after the head',      () => headText('{"typ":"JWT","alg":"RS256","kid":"KID"}{}')],
  ['an end of line after the head', () => headText('{"typ":"JWT","alg":"RS256","kid":"KID"}\n')],
  ['oid twice',                     () => claimsText(BODY.replace('{', `{"oid":"${DEV.globalAdmin}",`))],
  ['oid twice, the other way round', () => claimsText(BODY.replace('}', `,"oid":"${DEV.globalAdmin}"}`))],
  ['tid twice',                     () => claimsText(BODY.replace('{', '{"tid":"x",'))],
  ['scp twice',                     () => claimsText(BODY.replace('}', ',"scp":"Directory.AccessAsUser.All"}'))],
  ['aud twice',                     () => claimsText(BODY.replace('{', '{"aud":"https://vault.azure.net",'))],
  ['iss twice',                     () => claimsText(BODY.replace('{', '{"iss":"https://attacker.example/",'))],
  ['exp twice',                     () => claimsText(BODY.replace('{', '{"exp":1,'))],
  ['exp twice, the later one last', () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, `"exp":1,"exp":${NOW + 3600}`))],
  ['roles twice',                   () => claimsText(BODY.replace('}', ',"roles":[],"roles":["Device.ReadWrite.All"]}'))],
  ['oid twice, once in escapes',    () => claimsText(BODY.replace('}', `,"\\u006fid":"${DEV.globalAdmin}"}`))],
  ['blanks among the claims',       () => claimsText(JSON.stringify(CLAIMS, null, 1))],
  ['a byte order mark',             () => claimsText(`\ufeff${BODY}`)],
  ['a comment',                     () => claimsText(BODY.replace('}', '/* x */}'))],
  ['a comma too many',              () => claimsText(BODY.replace('}', ',}'))],
  ['two objects',                   () => claimsText(`${BODY}${BODY}`)],
  ['half an object',                () => claimsText(BODY.slice(0, -1))],
  ['single quotes',                 () => claimsText(BODY.replaceAll('"', "'"))],
  ['a byte that is no UTF-8',       () => token(header(), Buffer.concat([Buffer.from(BODY.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]))],
  ['an overlong byte',              () => token(header(), Buffer.concat([Buffer.from(BODY.slice(0, -2)), Buffer.from([0xc0, 0xaf, 0x22, 0x7d])]))],
  ['half a character',              () => token(header(), Buffer.concat([Buffer.from(BODY.slice(0, -2)), Buffer.from([0xed, 0xa0, 0x80, 0x22, 0x7d])]))],
  ['UTF-16',                        () => token(header(), Buffer.from(BODY, 'utf16le'))],
  ['a NUL at the end',              () => claimsText(`${BODY}\0`)],
  ['exp in two hundred digits',     () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, `"exp":${'9'.repeat(200)}`))],
  ['exp 1e400',                     () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, '"exp":1e400'))],
  ['exp with an exponent',          () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, `"exp":${(NOW + 3600) / 100}e2`))],
  ['exp with a point',              () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, `"exp":${NOW + 3600}.0`))],
  ['exp NaN',                       () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, '"exp":NaN'))],
  ['deep nesting',                  () => claimsText(BODY.replace('}', `,"x":${'['.repeat(4000)}${']'.repeat(4000)}}`.slice(0, -4001)))],
  ['an array',                      () => token(header(), [claims()])],
  ['null',                          () => token(header(), null)],
  ['a text',                        () => token(header(), '"x"')],
  ['a number',                      () => token(header(), 1)],
  ['true',                          () => token(header(), true)],
  ['no JSON',                       () => token(header(), 'x')],
  ['nothing',                       () => token(header(), '')],
]);

// -- the text ----------------------------------------------------------------------------------------------------------

const good = () => token(header(), claims());
const parts = () => good().split('.') as [string, string, string];
const joined = (change: (three: [string, string, string]) => readonly string[]) => change(parts()).join('.');
const signedText = (head: string, body: string) => `${head}.${body}.${byOwnKey(`${head}.${body}`)}`;
const head64 = () => encode(header());
const body64 = () => encode(claims());

/** The same bytes, but for the bits at the end of base64url that stand for none. */
function otherBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${part.slice(0, -1)}${alphabet[alphabet.indexOf(part.slice(-1)) + 1]}`;
}

/** Claims of so many bytes that bits are left over at the end. */
function loose(): string {
  const found = ['', 'x', 'xx'].map((more) => encode(claims({ more }))).find((part) => part.length % 4 !== 0);
  return found ?? '';
}

// biome-ignore format: a table is read by its columns
attacks('the text of the token', [
  ['one part',                     () => `${parts()[0]}.`],
  ['two parts',                    () => joined(([a, b]) => [a, b])],
  ['two parts and a dot',          () => joined(([a, b]) => [a, b, ''])],
  ['four parts',                   () => joined((three) => [...three, 'x'])],
  ['a dot at the end',             () => `${good()}.`],
  ['a dot at the start',           () => `.${good()}`],
  ['five parts',                   () => joined((three) => [...three, '', ''])],
  ['a hundred parts',              () => `${good()}${'.x'.repeat(97)}`],
  ['nothing but dots',             () => '..'],
  ['a thousand dots',              () => '.'.repeat(1000)],
  ['no head',                      () => joined(([, b, c]) => ['', b, c])],
  ['no claims',                    () => joined(([a, , c]) => [a, '', c])],
  ['parts in another order',       () => joined(([a, b, c]) => [b, a, c])],
  ['the claims of another token',  () => joined(([a, , c]) => [a, encode(claims({ oid: DEV.globalAdmin })), c])],
  ['the head of another token',    () => joined(([, b, c]) => [encode(header({ x5t: 'x' })), b, c])],
  ['a head with padding',          () => signedText(`${head64()}==`, body64())],
  ['claims with padding',          () => signedText(head64(), `${body64()}=`)],
  ['a signature with padding',     () => `${good()}==`],
  ['a blank in the head',          () => signedText(`${head64().slice(0, 9)} ${head64().slice(9)}`, body64())],
  ['a blank in the signature',     () => joined(([a, b, c]) => [a, b, `${c.slice(0, 9)} ${c.slice(9)}`])],
  ['an end of line in the claims', () => signedText(head64(), `${body64().slice(0, 9)}\n${body64().slice(9)}`)],
  ['a character of no alphabet',   () => signedText(head64(), `${body64()}!`)],
  ['a signature with one, too',    () => `${good()}!`],
  ['a NUL in the signature',       () => `${good()}\0`],
  ['a letter of another script',   () => `${good()}\u0430`],
  ['base64 in place of base64url', () => base64Signature()],
  ['base64 of claims',             () => signedText(head64(), Buffer.from(JSON.stringify(claims({ name: '???>>>~~~' }))).toString('base64').replaceAll('=', ''))],
  ['loose bits at the end of the signature', () => joined(([a, b, c]) => [a, b, otherBits(c)])],
  ['loose bits at the end of the claims',    () => signedText(head64(), otherBits(loose()))],
  ['a signature cut short',        () => good().slice(0, -10)],
  ['a signature too long',         () => `${good()}AAAA`],
  ['a signature with zeros in front', () => joined(([a, b, c]) => [a, b, Buffer.concat([Buffer.alloc(1), Buffer.from(c, 'base64url')]).toString('base64url')])],
  ['percent-encoded',              () => good().replaceAll('.', '%2E').replace('%2E', '.')],
  ['in quotes',                    () => `"${good()}"`],
  ['twice',                        () => `${good()} ${good()}`],
  ['twice, with a comma',          () => `${good()},${good()}`],
  ['longer than any token',        () => token(header(), claims({ more: 'x'.repeat(12 * 1024) }))],
  ['as long as a head can be',     () => token(header(), claims({ more: 'x'.repeat(15 * 1024) }))],
  ['nested in another',            () => token(header(), good())],
  ['nested, and says so',          () => token(header({ cty: 'JWT' }), good())],
  ['encrypted to our key (JWE)',   () => encrypted(good(), 'RSA-OAEP-256')],
  ['encrypted, without a signature inside', () => encrypted(JSON.stringify(claims()), 'RSA-OAEP-256')],
  ['encrypted directly',           () => [encode({ alg: 'dir', enc: 'A256GCM' }), '', 'AAAA', body64(), 'AAAA'].join('.')],
  ['a refresh token of the form that Microsoft has', () => `0.AXoA${randomBytes(300).toString('base64url')}.`],
  ['a SAML assertion',             () => `${encode('<saml:Assertion/>')}.`],
]);

/** Signatures with a `+` or a `/` in base64 are nearly all of them. */
function base64Signature(): string {
  const [a, b, c] = parts();
  return [a, b, Buffer.from(c, 'base64url').toString('base64').replace(/=+$/, '')].join('.');
}

function encrypted(text: string, alg: string): string {
  const head = encode({ alg, enc: 'A256GCM', kid: key().kid, typ: 'JWT' });
  const [secret, iv] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(head));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  const wrapped = publicEncrypt({ key: publicKey(), oaepHash: 'sha256' }, secret);
  return [head, ...[wrapped, iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

// -- claims: all of these are signed by our own key ---------------------------------------------------------------------

const having = (more: Json) => () => token(header(), claims(more));

// biome-ignore format: a table is read by its columns
attacks('claims of another kind', [
  ...['iss', 'aud', 'exp', 'nbf', 'iat', 'tid', 'oid', 'appid', 'idtyp'].map((name): Attack => [`without ${name}`, () => token(header(), without(name))]),
  ...['iss', 'exp', 'nbf', 'iat', 'tid', 'oid', 'appid', 'idtyp', 'scp', 'roles'].map((name): Attack => [`${name} null`, having({ [name]: null })]),
  ['another issuer',               having({ iss: 'https://attacker.example/' })],
  ['an issuer that begins alike',  having({ iss: `${ISSUER}x` })],
  ['an issuer without its slash',  having({ iss: ISSUER.slice(0, -1) })],
  ['an issuer in capitals',        having({ iss: ISSUER.toUpperCase() })],
  ['the issuer of v2.0',           having({ iss: `https://login.microsoftonline.com/${DEV.tenant}/v2.0` })],
  ['the issuer of another cloud',  having({ iss: `https://sts.chinacloudapi.cn/${DEV.tenant}/` })],
  ['an issuer by http',            having({ iss: ISSUER.replace('https', 'http') })],
  ['a list of issuers',            having({ iss: [ISSUER] })],
  ['another tenant than its issuer', having({ tid: DEV.member })],
  ['a tenant that nobody knows',   having({ tid: DEV.member, iss: `https://sts.windows.net/${DEV.member}/` })],
  ['a tenant in capitals',         having({ tid: DEV.tenant.toUpperCase(), iss: `https://sts.windows.net/${DEV.tenant.toUpperCase()}/` })],
  ['the tenant by its domain',     having({ tid: 'contoso.example', iss: 'https://sts.windows.net/contoso.example/' })],
  ['the tenant common',            having({ tid: 'common', iss: 'https://sts.windows.net/common/' })],
  ['the tenant {tenantid}',        having({ tid: '{tenantid}', iss: 'https://sts.windows.net/{tenantid}/' })],
  ['the tenant __proto__',         having({ tid: '__proto__', iss: 'https://sts.windows.net/__proto__/' })],
  ['a tenant in a list',           having({ tid: [DEV.tenant] })],
  ['a user who is not here',       having({ oid: crypto.randomUUID() })],
  ['a device for a user',          having({ oid: DEV.kiosk })],
  ['a user who is disabled',       having({ oid: '6c74cee6-2d3a-46eb-a630-85250438442c' })],
  ['a user of another tenant',     having({ oid: '6dd69975-b9d5-4301-a2c0-cf22d693aa2d' })],
  ['a user by name',               having({ oid: 'member@contoso.example' })],
  ['a user in SQL',                having({ oid: "' or 1=1 --" })],
  ['a user in a list',             having({ oid: [DEV.member] })],
  ['a user in an object',          having({ oid: { $ne: null } })],
  ['a user as a number',           having({ oid: 1 })],
  ['an application in a list',     having({ appid: [DEV.console] })],
  ['permissions in a list',        having({ scp: ['Device.Read.All'] })],
  ['permissions in an object',     having({ scp: { 'Device.Read.All': true } })],
  ['roles in a text',              having({ roles: 'Device.Read.All' })],
  ['roles that are no text',       having({ roles: [1] })],
  ['roles in an object',           having({ roles: { 0: 'Device.Read.All', length: 1 } })],
  ['an idtyp of a third kind',     having({ idtyp: 'device' })],
  ['an idtyp in capitals',         having({ idtyp: 'User' })],
]);

// biome-ignore format: a table is read by its columns
attacks('times of another kind', [
  ...['exp', 'nbf', 'iat'].flatMap((name): Attack[] => [
    [`${name} a text`,             having({ [name]: String(NOW) })],
    [`${name} a date`,             having({ [name]: '2026-11-21T13:00:00Z' })],
    [`${name} true`,               having({ [name]: true })],
    [`${name} a list`,             having({ [name]: [NOW] })],
    [`${name} an object`,          having({ [name]: {} })],
    [`${name} empty`,              having({ [name]: '' })],
  ]),
  ['exp a fraction',               having({ exp: NOW + 3600.5 })],
  ['nbf a fraction',               having({ nbf: NOW - 0.5 })],
  ['iat a fraction',               having({ iat: NOW - 0.5 })],
  ['exp in milliseconds',          having({ exp: (NOW + 3600) * 1000 })],
  ['exp beyond a day',             having({ exp: NOW + 25 * 3600 })],
  ['exp beyond all time',          having({ exp: Number.MAX_VALUE })],
  ['exp beyond whole numbers',     having({ exp: Number.MAX_SAFE_INTEGER + 1 })],
  ['iat in the future',            having({ iat: NOW + 60, exp: NOW + 3600 })],
  ['iat long ago',                 having({ iat: 0 })],
  ['iat before all time',          having({ iat: -1e300 })],
]);

// -- what Graph has words for ---------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
attacks('a time that has passed', [
  ['an hour ago',                  having({ iat: NOW - 7200, nbf: NOW - 7200, exp: NOW - 3600 })],
  ['long ago',                     having({ iat: 0, nbf: 0, exp: 3600 })],
  ['before all time',              having({ iat: -7200, nbf: -7200, exp: -3600 })],
  ['zero',                         having({ iat: 0, nbf: 0, exp: 0 })],
  ['the first second too late',    having({ exp: NOW - 5 })],
  ['exp -1e400',                    () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, '"exp":-1e400'))],
  ['exp -0',                        () => claimsText(BODY.replace(`"exp":${NOW + 3600}`, '"exp":-0'))],
], EXPIRED);

// biome-ignore format: a table is read by its columns
attacks('a time that has not come', [
  ['in ten minutes',               having({ nbf: NOW + 600 })],
  ['the first second too early',   having({ nbf: NOW + 6 })],
  ['at the end of all time',       having({ nbf: Number.MAX_SAFE_INTEGER })],
], NOT_YET);

attacks(
  'an audience that is not Graph',
  [
    'https://vault.azure.net',
    'https://graph.windows.net',
    'https://graph.microsoft.us',
    'https://dod-graph.microsoft.us',
    'https://microsoftgraph.chinacloudapi.cn',
    'https://graph.microsoft.com.attacker.example',
    'https://graph.microsoft.com//',
    'https://graph.microsoft.com/.default',
    'https://GRAPH.microsoft.com',
    'http://graph.microsoft.com',
    'graph.microsoft.com',
    ' https://graph.microsoft.com',
    '',
    DEV.console,
    ['https://graph.microsoft.com'],
    ['https://graph.microsoft.com', 'https://vault.azure.net'],
    ['https://vault.azure.net', 'https://graph.microsoft.com'],
    [['https://graph.microsoft.com']],
    [],
    {},
    { 0: 'https://graph.microsoft.com', length: 1 },
    null,
    0,
    true,
  ].map((aud): Attack => [JSON.stringify(aud), having({ aud })]),
  AUDIENCE,
);

attacks(
  'a token that is for somebody else',
  [
    [
      'an id token',
      () => token(header(), { ...without('scp'), aud: DEV.console, sub: DEV.member, nonce: 'x', ver: '2.0' }),
    ],
    ['an access token for an application of ours', having({ aud: `api://${DEV.daemon}` })],
    [
      'a client assertion',
      having({
        iss: DEV.daemon,
        sub: DEV.daemon,
        aud: `https://login.microsoftonline.com/${DEV.tenant}/oauth2/v2.0/token`,
      }),
    ],
  ],
  AUDIENCE,
);

// biome-ignore format: a table is read by its columns
const DOTLESS: readonly Attack[] = [
  ...['abc', 'null', 'undefined', '0', '%', 'x'.repeat(13_000), 'eyJhbGciOiJub25lIn0'].map((text): Attack => [text.slice(0, 20), () => text]),
  ['a refresh token of ours',       () => randomBytes(32).toString('base64url')],
  ['JSON serialization',            () => JSON.stringify({ payload: body64(), protected: head64(), signature: byOwnKey(`${head64()}.${body64()}`) })],
  ['general JSON serialization',    () => JSON.stringify({ payload: body64(), signatures: [{ protected: head64(), signature: byOwnKey(`${head64()}.${body64()}`) }] })],
];

describe('a text without a dot', () => {
  for (const [what, make] of DOTLESS) {
    count++;
    test(what, async () => {
      const reply = await ask(make());
      assert.match(reply.json.error.message, /^IDX14100: JWT is not well formed, there are no dots/);
      assertRefused(reply, reply.json.error.message);
    });
  }
});

// -- all of them together -------------------------------------------------------------------------------------------

test('there are as many attacks as were promised', () => {
  assert.ok(count >= 200, `${count} attacks`);
});

test('each bit of the signature counts, and so does each character of a token', async () => {
  const made = good();
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  let state = seed;
  const next = (most: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % most;
  };
  for (let n = 0; n < 300; n++) {
    const at = next(made.length);
    const other = 'ABCDEFGHabcdefgh0123-_.'[next(23)] ?? 'A';
    const changed = `${made.slice(0, at)}${other}${made.slice(at + 1)}`;
    if (changed === made) continue;
    const reply = await ask(changed);
    assert.equal(reply.status, 401, `seed ${seed}: ${changed}`);
  }
});

test('none of it made the directory forget whom it trusts', async () => {
  assert.equal((await ask(good())).status, 200);
  assert.equal((await ask(await desk.tokenOf('member'))).status, 200);
});

/** Takes all keys back but a new one. */
function rotateKeys({ rollcall }: Desk): Promise<void> {
  return (rollcall.world.keys as Keys).rotate('compromised');
}

describe('what the directory itself has given out', () => {
  test('an id token and a refresh token are no access tokens', async () => {
    const scope = 'openid offline_access https://graph.microsoft.com/Device.Read.All';
    const form = { grant_type: 'password', client_id: DEV.console, username: 'member@contoso.example', scope };
    const { json } = await desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, password: 'Rollcall-dev-1' }).toString(),
    });
    assert.equal((await ask(json.access_token)).status, 200);
    assertRefused(await ask(json.id_token), MALFORMED);
    assert.equal((await ask(json.refresh_token)).status, 401);
  });

  test('a token by a key that was taken back, whether it was seen before or not', async () => {
    const other = await openDesk();
    const [seen, unseen] = [await other.tokenOf('member'), await other.tokenOf('member')];
    const send = (made: string) => other.ask('GET', '/v1.0/devices', { token: made });
    assert.equal((await send(seen)).status, 200);
    await rotateKeys(other);
    assertRefused(await send(unseen), MALFORMED);
    assertRefused(await send(seen), MALFORMED);
    assert.equal((await send(await other.tokenOf('member'))).status, 200);
    await other.close();
  });
});
