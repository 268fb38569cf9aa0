import { hash } from 'node:crypto';
import { comparable } from '../lib/comparable.ts';
import { words } from '../lib/words.ts';
import { propertyOf } from '../model/directory.ts';
import { LIMITS } from '../model/limits.ts';
import {
  type ComplexType,
  type EntityType,
  type Index,
  isPlain,
  type Member,
  type PlainMember,
  type Primitive,
  type Property,
  type Version,
} from '../model/shape.ts';
import type { Field, Laid, Values } from './contract.ts';

/**
 * How an object's values become a row: the JSON text that is served, ready, beside the columns that are compared and
 * the terms by which it is found. Derived from the model's rows; the same for every driver.
 */

/** A column: a property that can be filtered or sorted by, or such a member of a complex property. */
export type Column = {
  readonly name: string;
  readonly property: Property;
  readonly member: PlainMember | undefined;
  readonly type: Primitive;
  readonly index: Index | undefined;
  /** What its terms begin with. */
  readonly code: string;
};

type Parts = {
  readonly all: readonly Property[];
  readonly json: readonly Property[];
  readonly beta: readonly Property[];
  readonly rest: readonly Property[];
  /** Of `json`, those with members that are sent on `$select` only: the whole value is in `rest`. */
  readonly partly: readonly Property[];
  readonly columns: readonly Column[];
  readonly collections: readonly Collection[];
  readonly searched: readonly { readonly property: Property; readonly code: string }[];
  /** What stands for the column `beta` where it is null. */
  readonly betaEmpty: string;
};

/** A collection whose items are terms; of complex items, the members are. */
type Collection = {
  readonly property: Property;
  readonly code: string;
  readonly items: readonly {
    readonly member: PlainMember | undefined;
    readonly type: Primitive;
    readonly code: string;
  }[];
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
    partly: byDefault.filter((row) => hiddenIn(row).length > 0),
    columns: type.properties.flatMap((row) => columnsFor(type, row)),
    collections: type.properties.filter((row) => row.collection && isIndexedCollection(row)).map(collectionOf(type)),
    searched: type.properties
      .filter((row) => row.search === 'words')
      .map((property) => ({ property, code: codeOf(type, property) })),
    betaEmpty: members(beta, {}),
  });
  parts.set(type, made);
  return made;
}

function columnsFor(type: EntityType, row: Property): readonly Column[] {
  // The id has a column and an index of its own.
  if (row.collection || row.name === 'id') return [];
  if (typeof row.type !== 'string') {
    return row.type.members
      .filter(isPlain)
      .filter((member) => member.filter ?? member.index)
      .map((member) => ({
        name: `${row.name}/${member.name}`,
        property: row,
        member,
        type: member.type,
        index: member.index,
        code: codeOf(type, row, member),
      }));
  }
  if (!(row.filter ?? row.sort ?? row.index)) return [];
  return [
    { name: row.name, property: row, member: undefined, type: row.type, index: row.index, code: codeOf(type, row) },
  ];
}

function isIndexedCollection(row: Property): boolean {
  return row.filter !== undefined || row.index !== undefined;
}

function collectionOf(type: EntityType): (property: Property) => Collection {
  return (property) => {
    const code = codeOf(type, property);
    if (typeof property.type === 'string') {
      return { property, code, items: [{ member: undefined, type: property.type, code }] };
    }
    const members = property.type.members.filter(isPlain).filter((member) => hasTerms(member.index));
    const items = members.map((member) => ({ member, type: member.type, code: codeOf(type, property, member) }));
    return { property, code, items };
  };
}

/** The column of a field; undefined for collections and for what can't be compared. */
export function columnOf(type: EntityType, field: Field): Column | undefined {
  const name = field.member === undefined ? field.property : `${field.property}/${field.member}`;
  return partsOf(type).columns.find((column) => column.name === name);
}

/** What a value is made of: a property's, a member's. */
type Slot = Pick<Member, 'type'> & { readonly collection?: boolean };

/** The value of a property that was never set, as Graph sends it: null, an empty array, an object of empty values. */
export function emptyValue(row: Property): unknown {
  return row.secret ? null : emptyOf(row);
}

function emptyOf({ type, collection }: Slot): unknown {
  if (collection) return [];
  if (typeof type === 'string' || type.nullable) return null;
  return Object.fromEntries(type.members.map((member) => [member.name, emptyMember(member)]));
}

/** What a member holds until it is set. */
export function emptyMember(member: Member): unknown {
  return member.initial ?? emptyOf(member);
}

export function isEmpty({ type, collection }: Slot, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (collection) return (value as readonly unknown[]).length === 0;
  if (typeof type === 'string' || type.nullable) return false;
  return type.members.every((member) => {
    const held = (value as Values)[member.name];
    return held === member.initial || isEmpty(member, held);
  });
}

/** The value with every member that its type has, in their order. */
export function completed({ type, collection }: Slot, value: unknown): unknown {
  if (typeof type === 'string' || value === null || value === undefined) return value;
  if (collection) return (value as readonly unknown[]).map((item) => completed({ type }, item));
  return Object.fromEntries(
    type.members.map((member) => [
      member.name,
      completed(member, (value as Values)[member.name]) ?? emptyMember(member),
    ]),
  );
}

/** An object's values, each as a whole: members that the model has gained since are there, too. */
export function completedValues(type: EntityType, values: Values): Values {
  return Object.fromEntries(type.properties.map((row) => [row.name, completed(row, values[row.name])]));
}

function hiddenIn({ type }: Slot): readonly Member[] {
  return typeof type === 'string' ? [] : type.members.filter((member) => member.served === 'select');
}

/** The value without the members that are sent on `$select` only. */
function shown(row: Property, value: unknown): unknown {
  const hidden = hiddenIn(row);
  if (hidden.length === 0) return value;
  const empty = Object.fromEntries(hidden.map((member) => [member.name, emptyMember(member)]));
  const one = (item: unknown) => ({ ...(item as Values), ...empty });
  return row.collection ? (value as readonly unknown[]).map(one) : one(value);
}

export function lay(type: EntityType, values: Values): Laid {
  const { json, beta, rest, partly, columns } = partsOf(type);
  const hasBeta = beta.some((row) => !isEmpty(row, values[row.name]));
  const kept = [...partly, ...rest].filter((row) => !isEmpty(row, values[row.name]));
  const cells = columns.map((column) => cellOf(column, values));
  return {
    json: `{${members(json, values, partly.length > 0 ? shown : undefined)}}`,
    beta: hasBeta ? members(beta, values) : null,
    rest: kept.length > 0 ? `{${members(kept, values)}}` : null,
    columns: cells,
    terms: termsOf(type, values, cells),
  };
}

function cellOf({ property, member, type }: Column, values: Values): string | number | null {
  const value = values[property.name];
  return cell(type, member ? (value as Values | null | undefined)?.[member.name] : value);
}

// -- terms -----------------------------------------------------------------------------------------------------

/**
 * A term is a word of letters and digits, so that any inverted index takes it: what kind it is, the code of the
 * property, and the value's bytes in hexadecimal digits.
 */

/** Stands in every object. */
export const EVERY_TERM = 'e';

const CODE_DIGITS = 2;
const CODE_BASE = 36;

function codeOf(type: EntityType, row: Property, member?: Member): string {
  const digits = (index: number) => index.toString(CODE_BASE).padStart(CODE_DIGITS, '0');
  const inner = member ? (row.type as ComplexType).members.indexOf(member) + 1 : 0;
  return digits(type.properties.indexOf(row)) + digits(inner);
}

function termsOf(type: EntityType, values: Values, cells: readonly (string | number | null)[]): string {
  const { columns, collections, searched } = partsOf(type);
  let terms = EVERY_TERM;
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as Column;
    const value = cells[index] ?? null;
    if (value === null || !hasTerms(column.index)) continue;
    terms += ` ${column.index === 'counted' ? countedTerm(column, value) : valueTerm(column.code, value)}`;
    if (column.index === 'term') terms += ` ${anyTerm(column.code)}`;
  }
  for (const collection of collections) terms += itemTerms(collection, values[collection.property.name]);
  for (const { property, code } of searched) terms += startTerms(code, String(values[property.name] ?? ''));
  return terms;
}

/** Whether a property's values are terms; those of the others are found by an index of their column. */
export function hasTerms(index: Index | undefined): boolean {
  return index === 'counted' || index === 'term';
}

const knownTerms = new WeakMap<Column, Map<string | number, string>>();

/** The same few values come again and again. */
function countedTerm(column: Column, value: string | number): string {
  let known = knownTerms.get(column);
  if (!known || known.size > LIMITS.termsKept) {
    known = new Map();
    knownTerms.set(column, known);
  }
  let term = known.get(value);
  if (term === undefined) {
    term = valueTerm(column.code, value);
    known.set(value, term);
  }
  return term;
}

function itemTerms({ code, items }: Collection, value: unknown): string {
  const found = (value ?? []) as readonly unknown[];
  if (found.length === 0) return '';
  let terms = ` ${anyTerm(code)}`;
  for (const one of found) {
    for (const { member, type, code: own } of items) {
      terms += ` ${valueTerm(own, cell(type, member ? (one as Values)[member.name] : one))}`;
    }
  }
  return terms;
}

function cell(type: Primitive, value: unknown): string | number | null {
  const found = comparable(type, value);
  return typeof found === 'boolean' ? Number(found) : found;
}

/** The code of a property, or of a member of it, as its terms have it. */
export function fieldCode(type: EntityType, { property, member }: Field): string {
  const row = propertyOf(type, property);
  if (!row) throw new Error(`the model has no property ${type.name}.${property}`);
  const found = typeof row.type === 'string' ? undefined : row.type.members.find(({ name }) => name === member);
  return codeOf(type, row, found);
}

export function valueTerm(code: string, value: string | number | null): string {
  if (value === null) return `n${code}`;
  return `v${code}${typeof value === 'number' ? numberHex(value) : hex(value)}`;
}

/** The lengths, in UTF-16 units, at which the starts of a word are terms. */
const START_LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 12] as const;

function startTerms(code: string, text: string): string {
  const starts = new Set<string>();
  for (const word of words(text, LIMITS)) {
    for (const length of START_LENGTHS) {
      if (length <= word.length) starts.add(word.slice(0, length));
    }
  }
  let terms = '';
  for (const start of starts) terms += ` ${startTerm(code, start)}`;
  return terms;
}

function startTerm(code: string, start: string): string {
  return `w${code}${hex(start)}`;
}

/** The term of words that start so; exact where all words with that term do. */
export function wordTerm(code: string, word: string): { readonly term: string; readonly exact: boolean } {
  const length = START_LENGTHS.findLast((one) => one <= word.length) ?? 0;
  return { term: startTerm(code, word.slice(0, length)), exact: length === word.length };
}

/** The collection isn't empty; the property, if it has many values, isn't null. */
export function anyTerm(code: string): string {
  return `c${code}`;
}

const LONGEST_VALUE_BYTES = 64;
const ASCII_CHARACTERS = 128;
const ASCII_HEX = Array.from({ length: ASCII_CHARACTERS }, (_, code) => code.toString(16).padStart(2, '0'));

/** Long values by their digest: a term is compared as a whole only. */
function hex(text: string): string {
  if (text.length > LONGEST_VALUE_BYTES) return digest(text);
  let digits = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ASCII_CHARACTERS) return hexOfBytes(text);
    digits += ASCII_HEX[code];
  }
  return digits;
}

function hexOfBytes(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length > LONGEST_VALUE_BYTES ? digest(text) : bytes.toString('hex');
}

function digest(text: string): string {
  return `h${hash('sha256', text)}`;
}

function numberHex(value: number): string {
  return hex(String(value));
}

// -- texts -----------------------------------------------------------------------------------------------------

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

/** Counts up whenever tables or terms are laid out in another way by this program. */
const LAYOUT = 2;

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

function members(rows: readonly Property[], values: Values, as?: (row: Property, value: unknown) => unknown): string {
  let text = '';
  for (const row of rows) {
    const value = values[row.name] ?? null;
    const { name, empty } = textsOf(row);
    text += `${text === '' ? '' : ','}${name}${value === null ? empty : JSON.stringify(as ? as(row, value) : value)}`;
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
