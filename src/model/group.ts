import { LIMITS } from './limits.ts';
import { type Action, type ComplexType, type EntityType, filterable, property as p } from './shape.ts';

/**
 * The group: https://learn.microsoft.com/graph/api/resources/group. The rows stand in the order in which Graph
 * sends them.
 */

const onPremisesProvisioningError: ComplexType = {
  name: 'onPremisesProvisioningError',
  members: [
    { name: 'value', type: 'String' },
    { name: 'category', type: 'String', filter: filterable('eq ne+ not+'), index: 'term' },
    { name: 'propertyCausingError', type: 'String', filter: filterable('eq ne+ not+'), index: 'term' },
    { name: 'occurredDateTime', type: 'DateTimeOffset' },
  ],
};

const basic: Action = 'microsoft.directory/groups/basic/update';
const classifying: Action = 'microsoft.directory/groups/classification/update';
const typing: Action = 'microsoft.directory/groups/groupType/update';
const ruling: Action = 'microsoft.directory/groups/dynamicMembershipRule/update';
const showing: Action = 'microsoft.directory/groups/visibility/update';

/** What most texts of a group can be asked. */
const text = 'eq ne+ not+ ge+ le+ in startsWith null+';

export const group: EntityType = {
  name: 'group',
  title: 'Group',
  set: 'groups',
  extensible: { by: ['directory', 'schema', 'open'], action: basic },
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                           type              versions  served     create      update       more
    p('id',                           'Guid',           'both',   'default', 'ignored',  'ignored',   { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',              'DateTimeOffset', 'both',   'default', 'ignored',  'ignored',   { sort: 'advanced' }),
    p('classification',               'String',         'both',   'default', 'optional', classifying, { filter: 'eq ne+ not+ ge+ le+ in startsWith', index: 'counted' }),
    p('createdDateTime',              'DateTimeOffset', 'both',   'default', 'ignored',  'ignored',   { initial: { now: true } }),
    p('creationOptions',              ['String'],       'both',   'default', 'refused',  'refused'),
    p('description',                  'String',         'both',   'default', 'optional', basic,       { most: 1024, filter: 'eq+ ne+ not+ ge+ le+ startsWith+', search: 'words', index: 'term' }),
    p('displayName',                  'String',         'both',   'default', 'required', basic,       { most: 256, filter: text, sort: 'default', search: 'words', index: 'indexed' }),
    p('expirationDateTime',           'DateTimeOffset', 'both',   'default', 'refused',  'refused',   { filter: 'eq+ ne+ not+ ge+ le+ in+', index: 'indexed' }),
    p('groupTypes',                   ['String'],       'both',   'default', 'optional', typing,      { filter: 'eq ne+ not+ count+', index: 'counted' }),
    p('isAssignableToRole',           'Boolean',        'both',   'default', 'optional', 'refused',   { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('mail',                         'String',         'both',   'default', 'refused',  'refused',   { filter: 'eq ne+ not+ ge+ le+ in startsWith endsWith+ null+', index: 'indexed' }),
    p('mailEnabled',                  'Boolean',        'both',   'default', 'required', basic,       { initial: false, filter: 'eq ne+ not+ in', index: 'counted' }),
    p('mailNickname',                 'String',         'both',   'default', 'required', basic,       { most: 64, filter: text, index: 'indexed' }),
    p('membershipRule',               'String',         'both',   'default', 'optional', ruling,      { most: LIMITS.ruleCharacters, filter: 'eq ne+ not+ ge+ le+ in startsWith', index: 'term' }),
    p('membershipRuleProcessingState', 'String',        'both',   'default', 'optional', ruling,      { filter: 'eq+ ne+ not+ in+', index: 'counted' }),
    p('onPremisesDomainName',         'String',         'both',   'default', 'refused',  'refused'),
    p('onPremisesLastSyncDateTime',   'DateTimeOffset', 'both',   'default', 'refused',  'refused',   { filter: 'eq ne+ not+ ge le in', index: 'indexed' }),
    p('onPremisesNetBiosName',        'String',         'both',   'default', 'refused',  'refused'),
    p('onPremisesSamAccountName',     'String',         'both',   'default', 'refused',  'refused',   { filter: 'eq+ ne+ not+ ge+ le+ in+ startsWith+', index: 'term' }),
    p('onPremisesSecurityIdentifier', 'String',         'both',   'default', 'refused',  'refused',   { filter: 'eq+ ne+ not+ null+', index: 'term' }),
    p('onPremisesSyncEnabled',        'Boolean',        'both',   'default', 'refused',  'refused',   { filter: 'eq ne+ not+ in null+', index: 'counted' }),
    p('preferredDataLocation',        'String',         'both',   'default', 'optional', basic),
    p('preferredLanguage',            'String',         'both',   'default', 'optional', basic,       { filter: 'eq+ ne+ not+ ge+ le+ in+ startsWith+ null+', index: 'counted' }),
    p('proxyAddresses',               ['String'],       'both',   'default', 'refused',  'refused',   { filter: 'eq ne+ not+ ge+ le+ startsWith endsWith+ count+', index: 'term' }),
    p('renewedDateTime',              'DateTimeOffset', 'both',   'default', 'ignored',  'ignored',   { initial: { now: true }, filter: 'eq ne+ not+ ge le in', index: 'indexed' }),
    p('resourceBehaviorOptions',      ['String'],       'both',   'default', 'optional', 'refused'),
    p('resourceProvisioningOptions',  ['String'],       'both',   'default', 'optional', 'refused',   { filter: 'eq ne+ not+ startsWith count+', index: 'counted' }),
    p('securityEnabled',              'Boolean',        'both',   'default', 'required', basic,       { initial: true, filter: 'eq ne+ not+ in', index: 'counted' }),
    p('securityIdentifier',           'String',         'both',   'default', 'refused',  'refused',   { initial: { sid: true } }),
    p('theme',                        'String',         'both',   'default', 'optional', basic),
    p('uniqueName',                   'String',         'both',   'default', 'optional', 'refused',   { index: 'unique', filter: 'eq ne+ not+ in' }),
    p('visibility',                   'String',         'both',   'default', 'optional', showing),
    p('onPremisesProvisioningErrors', [onPremisesProvisioningError], 'both', 'default', 'refused', 'refused', { filter: 'not+ count+' }),
    p('infoCatalogs',                 ['String'],       'both',   'select',  'refused',  'refused',   { filter: 'eq ne+ not+ ge le startsWith count+', index: 'term' }),
    p('isManagementRestricted',       'Boolean',        'both',   'select',  'refused',  'refused'),
  ],
  relations: [
    { name: 'appRoleAssignments', accepts: ['appRoleAssignment'], contains: 'principalId' },
    {
      name: 'members',
      advanced: true,
      accepts: ['user', 'group', 'device', 'servicePrincipal'],
      bind: ['create', 'update'],
    },
    { name: 'owners', accepts: ['user', 'servicePrincipal'], bind: ['create'] },
    {
      name: 'transitiveMembers',
      advanced: true,
      accepts: ['user', 'group', 'device', 'servicePrincipal'],
      through: 'members',
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
