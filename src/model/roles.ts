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

// biome-ignore format: a table is read by its columns
export const ROLES = table({
  globalAdministrator:      { id: '62e90394-69f5-4237-9190-012177145e10', name: 'Global Administrator',       actions: 'all' },
  intuneAdministrator:      { id: '3a2c62db-5318-420d-8d74-23affee5d9d5', name: 'Intune Administrator',       actions: [...read, ...management] },
  windows365Administrator:  { id: '11451d60-acb2-45eb-a7d6-43d0f0125c13', name: 'Windows 365 Administrator',  actions: [...read, ...management] },
  cloudDeviceAdministrator: { id: '7698a772-787b-4ac8-901f-60d6b08affd2', name: 'Cloud Device Administrator', actions: [...read, ...enabling] },
  globalReader:             { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader',              actions: read },
  directoryReaders:         { id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', name: 'Directory Readers',          actions: read },
  directoryWriters:         { id: '9360feb5-f418-4baa-8175-e2a00bac4301', name: 'Directory Writers',          actions: read },
  user:                     { id: 'b79fbf4d-3ef9-4689-8143-76b194e85509', name: 'User',                       actions: read },
  guestUser:                { id: '10dae51f-b6af-4016-8d66-8c2a99b929b3', name: 'Guest User',                 actions: [] },
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

/** Names of the built-in roles that allow the action, for people to read. */
export function rolesThatAllow(action: Action): readonly string[] {
  return roles.filter((role) => allows(role, action)).map((role) => role.name);
}

/** The role id that an application's token carries, as Microsoft Entra ID issues it. */
export const APPLICATION_WIDS = ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'] as const;
