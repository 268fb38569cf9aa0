import { type Action, type EntityType, property as p } from './shape.ts';

/** The administrative unit: https://learn.microsoft.com/graph/api/resources/administrativeunit */

const all: Action = 'microsoft.directory/administrativeUnits/allProperties/allTasks';

export const administrativeUnit: EntityType = {
  name: 'administrativeUnit',
  title: 'AdministrativeUnit',
  set: 'administrativeUnits',
  container: 'directory',
  extensible: { by: ['directory', 'schema', 'open'], action: all },
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                            type              versions  served     create      update     more
    p('id',                            'Guid',           'both',   'default', 'ignored',  'ignored', { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',               'DateTimeOffset', 'both',   'default', 'ignored',  'ignored', { sort: 'advanced' }),
    p('displayName',                   'String',         'both',   'default', 'required', all,       { most: 256, filter: 'eq ne+ not+ ge+ le+ in startsWith null+', sort: 'advanced', search: 'words', index: 'indexed' }),
    p('description',                   'String',         'both',   'default', 'optional', all,       { most: 1024, filter: 'eq+ ne+ not+ in+ startsWith+', search: 'words', index: 'term' }),
    p('isMemberManagementRestricted',  'Boolean',        'both',   'default', 'optional', 'refused'),
    p('membershipRule',                'String',         'both',   'default', 'optional', all,       { most: 3072 }),
    p('membershipRuleProcessingState', 'String',         'both',   'default', 'optional', all),
    p('membershipType',                'String',         'both',   'default', 'optional', all),
    p('visibility',                    'String',         'both',   'default', 'optional', all),
  ],
  relations: [{ name: 'members', advanced: true, accepts: ['user', 'group', 'device'] }],
};
