import { propertyOf } from '../../model/directory.ts';
import { type EntityType, plainMember } from '../../model/shape.ts';
import { type Column, collectionNamed, columnOf, fieldCode, hasTerms } from '../columns.ts';
import type { CompareOperator, Condition, Field, Scalar } from '../contract.ts';
import { anyTerm, EVERY_TERM, startOfTerms, valueTerm, wordTerm } from '../terms.ts';
import { tenantTerms } from './names.ts';
import { bound } from './predicate.ts';

/**
 * Conditions to an expression over terms, as far as terms know the answer. What an expression finds is exactly what the
 * condition asks for, or more than that: then each row has to be looked at, too.
 */
export type Match = { readonly tree: Tree; readonly exact: boolean };

type Tree =
  | { readonly kind: 'term'; readonly term: string }
  /** Every term that starts so. */
  | { readonly kind: 'start'; readonly term: string }
  | { readonly kind: 'and' | 'or'; readonly items: readonly Tree[] }
  | { readonly kind: 'not'; readonly item: Tree };

type Compared = Extract<Condition, { kind: 'compare' | 'in' | 'match' }>;

/** The values of a property with few values that meet the condition; undefined where they are too many. */
export type Dictionary = (condition: Compared) => readonly (string | number | null)[] | undefined;

/** Undefined: terms can't narrow it down. */
export function matchOf(type: EntityType, condition: Condition, dictionary: Dictionary): Match | undefined {
  switch (condition.kind) {
    case 'and':
      return all(condition.items.map((item) => matchOf(type, item, dictionary)));
    case 'or':
      return some(condition.items.map((item) => matchOf(type, item, dictionary)));
    case 'not':
      return negated(matchOf(type, condition.item, dictionary));
    case 'compare':
    case 'in':
    case 'match':
      return compared(type, condition, dictionary);
    case 'any':
      return anyItem(type, condition.field, condition.item);
    case 'count':
      return counted(type, condition);
    case 'word':
      return startOfWord(type, condition.field, condition.word);
    case 'type':
      return undefined;
  }
}

function compared(type: EntityType, condition: Compared, dictionary: Dictionary): Match | undefined {
  const column = columnOf(type, condition.field);
  if (!column || !hasTerms(column.index)) return undefined;
  if (condition.kind === 'compare' && condition.operator === 'eq') return oneOf(column, [condition.value], dictionary);
  if (condition.kind === 'compare' && condition.operator === 'ne') {
    return negated(oneOf(column, [condition.value], dictionary));
  }
  if (condition.kind === 'in') return oneOf(column, condition.values, dictionary);
  if (column.property.number !== undefined) return ofCustom(column, condition);
  if (column.index !== 'counted') return undefined;
  const values = dictionary(condition);
  return values && anyOf(column, values);
}

/** Of what tenants have added, values aren't cut short in their terms, so that the terms know how they start. */
function ofCustom({ code }: Column, condition: Compared): Match {
  const isStart = condition.kind === 'match' && condition.how === 'startsWith' && condition.value !== '';
  if (isStart) return exactly({ kind: 'start', term: startOfTerms(code, condition.value) });
  return { tree: term(anyTerm(code)), exact: condition.kind === 'match' && condition.value === '' };
}

type Values = readonly (string | number | null)[];

function anyOf({ code }: Column, values: Values): Match {
  const items = values.flatMap((value) => (value === null ? [] : [term(valueTerm(code, value))]));
  return exactly({ kind: 'or', items });
}

function oneOf(column: Column, values: readonly Scalar[], dictionary: Dictionary): Match | undefined {
  const found = anyOf(column, values.map(bound));
  return values.includes(null) ? some([found, negated(notNull(column, dictionary))]) : found;
}

function fieldOf({ property, member }: Column): Field {
  return member ? { property: property.name, member: member.name } : { property: property.name };
}

/** Null has no term: it is what no value has. */
function notNull(column: Column, dictionary: Dictionary): Match | undefined {
  if (column.index === 'term') return exactly(term(anyTerm(column.code)));
  const field = fieldOf(column);
  const values = dictionary({ kind: 'compare', operator: 'ne', field, value: null });
  return values && anyOf(column, values);
}

function startOfWord(type: EntityType, field: Field, word: string): Match | undefined {
  if (propertyOf(type, field.property)?.search !== 'words') return undefined;
  const found = wordTerm(fieldCode(type, field), word);
  return { tree: term(found.term), exact: found.exact };
}

function anyItem(type: EntityType, field: Field, item: Condition | undefined): Match | undefined {
  if (!hasItemTerms(type, field)) return undefined;
  const notEmpty = term(anyTerm(fieldCode(type, { property: field.property })));
  if (!item) return exactly(notEmpty);
  return itemMatch(type, field, item) ?? { tree: notEmpty, exact: false };
}

function hasItemTerms(type: EntityType, field: Field): boolean {
  return collectionNamed(type, field.property) !== undefined;
}

/** Terms don't tell which of an object's items they come from. */
function itemMatch(type: EntityType, field: Field, item: Condition): Match | undefined {
  switch (item.kind) {
    case 'or':
      return some(item.items.map((part) => itemMatch(type, field, part)));
    case 'and': {
      const found = all(item.items.map((part) => itemMatch(type, field, part)));
      return found && { tree: found.tree, exact: found.exact && item.items.length < 2 };
    }
    case 'in':
    case 'compare': {
      const values = item.kind === 'in' ? item.values : [item.value];
      const isEqual = item.kind === 'in' || item.operator === 'eq';
      const row = propertyOf(type, field.property);
      const { member } = item.field;
      const index = row && (typeof row.type === 'string' ? row.index : plainMember(row.type, member)?.index);
      if (!isEqual || !hasTerms(index)) return undefined;
      const code = fieldCode(type, member === undefined ? field : { ...field, member });
      return exactly({ kind: 'or', items: values.map((value) => term(valueTerm(code, bound(value)))) });
    }
    default:
      return undefined;
  }
}

/** Whether a collection is empty is a term; how many items it has isn't. */
function counted(type: EntityType, condition: Extract<Condition, { kind: 'count' }>): Match | undefined {
  if (!hasItemTerms(type, condition.field)) return undefined;
  const notEmpty = term(anyTerm(fieldCode(type, condition.field)));
  const is = (operator: CompareOperator, value: number) => condition.operator === operator && condition.value === value;
  if (is('ne', 0) || is('gt', 0) || is('ge', 1)) return exactly(notEmpty);
  if (is('eq', 0) || is('le', 0) || is('lt', 1)) return negated(exactly(notEmpty));
  return undefined;
}

function term(text: string): Tree {
  return { kind: 'term', term: text };
}

function exactly(tree: Tree): Match {
  return { tree, exact: true };
}

function all(items: readonly (Match | undefined)[]): Match | undefined {
  const known = items.filter((item) => item !== undefined);
  if (known.length === 0) return undefined;
  const exact = known.length === items.length && known.every((item) => item.exact);
  return { tree: { kind: 'and', items: known.map((item) => item.tree) }, exact };
}

function some(items: readonly (Match | undefined)[]): Match | undefined {
  const known = items.filter((item) => item !== undefined);
  if (known.length < items.length) return undefined;
  return { tree: { kind: 'or', items: known.map((item) => item.tree) }, exact: known.every((item) => item.exact) };
}

function negated(item: Match | undefined): Match | undefined {
  return item?.exact ? exactly({ kind: 'not', item: item.tree }) : undefined;
}

// -- text ------------------------------------------------------------------------------------------------------

/** No object has this term. */
const NOTHING_TERM = 'x';

/** As FTS5 reads it: https://www.sqlite.org/fts5.html#full_text_query_syntax */
export function matchText(tenant: number, tree: Tree): string {
  const quote = (word: string) => `"${tenantTerms(tenant, word)}"`;
  switch (tree.kind) {
    case 'term':
      return quote(tree.term);
    case 'start':
      return `${quote(tree.term)} *`;
    case 'or':
      if (tree.items.length === 0) return quote(NOTHING_TERM);
      return within(
        tree.items.map((item) => matchText(tenant, item)),
        'OR',
      );
    case 'not':
      return `(${quote(EVERY_TERM)} NOT ${matchText(tenant, tree.item)})`;
    case 'and': {
      const items = flatAnd(tree);
      const wanted = items.filter((item) => item.kind !== 'not').map((item) => matchText(tenant, item));
      const unwanted = items.flatMap((item) => (item.kind === 'not' ? [matchText(tenant, item.item)] : []));
      const base = wanted.length > 0 ? within(wanted, 'AND') : quote(EVERY_TERM);
      return unwanted.length > 0 ? `(${base} NOT ${within(unwanted, 'OR')})` : base;
    }
  }
}

function flatAnd(tree: Tree): readonly Tree[] {
  return tree.kind === 'and' ? tree.items.flatMap(flatAnd) : [tree];
}

function within(texts: readonly string[], word: 'AND' | 'OR'): string {
  return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(` ${word} `)})`;
}
