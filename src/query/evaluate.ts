import { comparable } from '../lib/comparable.ts';
import { rowOf } from '../lib/table.ts';
import { words } from '../lib/words.ts';
import { propertyOf } from '../model/directory.ts';
import { LIMITS } from '../model/limits.ts';
import { type EntityType, type Property, plainMember } from '../model/shape.ts';
import type { CompareOperator, Condition, Field, Scalar, Values } from '../store/contract.ts';

/**
 * Whether an object meets a condition, by the object alone: what every store's answers are held against.
 *
 * @param values as the directory keeps them: not folded; what is missing is null, a missing collection empty
 */
export function meets(condition: Condition, type: EntityType, values: Values): boolean {
  return holds(condition, { type, values, item: undefined });
}

/** What a condition's fields are looked up in. */
type Scope = {
  readonly type: EntityType;
  readonly values: Values;
  /** Within `any`: an item and the collection that it is of. */
  readonly item: { readonly property: Property; readonly value: unknown } | undefined;
};

/** A value and the name of its primitive type. */
type Found = { readonly type: string; readonly value: unknown };

const NOTHING: Found = { type: '', value: null };

function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.items.every((item) => holds(item, scope));
    case 'or':
      return condition.items.some((item) => holds(item, scope));
    case 'not':
      return !holds(condition.item, scope);
    case 'compare':
      return compares(scalarOf(find(condition.field, scope)), condition.operator, condition.value);
    case 'in': {
      const value = scalarOf(find(condition.field, scope));
      return condition.values.some((one) => compares(value, 'eq', one));
    }
    case 'match':
      return matches(scalarOf(find(condition.field, scope)), condition.how, condition.value);
    case 'any':
      return hasItem(condition, scope);
    case 'count':
      return compares(itemsOf(condition.field, scope).length, condition.operator, condition.value);
    case 'word':
      return hasWord(find(condition.field, scope), condition.word);
    case 'type':
      return scope.type.name === condition.type;
  }
}

function hasItem({ field, item }: Extract<Condition, { kind: 'any' }>, scope: Scope): boolean {
  const items = itemsOf(field, scope);
  const property = propertyOf(scope.type, field.property);
  if (!item || !property) return items.length > 0;
  return items.some((value) => holds(item, { ...scope, item: { property, value } }));
}

// -- fields ---------------------------------------------------------------------------------------------------

function find(field: Field, { type, values, item }: Scope): Found {
  if (field.property === '') return item ? partOf(item.property, item.value, field.member) : NOTHING;
  const property = propertyOf(type, field.property);
  return property ? partOf(property, rowOf(values, property.name), field.member) : NOTHING;
}

function partOf({ type }: Property, value: unknown, member: string | undefined): Found {
  if (typeof type === 'string') return member === undefined ? { type, value } : NOTHING;
  const row = plainMember(type, member);
  if (!row || typeof value !== 'object' || value === null) return NOTHING;
  return { type: row.type, value: rowOf(value as Values, row.name) };
}

function itemsOf(field: Field, { type, values }: Scope): readonly unknown[] {
  const property = propertyOf(type, field.property);
  const value = property?.collection ? rowOf(values, property.name) : undefined;
  return Array.isArray(value) ? value : [];
}

function scalarOf({ type, value }: Found): Scalar {
  return comparable(type, value);
}

// -- comparing ------------------------------------------------------------------------------------------------

function compares(value: Scalar, operator: CompareOperator, other: Scalar): boolean {
  if (operator === 'eq') return value === other;
  if (operator === 'ne') return value !== other;
  const order = orderOf(value, other);
  if (order === undefined) return false;
  if (operator === 'gt') return order > 0;
  if (operator === 'ge') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

/** Below, at or above 0; undefined for what has no order: null, and values of different types. */
function orderOf(value: Scalar, other: Scalar): number | undefined {
  if (typeof value === 'string' && typeof other === 'string') return textOrder(value, other);
  if (value === null || other === null || typeof value !== typeof other) return undefined;
  return Number(value) - Number(other);
}

/** By code point, as UTF-8 compares; JavaScript itself compares UTF-16, where U+FFFD comes behind U+1F600. */
function textOrder(text: string, other: string): number {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return rankAt(text, at) - rankAt(other, at);
}

/** Of the UTF-16 unit there: the end first, halves of characters beyond U+FFFF last. */
function rankAt(text: string, at: number): number {
  if (at >= text.length) return -1;
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function matches(value: Scalar, how: Extract<Condition, { kind: 'match' }>['how'], text: string): boolean {
  if (typeof value !== 'string') return false;
  if (how === 'startsWith') return value.startsWith(text);
  return how === 'endsWith' ? value.endsWith(text) : value.includes(text);
}

function hasWord({ value }: Found, word: string): boolean {
  return typeof value === 'string' && words(value, LIMITS).some((one) => one.startsWith(word));
}
