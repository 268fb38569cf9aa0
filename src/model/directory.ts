import { administrativeUnit } from './administrativeUnit.ts';
import {
  application,
  appRoleAssignment,
  federatedIdentityCredential,
  oauth2PermissionGrant,
  servicePrincipal,
} from './application.ts';
import { device } from './device.ts';
import { extensionProperty, schemaExtension } from './extension.ts';
import { group } from './group.ts';
import { directoryRole, directoryRoleTemplate, roleAssignment, roleDefinition } from './roleManagement.ts';
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
  federatedIdentityCredential,
  roleDefinition,
  roleAssignment,
  extensionProperty,
  schemaExtension,
  directoryRole,
  directoryRoleTemplate,
];

/** Types derived from `directoryObject`: what `/directoryObjects/{id}` finds. */
export const DIRECTORY_OBJECT_TYPES: readonly EntityType[] = [
  device,
  user,
  group,
  administrativeUnit,
  servicePrincipal,
  application,
  directoryRole,
  directoryRoleTemplate,
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
  'addtokensigningcertificate',
  'appmanagementpolicies',
  'changepassword',
  'claimsmappingpolicies',
  'commands',
  'deleteditems',
  'createdobjects',
  'createdonbehalfof',
  'delegatedpermissionclassifications',
  'delta',
  'directory',
  'directreports',
  'domains',
  'endpoints',
  'homerealmdiscoverypolicies',
  'logo',
  'manager',
  'me',
  'organization',
  'restore',
  'rolemanagement',
  'scopedrolemembers',
  'setverifiedpublisher',
  'subscriptions',
  'synchronization',
  'tokenissuancepolicies',
  'tokenlifetimepolicies',
  'unsetverifiedpublisher',
  'usagerights',
]);

const types = new Map(ENTITY_TYPES.map((type) => [type.name, type]));
const sets = new Map(ENTITY_TYPES.filter((type) => type.set).map((type) => [type.set?.toLowerCase(), type]));
/** How many segments containers have, by their first one. */
const containerDepths = new Map<string, number[]>();
for (const { container } of ENTITY_TYPES) {
  const parts = container?.toLowerCase().split('/') ?? [];
  const [first] = parts;
  if (first !== undefined) containerDepths.set(first, [...(containerDepths.get(first) ?? []), parts.length]);
}
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

/** How many of a URL's first segments name the container of an entity set that comes next. */
export function containerSegments(segments: readonly { readonly name: string }[]): number {
  const depths = containerDepths.get(segments[0]?.name.toLowerCase() ?? '');
  const found = depths?.find((depth) => {
    const path = segments.slice(0, depth).map(({ name }) => name.toLowerCase());
    return sets.get(segments[depth]?.name.toLowerCase() ?? '')?.container?.toLowerCase() === path.join('/');
  });
  return found ?? 0;
}

/** The type whose entity set a URL names, whatever its case, as Graph takes it. @param within its container was named, too */
export function typeOfSet(set: string, within: boolean): EntityType | undefined {
  const type = sets.get(set.toLowerCase());
  return type?.contained && !within ? undefined : type;
}

/** Where an entity set is found, as answers write it. */
export function pathOfSet(type: EntityType): string | undefined {
  return type.contained ? `${type.container}/${type.set}` : type.set;
}

export function propertyOf(type: EntityType, name: string): Property | undefined {
  return propertiesOf.get(type.name)?.get(name) ?? type.custom?.shown.get(name);
}

export function relationOf(type: EntityType, name: string): Relation | undefined {
  return relationsOf.get(type.name)?.get(name.toLowerCase());
}

export function existsIn(property: Property, version: Version): boolean {
  return property.versions === 'both' || (property.versions === 'beta' && version === 'beta');
}

/** The properties by which one object can be addressed, beside its id. */
export function alternateKeysOf(type: EntityType): readonly Property[] {
  return type.properties.filter((row) => row.index === 'unique');
}
