import { comparable } from '../lib/comparable.ts';
import { instant } from '../lib/instant.ts';
import type { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { isUnsupportedInRules, RULE_TYPES, type RuleType, rulePropertyOf } from '../model/membershipRules.ts';
import type { EntityType, Primitive, Property } from '../model/shape.ts';
import type { Condition, Field, Scalar } from '../store/contract.ts';
import { simplePattern } from './rulePattern.ts';
import { advance, openRule, type RuleCursor, type RuleToken, refusedAt, syntaxError, take } from './ruleTokens.ts';
import { shown } from './tokens.ts';

/**
 * A dynamic group's membership rule → the type whose objects it finds, and the condition that they meet. In one pass, by
 * precedence with a stack of our own, so that no text can exhaust the machine's.
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
 */
export type MembershipRule = { readonly type: EntityType; readonly condition: Condition };

/** What stands left of an operator: a property, or an item of a collection. */
type Subject = {
  readonly field: Field;
  readonly type: Primitive;
  /** Set for a collection. */
  readonly collection: Property | undefined;
  readonly at: number;
};

/** What waits for the operand behind it. */
type Pending =
  | { readonly kind: 'or' | 'and' | 'not' | 'open' }
  | { readonly kind: 'any' | 'all'; readonly subject: Subject };

type Reading = {
  readonly cursor: RuleCursor;
  readonly operands: Condition[];
  /** A type as the tenant has it. */
  readonly own: (type: EntityType) => EntityType;
  readonly pending: Pending[];
  /** The type that the rule is about, once it has named one. */
  about: RuleType | undefined;
  /** Within `-any` and `-all`: the collection whose item `_` stands for. */
  items: Property | undefined;
  depth: number;
};

/** Comparisons bind tighter than all of them. */
const PRECEDENCE = { or: 1, and: 2, not: 3 } as const;

/**
 * @param text of at most `LIMITS.ruleCharacters`
 * @param own a type as the tenant has it whose rule it is
 */
export function parseRule(text: string, own: (type: EntityType) => EntityType = asItIs): MembershipRule {
  const cursor = openRule(text);
  if (text.length > LIMITS.ruleCharacters) throw tooMuch(cursor, LIMITS.ruleCharacters, 'characters');
  const reading: Reading = { cursor, own, operands: [], pending: [], about: undefined, items: undefined, depth: 0 };
  do readOperand(reading);
  while (readOperator(reading));
  if (!reading.about) throw refusedAt(ERRORS.ruleObjectType, cursor, 0);
  return { type: reading.about.type, condition: pop(reading) };
}

const asItIs = (type: EntityType) => type;

// -- operands -------------------------------------------------------------------------------------------------------------

/** Up to the next operand that is complete, over everything that opens before it. */
function readOperand(reading: Reading): void {
  const { cursor } = reading;
  while (true) {
    if (cursor.token.kind === '(') enter(reading, { kind: 'open' });
    else if (isWord(cursor.token, 'not')) enter(reading, { kind: 'not' });
    else if (readTest(reading)) return;
    else continue;
    advance(cursor);
  }
}

function enter(reading: Reading, pending: Pending): void {
  reading.depth += 1;
  if (reading.depth > LIMITS.ruleDepth) throw tooMuch(reading.cursor, LIMITS.ruleDepth, 'levels of nesting');
  reading.pending.push(pending);
}

function isWord({ kind, text }: RuleToken, word: string): boolean {
  return kind === 'word' && text.toLowerCase() === word;
}

/** A property or an item, an operator, a value; false where an `-any (` was opened, whose operand comes next. */
function readTest(reading: Reading): boolean {
  const { cursor } = reading;
  const subject = readSubject(reading);
  const { token } = cursor;
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (word === 'any' || word === 'all') return readItems(reading, subject, word);
  reading.operands.push(readComparison(cursor, subject));
  return true;
}

function readSubject(reading: Reading): Subject {
  const { cursor, items } = reading;
  const { kind, text, hyphen, at } = cursor.token;
  if (kind !== 'word' || hyphen) throw syntaxError(cursor);
  if (isWord(cursor.token, 'direct')) throw unsupported(cursor, 'Direct Reports', at);
  advance(cursor);
  if (items) {
    if (text !== '_') throw syntaxError(cursor, at);
    return { field: { property: '' }, type: items.type as Primitive, collection: undefined, at };
  }
  return namedSubject(reading, text, at);
}

/** `device.displayName` */
function namedSubject(reading: Reading, text: string, at: number): Subject {
  const { cursor } = reading;
  const dot = text.indexOf('.');
  const object = text.slice(0, Math.max(dot, 0)).toLowerCase();
  const about = RULE_TYPES.find(({ type }) => type.name === object);
  // A rule is about users or about devices.
  if (!about || (reading.about ?? about) !== about) throw refusedAt(ERRORS.ruleObjectType, cursor, at);
  reading.about = about;
  const name = text.slice(dot + 1);
  if (isUnsupportedInRules(about, name)) throw unsupported(cursor, name, at);
  const found = rulePropertyOf(about, name, reading.own(about.type));
  if (!found) {
    throw refusedAt(ERRORS.ruleProperty, cursor, at, { name: shown(name), resource: about.type.title });
  }
  const { property, member } = found;
  const field = member ? { property: property.name, member: member.name } : { property: property.name };
  const type = member?.type ?? (property.type as Primitive);
  return { field, type, collection: property.collection ? property : undefined, at };
}

/** `-any (_ -eq "a")`; without parentheses one comparison only belongs to it. */
function readItems(reading: Reading, subject: Subject, kind: 'any' | 'all'): boolean {
  const { cursor } = reading;
  const { at } = advance(cursor);
  if (!subject.collection) throw invalidOperands(cursor, kind, at);
  reading.items = subject.collection;
  if (cursor.token.kind === '(') {
    enter(reading, { kind, subject });
    advance(cursor);
    return false;
  }
  reading.operands.push(ofItems(kind, subject, readComparison(cursor, readSubject(reading))));
  reading.items = undefined;
  return true;
}

// -- comparisons ----------------------------------------------------------------------------------------------------------

type Operator = {
  /** As the documentation writes it. */
  readonly name: string;
  readonly does: 'eq' | 'le' | 'ge' | 'in' | 'match' | 'startsWith' | 'endsWith' | 'contains';
  readonly negated: boolean;
};

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    { name: 'eq', does: 'eq', negated: false } as const,
    { name: 'ne', does: 'eq', negated: true } as const,
    { name: 'le', does: 'le', negated: false } as const,
    { name: 'ge', does: 'ge', negated: false } as const,
    { name: 'in', does: 'in', negated: false } as const,
    { name: 'notIn', does: 'in', negated: true } as const,
    { name: 'match', does: 'match', negated: false } as const,
    { name: 'notMatch', does: 'match', negated: true } as const,
    { name: 'startsWith', does: 'startsWith', negated: false } as const,
    { name: 'notStartsWith', does: 'startsWith', negated: true } as const,
    { name: 'endsWith', does: 'endsWith', negated: false } as const,
    { name: 'notEndsWith', does: 'endsWith', negated: true } as const,
    { name: 'contains', does: 'contains', negated: false } as const,
    { name: 'notContains', does: 'contains', negated: true } as const,
  ].map((row) => [row.name.toLowerCase(), row]),
);

/** An operator over a collection asks whether some item meets it, a negated one whether none does. */
function readComparison(cursor: RuleCursor, subject: Subject): Condition {
  const { token } = cursor;
  const operator = token.kind === 'word' ? OPERATORS.get(token.text.toLowerCase()) : undefined;
  if (!operator) throw syntaxError(cursor);
  advance(cursor);
  const condition = isNull(cursor.token)
    ? nothing(cursor, subject, operator)
    : subject.collection
      ? ofItems('any', subject, compared(cursor, { ...subject, field: { property: '' } }, operator))
      : compared(cursor, subject, operator);
  return operator.negated ? negated(condition) : condition;
}

function isNull(token: RuleToken): boolean {
  return isWord(token, 'null') || isWord(token, '$null');
}

/** `-eq null`; of a collection: it is empty. */
function nothing(cursor: RuleCursor, { field, collection }: Subject, operator: Operator): Condition {
  const { at } = advance(cursor);
  if (operator.does !== 'eq') throw invalidOperands(cursor, operator.name, at);
  if (collection) return negated({ kind: 'any', field, item: undefined });
  return { kind: 'compare', operator: 'eq', field, value: null };
}

/** The operator, as if it weren't negated. */
function compared(cursor: RuleCursor, { field, type }: Subject, operator: Operator): Condition {
  const { does } = operator;
  const { at } = cursor.token;
  if (!isFitting(type, does)) throw invalidOperands(cursor, operator.name, at);
  if (does === 'in') return { kind: 'in', field, values: readList(cursor, type, operator) };
  const value = readValue(cursor, type, operator);
  if (does === 'eq' || does === 'le' || does === 'ge') return { kind: 'compare', operator: does, field, value };
  const text = String(value);
  return does === 'match' ? matched(cursor, field, text, at) : { kind: 'match', how: does, field, value: text };
}

function isFitting(type: Primitive, does: Operator['does']): boolean {
  if (does === 'eq') return true;
  const isNumber = type === 'Int32' || type === 'Int64';
  if (does === 'le' || does === 'ge') return type === 'DateTimeOffset' || isNumber;
  if (does === 'in' && isNumber) return true;
  return type === 'String' || type === 'Guid';
}

function matched(cursor: RuleCursor, field: Field, text: string, at: number): Condition {
  const pattern = simplePattern(text);
  if (!pattern) throw unsupported(cursor, `-match "${text}"`, at);
  if (pattern.how === 'equals') return { kind: 'compare', operator: 'eq', field, value: pattern.text };
  return { kind: 'match', how: pattern.how, field, value: pattern.text };
}

function readList(cursor: RuleCursor, type: Primitive, operator: Operator): readonly Scalar[] {
  const values = new Set<Scalar>();
  take(cursor, '[');
  do {
    if (values.size > 0) advance(cursor);
    values.add(readValue(cursor, type, operator));
  } while (cursor.token.kind === ',');
  take(cursor, ']');
  if (values.size > LIMITS.ruleInItems) throw tooMuch(cursor, LIMITS.ruleInItems, 'values of one -in');
  return [...values];
}

/** A value of the property's type, as it is compared. */
function readValue(cursor: RuleCursor, type: Primitive, { name }: Operator): Scalar {
  const { kind, text, hyphen, at } = cursor.token;
  if (kind !== 'text' && kind !== 'bare' && (kind !== 'word' || hyphen)) throw syntaxError(cursor);
  if (isWord(cursor.token, 'system.now')) throw unsupported(cursor, text, at);
  const value = literalOf(type, text, kind === 'text');
  if (value === undefined) throw invalidOperands(cursor, name, at);
  advance(cursor);
  return comparable(type, value);
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** Quotes are needed around text only. */
function literalOf(type: Primitive, text: string, isQuoted: boolean): string | number | boolean | undefined {
  if (type === 'Boolean') return BOOLEANS.get(text.toLowerCase());
  if (type === 'DateTimeOffset') return instant(text);
  if (type === 'Int32' || type === 'Int64') return numberOf(text, isQuoted);
  return isQuoted ? text : undefined;
}

const WHOLE_NUMBER = /^-?\d{1,16}$/;

function numberOf(text: string, isQuoted: boolean): number | undefined {
  const number = Number(text);
  return !isQuoted && WHOLE_NUMBER.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

// -- operators ------------------------------------------------------------------------------------------------------------

/** Up to the next operator that wants an operand behind it; false at the end of the text. */
function readOperator(reading: Reading): boolean {
  const { cursor } = reading;
  while (cursor.token.kind !== 'end') {
    const kind = isWord(cursor.token, 'and') ? 'and' : isWord(cursor.token, 'or') ? 'or' : undefined;
    if (kind) {
      reduce(reading, PRECEDENCE[kind]);
      reading.pending.push({ kind });
      advance(cursor);
      return true;
    }
    if (cursor.token.kind !== ')') throw syntaxError(cursor);
    close(reading);
  }
  reduce(reading, 0);
  if (reading.pending.length > 0) throw syntaxError(cursor);
  return false;
}

/** Does what waits, as far as it binds at least that tightly; a parenthesis stops it. */
function reduce(reading: Reading, least: number): void {
  const { operands, pending } = reading;
  for (let top = pending.at(-1); top && precedence(top) >= least; top = pending.at(-1)) {
    pending.pop();
    if (top.kind === 'not') {
      reading.depth -= 1;
      operands.push(negated(pop(reading)));
    } else if (top.kind === 'and' || top.kind === 'or') {
      const right = pop(reading);
      operands.push(joined(top.kind, pop(reading), right));
    }
  }
}

function precedence({ kind }: Pending): number {
  return kind === 'or' || kind === 'and' || kind === 'not' ? PRECEDENCE[kind] : -1;
}

function close(reading: Reading): void {
  const { cursor, operands, pending } = reading;
  reduce(reading, 0);
  const opened = pending.pop();
  if (!opened) throw syntaxError(cursor);
  reading.depth -= 1;
  if (opened.kind === 'any' || opened.kind === 'all') {
    operands.push(ofItems(opened.kind, opened.subject, pop(reading)));
    reading.items = undefined;
  }
  advance(cursor);
}

// -- conditions -----------------------------------------------------------------------------------------------------------

function pop({ operands }: Reading): Condition {
  const operand = operands.pop();
  if (!operand) throw new Error('an operator was read before its operand');
  return operand;
}

/** `a -and b -and c` is one condition of three. */
function joined(kind: 'and' | 'or', left: Condition, right: Condition): Condition {
  return left.kind === kind ? { kind, items: [...left.items, right] } : { kind, items: [left, right] };
}

function negated(condition: Condition): Condition {
  if (condition.kind === 'not') return condition.item;
  if (condition.kind !== 'compare') return { kind: 'not', item: condition };
  if (condition.operator === 'eq') return { ...condition, operator: 'ne' };
  return condition.operator === 'ne' ? { ...condition, operator: 'eq' } : { kind: 'not', item: condition };
}

/** All items meet a condition when none meets its opposite. */
function ofItems(kind: 'any' | 'all', { collection }: Subject, item: Condition): Condition {
  const field = { property: collection?.name ?? '' };
  return kind === 'any' ? { kind, field, item } : negated({ kind: 'any', field, item: negated(item) });
}

// -- refusals -------------------------------------------------------------------------------------------------------------

function unsupported(cursor: RuleCursor, name: string, at: number): Refusal {
  return refusedAt(ERRORS.ruleUnsupported, cursor, at, { name: shown(name) });
}

function invalidOperands(cursor: RuleCursor, operator: string, at: number): Refusal {
  return refusedAt(ERRORS.ruleOperands, cursor, at, { operator });
}

function tooMuch(cursor: RuleCursor, most: number, what: string): Refusal {
  return refusedAt(ERRORS.ruleTooMuch, cursor, cursor.token.at, { most: String(most), what });
}
