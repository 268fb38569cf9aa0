import { table } from '../lib/table.ts';
import type { Action } from './shape.ts';

/**
 * Graph's permissions, as far as this directory knows them, and what each operation needs.
 * https://learn.microsoft.com/graph/permissions-reference
 */

/** delegated: it can be granted for a signed-in user. appRole: id of the application permission, if there is one. */
type Permission = { readonly delegated: boolean; readonly appRole?: string };

// biome-ignore format: a table is read by its columns
export const PERMISSIONS = table({
  'AdministrativeUnit.Read.All':         { delegated: true,  appRole: '134fd756-38ce-4afd-ba33-e9623dbe66c2' },
  'AdministrativeUnit.ReadWrite.All':    { delegated: true,  appRole: '5eb59dd3-1da2-4329-8733-9dabdc435916' },
  'Application.Read.All':                { delegated: true,  appRole: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30' },
  'Application.ReadWrite.All':           { delegated: true,  appRole: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9' },
  'Application.ReadWrite.OwnedBy':       { delegated: false, appRole: '18a4783c-866b-4cc7-a460-3d5e5662c884' },
  'Device.Read.All':                     { delegated: true,  appRole: '7438b122-aefc-4978-80ed-43db9fcc7715' },
  'Device.ReadWrite.All':                { delegated: false, appRole: '1138cb37-bd11-4084-a2b7-9f71582aeddb' },
  'Directory.AccessAsUser.All':          { delegated: true },
  'Directory.Read.All':                  { delegated: true,  appRole: '7ab1d382-f21e-4acd-a863-ba3e13f7da61' },
  'Directory.ReadWrite.All':             { delegated: true,  appRole: '19dbc75e-c2e2-444c-a770-ec69d8559fc7' },
  'Group.Create':                        { delegated: false, appRole: 'bf7b1a76-6e77-406b-b258-bf5c7720e98f' },
  'Group.Read.All':                      { delegated: true,  appRole: '5b567255-7703-4780-807c-7be8301ae99b' },
  'Group.ReadWrite.All':                 { delegated: true,  appRole: '62a82d76-70ea-41e2-9197-370581804d09' },
  'GroupMember.Read.All':                { delegated: true,  appRole: '98830695-27a2-44f7-8c18-0c3ebc9698f6' },
  'GroupMember.ReadWrite.All':           { delegated: true,  appRole: 'dbaae8cf-10b5-4b86-a4a1-f871c94c6695' },
  'RoleManagement.ReadWrite.Directory':  { delegated: true,  appRole: '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8' },
  'User.DeleteRestore.All':              { delegated: true,  appRole: 'eccc023d-eccf-4e7b-9683-8813ab36cecc' },
  'User.Read':                           { delegated: true },
  'User.ReadBasic.All':                  { delegated: true,  appRole: '97235f07-e226-4f63-ace3-39588e11d3a1' },
  'User.Read.All':                       { delegated: true,  appRole: 'df021288-bdef-4463-88db-98f22de89214' },
  'User.ReadWrite.All':                  { delegated: true,  appRole: '741f803b-c850-494e-b5df-cde7c675a1ca' },
  'User-PasswordProfile.ReadWrite.All':  { delegated: true,  appRole: 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7' },
} satisfies Record<string, Permission>);

export type PermissionName = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as PermissionName[];

/** The application permission with that role id. */
export function permissionOfAppRole(id: string): PermissionName | undefined {
  return PERMISSION_NAMES.find((name) => (PERMISSIONS[name] as Permission).appRole === id);
}

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
  /** Scopes that do for the signed-in user's own object, whatever the roles. */
  readonly own?: readonly PermissionName[];
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
const none = [] as const;

/** A password can't be set without a signed-in user here: https://learn.microsoft.com/graph/api/user-update */
const passwords = {
  passwordProfile: { delegated: ['User-PasswordProfile.ReadWrite.All', ...asUser], application: none },
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
  'user.get':                       { delegated: readUsersBasic, application: readUsers,   action: 'microsoft.directory/users/standard/read', own: ['User.Read'] },
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
  'servicePrincipal.list':             { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/standard/read' },
  'servicePrincipal.get':              { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/standard/read' },
  'servicePrincipal.memberOf.list':           { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.transitiveMemberOf.list': { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/memberOf/read' },
  'servicePrincipal.ownedObjects.list':       { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/servicePrincipals/ownedObjects/read' },
  'directoryObject.get':            { delegated: ['Directory.Read.All', 'Directory.ReadWrite.All', ...asUser], application: ['Directory.Read.All', 'Directory.ReadWrite.All'], action: 'microsoft.directory/devices/standard/read' },
  'directoryObject.list':          { delegated: [...readDirectory, ...asUser], application: readDirectory, action: 'microsoft.directory/devices/standard/read' },
  'application.extensionProperties.list':   { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
  'application.extensionProperties.get':    { delegated: readApplications, application: readApplicationsApp, action: 'microsoft.directory/applications/standard/read' },
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
