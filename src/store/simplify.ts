import { propertyOf } from '../model/directory.ts';
import type { EntityType } from '../model/shape.ts';
import type { Condition, Field } from './contract.ts';

/**
 * What a condition means for objects of one type: parts that are settled by the type alone are gone. A property that the
 * type hasn't, or that may not be seen, holds null or nothing in each object.
 */
export function simplified(type: EntityType, condition: Condition, hidden: boolean): Condition | boolean {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const settling = condition.kind === 'or';
      const items: Condition[] = [];
      for (const item of condition.items) {
        const found = simplified(type, item, hidden);
        if (found === settling) return settling;
        if (typeof found !== 'boolean') items.push(found);
      }
      const [only, ...others] = items;
      if (!only) return !settling;
      return others.length === 0 ? only : { kind: condition.kind, items };
    }
    case 'not': {
      const item = simplified(type, condition.item, hidden);
      if (typeof item === 'boolean') return !item;
      return item.kind === 'not' ? item.item : { kind: 'not', item };
    }
    case 'type':
      return condition.type === type.name;
    case 'in':
      if (condition.values.length === 0) return false;
      return has(type, condition.field, hidden) ? condition : ofNothing(condition);
    default:
      return has(type, condition.field, hidden) ? condition : ofNothing(condition);
  }
}

function has(type: EntityType, field: Field, hidden: boolean): boolean {
  return propertyOf(type, field.property) !== undefined && (!hidden || field.property === 'id');
}

type Leaf = Exclude<Condition, { kind: 'and' | 'or' | 'not' | 'type' }>;

function ofNothing(condition: Leaf): boolean {
  switch (condition.kind) {
    case 'compare':
      if (condition.operator === 'eq') return condition.value === null;
      return condition.operator === 'ne' && condition.value !== null;
    case 'in':
      return condition.values.includes(null);
    case 'count':
      return holdsForNone(condition.operator, condition.value);
    case 'any':
    case 'match':
    case 'word':
      return false;
  }
}

function holdsForNone(operator: Extract<Leaf, { kind: 'count' }>['operator'], value: number): boolean {
  const holds = { eq: value === 0, ne: value !== 0, gt: 0 > value, ge: 0 >= value, lt: 0 < value, le: 0 <= value };
  return holds[operator];
}
