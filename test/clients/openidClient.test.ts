import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Program, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { runClient } from './childRun.ts';
import { makePortal, type Portal } from './portal.ts';

/**
 * `openid-client`, as it is, which is certified to hold issuers to OpenID Connect's letter: every name, time, nonce and
 * signature of what it is given is checked.
 */

type Claims = Readonly<Record<string, unknown>>;
type Refusal = {
  readonly code?: string;
  readonly error?: string;
  readonly said?: string;
  readonly cause?: string;
};
type Seen = {
  readonly metadata: Readonly<Record<string, string>>;
  readonly iss: string;
  readonly idToken: Claims;
  readonly accessToken: Claims;
  readonly person: Claims;
  readonly again: Refusal;
  readonly renewed: { readonly idToken: Claims; readonly accessToken: Claims; readonly refresh: string };
  readonly refreshUsed: Refusal;
  readonly byBasic: Claims;
  readonly device: string;
  readonly logout: { readonly status: number; readonly to: string };
  readonly refusals: Readonly<Record<'nonce' | 'state' | 'mixUp', Refusal>>;
};

let program: Program;
let issuer: string;
let portal: Portal;
let seen: Seen;

before(async () => {
  program = await startProgram();
  const origin = await program.secureOrigin();
  issuer = `${origin}/${DEV.tenant}/v2.0`;
  portal = await makePortal(program);
  seen = await runClient<Seen>(program, './openidClientRun.ts', { origin, portal });
});
after(() => program?.dispose());

test('the issuer describes itself, and answers wherever it says', async () => {
  const { metadata } = seen;
  assert.equal(metadata['issuer'], issuer);
  assert.equal(seen.iss, issuer, 'and says so in its answers');
  const base = issuer.replace(/\/v2\.0$/, '');
  const named = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
  assert.deepEqual(
    // Who has signed in is Graph's own to say.
    named.map(([name, address]) => [
      name,
      address.startsWith(name === 'userinfo_endpoint' ? new URL(issuer).origin : base),
    ]),
    named.map(([name]) => [name, true]),
  );
  // By http, which needs nobody to be trusted; the addresses are the same.
  for (const [name, address] of named) {
    const { pathname } = new URL(address);
    const { status } = await fetch(`${program.origin}${pathname}`);
    assert.notEqual(status, 404, name);
  }
});

test('authorization code with PKCE, nonce and max_age: the ID token is what it must be', () => {
  const { idToken, accessToken } = seen;
  const { iat, nbf, exp, auth_time: at, nonce, sub, uti, ...said } = idToken;
  assert.deepEqual(said, {
    aud: portal.appId,
    iss: issuer,
    name: 'Member',
    oid: DEV.member,
    preferred_username: 'member@contoso.example',
    tid: DEV.tenant,
    ver: '2.0',
  });
  for (const time of [iat, nbf, exp, at]) assert.equal(typeof time, 'number');
  for (const text of [nonce, sub, uti]) assert.equal(typeof text, 'string');
  assert.deepEqual([accessToken['oid'], accessToken['scp']], [DEV.member, 'User.Read openid profile email']);
  assert.deepEqual(seen.person, { sub, name: 'Member' });
});

test('a code is good once, and so is a refresh token', () => {
  assert.deepEqual([seen.again.error, /^AADSTS\d+/.exec(seen.again.said ?? '')?.[0]], ['invalid_grant', 'AADSTS54005']);
  const { idToken, accessToken, refresh } = seen.renewed;
  assert.equal(idToken['sub'], seen.idToken['sub'], 'the same person');
  assert.equal(accessToken['scp'], 'User.Read openid profile email');
  assert.equal(typeof refresh, 'string');
  assert.equal(seen.refreshUsed.error, 'invalid_grant');
});

test('client credentials, by client_secret_basic', () => {
  const { appid, roles } = seen.byBasic;
  assert.deepEqual([appid, roles], [portal.appId, ['Device.ReadWrite.All']]);
});

test('device authorization, as RFC 8628 has it', () => {
  assert.equal(seen.device, DEV.member);
});

test('the logout address sends the browser back', () => {
  assert.deepEqual(seen.logout, { status: 303, to: `${portal.redirect}?state=bye` });
});

test('an answer to another request, of another time, or of another issuer is none to it', () => {
  const { nonce, state, mixUp } = seen.refusals;
  assert.match(nonce.cause ?? '', /unexpected ID Token "nonce"/);
  assert.match(state.cause ?? '', /unexpected "state"/);
  assert.match(mixUp.cause ?? '', /unexpected "iss"/);
});
