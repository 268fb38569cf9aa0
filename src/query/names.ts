import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECT_TYPES, entityType, existsIn, propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Relation, Version } from '../model/shape.ts';

/** The types whose objects a request may answer with. */
export function typesOf(type: EntityType | undefined, relation: Relation | undefined): readonly EntityType[] {
  if (relation) return relation.accepts.map((name) => entityType(name));
  return type ? [type] : DIRECTORY_OBJECT_TYPES;
}

/** The names, if each is a property of one of the types. */
export function checkNames(
  names: readonly string[],
  types: readonly EntityType[],
  version: Version,
): readonly string[] {
  for (const name of names) {
    const known = types.some((type) => {
      const property = propertyOf(type, name);
      return property !== undefined && existsIn(property, version);
    });
    if (!known) throw new Refusal(ERRORS.propertyUndeclared, { name });
  }
  return names;
}
