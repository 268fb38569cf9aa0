import { administrativeUnit } from './administrativeUnit.ts';
import {
  application,
  appRoleAssignment,
  oauth2PermissionGrant,
  roleAssignment,
  roleDefinition,
  servicePrincipal,
} from './application.ts';
import { device } from './device.ts';
import { extensionProperty, schemaExtension } from './extension.ts';
import { group } from './group.ts';
import type { EntityType, Property, Relation, Version } from './shape.ts';
import { user } from './user.ts';

/** The model's entity types, and the look-ups over them that the other rooms share. */

export const ENTITY_TYPES: readonly EntityType[] = [
  device,
  user,
  group,
  administrativeUnit,
  application,
  servicePrincipal,
  oauth2PermissionGrant,
  appRoleAssignment,
  roleDefinition,
  roleAssignment,
  extensionProperty,
  schemaExtension,
];

/** Types derived from `directoryObject`: what `/directoryObjects/{id}` finds. */
export const DIRECTORY_OBJECT_TYPES: readonly EntityType[] = [
  device,
  user,
  group,
  administrativeUnit,
  servicePrincipal,
  application,
];

/** The abstract type that every type derives from, and the property that it declares for them all: their key. */
export const ENTITY = Object.freeze({ name: 'entity', key: 'id' });

/** The abstract type of directory objects: its entity set, its name, and what it declares for the types derived from it. */
export const DIRECTORY_OBJECTS = Object.freeze({
  set: 'directoryObjects',
  name: 'directoryObject',
  properties: ['deletedDateTime'] as readonly string[],
});

/** The parts of Graph that have a place in this directory and are not built yet; they are refused by name. */
export const NOT_BUILT: ReadonlySet<string> = new Set([
  '$batch',
  '$metadata',
  '$value',
  'approleassignments',
  'changepassword',
  'commands',
  'deleteditems',
  'delta',
  'directory',
  'directreports',
  'directoryroles',
  'directoryroletemplates',
  'domains',
  'manager',
  'me',
  'oauth2permissiongrants',
  'organization',
  'restore',
  'rolemanagement',
  'scopedrolemembers',
  'subscriptions',
  'usagerights',
]);

const types = new Map(ENTITY_TYPES.map((type) => [type.name, type]));
const sets = new Map(ENTITY_TYPES.filter((type) => type.set).map((type) => [type.set?.toLowerCase(), type]));
const propertiesOf = new Map(
  ENTITY_TYPES.map((type) => [type.name, new Map(type.properties.map((row) => [row.name, row]))]),
);
const relationsOf = new Map(
  ENTITY_TYPES.map((type) => [type.name, new Map(type.relations.map((row) => [row.name.toLowerCase(), row]))]),
);

/** The type of that name; a name that isn't the model's own is a mistake in the program. */
export function entityType(name: string): EntityType {
  const type = types.get(name);
  if (!type) throw new Error(`the model has no entity type '${name}'`);
  return type;
}

/** Whether a URL may name the entity set in that container. */
export function isContained(container: string, set: string): boolean {
  return typeOfSet(set)?.container === container.toLowerCase();
}

/** The type whose entity set a URL names, whatever its case, as Graph takes it. */
export function typeOfSet(set: string): EntityType | undefined {
  return sets.get(set.toLowerCase());
}

export function propertyOf(type: EntityType, name: string): Property | undefined {
  return propertiesOf.get(type.name)?.get(name) ?? type.custom?.shown.get(name);
}

export function relationOf(type: EntityType, name: string): Relation | undefined {
  return relationsOf.get(type.name)?.get(name.toLowerCase());
}

export function existsIn(property: Property, version: Version): boolean {
  return property.versions === 'both' || property.versions === version;
}

/** The properties by which one object can be addressed, beside its id. */
export function alternateKeysOf(type: EntityType): readonly Property[] {
  return type.properties.filter((row) => row.index === 'unique');
}
