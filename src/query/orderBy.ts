import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { OrderItem, Path } from './syntax.ts';
import {
  advance,
  type Cursor,
  isAt,
  openCursor,
  shown,
  syntaxError,
  type Token,
  take,
  type Wording,
} from './tokens.ts';

/**
 * `$orderby` → properties and directions. Graph's directory sorts by properties only, where OData has expressions.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionorderby
 */

const WORDING: Wording = {
  syntax: ERRORS.orderBySyntax,
  unterminated: ERRORS.orderBySyntax,
  instant: ERRORS.orderBySyntax,
};

export function parseOrderBy(text: string): readonly OrderItem[] {
  if (text.length > LIMITS.orderByCharacters) {
    throw new Refusal(ERRORS.queryTooLong, { option: '$orderby', most: String(LIMITS.orderByCharacters) });
  }
  const cursor = openCursor(text, WORDING);
  const items = [readItem(cursor)];
  while (isAt(cursor, ',')) {
    advance(cursor);
    items.push(readItem(cursor));
    if (items.length > LIMITS.orderByItems) {
      const most = String(LIMITS.orderByItems);
      throw new Refusal(ERRORS.queryTooMuch, { option: '$orderby', most, what: 'properties' });
    }
  }
  take(cursor, 'end');
  return items;
}

function readItem(cursor: Cursor): OrderItem {
  const path = readPath(cursor);
  const direction = isAt(cursor, 'word') ? cursor.token.text.toLowerCase() : 'asc';
  if (direction !== 'asc' && direction !== 'desc') throw syntaxError(cursor, cursor.token.at);
  if (isAt(cursor, 'word')) advance(cursor);
  return { path, descending: direction === 'desc' };
}

function readPath(cursor: Cursor): Path {
  const first = takeName(cursor);
  const names = [first.text];
  let count = false;
  while (!count && isAt(cursor, '/')) {
    advance(cursor);
    count = cursor.token.text.toLowerCase() === '$count';
    if (count) advance(cursor);
    else names.push(takeName(cursor).text);
  }
  return { names, count, at: first.at };
}

/** A name of the model; a function or OData's own words are refused by theirs. */
function takeName(cursor: Cursor): Token {
  const name = take(cursor, 'word');
  const isOwn = name.text.startsWith('$') || name.text.startsWith('@');
  if (isOwn || isAt(cursor, '(')) throw new Refusal(ERRORS.orderByUnsupported, { name: shown(name.text) });
  return name;
}
