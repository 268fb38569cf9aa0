import { application, appRoleAssignment, oauth2PermissionGrant, servicePrincipal } from './application.ts';
import { roleAssignment, roleDefinition } from './roleManagement.ts';
import type { EntityType } from './shape.ts';
import { user } from './user.ts';

/**
 * Where sign-in finds what it must know: the types and the properties in which the directory keeps it.
 */
export const SIGN_IN = Object.freeze({
  user: {
    type: user,
    /** The name that people sign in with. */
    name: 'userPrincipalName',
    title: 'displayName',
    enabled: 'accountEnabled',
    /** The property, and its value, that makes somebody a guest. */
    kind: 'userType',
    guest: 'Guest',
  },
  /** A registered application: it may hold secrets. */
  application: { type: application, appId: 'appId', publicClient: 'isFallbackPublicClient' },
  /** The application as a principal of the tenant: it holds grants. */
  servicePrincipal: {
    type: servicePrincipal,
    appId: 'appId',
    title: 'displayName',
    enabled: 'accountEnabled',
  },
  delegatedGrant: { type: oauth2PermissionGrant, holder: 'clientId', scopes: 'scope', user: 'principalId' },
  applicationGrant: { type: appRoleAssignment, holder: 'principalId', role: 'appRoleId' },
  roleAssignment: {
    type: roleAssignment,
    holder: 'principalId',
    role: 'roleDefinitionId',
    scope: 'directoryScopeId',
  },
  customRole: {
    type: roleDefinition,
    title: 'displayName',
    permissions: 'rolePermissions',
    actions: 'allowedResourceActions',
    enabled: 'isEnabled',
  },
}) satisfies Readonly<Record<string, Readonly<Record<string, string | EntityType>>>>;
