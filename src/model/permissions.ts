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
  'Application.Read.All':          { delegated: true,  appRole: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30' },
  'Application.ReadWrite.All':     { delegated: true,  appRole: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9' },
  'Device.Read.All':               { delegated: true,  appRole: '7438b122-aefc-4978-80ed-43db9fcc7715' },
  'Device.ReadWrite.All':          { delegated: false, appRole: '1138cb37-bd11-4084-a2b7-9f71582aeddb' },
  'Directory.AccessAsUser.All':    { delegated: true },
  'Directory.Read.All':            { delegated: true,  appRole: '7ab1d382-f21e-4acd-a863-ba3e13f7da61' },
  'Directory.ReadWrite.All':       { delegated: true,  appRole: '19dbc75e-c2e2-444c-a770-ec69d8559fc7' },
  'Group.Read.All':                { delegated: true,  appRole: '5b567255-7703-4780-807c-7be8301ae99b' },
  'Group.ReadWrite.All':           { delegated: true,  appRole: '62a82d76-70ea-41e2-9197-370581804d09' },
  'GroupMember.Read.All':          { delegated: true,  appRole: '98830695-27a2-44f7-8c18-0c3ebc9698f6' },
  'User.Read':                     { delegated: true },
  'User.ReadBasic.All':            { delegated: true,  appRole: '97235f07-e226-4f63-ace3-39588e11d3a1' },
  'User.Read.All':                 { delegated: true,  appRole: 'df021288-bdef-4463-88db-98f22de89214' },
  'User.ReadWrite.All':            { delegated: true,  appRole: '741f803b-c850-494e-b5df-cde7c675a1ca' },
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
const readGroupMembers = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'] as const;
const none = [] as const;

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
  'device.transitiveMemberOf.list': { delegated: readDevices, application: readDevicesApp, action: 'microsoft.directory/devices/memberOf/read' },
  'group.transitiveMembers.list':   { delegated: [...readGroupMembers, ...asUser], application: readGroupMembers, action: 'microsoft.directory/groups/members/read' },
  'user.list':                      { delegated: readUsersBasic, application: readUsers,   action: 'microsoft.directory/users/standard/read' },
  'user.get':                       { delegated: readUsersBasic, application: readUsers,   action: 'microsoft.directory/users/standard/read', own: ['User.Read'] },
  'user.ownedDevices.list':         { delegated: [...readUsers, ...asUser], application: readUsers, action: 'microsoft.directory/users/ownedDevices/read',      own: ['User.Read'] },
  'user.registeredDevices.list':    { delegated: [...readUsers, ...asUser], application: readUsers, action: 'microsoft.directory/users/registeredDevices/read', own: ['User.Read'] },
  'directoryObject.get':            { delegated: ['Directory.Read.All', 'Directory.ReadWrite.All', ...asUser], application: ['Directory.Read.All', 'Directory.ReadWrite.All'], action: 'microsoft.directory/devices/standard/read' },
});
