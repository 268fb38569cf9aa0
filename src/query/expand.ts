import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { ExpandItem } from './syntax.ts';
import { advance, type Cursor, isAt, openCursor, refusalAt, shown, syntaxError, take, type Wording } from './tokens.ts';

/**
 * `$expand` → relations, each with the properties that its objects are shown with.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionexpand
 */

const WORDING: Wording = {
  syntax: ERRORS.expandSyntax,
  unterminated: ERRORS.expandSyntax,
  instant: ERRORS.expandSyntax,
};

/** What OData may have within the parentheses and isn't offered. */
const REFUSED: ReadonlySet<string> = new Set([
  'apply',
  'compute',
  'count',
  'expand',
  'filter',
  'levels',
  'orderby',
  'search',
  'skip',
  'top',
]);

export function parseExpand(text: string): readonly ExpandItem[] {
  if (text.length > LIMITS.expandCharacters) {
    throw new Refusal(ERRORS.queryTooLong, { option: '$expand', most: String(LIMITS.expandCharacters) });
  }
  const cursor = openCursor(text, WORDING);
  const items = [readItem(cursor)];
  while (isAt(cursor, ',')) {
    advance(cursor);
    items.push(readItem(cursor));
    if (items.length > LIMITS.expandItems) throw tooMuch(LIMITS.expandItems, 'navigation properties');
  }
  take(cursor, 'end');
  return items;
}

function readItem(cursor: Cursor): ExpandItem {
  if (isAt(cursor, '*')) throw unsupported(cursor, '*', cursor.token.at);
  const relation = take(cursor, 'word');
  if (isOwn(relation.text)) throw unsupported(cursor, relation.text, relation.at);
  if (isAt(cursor, '/')) throw pathRefused(cursor);
  const select = isAt(cursor, '(') ? readOptions(cursor, relation.text) : null;
  return { relation: relation.text, select, at: relation.at };
}

/** `$…` and `@…` are OData's own names. */
function isOwn(name: string): boolean {
  return name.startsWith('$') || name.startsWith('@');
}

/** `relation/$ref`, `relation/$count`, `relation/type`: named with their slash. */
function pathRefused(cursor: Cursor): Refusal {
  const { at } = advance(cursor);
  if (isAt(cursor, '*')) return unsupported(cursor, '/*', at);
  const { text } = take(cursor, 'word');
  return unsupported(cursor, `/${text}`, at);
}

function readOptions(cursor: Cursor, relation: string): readonly string[] {
  take(cursor, '(');
  if (isAt(cursor, ')')) throw new Refusal(ERRORS.expandOptionNone, { name: shown(relation) });
  const select = readSelect(cursor);
  if (isAt(cursor, ';')) {
    advance(cursor);
    const { at } = cursor.token;
    readOptionName(cursor);
    // A second $select: each other option was refused by its name.
    throw syntaxError(cursor, at);
  }
  take(cursor, ')');
  return select;
}

function readSelect(cursor: Cursor): readonly string[] {
  readOptionName(cursor);
  take(cursor, '=');
  const names = [readName(cursor)];
  while (isAt(cursor, ',')) {
    advance(cursor);
    names.push(readName(cursor));
    if (names.length > LIMITS.selectNames) throw tooMuch(LIMITS.selectNames, 'names in $select');
  }
  return names;
}

/** `$select`, with or without its sign; each other option is refused by its name. */
function readOptionName(cursor: Cursor): void {
  const { text, at } = take(cursor, 'word');
  const name = (text.startsWith('$') ? text.slice(1) : text).toLowerCase();
  if (name === 'select') return;
  if (REFUSED.has(name)) throw unsupported(cursor, text, at);
  throw refusalAt(ERRORS.expandOption, cursor.text, at, { name: shown(text) });
}

/** A property as it was written, a member of it behind a slash; whether there is such a one isn't known here. */
function readName(cursor: Cursor): string {
  const parts = [readPart(cursor)];
  while (isAt(cursor, '/')) {
    advance(cursor);
    parts.push(readPart(cursor));
  }
  return parts.join('/');
}

function readPart(cursor: Cursor): string {
  return isAt(cursor, '*') ? advance(cursor).text : take(cursor, 'word').text;
}

function unsupported(cursor: Cursor, name: string, at: number): Refusal {
  return refusalAt(ERRORS.expandUnsupported, cursor.text, at, { name: shown(name) });
}

function tooMuch(most: number, what: string): Refusal {
  return new Refusal(ERRORS.queryTooMuch, { option: '$expand', most: String(most), what });
}
