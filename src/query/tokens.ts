import { instant } from '../lib/instant.ts';
import { type ErrorRow, Refusal } from '../lib/refusal.ts';
import { headOf, isGuid } from '../lib/text.ts';
import { LIMITS } from '../model/limits.ts';
import type { Literal } from './syntax.ts';

/**
 * The tokens of OData's expressions, read one by one: what `$filter`, `$orderby` and `$expand` are made of.
 * https://docs.oasis-open.org/odata/odata/v4.01/os/abnf/odata-abnf-construction-rules.txt
 */

/** Signs are tokens of their own kind; what isn't read as one of these is a syntax error. */
export type TokenKind = 'word' | 'literal' | 'end' | '(' | ')' | ',' | '/' | ':' | ';' | '=' | '*' | '-';

export type Token = {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  /** Of a literal only. */
  readonly literal?: Literal;
};

/** How an option words its errors; each row may have `{position}` and `{text}`, the last one `{value}`. */
export type Wording = { readonly syntax: ErrorRow; readonly unterminated: ErrorRow; readonly instant: ErrorRow };

/** A place in an option's text: the token that stands there, and where the next one is read. */
export type Cursor = { readonly text: string; readonly wording: Wording; token: Token; next: number };

export function openCursor(text: string, wording: Wording): Cursor {
  const cursor: Cursor = { text, wording, token: { kind: 'end', text: '', at: 0 }, next: 0 };
  advance(cursor);
  return cursor;
}

/** Goes on to the next token and gives back the one that was there. */
export function advance(cursor: Cursor): Token {
  const before = cursor.token;
  cursor.token = read(cursor);
  return before;
}

export function isAt(cursor: Cursor, kind: TokenKind): boolean {
  return cursor.token.kind === kind;
}

/** The token, which must be of that kind. */
export function take(cursor: Cursor, kind: TokenKind): Token {
  if (!isAt(cursor, kind)) throw syntaxError(cursor, cursor.token.at);
  return advance(cursor);
}

export function syntaxError(cursor: Cursor, at: number): Refusal {
  return refusalAt(cursor.wording.syntax, cursor.text, at);
}

/** A refusal that says where in which text. */
export function refusalAt(
  row: ErrorRow,
  text: string,
  at: number,
  values: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(row, { ...values, position: String(at), text: shown(text) });
}

/** A caller's text as errors repeat it: a long one is cut. */
export function shown(text: string): string {
  const head = headOf(text, LIMITS.errorTextCharacters);
  return head === text ? text : `${head}…`;
}

const BLANKS = ' \t\r\n';
const SIGNS: ReadonlySet<string> = new Set(['(', ')', ',', '/', ':', ';', '=', '*']);

/** An identifier of OData, also with dots, `$` or `@` in front. Each character fits one place only: no way back. */
const WORD =
  /[\p{L}\p{Nl}_$@][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*(?:\.[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*)*/uy;
/** What begins with a digit: a number, a GUID, a date, a time. */
const BARE = /[+-]?\d[0-9A-Za-z_:.+-]*/y;
const BARE_CHARACTER = /[0-9A-Za-z_:.+-]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT/i;
const WITHOUT_ZONE = /^[^T]*T[0-9:.]*$/i;
const ZONE = /^\d\d:\d\d$/;
const TIME = /^\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?$/;
const GUID_CHARACTERS = 36;

/** Literals that are a word and a text in quotes, in OData 4.01 and before it; an enumeration's has a dot. */
const TYPED: ReadonlySet<string> = new Set([
  'binary',
  'datetime',
  'datetimeoffset',
  'duration',
  'geography',
  'geometry',
  'guid',
  'time',
  'x',
]);

function read(cursor: Cursor): Token {
  const { text } = cursor;
  let at = cursor.next;
  while (at < text.length && BLANKS.includes(text.charAt(at))) at += 1;
  const sign = text.charAt(at);
  if (sign === '') return token(cursor, 'end', at, at);
  if (SIGNS.has(sign)) return token(cursor, sign as TokenKind, at, at + 1);
  if (sign === "'") return stringToken(cursor, at);
  const bare = matchAt(BARE, text, at);
  if (bare !== undefined) return bareToken(cursor, bare, at);
  if (sign === '-') return token(cursor, '-', at, at + 1);
  if (isGuidAt(text, at)) return bareToken(cursor, text.slice(at, at + GUID_CHARACTERS), at);
  const word = matchAt(WORD, text, at);
  if (word === undefined) throw syntaxError(cursor, at);
  return wordToken(cursor, word, at);
}

function token(cursor: Cursor, kind: TokenKind, at: number, end: number): Token {
  cursor.next = end;
  return { kind, text: cursor.text.slice(at, end), at };
}

function literalToken(cursor: Cursor, literal: Literal, end: number): Token {
  return { ...token(cursor, 'literal', literal.at, end), literal };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function stringToken(cursor: Cursor, at: number): Token {
  const end = endOfString(cursor, at);
  const value = cursor.text.slice(at + 1, end - 1).replaceAll("''", "'");
  return literalToken(cursor, { type: 'string', value, at }, end);
}

/** Behind the quote that closes the text which the quote at that place opens; two quotes are one within it. */
function endOfString({ text, wording }: Cursor, at: number): number {
  let quote = text.indexOf("'", at + 1);
  while (quote >= 0 && text.charAt(quote + 1) === "'") quote = text.indexOf("'", quote + 2);
  if (quote < 0) throw refusalAt(wording.unterminated, text, at);
  return quote + 1;
}

function wordToken(cursor: Cursor, word: string, at: number): Token {
  const end = at + word.length;
  const isTyped = TYPED.has(word.toLowerCase()) || word.includes('.');
  if (cursor.text.charAt(end) !== "'" || !isTyped) return token(cursor, 'word', at, end);
  const close = endOfString(cursor, end);
  return literalToken(cursor, { type: 'other', value: cursor.text.slice(at, close), at }, close);
}

function isGuidAt(text: string, at: number): boolean {
  const end = at + GUID_CHARACTERS;
  return isGuid(text.slice(at, end)) && !BARE_CHARACTER.test(text.charAt(end));
}

function bareToken(cursor: Cursor, bare: string, at: number): Token {
  const end = at + bare.length;
  if (DATE_TIME.test(bare)) return instantToken(cursor, bare, at);
  const literal = bareLiteral(bare, at);
  if (!literal) throw syntaxError(cursor, at);
  if (literal.type === 'date') mustBeInstant(cursor, at, bare, `${bare}T00:00:00Z`);
  return literalToken(cursor, literal, end);
}

function bareLiteral(bare: string, at: number): Literal | undefined {
  if (NUMBER.test(bare)) {
    const value = Number(bare);
    return Number.isFinite(value) ? { type: 'number', value, text: bare, at } : undefined;
  }
  if (isGuid(bare)) return { type: 'guid', value: bare, at };
  if (DATE.test(bare)) return { type: 'date', value: bare, at };
  return TIME.test(bare) ? { type: 'other', value: bare, at } : undefined;
}

/** The plus sign of a zone, sent as it is, was decoded to a blank: it is put back. */
function instantToken(cursor: Cursor, bare: string, at: number): Token {
  const { text } = cursor;
  const end = at + bare.length;
  const zone = matchAt(BARE, text, end + 1) ?? '';
  const isZoneBehind = WITHOUT_ZONE.test(bare) && text.charAt(end) === ' ' && ZONE.test(zone);
  const value = isZoneBehind ? `${bare}+${zone}` : bare;
  mustBeInstant(cursor, at, value, value);
  return literalToken(cursor, { type: 'dateTimeOffset', value, at }, at + value.length);
}

function mustBeInstant({ text, wording }: Cursor, at: number, value: string, whole: string): void {
  if (instant(whole) === undefined) throw refusalAt(wording.instant, text, at, { value: shown(value) });
}
