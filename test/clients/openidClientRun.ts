import * as client from 'openid-client';
import { DEV } from '../support/rollcall.ts';
import { claimsOf, taskOf } from './childRun.ts';
import type { Portal } from './portal.ts';
import { enterDeviceCode, signInByBrowser } from './signInByBrowser.ts';

/** `openid-client` at work: nothing of it is switched off. */

const { origin, portal } = taskOf<{ readonly origin: string; readonly portal: Portal }>();
const issuer = new URL(`${origin}/${DEV.tenant}/v2.0`);
const USER = 'member@contoso.example';

const discover = (proof?: client.ClientAuth) => client.discovery(issuer, portal.appId, undefined, proof);

/** A sign-in in the browser; what its redirect address was called with. */
async function signIn(config: client.Configuration, more: Record<string, string> = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: portal.redirect,
    scope: 'openid profile email offline_access User.Read',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  const told = await signInByBrowser(url.href, portal.redirect, USER);
  const called = new URL(`${portal.redirect}?${new URLSearchParams(told)}`);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return { called, checks };
}

/** The browser that signed in is sent to the logout address, and from there to the application's. */
async function leave(hint: string) {
  const asked = { post_logout_redirect_uri: portal.redirect, id_token_hint: hint, state: 'bye' };
  const url = client.buildEndSessionUrl(config, asked);
  const answer = await fetch(url, { redirect: 'manual' });
  return { status: answer.status, to: answer.headers.get('location') };
}

async function refused(work: Promise<unknown>): Promise<unknown> {
  try {
    return { done: await work };
  } catch (problem) {
    const { code, error, error_description: said } = problem as Record<string, unknown>;
    const { cause } = problem as { cause?: Error };
    return { code, error, said, cause: cause?.message };
  }
}

async function onDevice(config: client.Configuration) {
  const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid User.Read' });
  const waiting = client.pollDeviceAuthorizationGrant(config, asked);
  await enterDeviceCode(asked.verification_uri, asked.user_code, USER);
  return (await waiting).claims()?.['oid'];
}

const config = await discover(client.ClientSecretPost(portal.secret));
client.enableNonRepudiationChecks(config);
const publicClient = await client.discovery(issuer, DEV.console, undefined, client.None());
const device = onDevice(publicClient);

const { called, checks } = await signIn(config, { max_age: '3600' });
const tokens = await client.authorizationCodeGrant(config, called, { ...checks, maxAge: 3600 });
const again = await refused(client.authorizationCodeGrant(config, called, checks));
const other = await signIn(config);
const first = await token(other);
const renewed = await client.refreshTokenGrant(config, first.refresh_token ?? '');
const basic = await discover(client.ClientSecretBasic(portal.secret));
const byBasic = await client.clientCredentialsGrant(basic, { scope: 'https://graph.microsoft.com/.default' });
const wrong = await signIn(config);

async function token({ called, checks }: Awaited<ReturnType<typeof signIn>>) {
  return client.authorizationCodeGrant(config, called, checks);
}

const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');

const seen = {
  metadata: config.serverMetadata(),
  iss: called.searchParams.get('iss'),
  idToken: tokens.claims(),
  accessToken: claimsOf(tokens.access_token),
  person,
  again,
  renewed: { idToken: renewed.claims(), accessToken: claimsOf(renewed.access_token), refresh: renewed.refresh_token },
  refreshUsed: await refused(client.refreshTokenGrant(config, first.refresh_token ?? '')),
  byBasic: claimsOf(byBasic.access_token),
  device: await device,
  logout: await leave(tokens.id_token ?? ''),
  refusals: {
    nonce: await refused(token({ ...wrong, checks: { ...wrong.checks, expectedNonce: 'another' } })),
    state: await refused(token({ ...wrong, checks: { ...wrong.checks, expectedState: 'another' } })),
    mixUp: await refused(token({ ...wrong, called: elsewhere(wrong.called) })),
  },
};
process.stdout.write(JSON.stringify(seen));

/** An answer that another issuer gave. */
function elsewhere(called: URL): URL {
  const url = new URL(called);
  url.searchParams.set('iss', 'https://elsewhere.example/');
  return url;
}
