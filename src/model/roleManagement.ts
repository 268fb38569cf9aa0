import { type EntityType, type Primitive, type Property, type PropertyMore, property } from './shape.ts';

/** A property that no request may write yet. */
const p = (name: string, type: Primitive | readonly [Primitive], more: PropertyMore = {}): Property =>
  property(name, type, 'both', 'default', 'refused', 'refused', more);

/** A custom directory role. The built-in ones are rows of `roles.ts`. */
export const roleDefinition: EntityType = {
  name: 'unifiedRoleDefinition',
  title: 'RoleDefinition',
  properties: [
    p('id', 'Guid'),
    p('displayName', 'String'),
    p('isBuiltIn', 'Boolean'),
    p('isEnabled', 'Boolean'),
    p('allowedResourceActions', ['String']),
  ],
  relations: [],
};

export const roleAssignment: EntityType = {
  name: 'unifiedRoleAssignment',
  title: 'RoleAssignment',
  properties: [
    p('id', 'Guid'),
    p('principalId', 'Guid', { index: 'indexed' }),
    p('roleDefinitionId', 'Guid'),
    p('directoryScopeId', 'String'),
  ],
  relations: [],
};

/** The directory itself, as the scope of an assignment. */
export const TENANT_WIDE = '/';

/** What an assignment is about: the whole tenant, the members of an administrative unit, or one object. */
export type RoleScope = { readonly kind: 'tenant' } | { readonly kind: 'unit' | 'object'; readonly id: string };

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

const SCOPE = /^\/(administrativeUnits\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Members of such a group hold its roles: https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept */
export const ROLE_GROUPS = Object.freeze({ link: { type: 'group', relation: 'members' }, flag: 'isAssignableToRole' });

/** What an object is a member of, when an assignment is about the members of a unit. */
export const UNIT_MEMBERS = Object.freeze({ type: 'administrativeUnit', relation: 'members' });
