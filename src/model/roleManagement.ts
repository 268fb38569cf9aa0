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
