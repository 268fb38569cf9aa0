import { table } from '../lib/table.ts';
import { actionsThatDo, applicationChanges, GRANTING_GRAPH, type ObjectKind } from './resourceActions.ts';
import type { Action } from './shape.ts';

/**
 * Built-in directory roles: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
 * The id is the role's template id, the same in every tenant.
 */
export type Role = {
  readonly id: string;
  readonly name: string;
  /** As Graph describes it. */
  readonly description: string;
  readonly actions: readonly Action[] | 'all';
  /** It can be assigned over an administrative unit, too. */
  readonly units?: true;
  /** It isn't one of these rows, but was made in the tenant. */
  readonly custom?: true;
  /** Everybody has it, so that it is neither listed nor assigned. */
  readonly implicit?: true;
};

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
  'microsoft.directory/servicePrincipals/appRoleAssignments/read',
  'microsoft.directory/servicePrincipals/appRoleAssignedTo/read',
  'microsoft.directory/servicePrincipals/oAuth2PermissionGrants/read',
  'microsoft.directory/users/appRoleAssignments/read',
  'microsoft.directory/users/oAuth2PermissionGrants/read',
  'microsoft.directory/groups/appRoleAssignments/read',
  'microsoft.directory/oAuth2PermissionGrants/standard/read',
  'microsoft.directory/servicePrincipals/standard/read',
  'microsoft.directory/servicePrincipals/memberOf/read',
  'microsoft.directory/servicePrincipals/ownedObjects/read',
  'microsoft.directory/directoryRoles/standard/read',
  'microsoft.directory/directoryRoles/members/read',
  'microsoft.directory/roleAssignments/standard/read',
  'microsoft.directory/roleDefinitions/standard/read',
];

/**
 * Guests don't enumerate, and see what they know how to address:
 * https://learn.microsoft.com/entra/fundamentals/users-default-permissions
 */
const guests: readonly Action[] = [
  'microsoft.directory/users/guestBasicProfile/limitedRead',
  'microsoft.directory/groups/standard/limitedRead',
  'microsoft.directory/groups/members/limitedRead',
  'microsoft.directory/groups/owners/limitedRead',
  'microsoft.directory/groups/memberOf/limitedRead',
  'microsoft.directory/applications/standard/limitedRead',
  'microsoft.directory/servicePrincipals/standard/limitedRead',
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

/** Whoever registers an application this way becomes its owner. */
const registering: readonly Action[] = [
  'microsoft.directory/applications/createAsOwner',
  'microsoft.directory/servicePrincipals/createAsOwner',
];

const changingGrants: readonly Action[] = [
  'microsoft.directory/oAuth2PermissionGrants/create',
  'microsoft.directory/oAuth2PermissionGrants/allProperties/update',
  'microsoft.directory/servicePrincipals/appRoleAssignedTo/update',
];

const granting: readonly Action[] = [...changingGrants, 'microsoft.directory/oAuth2PermissionGrants/delete'];

const applications: readonly Action[] = [
  'microsoft.directory/applications/create',
  'microsoft.directory/applications/delete',
  'microsoft.directory/applications/extensionProperties/update',
  ...applicationChanges('applications'),
  'microsoft.directory/applications/appRoles/update',
  'microsoft.directory/servicePrincipals/create',
  'microsoft.directory/servicePrincipals/delete',
  'microsoft.directory/servicePrincipals/enable',
  'microsoft.directory/servicePrincipals/disable',
  ...applicationChanges('servicePrincipals'),
  ...granting,
];

const privileged: readonly Action[] = [
  ...granting,
  GRANTING_GRAPH,
  'microsoft.directory/administrativeUnits/allProperties/allTasks',
  'microsoft.directory/directoryRoles/allProperties/allTasks',
  'microsoft.directory/roleAssignments/allProperties/allTasks',
  'microsoft.directory/roleDefinitions/allProperties/allTasks',
  'microsoft.directory/groupsAssignableToRoles/create',
  'microsoft.directory/groupsAssignableToRoles/delete',
  'microsoft.directory/groupsAssignableToRoles/allProperties/update',
];

// biome-ignore format: a table is read by its columns
export const ROLES = table({
  globalAdministrator:                   { id: '62e90394-69f5-4237-9190-012177145e10', name: 'Global Administrator',                      actions: 'all', description: 'Can manage all aspects of Microsoft Entra ID and Microsoft services that use Microsoft Entra identities.' },
  intuneAdministrator:                   { id: '3a2c62db-5318-420d-8d74-23affee5d9d5', name: 'Intune Administrator',                      actions: [...read, ...management, ...securityGroups, 'microsoft.directory/users/basic/update'], description: 'Can manage all aspects of the Intune product.' },
  windows365Administrator:               { id: '11451d60-acb2-45eb-a7d6-43d0f0125c13', name: 'Windows 365 Administrator',                 actions: [...read, ...management, ...securityGroups], description: 'Can provision and manage all aspects of Cloud PCs.' },
  cloudDeviceAdministrator:              { id: '7698a772-787b-4ac8-901f-60d6b08affd2', name: 'Cloud Device Administrator',                actions: [...read, ...enabling], units: true, description: 'Limited access to manage devices in Microsoft Entra ID.' },
  userAdministrator:                     { id: 'fe930be7-5e62-47db-91af-98c3a49a38b1', name: 'User Administrator',                        actions: [...read, ...users, ...groups, ...granting], units: true, description: 'Can manage all aspects of users and groups, including resetting passwords for limited admins.' },
  groupsAdministrator:                   { id: 'fdd7a751-b60b-444a-984c-02652fe8fa1c', name: 'Groups Administrator',                      actions: [...read, ...groups], units: true, description: 'Members of this role can create/manage groups, create/manage groups settings like naming and expiration policies, and view groups activity and audit reports.' },
  privilegedRoleAdministrator:           { id: 'e8611ab8-c189-46e8-94e1-60213ab1f814', name: 'Privileged Role Administrator',             actions: [...read, ...privileged], description: 'Can manage role assignments in Microsoft Entra ID, and all aspects of Privileged Identity Management.' },
  globalReader:                          { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader',                             actions: read, description: 'Can read everything that a Global Administrator can, but not update anything.' },
  directoryReaders:                      { id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', name: 'Directory Readers',                         actions: read, description: 'Can read basic directory information. Commonly used to grant directory read access to applications and guests.' },
  directoryWriters:                      { id: '9360feb5-f418-4baa-8175-e2a00bac4301', name: 'Directory Writers',                         actions: [...read, ...changingUsers, ...changingGroups, ...changingGrants], description: 'Can read and write basic directory information. For granting access to applications, not intended for users.' },
  applicationAdministrator:              { id: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', name: 'Application Administrator',                 actions: [...read, ...applications], description: 'Can create and manage all aspects of app registrations and enterprise apps.' },
  cloudApplicationAdministrator:         { id: '158c047a-c907-4556-b7ef-446551a6b5f7', name: 'Cloud Application Administrator',           actions: [...read, ...applications], description: 'Can create and manage all aspects of app registrations and enterprise apps except App Proxy.' },
  applicationDeveloper:                  { id: 'cf1c38e5-3621-4004-a7cb-879624dced7c', name: 'Application Developer',                     actions: [...read, ...registering], description: 'Can create application registrations independent of the \'Users can register applications\' setting.' },
  complianceAdministrator:               { id: '17315797-102d-40b4-93e0-432062caca18', name: 'Compliance Administrator',                  actions: read, description: 'Can read and manage compliance configuration and reports in Microsoft Entra ID and Microsoft 365.' },
  complianceDataAdministrator:           { id: 'e6d1a23a-da11-4be4-9570-befc86d067a7', name: 'Compliance Data Administrator',             actions: read, description: 'Creates and manages compliance content.' },
  customerLockboxAccessApprover:         { id: '5c4f9dcd-47dc-4cf7-8c9a-9e4207cbfc91', name: 'Customer LockBox Access Approver',          actions: read, description: 'Can approve Microsoft support requests to access customer organizational data.' },
  desktopAnalyticsAdministrator:         { id: '38a96431-2bdf-4b4c-8b6e-5d3d8abac1a4', name: 'Desktop Analytics Administrator',           actions: read, description: 'Can access and manage Desktop management tools and services.' },
  deviceManagers:                        { id: '2b499bcd-da44-4968-8aec-78e1674fa64d', name: 'Device Managers',                           actions: read, description: 'Deprecated - Do Not Use.' },
  dynamics365Administrator:              { id: '44367163-eba1-44c3-98af-f5787879f96a', name: 'Dynamics 365 Administrator',                actions: read, description: 'Can manage all aspects of the Dynamics 365 product.' },
  fabricAdministrator:                   { id: 'a9ea8996-122f-4c74-9520-8edcd192826c', name: 'Fabric Administrator',                      actions: read, description: 'Can manage all aspects of the Fabric and Power BI products.' },
  kaizalaAdministrator:                  { id: '74ef975b-6605-40af-a5d2-b9539d836353', name: 'Kaizala Administrator',                     actions: read, description: 'Can manage settings for Microsoft Kaizala.' },
  securityAdministrator:                 { id: '194ae4cb-b126-40b2-bd5b-6091b380977d', name: 'Security Administrator',                    actions: read, description: 'Can read security information and reports, and manage configuration in Microsoft Entra ID and Office 365.' },
  securityOperator:                      { id: '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f', name: 'Security Operator',                         actions: read, description: 'Creates and manages security events.' },
  securityReader:                        { id: '5d6b6bb7-de71-4623-b4af-96380a352509', name: 'Security Reader',                           actions: read, description: 'Can read security information and reports in Microsoft Entra ID and Office 365.' },
  teamsAdministrator:                    { id: '69091246-20e8-4a56-aa4d-066075b2a7a8', name: 'Teams Administrator',                       actions: read, description: 'Can manage the Microsoft Teams service.' },
  teamsCommunicationsAdministrator:      { id: 'baf37b3a-610e-45da-9e62-d9d1e5e8914b', name: 'Teams Communications Administrator',        actions: read, description: 'Can manage calling and meetings features within the Microsoft Teams service.' },
  teamsCommunicationsSupportEngineer:    { id: 'f70938a0-fc10-4177-9e90-2178f8765737', name: 'Teams Communications Support Engineer',     actions: read, description: 'Can troubleshoot communications issues within Teams using advanced tools.' },
  teamsCommunicationsSupportSpecialist:  { id: 'fcf91098-03e3-41a9-b5ba-6f0ec8188a12', name: 'Teams Communications Support Specialist',   actions: read, description: 'Can troubleshoot communications issues within Teams using basic tools.' },
  user:                                  { id: 'b79fbf4d-3ef9-4689-8143-76b194e85509', name: 'User',                                      actions: [...read, ...registering], implicit: true, description: 'What every member of the organization may do.' },
  guestUser:                             { id: '10dae51f-b6af-4016-8d66-8c2a99b929b3', name: 'Guest User',                                actions: guests, implicit: true, description: 'What guests may do.' },
} satisfies Record<string, Role>);

const roles: readonly Role[] = Object.values(ROLES);

/** The roles that are listed and can be assigned. */
export const ASSIGNABLE_ROLES: readonly Role[] = roles.filter((role) => !role.implicit);

export function roleOfId(id: string): Role | undefined {
  return roles.find((role) => role.id === id);
}

export function roleOfName(name: string): Role | undefined {
  return roles.find((role) => role.name === name);
}

export function allows(role: Role, action: Action): boolean {
  return role.actions === 'all' || role.actions.includes(action);
}

/** Names of the built-in roles that allow the action on an object of that kind, for people to read. */
export function rolesThatAllow(action: Action, kind?: ObjectKind): readonly string[] {
  return rolesWith(action, kind).map((role) => role.name);
}

/** Of these, those that can be assigned over an administrative unit. */
export function rolesOverUnits(action: Action): readonly string[] {
  return rolesWith(action, undefined).flatMap((role) => (role.units ? [role.name] : []));
}

function rolesWith(action: Action, kind: ObjectKind | undefined): readonly Role[] {
  const enough = actionsThatDo(action, kind);
  return roles.filter((role) => enough.some((one) => allows(role, one)));
}

/** The role id that an application's token carries, as Microsoft Entra ID issues it. */
export const APPLICATION_WIDS = ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'] as const;
