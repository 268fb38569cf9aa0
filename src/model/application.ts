import {
  addIn,
  apiApplication,
  appRole,
  authenticationBehaviors,
  certification,
  informationalUrl,
  keyCredential,
  optionalClaims,
  parentalControlSettings,
  passwordCredential,
  permissionScope,
  publicClientApplication,
  requestSignatureVerification,
  requiredResourceAccess,
  resourceSpecificPermission,
  samlSingleSignOnSettings,
  servicePrincipalLockConfiguration,
  spaApplication,
  verifiedPublisher,
  webApplication,
} from './applicationParts.ts';
import { type Action, type EntityType, property as p } from './shape.ts';

/**
 * Applications, and what they and users have been granted: https://learn.microsoft.com/graph/api/resources/application
 * and the pages of the same names below it. The rows stand in the order in which Graph sends them.
 */

/** What `displayName` and other names can be asked. */
const text = 'eq ne+ not+ ge+ le+ in startsWith null+';

const changing = 'microsoft.directory/applications';
const basic: Action = `${changing}/basic/update`;
const credentials: Action = `${changing}/credentials/update`;
const signingIn: Action = `${changing}/authentication/update`;
const asking: Action = `${changing}/permissions/update`;
const offering: Action = `${changing}/appRoles/update`;
const audience: Action = `${changing}/audience/update`;
const noting: Action = `${changing}/notes/update`;
const tagging: Action = `${changing}/tag/update`;

/** An application that was registered in this tenant. Its secrets are credentials, kept apart. */
export const application: EntityType = {
  name: 'application',
  title: 'Application',
  set: 'applications',
  extensible: { by: ['directory'], action: 'microsoft.directory/applications/basic/update' },
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                             type              versions  served     create      update     more
    p('id',                             'Guid',           'both',   'default', 'ignored',  'ignored', { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',                'DateTimeOffset', 'both',   'default', 'ignored',  'ignored', { sort: 'advanced' }),
    p('appId',                          'Guid',           'both',   'default', 'refused',  'refused', { index: 'unique', filter: 'eq ne+ not+ in' }),
    p('applicationTemplateId',          'String',         'both',   'default', 'refused',  'refused', { filter: 'eq+ ne+ not+', index: 'term' }),
    p('disabledByMicrosoftStatus',      'String',         'both',   'default', 'refused',  'refused', { filter: 'eq+ ne+ not+', index: 'counted' }),
    p('createdDateTime',                'DateTimeOffset', 'both',   'default', 'ignored',  'ignored', { initial: { now: true }, filter: 'eq+ ne+ not+ ge+ le+ in+ null+', sort: 'advanced', index: 'indexed' }),
    p('displayName',                    'String',         'both',   'default', 'required', basic,     { most: 256, filter: text, sort: 'advanced', search: 'words', index: 'indexed' }),
    p('description',                    'String',         'both',   'default', 'optional', basic,     { most: 1024, filter: 'eq+ ne+ not+ ge+ le+ startsWith+', search: 'words', index: 'term' }),
    p('groupMembershipClaims',          'String',         'both',   'default', 'optional', basic),
    p('identifierUris',                 ['String'],       'both',   'default', 'optional', basic,     { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('isDeviceOnlyAuthSupported',      'Boolean',        'both',   'default', 'optional', signingIn),
    p('isFallbackPublicClient',         'Boolean',        'both',   'default', 'optional', signingIn),
    p('nativeAuthenticationApisEnabled', 'String',        'both',   'default', 'optional', signingIn),
    p('notes',                          'String',         'both',   'default', 'optional', noting,    { most: 1024 }),
    p('publisherDomain',                'String',         'both',   'default', 'refused',  'refused', { filter: 'eq+ ne+ not+ ge+ le+ startsWith+', index: 'counted' }),
    p('serviceManagementReference',     'String',         'both',   'default', 'optional', basic),
    p('signInAudience',                 'String',         'both',   'default', 'optional', audience,  { initial: 'AzureADMyOrg', filter: 'eq ne+ not+ in', index: 'counted' }),
    p('tags',                           ['String'],       'both',   'default', 'optional', tagging,   { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('tokenEncryptionKeyId',           'Guid',           'both',   'default', 'optional', credentials),
    p('uniqueName',                     'String',         'both',   'default', 'optional', 'refused', { index: 'unique', filter: 'eq ne+ not+ in' }),
    p('samlMetadataUrl',                'String',         'both',   'default', 'optional', signingIn),
    p('defaultRedirectUri',             'String',         'both',   'default', 'optional', signingIn),
    p('certification',                  certification,    'both',   'default', 'refused',  'refused'),
    p('optionalClaims',                 optionalClaims,   'both',   'default', 'optional', basic),
    p('requestSignatureVerification',   requestSignatureVerification, 'both', 'default', 'optional', signingIn),
    p('servicePrincipalLockConfiguration', servicePrincipalLockConfiguration, 'both', 'default', 'optional', basic),
    p('addIns',                         [addIn],          'both',   'default', 'optional', basic),
    p('api',                            apiApplication,   'both',   'default', 'optional', asking),
    p('appRoles',                       [appRole],        'both',   'default', 'optional', offering,  { filter: 'not+ count+' }),
    p('info',                           informationalUrl, 'both',   'default', 'optional', basic),
    p('keyCredentials',                 [keyCredential],  'both',   'default', 'optional', credentials, { filter: 'not+ count+' }),
    p('parentalControlSettings',        parentalControlSettings, 'both', 'default', 'optional', basic),
    p('passwordCredentials',            [passwordCredential], 'both', 'default', 'optional', credentials, { filter: 'not+ count+' }),
    p('publicClient',                   publicClientApplication, 'both', 'default', 'optional', signingIn),
    p('requiredResourceAccess',         [requiredResourceAccess], 'both', 'default', 'optional', asking, { filter: 'not+ count+' }),
    p('verifiedPublisher',              verifiedPublisher, 'both',  'default', 'refused',  'refused'),
    p('web',                            webApplication,   'both',   'default', 'optional', signingIn),
    p('spa',                            spaApplication,   'both',   'default', 'optional', signingIn),
    p('authenticationBehaviors',        authenticationBehaviors, 'both', 'select', 'optional', signingIn),
    p('createdByAppId',                 'String',         'both',   'select',  'refused',  'refused'),
    p('isDisabled',                     'Boolean',        'both',   'select',  'optional', basic),
    p('managerApplications',            ['Guid'],         'both',   'select',  'refused',  'refused'),
    p('oauth2RequirePostResponse',      'Boolean',        'both',   'select',  'optional', signingIn),
  ],
  relations: [
    { name: 'owners', accepts: ['user', 'servicePrincipal'], bind: ['create'] },
    { name: 'federatedIdentityCredentials', accepts: ['federatedIdentityCredential'], contains: 'applicationId' },
    { name: 'extensionProperties', accepts: ['extensionProperty'], contains: 'ownerApplication' },
  ],
};

const changingPrincipal = 'microsoft.directory/servicePrincipals';
const basicOf: Action = `${changingPrincipal}/basic/update`;
const credentialsOf: Action = `${changingPrincipal}/credentials/update`;
const signingInOf: Action = `${changingPrincipal}/authentication/update`;
const notingOf: Action = `${changingPrincipal}/notes/update`;
const taggingOf: Action = `${changingPrincipal}/tag/update`;
const enabling = { true: `${changingPrincipal}/enable`, false: `${changingPrincipal}/disable` } as const;

/** An application as this tenant knows it: the thing that can be granted permissions. */
export const servicePrincipal: EntityType = {
  name: 'servicePrincipal',
  title: 'ServicePrincipal',
  set: 'servicePrincipals',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                                 type              versions  served     create      update        more
    p('id',                                 'Guid',           'both',   'default', 'ignored',  'ignored',    { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',                    'DateTimeOffset', 'both',   'default', 'ignored',  'ignored',    { sort: 'advanced' }),
    p('accountEnabled',                     'Boolean',        'both',   'default', 'optional', enabling,     { initial: true, filter: 'eq ne+ not+ in', index: 'counted' }),
    p('alternativeNames',                   ['String'],       'both',   'default', 'optional', basicOf,      { filter: 'eq+ ne+ not+ ge+ le+ startsWith+ count+', index: 'term' }),
    p('appDisplayName',                     'String',         'both',   'default', 'refused',  'refused'),
    p('appDescription',                     'String',         'both',   'default', 'refused',  'refused'),
    p('appId',                              'Guid',           'both',   'default', 'required', 'refused',    { index: 'unique', taken: 'principalExists', filter: 'eq ne+ not+ in' }),
    p('applicationTemplateId',              'String',         'both',   'default', 'refused',  'refused',    { filter: 'eq+ ne+ not+ startsWith+', index: 'term' }),
    p('appOwnerOrganizationId',             'Guid',           'both',   'default', 'refused',  'refused',    { filter: 'eq ne+ not+ ge+ le+ in', index: 'counted' }),
    p('appRoleAssignmentRequired',          'Boolean',        'both',   'default', 'optional', basicOf,      { initial: false }),
    p('createdDateTime',                    'DateTimeOffset', 'both',   'default', 'ignored',  'ignored',    { initial: { now: true }, sort: 'advanced', index: 'indexed' }),
    p('description',                        'String',         'both',   'default', 'optional', basicOf,      { most: 1024, filter: 'eq+ ne+ not+ ge+ le+ startsWith+', search: 'words', index: 'term' }),
    p('disabledByMicrosoftStatus',          'String',         'both',   'default', 'refused',  'refused',    { filter: 'eq+ ne+ not+', index: 'counted' }),
    p('displayName',                        'String',         'both',   'default', 'optional', basicOf,      { most: 256, filter: text, sort: 'advanced', search: 'words', index: 'indexed' }),
    p('homepage',                           'String',         'both',   'default', 'optional', basicOf),
    p('loginUrl',                           'String',         'both',   'default', 'optional', signingInOf),
    p('logoutUrl',                          'String',         'both',   'default', 'optional', signingInOf),
    p('notes',                              'String',         'both',   'default', 'optional', notingOf,     { most: 1024 }),
    p('notificationEmailAddresses',         ['String'],       'both',   'default', 'optional', basicOf),
    p('preferredSingleSignOnMode',          'String',         'both',   'default', 'optional', signingInOf),
    p('preferredTokenSigningKeyThumbprint', 'String',         'both',   'default', 'optional', credentialsOf),
    p('replyUrls',                          ['String'],       'both',   'default', 'optional', signingInOf),
    p('servicePrincipalNames',              ['String'],       'both',   'default', 'optional', basicOf,      { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('servicePrincipalType',               'String',         'both',   'default', 'refused',  'refused',    { initial: 'Application', filter: 'eq ne+ not+ in', index: 'counted' }),
    p('signInAudience',                     'String',         'both',   'default', 'refused',  'refused'),
    p('tags',                               ['String'],       'both',   'default', 'optional', taggingOf,    { filter: 'eq ne+ not+ ge+ le+ startsWith count+', index: 'term' }),
    p('tokenEncryptionKeyId',               'Guid',           'both',   'default', 'optional', credentialsOf),
    p('samlSingleSignOnSettings',           samlSingleSignOnSettings, 'both', 'default', 'optional', signingInOf),
    p('addIns',                             [addIn],          'both',   'default', 'optional', basicOf),
    p('appRoles',                           [appRole],        'both',   'default', 'refused',  'refused',    { filter: 'not+ count+' }),
    p('info',                               informationalUrl, 'both',   'default', 'refused',  'refused'),
    p('keyCredentials',                     [keyCredential],  'both',   'default', 'optional', credentialsOf, { filter: 'not+ count+' }),
    p('oauth2PermissionScopes',             [permissionScope], 'both',  'default', 'refused',  'refused',    { filter: 'not+ count+' }),
    p('passwordCredentials',                [passwordCredential], 'both', 'default', 'optional', credentialsOf, { filter: 'not+ count+' }),
    p('resourceSpecificApplicationPermissions', [resourceSpecificPermission], 'both', 'default', 'refused', 'refused'),
    p('verifiedPublisher',                  verifiedPublisher, 'both',  'default', 'refused',  'refused'),
    p('errorUrl',                           'String',         'beta',   'default', 'refused',  'refused'),
    p('preferredTokenSigningKeyEndDateTime', 'DateTimeOffset', 'beta',  'default', 'refused',  'refused'),
    p('publisherName',                      'String',         'beta',   'default', 'refused',  'refused'),
    p('samlMetadataUrl',                    'String',         'beta',   'default', 'optional', signingInOf),
    p('createdByAppId',                     'String',         'both',   'select',  'refused',  'refused'),
    p('isDisabled',                         'Boolean',        'both',   'select',  'optional', basicOf),
  ],
  relations: [
    { name: 'appRoleAssignedTo', accepts: ['appRoleAssignment'], contains: 'resourceId' },
    { name: 'appRoleAssignments', accepts: ['appRoleAssignment'], contains: 'principalId' },
    { name: 'oauth2PermissionGrants', accepts: ['oauth2PermissionGrant'], contains: 'clientId' },
    { name: 'owners', accepts: ['user', 'servicePrincipal'], bind: ['create'] },
    {
      name: 'ownedObjects',
      advanced: true,
      accepts: ['device', 'group', 'application', 'servicePrincipal'],
      inverseOf: [
        { type: 'device', relation: 'registeredOwners' },
        { type: 'group', relation: 'owners' },
        { type: 'application', relation: 'owners' },
        { type: 'servicePrincipal', relation: 'owners' },
      ],
    },
    {
      name: 'memberOf',
      advanced: true,
      accepts: ['group', 'directoryRole'],
      inverseOf: [
        { type: 'group', relation: 'members' },
        { type: 'directoryRole', relation: 'members' },
      ],
    },
    {
      name: 'transitiveMemberOf',
      advanced: true,
      accepts: ['group', 'administrativeUnit', 'directoryRole'],
      through: 'memberOf',
    },
  ],
};

const granting: Action = 'microsoft.directory/oAuth2PermissionGrants/allProperties/update';

/** Delegated permissions that an application was granted: `scope` holds them, separated by blanks. */
export const oauth2PermissionGrant: EntityType = {
  name: 'oauth2PermissionGrant',
  title: 'OAuth2PermissionGrant',
  set: 'oauth2PermissionGrants',
  ids: 'opaque',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name         type      versions  served     create      update     more
    p('clientId',    'Guid',   'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
    p('consentType', 'String', 'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'counted' }),
    p('id',          'String', 'both',   'default', 'ignored',  'ignored', { taken: 'grantExists' }),
    p('principalId', 'Guid',   'both',   'default', 'optional', 'refused', { filter: 'eq in null', index: 'indexed' }),
    p('resourceId',  'Guid',   'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
    p('scope',       'String', 'both',   'default', 'optional', granting,  { most: 3850, filter: 'eq startsWith', index: 'term' }),
  ],
  relations: [],
};

/** One application permission that an application was granted, or a role of an application that somebody was given. */
export const appRoleAssignment: EntityType = {
  name: 'appRoleAssignment',
  title: 'AppRoleAssignment',
  ids: 'opaque',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                 type              versions  served     create      update     more
    p('id',                   'String',         'both',   'default', 'ignored',  'ignored', { taken: 'assignmentExists' }),
    p('deletedDateTime',      'DateTimeOffset', 'both',   'default', 'ignored',  'ignored'),
    p('appRoleId',            'Guid',           'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'term' }),
    p('createdDateTime',      'DateTimeOffset', 'both',   'default', 'ignored',  'ignored', { initial: { now: true } }),
    p('principalDisplayName', 'String',         'both',   'default', 'ignored',  'refused', { filter: 'eq startsWith', index: 'term' }),
    p('principalId',          'Guid',           'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
    p('principalType',        'String',         'both',   'default', 'ignored',  'refused', { filter: 'eq in', index: 'counted' }),
    p('resourceDisplayName',  'String',         'both',   'default', 'ignored',  'refused'),
    p('resourceId',           'Guid',           'both',   'default', 'required', 'refused', { filter: 'eq in', index: 'indexed' }),
  ],
  relations: [],
};

/**
 * Tokens of another issuer with which an application may prove itself.
 * https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
 */
export const federatedIdentityCredential: EntityType = {
  name: 'federatedIdentityCredential',
  title: 'FederatedIdentityCredential',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name        type        versions  served     create      update       more
    p('id',            'Guid',     'both',   'default', 'ignored',  'ignored',   { filter: 'eq', taken: 'federationExists' }),
    p('name',          'String',   'both',   'default', 'required', 'refused',   { most: 120, filter: 'eq', index: 'term' }),
    p('issuer',        'String',   'both',   'default', 'required', credentials, { most: 600 }),
    p('subject',       'String',   'both',   'default', 'required', credentials, { most: 600 }),
    p('description',   'String',   'both',   'default', 'optional', credentials, { most: 600 }),
    p('audiences',     ['String'], 'both',   'default', 'required', credentials, { most: 600 }),
    p('applicationId', 'Guid',     'none',   'select',  'refused',  'refused',   { index: 'indexed' }),
  ],
  relations: [],
};
