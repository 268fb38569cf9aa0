import { type EntityType, type Primitive, type Property, type PropertyMore, property } from './shape.ts';

/** A property that no request may write yet. */
const p = (name: string, type: Primitive | readonly [Primitive], more: PropertyMore = {}): Property =>
  property(name, type, 'both', 'default', 'refused', 'refused', more);

/**
 * Applications, and what they and users have been granted: the resources of
 * https://learn.microsoft.com/graph/api/resources/application and of the same names below it, as far as identity
 * needs them. No operation on them is built yet.
 */

/** An application that was registered in this tenant. Its secrets are credentials, kept apart. */
export const application: EntityType = {
  name: 'application',
  title: 'Application',
  set: 'applications',
  properties: [
    p('id', 'Guid'),
    p('deletedDateTime', 'DateTimeOffset'),
    p('appId', 'Guid', { index: 'unique' }),
    p('displayName', 'String'),
    p('isFallbackPublicClient', 'Boolean'),
  ],
  relations: [],
};

/** An application as this tenant knows it: the thing that can be granted permissions. */
export const servicePrincipal: EntityType = {
  name: 'servicePrincipal',
  title: 'ServicePrincipal',
  set: 'servicePrincipals',
  properties: [
    p('id', 'Guid'),
    p('deletedDateTime', 'DateTimeOffset'),
    p('accountEnabled', 'Boolean'),
    p('appId', 'Guid', { index: 'unique' }),
    p('displayName', 'String'),
    p('servicePrincipalType', 'String'),
  ],
  relations: [],
};

/** Delegated permissions that an application was granted: `scope` holds them, separated by blanks. */
export const oauth2PermissionGrant: EntityType = {
  name: 'oauth2PermissionGrant',
  title: 'OAuth2PermissionGrant',
  properties: [
    p('id', 'Guid'),
    p('clientId', 'Guid', { index: 'indexed' }),
    p('consentType', 'String'),
    p('principalId', 'Guid'),
    p('resourceId', 'Guid'),
    p('scope', 'String'),
  ],
  relations: [],
};

/** One application permission that an application was granted. */
export const appRoleAssignment: EntityType = {
  name: 'appRoleAssignment',
  title: 'AppRoleAssignment',
  properties: [
    p('id', 'Guid'),
    p('appRoleId', 'Guid'),
    p('principalId', 'Guid', { index: 'indexed' }),
    p('resourceId', 'Guid'),
  ],
  relations: [],
};

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
