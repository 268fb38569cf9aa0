import { type EntityType, type Primitive, type Property, type PropertyMore, property } from './shape.ts';

/** A property that no request may write yet. */
const p = (
  name: string,
  type: Primitive | readonly [Primitive],
  served: Property['served'],
  more: PropertyMore = {},
): Property => property(name, type, 'both', served, 'refused', 'refused', more);

/**
 * The user: https://learn.microsoft.com/graph/api/resources/user. The default set first, in the order in which
 * Graph sends it, then what is sent only on `$select`.
 */
export const user: EntityType = {
  name: 'user',
  title: 'User',
  set: 'users',
  nameKey: 'userPrincipalName',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                             type              served     more
    p('businessPhones',                 ['String'],       'default'),
    p('displayName',                    'String',         'default', { most: 256 }),
    p('givenName',                      'String',         'default', { most: 64 }),
    p('jobTitle',                       'String',         'default', { most: 128 }),
    p('mail',                           'String',         'default'),
    p('mobilePhone',                    'String',         'default'),
    p('officeLocation',                 'String',         'default'),
    p('preferredLanguage',              'String',         'default'),
    p('surname',                        'String',         'default', { most: 64 }),
    p('userPrincipalName',              'String',         'default', { index: 'unique' }),
    p('id',                             'Guid',           'default'),
    p('accountEnabled',                 'Boolean',        'select',  { initial: true }),
    p('ageGroup',                       'String',         'select'),
    p('city',                           'String',         'select'),
    p('companyName',                    'String',         'select'),
    p('consentProvidedForMinor',        'String',         'select'),
    p('country',                        'String',         'select'),
    p('createdDateTime',                'DateTimeOffset', 'select',  { initial: { now: true } }),
    p('creationType',                   'String',         'select'),
    p('deletedDateTime',                'DateTimeOffset', 'select'),
    p('department',                     'String',         'select'),
    p('employeeHireDate',               'DateTimeOffset', 'select'),
    p('employeeId',                     'String',         'select'),
    p('employeeType',                   'String',         'select'),
    p('externalUserState',              'String',         'select'),
    p('externalUserStateChangeDateTime','DateTimeOffset', 'select'),
    p('faxNumber',                      'String',         'select'),
    p('identityParentId',               'String',         'select'),
    p('imAddresses',                    ['String'],       'select'),
    p('isManagementRestricted',         'Boolean',        'select'),
    p('isResourceAccount',              'Boolean',        'select'),
    p('lastPasswordChangeDateTime',     'DateTimeOffset', 'select'),
    p('legalAgeGroupClassification',    'String',         'select'),
    p('mailNickname',                   'String',         'select'),
    p('onPremisesDistinguishedName',    'String',         'select'),
    p('onPremisesDomainName',           'String',         'select'),
    p('onPremisesImmutableId',          'String',         'select'),
    p('onPremisesLastSyncDateTime',     'DateTimeOffset', 'select'),
    p('onPremisesSamAccountName',       'String',         'select'),
    p('onPremisesSecurityIdentifier',   'String',         'select'),
    p('onPremisesSyncEnabled',          'Boolean',        'select'),
    p('onPremisesUserPrincipalName',    'String',         'select'),
    p('otherMails',                     ['String'],       'select'),
    p('passwordPolicies',               'String',         'select'),
    p('postalCode',                     'String',         'select'),
    p('preferredDataLocation',          'String',         'select'),
    p('proxyAddresses',                 ['String'],       'select'),
    p('securityIdentifier',             'String',         'select'),
    p('showInAddressList',              'Boolean',        'select'),
    p('signInSessionsValidFromDateTime','DateTimeOffset', 'select'),
    p('state',                          'String',         'select'),
    p('streetAddress',                  'String',         'select'),
    p('usageLocation',                  'String',         'select'),
    p('userType',                       'String',         'select',  { initial: 'Member' }),
  ],
  relations: [
    { name: 'ownedDevices', accepts: ['device'], inverseOf: [{ type: 'device', relation: 'registeredOwners' }] },
    { name: 'registeredDevices', accepts: ['device'], inverseOf: [{ type: 'device', relation: 'registeredUsers' }] },
  ],
};
