import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECT_TYPES, entityType, existsIn, propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Relation, Version } from '../model/shape.ts';
import type { Options } from './parse.ts';

/**
 * Options held against the model. An option that isn't built is refused by name, never ignored.
 */

/** What a list is asked for. */
export type ListQuery = {
  /** null: the default set. */
  readonly select: readonly string[] | null;
  readonly top: number;
  readonly skipToken: string | undefined;
};

/** The types whose objects a request may answer with. */
export function typesOf(type: EntityType | undefined, relation: Relation | undefined): readonly EntityType[] {
  if (relation) return relation.accepts.map((name) => entityType(name));
  return type ? [type] : DIRECTORY_OBJECT_TYPES;
}

export function checkListQuery(options: Options, types: readonly EntityType[], version: Version): ListQuery {
  allowOnly(options, '$select', '$top', '$skiptoken');
  const top = options.get('$top');
  return {
    select: checkSelect(options.get('$select'), types, version),
    top: top === undefined ? LIMITS.pageDefault : checkTop(top),
    skipToken: options.get('$skiptoken'),
  };
}

export function checkSelectQuery(
  options: Options,
  types: readonly EntityType[],
  version: Version,
): readonly string[] | null {
  allowOnly(options, '$select');
  return checkSelect(options.get('$select'), types, version);
}

export function allowOnly(options: Options, ...names: readonly string[]): void {
  for (const name of options.keys()) {
    if (!names.includes(name)) throw new Refusal(ERRORS.optionUnsupported, { option: name });
  }
}

function checkTop(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(ERRORS.topInvalid, { value: text });
  const top = Number(text);
  if (top < 1 || top > LIMITS.pageMost) {
    throw new Refusal(ERRORS.pageSize, { value: text, most: String(LIMITS.pageMost) });
  }
  return top;
}

/** A name must be a property of at least one of the types; the others are shown without it. */
function checkSelect(
  text: string | undefined,
  types: readonly EntityType[],
  version: Version,
): readonly string[] | null {
  if (text === undefined) return null;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  if (text.trim() === '' || names.length > LIMITS.selectNames) {
    throw new Refusal(ERRORS.selectEmpty, { most: String(LIMITS.selectNames) });
  }
  for (const name of names) {
    const known = types.some((type) => {
      const property = propertyOf(type, name);
      return property !== undefined && existsIn(property, version);
    });
    if (!known) throw new Refusal(ERRORS.propertyUndeclared, { name });
  }
  return names;
}
