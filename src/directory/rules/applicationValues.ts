import { Refusal } from '../../lib/refusal.ts';
import { fold, isGuid } from '../../lib/text.ts';
import { application } from '../../model/application.ts';
import { ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Values } from '../../store/contract.ts';
import { type DirectoryWorld, refusalOf } from '../world.ts';
import type { Deed, Derivation, Rule } from './rule.ts';

/**
 * The values of an application fit each other and the tenant.
 * https://learn.microsoft.com/graph/api/resources/application
 */
export const applicationValues: Rule = {
  of: application,
  at: ['create', 'update'],
  check: async (deed, world) => {
    const { current, changes } = deed;
    checkWords(changes);
    if ('appRoles' in changes) checkOffered('appRoles', rolesOf(current), rolesOf(changes));
    if ('api' in changes) checkOffered('api', scopesOf(current), scopesOf(changes));
    checkAsked(changes);
    const after = { ...current, ...changes };
    checkShared(rolesOf(after), scopesOf(after));
    if (entriesIn(after) > LIMITS.applicationEntries) {
      throw new Refusal(ERRORS.entriesTooMany, { most: String(LIMITS.applicationEntries) });
    }
    await checkIdentifiers(deed, world);
  },
};

const AUDIENCES: ReadonlySet<unknown> = new Set([
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
  'PersonalMicrosoftAccount',
]);

const MEMBERSHIP_CLAIMS: ReadonlySet<string> = new Set([
  'None',
  'SecurityGroup',
  'DirectoryRole',
  'ApplicationGroup',
  'All',
]);

function checkWords(changes: Values): void {
  if ('signInAudience' in changes && !AUDIENCES.has(changes['signInAudience'])) throw invalid('signInAudience');
  const claims = String(changes['groupMembershipClaims'] ?? 'None').split(',');
  if (!claims.every((claim) => MEMBERSHIP_CLAIMS.has(claim.trim()))) throw invalid('groupMembershipClaims');
  const tags = (changes['tags'] ?? []) as readonly string[];
  if (tags.some((tag) => tag === '' || tag.length > LIMITS.tagCharacters)) throw invalid('tags');
  const version = (changes['api'] as Values | undefined)?.['requestedAccessTokenVersion'] ?? null;
  if (version !== null && version !== 1 && version !== 2) throw invalid('api');
}

// -- what an application offers --------------------------------------------------------------------------------

type Offered = Readonly<Record<string, unknown>>;

export function rolesOf(values: Values): readonly Offered[] {
  return (values['appRoles'] ?? []) as readonly Offered[];
}

export function scopesOf(values: Values): readonly Offered[] {
  return ((values['api'] as Values | undefined)?.['oauth2PermissionScopes'] ?? []) as readonly Offered[];
}

/** What a token can carry as one word. */
const VALUE = /^[\w!#$%&'()*+,\-./:;<=>?@[\]^`{|}~]{1,120}$/;
const MEMBER_TYPES: ReadonlySet<unknown> = new Set(['User', 'Application']);
const SCOPE_TYPES: ReadonlySet<unknown> = new Set(['User', 'Admin']);

/** One that is still enabled can't be taken away: somebody may rely on it. */
function checkOffered(name: 'appRoles' | 'api', before: readonly Offered[], after: readonly Offered[]): void {
  for (const one of after) {
    const { id, value, displayName, allowedMemberTypes, type } = one;
    if (!isGuid(String(id))) throw invalid(name);
    if (value !== null && (!VALUE.test(String(value)) || String(value).startsWith('.'))) throw invalid(name);
    if (name === 'api' ? value === null || !SCOPE_TYPES.has(type) : (displayName ?? '') === '') throw invalid(name);
    const types = (allowedMemberTypes ?? []) as readonly unknown[];
    if (name === 'appRoles' && (types.length === 0 || !types.every((of) => MEMBER_TYPES.has(of)))) throw invalid(name);
  }
  const values = after.map(({ value }) => value).filter((value) => value !== null);
  const ids = after.map(({ id }) => fold(String(id)));
  if (new Set(values).size < values.length || new Set(ids).size < ids.length) throw new Refusal(ERRORS.duplicateValues);
  const left = new Set(after.map(({ id }) => fold(String(id))));
  const lost = before.filter(({ id }) => !left.has(fold(String(id))));
  if (lost.some(({ isEnabled }) => isEnabled === true)) throw new Refusal(ERRORS.permissionEnabled);
}

/** A role and a permission may be one and the same by id, and then they are by value, too. */
function checkShared(roles: readonly Offered[], scopes: readonly Offered[]): void {
  const values = new Map(roles.map(({ id, value }) => [fold(String(id)), value]));
  const isOther = scopes.some(({ id, value }) => (values.get(fold(String(id))) ?? value) !== value);
  if (isOther) throw new Refusal(ERRORS.duplicateValues);
}

/** What an application asks for: https://learn.microsoft.com/graph/api/resources/requiredresourceaccess */
function checkAsked(changes: Values): void {
  const asked = (changes['requiredResourceAccess'] ?? []) as readonly Values[];
  const access = asked.flatMap((one) => (one['resourceAccess'] ?? []) as readonly Values[]);
  const isFit = access.every(({ id, type }) => isGuid(String(id)) && (type === 'Scope' || type === 'Role'));
  if (!isFit || !asked.every(({ resourceAppId }) => isGuid(String(resourceAppId))))
    throw invalid('requiredResourceAccess');
  const resources = asked.map(({ resourceAppId }) => fold(String(resourceAppId)));
  if (new Set(resources).size < resources.length) throw new Refusal(ERRORS.duplicateValues);
}

/** Entries of all lists, within other values, too. */
function entriesIn(value: unknown): number {
  if (Array.isArray(value)) return value.length + value.reduce((sum: number, item) => sum + entriesIn(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + entriesIn(item), 0);
}

// -- what it is called by --------------------------------------------------------------------------------------

/** Web addresses are the tenant's own, and nobody else in the tenant is called by them. */
async function checkIdentifiers({ caller, current, changes }: Deed, world: DirectoryWorld): Promise<void> {
  const uris = (changes['identifierUris'] ?? []) as readonly string[];
  if (new Set(uris.map(fold)).size < uris.length) throw new Refusal(ERRORS.duplicateValues);
  const known = new Set((current['identifierUris'] ?? []) as readonly string[]);
  for (const uri of uris.filter((one) => !known.has(one))) {
    if (uri.length > LIMITS.identifierUriCharacters || !URL.canParse(uri)) throw invalid('identifierUris');
    const { protocol, hostname } = new URL(uri);
    if (protocol === 'https:' || protocol === 'http:') checkHost(uri, hostname, fold(caller.tenant.defaultDomain));
    await checkFree(uri, caller, world);
  }
}

function checkHost(value: string, host: string, domain: string): void {
  if (host !== domain && !host.endsWith(`.${domain}`)) throw new Refusal(ERRORS.hostUnverified, { value });
}

async function checkFree(uri: string, { tenant }: Deed['caller'], { store }: DirectoryWorld): Promise<void> {
  const property = 'identifierUris';
  const item = { kind: 'compare', operator: 'eq', field: { property: '' }, value: fold(uri) } as const;
  const count = await store.count(tenant, {
    from: { kind: 'set', types: [application.name] },
    where: { kind: 'any', field: { property }, item },
    view: { version: 'v1.0', select: null, typed: false, hidden: [] },
  });
  if (count !== 0) throw refusalOf({ done: false, because: 'duplicate', property });
}

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: application.title });
}

/** What a new application has by itself. */
export const newApplications: Derivation = {
  of: application,
  at: ['create'],
  derive: ({ caller }, { random }) => ({
    appId: random.guid(),
    createdByAppId: caller.app,
    publisherDomain: caller.tenant.defaultDomain,
  }),
};
