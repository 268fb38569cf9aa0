import { onPremisesExtensionAttributes } from './extensionAttributes.ts';
import { type Action, type ComplexType, type EntityType, property as p } from './shape.ts';

/**
 * The user: https://learn.microsoft.com/graph/api/resources/user. The default set first, in the order in which
 * Graph sends it, then what is sent only on `$select`.
 */

const passwordProfile: ComplexType = {
  name: 'passwordProfile',
  members: [
    { name: 'password', type: 'String' },
    { name: 'forceChangePasswordNextSignIn', type: 'Boolean' },
    { name: 'forceChangePasswordNextSignInWithMfa', type: 'Boolean' },
  ],
};

const basic: Action = 'microsoft.directory/users/basic/update';
const renaming: Action = 'microsoft.directory/users/userPrincipalName/update';
const locating: Action = 'microsoft.directory/users/usageLocation/update';
const password: Action = 'microsoft.directory/users/password/update';
const enabling = {
  true: 'microsoft.directory/users/enable',
  false: 'microsoft.directory/users/disable',
} as const;

/** What most texts of a user can be asked: by default, or all of it in advanced query mode only. */
const text = 'eq ne+ not+ ge+ le+ in startsWith null+';
const advanced = 'eq+ ne+ not+ ge+ le+ in+ startsWith+ null+';
const few = 'eq ne+ not+ in';

export const user: EntityType = {
  name: 'user',
  title: 'User',
  set: 'users',
  nameKey: 'userPrincipalName',
  extensible: { by: ['directory', 'schema', 'open'], action: basic },
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                             type              versions  served     create      update    more
    p('businessPhones',                 ['String'],       'both',   'default', 'optional', basic,     { filter: 'eq ne+ not+ ge+ le+ startsWith+ count+', index: 'term' }),
    p('displayName',                    'String',         'both',   'default', 'required', basic,     { most: 256, filter: text, sort: 'default', search: 'words', index: 'indexed' }),
    p('givenName',                      'String',         'both',   'default', 'optional', basic,     { most: 64, filter: text, index: 'indexed' }),
    p('jobTitle',                       'String',         'both',   'default', 'optional', basic,     { most: 128, filter: text, index: 'counted' }),
    p('mail',                           'String',         'both',   'default', 'optional', basic,     { filter: 'eq ne+ not+ ge+ le+ in startsWith endsWith+ null+', index: 'indexed' }),
    p('mobilePhone',                    'String',         'both',   'default', 'optional', basic,     { most: 64, filter: advanced, index: 'term' }),
    p('officeLocation',                 'String',         'both',   'default', 'optional', basic,     { most: 128, filter: advanced, index: 'counted' }),
    p('preferredLanguage',              'String',         'both',   'default', 'optional', basic,     { filter: advanced, index: 'counted' }),
    p('surname',                        'String',         'both',   'default', 'optional', basic,     { most: 64, filter: text, index: 'indexed' }),
    p('userPrincipalName',              'String',         'both',   'default', 'required', renaming,  { most: 113, index: 'unique', filter: 'eq ne+ not+ ge+ le+ in startsWith endsWith+', sort: 'default' }),
    p('id',                             'Guid',           'both',   'default', 'ignored',  'ignored', { filter: few }),
    p('accountEnabled',                 'Boolean',        'both',   'select',  'required', enabling,  { initial: true, filter: few, index: 'counted' }),
    p('ageGroup',                       'String',         'both',   'select',  'optional', basic,     { filter: few, index: 'counted' }),
    p('city',                           'String',         'both',   'select',  'optional', basic,     { most: 128, filter: text, index: 'counted' }),
    p('companyName',                    'String',         'both',   'select',  'optional', basic,     { most: 64, filter: advanced, index: 'counted' }),
    p('consentProvidedForMinor',        'String',         'both',   'select',  'optional', basic,     { filter: few, index: 'counted' }),
    p('country',                        'String',         'both',   'select',  'optional', basic,     { most: 128, filter: text, index: 'counted' }),
    p('createdDateTime',                'DateTimeOffset', 'both',   'select',  'ignored',  'ignored', { initial: { now: true }, filter: 'eq ne+ not+ ge le in', sort: 'advanced', index: 'indexed' }),
    p('creationType',                   'String',         'both',   'select',  'refused',  'refused', { filter: few, index: 'counted' }),
    p('deletedDateTime',                'DateTimeOffset', 'both',   'select',  'ignored',  'ignored', { sort: 'advanced' }),
    p('department',                     'String',         'both',   'select',  'optional', basic,     { most: 64, filter: text, index: 'counted' }),
    p('employeeHireDate',               'DateTimeOffset', 'both',   'select',  'optional', basic,     { filter: 'eq+ ne+ not+ ge+ le+ in+', index: 'indexed' }),
    p('employeeId',                     'String',         'both',   'select',  'optional', basic,     { most: 16, filter: text, index: 'indexed' }),
    p('employeeType',                   'String',         'both',   'select',  'optional', basic,     { filter: 'eq+ ne+ not+ ge+ le+ in+ startsWith+', index: 'counted' }),
    p('externalUserState',              'String',         'both',   'select',  'refused',  'refused', { filter: few, index: 'counted' }),
    p('externalUserStateChangeDateTime','DateTimeOffset', 'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ ge le in', index: 'indexed' }),
    p('faxNumber',                      'String',         'both',   'select',  'optional', basic,     { filter: advanced, index: 'term' }),
    p('identityParentId',               'String',         'both',   'select',  'refused',  'refused'),
    p('imAddresses',                    ['String'],       'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ ge le startsWith count+', index: 'term' }),
    p('isManagementRestricted',         'Boolean',        'both',   'select',  'refused',  'refused'),
    p('isResourceAccount',              'Boolean',        'both',   'select',  'refused',  'refused', { filter: few, index: 'counted' }),
    p('lastPasswordChangeDateTime',     'DateTimeOffset', 'both',   'select',  'refused',  'refused', { initial: { now: true } }),
    p('legalAgeGroupClassification',    'String',         'both',   'select',  'refused',  'refused'),
    p('mailNickname',                   'String',         'both',   'select',  'required', basic,     { most: 64, filter: text, index: 'indexed' }),
    p('onPremisesDistinguishedName',    'String',         'both',   'select',  'refused',  'refused'),
    p('onPremisesDomainName',           'String',         'both',   'select',  'refused',  'refused'),
    p('onPremisesExtensionAttributes',  onPremisesExtensionAttributes, 'both', 'select', 'optional', basic),
    p('onPremisesImmutableId',          'String',         'both',   'select',  'optional', basic,     { filter: 'eq ne+ not+ ge+ le+ in', index: 'term' }),
    p('onPremisesLastSyncDateTime',     'DateTimeOffset', 'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ ge le in', index: 'indexed' }),
    p('onPremisesSamAccountName',       'String',         'both',   'select',  'refused',  'refused', { filter: 'eq+ ne+ not+ ge+ le+ in+ startsWith+', index: 'term' }),
    p('onPremisesSecurityIdentifier',   'String',         'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ in null+', index: 'term' }),
    p('onPremisesSyncEnabled',          'Boolean',        'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ in null+', index: 'counted' }),
    p('onPremisesUserPrincipalName',    'String',         'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ ge+ le+ in startsWith', index: 'term' }),
    p('otherMails',                     ['String'],       'both',   'select',  'optional', basic,     { filter: 'eq ne+ not+ ge+ le+ startsWith endsWith+ count+', index: 'term' }),
    p('passwordPolicies',               'String',         'both',   'select',  'optional', basic,     { filter: 'ne+ not+ null+', index: 'counted' }),
    p('passwordProfile',                passwordProfile,  'both',   'select',  'optional', password,  { secret: { kind: 'password', member: 'password', dated: 'lastPasswordChangeDateTime' } }),
    p('postalCode',                     'String',         'both',   'select',  'optional', basic,     { most: 40, filter: advanced, index: 'counted' }),
    p('preferredDataLocation',          'String',         'both',   'select',  'optional', basic),
    p('proxyAddresses',                 ['String'],       'both',   'select',  'refused',  'refused', { filter: 'eq ne+ not+ ge+ le+ startsWith endsWith+ count+', index: 'term' }),
    p('securityIdentifier',             'String',         'both',   'select',  'refused',  'refused', { initial: { sid: true }, filter: 'eq+ ne+ not+ ge+ le+ in+ startsWith+', index: 'term' }),
    p('showInAddressList',              'Boolean',        'both',   'select',  'optional', basic,     { filter: 'eq+ ne+ not+ in+', index: 'counted' }),
    p('signInSessionsValidFromDateTime','DateTimeOffset', 'both',   'select',  'refused',  'refused', { initial: { now: true } }),
    p('state',                          'String',         'both',   'select',  'optional', basic,     { most: 128, filter: text, index: 'counted' }),
    p('streetAddress',                  'String',         'both',   'select',  'optional', basic,     { most: 1024, filter: advanced, index: 'counted' }),
    p('usageLocation',                  'String',         'both',   'select',  'optional', locating,  { most: 2, filter: text, index: 'counted' }),
    p('userType',                       'String',         'both',   'select',  'optional', basic,     { initial: 'Member', filter: 'eq ne+ not+ in null+', index: 'counted' }),
  ],
  relations: [
    { name: 'appRoleAssignments', accepts: ['appRoleAssignment'], contains: 'principalId' },
    { name: 'oauth2PermissionGrants', accepts: ['oauth2PermissionGrant'], contains: 'principalId' },
    { name: 'ownedDevices', accepts: ['device'], inverseOf: [{ type: 'device', relation: 'registeredOwners' }] },
    { name: 'registeredDevices', accepts: ['device'], inverseOf: [{ type: 'device', relation: 'registeredUsers' }] },
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
      accepts: ['group', 'administrativeUnit', 'directoryRole'],
      inverseOf: [
        { type: 'group', relation: 'members' },
        { type: 'administrativeUnit', relation: 'members' },
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
