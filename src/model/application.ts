import { type EntityType, type Primitive, type Property, type PropertyMore, property } from './shape.ts';

/** A property that no request may write yet. */
const p = (name: string, type: Primitive | readonly [Primitive], more: PropertyMore = {}): Property =>
  property(name, type, 'both', 'default', 'refused', 'refused', more);

/**
 * Applications, and what they and users have been granted: the resources of
 * https://learn.microsoft.com/graph/api/resources/application and of the same names below it, as far as identity
 * needs them. Applications and service principals can be read; no operation on the others is built yet.
 */

/** What `displayName` and other names can be asked. */
const text = 'eq ne+ not+ ge+ le+ in startsWith null+';

/** An application that was registered in this tenant. Its secrets are credentials, kept apart. */
export const application: EntityType = {
  name: 'application',
  title: 'Application',
  set: 'applications',
  extensible: { by: ['directory'], action: 'microsoft.directory/applications/basic/update' },
  // biome-ignore format: a table is read by its columns
  properties: [
    p('id',                         'Guid',           { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',            'DateTimeOffset', { sort: 'advanced' }),
    p('appId',                      'Guid',           { index: 'unique', filter: 'eq ne+ not+ in' }),
    p('applicationTemplateId',      'String',         { filter: 'eq+ ne+ not+', index: 'term' }),
    p('disabledByMicrosoftStatus',  'String',         { filter: 'eq+ ne+ not+', index: 'counted' }),
    p('createdDateTime',            'DateTimeOffset', { initial: { now: true }, filter: 'eq+ ne+ not+ ge+ le+ in+ null+', sort: 'advanced', index: 'indexed' }),
    p('displayName',                'String',         { filter: text, sort: 'advanced', search: 'words', index: 'indexed' }),
    p('description',                'String',         { filter: 'eq+ ne+ not+ ge+ le+ startsWith+', search: 'words', index: 'term' }),
    p('groupMembershipClaims',      'String'),
    p('identifierUris',             ['String'],       { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('isDeviceOnlyAuthSupported',  'Boolean'),
    p('isFallbackPublicClient',     'Boolean'),
    p('notes',                      'String'),
    p('publisherDomain',            'String',         { filter: 'eq+ ne+ not+ ge+ le+ startsWith+', index: 'counted' }),
    p('serviceManagementReference', 'String'),
    p('signInAudience',             'String',         { initial: 'AzureADMyOrg', filter: 'eq ne+ not+ in', index: 'counted' }),
    p('tags',                       ['String'],       { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('tokenEncryptionKeyId',       'Guid'),
    p('uniqueName',                 'String',         { index: 'unique', filter: 'eq ne+ not+ in' }),
    p('samlMetadataUrl',            'String'),
    p('defaultRedirectUri',         'String'),
  ],
  relations: [],
};

/** An application as this tenant knows it: the thing that can be granted permissions. */
export const servicePrincipal: EntityType = {
  name: 'servicePrincipal',
  title: 'ServicePrincipal',
  set: 'servicePrincipals',
  // biome-ignore format: a table is read by its columns
  properties: [
    p('id',                                 'Guid',           { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',                    'DateTimeOffset', { sort: 'advanced' }),
    p('accountEnabled',                     'Boolean',        { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('alternativeNames',                   ['String'],       { filter: 'eq+ ne+ not+ ge+ le+ startsWith+ count+', index: 'term' }),
    p('appDisplayName',                     'String'),
    p('appDescription',                     'String'),
    p('appId',                              'Guid',           { index: 'unique', filter: 'eq ne+ not+ in' }),
    p('applicationTemplateId',              'String',         { filter: 'eq+ ne+ not+ startsWith+', index: 'term' }),
    p('appOwnerOrganizationId',             'Guid',           { filter: 'eq ne+ not+ ge+ le+ in', index: 'counted' }),
    p('appRoleAssignmentRequired',          'Boolean',        { initial: false }),
    p('createdDateTime',                    'DateTimeOffset', { initial: { now: true }, sort: 'advanced', index: 'indexed' }),
    p('description',                        'String',         { filter: 'eq+ ne+ not+ ge+ le+ startsWith+', search: 'words', index: 'term' }),
    p('disabledByMicrosoftStatus',          'String',         { filter: 'eq+ ne+ not+', index: 'counted' }),
    p('displayName',                        'String',         { filter: text, sort: 'advanced', search: 'words', index: 'indexed' }),
    p('homepage',                           'String'),
    p('loginUrl',                           'String'),
    p('logoutUrl',                          'String'),
    p('notes',                              'String'),
    p('notificationEmailAddresses',         ['String']),
    p('preferredSingleSignOnMode',          'String'),
    p('preferredTokenSigningKeyThumbprint', 'String'),
    p('replyUrls',                          ['String']),
    p('servicePrincipalNames',              ['String'],       { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('servicePrincipalType',               'String',         { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('signInAudience',                     'String'),
    p('tags',                               ['String'],       { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('tokenEncryptionKeyId',               'Guid'),
  ],
  relations: [
    {
      name: 'ownedObjects',
      advanced: true,
      accepts: ['device', 'group'],
      inverseOf: [
        { type: 'device', relation: 'registeredOwners' },
        { type: 'group', relation: 'owners' },
      ],
    },
    { name: 'memberOf', advanced: true, accepts: ['group'], inverseOf: [{ type: 'group', relation: 'members' }] },
    { name: 'transitiveMemberOf', advanced: true, accepts: ['group', 'administrativeUnit'], through: 'memberOf' },
  ],
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
