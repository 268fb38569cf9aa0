import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import type { Platform } from '../model/signIn.ts';
import type { Tenant, TicketChange } from '../store/contract.ts';
import { type Proof, type ProofIssuer, type ProofKind, proveClient } from './clientProof.ts';
import { type Client, findClient } from './clients.ts';
import { checkCode, checkRedemption, findCode } from './codes.ts';
import { findDevice } from './deviceCodes.ts';
import { applicationToken, clientInfo, idToken, type SignedIn, userToken, type Version } from './issue.ts';
import { admits, homeTenant, type Issuer, isOpenName, tenantOf, tenantOfSecret, tenantOfUser } from './issuer.ts';
import { userOfAssertion } from './onBehalfOf.ts';
import { checkRefreshToken, findRefreshToken, makeRefreshToken, type RefreshGrant } from './refreshTokens.ts';
import { type Asked, answeredScope, defaultOf, type Resource, readScopes, wantsRefresh } from './scopes.ts';
import { endFamily, taking, writeTickets } from './tickets.ts';
import { hasEnded, provePassword, userWithId } from './users.ts';

/** Who is given a token: one function for each grant. */

export type TokenIssuer = ProofIssuer & {
  /** The development tenant's password is public; nowhere else may a password be traded for a token. */
  readonly development: boolean;
};

export type Form = ReadonlyMap<string, string>;

/** A request for a token. */
export type TokenCall = {
  readonly form: Form;
  readonly version: Version;
  /** The tenant's name in the path. */
  readonly tenantName: string;
  /** Scheme and authority that the caller used. */
  readonly origin: string;
  /** The `Origin` of a program in a browser. */
  readonly pageOrigin: string | undefined;
  /** The network address that it comes from, if one is known. */
  readonly address: string | undefined;
  readonly proof: Proof;
};

/** What was issued, whatever the version of the endpoint calls it. */
export type Issued = {
  readonly accessToken: string;
  readonly resource: Resource;
  /** Delegated permissions: as they were asked for, and by their names alone. */
  readonly scope?: string;
  readonly names?: readonly string[];
  readonly idToken?: string;
  readonly refreshToken?: string;
  readonly clientInfo?: string;
};

export type Grant = (issuer: TokenIssuer, call: TokenCall) => Promise<Issued>;

/** Client credentials: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
export async function byClientCredentials(issuer: TokenIssuer, call: TokenCall): Promise<Issued> {
  const tenant = tenantOf(issuer, call.tenantName);
  const client = await findClient(issuer, tenant, needed(call.form, 'client_id'));
  const proof = await proveClient(issuer, tenant, client, call.proof, true);
  const resource = await defaultOf(issuer, tenant, neededScope(call), call);
  return { accessToken: await applicationToken(issuer, tenant, client, resource, proof, call.origin), resource };
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc */
export async function byPassword(issuer: TokenIssuer, call: TokenCall): Promise<Issued> {
  const { form, tenantName } = call;
  if (!issuer.development) throw new Refusal(SIGN_IN_ERRORS.passwordRefused);
  const userName = needed(form, 'username');
  const tenant = isOpenName(tenantName) ? tenantOfUser(issuer, userName) : tenantOf(issuer, tenantName);
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.userUnknown, { name: userName, tenant: tenantName });
  const client = await findClient(issuer, tenant, needed(form, 'client_id'));
  const proof = await proveClient(issuer, tenant, client, call.proof);
  const scope = neededScope(call);
  const login = { name: userName, password: needed(form, 'password'), address: call.address };
  const account = await provePassword(issuer, tenant, login);
  const signedIn = { tenant, account, methods: ['pwd'] };
  const since = instantText(issuer.clock.now());
  return issueForUser(issuer, call, { client, proof, signedIn, scope, since, platform: undefined });
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
export async function byCode(issuer: TokenIssuer, call: TokenCall): Promise<Issued> {
  const { form } = call;
  const code = needed(form, 'code');
  const tenant = tenantOfSecret(issuer, call.tenantName, code);
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.grantMalformed);
  const client = await findClient(issuer, tenant, needed(form, 'client_id'));
  const found = await findCode(issuer, tenant, client, code);
  const { platform, scope, since, nonce, user, methods } = found.about;
  const proof = await provePlatform(issuer, tenant, client, call, platform);
  await checkCode(issuer, tenant, found);
  checkRedemption(found.about, needed(form, 'redirect_uri'), form.get('code_verifier'));
  const account = await userWithId(issuer, tenant, user);
  const signedIn = { tenant, account, methods };
  const { family, name } = found;
  const because = new Refusal(SIGN_IN_ERRORS.codeReused);
  const used = { family, ends: family, take: taking(issuer, name), because };
  return issueForUser(issuer, call, { client, proof, signedIn, scope, since, platform, nonce, used });
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token */
export async function byRefreshToken(issuer: TokenIssuer, call: TokenCall): Promise<Issued> {
  const token = needed(call.form, 'refresh_token');
  const tenant = tenantOfSecret(issuer, call.tenantName, token);
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.grantMalformed);
  const client = await findClient(issuer, tenant, needed(call.form, 'client_id'));
  const found = await findRefreshToken(issuer, tenant, client, token);
  const { platform, scope, since, user, methods } = found.about;
  const proof = await provePlatform(issuer, tenant, client, call, platform);
  await checkRefreshToken(issuer, tenant, found);
  const account = await userWithId(issuer, tenant, user);
  const revoked = new Refusal(SIGN_IN_ERRORS.refreshRevoked, { since });
  if (hasEnded(account, since)) throw revoked;
  // The official libraries refresh for two resources at once by the same token: the slower one is refused, no more.
  const used = { family: found.family, take: taking(issuer, found.name), because: revoked };
  return issueForUser(issuer, call, {
    client,
    proof,
    signedIn: { tenant, account, methods },
    scope,
    since,
    platform,
    used,
  });
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code */
export async function byDeviceCode(issuer: TokenIssuer, call: TokenCall): Promise<Issued> {
  const { form } = call;
  const code = form.get('device_code') ?? form.get('code') ?? needed(form, 'device_code');
  const home = homeTenant(issuer);
  const named = isOpenName(call.tenantName) ? home : tenantOf(issuer, call.tenantName);
  const client = await findClient(issuer, named, needed(form, 'client_id'));
  const proof = await proveClient(issuer, named, client, call.proof);
  const { request, answer, name } = await findDevice(issuer, client, code);
  const tenant = tenantOf(issuer, answer.tenantId);
  for (const name of [call.tenantName, request.tenantName]) {
    if (!admits(issuer, name, tenant)) throw new Refusal(SIGN_IN_ERRORS.grantOfOtherTenant);
  }
  const account = await userWithId(issuer, tenant, answer.user);
  const there = tenant === named ? client : await findClient(issuer, tenant, client.appId);
  if ((await writeTickets(issuer, home, [taking(issuer, name)])) === 'lost') {
    throw new Refusal(SIGN_IN_ERRORS.deviceCodeUnknown);
  }
  const { scope } = request;
  const { since, methods } = answer;
  const signedIn = { tenant, account, methods };
  return issueForUser(issuer, call, { client: there, proof, signedIn, scope, since, platform: undefined });
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow */
export async function onBehalfOf(issuer: TokenIssuer, call: TokenCall): Promise<Issued> {
  const { form } = call;
  if (needed(form, 'requested_token_use') !== 'on_behalf_of') throw new Refusal(SIGN_IN_ERRORS.tokenUse);
  const assertion = needed(form, 'assertion');
  const named = isOpenName(call.tenantName) ? homeTenant(issuer) : tenantOf(issuer, call.tenantName);
  const client = await findClient(issuer, named, needed(form, 'client_id'));
  const proof = await proveClient(issuer, named, client, call.proof, true);
  const signedIn = await userOfAssertion(issuer, client, assertion, call);
  const scope = neededScope(call);
  const since = instantText(issuer.clock.now());
  return issueForUser(issuer, call, { client, proof, signedIn, scope, since, platform: undefined });
}

/** A code that was sent to a server is redeemed by one that proves itself; one in a browser, from there only. */
async function provePlatform(
  issuer: ProofIssuer,
  tenant: Tenant,
  client: Client,
  { proof, pageOrigin }: TokenCall,
  platform: Platform | undefined,
): Promise<ProofKind> {
  if (platform === 'browser' && pageOrigin === undefined) throw new Refusal(SIGN_IN_ERRORS.crossOriginOnly);
  if (platform !== 'browser' && pageOrigin !== undefined) {
    throw new Refusal(SIGN_IN_ERRORS.crossOriginNever, { origin: pageOrigin });
  }
  const isPublic = platform === 'browser' || platform === 'native';
  if (isPublic && (proof.secret ?? proof.assertion) !== undefined) throw new Refusal(SIGN_IN_ERRORS.publicWithSecret);
  return proveClient(issuer, tenant, client, proof, platform === undefined ? undefined : !isPublic);
}

type UserIssue = {
  readonly client: Client;
  readonly proof: ProofKind;
  readonly signedIn: SignedIn;
  /** What was asked for when they signed in. */
  readonly scope: string;
  readonly since: string;
  readonly platform: Platform | undefined;
  readonly nonce?: string | undefined;
  /** What is used up by this, and how it is refused where somebody else was quicker. */
  readonly used?: {
    readonly take: TicketChange;
    readonly because: Refusal;
    /** The family that ends with that: undefined where clients are known to ask twice at once. */
    readonly ends?: string;
    /** The family of what comes of it. */
    readonly family: string;
  };
};

/** The tokens of somebody who signed in: with one that refreshes them, where that was asked for. */
async function issueForUser(issuer: Issuer, call: TokenCall, issue: UserIssue): Promise<Issued> {
  const { client, proof, signedIn, used } = issue;
  const { tenant } = signedIn;
  const first = await readScopes(issuer, tenant, issue.scope, call);
  const asked: Asked = {
    ...(await readScopes(issuer, tenant, scopeOf(call) ?? issue.scope, call)),
    signIn: first.signIn,
  };
  const { token, scopes } = await userToken(issuer, signedIn, client, asked, proof, call.origin);
  const { version, origin, form } = call;
  const about = { version, origin, nonce: issue.nonce, since: issue.since };
  const identity = asked.signIn.has('openid')
    ? { idToken: await idToken(issuer, signedIn, client, asked.signIn, about) }
    : {};
  const refresh = wantsRefresh(first) ? makeRefreshToken(issuer, tenant, refreshGrant(issue), used?.family) : undefined;
  const changes = [...(used ? [used.take] : []), ...(refresh ? [refresh.change] : [])];
  if (changes.length > 0 && (await writeTickets(issuer, tenant, changes)) === 'lost' && used) {
    if (used.ends !== undefined) await endFamily(issuer, tenant, used.ends);
    throw used.because;
  }
  return {
    accessToken: token,
    resource: asked.resource,
    scope: answeredScope(asked, scopes),
    names: scopes,
    ...identity,
    ...(refresh ? { refreshToken: refresh.secret } : {}),
    ...(form.get('client_info') === '1' ? { clientInfo: clientInfo(signedIn) } : {}),
  };
}

function refreshGrant({ client, signedIn, since, scope, platform }: UserIssue): RefreshGrant {
  const { account, methods } = signedIn;
  return { appId: client.appId, user: account.id, since, methods, scope, platform };
}

/** What a request asks for, as a `scope`: of v1.0's `resource`, all of it. Undefined where it leaves that open. */
export function scopeOf({ version, form }: Pick<TokenCall, 'version' | 'form'>): string | undefined {
  if (version === 'v2') return form.get('scope');
  const resource = form.get('resource');
  if (resource === undefined) return undefined;
  const everything = `${resource}/.default`;
  return form.get('grant_type') === 'client_credentials' ? everything : `${everything} openid profile offline_access`;
}

function neededScope(call: TokenCall): string {
  return scopeOf(call) ?? needed(call.form, call.version === 'v2' ? 'scope' : 'resource');
}

export function needed(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined || value === '') throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name });
  return value;
}
