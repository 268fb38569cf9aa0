import { type ErrorRow, Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { shown } from './tokens.ts';

/**
 * The tokens of membership rules, read one by one.
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#supported-values
 */

/** bare: what begins with a digit. Signs are tokens of their own kind. */
export type RuleToken = {
  readonly kind: 'word' | 'text' | 'bare' | 'end' | '(' | ')' | '[' | ']' | ',';
  /** A word without its hyphen, a text without its quotes. */
  readonly text: string;
  /** A hyphen stands in front, as in `-eq`. */
  readonly hyphen: boolean;
  readonly at: number;
};

export type RuleCursor = { readonly text: string; token: RuleToken; next: number };

const BLANKS = ' \t\r\n';
const SIGNS: ReadonlySet<string> = new Set(['(', ')', '[', ']', ',']);

/** The hyphen may be a dash, as editors make of it and the documentation itself has it. Each character fits one place only. */
const WORD = /[-\u2013\u2014]?[A-Za-z_$][A-Za-z0-9_$]*(?:\.[A-Za-z0-9_$]+)*/y;
const HYPHEN = /^[-\u2013\u2014]/;
const BARE = /\d[0-9A-Za-z:.+-]*/y;

export function openRule(text: string): RuleCursor {
  const cursor: RuleCursor = { text, token: { kind: 'end', text: '', hyphen: false, at: 0 }, next: 0 };
  advance(cursor);
  return cursor;
}

/** Goes on to the next token and gives back the one that was there. */
export function advance(cursor: RuleCursor): RuleToken {
  const before = cursor.token;
  cursor.token = read(cursor);
  return before;
}

/** The token, which must be of that kind. */
export function take(cursor: RuleCursor, kind: RuleToken['kind']): RuleToken {
  if (cursor.token.kind !== kind) throw syntaxError(cursor);
  return advance(cursor);
}

export function syntaxError(cursor: RuleCursor, at = cursor.token.at): Refusal {
  return refusedAt(ERRORS.ruleSyntax, cursor, at);
}

/** A refusal whose details say where, since Graph's own words don't. */
export function refusedAt(
  row: ErrorRow,
  { text }: RuleCursor,
  at: number,
  values: Readonly<Record<string, string>> = {},
): Refusal {
  const message = `At position ${at} in '${shown(text)}'.`;
  const details = [{ code: 'MembershipRule', target: `position ${at}`, message }];
  return new Refusal(row, { ...values, position: String(at), text: shown(text) }, { details });
}

function read(cursor: RuleCursor): RuleToken {
  const { text } = cursor;
  let at = cursor.next;
  while (at < text.length && BLANKS.includes(text.charAt(at))) at += 1;
  const sign = text.charAt(at);
  if (sign === '') return tokenOf(cursor, 'end', '', at, at);
  if (SIGNS.has(sign)) return tokenOf(cursor, sign as RuleToken['kind'], sign, at, at + 1);
  if (sign === '"' || sign === "'") return textToken(cursor, at);
  const bare = matchAt(BARE, text, at);
  if (bare !== undefined) return tokenOf(cursor, 'bare', bare, at, at + bare.length);
  const word = matchAt(WORD, text, at);
  if (word === undefined) throw syntaxError(cursor, at);
  const hyphen = HYPHEN.test(word);
  return { ...tokenOf(cursor, 'word', hyphen ? word.slice(1) : word, at, at + word.length), hyphen };
}

function tokenOf(cursor: RuleCursor, kind: RuleToken['kind'], text: string, at: number, next: number): RuleToken {
  cursor.next = next;
  return { kind, text, hyphen: false, at };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Within double quotes one is written `" with a backtick or a backslash in front, within single quotes twice. */
function textToken(cursor: RuleCursor, at: number): RuleToken {
  const { text } = cursor;
  const quote = text.charAt(at);
  let value = '';
  let next = at + 1;
  while (next < text.length) {
    const character = text.charAt(next);
    if (isEscape(quote, character) && text.charAt(next + 1) === quote) {
      value += quote;
      next += 2;
    } else if (character === quote) {
      return tokenOf(cursor, 'text', value, at, next + 1);
    } else {
      value += character;
      next += 1;
    }
  }
  throw refusedAt(ERRORS.ruleUnterminated, cursor, at);
}

function isEscape(quote: string, character: string): boolean {
  return quote === '"' ? character === '`' || character === '\\' : character === quote;
}
