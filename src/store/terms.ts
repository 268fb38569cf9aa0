import { hash } from 'node:crypto';
import { comparable } from '../lib/comparable.ts';
import { rowOf } from '../lib/table.ts';
import { words } from '../lib/words.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Primitive } from '../model/shape.ts';
import { type Collection, type Column, CUSTOM_CODE, type CustomParts, hasTerms, partsOf } from './columns.ts';
import type { Values } from './contract.ts';

/**
 * A term is a word of letters and digits, so that any inverted index takes it: what kind it is, the code of the
 * property, and the value's bytes in hexadecimal digits.
 */

/** Stands in every object. */
export const EVERY_TERM = 'e';

export function termsOf(type: EntityType, values: Values, cells: readonly (string | number | null)[]): string {
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

/** The terms of a property that a tenant has added, each behind a blank. */
export function customTerms({ columns, collection }: CustomParts, value: unknown): string {
  if (collection) return itemTerms(collection, value);
  let terms = '';
  for (const { member, type, code } of columns) {
    const found = cell(type, member ? rowOf(value as Values, member.name) : value);
    if (found !== null) terms += ` ${valueTerm(code, found)} ${anyTerm(code)}`;
  }
  return terms;
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

export function valueTerm(code: string, value: string | number | null): string {
  if (value === null) return `n${code}`;
  if (typeof value === 'number') return `v${code}${hex(String(value))}`;
  return `v${code}${code.startsWith(CUSTOM_CODE) ? allHex(value) : hex(value)}`;
}

/** All values that start so: their terms do, too. Of properties that tenants have added alone, whose values are never too long. */
export function startOfTerms(code: string, start: string): string {
  return `v${code}${allHex(start)}`;
}

function allHex(text: string): string {
  return shortHex(text) ?? Buffer.from(text).toString('hex');
}

/** The lengths, in UTF-16 units, at which the starts of a word are terms. */
const START_LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 12] as const;

function startTerms(code: string, text: string): string {
  const starts = new Set<string>();
  for (const word of words(text, LIMITS)) addStarts(word, starts);
  let terms = '';
  for (const start of starts) terms += ` w${code}${start}`;
  return terms;
}

/** In hexadecimal digits, of which each ASCII character has two. */
function addStarts(word: string, starts: Set<string>): void {
  const digits = asciiHex(word.slice(0, START_LENGTHS.at(-1)));
  for (const length of START_LENGTHS) {
    if (length > word.length) return;
    starts.add(digits === undefined ? hex(word.slice(0, length)) : digits.slice(0, 2 * length));
  }
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

const LONGEST_VALUE_BYTES = 96;
const ASCII_CHARACTERS = 128;
const ASCII_HEX = Array.from({ length: ASCII_CHARACTERS }, (_, code) => code.toString(16).padStart(2, '0'));

/** Long values by their digest: a term is compared as a whole only. */
function hex(text: string): string {
  if (text.length > LONGEST_VALUE_BYTES) return digest(text);
  return shortHex(text) ?? hexOfBytes(text);
}

/** What a buffer would take longer for. */
const SHORT_CHARACTERS = 16;

function shortHex(text: string): string | undefined {
  return text.length > SHORT_CHARACTERS ? undefined : asciiHex(text);
}

/** Undefined for text that isn't ASCII. */
function asciiHex(text: string): string | undefined {
  let digits = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ASCII_CHARACTERS) return undefined;
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

export function cell(type: Primitive, value: unknown): string | number | null {
  const found = comparable(type, value);
  return typeof found === 'boolean' ? Number(found) : found;
}
