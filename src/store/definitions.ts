import { derived } from '../lib/derived.ts';
import { ENTITY_TYPES, entityType } from '../model/directory.ts';
import { customProperty, type Definition } from '../model/extension.ts';
import type { Custom, EntityType, Property } from '../model/shape.ts';

/**
 * The model's types as one tenant has them. What a tenant has defined becomes rows of the same shape as the model's, so
 * that bodies, queries, texts and descriptions need no second way.
 */
export type TenantTypes = {
  /** The type with that name. */
  readonly named: (name: string) => EntityType;
  /** A type of the model as this tenant has it. */
  readonly of: (type: EntityType) => EntityType;
  /** A text that no other tenant's types have, and no others of this tenant; empty where nothing has been defined. */
  readonly key: string;
};

/** What a tenant has defined that has defined nothing: always this very list. */
export const NO_DEFINITIONS: readonly Definition[] = Object.freeze([]);

/** The model's own types. */
export const MODEL_TYPES: TenantTypes = Object.freeze({
  named: entityType,
  of: (type: EntityType) => type,
  key: '',
});

/** @param definitions a store gives the same list as long as it holds */
export function typesWith(definitions: readonly Definition[]): TenantTypes {
  return definitions.length === 0 ? MODEL_TYPES : typesOf(definitions);
}

let lists = 0;

const typesOf = derived((definitions: readonly Definition[]): TenantTypes => {
  const types = new Map<string, EntityType>();
  for (const type of ENTITY_TYPES) {
    const own = type.extensible ? definitions.filter((row) => row.types.includes(type.name)) : [];
    types.set(type.name, own.length === 0 ? type : { ...type, custom: customOf(type, own) });
  }
  lists += 1;
  const named = (name: string) => types.get(name) ?? entityType(name);
  return Object.freeze({ named, of: (type: EntityType) => named(type.name), key: `${lists}:` });
});

function customOf(base: EntityType, definitions: readonly Definition[]): Custom {
  const shown = new Map<string, Property>();
  const numbered = new Map<number, Property>();
  for (const definition of definitions) {
    if (!base.extensible) continue;
    const property = customProperty(definition, base.extensible);
    numbered.set(definition.number, property);
    if (definition.shown) shown.set(definition.name, property);
  }
  return Object.freeze({ base, shown, numbered });
}
