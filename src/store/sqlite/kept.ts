import type { EntityType } from '../../model/shape.ts';
import type { Condition } from '../contract.ts';
import { countedField } from './choose.ts';
import { EVERY_FIELD } from './counts.ts';
import { AT_MOST } from './names.ts';
import { predicate, type RowSql, type Sql, type Statement } from './predicate.ts';

/** What the kept counts know: how many objects meet a condition on one property with few values, and which values do. */

/** A value of the dictionary, and null, in place of a row's. */
const COUNTED = counterRow('c.value');
const UNCOUNTED = counterRow('null');

function counterRow(value: string): RowSql {
  const json = () => {
    throw new Error('counters hold no JSON');
  };
  return { field: () => value, json };
}

const COUNTER_ROWS = 'from counter c where c.tenant = ? and c.type = ? and c.field = ?';

/** A condition on one property with few values, or none at all: the number is kept. Null is what the others have. */
export function keptCount(type: EntityType, condition: Condition | undefined, tenant: number): Statement | undefined {
  const all = { text: `select coalesce(sum(c.count), 0) ${COUNTER_ROWS}`, values: [tenant, type.name, EVERY_FIELD] };
  const index = 'kept counts';
  if (!condition) return { ...all, index, rows: undefined };
  const field = countedField(type, condition);
  if (field === undefined) return undefined;
  const met = predicate(type, condition, COUNTED);
  const ofNull = predicate(type, condition, UNCOUNTED);
  const counts = `coalesce(sum(c.count) filter (where ${met.text}), 0)`;
  const others = `case when ${ofNull.text} then (${all.text}) - coalesce(sum(c.count), 0) else 0 end`;
  return {
    text: `select ${counts} + ${others} ${COUNTER_ROWS}`,
    values: [...met.values, ...ofNull.values, ...all.values, tenant, type.name, field],
    index,
    rows: undefined,
  };
}

/** `:limit` → the values of a counted field that meet the condition; texts as bytes, since older drivers end them at U+0000. */
export function valuesStatement(type: EntityType, condition: Condition, tenant: number): Sql | undefined {
  const field = countedField(type, condition);
  if (field === undefined) return undefined;
  const met = predicate(type, condition, COUNTED);
  return {
    text: `select case typeof(c.value) when 'text' then cast(c.value as blob) else c.value end ${COUNTER_ROWS} and ${met.text} ${AT_MOST}`,
    values: [tenant, type.name, field, ...met.values],
  };
}
