import { createHash } from 'node:crypto';
import { issuerOf } from '../model/clouds.ts';
import { LIMITS } from '../model/limits.ts';
import { APPLICATION_WIDS } from '../model/roles.ts';
import { SIGN_IN, tokenVersionOf } from '../model/signIn.ts';
import type { Stored, Tenant } from '../store/contract.ts';
import type { ProofKind } from './clientProof.ts';
import { type Client, isPublicClient } from './clients.ts';
import type { Issuer } from './issuer.ts';
import { rightsOf } from './roles.ts';
import { type Asked, chosenScopes, grantedRoles, type Resource, scopeClaim } from './scopes.ts';
import { signToken } from './token.ts';

/**
 * The tokens themselves.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference,
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */

export type Version = 'v1' | 'v2';

type Claims = Readonly<Record<string, unknown>>;

/** How somebody signed in. */
export type SignedIn = { readonly tenant: Tenant; readonly account: Stored; readonly methods: readonly string[] };

/** How access tokens of public clients, of those with a secret, and of those with a key say it. */
const PROOFS: Readonly<Record<ProofKind, string>> = { none: '0', secret: '1', assertion: '2' };

/** Client credentials: the application permissions that the application was granted. */
export async function applicationToken(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  resource: Resource,
  proof: ProofKind,
  origin: string,
): Promise<string> {
  const roles = await grantedRoles(issuer, tenant, client.principal.id, resource);
  return accessToken(issuer, tenant, client, resource, proof, origin, {
    ...(roles.length > 0 ? { roles } : {}),
    idtyp: 'app',
    oid: client.principal.id,
    sub: client.principal.id,
    ...(resource.isGraph ? { wids: APPLICATION_WIDS } : {}),
  });
}

export type UserToken = { readonly token: string; readonly scopes: readonly string[] };

/** A token for a signed-in user, with the permissions that were asked for and granted. */
export async function userToken(
  issuer: Issuer,
  { tenant, account, methods }: SignedIn,
  client: Client,
  asked: Asked,
  proof: ProofKind,
  origin: string,
): Promise<UserToken> {
  const scopes = await chosenScopes(issuer, tenant, client, account, asked);
  const { resource } = asked;
  const roles = resource.isGraph ? [] : await grantedRoles(issuer, tenant, account.id, resource);
  const token = await accessToken(issuer, tenant, client, resource, proof, origin, {
    ...namesOf(account, resource),
    ...(roles.length > 0 ? { roles } : {}),
    ...(resource.isGraph ? { wids: (await rightsOf(issuer.store, tenant, account)).roleIds } : {}),
    acr: '1',
    amr: methods,
    idtyp: 'user',
    name: account.values[SIGN_IN.user.title],
    oid: account.id,
    scp: scopeClaim(asked, scopes),
    sub: resource.isGraph ? account.id : pairwise(tenant, account, resource.appId),
  });
  return { token, scopes };
}

/** The claims of a user's names, as that version of tokens has them. */
function namesOf(account: Stored, resource: Resource): Claims {
  const userName = String(account.values[SIGN_IN.user.name]);
  const isNew = versionOf(resource) === 2;
  return isNew ? { preferred_username: userName } : { unique_name: userName, upn: userName };
}

/** Graph takes tokens of v1.0; another resource says itself which ones it takes. */
function versionOf({ isGraph, registration }: Resource): 1 | 2 {
  return isGraph ? 1 : tokenVersionOf(registration?.values);
}

async function accessToken(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  resource: Resource,
  proof: ProofKind,
  origin: string,
  claims: Claims,
): Promise<string> {
  const isNew = versionOf(resource) === 2;
  // A public client that proved nothing and a confidential one that a command speaks for look different all the same.
  const kind = proof === 'none' && !isPublicClient(client) ? 'secret' : proof;
  const party = isNew
    ? { azp: client.appId, azpacr: PROOFS[kind] }
    : { app_displayname: client.title, appid: client.appId, appidacr: PROOFS[kind] };
  return sign(issuer, {
    aud: isNew ? resource.appId : resource.audience,
    iss: isNew ? issuerAddress(origin, tenant) : issuerOf(issuer.cloud, tenant.id),
    ...times(issuer),
    ...party,
    ...claims,
    tid: tenant.id,
    ver: `${isNew ? 2 : 1}.0`,
  });
}

/** What an ID token says of the request and the sign-in that it comes from. */
export type IdTokenAbout = {
  readonly version: Version;
  readonly origin: string;
  /** What the client sent with its request, and looks for. */
  readonly nonce: string | undefined;
  /** The instant at which somebody signed in. */
  readonly since: string;
  /** The code that is sent beside it. */
  readonly code?: string | undefined;
};

export async function idToken(
  issuer: Issuer,
  { tenant, account, methods }: SignedIn,
  client: Client,
  signIn: ReadonlySet<string>,
  { version, origin, nonce, since, code }: IdTokenAbout,
): Promise<string> {
  const { name, title, mail } = SIGN_IN.user;
  const userName = account.values[name];
  const profile = signIn.has('profile') ? { name: account.values[title], preferred_username: userName } : {};
  const email = signIn.has('email') && account.values[mail] ? { email: account.values[mail] } : {};
  const isNew = version === 'v2';
  const names = isNew
    ? { ...profile, ...email }
    : { amr: methods, name: account.values[title], unique_name: userName, upn: userName };
  return sign(issuer, {
    aud: client.appId,
    iss: isNew ? issuerAddress(origin, tenant) : issuerOf(issuer.cloud, tenant.id),
    ...times(issuer),
    ...names,
    ...(nonce === undefined ? {} : { nonce }),
    ...(code === undefined ? {} : { c_hash: leftHash(code) }),
    auth_time: Math.floor(Date.parse(since) / 1000),
    oid: account.id,
    sub: pairwise(tenant, account, client.appId),
    tid: tenant.id,
    ver: isNew ? '2.0' : '1.0',
  });
}

/** https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken */
function leftHash(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}

/** The issuer of v2.0 tokens: as the discovery document of the same address names it. */
export function issuerAddress(origin: string, tenant: Tenant): string {
  return `${origin}/${tenant.id}/v2.0`;
}

/** What clients keep their accounts under: https://learn.microsoft.com/entra/msal/ */
export function clientInfo({ tenant, account }: SignedIn): string {
  return Buffer.from(JSON.stringify({ uid: account.id, utid: tenant.id })).toString('base64url');
}

/** A user's name for one application, of which no other application can make anything. */
export function pairwise(tenant: Tenant, account: Stored, appId: string): string {
  return createHash('sha256').update(`${tenant.id}.${account.id}.${appId}`).digest('base64url');
}

function times({ clock }: Issuer): Claims {
  const now = Math.floor(clock.now() / 1000);
  return { iat: now, nbf: now, exp: now + LIMITS.accessTokenSeconds };
}

function sign({ keys, random }: Issuer, claims: Claims): Promise<string> {
  // Node has GUIDs in store, where other random bytes are asked of the system each time.
  const uti = Buffer.from(random.guid().replaceAll('-', ''), 'hex').toString('base64url');
  return signToken({ ...claims, uti }, keys);
}
