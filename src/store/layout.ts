import { fold } from '../lib/text.ts';
import type { EntityType, Property } from '../model/shape.ts';
import type { Laid, Values } from './contract.ts';

/**
 * How an object's values become a row: the JSON text that is served, ready, beside the indexed columns.
 * Derived from the model's rows; the same for every driver.
 */

type Parts = {
  readonly all: readonly Property[];
  readonly json: readonly Property[];
  readonly beta: readonly Property[];
  readonly rest: readonly Property[];
  readonly indexed: readonly Property[];
  /** What stands for the column `beta` where it is null. */
  readonly betaEmpty: string;
};

const parts = new WeakMap<EntityType, Parts>();

export function partsOf(type: EntityType): Parts {
  const known = parts.get(type);
  if (known) return known;
  const byDefault = type.properties.filter((row) => row.served === 'default');
  const beta = byDefault.filter((row) => row.versions === 'beta');
  const made: Parts = Object.freeze({
    all: type.properties,
    json: byDefault.filter((row) => row.versions === 'both'),
    beta,
    rest: type.properties.filter((row) => row.served === 'select'),
    indexed: type.properties.filter((row) => row.index !== undefined),
    betaEmpty: members(beta, {}),
  });
  parts.set(type, made);
  return made;
}

/** The value of a property that was never set, as Graph sends it: null, an empty array, an object of nulls. */
export function emptyValue(row: Property): unknown {
  if (row.collection) return [];
  if (typeof row.type === 'string') return null;
  return Object.fromEntries(row.type.members.map((member) => [member.name, null]));
}

export function isEmpty(row: Property, value: unknown): boolean {
  return value === undefined || value === null || JSON.stringify(value) === JSON.stringify(emptyValue(row));
}

export function lay(type: EntityType, values: Values): Laid {
  const { json, beta, rest, indexed } = partsOf(type);
  const hasBeta = beta.some((row) => !isEmpty(row, values[row.name]));
  const kept = rest.filter((row) => !isEmpty(row, values[row.name]));
  return {
    json: `{${members(json, values)}}`,
    beta: hasBeta ? members(beta, values) : null,
    rest: kept.length > 0 ? `{${members(kept, values)}}` : null,
    indexed: indexed.map((row) => {
      const value = values[row.name];
      return typeof value === 'string' ? fold(value) : null;
    }),
  };
}

/** The values of a row again; what is empty is left out. */
export function valuesOf(type: EntityType, row: Pick<Laid, 'json' | 'beta' | 'rest'>): Values {
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const texts = [row.json, row.beta === null ? null : `{${row.beta}}`, row.rest];
  const read = texts.map((text) => (text === null ? {} : (JSON.parse(text) as Values)));
  for (const property of type.properties) {
    const holder = read.find((values) => Object.hasOwn(values, property.name));
    const value = holder?.[property.name];
    if (!isEmpty(property, value)) found[property.name] = value;
  }
  return found;
}

/** A text that changes whenever the model lays objects of the type out in another way. */
export function shapeOf(type: EntityType): string {
  const { all } = partsOf(type);
  return JSON.stringify(
    all.map((row) => [row.name, row.type, row.collection, row.versions, row.served, row.index ?? null]),
  );
}

function members(rows: readonly Property[], values: Values): string {
  let text = '';
  for (const row of rows) {
    const value = values[row.name];
    text += `${text === '' ? '' : ','}${JSON.stringify(row.name)}:${JSON.stringify(value === undefined ? emptyValue(row) : (value ?? emptyValue(row)))}`;
  }
  return text;
}
