import { fold } from '../lib/text.ts';
import {
  application,
  appRoleAssignment,
  federatedIdentityCredential,
  oauth2PermissionGrant,
  servicePrincipal,
} from './application.ts';
import { roleAssignment, roleDefinition } from './roleManagement.ts';
import type { EntityType } from './shape.ts';
import { user } from './user.ts';

/**
 * Where sign-in finds what it must know: the types and the properties in which the directory keeps it.
 */
/** The certificates of applications and service principals. */
export const KEYS = 'keyCredentials';

/** The secrets of applications and service principals, as they are shown. */
export const SECRETS = Object.freeze({
  property: 'passwordCredentials',
  key: 'keyId',
  hint: 'hint',
  text: 'secretText',
  start: 'startDateTime',
  end: 'endDateTime',
});

export const SIGN_IN = Object.freeze({
  user: {
    type: user,
    /** The name that people sign in with. */
    name: 'userPrincipalName',
    title: 'displayName',
    given: 'givenName',
    family: 'surname',
    mail: 'mail',
    enabled: 'accountEnabled',
    /** Refresh tokens that were made before are no longer good. */
    validFrom: 'signInSessionsValidFromDateTime',
    passwordSet: 'lastPasswordChangeDateTime',
    /** The property, and its value, that makes somebody a guest. */
    kind: 'userType',
    guest: 'Guest',
  },
  /** A registered application: it may hold secrets. */
  application: {
    type: application,
    appId: 'appId',
    publicClient: 'isFallbackPublicClient',
    addresses: 'identifierUris',
    /** Of its service principal, too: that it has been turned off. */
    disabled: 'isDisabled',
  },
  /** The application as a principal of the tenant: it holds grants. */
  servicePrincipal: {
    type: servicePrincipal,
    appId: 'appId',
    title: 'displayName',
    enabled: 'accountEnabled',
  },
  delegatedGrant: {
    type: oauth2PermissionGrant,
    holder: 'clientId',
    resource: 'resourceId',
    scopes: 'scope',
    user: 'principalId',
    /** For whom it is. */
    kind: 'consentType',
    forEverybody: 'AllPrincipals',
    forOne: 'Principal',
  },
  applicationGrant: {
    type: appRoleAssignment,
    holder: 'principalId',
    holderTitle: 'principalDisplayName',
    holderKind: 'principalType',
    resource: 'resourceId',
    resourceTitle: 'resourceDisplayName',
    role: 'appRoleId',
    made: 'createdDateTime',
  },
  /** Tokens of other issuers that an application may prove itself with; the holder by object id. */
  federation: {
    type: federatedIdentityCredential,
    holder: 'applicationId',
    issuer: 'issuer',
    subject: 'subject',
    audiences: 'audiences',
  },
  roleAssignment: {
    type: roleAssignment,
    holder: 'principalId',
    role: 'roleDefinitionId',
    scope: 'directoryScopeId',
  },
  customRole: {
    type: roleDefinition,
    title: 'displayName',
    permissions: 'rolePermissions',
    actions: 'allowedResourceActions',
    enabled: 'isEnabled',
  },
}) satisfies Readonly<Record<string, Readonly<Record<string, string | EntityType>>>>;

/** The types in which it stands who somebody is, and what they may do. */
export const SIGN_IN_TYPES: ReadonlySet<string> = new Set(Object.values(SIGN_IN).map(({ type }) => type.name));

type Values = Readonly<Record<string, unknown>>;

/** A collection of objects within an object: `api` and `oauth2PermissionScopes`. */
function itemsIn(values: Values | undefined, property: string, member?: string): readonly Values[] {
  const found = member === undefined ? values?.[property] : (values?.[property] as Values | null | undefined)?.[member];
  return Array.isArray(found) ? (found as Values[]) : [];
}

/** The delegated permissions that an application offers to others. */
export function scopesOf(application: Values | undefined): readonly string[] {
  return enabledScopes(application).map((scope) => String(scope['value']));
}

/**
 * Those that it lets another application use without anybody's consent.
 * https://learn.microsoft.com/graph/api/resources/preauthorizedapplication
 */
export function preAuthorizedScopes(application: Values | undefined, clientId: string): readonly string[] {
  const named = itemsIn(application, 'api', 'preAuthorizedApplications').filter(
    (one) => fold(String(one['appId'])) === fold(clientId),
  );
  const ids = new Set(named.flatMap((one) => (one['delegatedPermissionIds'] as readonly string[]).map(fold)));
  return enabledScopes(application)
    .filter((scope) => ids.has(fold(String(scope['id']))))
    .map((scope) => String(scope['value']));
}

function enabledScopes(application: Values | undefined): readonly Values[] {
  return itemsIn(application, 'api', 'oauth2PermissionScopes').filter((scope) => scope['isEnabled'] !== false);
}

/** The application permissions that it offers. */
export function appRolesOf(application: Values | undefined): readonly { readonly id: string; readonly name: string }[] {
  return itemsIn(application, 'appRoles')
    .filter((role) => role['isEnabled'] !== false && typeof role['value'] === 'string')
    .map((role) => ({ id: String(role['id']), name: String(role['value']) }));
}

/** What an application asks for on a resource before anybody names it, by application id: ids of scopes and roles, folded. */
export function requiredOf(application: Values | undefined, resourceAppId: string): readonly string[] {
  return itemsIn(application, 'requiredResourceAccess')
    .filter((access) => fold(String(access['resourceAppId'])) === fold(resourceAppId))
    .flatMap((access) => itemsIn(access, 'resourceAccess'))
    .map((access) => fold(String(access['id'])));
}

/** Of v1.0 tokens, or of v2.0 ones, for which an application says so itself. */
export function tokenVersionOf(application: Values | undefined): 1 | 2 {
  const api = application?.['api'] as Values | null | undefined;
  return api?.['requestedAccessTokenVersion'] === 2 ? 2 : 1;
}

/** What an address of an application belongs to: a server that can keep a secret, a page in a browser, or a program. */
export type Platform = 'server' | 'browser' | 'native';

export type RedirectAddress = { readonly platform: Platform; readonly address: string };

const PLATFORMS: readonly (readonly [property: string, platform: Platform])[] = [
  ['web', 'server'],
  ['spa', 'browser'],
  ['publicClient', 'native'],
];

/** Public clients of Microsoft's own, of which no tenant has a registration: where their answers go. */
const WITHOUT_REGISTRATION: readonly RedirectAddress[] = [
  { platform: 'native', address: 'http://localhost' },
  { platform: 'native', address: 'https://login.microsoftonline.com/common/oauth2/nativeclient' },
];

export function redirectAddressesOf(application: Values | undefined): readonly RedirectAddress[] {
  if (!application) return WITHOUT_REGISTRATION;
  return PLATFORMS.flatMap(([property, platform]) => {
    const addresses = (application[property] as Values | null | undefined)?.['redirectUris'];
    return Array.isArray(addresses) ? addresses.map((address) => ({ platform, address: String(address) })) : [];
  });
}

/** Public keys that an application or its principal may sign assertions with: X.509 certificates in DER, base64, and until when they are good. */
export function certificatesOf(
  holder: Values | undefined,
): readonly { readonly der: string; readonly from: string | undefined; readonly until: string | undefined }[] {
  return itemsIn(holder, 'keyCredentials').flatMap(({ key, startDateTime, endDateTime }) => {
    if (typeof key !== 'string') return [];
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return [{ der: key, from: text(startDateTime), until: text(endDateTime) }];
  });
}

/** Whether an application may be sent ID tokens by way of the browser. */
export function takesIdTokens(application: Values | undefined): boolean {
  const web = application?.['web'] as Values | null | undefined;
  return (web?.['implicitGrantSettings'] as Values | null | undefined)?.['enableIdTokenIssuance'] === true;
}

/** Where programs ask who has signed in: https://learn.microsoft.com/entra/identity-platform/userinfo */
export const USER_INFO = 'oidc/userinfo';

/** The page on which people type a device's code; the same for all tenants. */
export const DEVICE_PAGE = 'devicelogin';
