import { propertyOf } from '../model/directory.ts';
import type { EntityType, Property, Version } from '../model/shape.ts';
import { type Column, customParts, heldText, isEmpty, membersText, partsOf, shown } from './columns.ts';
import { type Laid, UNSHOWN, type Values } from './contract.ts';
import { cell, customTerms, termsOf } from './terms.ts';

/**
 * How an object's values become a row: the JSON text that is served, ready, beside the columns that are compared and
 * the terms by which it is found. Derived from the model's rows; the same for every driver.
 */

export function lay(type: EntityType, values: Values): Laid {
  const { json, beta, rest, partly, columns } = partsOf(type);
  const hasBeta = beta.some(({ row }) => !isEmpty(row, values[row.name]));
  const held = heldText(rest, values);
  const cells = columns.map((column) => cellOf(column, values));
  const custom = layCustom(type, values);
  return {
    json: `{${membersText(json, values, partly.length > 0 ? shown : undefined)}}`,
    beta: hasBeta ? membersText(beta, values) : null,
    rest: held === '' ? null : `{${held}}`,
    custom: custom.text,
    columns: cells,
    terms: termsOf(type, values, cells) + custom.terms,
  };
}

function cellOf({ property, member, type }: Column, values: Values): string | number | null {
  const value = values[property.name];
  return cell(type, member ? (value as Values | null | undefined)?.[member.name] : value);
}

/**
 * Values as the journal has them: what the tenant has added by its numbers, which say what it was when its definition is gone,
 * and are short.
 * @param row the values laid out, if they have been
 */
export function journaled(type: EntityType, values: Values, row?: Laid): string {
  const shown = type.custom?.shown;
  if (!shown || !Object.keys(values).some((name) => shown.has(name))) return JSON.stringify(values);
  const own: [string, unknown][] = [];
  const added: [string, unknown][] = Object.entries((values[UNSHOWN] ?? {}) as Values);
  for (const name of Object.keys(values)) {
    const number = shown.get(name)?.number;
    if (number !== undefined) added.push([String(number), values[name]]);
    else if (name !== UNSHOWN) own.push([name, values[name]]);
  }
  const text = JSON.stringify(Object.fromEntries(own));
  const custom = row?.custom ?? JSON.stringify(Object.fromEntries(added));
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"${UNSHOWN}":${custom}}`;
}

type CustomTexts = { readonly text: string | null; readonly terms: string };

const NO_CUSTOM: CustomTexts = Object.freeze({ text: null, terms: '' });

/** What the tenant has added, by number. What is shown no more is kept, with its terms, since it may be shown again. */
function layCustom(type: EntityType, values: Values): CustomTexts {
  const { custom } = type;
  const unshown = values[UNSHOWN] as Values | undefined;
  if (!custom && !unshown) return NO_CUSTOM;
  const kept = Object.create(null) as Record<string, unknown>;
  let terms = '';
  const add = (row: Property, value: unknown) => {
    if (row.number === undefined || isEmpty(row, value)) return;
    kept[row.number] = typeof row.type === 'string' ? value : typed(value);
    const its = customTerms(customParts(type, row), value);
    if (its !== '') terms += ` ${its}`;
  };
  if (custom) {
    for (const name of Object.keys(values)) {
      const row = custom.shown.get(name);
      if (row) add(row, values[name]);
    }
  }
  for (const [number, value] of Object.entries(unshown ?? {})) {
    const row = custom?.numbered.get(Number(number));
    if (row) add(row, value);
    else kept[number] = value;
  }
  const text = JSON.stringify(kept);
  return { text: text === '{}' ? null : text, terms };
}

/** Complex values are served with their type, as Graph does. */
function typed(value: unknown): Values {
  return { [TYPE]: '#microsoft.graph.ComplexExtensionValue', ...(value as Values) };
}

const TYPE = '@odata.type';

function readCustom(type: EntityType, text: string, found: Record<string, unknown>): void {
  const unshown = Object.create(null) as Record<string, unknown>;
  for (const [number, value] of Object.entries(JSON.parse(text) as Values)) {
    const row = type.custom?.numbered.get(Number(number));
    const isShown = row !== undefined && type.custom?.shown.get(row.name) === row;
    if (isShown) found[row.name] = typeof row.type === 'string' ? value : untyped(value);
    else unshown[number] = value;
  }
  if (Object.keys(unshown).length > 0) found[UNSHOWN] = unshown;
}

function untyped(value: unknown): Values {
  return Object.fromEntries(Object.entries(value as Values).filter(([name]) => name !== TYPE));
}

/** The default set as it is served, straight from the row's texts. */
export function servedText(type: EntityType, row: Laid, version: Version): string {
  const { beta, betaEmpty } = partsOf(type);
  if (version === 'v1.0' || beta.length === 0) return row.json;
  return `${row.json.slice(0, -1)},${row.beta ?? betaEmpty}}`;
}

/** What of a row holds values. */
export type Texts = Pick<Laid, 'json' | 'beta' | 'rest' | 'custom'>;

/** The values of a row again; what is empty, or no property any more, is left out. */
export function valuesOf(type: EntityType, row: Texts): Values {
  const found = Object.create(null) as Record<string, unknown>;
  for (const text of [row.json, row.beta === null ? null : `{${row.beta}}`, row.rest]) {
    if (text === null) continue;
    const part = JSON.parse(text) as Values;
    for (const name of Object.keys(part)) {
      const property = propertyOf(type, name);
      if (property && !isEmpty(property, part[name])) found[name] = part[name];
    }
  }
  if (row.custom !== null) readCustom(type, row.custom, found);
  return found;
}

/** Counts up whenever tables or terms are laid out in another way by this program. */
const LAYOUT = 4;

/** A text that changes whenever the model lays objects of the type out in another way. */
export function shapeOf(type: EntityType): string {
  const { all } = partsOf(type);
  const rows = all.map(({ name, type: its, collection, versions, served, index, filter, sort, search }) => [
    name,
    its,
    collection,
    versions,
    served,
    index ?? null,
    filter !== undefined,
    sort !== undefined,
    search ?? null,
  ]);
  return JSON.stringify([LAYOUT, rows]);
}
