import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD } from '../support/browser.ts';
import { type Program, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { runClient } from './childRun.ts';
import { makePortal, type Portal } from './portal.ts';

/**
 * `@azure/msal-node`, as it is: https://learn.microsoft.com/entra/msal/javascript/node/. It is told an authority, that the
 * authority is known, and nothing else; what is shown to people is signed in to by its forms and cookies.
 */

type Result = {
  readonly tokenType: string;
  readonly scopes: readonly string[];
  readonly fromCache: boolean;
  readonly account: unknown;
  readonly claims: Readonly<Record<string, unknown>>;
};
type Refusal = { readonly name: string; readonly code: string; readonly message: string };
type Seen = {
  readonly secret: Result;
  readonly certificate: Result;
  readonly code: Result & { readonly state: string };
  readonly silent: Readonly<Record<'cached' | 'renewed' | 'other', Result>>;
  readonly confidential: Result;
  readonly interactive: Result;
  readonly onBehalf: { readonly assertion: Result['claims']; readonly result: Result };
  readonly device: { readonly shown: readonly string[]; readonly result: Result };
  readonly password: Result;
  readonly refusals: Readonly<Record<'secret' | 'password' | 'consent', Refusal>>;
};

let program: Program;
let origin: string;
let portal: Portal;
let seen: Seen;

before(async () => {
  program = await startProgram();
  origin = await program.secureOrigin();
  portal = await makePortal(program);
  seen = await runClient<Seen>(program, './msalNodeRun.ts', { origin, portal, password: PASSWORD });
});
after(() => program?.dispose());

const GRAPH = 'https://graph.microsoft.com';
const MEMBER = { username: 'member@contoso.example', name: 'Member', tenantId: DEV.tenant };

/** A token for Graph of somebody who signed in, with these permissions; the library knows the account. */
function assertUser({ tokenType, account, claims }: Result, app: string, proof: string, permissions: string): void {
  assert.equal(tokenType, 'Bearer');
  assert.deepEqual(account, MEMBER);
  assert.deepEqual(claims, {
    aud: GRAPH,
    appid: app,
    appidacr: proof,
    idtyp: 'user',
    oid: DEV.member,
    scp: `${permissions} openid profile`,
  });
}

test('client credentials, by a secret and by a certificate', () => {
  const { appId: appid, principalId: oid } = portal;
  const own = { aud: GRAPH, appid, idtyp: 'app', oid, roles: ['Device.ReadWrite.All'] };
  assert.deepEqual(seen.secret.claims, { ...own, appidacr: '1' });
  assert.deepEqual(seen.certificate.claims, { ...own, appidacr: '2' });
  for (const { account, tokenType } of [seen.secret, seen.certificate]) {
    assert.deepEqual([account, tokenType], [null, 'Bearer']);
  }
});

test('authorization code with PKCE: a program, and a server with a certificate', () => {
  assert.equal(seen.code.state, 'the state');
  assertUser(seen.code, DEV.console, '0', 'User.Read Device.Read.All');
  assertUser(seen.confidential, portal.appId, '2', 'User.Read Device.Read.All');
});

test('interactively: the answer is posted to a port of its own', () => {
  assertUser(seen.interactive, DEV.console, '0', 'User.Read');
});

test('silently: from its cache, by its refresh token, and for another permission', () => {
  const { cached, renewed, other } = seen.silent;
  assert.deepEqual(
    [cached, renewed, other].map(({ fromCache }) => fromCache),
    [true, false, false],
  );
  assertUser(cached, DEV.console, '0', 'User.Read Device.Read.All');
  assertUser(renewed, DEV.console, '0', 'User.Read Device.Read.All');
  assertUser(other, DEV.console, '0', 'Group.Read.All');
});

test('on behalf of: a token for the application becomes one for Graph', () => {
  const { assertion, result } = seen.onBehalf;
  assert.deepEqual([assertion['aud'], assertion['scp']], [`api://${portal.appId}`, 'Report.Read']);
  assertUser(result, portal.appId, '1', 'User.Read');
});

test('device code: the page that it names takes the code that it shows', () => {
  const [message = ''] = seen.device.shown;
  assert.ok(message.includes(`${origin}/devicelogin and enter the code `), message);
  assertUser(seen.device.result, DEV.console, '0', 'User.Read');
});

test('user name and password, in the development tenant', () => {
  assertUser(seen.password, DEV.console, '0', 'User.Read');
});

test('it tells refusals as Entra ID does: by their number, and which of them a person can mend', () => {
  const { secret, password, consent } = seen.refusals;
  assert.deepEqual([secret.name, secret.code], ['ServerError', 'invalid_client']);
  assert.match(secret.message, /AADSTS7000215: /);
  assert.deepEqual([password.name, password.code], ['ServerError', 'invalid_grant']);
  assert.match(password.message, /AADSTS50126: /);
  assert.deepEqual([consent.name, consent.code], ['InteractionRequiredAuthError', 'invalid_grant']);
  assert.match(consent.message, /AADSTS65001: /);
});
