import { type Action, type ComplexType, type EntityType, property as p } from './shape.ts';

/**
 * Directory roles, seen from both sides: https://learn.microsoft.com/graph/api/resources/unifiedrolemanagement-overview has
 * definitions and assignments, https://learn.microsoft.com/graph/api/resources/directoryrole activated roles and their
 * members. An assignment of a built-in role in the whole tenant and the membership in that role are one fact.
 */

const rolePermission: ComplexType = {
  name: 'unifiedRolePermission',
  members: [
    { name: 'allowedResourceActions', type: 'String', collection: true },
    { name: 'condition', type: 'String' },
  ],
};

const text = 'eq in startsWith';

/** What a new role may be given and an update may change; every role's holder is felt by it. */
const defining: Action = 'microsoft.directory/roleDefinitions/allProperties/allTasks';

/** A role: one of the rows of `roles.ts`, which can't be changed, or a custom one. */
export const roleDefinition: EntityType = {
  name: 'unifiedRoleDefinition',
  title: 'RoleDefinition',
  set: 'roleDefinitions',
  container: 'roleManagement/directory',
  contained: true,
  // biome-ignore format: a table is read by its columns
  properties: [
    // name              type              versions  served     create      update     more
    p('id',              'Guid',           'both',   'default', 'ignored',  'ignored', { filter: 'eq in' }),
    p('description',     'String',         'both',   'default', 'optional', defining,  { most: 1024 }),
    p('displayName',     'String',         'both',   'default', 'required', defining,  { most: 256, filter: text, index: 'indexed' }),
    p('isBuiltIn',       'Boolean',        'both',   'default', 'refused',  'refused', { initial: false, filter: 'eq in', index: 'counted' }),
    p('isEnabled',       'Boolean',        'both',   'default', 'required', defining,  { filter: 'eq in', index: 'counted' }),
    p('resourceScopes',  ['String'],       'both',   'default', 'optional', defining),
    p('templateId',      'String',         'both',   'default', 'optional', defining,  { filter: 'eq in', index: 'indexed' }),
    p('version',         'String',         'both',   'default', 'optional', defining,  { most: 256 }),
    p('rolePermissions', [rolePermission], 'both',   'default', 'required', defining),
  ],
  relations: [],
};

/** That somebody holds a role, and over what. */
export const roleAssignment: EntityType = {
  name: 'unifiedRoleAssignment',
  title: 'RoleAssignment',
  set: 'roleAssignments',
  container: 'roleManagement/directory',
  contained: true,
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                 type      versions  served     create      update     more
    p('id',                 'Guid',   'both',   'default', 'ignored',  'ignored', { filter: 'eq in' }),
    p('principalId',        'Guid',   'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
    p('directoryScopeId',   'String', 'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
    p('appScopeId',         'String', 'both',   'select',  'refused',  'refused'),
    p('roleDefinitionId',   'Guid',   'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
    p('condition',          'String', 'both',   'select',  'refused',  'refused'),
  ],
  relations: [
    { name: 'principal', single: true, accepts: ['user', 'group', 'servicePrincipal'] },
    { name: 'roleDefinition', single: true, accepts: ['unifiedRoleDefinition'] },
    { name: 'directoryScope', single: true, accepts: ['administrativeUnit', 'device'] },
  ],
};

/** A built-in role that somebody holds, or that was activated. */
export const directoryRole: EntityType = {
  name: 'directoryRole',
  title: 'DirectoryRole',
  set: 'directoryRoles',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                 type              versions  served     create      update     more
    p('id',                 'Guid',           'both',   'default', 'ignored',  'ignored', { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',    'DateTimeOffset', 'both',   'default', 'ignored',  'ignored', { sort: 'advanced' }),
    p('description',        'String',         'both',   'default', 'refused',  'refused'),
    p('displayName',        'String',         'both',   'default', 'refused',  'refused', { filter: 'eq ne+ not+ ge+ le+ in startsWith', sort: 'advanced', search: 'words', index: 'indexed' }),
    p('roleTemplateId',     'Guid',           'both',   'default', 'required', 'refused', { filter: 'eq ne+ not+ in', index: 'unique' }),
  ],
  relations: [{ name: 'members', accepts: ['user', 'group', 'servicePrincipal'] }],
};

/** A built-in role as every tenant can activate it. */
export const directoryRoleTemplate: EntityType = {
  name: 'directoryRoleTemplate',
  title: 'DirectoryRoleTemplate',
  set: 'directoryRoleTemplates',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                 type              versions  served     create     update     more
    p('id',                 'Guid',           'both',   'default', 'refused', 'refused', { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',    'DateTimeOffset', 'both',   'default', 'refused', 'refused'),
    p('description',        'String',         'both',   'default', 'refused', 'refused'),
    p('displayName',        'String',         'both',   'default', 'refused', 'refused'),
  ],
  relations: [],
};

/** The directory itself, as the scope of an assignment. */
export const TENANT_WIDE = '/';

/** What an assignment is about: the whole tenant, the members of an administrative unit, or one object. */
export type RoleScope = { readonly kind: 'tenant' } | { readonly kind: 'unit' | 'object'; readonly id: string };

const SCOPE = /^\/(administrativeUnits\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/**
 * `/`, `/administrativeUnits/{id}`, `/{id}`; undefined for anything else.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/assign-roles-different-scopes
 */
export function scopeOf(text: string): RoleScope | undefined {
  if (text === TENANT_WIDE) return { kind: 'tenant' };
  const [, kind, id] = SCOPE.exec(text) ?? [];
  if (id === undefined) return undefined;
  return { kind: kind === undefined ? 'object' : 'unit', id: id.toLowerCase() };
}

/** The same, the other way round. */
export function scopeText(scope: RoleScope): string {
  if (scope.kind === 'tenant') return TENANT_WIDE;
  return scope.kind === 'unit' ? `/administrativeUnits/${scope.id}` : `/${scope.id}`;
}

/** Members of such a group hold its roles: https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept */
export const ROLE_GROUPS = Object.freeze({
  link: { type: 'group', relation: 'members' },
  owners: { type: 'group', relation: 'owners' },
  flag: 'isAssignableToRole',
});

/** What an object is a member of, when an assignment is about the members of a unit. */
export const UNIT_MEMBERS = Object.freeze({ type: 'administrativeUnit', relation: 'members' });
