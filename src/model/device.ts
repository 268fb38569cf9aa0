import { ATTRIBUTE_NUMBERS, attributeName, onPremisesExtensionAttributes } from './extensionAttributes.ts';
import { type Action, type ComplexType, type EntityType, filterable, property as p } from './shape.ts';

/**
 * The device: https://learn.microsoft.com/graph/api/resources/device. The rows stand in the order in which
 * Graph sends them.
 */

const alternativeSecurityId: ComplexType = {
  name: 'alternativeSecurityId',
  members: [
    { name: 'type', type: 'Int32', filter: filterable('eq ne+ not+'), index: 'term' },
    { name: 'identityProvider', type: 'String', filter: filterable('eq+ ne+ not+ startsWith+'), index: 'term' },
    { name: 'key', type: 'Binary', filter: filterable('eq ne+ not+'), index: 'term' },
  ],
};

const basic: Action = 'microsoft.directory/devices/basic/update';
const enabling = {
  true: 'microsoft.directory/devices/enable',
  false: 'microsoft.directory/devices/disable',
} as const;

/** Attributes 1-5, 6-10 and 11-15 are three sets, each with an action of its own. */
const attributeSets = Object.fromEntries(
  ATTRIBUTE_NUMBERS.map((n) => [
    attributeName(n),
    `microsoft.directory/devices/extensionAttributeSet${Math.ceil(n / 5)}/update` as Action,
  ]),
);

export const device: EntityType = {
  name: 'device',
  title: 'Device',
  set: 'devices',
  extensible: { by: ['directory', 'schema', 'open'], action: basic },
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                            type                       versions  served     create                  update       more
    p('id',                            'Guid',                    'both',   'default', 'ignored',              'ignored', { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',               'DateTimeOffset',          'both',   'default', 'ignored',              'ignored', { sort: 'advanced' }),
    p('accountEnabled',                'Boolean',                 'both',   'default', 'required',             enabling, { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('approximateLastSignInDateTime', 'DateTimeOffset',          'both',   'default', 'optional',             'refused', { filter: 'eq+ ne+ not+ ge le null+', index: 'indexed', sort: 'advanced' }),
    p('complianceExpirationDateTime',  'DateTimeOffset',          'both',   'default', 'refused',              'refused'),
    p('createdDateTime',               'DateTimeOffset',          'both',   'default', 'ignored',              'ignored', { initial: { now: true }, index: 'indexed', sort: 'advanced' }),
    p('deviceCategory',                'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ startsWith+ null+', index: 'counted' }),
    p('deviceId',                      'String',                  'both',   'default', 'required',             'refused', { index: 'unique', filter: 'eq ne+ not+ in startsWith+' }),
    p('deviceMetadata',                'String',                  'both',   'default', 'optional',             'refused'),
    p('deviceOwnership',               'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ null+', index: 'counted' }),
    p('deviceVersion',                 'Int32',                   'both',   'default', 'optional',             'refused'),
    p('displayName',                   'String',                  'both',   'default', 'requiredUnlessSample', basic, { most: 256, index: 'indexed', filter: 'eq ne+ not+ ge+ le+ in startsWith null+', sort: 'advanced', search: 'words' }),
    p('domainName',                    'String',                  'both',   'default', 'refused',              'refused'),
    p('enrollmentProfileName',         'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ startsWith+ null+', index: 'counted' }),
    p('enrollmentType',                'String',                  'both',   'default', 'refused',              'refused'),
    p('externalSourceName',            'String',                  'both',   'default', 'refused',              'refused'),
    p('isCompliant',                   'Boolean',                 'both',   'default', 'refused',              basic, { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('isManaged',                     'Boolean',                 'both',   'default', 'refused',              basic, { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('isRooted',                      'Boolean',                 'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ null+', index: 'counted' }),
    p('managementType',                'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ null+', index: 'counted' }),
    p('manufacturer',                  'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ startsWith+ null+', index: 'counted' }),
    p('mdmAppId',                      'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq ne+ not+ in startsWith+ null+', index: 'counted' }),
    p('model',                         'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ in+ startsWith+ null+', index: 'counted' }),
    p('onPremisesLastSyncDateTime',    'DateTimeOffset',          'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ ge le in+', index: 'indexed' }),
    p('onPremisesSyncEnabled',         'Boolean',                 'both',   'default', 'refused',              'refused', { filter: 'eq ne+ not+ in null+', index: 'counted' }),
    p('operatingSystem',               'String',                  'both',   'default', 'requiredUnlessSample', basic, { filter: 'eq ne+ not+ ge+ le+ in startsWith null+', index: 'counted' }),
    p('operatingSystemVersion',        'String',                  'both',   'default', 'requiredUnlessSample', basic, { filter: 'eq ne+ not+ ge+ le+ in startsWith null+', index: 'counted' }),
    p('physicalIds',                   ['String'],                'both',   'default', 'optional',             basic, { filter: 'eq ne+ not+ ge+ le+ startsWith+ count+', index: 'term' }),
    p('profileType',                   'String',                  'both',   'default', 'optional',             'refused', { initial: 'RegisteredDevice', filter: 'eq ne+ not+ in', index: 'counted' }),
    p('registrationDateTime',          'DateTimeOffset',          'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ ge+ le+ null+', index: 'indexed' }),
    p('sourceType',                    'String',                  'both',   'default', 'refused',              'refused'),
    p('systemLabels',                  ['String'],                'both',   'default', 'refused',              'refused', { filter: 'eq+ ne+ not+ startsWith+ count+', index: 'term' }),
    p('trustType',                     'String',                  'both',   'default', 'refused',              'refused', { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('extensionAttributes',           onPremisesExtensionAttributes, 'both', 'default', 'optional',           attributeSets),
    p('alternativeSecurityIds',        [alternativeSecurityId],   'both',   'default', 'required',             'refused', { filter: 'not+ count+' }),
    p('alternativeNames',              ['String'],                'beta',   'default', 'refused',              'refused'),
    p('exchangeActiveSyncIds',         ['String'],                'beta',   'default', 'refused',              'refused'),
    p('hostnames',                     ['String'],                'beta',   'default', 'refused',              'refused', { filter: 'eq ne+ not+ startsWith count+', index: 'term' }),
    p('isManagementRestricted',        'Boolean',                 'both',   'select',  'refused',              'refused',   { initial: false }),
    p('onPremisesSecurityIdentifier',  'String',                  'both',   'select',  'refused',              'refused', { filter: 'eq ne+ not+ in null+', index: 'term' }),
    p('kind',                          'String',                  'beta',   'select',  'refused',              'refused'),
    p('name',                          'String',                  'beta',   'select',  'refused',              'refused'),
    p('platform',                      'String',                  'beta',   'select',  'refused',              'refused'),
    p('status',                        'String',                  'beta',   'select',  'refused',              'refused'),
  ],
  relations: [
    { name: 'registeredOwners', accepts: ['user', 'servicePrincipal'] },
    { name: 'registeredUsers', accepts: ['user', 'servicePrincipal'] },
    {
      name: 'memberOf',
      advanced: true,
      accepts: ['group', 'administrativeUnit'],
      inverseOf: [
        { type: 'group', relation: 'members' },
        { type: 'administrativeUnit', relation: 'members' },
      ],
    },
    { name: 'transitiveMemberOf', accepts: ['group', 'administrativeUnit'], through: 'memberOf', advanced: true },
  ],
};
