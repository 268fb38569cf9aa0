import { table } from '../lib/table.ts';
import { OFFERED } from './permissions.ts';

/**
 * What people are told when an application asks for permissions in their name, and who may say yes.
 * https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview
 */

/** A delegated permission as a person reads it. admin: only an administrator may grant it. */
export type ConsentText = { readonly title: string; readonly text: string; readonly admin: boolean };

/** One that a resource offers. */
export type OfferedScope = ConsentText & { readonly id: string; readonly name: string };

// biome-ignore format: a table is read by its columns
const SIGN_IN_TEXTS: Readonly<Record<string, ConsentText>> = table({
  openid:         { title: 'Know who you are',                 text: 'The application gets an identifier of yours.',            admin: false },
  profile:        { title: 'See your profile',                 text: 'Your name and the name that you sign in with.',           admin: false },
  email:          { title: 'See your e-mail address',          text: 'The address that the directory has for you.',             admin: false },
  offline_access: { title: 'Keep the access that you give it', text: 'Also while you are not using it, until it is taken back.', admin: false },
});

/** Of sign-in itself; undefined for the name of any other permission. */
export function signInText(name: string): ConsentText | undefined {
  return Object.hasOwn(SIGN_IN_TEXTS, name) ? SIGN_IN_TEXTS[name] : undefined;
}

type Values = Readonly<Record<string, unknown>>;

export const GRAPH_SCOPES: readonly OfferedScope[] = OFFERED.oauth2PermissionScopes.map(offeredScope);

/** What an application offers to others, as its registration words it. */
export function scopesOffered(application: Values | undefined): readonly OfferedScope[] {
  const rows = (application?.['api'] as Values | null | undefined)?.['oauth2PermissionScopes'];
  return (Array.isArray(rows) ? (rows as Values[]) : []).map(offeredScope);
}

function offeredScope(row: Values): OfferedScope {
  const name = String(row['value']);
  return {
    id: String(row['id']),
    name,
    title: String(row['userConsentDisplayName'] ?? row['adminConsentDisplayName'] ?? name),
    text: name,
    admin: row['type'] !== 'User',
  };
}

/** One that it offers to applications themselves. */
export type OfferedRole = { readonly id: string; readonly name: string; readonly title: string };

export const GRAPH_APP_ROLES: readonly OfferedRole[] = OFFERED.appRoles.map(offeredRole);

export function rolesOffered(application: Values | undefined): readonly OfferedRole[] {
  const rows = application?.['appRoles'];
  return (Array.isArray(rows) ? (rows as Values[]) : []).map(offeredRole);
}

function offeredRole(row: Values): OfferedRole {
  const name = String(row['value']);
  return { id: String(row['id']), name, title: String(row['displayName'] ?? name) };
}

/** Who grants permissions for everybody: Global, Privileged Role, Application and Cloud Application Administrators. */
export const CONSENTING_ROLES: ReadonlySet<string> = new Set([
  '62e90394-69f5-4237-9190-012177145e10',
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  '158c047a-c907-4556-b7ef-446551a6b5f7',
]);
