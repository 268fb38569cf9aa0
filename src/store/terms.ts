import { hash } from 'node:crypto';
import { AsciiText, BYTES_PER_UNIT } from '../lib/asciiText.ts';
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

/** Where terms are written, each behind a blank but the first. */
const text = new AsciiText();

export function termsOf(type: EntityType, values: Values, cells: readonly (string | number | null)[]): string {
  const { columns, collections, searched } = partsOf(type);
  text.begin();
  text.add(EVERY_TERM);
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as Column;
    const value = cells[index] ?? null;
    if (value === null || !hasTerms(column.index)) continue;
    addValue(column.code, value);
    if (column.index === 'term') addTerm(ANY, column.code);
  }
  for (const collection of collections) addItems(collection, values[collection.property.name]);
  for (const { property, code } of searched) addStarts(code, words(String(values[property.name] ?? ''), LIMITS));
  return text.toString();
}

/** The terms of a property that a tenant has added. */
export function customTerms({ columns, collection }: CustomParts, value: unknown): string {
  text.begin();
  if (collection) addItems(collection, value);
  for (const { member, type, code } of collection ? [] : columns) {
    const found = cell(type, member ? rowOf(value as Values, member.name) : value);
    if (found === null) continue;
    addValue(code, found);
    addTerm(ANY, code);
  }
  return text.toString();
}

function addItems({ code, items }: Collection, value: unknown): void {
  const found = (value ?? []) as readonly unknown[];
  if (found.length === 0) return;
  addTerm(ANY, code);
  for (const one of found) {
    for (const { member, type, code: own } of items) {
      addValue(own, cell(type, member ? (one as Values)[member.name] : one));
    }
  }
}

/** The lengths, in UTF-16 units, at which the starts of a word are terms. */
const START_LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 12] as const;
const LONGEST_START = Math.max(...START_LENGTHS);

/** The starts of all words, each once. */
function addStarts(code: string, all: readonly string[]): void {
  for (let index = 0; index < all.length; index++) {
    const word = all[index] as string;
    const known = sharedStart(all, index);
    for (const length of START_LENGTHS) {
      if (length > word.length) break;
      if (length > known) addStart(code, word, length);
    }
  }
}

/** How much of the longest start of a word is the start of one before it, too, in UTF-16 units. */
function sharedStart(all: readonly string[], index: number): number {
  const word = all[index] as string;
  let longest = 0;
  for (let before = 0; before < index; before++) {
    const other = all[before] as string;
    let length = 0;
    while (length < LONGEST_START && word.charCodeAt(length) === other.charCodeAt(length)) length++;
    if (length > longest) longest = length;
  }
  return longest;
}

/** The term of words that start so; exact where all words with that term do. */
export function wordTerm(code: string, word: string): { readonly term: string; readonly exact: boolean } {
  const length = START_LENGTHS.findLast((one) => one <= word.length) ?? 0;
  text.begin();
  addStart(code, word, length);
  return { term: text.toString(), exact: length === word.length };
}

function addStart(code: string, word: string, length: number): void {
  addTerm(START, code);
  text.addHex(word, length);
}

export function valueTerm(code: string, value: string | number | null): string {
  text.begin();
  addValue(code, value);
  return text.toString();
}

/** All values that start so: their terms do, too. Of properties that tenants have added alone, whose values are never too long. */
export function startOfTerms(code: string, start: string): string {
  text.begin();
  addTerm(VALUE, code);
  text.addHex(start);
  return text.toString();
}

/** The collection isn't empty; the property, if it has many values, isn't null. */
export function anyTerm(code: string): string {
  return `${ANY}${code}`;
}

const VALUE = 'v';
const NULL = 'n';
const ANY = 'c';
const START = 'w';
const DIGEST = 'h';

function addTerm(kind: string, code: string): void {
  if (text.length > 0) text.add(' ');
  text.add(kind);
  text.add(code);
}

function addValue(code: string, value: string | number | null): void {
  addTerm(value === null ? NULL : VALUE, code);
  if (value === null) return;
  const its = String(value);
  if (isLong(its) && !code.startsWith(CUSTOM_CODE)) text.add(`${DIGEST}${hash('sha256', its)}`);
  else text.addHex(its);
}

const LONGEST_VALUE_BYTES = 96;

/** Such values are terms by their digest: a term is compared as a whole only. */
function isLong(value: string): boolean {
  if (value.length * BYTES_PER_UNIT <= LONGEST_VALUE_BYTES) return false;
  return Buffer.byteLength(value) > LONGEST_VALUE_BYTES;
}

export function cell(type: Primitive, value: unknown): string | number | null {
  const found = comparable(type, value);
  return typeof found === 'boolean' ? Number(found) : found;
}
