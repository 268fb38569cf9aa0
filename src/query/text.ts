import type { Condition, Field, Scalar } from '../store/contract.ts';

/** A checked condition as a person reads it: OData's own words, each part in the place where it counts. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      if (condition.items.length === 0) return condition.kind === 'and' ? 'everything' : 'nothing';
      return `(${condition.items.map(conditionText).join(` ${condition.kind} `)})`;
    case 'not':
      return `not ${conditionText(condition.item)}`;
    case 'compare':
      return `${fieldText(condition.field)} ${condition.operator} ${scalarText(condition.value)}`;
    case 'in':
      return `${fieldText(condition.field)} in (${condition.values.map(scalarText).join(', ')})`;
    case 'match':
      return `${condition.how}(${fieldText(condition.field)}, ${scalarText(condition.value)})`;
    case 'any':
      return `${fieldText(condition.field)}/any(${condition.item ? `item: ${conditionText(condition.item)}` : ''})`;
    case 'count':
      return `${fieldText(condition.field)}/$count ${condition.operator} ${condition.value}`;
    case 'word':
      return `${fieldText(condition.field)} has a word that starts with ${scalarText(condition.word)}`;
    case 'type':
      return `isof('${condition.type}')`;
  }
}

function fieldText({ property, member }: Field): string {
  return [property === '' ? 'item' : property, member].filter((part) => part !== undefined).join('/');
}

function scalarText(value: Scalar): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
