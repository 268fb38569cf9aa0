import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { CompareOperator } from '../store/contract.ts';
import type { FilterNode, Literal, Path } from './syntax.ts';
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
 * `$filter` → its tree, by precedence with a stack of our own, so that no text can exhaust the machine's.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionfilter
 *
 * What OData has and Graph's directory has not is refused by its name. A node's position is that of its operator or
 * function.
 */

/** What stands on either side of an operator. */
type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'test'; readonly node: FilterNode };

/** What waits for the operand behind it. */
type Pending =
  | { readonly kind: 'or' | 'and' | 'not' | 'open'; readonly at: number }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly at: number }
  | { readonly kind: 'any'; readonly path: Path; readonly variable: string; readonly at: number };

type Reading = {
  readonly cursor: Cursor;
  readonly operands: Operand[];
  readonly pending: Pending[];
  readonly inItems: number;
  depth: number;
  nodes: number;
};

const WORDING: Wording = {
  syntax: ERRORS.filterSyntax,
  unterminated: ERRORS.filterUnterminated,
  instant: ERRORS.filterInstant,
};

const COMPARISONS: ReadonlyMap<string, CompareOperator> = new Map(
  (['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const).map((operator) => [operator, operator]),
);
const TURNED: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

const MATCHES: ReadonlyMap<string, 'startsWith' | 'endsWith' | 'contains'> = new Map([
  ['startswith', 'startsWith'],
  ['endswith', 'endsWith'],
  ['contains', 'contains'],
]);

const OPERATORS_OF_ODATA: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'divby', 'mod', 'has']);

const FUNCTIONS_OF_ODATA: ReadonlySet<string> = new Set([
  ...['all', 'case', 'cast', 'ceiling', 'concat', 'date', 'day', 'floor', 'fractionalseconds', 'hassubsequence'],
  ...['hassubset', 'hour', 'indexof', 'length', 'matchespattern', 'maxdatetime', 'mindatetime', 'minute', 'month'],
  ...['now', 'round', 'second', 'substring', 'substringof', 'time', 'tolower', 'totaloffsetminutes', 'totalseconds'],
  ...['toupper', 'trim', 'year', 'geo.distance', 'geo.intersects', 'geo.length'],
]);

/** Words that can't begin an operand: a name of a property there would be read otherwise than it was meant. */
const OPERATORS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  ...COMPARISONS.keys(),
  ...OPERATORS_OF_ODATA,
]);

/** OData's table of precedence; `in` binds tighter than all of them. */
const PRECEDENCE = { or: 1, and: 2, equality: 3, relation: 4, not: 5 } as const;

/** @param inItems how many values an `in` may have: more of them in advanced query mode, `LIMITS.inItemsAdvanced` */
export function parseFilter(text: string, inItems: number = LIMITS.inItems): FilterNode {
  if (text.length > LIMITS.filterCharacters) {
    throw new Refusal(ERRORS.queryTooLong, { option: '$filter', most: String(LIMITS.filterCharacters) });
  }
  const cursor = openCursor(text, WORDING);
  const reading: Reading = { cursor, operands: [], pending: [], inItems, depth: 0, nodes: 0 };
  do readOperand(reading);
  while (readOperator(reading));
  return popTest(reading);
}

// -- operands -------------------------------------------------------------------------------------------------------------

/** Up to the next operand that is complete, over everything that opens before it. */
function readOperand(reading: Reading): void {
  const { cursor } = reading;
  while (true) {
    const { kind, text, at } = cursor.token;
    if (kind === '(') enter(reading, { kind: 'open', at });
    else if (kind === 'word' && text.toLowerCase() === 'not') enter(reading, { kind: 'not', at });
    else if (readTerm(reading)) return;
    else continue;
    advance(cursor);
  }
}

function enter(reading: Reading, pending: Pending): void {
  reading.depth += 1;
  if (reading.depth > LIMITS.filterDepth) throw tooMuch(LIMITS.filterDepth, 'levels of nesting');
  reading.pending.push(pending);
}

/** A literal, a property, a function; false where a lambda was opened, whose operand comes next. */
function readTerm(reading: Reading): boolean {
  const { cursor, operands } = reading;
  const { token } = cursor;
  if (token.kind === '-') throw unsupported(token.text);
  const literal = readLiteral(cursor);
  if (literal) {
    operands.push({ kind: 'literal', literal });
    return true;
  }
  const word = takeFirstName(cursor);
  if (isAt(cursor, '(')) {
    operands.push(readFunction(reading, word));
    return true;
  }
  const { path, call } = readPath(cursor, word);
  if (call) return readLambda(reading, path, call);
  operands.push({ kind: 'path', path });
  return true;
}

/** A word that may begin a path or name a function. */
function takeFirstName(cursor: Cursor): Token {
  const { kind, text, at } = cursor.token;
  if (kind !== 'word' || OPERATORS.has(text.toLowerCase())) throw syntaxError(cursor, at);
  if (text === 'INF' || text === 'NaN') throw unsupported(text);
  return takeName(cursor);
}

/** A name of the model; what has a sign in front is OData's own. */
function takeName(cursor: Cursor): Token {
  const { text, at } = cursor.token;
  if (text.startsWith('@')) throw unsupported(text);
  if (['$it', '$root', '$this'].includes(text.toLowerCase())) throw unsupported(text);
  if (text.startsWith('$')) throw syntaxError(cursor, at);
  return take(cursor, 'word');
}

function readLiteral(cursor: Cursor): Literal | undefined {
  const { kind, text, at, literal } = cursor.token;
  const found = kind === 'word' ? constant(text, at) : literal;
  if (found) advance(cursor);
  return found;
}

function constant(text: string, at: number): Literal | undefined {
  const word = text.toLowerCase();
  if (word === 'null') return { type: 'null', value: null, at };
  if (word === 'true' || word === 'false') return { type: 'boolean', value: word === 'true', at };
  return undefined;
}

/** @returns also the word behind the path that a parenthesis follows: a lambda or a function */
function readPath(cursor: Cursor, first: Token): { readonly path: Path; readonly call: Token | undefined } {
  const names = [first.text];
  while (isAt(cursor, '/')) {
    advance(cursor);
    if (cursor.token.text.toLowerCase() === '$count') {
      advance(cursor);
      return { path: { names, count: true, at: first.at }, call: undefined };
    }
    const name = takeName(cursor);
    if (isAt(cursor, '(')) return { path: { names, count: false, at: first.at }, call: name };
    names.push(name.text);
  }
  return { path: { names, count: false, at: first.at }, call: undefined };
}

/** `any(` and its variable; what follows up to its parenthesis is read like everything else. */
function readLambda(reading: Reading, path: Path, call: Token): boolean {
  const { cursor, operands } = reading;
  if (call.text.toLowerCase() !== 'any') throw functionRefused(call.text);
  take(cursor, '(');
  const { at } = call;
  if (isAt(cursor, ')')) {
    advance(cursor);
    operands.push(test(reading, { kind: 'any', path, variable: '', item: undefined, at }));
    return true;
  }
  enter(reading, { kind: 'any', path, variable: takeVariable(reading), at });
  take(cursor, ':');
  return false;
}

function takeVariable({ cursor, pending }: Reading): string {
  const { text, at } = cursor.token;
  const variable = takeName(cursor).text;
  if (variable.includes('.') || OPERATORS.has(variable.toLowerCase())) throw syntaxError(cursor, at);
  if (pending.some((outer) => outer.kind === 'any' && outer.variable === variable)) {
    throw new Refusal(ERRORS.filterVariable, { name: shown(text) });
  }
  return variable;
}

// -- functions ------------------------------------------------------------------------------------------------------------

function readFunction(reading: Reading, word: Token): Operand {
  const name = word.text.toLowerCase();
  if (name === 'isof') return readTypeTest(reading, word.at);
  const how = MATCHES.get(name);
  if (!how) throw functionRefused(word.text);
  const { cursor } = reading;
  take(cursor, '(');
  const path = readArgument(cursor);
  take(cursor, ',');
  const literal = readArgument(cursor);
  take(cursor, ')');
  if (path.kind !== 'path' || literal.kind !== 'literal') throw comparison(path, how, literal);
  return test(reading, { kind: 'match', how, path: path.path, literal: literal.literal, at: word.at });
}

function readArgument(cursor: Cursor): Operand {
  const literal = readLiteral(cursor);
  if (literal) return { kind: 'literal', literal };
  const word = takeFirstName(cursor);
  if (isAt(cursor, '(')) throw functionRefused(word.text);
  const { path, call } = readPath(cursor, word);
  if (call) throw functionRefused(call.text);
  return { kind: 'path', path };
}

/** `isof('microsoft.graph.device')`, also without quotes or with the number sign of a type's address. */
function readTypeTest(reading: Reading, at: number): Operand {
  const { cursor } = reading;
  take(cursor, '(');
  const { token } = cursor;
  const argument = readArgument(cursor);
  if (isAt(cursor, ',')) throw unsupported('isof with two arguments');
  const type = typeName(argument);
  if (type === '') throw syntaxError(cursor, token.at);
  take(cursor, ')');
  return test(reading, { kind: 'isof', type, at });
}

function typeName(argument: Operand): string {
  if (argument.kind === 'path') {
    const { names, count } = argument.path;
    return names.length === 1 && !count ? names.join('') : '';
  }
  if (argument.kind !== 'literal' || argument.literal.type !== 'string') return '';
  const { value } = argument.literal;
  return value.startsWith('#') ? value.slice(1) : value;
}

function functionRefused(name: string): Refusal {
  if (FUNCTIONS_OF_ODATA.has(name.toLowerCase())) return unsupported(name);
  return new Refusal(ERRORS.filterFunction, { name: shown(name) });
}

// -- operators ------------------------------------------------------------------------------------------------------------

/** Up to the next operator that wants an operand behind it; false at the end of the text. */
function readOperator(reading: Reading): boolean {
  const { cursor } = reading;
  while (cursor.token.kind !== 'end') {
    const { kind, text, at } = cursor.token;
    const word = kind === 'word' ? text.toLowerCase() : '';
    if (OPERATORS_OF_ODATA.has(word)) throw unsupported(text);
    const binary = binaryOf(word, at);
    if (binary) {
      reduce(reading, precedence(binary));
      reading.pending.push(binary);
      advance(cursor);
      return true;
    }
    if (kind === ')') close(reading);
    else if (word === 'in') readIn(reading);
    else throw syntaxError(cursor, at);
  }
  reduce(reading, 0);
  if (reading.pending.length > 0) throw syntaxError(cursor, cursor.token.at);
  return false;
}

function binaryOf(word: string, at: number): Pending | undefined {
  if (word === 'and' || word === 'or') return { kind: word, at };
  const operator = COMPARISONS.get(word);
  return operator && { kind: 'compare', operator, at };
}

function precedence(pending: Pending): number {
  if (pending.kind === 'or' || pending.kind === 'and' || pending.kind === 'not') return PRECEDENCE[pending.kind];
  if (pending.kind !== 'compare') return -1;
  return pending.operator === 'eq' || pending.operator === 'ne' ? PRECEDENCE.equality : PRECEDENCE.relation;
}

/** Does what waits, as far as it binds at least that tightly; a parenthesis stops it. */
function reduce(reading: Reading, least: number): void {
  let top = reading.pending.at(-1);
  while (top && precedence(top) >= least) {
    reading.pending.pop();
    apply(reading, top);
    top = reading.pending.at(-1);
  }
}

function apply(reading: Reading, pending: Pending): void {
  const { operands } = reading;
  const { at } = pending;
  if (pending.kind === 'not') {
    reading.depth -= 1;
    operands.push(test(reading, { kind: 'not', item: popTest(reading), at }));
  } else if (pending.kind === 'and' || pending.kind === 'or') {
    const right = popTest(reading);
    operands.push(join(reading, pending.kind, popTest(reading), right, at));
  } else if (pending.kind === 'compare') {
    const right = popOperand(reading);
    operands.push(compare(reading, popOperand(reading), pending.operator, right, at));
  }
}

/** `a and b and c` is one node of three. */
function join(reading: Reading, kind: 'and' | 'or', left: FilterNode, right: FilterNode, at: number): Operand {
  if (left.kind !== kind) return test(reading, { kind, items: [left, right], at });
  return { kind: 'test', node: { ...left, items: [...left.items, right] } };
}

function compare(reading: Reading, left: Operand, operator: CompareOperator, right: Operand, at: number): Operand {
  if (left.kind === 'path' && right.kind === 'literal') {
    return test(reading, { kind: 'compare', operator, path: left.path, literal: right.literal, at });
  }
  if (left.kind === 'literal' && right.kind === 'path') {
    const turned = TURNED[operator];
    return test(reading, { kind: 'compare', operator: turned, path: right.path, literal: left.literal, at });
  }
  const [tested, truth] = left.kind === 'test' ? [left, right] : [right, left];
  const isTruth = truth.kind === 'literal' && truth.literal.type === 'boolean';
  if (tested.kind !== 'test' || !isTruth || !(operator === 'eq' || operator === 'ne')) {
    throw comparison(left, operator, right);
  }
  if ((operator === 'eq') === truth.literal.value) return tested;
  return negated(reading, tested.node, at);
}

/** So that `… eq false eq false …` doesn't grow deep. */
function negated(reading: Reading, node: FilterNode, at: number): Operand {
  return node.kind === 'not' ? { kind: 'test', node: node.item } : test(reading, { kind: 'not', item: node, at });
}

function close(reading: Reading): void {
  const { cursor, operands, pending } = reading;
  reduce(reading, 0);
  const opened = pending.pop();
  if (!opened) throw syntaxError(cursor, cursor.token.at);
  advance(cursor);
  reading.depth -= 1;
  if (opened.kind !== 'any') return;
  const { path, variable, at } = opened;
  operands.push(test(reading, { kind: 'any', path, variable, item: popTest(reading), at }));
}

function readIn(reading: Reading): void {
  const { cursor, operands } = reading;
  const { at } = advance(cursor);
  if (cursor.token.kind === 'word' && !constant(cursor.token.text, 0))
    throw unsupported('in with a property behind it');
  const literals = readList(cursor);
  const operand = popOperand(reading);
  if (operand.kind !== 'path') throw comparison(operand, 'in', { kind: 'literal' });
  if (literals.length > reading.inItems) {
    throw new Refusal(ERRORS.filterInItems, { count: String(literals.length), most: String(reading.inItems) });
  }
  operands.push(test(reading, { kind: 'in', path: operand.path, literals, at }));
}

function readList(cursor: Cursor): readonly Literal[] {
  const literals: Literal[] = [];
  take(cursor, '(');
  do {
    if (literals.length > 0) advance(cursor);
    const { at } = cursor.token;
    const literal = readLiteral(cursor);
    if (!literal) throw syntaxError(cursor, at);
    literals.push(literal);
  } while (isAt(cursor, ','));
  take(cursor, ')');
  return literals;
}

// -- what is made ---------------------------------------------------------------------------------------------------------

function test(reading: Reading, node: FilterNode): Operand {
  reading.nodes += 1;
  if (reading.nodes > LIMITS.filterNodes) throw tooMuch(LIMITS.filterNodes, 'expressions');
  return { kind: 'test', node };
}

function popOperand({ operands }: Reading): Operand {
  const operand = operands.pop();
  if (!operand) throw new Error('an operator was read before its operand');
  return operand;
}

function popTest(reading: Reading): FilterNode {
  const operand = popOperand(reading);
  if (operand.kind === 'test') return operand.node;
  if (operand.kind === 'literal' && operand.literal.type === 'boolean')
    throw unsupported(String(operand.literal.value));
  throw new Refusal(ERRORS.filterNotBoolean);
}

// -- refusals -------------------------------------------------------------------------------------------------------------

const KINDS = { path: 'a property', literal: 'a literal', test: 'an expression' } as const;

function comparison(left: Pick<Operand, 'kind'>, operator: string, right: Pick<Operand, 'kind'>): Refusal {
  return new Refusal(ERRORS.filterComparison, { left: KINDS[left.kind], operator, right: KINDS[right.kind] });
}

function unsupported(name: string): Refusal {
  return new Refusal(ERRORS.filterUnsupported, { name: shown(name) });
}

function tooMuch(most: number, what: string): Refusal {
  return new Refusal(ERRORS.queryTooMuch, { option: '$filter', most: String(most), what });
}
