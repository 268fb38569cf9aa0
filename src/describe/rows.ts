import {
  DIRECTORY_OBJECT_TYPES,
  DIRECTORY_OBJECTS,
  ENTITY,
  ENTITY_TYPES,
  entityType,
  existsIn,
  pathOfSet,
} from '../model/directory.ts';
import { OPEN_EXTENSIONS, openExtensionsOf } from '../model/extension.ts';
import { QUERY_OPTIONS } from '../model/options.ts';
import { OPERATIONS } from '../model/permissions.ts';
import type { ComplexType, EntityType, Primitive, Property, Relation, Version } from '../model/shape.ts';

/** The model's rows as a version has them: what both descriptions are made of. */

export const NAMESPACE = 'microsoft.graph';

/**
 * An entity set, where it is found, and the type of its objects; undefined for the set of all directory objects. One that
 * is contained is a part of something else, and not one of the service's own.
 */
export type EntitySet = {
  readonly name: string;
  readonly path: string;
  readonly typeName: string;
  readonly type: EntityType | undefined;
};

const ALL: EntitySet = {
  name: DIRECTORY_OBJECTS.set,
  path: DIRECTORY_OBJECTS.set,
  typeName: DIRECTORY_OBJECTS.name,
  type: undefined,
};

/** @param all the model's types, as they are or as a tenant has them */
export function entitySets(all: readonly EntityType[] = ENTITY_TYPES): readonly EntitySet[] {
  const sets = all.flatMap((type) =>
    type.set === undefined ? [] : [{ name: type.set, path: pathOfSet(type) ?? type.set, typeName: type.name, type }],
  );
  return [...sets, ALL];
}

/** The sets of the service's own. */
export function ownSets(all?: readonly EntityType[]): readonly EntitySet[] {
  return entitySets(all).filter(({ type }) => !type?.contained);
}

function isIn({ versions = 'both' }: { readonly versions?: Property['versions'] }, version: Version): boolean {
  return versions === 'both' || versions === version;
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

/** Complex types that a property of that version has, and those within them, each once. */
export function complexTypesIn(version: Version, all: readonly EntityType[]): readonly ComplexType[] {
  const types = all.flatMap((type) => propertiesIn(type, version).map((row) => row.type)).flatMap(withInner);
  // One that a tenant has defined for several types is the same in each.
  return [...new Map(types.map((type) => [type.name, type])).values()];
}

function withInner(type: ComplexType | Primitive): readonly ComplexType[] {
  if (typeof type === 'string') return [];
  return [type, ...type.members.flatMap((member) => withInner(member.type))];
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
  return ownSets().find((set) => set.typeName === name)?.name;
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

/** Whether objects of the type are made or changed anywhere: in a set of their own, or in what they live in. */
export function isWritten({ name }: EntityType, kind: 'create' | 'update'): boolean {
  const holders = ENTITY_TYPES.flatMap((type) => {
    const relations = type.relations.filter((row) => row.contains !== undefined && row.accepts.includes(name));
    return relations.map((row) => `${type.name}.${row.name}`);
  });
  return [name, ...holders].some((one) => isOperation(`${one}.${kind}`));
}

export function isOperation(name: string): boolean {
  return Object.hasOwn(OPERATIONS, name);
}

/** The names of the query options that such a request takes. */
export function optionsOn(kind: string): readonly string[] {
  return Object.keys(QUERY_OPTIONS).filter((name) => QUERY_OPTIONS[name]?.on.some((on) => on === kind));
}

/** Whether applications may keep something beside its objects. */
export function isOpen(type: EntityType): boolean {
  return openExtensionsOf(type, OPEN_EXTENSIONS.relation.name) !== undefined;
}
