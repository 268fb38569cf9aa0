import { Refusal } from '../lib/refusal.ts';
import { fold, isGuid } from '../lib/text.ts';
import { audiencesOf, CLOUDS, GRAPH_APP_ID } from '../model/clouds.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { PERMISSION_NAMES, PERMISSIONS, SIGN_IN_SCOPES } from '../model/permissions.ts';
import { appRolesOf, preAuthorizedScopes, SIGN_IN, scopesOf } from '../model/signIn.ts';
import type { Condition, Stored, Tenant } from '../store/contract.ts';
import type { Client } from './clients.ts';
import { findOne, type Issuer } from './issuer.ts';

/**
 * What is asked for, of which resource, and what of it was granted.
 * https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 */

/** What a token is for: Graph, or an application of the tenant's own that others may call. */
export type Resource = {
  readonly isGraph: boolean;
  readonly appId: string;
  /** As it was asked for; it becomes the audience of a token. */
  readonly audience: string;
  readonly principal: Stored;
  readonly registration: Stored | undefined;
};

export type Asked = {
  readonly resource: Resource;
  /** What stood in front of each name, folded, and stands there again in the answer. */
  readonly prefixes: ReadonlyMap<string, string>;
  /** Permissions of the resource, as they were written. */
  readonly names: readonly string[];
  /** `.default`: all that was granted. */
  readonly everything: boolean;
  /** Of `SIGN_IN_SCOPES`. */
  readonly signIn: ReadonlySet<string>;
};

/** Where a request came in: clients that know no other address ask this server for its own `.default`. */
type At = { readonly origin: string };

/** After a resource's name: all that was granted on it. */
const DEFAULT_SCOPE = '.default';
const REFRESHING = 'offline_access';

/** A `scope`, read: the names of one resource, and those of sign-in. */
export async function readScopes(issuer: Issuer, tenant: Tenant, scope: string, at: At): Promise<Asked> {
  const words = [...new Set(wordsOf(scope))];
  const signIn = new Set(words.filter((word) => SIGN_IN_SCOPES.has(word)));
  const parts = words.filter((word) => !SIGN_IN_SCOPES.has(word)).map(cut);
  const resources = await Promise.all(
    [...new Set(parts.map((part) => part.resource))].map((name) => findResource(issuer, tenant, name, at)),
  );
  const [resource = await findResource(issuer, tenant, '', at), ...others] = resources;
  if (others.some((other) => other.principal.id !== resource.principal.id)) {
    throw new Refusal(SIGN_IN_ERRORS.scopesOfSeveral, { scope: words.join(' ') });
  }
  const names = parts.map(({ name }) => name).filter((name) => !SIGN_IN_SCOPES.has(name));
  for (const { name } of parts) if (SIGN_IN_SCOPES.has(name)) signIn.add(name);
  const everything = names.some((name) => fold(name) === DEFAULT_SCOPE);
  if ((everything && names.length > 1) || names.includes('')) {
    throw new Refusal(SIGN_IN_ERRORS.scopeInvalid, { scope: words.join(' ') });
  }
  const prefixes = new Map(parts.map(({ prefix, name }) => [fold(name), prefix]));
  return { resource, prefixes, names: everything ? [] : names, everything, signIn };
}

/** The resource of a `scope` that must be its `.default`: the only form that client credentials may ask for. */
export async function defaultOf(issuer: Issuer, tenant: Tenant, scope: string, at: At): Promise<Resource> {
  const [only, ...others] = wordsOf(scope);
  const { resource, name } = cut(only ?? '');
  if (others.length > 0 || resource === '' || fold(name) !== DEFAULT_SCOPE) {
    throw new Refusal(SIGN_IN_ERRORS.scopeNotDefault, { scope });
  }
  return findResource(issuer, tenant, resource, at);
}

export function wantsRefresh({ signIn }: Asked): boolean {
  return signIn.has(REFRESHING);
}

/**
 * The delegated permissions on the resource that the client was granted, for everybody or for this user, or needs nobody's
 * consent for.
 */
async function grantedScopes(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  resource: Resource,
  account: Stored,
): Promise<readonly string[]> {
  const { type, holder, scopes, user, resource: on } = SIGN_IN.delegatedGrant;
  const grants = await issuer.store.load(tenant, type.name, { property: holder, value: client.principal.id });
  const forThem = grants.filter(
    ({ values }) =>
      values[on] === resource.principal.id &&
      (values[user] === undefined || values[user] === null || values[user] === account.id),
  );
  const names = forThem.flatMap(({ values }) => String(values[scopes] ?? '').split(' '));
  const agreed = resource.isGraph ? [] : preAuthorizedScopes(resource.registration?.values, client.appId);
  return [...new Set([...names, ...agreed])].filter((name) => name !== '' && !SIGN_IN_SCOPES.has(name));
}

export type Consent = {
  /** Of what was asked, what was granted: the names as the grant has them. */
  readonly granted: readonly string[];
  /** What would have to be consented to first, as it was asked; `.default` where nothing was granted at all. */
  readonly missing: readonly string[];
};

/** What of the permissions asked for was granted. Refuses names that the resource doesn't have. */
export async function consentTo(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  account: Stored,
  { resource, names, everything }: Asked,
): Promise<Consent> {
  const granted = await grantedScopes(issuer, tenant, client, resource, account);
  if (everything) return { granted, missing: granted.length > 0 ? [] : [DEFAULT_SCOPE] };
  const byName = new Map(granted.map((name) => [fold(name), name]));
  const missing = names.filter((name) => !byName.has(fold(name)));
  for (const name of missing) checkExists(resource, name, client);
  const found = names.flatMap((name) => byName.get(fold(name)) ?? []);
  return { granted: [...new Set(found)], missing: [...new Set(missing)] };
}

/** The permissions that a token gets: all that was asked for, or none. */
export async function chosenScopes(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  account: Stored,
  asked: Asked,
): Promise<readonly string[]> {
  const { granted, missing } = await consentTo(issuer, tenant, client, account, asked);
  if (missing.length === 0) return granted;
  throw new Refusal(SIGN_IN_ERRORS.consentRequired, {
    client: client.appId,
    name: client.title,
    scope: missing.join(' '),
  });
}

/** The `scope` of an answer: names as they were asked for, each with its resource where that was named. */
export function answeredScope({ prefixes, everything, signIn }: Asked, chosen: readonly string[]): string {
  const all = everything ? prefixes.get(DEFAULT_SCOPE) : undefined;
  const names = all ? [...chosen, DEFAULT_SCOPE] : chosen;
  return [...names.map((name) => `${all ?? prefixes.get(fold(name)) ?? ''}${name}`), ...identityScopes(signIn)].join(
    ' ',
  );
}

/** The claim `scp`. Graph's tokens say of themselves, too, that somebody's identity may be read with them. */
export function scopeClaim({ resource, signIn }: Asked, chosen: readonly string[]): string {
  return [...chosen, ...(resource.isGraph ? identityScopes(signIn) : [])].join(' ');
}

/** The claim `roles`: the names of the application permissions on the resource that somebody was granted. */
export async function grantedRoles(
  issuer: Issuer,
  tenant: Tenant,
  holderId: string,
  resource: Resource,
): Promise<readonly string[]> {
  const { type, holder, role, resource: on } = SIGN_IN.applicationGrant;
  const found = await issuer.store.load(tenant, type.name, { property: holder, value: holderId });
  const ids = new Set(
    found.filter(({ values }) => values[on] === resource.principal.id).map(({ values }) => values[role]),
  );
  const roles = resource.isGraph ? GRAPH_ROLES : appRolesOf(resource.registration?.values);
  return roles.filter(({ id }) => ids.has(id)).map(({ name }) => name);
}

const GRAPH_ROLES = PERMISSION_NAMES.flatMap((name) => {
  const { appRole } = PERMISSIONS[name] as { readonly appRole?: string };
  return appRole === undefined ? [] : [{ id: appRole, name }];
});

const GRAPH_SCOPES: ReadonlySet<string> = new Set(
  PERMISSION_NAMES.filter((name) => PERMISSIONS[name].delegated).map(fold),
);

function checkExists(resource: Resource, name: string, client: Client): void {
  const known = resource.isGraph ? GRAPH_SCOPES : new Set(scopesOf(resource.registration?.values).map(fold));
  if (known.has(fold(name))) return;
  throw new Refusal(SIGN_IN_ERRORS.scopeUnknown, { name: client.title, scope: name, resource: resource.appId });
}

function identityScopes(signIn: ReadonlySet<string>): readonly string[] {
  return [...signIn].filter((name) => name !== REFRESHING);
}

function wordsOf(scope: string): readonly string[] {
  const words = scope.split(/\s+/).filter((word) => word !== '');
  if (words.length > LIMITS.scopesAtOnce) throw new Refusal(SIGN_IN_ERRORS.scopeInvalid, { scope: words[0] ?? '' });
  return words;
}

/** `https://graph.microsoft.com//User.Read` → what stands in front of the name, and the resource that it means. */
function cut(word: string): { readonly prefix: string; readonly resource: string; readonly name: string } {
  const end = word.lastIndexOf('/');
  if (end < 0 && isGuid(word)) return { prefix: `${word}/`, resource: word, name: '' };
  return { prefix: word.slice(0, end + 1), resource: trimmed(word.slice(0, end + 1)), name: word.slice(end + 1) };
}

/** One by one, for a pattern that looks for slashes at the end would take the square of their number. */
function trimmed(name: string): string {
  let end = name.length;
  while (name[end - 1] === '/') end--;
  return name.slice(0, end);
}

/** By its address or its application id; none: Graph, by whichever of its names. */
async function findResource(issuer: Issuer, tenant: Tenant, name: string, { origin }: At): Promise<Resource> {
  const { servicePrincipal, application } = SIGN_IN;
  const isGraph = isGraphName(issuer, name, origin);
  const appId = isGraph ? GRAPH_APP_ID : (idIn(name) ?? (await appIdOfAddress(issuer, tenant, name)));
  const principal =
    appId === undefined
      ? undefined
      : await findOne(issuer, tenant, servicePrincipal.type, servicePrincipal.appId, appId);
  if (!principal || appId === undefined) {
    throw new Refusal(SIGN_IN_ERRORS.resourceUnknown, { resource: name, tenant: tenant.displayName });
  }
  if (principal.values[servicePrincipal.enabled] === false) {
    throw new Refusal(SIGN_IN_ERRORS.resourceDisabled, { resource: name });
  }
  const registration = isGraph ? undefined : await findOne(issuer, tenant, application.type, application.appId, appId);
  return { isGraph, appId, audience: isGraph ? CLOUDS[issuer.cloud].graph : name, principal, registration };
}

function isGraphName({ cloud }: Issuer, name: string, origin: string): boolean {
  if (name === '' || audiencesOf(cloud).includes(name) || name === `api://${GRAPH_APP_ID}`) return true;
  const host = URL.canParse(name) ? new URL(name).hostname : '';
  return host !== '' && (LOOPBACK.has(host) || host === new URL(origin).hostname);
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const ID_PREFIX = 'api://';

function idIn(name: string): string | undefined {
  const bare = name.startsWith(ID_PREFIX) ? name.slice(ID_PREFIX.length) : name;
  return isGuid(bare) ? fold(bare) : undefined;
}

/** The application that has that address among its own. */
async function appIdOfAddress(issuer: Issuer, tenant: Tenant, name: string): Promise<string | undefined> {
  const { type, addresses, appId } = SIGN_IN.application;
  const item: Condition = { kind: 'compare', operator: 'eq', field: { property: '' }, value: fold(name) };
  const page = await issuer.store.page(tenant, {
    from: { kind: 'set', types: [type.name] },
    where: { kind: 'any', field: { property: addresses }, item },
    view: { version: 'v1.0', select: [appId], typed: false, hidden: [] },
    order: [],
    after: undefined,
    limit: 1,
  });
  if (!('items' in page) || page.count === 0) return undefined;
  return String((JSON.parse(Buffer.from(page.items).toString()) as Readonly<Record<string, unknown>>)[appId]);
}
