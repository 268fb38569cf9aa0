import { propertyOf } from '../../model/directory.ts';
import { type EntityType, type Primitive, type Property, plainMember } from '../../model/shape.ts';
import { type Column, columnOf, emptyValue, partsOf } from '../columns.ts';
import type { CompareOperator, Condition, Field, Scalar } from '../contract.ts';

import { FOLD_FUNCTION, INSTANT_FUNCTION, WORD_FUNCTION } from './functions.ts';
import { quoted } from './names.ts';

/**
 * Conditions to SQL over one row. Text is put together from the model's own names only; every value from outside is
 * bound. Each part is 0 or 1, never null, so that `not` means what it says.
 */

/** A statement and what leads to its rows. */
export type Statement = Sql & { readonly index: string; readonly rows: number | undefined };

export type Sql = { readonly text: string; readonly values: readonly Scalar[] };

export const TRUE: Sql = { text: '1', values: [] };
export const FALSE: Sql = { text: '0', values: [] };

const OPERATORS: Readonly<Record<CompareOperator, string>> = {
  eq: 'is',
  ne: 'is not',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
};

/** Where the values of a row are. */
export type RowSql = {
  /** The value of a field, as it is compared. */
  readonly field: (field: Field) => string;
  /** The value of a property, as JSON text. */
  readonly json: (property: string) => string;
};

/** A row of the type's table, which has that alias in the statement. */
export function tableRow(type: EntityType, alias: string): RowSql {
  return {
    field: (field) => fieldSql(type, field, alias),
    json: (property) => propertyText(type, declared(type, property), alias),
  };
}

function declared(type: EntityType, name: string): Property {
  const row = propertyOf(type, name);
  if (!row) throw new Error(`the model has no property ${type.name}.${name}`);
  return row;
}

/** @param condition simplified for the type */
export function predicate(type: EntityType, condition: Condition, row: RowSql = tableRow(type, 't')): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return joined(
        condition.items.map((item) => predicate(type, item, row)),
        condition.kind,
      );
    case 'not':
      return negated(predicate(type, condition.item, row));
    case 'type':
      return condition.type === type.name ? TRUE : FALSE;
    case 'any':
      return anyItem(declared(type, condition.field.property), condition, row);
    case 'count': {
      const length = `json_array_length(${row.json(condition.field.property)})`;
      return { text: `(${length} ${OPERATORS[condition.operator]} ?)`, values: [condition.value] };
    }
    case 'word': {
      const text = `${WORD_FUNCTION}(cast(${row.json(condition.field.property)} ->> '$' as blob), cast(? as blob))`;
      return { text, values: [condition.word] };
    }
    default:
      return comparison(condition, row.field(condition.field));
  }
}

function negated({ text, values }: Sql): Sql {
  return { text: `not ${text}`, values };
}

export function joined(all: readonly Sql[], word: 'and' | 'or'): Sql {
  const parts = word === 'and' ? all.filter((part) => part !== TRUE) : all;
  if (parts.length === 0) return word === 'and' ? TRUE : FALSE;
  const [only, ...others] = parts;
  if (only && others.length === 0) return only;
  return {
    text: `(${parts.map((part) => part.text).join(` ${word} `)})`,
    values: parts.flatMap((part) => part.values),
  };
}

type Comparison = Extract<Condition, { kind: 'compare' | 'in' | 'match' }>;

/** @param what the SQL of the value that is compared */
function comparison(condition: Comparison, what: string): Sql {
  switch (condition.kind) {
    case 'compare':
      return compare(condition.operator, what, bound(condition.value));
    case 'in':
      return joined(
        condition.values.map((value) => compare('eq', what, bound(value))),
        'or',
      );
    case 'match':
      return match(condition.how, what, condition.value);
  }
}

function compare(operator: CompareOperator, what: string, value: Scalar): Sql {
  const text = `${what} ${OPERATORS[operator]} ?`;
  const definite = operator === 'eq' || operator === 'ne';
  return { text: definite ? `(${text})` : `ifnull(${text}, 0)`, values: [value] };
}

function match(how: 'startsWith' | 'endsWith' | 'contains', what: string, value: string): Sql {
  if (value === '') return { text: `(${what} is not null)`, values: [] };
  if (how === 'contains') return { text: `ifnull(instr(${what}, ?) > 0, 0)`, values: [value] };
  // As blobs: of text, substr counts the characters up to the first U+0000 only.
  const length = Buffer.byteLength(value);
  const part = how === 'startsWith' ? `1, ${length}` : `-${length}`;
  return { text: `(substr(cast(${what} as blob), ${part}) is cast(? as blob))`, values: [value] };
}

/** SQLite has no booleans. */
export function bound(value: Scalar): string | number | null {
  return typeof value === 'boolean' ? Number(value) : value;
}

function fieldSql(type: EntityType, field: Field, alias: string): string {
  if (field.property === 'id') return `${alias}.id`;
  const column = columnOf(type, field);
  const isOwn = column && column.property.number === undefined;
  return isOwn ? columnSql(column, alias) : textSql(type, field, alias);
}

/**
 * What a tenant has added has no column, nor has what can't be asked of the objects of this type alone. Among objects of several types it is asked
 * because another type can be asked for it.
 */
function textSql(type: EntityType, { property, member }: Field, alias: string): string {
  const row = propertyOf(type, property);
  if (!row || row.collection) return 'null';
  const text = propertyText(type, row, alias);
  if (typeof row.type === 'string') {
    return member === undefined ? comparedSql(row.type, `(${text} ->> '$')`) : 'null';
  }
  const found = plainMember(row.type, member);
  return found ? comparedSql(found.type, `(${text} ->> ${literal(`$."${found.name}"`)})`) : 'null';
}

export function columnSql(column: Pick<Column, 'name'>, alias: string): string {
  return `${alias}.${quoted(column.name)}`;
}

type Any = Extract<Condition, { kind: 'any' }>;

function anyItem(property: Property, { item }: Any, row: RowSql): Sql {
  const items = `json_each(${row.json(property.name)}) i`;
  const { text, values } = item ? itemPredicate(property, item) : TRUE;
  return { text: `exists (select 1 from ${items} where ${text})`, values };
}

function itemPredicate(row: Property, condition: Condition): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return joined(
        condition.items.map((item) => itemPredicate(row, item)),
        condition.kind,
      );
    case 'not':
      return negated(itemPredicate(row, condition.item));
    case 'compare':
    case 'in':
    case 'match':
      return comparison(condition, itemSql(row, condition.field));
    default:
      throw new Error(`a condition of kind '${condition.kind}' can't stand within any`);
  }
}

function itemSql(row: Property, { member }: Field): string {
  if (typeof row.type === 'string') return comparedSql(row.type, 'i.value');
  const found = plainMember(row.type, member);
  if (!found) throw new Error(`items of ${row.name} have no member '${member}'`);
  return comparedSql(found.type, `(i.value ->> ${literal(`$."${found.name}"`)})`);
}

/** Columns hold values as they are compared; JSON holds them as they were written. */
function comparedSql(type: Primitive, what: string): string {
  if (type === 'DateTimeOffset') return `${INSTANT_FUNCTION}(${what})`;
  return type === 'String' || type === 'Guid' ? `${FOLD_FUNCTION}(cast(${what} as blob))` : what;
}

/** The JSON text of one property, out of the column that holds it. */
export function propertyText(type: EntityType, row: Property, alias: string): string {
  const parts = partsOf(type);
  const path = literal(`$."${row.number ?? row.name}"`);
  // What is sent on `$select` alone is beside the rest of the value.
  if (parts.partly.includes(row)) return `coalesce(${alias}.rest -> ${path}, ${alias}.json -> ${path})`;
  const empty = literal(JSON.stringify(emptyValue(row)));
  if (row.number !== undefined) return `coalesce(${alias}.custom -> ${path}, ${empty})`;
  if (parts.json.some((text) => text.row === row)) return `(${alias}.json -> ${path})`;
  if (parts.beta.some((text) => text.row === row))
    return `coalesce(('{' || ${alias}.beta || '}') -> ${path}, ${empty})`;
  return `coalesce(${alias}.rest -> ${path}, ${empty})`;
}

/** A text of the model's own as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const LAST_CODE_POINT = 0x10ffff;
const SURROGATES = { first: 0xd800, after: 0xe000 };

/** The least text that is greater than every text with this beginning; undefined where there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last >= LAST_CODE_POINT) continue;
    const next = last + 1 === SURROGATES.first ? SURROGATES.after : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}
