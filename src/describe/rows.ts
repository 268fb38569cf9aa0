import {
  DIRECTORY_OBJECT_TYPES,
  DIRECTORY_OBJECTS,
  ENTITY,
  ENTITY_TYPES,
  entityType,
  existsIn,
} from '../model/directory.ts';
import { DEFINITIONS, extensionProperty, OPEN_EXTENSIONS } from '../model/extension.ts';
import { QUERY_OPTIONS } from '../model/options.ts';
import { OPERATIONS } from '../model/permissions.ts';
import type { ComplexType, EntityType, Property, Relation, Version } from '../model/shape.ts';

/** The model's rows as a version has them: what both descriptions are made of. */

export const NAMESPACE = 'microsoft.graph';

/** An entity set, and the type of its objects; undefined for the set of all directory objects. */
export type EntitySet = { readonly name: string; readonly typeName: string; readonly type: EntityType | undefined };

/** @param all the model's types, as they are or as a tenant has them */
export function entitySets(all: readonly EntityType[] = ENTITY_TYPES): readonly EntitySet[] {
  const sets = all.flatMap((type) => (type.set === undefined ? [] : [{ name: type.set, typeName: type.name, type }]));
  return [...sets, { name: DIRECTORY_OBJECTS.set, typeName: DIRECTORY_OBJECTS.name, type: undefined }];
}

function isIn(row: { readonly versions?: 'both' | 'beta' }, version: Version): boolean {
  return row.versions !== 'beta' || version === 'beta';
}

export function propertiesIn(type: EntityType, version: Version): readonly Property[] {
  return [...type.properties, ...(type.custom?.shown.values() ?? [])].filter((row) => existsIn(row, version));
}

/** The properties of the set's objects: of all directory objects, those that each of them has. */
export function propertiesOfSet(set: EntitySet, version: Version): readonly Property[] {
  if (set.type) return propertiesIn(set.type, version);
  const [first] = DIRECTORY_OBJECT_TYPES;
  return first ? propertiesIn(first, version).filter((row) => isInherited(row.name)) : [];
}

function isInherited(name: string): boolean {
  return name === ENTITY.key || DIRECTORY_OBJECTS.properties.includes(name);
}

/** The rows that the type adds to those of the abstract types above it. */
export function ownProperties(type: EntityType, version: Version): readonly Property[] {
  const above = isDirectoryObject(type) ? isInherited : (name: string) => name === ENTITY.key;
  return propertiesIn(type, version).filter((row) => !above(row.name));
}

/** The rows that stand for those of an abstract type: each type below it has the same. */
export function inheritedProperties(names: readonly string[]): readonly Property[] {
  const [first] = DIRECTORY_OBJECT_TYPES;
  return first?.properties.filter((row) => names.includes(row.name)) ?? [];
}

export function relationsIn(type: EntityType, version: Version): readonly Relation[] {
  return type.relations.filter((row) => isIn(row, version));
}

/** Complex types that a property of that version has, each once. */
export function complexTypesIn(version: Version, all: readonly EntityType[]): readonly ComplexType[] {
  const types = all.flatMap((type) => propertiesIn(type, version).map((row) => row.type));
  const complex = types.filter((type) => typeof type !== 'string');
  // One that a tenant has defined for several types is the same in each.
  return [...new Map(complex.map((type) => [type.name, type])).values()];
}

export function isDirectoryObject(type: EntityType): boolean {
  return DIRECTORY_OBJECT_TYPES.some(({ name }) => name === type.name);
}

/** What the other end of a relation is called: its type, or the abstract type above all that are accepted. */
export function targetName({ accepts }: Relation): string {
  if (accepts.every((name) => isDirectoryObject(entityType(name)))) return DIRECTORY_OBJECTS.name;
  const [only, ...others] = accepts;
  return only !== undefined && others.length === 0 ? only : ENTITY.name;
}

/** The set in which the other end of a relation is found; undefined where it lives within the object itself. */
export function targetSet(relation: Relation): string | undefined {
  const name = targetName(relation);
  return entitySets().find((set) => set.typeName === name)?.name;
}

/** Whether a create body must hold it. Under the `live` fidelity beta requires what v1.0 does. */
export function isRequired({ create }: Property, version: Version): boolean {
  return create === 'required' || (create === 'requiredUnlessSample' && version === 'v1.0');
}

export function isCreatable({ create }: Property): boolean {
  return create !== 'refused' && create !== 'ignored';
}

export function isUpdatable({ update }: Property): boolean {
  return update !== 'refused' && update !== 'ignored';
}

export function isOperation(name: string): boolean {
  return Object.hasOwn(OPERATIONS, name);
}

/** The names of the query options that such a request takes. */
export function optionsOn(kind: string): readonly string[] {
  return Object.keys(QUERY_OPTIONS).filter((name) => QUERY_OPTIONS[name]?.on.some((on) => on === kind));
}

/** What only an object contains: a relation whose objects have no address but below it. */
export type ContainedRow = { readonly relation: string; readonly type: string; readonly base: string };

export function containedIn(type: EntityType): readonly ContainedRow[] {
  const { relation, type: openType, base } = OPEN_EXTENSIONS;
  const isOpen = type.extensible?.by.includes('open') === true;
  const isOwner = type.name === DEFINITIONS.of;
  return [
    ...(isOwner
      ? [{ relation: DEFINITIONS.relation, type: extensionProperty.name, base: extensionProperty.name }]
      : []),
    ...(isOpen ? [{ relation: relation.name, type: openType, base }] : []),
  ];
}
