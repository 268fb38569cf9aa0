import { ACTIONS } from './actions.ts';
import { DIRECTORY_OBJECT_TYPES, DIRECTORY_OBJECTS, ENTITY_TYPES } from './directory.ts';
import { OPEN_EXTENSIONS, openExtensionsOf } from './extension.ts';
import { OPERATIONS } from './permissions.ts';
import type { EntityType, Relation } from './shape.ts';

/**
 * Each operation that the model's rows make possible has a row in the permission table, or stands here as one that isn't
 * built and is refused: a type, a relation or an action that is added can't be forgotten there.
 */

const forEach = (types: readonly string[], names: readonly string[]) =>
  types.flatMap((type) => names.map((name) => `${type}.${name}`));

export const NOT_BUILT_OPERATIONS: ReadonlySet<string> = new Set([
  ...forEach(['directoryRole', 'directoryRoleTemplate'], ['update', 'delete']),
  'directoryRoleTemplate.create',
  'unifiedRoleAssignment.update',
  'directoryObject.delete',
  ...forEach(
    ['administrativeUnit', 'application', 'directoryRole', 'directoryRoleTemplate'],
    ['checkMemberGroups', 'checkMemberObjects', 'getMemberGroups', 'getMemberObjects'],
  ),
  'application.extensionProperties.update',
  'servicePrincipal.appRoleAssignedTo.update',
  ...forEach(['user', 'group', 'servicePrincipal'], ['appRoleAssignments.update']),
  ...forEach(
    ['user', 'servicePrincipal'],
    ['oauth2PermissionGrants.create', 'oauth2PermissionGrants.update', 'oauth2PermissionGrants.delete'],
  ),
]);

/** The names of the operations that these types make possible. */
export function possibleOperations(types: readonly EntityType[]): readonly string[] {
  const named = types.filter((type) => type.set !== undefined);
  const bound = [...named.filter((type) => DIRECTORY_OBJECT_TYPES.includes(type)), DIRECTORY_OBJECTS];
  return [
    ...named.flatMap((type) => [
      ...forEach([type.name], ['list', 'get', 'create', 'update', 'delete']),
      ...ofRelations(type),
      ...ofOpenExtensions(type),
    ]),
    ...forEach([DIRECTORY_OBJECTS.name], ['list', 'get', 'delete']),
    ...ACTIONS.flatMap(({ name, boundTo, on }) => {
      const among = bound.map((type) => type.name).filter((one) => on === undefined || on.includes(one));
      return forEach(boundTo === 'object' ? among : [DIRECTORY_OBJECTS.name], [name]);
    }),
  ];
}

/** What applications keep beside an object. */
function ofOpenExtensions(type: EntityType): readonly string[] {
  const relation = openExtensionsOf(type, OPEN_EXTENSIONS.relation.name);
  if (!relation) return [];
  return forEach([`${type.name}.${relation.name}`], ['list', 'get', 'create', 'update', 'delete']);
}

function ofRelations({ name, relations }: EntityType): readonly string[] {
  return relations.flatMap((relation) => forEach([`${name}.${relation.name}`], deedsOf(relation)));
}

function deedsOf({ inverseOf, through, single, contains }: Relation): readonly string[] {
  if (contains !== undefined) return ['list', 'create', 'update', 'delete'];
  return (inverseOf ?? through ?? single) ? ['list'] : ['list', 'link', 'unlink'];
}

/** Stops the program, which would otherwise refuse or allow by accident. */
export function checkOperations(types: readonly EntityType[] = ENTITY_TYPES): void {
  const missing = possibleOperations(types).filter(
    (name) => !Object.hasOwn(OPERATIONS, name) && !NOT_BUILT_OPERATIONS.has(name),
  );
  if (missing.length === 0) return;
  throw new Error(
    `no row says who may do ${missing.join(', ')}. Give it one in model/permissions.ts, or name it in model/operations.ts as not built.`,
  );
}
