import { table } from '../lib/table.ts';

/**
 * What people are told when an application asks for permissions in their name, and who may say yes.
 * https://learn.microsoft.com/graph/permissions-reference, https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview
 */

/** A delegated permission as a person reads it. admin: only an administrator may grant it. */
export type ConsentText = { readonly title: string; readonly text: string; readonly admin: boolean };

// biome-ignore format: a table is read by its columns
const TEXTS: Readonly<Record<string, ConsentText>> = table({
  'openid':                             { title: 'Know who you are',                         text: 'The application gets an identifier of yours.', admin: false },
  'profile':                            { title: 'See your profile',                         text: 'Your name and the name that you sign in with.', admin: false },
  'email':                              { title: 'See your e-mail address',                  text: 'The address that the directory has for you.', admin: false },
  'offline_access':                     { title: 'Keep the access that you give it',         text: 'Also while you are not using it, until it is taken back.', admin: false },
  'User.Read':                          { title: 'Sign you in and read your profile',        text: 'All that the directory says about you, and basic facts of your organization.', admin: false },
  'User.ReadBasic.All':                 { title: 'Read the basic profiles of everybody',     text: 'Names and addresses of the people in your organization.', admin: false },
  'AdministrativeUnit.Read.All':        { title: 'Read administrative units',                text: 'All of them, and who and what belongs to them.', admin: true },
  'AdministrativeUnit.ReadWrite.All':   { title: 'Read and change administrative units',     text: 'All of them, and who and what belongs to them.', admin: true },
  'Application.Read.All':               { title: 'Read applications',                        text: 'All applications and service principals.', admin: true },
  'Application.ReadWrite.All':          { title: 'Read and change applications',             text: 'Make, change and delete applications and service principals.', admin: true },
  'Device.Read.All':                    { title: 'Read all devices',                         text: 'The devices of your organization, their owners and users.', admin: true },
  'Directory.AccessAsUser.All':         { title: 'Use the directory as you',                 text: 'Do whatever you may do in the directory.', admin: true },
  'Directory.Read.All':                 { title: 'Read the directory',                       text: 'People, groups, devices and applications.', admin: true },
  'Directory.ReadWrite.All':            { title: 'Read and change the directory',            text: 'People, groups, devices and applications.', admin: true },
  'Group.Read.All':                     { title: 'Read all groups',                          text: 'Groups and who belongs to them.', admin: true },
  'Group.ReadWrite.All':                { title: 'Read and change all groups',               text: 'Make, change and delete groups, and say who belongs to them.', admin: true },
  'GroupMember.Read.All':               { title: 'Read memberships',                         text: 'Basic facts of groups, and who belongs to them.', admin: true },
  'GroupMember.ReadWrite.All':          { title: 'Read and change memberships',              text: 'Say who belongs to which group.', admin: true },
  'RoleManagement.ReadWrite.Directory': { title: 'Read and change who has which role',       text: 'Everything about directory roles.', admin: true },
  'User.DeleteRestore.All':             { title: 'Delete and restore people',                text: 'The accounts of everybody in your organization.', admin: true },
  'User.Read.All':                      { title: 'Read the profiles of everybody',           text: 'All that the directory says about the people in your organization.', admin: true },
  'User.ReadWrite.All':                 { title: 'Read and change the profiles of everybody', text: 'All that the directory says about the people in your organization.', admin: true },
  'User-PasswordProfile.ReadWrite.All': { title: 'Set passwords',                            text: 'The passwords of the people in your organization.', admin: true },
});

/** Of Graph, or of sign-in itself. What has no words of its own is an administrator's affair. */
export function graphConsentText(name: string): ConsentText {
  return TEXTS[name] ?? { title: name, text: 'Said by its name alone.', admin: true };
}

type Values = Readonly<Record<string, unknown>>;

/** Of an application that offers permissions itself, as its registration words them. */
export function ownConsentText(application: Values | undefined, name: string): ConsentText {
  const offered = (application?.['api'] as Values | null | undefined)?.['oauth2PermissionScopes'];
  const scopes = Array.isArray(offered) ? (offered as Values[]) : [];
  const scope = scopes.find((row) => row['value'] === name);
  return {
    title: String(scope?.['userConsentDisplayName'] ?? scope?.['adminConsentDisplayName'] ?? name),
    text: String(scope?.['userConsentDescription'] ?? scope?.['adminConsentDescription'] ?? ''),
    admin: scope?.['type'] !== 'User',
  };
}

/** Who grants permissions for everybody: Global, Privileged Role, Application and Cloud Application Administrators. */
export const CONSENTING_ROLES: ReadonlySet<string> = new Set([
  '62e90394-69f5-4237-9190-012177145e10',
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  '158c047a-c907-4556-b7ef-446551a6b5f7',
]);
