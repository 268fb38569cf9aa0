import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { SearchNode } from './syntax.ts';
import { refusalAt, shown } from './tokens.ts';

/**
 * `$search` of directory objects → its tree: clauses `"property:text"`, joined by AND and OR, which binds less tightly.
 * Unlike OData, Graph wants an operator between any two clauses, and a property in each.
 * https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
 */

/** What one pair of parentheses, or the whole text, has so far. */
type Level = { readonly alternatives: SearchNode[]; all: SearchNode[]; orAt: number; andAt: number };

type Reading = { readonly text: string; readonly levels: Level[]; at: number; clauses: number };

const BLANKS = ' \t\r\n';
const WORD = /\p{L}+/uy;
const WORD_ENDS = `${BLANKS}()"`;

export function parseSearch(text: string): SearchNode {
  if (text.length > LIMITS.searchCharacters) {
    throw new Refusal(ERRORS.queryTooLong, { option: '$search', most: String(LIMITS.searchCharacters) });
  }
  const reading: Reading = { text, levels: [level()], at: 0, clauses: 0 };
  do readClause(reading);
  while (readOperator(reading));
  const [whole, ...open] = reading.levels;
  if (!whole || open.length > 0) throw refusalAt(ERRORS.searchExpected, text, text.length);
  return nodeOf(whole);
}

function level(): Level {
  return { alternatives: [], all: [], orAt: 0, andAt: 0 };
}

/** Up to the next clause, over the parentheses that open before it. */
function readClause(reading: Reading): void {
  const { text, levels } = reading;
  while (skipBlanks(reading) === '(') {
    if (levels.length > LIMITS.searchDepth) throw tooMuch(LIMITS.searchDepth, 'levels of nesting');
    levels.push(level());
    reading.at += 1;
  }
  const { at } = reading;
  if (at === text.length) throw refusalAt(ERRORS.searchExpected, text, at);
  if (text.charAt(at) !== '"') throw noClause(reading);
  reading.clauses += 1;
  if (reading.clauses > LIMITS.searchClauses) throw tooMuch(LIMITS.searchClauses, 'clauses');
  levels.at(-1)?.all.push(clauseOf(text, readQuoted(reading), at));
}

/** Up to the next operator; false at the end of the text. */
function readOperator(reading: Reading): boolean {
  const { text, levels } = reading;
  while (skipBlanks(reading) !== '') {
    const { at } = reading;
    const word = wordAt(text, at);
    const inner = levels.at(-1);
    reading.at += word.length;
    if (inner && (word === 'AND' || word === 'OR')) {
      if (word === 'OR') endAlternative(inner, at);
      else if (inner.all.length === 1) inner.andAt = at;
      return true;
    }
    if (text.charAt(at) !== ')' || levels.length === 1) throw characterRefused(text, at);
    const closed = levels.pop();
    if (closed) levels.at(-1)?.all.push(nodeOf(closed));
    reading.at += 1;
  }
  return false;
}

function endAlternative(current: Level, at: number): void {
  if (current.alternatives.length === 0) current.orAt = at;
  current.alternatives.push(joined('and', current.all, current.andAt));
  current.all = [];
}

function nodeOf({ alternatives, all, orAt, andAt }: Level): SearchNode {
  return joined('or', [...alternatives, joined('and', all, andAt)], orAt);
}

function joined(kind: 'and' | 'or', items: readonly SearchNode[], at: number): SearchNode {
  const [only] = items;
  return only && items.length === 1 ? only : { kind, items, at };
}

function skipBlanks(reading: Reading): string {
  while (reading.at < reading.text.length && BLANKS.includes(reading.text.charAt(reading.at))) reading.at += 1;
  return reading.text.charAt(reading.at);
}

/** From one quote to the other; a backslash stands before a quote or a backslash that is meant. */
function readQuoted(reading: Reading): string {
  const { text } = reading;
  const start = reading.at;
  const parts: string[] = [];
  let from = start + 1;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') {
      reading.at = at + 1;
      return parts.join('') + text.slice(from, at);
    }
    if (character !== '\\') continue;
    parts.push(text.slice(from, at));
    from = at + 1;
    at += 1;
    if (at < text.length && !'"\\'.includes(text.charAt(at))) throw characterRefused(text, at);
  }
  throw refusalAt(ERRORS.searchUnterminated, text, start);
}

function clauseOf(whole: string, clause: string, at: number): SearchNode {
  const colon = clause.indexOf(':');
  const property = clause.slice(0, Math.max(colon, 0));
  const text = clause.slice(colon + 1);
  // A text of nothing would find everything.
  if (property.trim() === '' || text.trim() === '') throw refusalAt(ERRORS.searchClause, whole, at);
  return { kind: 'clause', property, text, at };
}

function noClause({ text, at }: Reading): Refusal {
  const word = wordAt(text, at);
  if (word === 'NOT') return new Refusal(ERRORS.searchUnsupported, { name: word });
  const end = at + word.length;
  const isOperator = word === 'AND' || word === 'OR';
  // OData has words without quotes: what ends one too early isn't valid, and the word itself is no clause of Graph's.
  if (word === '' || isOperator) return characterRefused(text, at);
  if (!WORD_ENDS.includes(text.charAt(end))) return characterRefused(text, end);
  return refusalAt(ERRORS.searchClause, text, at);
}

function wordAt(text: string, at: number): string {
  WORD.lastIndex = at;
  return WORD.exec(text)?.[0] ?? '';
}

function characterRefused(text: string, at: number): Refusal {
  if (wordAt(text, at) === 'NOT') return new Refusal(ERRORS.searchUnsupported, { name: 'NOT' });
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return refusalAt(ERRORS.searchCharacter, text, at, { character: shown(character) });
}

function tooMuch(most: number, what: string): Refusal {
  return new Refusal(ERRORS.queryTooMuch, { option: '$search', most: String(most), what });
}
