import { type Action, type ComplexType, type EntityType, type Member, property as p } from './shape.ts';

/**
 * The device: https://learn.microsoft.com/graph/api/resources/device. The rows stand in the order in which
 * Graph sends them.
 */

const alternativeSecurityId: ComplexType = {
  name: 'alternativeSecurityId',
  members: [
    { name: 'type', type: 'Int32' },
    { name: 'identityProvider', type: 'String' },
    { name: 'key', type: 'Binary' },
  ],
};

const attributeNumbers = Array.from({ length: 15 }, (_, index) => index + 1);

const onPremisesExtensionAttributes: ComplexType = {
  name: 'onPremisesExtensionAttributes',
  members: attributeNumbers.map((n): Member => ({ name: `extensionAttribute${n}`, type: 'String' })),
};

const basic: Action = 'microsoft.directory/devices/basic/update';
const enabling = {
  true: 'microsoft.directory/devices/enable',
  false: 'microsoft.directory/devices/disable',
} as const;

/** Attributes 1-5, 6-10 and 11-15 are three sets, each with an action of its own. */
const attributeSets = Object.fromEntries(
  attributeNumbers.map((n) => [
    `extensionAttribute${n}`,
    `microsoft.directory/devices/extensionAttributeSet${Math.ceil(n / 5)}/update` as Action,
  ]),
);

export const device: EntityType = {
  name: 'device',
  title: 'Device',
  set: 'devices',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                            type                       versions  served     create                  update       more
    p('id',                            'Guid',                    'both',   'default', 'ignored',              'ignored'),
    p('deletedDateTime',               'DateTimeOffset',          'both',   'default', 'ignored',              'ignored'),
    p('accountEnabled',                'Boolean',                 'both',   'default', 'required',             enabling),
    p('approximateLastSignInDateTime', 'DateTimeOffset',          'both',   'default', 'optional',             'refused'),
    p('complianceExpirationDateTime',  'DateTimeOffset',          'both',   'default', 'refused',              'refused'),
    p('createdDateTime',               'DateTimeOffset',          'both',   'default', 'ignored',              'ignored',   { initial: { now: true } }),
    p('deviceCategory',                'String',                  'both',   'default', 'refused',              'refused'),
    p('deviceId',                      'String',                  'both',   'default', 'required',             'refused',   { index: 'unique' }),
    p('deviceMetadata',                'String',                  'both',   'default', 'optional',             'refused'),
    p('deviceOwnership',               'String',                  'both',   'default', 'refused',              'refused'),
    p('deviceVersion',                 'Int32',                   'both',   'default', 'optional',             'refused'),
    p('displayName',                   'String',                  'both',   'default', 'requiredUnlessSample', basic,       { most: 256 }),
    p('domainName',                    'String',                  'both',   'default', 'refused',              'refused'),
    p('enrollmentProfileName',         'String',                  'both',   'default', 'refused',              'refused'),
    p('enrollmentType',                'String',                  'both',   'default', 'refused',              'refused'),
    p('externalSourceName',            'String',                  'both',   'default', 'refused',              'refused'),
    p('isCompliant',                   'Boolean',                 'both',   'default', 'refused',              basic),
    p('isManaged',                     'Boolean',                 'both',   'default', 'refused',              basic),
    p('isRooted',                      'Boolean',                 'both',   'default', 'refused',              'refused'),
    p('managementType',                'String',                  'both',   'default', 'refused',              'refused'),
    p('manufacturer',                  'String',                  'both',   'default', 'refused',              'refused'),
    p('mdmAppId',                      'String',                  'both',   'default', 'refused',              'refused'),
    p('model',                         'String',                  'both',   'default', 'refused',              'refused'),
    p('onPremisesLastSyncDateTime',    'DateTimeOffset',          'both',   'default', 'refused',              'refused'),
    p('onPremisesSyncEnabled',         'Boolean',                 'both',   'default', 'refused',              'refused'),
    p('operatingSystem',               'String',                  'both',   'default', 'requiredUnlessSample', basic),
    p('operatingSystemVersion',        'String',                  'both',   'default', 'requiredUnlessSample', basic),
    p('physicalIds',                   ['String'],                'both',   'default', 'optional',             basic),
    p('profileType',                   'String',                  'both',   'default', 'optional',             'refused',   { initial: 'RegisteredDevice' }),
    p('registrationDateTime',          'DateTimeOffset',          'both',   'default', 'refused',              'refused'),
    p('sourceType',                    'String',                  'both',   'default', 'refused',              'refused'),
    p('systemLabels',                  ['String'],                'both',   'default', 'refused',              'refused'),
    p('trustType',                     'String',                  'both',   'default', 'refused',              'refused'),
    p('extensionAttributes',           onPremisesExtensionAttributes, 'both', 'default', 'optional',           attributeSets),
    p('alternativeSecurityIds',        [alternativeSecurityId],   'both',   'default', 'required',             'refused'),
    p('alternativeNames',              ['String'],                'beta',   'default', 'refused',              'refused'),
    p('exchangeActiveSyncIds',         ['String'],                'beta',   'default', 'refused',              'refused'),
    p('hostnames',                     ['String'],                'beta',   'default', 'refused',              'refused'),
    p('isManagementRestricted',        'Boolean',                 'both',   'select',  'refused',              'refused',   { initial: false }),
    p('onPremisesSecurityIdentifier',  'String',                  'both',   'select',  'refused',              'refused'),
    p('kind',                          'String',                  'beta',   'select',  'refused',              'refused'),
    p('name',                          'String',                  'beta',   'select',  'refused',              'refused'),
    p('platform',                      'String',                  'beta',   'select',  'refused',              'refused'),
    p('status',                        'String',                  'beta',   'select',  'refused',              'refused'),
  ],
  relations: [
    { name: 'registeredOwners', accepts: ['user', 'servicePrincipal'] },
    { name: 'registeredUsers', accepts: ['user', 'servicePrincipal'] },
  ],
};
