import { table } from '../lib/table.ts';
import type { Action } from './shape.ts';

/**
 * Built-in directory roles: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
 * The id is the role's template id, the same in every tenant.
 */
export type Role = { readonly id: string; readonly name: string; readonly actions: readonly Action[] | 'all' };

const read: readonly Action[] = [
  'microsoft.directory/devices/standard/read',
  'microsoft.directory/devices/registeredOwners/read',
  'microsoft.directory/devices/registeredUsers/read',
  'microsoft.directory/users/standard/read',
  'microsoft.directory/users/ownedDevices/read',
  'microsoft.directory/users/registeredDevices/read',
  'microsoft.directory/users/ownedObjects/read',
  'microsoft.directory/users/memberOf/read',
  'microsoft.directory/devices/memberOf/read',
  'microsoft.directory/groups/standard/read',
  'microsoft.directory/groups/members/read',
  'microsoft.directory/groups/owners/read',
  'microsoft.directory/groups/memberOf/read',
  'microsoft.directory/administrativeUnits/standard/read',
  'microsoft.directory/administrativeUnits/members/read',
  'microsoft.directory/applications/standard/read',
  'microsoft.directory/applications/owners/read',
  'microsoft.directory/servicePrincipals/owners/read',
  'microsoft.directory/servicePrincipals/standard/read',
  'microsoft.directory/servicePrincipals/memberOf/read',
  'microsoft.directory/servicePrincipals/ownedObjects/read',
];

const enabling: readonly Action[] = [
  'microsoft.directory/devices/delete',
  'microsoft.directory/devices/disable',
  'microsoft.directory/devices/enable',
  'microsoft.directory/deletedItems.devices/delete',
  'microsoft.directory/deletedItems.devices/restore',
];

const management: readonly Action[] = [
  ...enabling,
  'microsoft.directory/devices/create',
  'microsoft.directory/devices/basic/update',
  'microsoft.directory/devices/extensionAttributeSet1/update',
  'microsoft.directory/devices/extensionAttributeSet2/update',
  'microsoft.directory/devices/extensionAttributeSet3/update',
  'microsoft.directory/devices/registeredOwners/update',
  'microsoft.directory/devices/registeredUsers/update',
];

const changingGroups: readonly Action[] = [
  'microsoft.directory/groups/create',
  'microsoft.directory/groups/basic/update',
  'microsoft.directory/groups/classification/update',
  'microsoft.directory/groups/dynamicMembershipRule/update',
  'microsoft.directory/groups/groupType/update',
  'microsoft.directory/groups/members/update',
  'microsoft.directory/groups/owners/update',
  'microsoft.directory/groups/visibility/update',
];

const groups: readonly Action[] = [...changingGroups, 'microsoft.directory/groups/delete'];

const securityGroups: readonly Action[] = [
  'microsoft.directory/groups.security/create',
  'microsoft.directory/groups.security/delete',
  'microsoft.directory/groups.security/basic/update',
  'microsoft.directory/groups.security/classification/update',
  'microsoft.directory/groups.security/dynamicMembershipRule/update',
  'microsoft.directory/groups.security/members/update',
  'microsoft.directory/groups.security/owners/update',
  'microsoft.directory/groups.security/visibility/update',
];

const changingUsers: readonly Action[] = [
  'microsoft.directory/users/create',
  'microsoft.directory/users/disable',
  'microsoft.directory/users/enable',
  'microsoft.directory/users/basic/update',
  'microsoft.directory/users/userPrincipalName/update',
];

const users: readonly Action[] = [
  ...changingUsers,
  'microsoft.directory/users/delete',
  'microsoft.directory/users/password/update',
  'microsoft.directory/users/usageLocation/update',
];

const privileged: readonly Action[] = [
  'microsoft.directory/administrativeUnits/allProperties/allTasks',
  'microsoft.directory/groupsAssignableToRoles/create',
  'microsoft.directory/groupsAssignableToRoles/delete',
  'microsoft.directory/groupsAssignableToRoles/allProperties/update',
];

// biome-ignore format: a table is read by its columns
export const ROLES = table({
  globalAdministrator:         { id: '62e90394-69f5-4237-9190-012177145e10', name: 'Global Administrator',          actions: 'all' },
  intuneAdministrator:         { id: '3a2c62db-5318-420d-8d74-23affee5d9d5', name: 'Intune Administrator',          actions: [...read, ...management, ...securityGroups, 'microsoft.directory/users/basic/update'] },
  windows365Administrator:     { id: '11451d60-acb2-45eb-a7d6-43d0f0125c13', name: 'Windows 365 Administrator',     actions: [...read, ...management, ...securityGroups] },
  cloudDeviceAdministrator:    { id: '7698a772-787b-4ac8-901f-60d6b08affd2', name: 'Cloud Device Administrator',    actions: [...read, ...enabling] },
  userAdministrator:           { id: 'fe930be7-5e62-47db-91af-98c3a49a38b1', name: 'User Administrator',            actions: [...read, ...users, ...groups] },
  groupsAdministrator:         { id: 'fdd7a751-b60b-444a-984c-02652fe8fa1c', name: 'Groups Administrator',          actions: [...read, ...groups] },
  privilegedRoleAdministrator: { id: 'e8611ab8-c189-46e8-94e1-60213ab1f814', name: 'Privileged Role Administrator', actions: [...read, ...privileged] },
  globalReader:                { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader',                 actions: read },
  directoryReaders:            { id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', name: 'Directory Readers',             actions: read },
  directoryWriters:            { id: '9360feb5-f418-4baa-8175-e2a00bac4301', name: 'Directory Writers',             actions: [...read, ...changingUsers, ...changingGroups] },
  user:                        { id: 'b79fbf4d-3ef9-4689-8143-76b194e85509', name: 'User',                          actions: read },
  guestUser:                   { id: '10dae51f-b6af-4016-8d66-8c2a99b929b3', name: 'Guest User',                    actions: [] },
} satisfies Record<string, Role>);

const roles: readonly Role[] = Object.values(ROLES);

export function roleOfId(id: string): Role | undefined {
  return roles.find((role) => role.id === id);
}

export function roleOfName(name: string): Role | undefined {
  return roles.find((role) => role.name === name);
}

function allows(role: Role, action: Action): boolean {
  return role.actions === 'all' || role.actions.includes(action);
}

/**
 * Kinds of object that roles tell apart: some roles may act on groups of one kind only, and none but a few on groups that
 * can be assigned to roles.
 */
export type ObjectKind = 'security' | 'unified' | 'assignableToRoles';

const GROUPS = 'microsoft.directory/groups/';

/** The actions each of which allows the action on an object of that kind; undefined: on one of whatever kind. */
export function actionsThatDo(action: Action, kind: ObjectKind | undefined): readonly Action[] {
  if (!action.startsWith(GROUPS) || action.endsWith('/read')) return [action];
  const deed = action.slice(GROUPS.length);
  const whole = deed.includes('/') ? 'allProperties/update' : deed;
  const byKind: Readonly<Record<ObjectKind, readonly Action[]>> = {
    security: [action, `microsoft.directory/groups.security/${deed}`],
    unified: [action, `microsoft.directory/groups.unified/${deed}`],
    assignableToRoles: [`microsoft.directory/groupsAssignableToRoles/${whole}`],
  };
  return kind === undefined ? [...new Set(Object.values(byKind).flat())] : byKind[kind];
}

/** Names of the built-in roles that allow the action on an object of that kind, for people to read. */
export function rolesThatAllow(action: Action, kind?: ObjectKind): readonly string[] {
  const enough = actionsThatDo(action, kind);
  return roles.filter((role) => enough.some((one) => allows(role, one))).map((role) => role.name);
}

/** The role id that an application's token carries, as Microsoft Entra ID issues it. */
export const APPLICATION_WIDS = ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'] as const;
