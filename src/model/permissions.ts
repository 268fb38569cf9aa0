import { table } from '../lib/table.ts';
import type { Action } from './shape.ts';

/**
 * Graph's permissions, as far as this directory knows them, and what each operation needs.
 * https://learn.microsoft.com/graph/permissions-reference
 */

/**
 * delegated: it can be granted for a signed-in user. scope, appRole: the ids of the delegated and of the application
 * permission, as far as there are both. title: as those see it who are asked for consent.
 */
type Permission = {
  readonly delegated: boolean;
  readonly scope?: string;
  readonly appRole?: string;
  readonly title: string;
};

// biome-ignore format: a table is read by its columns
export const PERMISSIONS = table({
  'AdministrativeUnit.Read.All':            { delegated: true,  scope: '3361d15d-be43-4de6-b441-3c746d05163d', appRole: '134fd756-38ce-4afd-ba33-e9623dbe66c2', title: 'Read all administrative units' },
  'AdministrativeUnit.ReadWrite.All':       { delegated: true,  scope: '7b8a2d34-6b3f-4542-a343-54651608ad81', appRole: '5eb59dd3-1da2-4329-8733-9dabdc435916', title: 'Read and write all administrative units' },
  'AppRoleAssignment.ReadWrite.All':        { delegated: true,  scope: '84bccea3-f856-4a8a-967b-dbe0a3d53a64', appRole: '06b708a9-e830-4db3-a914-8e69da51d44f', title: 'Manage app permission grants and app role assignments' },
  'Application.Read.All':                   { delegated: true,  scope: 'c79f8feb-a9db-4090-85f9-90d820caa0eb', appRole: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', title: 'Read all applications' },
  'Application.ReadWrite.All':              { delegated: true,  scope: 'bdfbf15f-ee85-4955-8675-146e8e5296b5', appRole: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9', title: 'Read and write all applications' },
  'Application.ReadWrite.OwnedBy':          { delegated: false,                                                appRole: '18a4783c-866b-4cc7-a460-3d5e5662c884', title: 'Manage apps that this app creates or owns' },
  'DelegatedPermissionGrant.Read.All':      { delegated: true,  scope: 'a197cdc4-a8e7-4d49-9d35-4ca7c83887b4', appRole: '81b4724a-58aa-41c1-8a55-84ef97466587', title: 'Read all delegated permission grants' },
  'DelegatedPermissionGrant.ReadWrite.All': { delegated: true,  scope: '41ce6ca6-6826-4807-84f1-1c82854f7ee5', appRole: '8e8e4742-1d95-4f68-9d56-6ee75648c72a', title: 'Manage all delegated permission grants' },
  'Device.Read.All':                        { delegated: true,  scope: '951183d1-1a61-466f-a6d1-1fde911bfd95', appRole: '7438b122-aefc-4978-80ed-43db9fcc7715', title: 'Read all devices' },
  'Device.ReadWrite.All':                   { delegated: false,                                                appRole: '1138cb37-bd11-4084-a2b7-9f71582aeddb', title: 'Read and write devices' },
  'Directory.AccessAsUser.All':             { delegated: true,  scope: '0e263e50-5827-48a4-b97c-d940288653c7',                                                  title: 'Access directory as the signed in user' },
  'Directory.Read.All':                     { delegated: true,  scope: '06da0dbc-49e2-44d2-8312-53f166ab848a', appRole: '7ab1d382-f21e-4acd-a863-ba3e13f7da61', title: 'Read directory data' },
  'Directory.ReadWrite.All':                { delegated: true,  scope: 'c5366453-9fb0-48a5-a156-24f0c49a4b84', appRole: '19dbc75e-c2e2-444c-a770-ec69d8559fc7', title: 'Read and write directory data' },
  'Group.Create':                           { delegated: false,                                                appRole: 'bf7b1a76-6e77-406b-b258-bf5c7720e98f', title: 'Create groups' },
  'Group.Read.All':                         { delegated: true,  scope: '5f8c59db-677d-491f-a6b8-5f174b11ec1d', appRole: '5b567255-7703-4780-807c-7be8301ae99b', title: 'Read all groups' },
  'Group.ReadWrite.All':                    { delegated: true,  scope: '4e46008b-f24c-477d-8fff-7bb4ec7aafe0', appRole: '62a82d76-70ea-41e2-9197-370581804d09', title: 'Read and write all groups' },
  'GroupMember.Read.All':                   { delegated: true,  scope: 'bc024368-1153-4739-b217-4326f2e966d0', appRole: '98830695-27a2-44f7-8c18-0c3ebc9698f6', title: 'Read all group memberships' },
  'GroupMember.ReadWrite.All':              { delegated: true,  scope: 'f81125ac-d3b7-4573-a3b2-7099cc39df9e', appRole: 'dbaae8cf-10b5-4b86-a4a1-f871c94c6695', title: 'Read and write all group memberships' },
  'RoleManagement.Read.All':                { delegated: true,  scope: '48fec646-b2ba-4019-8681-8eb31435aded', appRole: 'c7fbd983-d9aa-4fa7-84b8-17382c103bc4', title: 'Read role management data for all RBAC providers' },
  'RoleManagement.Read.Directory':          { delegated: true,  scope: '741c54c3-0c1e-44a1-818b-3f97ab4e8c83', appRole: '483bed4a-2ad3-4361-a73b-c83ccdbdc53c', title: 'Read directory RBAC settings' },
  'RoleManagement.ReadWrite.Directory':     { delegated: true,  scope: 'd01b97e9-cbc0-49fe-810a-750afd5527a3', appRole: '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8', title: 'Read and write directory RBAC settings' },
  'User.DeleteRestore.All':                 { delegated: true,  scope: '4bb440cd-2cf2-4f90-8004-aa2acd2537c5', appRole: 'eccc023d-eccf-4e7b-9683-8813ab36cecc', title: 'Delete and restore all users' },
  'User.Read':                              { delegated: true,  scope: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',                                                  title: 'Sign in and read user profile' },
  'User.ReadBasic.All':                     { delegated: true,  scope: 'b340eb25-3456-403f-be2f-af7a0d370277', appRole: '97235f07-e226-4f63-ace3-39588e11d3a1', title: 'Read all users\' basic profiles' },
  'User.Read.All':                          { delegated: true,  scope: 'a154be20-db9c-4678-8ab7-66f6cc099a59', appRole: 'df021288-bdef-4463-88db-98f22de89214', title: 'Read all users\' full profiles' },
  'User.ReadWrite.All':                     { delegated: true,  scope: '204e0828-b5ca-4ad8-b9f3-f32a958e7cc4', appRole: '741f803b-c850-494e-b5df-cde7c675a1ca', title: 'Read and write all users\' full profiles' },
  'User-PasswordProfile.ReadWrite.All':     { delegated: true,  scope: '56760768-b641-451f-8906-e1b8ab31bca7', appRole: 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7', title: 'Read and write password profiles' },
} satisfies Record<string, Permission>);

export type PermissionName = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as PermissionName[];

/** The application permission with that role id. */
export function permissionOfAppRole(id: string): PermissionName | undefined {
  return PERMISSION_NAMES.find((name) => (PERMISSIONS[name] as Permission).appRole === id);
}

/** Delegated permissions that people grant for themselves, without an administrator. */
const FOR_ANYBODY: ReadonlySet<PermissionName> = new Set(['User.Read', 'User.ReadBasic.All']);

/** What Microsoft Graph offers, as its service principal shows it. */
export const OFFERED = Object.freeze({
  appRoles: PERMISSION_NAMES.flatMap((value) => {
    const { appRole: id, title } = PERMISSIONS[value] as Permission;
    if (id === undefined) return [];
    return [
      {
        allowedMemberTypes: ['Application'],
        description: title,
        displayName: title,
        id,
        isEnabled: true,
        origin: 'Application',
        value,
      },
    ];
  }),
  oauth2PermissionScopes: PERMISSION_NAMES.flatMap((value) => {
    const { scope: id, title } = PERMISSIONS[value] as Permission;
    if (id === undefined) return [];
    const type = FOR_ANYBODY.has(value) ? 'User' : 'Admin';
    return [
      {
        adminConsentDescription: title,
        adminConsentDisplayName: title,
        id,
        isEnabled: true,
        type,
        userConsentDescription: title,
        userConsentDisplayName: title,
        value,
      },
    ];
  }),
});

/** Permissions that say nothing about a resource; sign-in knows them. */
export const SIGN_IN_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/**
 * What one operation needs. A delegated caller needs one of the scopes and a directory role that allows the
 * action; an application needs one of the application permissions. An empty list: not supported.
 * Personal Microsoft accounts are supported by none.
 */
export type Operation = {
  readonly delegated: readonly PermissionName[];
  readonly application: readonly PermissionName[];
  /** byProperty: each property of the body has an action of its own, in the property's row. */
  readonly action: Action | 'byProperty';
  /** An action that does for one object addressed by its key, of which no more than these properties are shown then. */
  readonly limited?: { readonly action: Action; readonly shows: readonly string[] };
  /** Scopes that do for the signed-in user's own object, whatever the roles. */
  readonly own?: readonly PermissionName[];
  /** An application needs no permission to do it to itself. */
  readonly self?: true;
  /** Properties whose change needs one of these permissions in place of the row's. */
  readonly properties?: Readonly<Record<string, Pick<Operation, 'delegated' | 'application'>>>;
};

const asUser = ['Directory.AccessAsUser.All'] as const;
const readDevices = ['Device.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All', ...asUser] as const;
const readDevicesApp = [
  'Device.Read.All',
  'Device.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const readUsers = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const readUsersBasic = ['User.ReadBasic.All', ...readUsers, ...asUser] as const;
const memberships = ['GroupMember.Read.All', 'User.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const readGroups = [
  'GroupMember.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const readMembers = [
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const groupMemberships = [
  'GroupMember.Read.All',
  'Group.Read.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const writeGroups = ['Group.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const writeMembers = ['GroupMember.ReadWrite.All', ...writeGroups] as const;
const writeUsers = ['User.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const deleteUsers = ['User.DeleteRestore.All', 'User.ReadWrite.All'] as const;
const readUnits = [
  'AdministrativeUnit.Read.All',
  'AdministrativeUnit.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const writeUnits = ['AdministrativeUnit.ReadWrite.All'] as const;
const readApplications = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  ...asUser,
] as const;
const readApplicationsApp = [
  'Application.Read.All',
  'Application.ReadWrite.OwnedBy',
  'Application.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const readRoles = [
  'RoleManagement.Read.Directory',
  'RoleManagement.Read.All',
  'Directory.Read.All',
  'RoleManagement.ReadWrite.Directory',
  'Directory.ReadWrite.All',
] as const;
const readActiveRoles = readRoles.filter((name) => name !== 'RoleManagement.Read.All');
const writeRoles = ['RoleManagement.ReadWrite.Directory'] as const;
const activateRoles = [...writeRoles, 'Directory.ReadWrite.All'] as const;
const writeApplications = ['Application.ReadWrite.All', ...asUser] as const;
const writeApplicationsApp = ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'] as const;
const rollKeys = ['Application.ReadWrite.All', 'Directory.ReadWrite.All', ...asUser] as const;
const rollKeysApp = [...writeApplicationsApp, 'Directory.ReadWrite.All'] as const;
const readAssignments = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const readAssignmentsOf = ['AppRoleAssignment.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const writeAssignments = ['AppRoleAssignment.ReadWrite.All'] as const;
const readGrants = [
  'DelegatedPermissionGrant.Read.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const writeGrants = ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const none = [] as const;

/** A password can't be set without a signed-in user here: https://learn.microsoft.com/graph/api/user-update */
const passwords = {
  passwordProfile: { delegated: ['User-PasswordProfile.ReadWrite.All', ...asUser], application: none },
} as const;

/** What guests see of others: https://learn.microsoft.com/entra/fundamentals/users-default-permissions */
const profiles = {
  action: 'microsoft.directory/users/guestBasicProfile/limitedRead',
  shows: ['id', 'displayName', 'mail', 'userPrincipalName', 'userType'],
} as const;

const units = 'microsoft.directory/administrativeUnits/allProperties/allTasks';

const readTypes = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'Device.Read.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
] as const;
/** What the pages of the membership actions name is the same for each type. */
const getMembershipsOf = [...readTypes, 'GroupMember.Read.All', 'User.Read.All'] as const;
const checkMembershipsOf = [...getMembershipsOf, 'User.ReadWrite.All'] as const;
const readDirectory = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;

const writeDefinitions = ['Application.ReadWrite.All', 'Directory.ReadWrite.All', ...asUser] as const;
const writeDefinitionsApp = [
  'Application.ReadWrite.OwnedBy',
  'Application.ReadWrite.All',
  'Directory.ReadWrite.All',
] as const;

type Names = readonly PermissionName[];

/** What an application keeps beside an object needs what the object needs: https://learn.microsoft.com/graph/api/opentypeextension-post-opentypeextension */
function openExtensions(
  type: string,
  who: {
    readonly read: Names;
    readonly readApp: Names;
    readonly write: Names;
    readonly writeApp: Names;
    readonly own?: Names;
  },
  readAction: Action,
  writeAction: Action,
): Record<string, Operation> {
  const own = who.own ? { own: who.own } : {};
  const read: Operation = { delegated: who.read, application: who.readApp, action: readAction, ...own };
  const write: Operation = { delegated: who.write, application: who.writeApp, action: writeAction };
  return {
    [`${type}.extensions.list`]: read,
    [`${type}.extensions.get`]: read,
    [`${type}.extensions.create`]: write,
    [`${type}.extensions.update`]: write,
    [`${type}.extensions.delete`]: write,
  };
}

/**
 * The rows, least privilege first. `Directory.AccessAsUser.All` gives what the signed-in user may do, so it stands
 * in each delegated cell. Pages: https://learn.microsoft.com/graph/api/device-list and its neighbours.
 */
// biome-ignore format: a table is read by its columns
export const OPERATIONS = table<Record<string, Operation>>({
  'device.list':                    { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/standard/read' },
  'device.get':                     { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/standard/read' },
  'device.create':                  { delegated: asUser,      application: none,           action: 'microsoft.directory/devices/create' },
  'device.update':                  { delegated: asUser,      application: ['Device.ReadWrite.All', 'Directory.ReadWrite.All'], action: 'byProperty' },
  'device.delete':                  { delegated: asUser,      application: ['Device.ReadWrite.All'], action: 'microsoft.directory/devices/delete' },
  'device.registeredOwners.list':   { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/registeredOwners/read' },
  'device.registeredOwners.link':   { delegated: asUser,      application: none,           action: 'microsoft.directory/devices/registeredOwners/update' },
  'device.registeredOwners.unlink': { delegated: asUser,      application: none,           action: 'microsoft.directory/devices/registeredOwners/update' },
  'device.registeredUsers.list':    { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/registeredUsers/read' },
  'device.registeredUsers.link':    { delegated: asUser,      application: none,           action: 'microsoft.directory/devices/registeredUsers/update' },
  'device.registeredUsers.unlink':  { delegated: asUser,      application: none,           action: 'microsoft.directory/devices/registeredUsers/update' },
  'device.memberOf.list':           { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/memberOf/read' },
  'device.transitiveMemberOf.list': { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/memberOf/read' },
  'user.list':                      { delegated: readUsersBasic, application: readUsers,   action: 'microsoft.directory/users/standard/read' },
  'user.get':                       { delegated: readUsersBasic, application: readUsers,   action: 'microsoft.directory/users/standard/read', own: ['User.Read'], limited: profiles },
  'user.create':                    { delegated: [...writeUsers, ...asUser],  application: writeUsers,  action: 'microsoft.directory/users/create' },
  'user.update':                    { delegated: [...writeUsers, ...asUser],  application: writeUsers,  action: 'byProperty', properties: passwords },
  'user.delete':                    { delegated: [...deleteUsers, ...asUser], application: deleteUsers, action: 'microsoft.directory/users/delete' },
  'user.ownedDevices.list':         { delegated: [...readUsers, ...asUser], application: readUsers, action: 'microsoft.directory/users/ownedDevices/read',      own: ['User.Read'] },
  'user.registeredDevices.list':    { delegated: [...readUsers, ...asUser], application: readUsers, action: 'microsoft.directory/users/registeredDevices/read', own: ['User.Read'] },
  'user.ownedObjects.list':         { delegated: [...readUsers, ...asUser], application: readUsers, action: 'microsoft.directory/users/ownedObjects/read',      own: ['User.Read'] },
  'user.memberOf.list':             { delegated: [...memberships, ...asUser], application: memberships, action: 'microsoft.directory/users/memberOf/read',      own: ['User.Read'] },
  'user.transitiveMemberOf.list':   { delegated: [...memberships, ...asUser], application: memberships, action: 'microsoft.directory/users/memberOf/read',      own: ['User.Read'] },
  'group.list':                     { delegated: [...readGroups, ...asUser],  application: readGroups,  action: 'microsoft.directory/groups/standard/read' },
  'group.get':                      { delegated: [...readGroups, ...asUser],  application: readGroups,  action: 'microsoft.directory/groups/standard/read' },
  'group.create':                   { delegated: [...writeGroups, ...asUser], application: ['Group.Create', ...writeGroups], action: 'microsoft.directory/groups/create' },
  'group.update':                   { delegated: [...writeGroups, ...asUser], application: writeGroups, action: 'byProperty' },
  'group.delete':                   { delegated: ['Group.ReadWrite.All', ...asUser], application: ['Group.ReadWrite.All'], action: 'microsoft.directory/groups/delete' },
  'group.members.list':             { delegated: [...readMembers, ...asUser],  application: readMembers,  action: 'microsoft.directory/groups/members/read' },
  'group.members.link':             { delegated: [...writeMembers, ...asUser], application: writeMembers, action: 'microsoft.directory/groups/members/update' },
  'group.members.unlink':           { delegated: [...writeMembers, ...asUser], application: writeMembers, action: 'microsoft.directory/groups/members/update' },
  'group.owners.list':              { delegated: [...readMembers, ...asUser],  application: readMembers,  action: 'microsoft.directory/groups/owners/read' },
  'group.owners.link':              { delegated: [...writeGroups, ...asUser],  application: writeGroups,  action: 'microsoft.directory/groups/owners/update' },
  'group.owners.unlink':            { delegated: [...writeGroups, ...asUser],  application: writeGroups,  action: 'microsoft.directory/groups/owners/update' },
  'group.transitiveMembers.list':   { delegated: [...readMembers, ...asUser],  application: readMembers,  action: 'microsoft.directory/groups/members/read' },
  'group.memberOf.list':            { delegated: [...groupMemberships, ...asUser], application: groupMemberships, action: 'microsoft.directory/groups/memberOf/read' },
  'group.transitiveMemberOf.list':  { delegated: [...groupMemberships, ...asUser], application: groupMemberships, action: 'microsoft.directory/groups/memberOf/read' },
  'administrativeUnit.list':           { delegated: [...readUnits, ...asUser],  application: readUnits,  action: 'microsoft.directory/administrativeUnits/standard/read' },
  'administrativeUnit.get':            { delegated: [...readUnits, ...asUser],  application: readUnits,  action: 'microsoft.directory/administrativeUnits/standard/read' },
  'administrativeUnit.create':         { delegated: [...writeUnits, ...asUser], application: writeUnits, action: units },
  'administrativeUnit.update':         { delegated: [...writeUnits, ...asUser], application: writeUnits, action: units },
  'administrativeUnit.delete':         { delegated: [...writeUnits, ...asUser], application: writeUnits, action: units },
  'administrativeUnit.members.list':   { delegated: [...readUnits, ...asUser],  application: readUnits,  action: 'microsoft.directory/administrativeUnits/members/read' },
  'administrativeUnit.members.link':   { delegated: [...writeUnits, ...asUser], application: writeUnits, action: units },
  'administrativeUnit.members.unlink': { delegated: [...writeUnits, ...asUser], application: writeUnits, action: units },
  'application.list':                  { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'application.get':                   { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'application.owners.list':           { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/owners/read' },
  'servicePrincipal.owners.list':      { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/owners/read' },
  'servicePrincipal.list':             { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/standard/read' },
  'servicePrincipal.get':              { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/standard/read' },
  'application.create':                  { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/create' },
  'application.update':                  { delegated: writeApplications, application: writeApplicationsApp, action: 'byProperty' },
  'application.delete':                  { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/delete' },
  'application.owners.link':             { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/owners/update' },
  'application.owners.unlink':           { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/owners/update' },
  'application.addPassword':             { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/credentials/update' },
  'application.removePassword':          { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/credentials/update' },
  'application.addKey':                  { delegated: rollKeys, application: rollKeysApp, action: 'microsoft.directory/applications/credentials/update', self: true },
  'application.removeKey':               { delegated: rollKeys, application: rollKeysApp, action: 'microsoft.directory/applications/credentials/update', self: true },
  'application.federatedIdentityCredentials.list':   { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'application.federatedIdentityCredentials.create': { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/credentials/update' },
  'application.federatedIdentityCredentials.update': { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/credentials/update' },
  'application.federatedIdentityCredentials.delete': { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/applications/credentials/update' },
  'servicePrincipal.create':             { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/servicePrincipals/create' },
  'servicePrincipal.update':             { delegated: writeApplications, application: writeApplicationsApp, action: 'byProperty' },
  'servicePrincipal.delete':             { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/servicePrincipals/delete' },
  'servicePrincipal.owners.link':        { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/servicePrincipals/owners/update' },
  'servicePrincipal.owners.unlink':      { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/servicePrincipals/owners/update' },
  'servicePrincipal.addPassword':        { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/servicePrincipals/credentials/update' },
  'servicePrincipal.removePassword':     { delegated: writeApplications, application: writeApplicationsApp, action: 'microsoft.directory/servicePrincipals/credentials/update' },
  'servicePrincipal.addKey':             { delegated: rollKeys, application: rollKeysApp, action: 'microsoft.directory/servicePrincipals/credentials/update', self: true },
  'servicePrincipal.removeKey':          { delegated: rollKeys, application: rollKeysApp, action: 'microsoft.directory/servicePrincipals/credentials/update', self: true },
  'servicePrincipal.appRoleAssignments.list':     { delegated: [...readAssignments, ...asUser],  application: readAssignments,  action: 'microsoft.directory/servicePrincipals/appRoleAssignments/read' },
  'servicePrincipal.appRoleAssignments.create':   { delegated: [...writeAssignments, ...asUser], application: writeAssignments, action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'servicePrincipal.appRoleAssignments.delete':   { delegated: [...writeAssignments, ...asUser], application: writeAssignments, action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'servicePrincipal.appRoleAssignedTo.list':      { delegated: [...readAssignments, ...asUser],  application: readAssignments,  action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/read' },
  'servicePrincipal.appRoleAssignedTo.create':    { delegated: [...writeAssignments, ...asUser], application: writeAssignments, action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'servicePrincipal.appRoleAssignedTo.delete':    { delegated: [...writeAssignments, ...asUser], application: writeAssignments, action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'servicePrincipal.oauth2PermissionGrants.list': { delegated: [...readGrants, ...asUser],       application: readGrants,       action: 'microsoft.directory/servicePrincipals/oAuth2PermissionGrants/read' },
  'user.appRoleAssignments.list':        { delegated: [...readAssignmentsOf, ...asUser], application: readAssignmentsOf, action: 'microsoft.directory/users/appRoleAssignments/read' },
  'user.appRoleAssignments.create':      { delegated: [...writeAssignments, ...asUser],  application: writeAssignments,  action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'user.appRoleAssignments.delete':      { delegated: [...writeAssignments, ...asUser],  application: writeAssignments,  action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'user.oauth2PermissionGrants.list':    { delegated: [...readGrants, ...asUser],        application: readGrants,        action: 'microsoft.directory/users/oAuth2PermissionGrants/read' },
  'group.appRoleAssignments.list':       { delegated: [...readAssignmentsOf, ...asUser], application: readAssignmentsOf, action: 'microsoft.directory/groups/appRoleAssignments/read' },
  'group.appRoleAssignments.create':     { delegated: [...writeAssignments, ...asUser],  application: writeAssignments,  action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'group.appRoleAssignments.delete':     { delegated: [...writeAssignments, ...asUser],  application: writeAssignments,  action: 'microsoft.directory/servicePrincipals/appRoleAssignedTo/update' },
  'oauth2PermissionGrant.list':          { delegated: [...readGrants, ...asUser],  application: readGrants,  action: 'microsoft.directory/oAuth2PermissionGrants/standard/read' },
  'oauth2PermissionGrant.get':           { delegated: [...readGrants, ...asUser],  application: readGrants,  action: 'microsoft.directory/oAuth2PermissionGrants/standard/read' },
  'oauth2PermissionGrant.create':        { delegated: [...writeGrants, ...asUser], application: writeGrants, action: 'microsoft.directory/oAuth2PermissionGrants/create' },
  'oauth2PermissionGrant.update':        { delegated: [...writeGrants, ...asUser], application: writeGrants, action: 'microsoft.directory/oAuth2PermissionGrants/allProperties/update' },
  'oauth2PermissionGrant.delete':        { delegated: [...writeGrants, ...asUser], application: writeGrants, action: 'microsoft.directory/oAuth2PermissionGrants/delete' },
  'servicePrincipal.memberOf.list':           { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.transitiveMemberOf.list': { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.ownedObjects.list':       { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/ownedObjects/read' },
  'unifiedRoleDefinition.list':       { delegated: [...readRoles, ...asUser],  application: readRoles,  action: 'microsoft.directory/roleDefinitions/standard/read' },
  'unifiedRoleDefinition.get':        { delegated: [...readRoles, ...asUser],  application: readRoles,  action: 'microsoft.directory/roleDefinitions/standard/read' },
  'unifiedRoleDefinition.create':     { delegated: [...writeRoles, ...asUser], application: writeRoles, action: 'microsoft.directory/roleDefinitions/allProperties/allTasks' },
  'unifiedRoleDefinition.update':     { delegated: [...writeRoles, ...asUser], application: writeRoles, action: 'microsoft.directory/roleDefinitions/allProperties/allTasks' },
  'unifiedRoleDefinition.delete':     { delegated: [...writeRoles, ...asUser], application: writeRoles, action: 'microsoft.directory/roleDefinitions/allProperties/allTasks' },
  'unifiedRoleAssignment.list':       { delegated: [...readRoles, ...asUser],  application: readRoles,  action: 'microsoft.directory/roleAssignments/standard/read' },
  'unifiedRoleAssignment.get':        { delegated: [...readRoles, ...asUser],  application: readRoles,  action: 'microsoft.directory/roleAssignments/standard/read' },
  'unifiedRoleAssignment.create':     { delegated: [...writeRoles, ...asUser], application: writeRoles, action: 'microsoft.directory/roleAssignments/allProperties/allTasks' },
  'unifiedRoleAssignment.delete':     { delegated: [...writeRoles, ...asUser], application: writeRoles, action: 'microsoft.directory/roleAssignments/allProperties/allTasks' },
  'unifiedRoleAssignment.principal.list':      { delegated: [...readRoles, ...asUser], application: readRoles, action: 'microsoft.directory/roleAssignments/standard/read' },
  'unifiedRoleAssignment.roleDefinition.list': { delegated: [...readRoles, ...asUser], application: readRoles, action: 'microsoft.directory/roleAssignments/standard/read' },
  'unifiedRoleAssignment.directoryScope.list': { delegated: [...readRoles, ...asUser], application: readRoles, action: 'microsoft.directory/roleAssignments/standard/read' },
  'directoryRole.list':               { delegated: [...readActiveRoles, ...asUser], application: readActiveRoles, action: 'microsoft.directory/directoryRoles/standard/read' },
  'directoryRole.get':                { delegated: [...readActiveRoles, ...asUser], application: readActiveRoles, action: 'microsoft.directory/directoryRoles/standard/read' },
  'directoryRole.create':             { delegated: [...activateRoles, ...asUser],   application: activateRoles,   action: 'microsoft.directory/directoryRoles/allProperties/allTasks' },
  'directoryRole.members.list':       { delegated: [...readActiveRoles, ...asUser], application: readActiveRoles, action: 'microsoft.directory/directoryRoles/members/read' },
  'directoryRole.members.link':       { delegated: [...writeRoles, ...asUser],      application: writeRoles,      action: 'microsoft.directory/directoryRoles/allProperties/allTasks' },
  'directoryRole.members.unlink':     { delegated: [...writeRoles, ...asUser],      application: writeRoles,      action: 'microsoft.directory/directoryRoles/allProperties/allTasks' },
  'directoryRoleTemplate.list':       { delegated: [...readActiveRoles, ...asUser], application: readActiveRoles, action: 'microsoft.directory/directoryRoles/standard/read' },
  'directoryRoleTemplate.get':        { delegated: [...readActiveRoles, ...asUser], application: readActiveRoles, action: 'microsoft.directory/directoryRoles/standard/read' },
  'directoryObject.get':            { delegated: ['Directory.Read.All', 'Directory.ReadWrite.All', ...asUser], application: ['Directory.Read.All', 'Directory.ReadWrite.All'], action: 'microsoft.directory/devices/standard/read' },
  'directoryObject.list':          { delegated: [...readDirectory, ...asUser], application: readDirectory, action: 'microsoft.directory/devices/standard/read' },
  'application.extensionProperties.list':   { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'application.extensionProperties.create': { delegated: writeDefinitions, application: writeDefinitionsApp, action: 'microsoft.directory/applications/extensionProperties/update' },
  'application.extensionProperties.delete': { delegated: writeDefinitions, application: writeDefinitionsApp, action: 'microsoft.directory/applications/extensionProperties/update' },
  'schemaExtension.list':   { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'schemaExtension.get':    { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'schemaExtension.create': { delegated: writeDefinitions, application: writeDefinitionsApp, action: 'microsoft.directory/applications/extensionProperties/update' },
  'schemaExtension.update': { delegated: writeDefinitions, application: writeDefinitionsApp, action: 'microsoft.directory/applications/extensionProperties/update' },
  'schemaExtension.delete': { delegated: writeDefinitions, application: writeDefinitionsApp, action: 'microsoft.directory/applications/extensionProperties/update' },
  ...openExtensions('device', { read: readDevices, readApp: readDevicesApp, write: asUser, writeApp: ['Device.ReadWrite.All', 'Directory.ReadWrite.All'] }, 'microsoft.directory/devices/standard/read', 'microsoft.directory/devices/basic/update'),
  ...openExtensions('user', { read: [...readUsers, ...asUser], readApp: readUsers, write: [...writeUsers, ...asUser], writeApp: writeUsers, own: ['User.Read'] }, 'microsoft.directory/users/standard/read', 'microsoft.directory/users/basic/update'),
  ...openExtensions('group', { read: [...readGroups, ...asUser], readApp: readGroups, write: [...writeGroups, ...asUser], writeApp: writeGroups }, 'microsoft.directory/groups/standard/read', 'microsoft.directory/groups/basic/update'),
  ...openExtensions('administrativeUnit', { read: [...readUnits, ...asUser], readApp: readUnits, write: [...writeUnits, ...asUser], writeApp: writeUnits }, 'microsoft.directory/administrativeUnits/standard/read', units),
  'directoryObject.getAvailableExtensionProperties': { delegated: [...readDirectory, ...asUser], application: readDirectory, action: 'microsoft.directory/applications/standard/read' },
  'directoryObject.getByIds':      { delegated: [...readDirectory, ...asUser], application: readDirectory, action: 'microsoft.directory/devices/standard/read' },
  'device.checkMemberGroups': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'device.checkMemberObjects': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'device.getMemberGroups': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'device.getMemberObjects': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'user.checkMemberGroups': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/users/memberOf/read', own: ['User.Read'] },
  'user.checkMemberObjects': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/users/memberOf/read', own: ['User.Read'] },
  'user.getMemberGroups': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/users/memberOf/read', own: ['User.Read'] },
  'user.getMemberObjects': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/users/memberOf/read', own: ['User.Read'] },
  'group.checkMemberGroups': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/groups/memberOf/read' },
  'group.checkMemberObjects': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/groups/memberOf/read' },
  'group.getMemberGroups': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/groups/memberOf/read' },
  'group.getMemberObjects': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/groups/memberOf/read' },
  'servicePrincipal.checkMemberGroups': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.checkMemberObjects': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.getMemberGroups': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.getMemberObjects': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'directoryObject.checkMemberGroups': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'directoryObject.checkMemberObjects': { delegated: [...checkMembershipsOf, ...asUser], application: [...checkMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'directoryObject.getMemberGroups': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
  'directoryObject.getMemberObjects': { delegated: [...getMembershipsOf, ...asUser], application: [...getMembershipsOf, 'Device.ReadWrite.All'], action: 'microsoft.directory/devices/memberOf/read' },
});
