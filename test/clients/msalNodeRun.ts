import {
  AuthError,
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  type NodeAuthOptions,
  PublicClientApplication,
} from '@azure/msal-node';
import { DEV } from '../support/rollcall.ts';
import { claimsOf, taskOf } from './childRun.ts';
import type { Portal } from './portal.ts';
import { enterDeviceCode, signInByBrowser } from './signInByBrowser.ts';

/** `@azure/msal-node` at work: each flow once, in the way of its documentation. */

const { origin, portal, password } = taskOf<{
  readonly origin: string;
  readonly portal: Portal;
  readonly password: string;
}>();

const GRAPH = 'https://graph.microsoft.com/.default';
const USER = 'member@contoso.example';

/** All that points it here: the authority, and that it is known. */
const here = (clientId: string): NodeAuthOptions => ({
  clientId,
  authority: `${origin}/${DEV.tenant}`,
  knownAuthorities: [new URL(origin).host],
});

const bySecret = () =>
  new ConfidentialClientApplication({ auth: { ...here(portal.appId), clientSecret: portal.secret } });

const byCertificate = () =>
  new ConfidentialClientApplication({
    auth: {
      ...here(portal.appId),
      clientCertificate: { thumbprintSha256: portal.thumbprint, privateKey: portal.privateKey },
    },
  });

const program = () => new PublicClientApplication({ auth: here(DEV.console) });

/** What it made of an answer. */
function seenOf(result: AuthenticationResult | null) {
  const { accessToken = '', account, scopes, fromCache, tokenType } = result ?? {};
  return {
    tokenType,
    scopes,
    fromCache,
    account: account && { username: account.username, name: account.name, tenantId: account.tenantId },
    claims: claimsOf(accessToken),
  };
}

async function codeFlow(app: ConfidentialClientApplication | PublicClientApplication, redirectUri: string) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const asked = { scopes: ['User.Read', 'Device.Read.All'], redirectUri };
  const url = await app.getAuthCodeUrl({
    ...asked,
    state: 'the state',
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
  });
  const told = await signInByBrowser(url, redirectUri, USER);
  const result = await app.acquireTokenByCode({ ...asked, code: told['code'] ?? '', codeVerifier: verifier });
  return { state: told['state'], result };
}

/** From its cache, and then by its refresh token. */
async function silently(app: PublicClientApplication, { account }: AuthenticationResult) {
  if (!account) throw new Error('nobody has signed in');
  const asked = { account, scopes: ['User.Read', 'Device.Read.All'] };
  return {
    cached: seenOf(await app.acquireTokenSilent(asked)),
    renewed: seenOf(await app.acquireTokenSilent({ ...asked, forceRefresh: true })),
    other: seenOf(await app.acquireTokenSilent({ ...asked, scopes: ['Group.Read.All'] })),
  };
}

/** Its answer goes to an address of this machine, as a form that the browser posts there. */
async function interactively() {
  const app = program();
  const openBrowser = async (url: string) => {
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    const told = await signInByBrowser(url, redirect, USER);
    const answer = await fetch(redirect, { method: 'POST', body: new URLSearchParams(told) });
    await answer.text();
  };
  return app.acquireTokenInteractive({ scopes: ['User.Read'], openBrowser });
}

async function byDevice() {
  const shown: string[] = [];
  const result = await program().acquireTokenByDeviceCode({
    scopes: ['User.Read'],
    deviceCodeCallback: ({ userCode, verificationUri, message }) => {
      shown.push(message);
      void enterDeviceCode(verificationUri, userCode, USER);
    },
  });
  return { shown, result: seenOf(result) };
}

async function onBehalf(app: ConfidentialClientApplication) {
  const asked = { scopes: [portal.scope], redirectUri: portal.redirect };
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const url = await app.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: 'S256' });
  const told = await signInByBrowser(url, portal.redirect, USER);
  const own = await app.acquireTokenByCode({ ...asked, code: told['code'] ?? '', codeVerifier: verifier });
  const assertion = own.accessToken;
  const result = await app.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes: ['User.Read'] });
  return { assertion: claimsOf(assertion), result: seenOf(result) };
}

async function refused(work: Promise<unknown>) {
  try {
    await work;
    return undefined;
  } catch (problem) {
    if (!(problem instanceof AuthError)) throw problem;
    return { name: problem.name, code: problem.errorCode, message: problem.errorMessage };
  }
}

// It waits for five seconds before it asks again: the others are done meanwhile.
const device = byDevice();
const signedIn = program();
const { state, result } = await codeFlow(signedIn, 'http://localhost:61234');
const wrongSecret = new ConfidentialClientApplication({
  auth: { ...here(portal.appId), clientSecret: 'no secret of its' },
});

const seen = {
  secret: seenOf(await bySecret().acquireTokenByClientCredential({ scopes: [GRAPH] })),
  certificate: seenOf(await byCertificate().acquireTokenByClientCredential({ scopes: [GRAPH] })),
  code: { state, ...seenOf(result) },
  silent: await silently(signedIn, result),
  confidential: seenOf((await codeFlow(byCertificate(), portal.redirect)).result),
  interactive: seenOf(await interactively()),
  onBehalf: await onBehalf(bySecret()),
  device: await device,
  password: seenOf(await program().acquireTokenByUsernamePassword({ scopes: ['User.Read'], username: USER, password })),
  refusals: {
    secret: await refused(wrongSecret.acquireTokenByClientCredential({ scopes: [GRAPH] })),
    password: await refused(
      program().acquireTokenByUsernamePassword({ scopes: ['User.Read'], username: USER, password: 'wrong' }),
    ),
    consent: await refused(
      program().acquireTokenByUsernamePassword({ scopes: ['User.ReadWrite.All'], username: USER, password }),
    ),
  },
};
process.stdout.write(JSON.stringify(seen));
