import { fold } from '../lib/text.ts';
import { propertyOf } from '../model/directory.ts';
import type { EntityType, Property, Version } from '../model/shape.ts';
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
  if (typeof row.type === 'string' || row.secret) return null;
  return Object.fromEntries(row.type.members.map((member) => [member.name, null]));
}

export function isEmpty(row: Property, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (row.collection) return (value as readonly unknown[]).length === 0;
  if (typeof row.type === 'string') return false;
  return row.type.members.every((member) => ((value as Values)[member.name] ?? null) === null);
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

/** The default set as it is served, straight from the row's texts. */
export function servedText(type: EntityType, row: Laid, version: Version): string {
  const { beta, betaEmpty } = partsOf(type);
  if (version === 'v1.0' || beta.length === 0) return row.json;
  return `${row.json.slice(0, -1)},${row.beta ?? betaEmpty}}`;
}

/** The values of a row again; what is empty, or no property any more, is left out. */
export function valuesOf(type: EntityType, row: Pick<Laid, 'json' | 'beta' | 'rest'>): Values {
  const found = Object.create(null) as Record<string, unknown>;
  for (const text of [row.json, row.beta === null ? null : `{${row.beta}}`, row.rest]) {
    if (text === null) continue;
    const part = JSON.parse(text) as Values;
    for (const name of Object.keys(part)) {
      const property = propertyOf(type, name);
      if (property && !isEmpty(property, part[name])) found[name] = part[name];
    }
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
    const value = values[row.name] ?? null;
    const { name, empty } = textsOf(row);
    text += `${text === '' ? '' : ','}${name}${value === null ? empty : JSON.stringify(value)}`;
  }
  return text;
}

type Texts = { readonly name: string; readonly empty: string };

const texts = new WeakMap<Property, Texts>();

/** What is the same in every object: made once a property, not once an object. */
function textsOf(row: Property): Texts {
  const known = texts.get(row);
  if (known) return known;
  const made = { name: `${JSON.stringify(row.name)}:`, empty: JSON.stringify(emptyValue(row)) };
  texts.set(row, made);
  return made;
}
