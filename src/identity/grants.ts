import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { audiencesOf, CLOUDS, type CloudName, GRAPH_APP_ID, issuerOf, PERSONAL_TENANT_ID } from '../model/clouds.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { permissionOfAppRole, SIGN_IN_SCOPES } from '../model/permissions.ts';
import { APPLICATION_WIDS } from '../model/roles.ts';
import type { EntityType } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import { GRAPH_SERVICE_PRINCIPAL } from '../model/tenantData.ts';
import type { Store, Stored, Tenant } from '../store/contract.ts';
import type { KeyRing } from './keys.ts';
import { rightsOf } from './roles.ts';
import { matches } from './secret.ts';
import { signToken } from './token.ts';

/**
 * Who is given an access token, and what stands in it. One function a grant; the ways in which people sign in
 * come on top of `tokenForUser`.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */

export type Issuer = {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly cloud: CloudName;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants: ReadonlyMap<string, Tenant>;
};

export type IssuedToken = { readonly token: string; readonly seconds: number; readonly scope: string };

/** An application as sign-in sees it. */
export type Client = {
  readonly appId: string;
  readonly title: string;
  readonly principal: Stored;
  /** Undefined for an application of another tenant, such as Microsoft's own public clients. */
  readonly registration: Stored | undefined;
};

/** After a resource's name: all that was granted on it. */
const DEFAULT_SCOPE = '.default';

/** Names that stand for whichever tenant a user turns out to be of. */
const ANY_TENANT: ReadonlySet<string> = new Set(['common', 'organizations']);

/** The tenant that a URL names: by its id, its domain, or as the one of personal accounts. */
export function tenantOf(issuer: Issuer, name: string): Tenant {
  const wanted = fold(name);
  if (ANY_TENANT.has(wanted)) throw new Refusal(SIGN_IN_ERRORS.tenantNotConcrete);
  const id = wanted === 'consumers' ? PERSONAL_TENANT_ID : wanted;
  const byDomain = [...issuer.tenants.values()].find((tenant) => fold(tenant.defaultDomain) === wanted);
  const tenant = issuer.tenants.get(id) ?? byDomain;
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.tenantUnknown, { tenant: name });
  return tenant;
}

/** Refuses a name that stands for no tenant at all, where it doesn't matter which one it is. */
export function checkTenant(issuer: Issuer, name: string): void {
  if (!ANY_TENANT.has(fold(name))) tenantOf(issuer, name);
}

/** The tenant that a user principal name belongs to, by its domain. */
export function tenantOfUser(issuer: Issuer, userName: string): Tenant | undefined {
  const domain = fold(userName.slice(userName.lastIndexOf('@') + 1));
  return [...issuer.tenants.values()].find((tenant) => fold(tenant.defaultDomain) === domain);
}

export async function findClient(issuer: Issuer, tenant: Tenant, appId: string): Promise<Client> {
  const { servicePrincipal, application } = SIGN_IN;
  const principal = await findOne(issuer, tenant, servicePrincipal.type, servicePrincipal.appId, appId);
  if (!principal || principal.values[servicePrincipal.enabled] === false) {
    throw new Refusal(SIGN_IN_ERRORS.clientUnknown, { client: appId, tenant: tenant.displayName });
  }
  const registration = await findOne(issuer, tenant, application.type, application.appId, appId);
  const title = String(principal.values[servicePrincipal.title] ?? appId);
  return { appId: String(principal.values[servicePrincipal.appId]), title, principal, registration };
}

/** Refuses a client that doesn't prove itself. A public client can't, and isn't asked to. */
export async function proveClient(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  secret: string | undefined,
): Promise<void> {
  const isPublic = client.registration?.values[SIGN_IN.application.publicClient] !== false;
  if (secret === undefined && isPublic) return;
  if (secret === undefined) throw new Refusal(SIGN_IN_ERRORS.secretMissing);
  if (client.registration && (await proves(issuer, tenant, client.registration.id, 'secret', secret))) return;
  throw new Refusal(SIGN_IN_ERRORS.secretInvalid, { client: client.appId });
}

export async function findUser(issuer: Issuer, tenant: Tenant, userName: string): Promise<Stored> {
  const { type, name, enabled } = SIGN_IN.user;
  const account = await findOne(issuer, tenant, type, name, userName);
  if (!account) throw new Refusal(SIGN_IN_ERRORS.userUnknown, { name: userName, tenant: tenant.displayName });
  if (account.values[enabled] === false) throw new Refusal(SIGN_IN_ERRORS.userDisabled);
  return account;
}

export async function provePassword(issuer: Issuer, tenant: Tenant, account: Stored, password: string): Promise<void> {
  if (await proves(issuer, tenant, account.id, 'password', password)) return;
  throw new Refusal(SIGN_IN_ERRORS.userPassword);
}

/** Client credentials: the application permissions that the application was granted. */
export async function tokenForApplication(issuer: Issuer, tenant: Tenant, client: Client): Promise<IssuedToken> {
  const { type, holder, resource, role } = SIGN_IN.applicationGrant;
  const found = await issuer.store.load(tenant, type.name, { property: holder, value: client.principal.id });
  // What another API calls by the same id is none of Graph's permissions.
  const roles = found
    .filter(({ values }) => values[resource] === GRAPH_SERVICE_PRINCIPAL.id)
    .map((grant) => permissionOfAppRole(String(grant.values[role])))
    .filter((name) => name !== undefined);
  return issue(issuer, tenant, '', {
    ...(roles.length > 0 ? { roles } : {}),
    app_displayname: client.title,
    appid: client.appId,
    appidacr: '1',
    idtyp: 'app',
    oid: client.principal.id,
    sub: client.principal.id,
    wids: APPLICATION_WIDS,
  });
}

/**
 * A token for a signed-in user, with the permissions that were asked for and granted.
 *
 * @param asked the request's `scope`; undefined: all that were granted, as with `.default`
 */
export async function tokenForUser(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  account: Stored,
  asked: string | undefined,
): Promise<IssuedToken> {
  const granted = await grantedScopes(issuer, tenant, client, account);
  const scopes = chooseScopes(issuer, tenant, client, granted, asked);
  const { roleIds } = await rightsOf(issuer.store, tenant, account);
  const userName = String(account.values[SIGN_IN.user.name]);
  return issue(issuer, tenant, scopes.join(' '), {
    acr: '1',
    amr: ['pwd'],
    app_displayname: client.title,
    appid: client.appId,
    appidacr: client.registration?.values[SIGN_IN.application.publicClient] === false ? '1' : '0',
    idtyp: 'user',
    name: account.values[SIGN_IN.user.title],
    oid: account.id,
    scp: scopes.join(' '),
    sub: account.id,
    unique_name: userName,
    upn: userName,
    wids: roleIds,
  });
}

/** Refuses a `scope` that isn't `{Graph}/.default`: the only form that client credentials may ask for. */
export function checkDefaultScope(issuer: Issuer, tenant: Tenant, scope: string): void {
  const names = scope.split(/\s+/).filter((name) => name !== '');
  const [only] = names;
  if (names.length !== 1 || only === undefined || !only.endsWith(`/${DEFAULT_SCOPE}`)) {
    throw new Refusal(SIGN_IN_ERRORS.scopeNotDefault, { scope });
  }
  checkResource(issuer, tenant, only);
}

async function issue(
  issuer: Issuer,
  tenant: Tenant,
  scope: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<IssuedToken> {
  const now = Math.floor(issuer.clock.now() / 1000);
  const seconds = LIMITS.accessTokenSeconds;
  const token = await signToken(
    {
      aud: CLOUDS[issuer.cloud].graph,
      iss: issuerOf(issuer.cloud, tenant.id),
      iat: now,
      nbf: now,
      exp: now + seconds,
      ...claims,
      tid: tenant.id,
      uti: issuer.random.bytes(16).toString('base64url'),
      ver: '1.0',
    },
    issuer.keys,
  );
  return { token, seconds, scope };
}

async function grantedScopes(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  account: Stored,
): Promise<readonly string[]> {
  const { type, holder, resource, scopes, user } = SIGN_IN.delegatedGrant;
  const grants = await issuer.store.load(tenant, type.name, { property: holder, value: client.principal.id });
  const ofGraph = grants.filter(({ values }) => values[resource] === GRAPH_SERVICE_PRINCIPAL.id);
  const forThem = ofGraph.filter(({ values }) => values[user] === undefined || values[user] === account.id);
  return [...new Set(forThem.flatMap(({ values }) => String(values[scopes] ?? '').split(' ')))].filter(
    (name) => name !== '',
  );
}

function chooseScopes(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  granted: readonly string[],
  asked: string | undefined,
): readonly string[] {
  if (asked === undefined) return granted;
  const byName = new Map(granted.map((name) => [fold(name), name]));
  const chosen = new Set<string>();
  const missing: string[] = [];
  for (const name of asked.split(/\s+/).filter((name) => name !== '' && !SIGN_IN_SCOPES.has(name))) {
    checkResource(issuer, tenant, name);
    const short = fold(name.slice(name.lastIndexOf('/') + 1));
    const found = short === DEFAULT_SCOPE ? granted : [byName.get(short) ?? ''].filter((found) => found !== '');
    for (const scope of found) chosen.add(scope);
    if (found.length === 0) missing.push(name);
  }
  if (missing.length > 0 || chosen.size === 0) {
    const scope = missing.join(' ') || 'any permission';
    throw new Refusal(SIGN_IN_ERRORS.consentRequired, { client: client.appId, scope });
  }
  return [...chosen];
}

/**
 * A scope may name its resource: Graph in this cloud, by address or application id, or this server itself, which
 * clients name by the address that they were pointed at.
 */
function checkResource(issuer: Issuer, tenant: Tenant, scope: string): void {
  let end = scope.lastIndexOf('/');
  if (end < 0) return;
  // One by one, for a pattern that looks for slashes at the end would take the square of their number.
  while (scope[end - 1] === '/') end--;
  const resource = scope.slice(0, end);
  const known = audiencesOf(issuer.cloud).includes(resource) || resource === `api://${GRAPH_APP_ID}`;
  if (known || isLoopback(resource)) return;
  throw new Refusal(SIGN_IN_ERRORS.resourceUnknown, { resource, tenant: tenant.displayName });
}

function isLoopback(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

async function proves(
  issuer: Issuer,
  tenant: Tenant,
  owner: string,
  kind: 'password' | 'secret',
  given: string,
): Promise<boolean> {
  const now = issuer.clock.now();
  const kept = (await issuer.store.credentials(tenant, owner)).filter(
    (credential) => credential.kind === kind && (credential.ends === undefined || Date.parse(credential.ends) > now),
  );
  const results = await Promise.all(kept.map((credential) => matches(given, credential.hash)));
  return results.includes(true);
}

async function findOne(
  issuer: Issuer,
  tenant: Tenant,
  type: EntityType,
  property: string,
  value: string,
): Promise<Stored | undefined> {
  const [found] = await issuer.store.load(tenant, type.name, { property, value });
  return found;
}
