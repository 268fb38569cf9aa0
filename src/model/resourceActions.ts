import type { Action, Fidelity, LinkName } from './shape.ts';

/**
 * The resource actions that directory roles are made of, but for who has which, which `roles.ts` says.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview
 */

/**
 * Kinds of object that roles tell apart: some roles may act on groups of one kind only, and none but a few on groups that
 * can be assigned to roles.
 */
export type ObjectKind = 'security' | 'unified' | 'assignableToRoles';

const GROUPS = 'microsoft.directory/groups/';

/** Who may do this may grant application permissions of Microsoft Graph, too, which others may not. */
export const GRANTING_GRAPH: Action =
  'microsoft.directory/servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin';

/** The changes that applications and service principals have in common. */
export function applicationChanges(resource: 'applications' | 'servicePrincipals'): readonly Action[] {
  const parts = [
    'basic',
    'authentication',
    'credentials',
    'permissions',
    'audience',
    'notes',
    'tag',
    'owners',
  ] as const;
  return parts.map((part): Action => `microsoft.directory/${resource}/${part}/update`);
}

/** Creating that makes the creator the owner is enough to create. */
const AS_OWNER: Readonly<Partial<Record<Action, Action>>> = {
  'microsoft.directory/applications/create': 'microsoft.directory/applications/createAsOwner',
  'microsoft.directory/servicePrincipals/create': 'microsoft.directory/servicePrincipals/createAsOwner',
};

/** The actions each of which allows the action on an object of that kind; undefined: on one of whatever kind. */
export function actionsThatDo(action: Action, kind: ObjectKind | undefined): readonly Action[] {
  const asOwner = AS_OWNER[action];
  if (asOwner) return [action, asOwner];
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

const READ = '/read';
const LIMITED = '/limitedRead';

/** What guests need instead, to read one object that they know how to address. */
export function limitedAction(action: Action): Action | undefined {
  return action.endsWith(READ) ? (`${action.slice(0, -READ.length)}${LIMITED}` as Action) : undefined;
}

/**
 * What members may do to objects that they own:
 * https://learn.microsoft.com/entra/fundamentals/users-default-permissions#ownership-permissions,
 * and for the deletion https://learn.microsoft.com/entra/identity/devices/concept-soft-delete-devices
 */
export type OwnerRight = { readonly link: LinkName; readonly actions: readonly Action[] };

export const OWNER_RIGHTS: readonly OwnerRight[] = Object.freeze([
  {
    link: { type: 'device', relation: 'registeredOwners' },
    actions: ['microsoft.directory/devices/disable', 'microsoft.directory/devices/delete'],
  },
  {
    link: { type: 'application', relation: 'owners' },
    actions: [
      'microsoft.directory/applications/delete',
      'microsoft.directory/applications/appRoles/update',
      ...applicationChanges('applications'),
    ],
  },
  {
    link: { type: 'servicePrincipal', relation: 'owners' },
    actions: [
      'microsoft.directory/servicePrincipals/delete',
      'microsoft.directory/servicePrincipals/enable',
      'microsoft.directory/servicePrincipals/disable',
      ...applicationChanges('servicePrincipals'),
    ],
  },
  {
    link: { type: 'group', relation: 'owners' },
    actions: [
      'microsoft.directory/groups/basic/update',
      'microsoft.directory/groups/delete',
      'microsoft.directory/groups/members/update',
      'microsoft.directory/groups/owners/update',
    ],
  },
]);

/** What of an action's name says which type of object it is about: `microsoft.directory/devices/delete` → `devices`. */
export function resourceOf(action: string): string {
  const [, resource = ''] = action.split('/');
  return resource.split('.')[0] ?? '';
}

/** The resources whose objects can be members of an administrative unit. */
export const UNIT_RESOURCES: ReadonlySet<string> = new Set(['devices', 'groups', 'users']);

const groupKinds = ['groups', 'groups.security', 'groups.unified'] as const;
const groupDeeds = [
  'create',
  'delete',
  'basic/update',
  'classification/update',
  'dynamicMembershipRule/update',
  'members/update',
] as const;

/**
 * What a custom role may allow, as far as it has an effect here; documented: refused under the `live` fidelity, since the
 * live service doesn't offer it, though the pages of creating and updating devices promise "a custom role with a supported
 * role permission". https://learn.microsoft.com/entra/identity/role-based-access-control/custom-device-permissions,
 * …/custom-group-permissions, …/custom-user-permissions
 */
const CUSTOM_ACTIONS: ReadonlyMap<string, { readonly fidelity?: 'documented' }> = new Map([
  ['microsoft.directory/devices/createdFrom/read', {}],
  ['microsoft.directory/devices/registeredOwners/read', {}],
  ['microsoft.directory/devices/registeredUsers/read', {}],
  ['microsoft.directory/devices/standard/read', {}],
  ['microsoft.directory/devices/registeredOwners/update', {}],
  ['microsoft.directory/devices/registeredUsers/update', {}],
  ['microsoft.directory/devices/enable', {}],
  ['microsoft.directory/devices/disable', {}],
  ['microsoft.directory/devices/delete', {}],
  ['microsoft.directory/devices/create', { fidelity: 'documented' }],
  ['microsoft.directory/devices/basic/update', { fidelity: 'documented' }],
  ...groupKinds.flatMap((kind) => groupDeeds.map((deed) => [`microsoft.directory/${kind}/${deed}`, {}] as const)),
  ['microsoft.directory/groups/standard/read', {}],
  ['microsoft.directory/groups/members/read', {}],
  ['microsoft.directory/groups/memberOf/read', {}],
  ['microsoft.directory/groups/owners/read', {}],
  ['microsoft.directory/users/standard/read', {}],
  ['microsoft.directory/users/basic/update', {}],
  ['microsoft.directory/users/memberOf/read', {}],
  ['microsoft.directory/users/ownedDevices/read', {}],
  ['microsoft.directory/users/registeredDevices/read', {}],
  ['microsoft.directory/users/usageLocation/update', {}],
]);

/** Whether a custom role may hold it. */
export function isCustomAction(action: string, fidelity: Fidelity): boolean {
  const row = CUSTOM_ACTIONS.get(action);
  return row !== undefined && (row.fidelity === undefined || row.fidelity === fidelity);
}
