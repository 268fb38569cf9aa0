import { LIMITS } from '../../model/limits.ts';
import type { EntityType } from '../../model/shape.ts';
import { type Column, columnOf } from '../columns.ts';
import type { Condition, Scalar, TooCostly } from '../contract.ts';
import type { TenantTypes } from '../definitions.ts';
import { type Dictionary, matchOf, matchText } from './match.ts';
import { indexOf, placesEnd, tableOf, termsTableOf } from './names.ts';
import { afterPrefix, bound, columnSql, joined, predicate, type Sql, TRUE } from './predicate.ts';

/**
 * Which way leads to the objects of one type that a condition asks for. An index on a column, the inverted index of
 * terms, or a walk over all of them, where that is bounded.
 */
export type Way = {
  /** What leads there, in words. */
  readonly index: string;
  /** `from …` and the conditions that the index answers, on the table `t`; the place is still to be bounded from below. */
  readonly from: Sql;
  /** What each row that it leads to must still meet; undefined: nothing. */
  readonly rest: Sql | undefined;
  /** The same without the table `t`, where the index alone leads to the rows' places. */
  readonly bare: Sql | undefined;
  /** The SQL of the row's place. */
  readonly place: string;
  /** Rows that it leads to, where that is known beforehand. */
  readonly rows: number | undefined;
  readonly walk: Walk;
};

/**
 * How a page goes along a way. all: the table, in its order. places: the same, but most rows are looked at in vain perhaps,
 * so that the page ends after so many places. rows: an index, in its order, and the page ends after so many rows.
 */
export type Walk = 'none' | 'all' | 'places' | 'rows';

/** What is asked of the database while a way is chosen. */
export type Scout = {
  readonly tenant: number;
  /** The model's types as the tenant has them. */
  readonly types: TenantTypes;
  readonly dictionary: (type: EntityType) => Dictionary;
  /** How many rows the statement finds, up to a limit. */
  readonly rows: (sql: Sql, most: number) => number;
  /** How many objects of the type meet the condition, where that is kept. */
  readonly kept: (type: EntityType, condition: Condition) => number | undefined;
  /** The places that the statement finds. */
  readonly places: (sql: Sql) => readonly number[];
  /** How many objects of the type there are. */
  readonly total: (type: EntityType) => number;
};

/**
 * A way for a page, whatever its order.
 * @param condition simplified; undefined: all objects
 */
export function chooseWay(type: EntityType, condition: Condition | undefined, scout: Scout): Way {
  if (!condition) return walkAll(type, scout, undefined);
  const parts = partsOf(condition);
  return (
    byKey(type, parts, scout) ??
    byRange(type, parts, scout, LIMITS.rangeRows) ??
    byTerms(type, condition, scout) ??
    walkAll(type, scout, predicate(type, condition), rangesOf(type, parts).length > 0 ? 'places' : 'all')
  );
}

/** A way for one page in the order of the places: what is frequent is found soonest by a walk. */
export function choosePageWay(type: EntityType, condition: Condition | undefined, scout: Scout): Way {
  if (!condition || !isFrequent(type, condition, scout)) return chooseWay(type, condition, scout);
  return walkAll(type, scout, predicate(type, condition), 'places');
}

/** The one counted column that a condition is about. */
export function countedField(type: EntityType, condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const [first, ...others] = condition.items.map((part) => countedField(type, part));
      return others.every((other) => other === first) ? first : undefined;
    }
    case 'not':
      return countedField(type, condition.item);
    case 'compare':
    case 'in':
    case 'match': {
      const column = columnOf(type, condition.field);
      return column?.index === 'counted' ? column.name : undefined;
    }
    default:
      return undefined;
  }
}

function isFrequent(type: EntityType, condition: Condition, scout: Scout): boolean {
  const kept = scout.kept(type, condition);
  return kept !== undefined && kept * 100 >= scout.total(type) * LIMITS.frequentPercent && kept > LIMITS.rangeRows;
}

/** A way for a count: all rows are needed, in any order. */
export function chooseCountingWay(type: EntityType, condition: Condition, scout: Scout): Way {
  const parts = partsOf(condition);
  const terms = byTerms(type, condition, scout);
  if (terms?.rest === undefined && terms) return byKey(type, parts, scout) ?? terms;
  return (
    byKey(type, parts, scout) ??
    byRange(type, parts, scout, undefined) ??
    terms ??
    walkAll(type, scout, predicate(type, condition))
  );
}

/** Set when objects would be looked at one by one, in vain for the most part, and there are too many of them. */
export function costOf(way: Way, scout: Scout): TooCostly | undefined {
  if (way.rest === undefined) return undefined;
  const rows = rowsOn(way, scout, LIMITS.rowsScanned + 1);
  return rows > LIMITS.rowsScanned ? { tooCostly: true, rows } : undefined;
}

/** How many rows a way leads to, as far as they have to be counted. */
export function rowsOn(way: Way, scout: Scout, most: number): number {
  const { text, values } = way.bare ?? way.from;
  return way.rows ?? scout.rows({ text: `select 1 ${text}`, values }, most);
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.items : [condition];
}

function walkAll(type: EntityType, scout: Scout, rest: Sql | undefined, walk: Walk = 'all'): Way {
  return {
    index: rest ? 'none: each object is looked at' : 'the order of the objects',
    from: tableBelow(type, placesEnd(scout.tenant)),
    bare: undefined,
    rest,
    place: 't.place',
    rows: rest && scout.total(type),
    walk,
  };
}

/** The table up to a place. */
export function tableBelow(type: EntityType, end: number): Sql {
  return { text: `from ${tableOf(type)} t where t.place < ?`, values: [end] };
}

/** One value, or a few, of a column with an index. */
function byKey(type: EntityType, parts: readonly Condition[], scout: Scout): Way | undefined {
  for (const part of parts) {
    const found = keyOf(type, part);
    if (!found) continue;
    const { name, values } = found;
    const marks = values.map(() => '?').join(', ');
    return {
      index: `index of ${type.name}.${name}`,
      from: {
        text: `from ${tableOf(type)} t where t.tenant = ? and ${columnSql({ name }, 't')} in (${marks})`,
        values: [scout.tenant, ...values],
      },
      bare: undefined,
      rest: restOf(type, parts, [part]),
      place: 't.place',
      rows: undefined,
      walk: 'none',
    };
  }
  return undefined;
}

function keyOf(type: EntityType, part: Condition): { name: string; values: readonly Scalar[] } | undefined {
  const isOne = part.kind === 'compare' && part.operator === 'eq';
  if (!isOne && part.kind !== 'in') return undefined;
  const values = part.kind === 'in' ? part.values : [part.value];
  if (values.includes(null)) return undefined;
  if (part.field.property === 'id') return { name: 'id', values };
  const column = indexedColumn(type, part);
  return column && { name: column.name, values: values.map(bound) };
}

type Ranged = Extract<Condition, { kind: 'compare' | 'match' }>;

/** The parts that bound one indexed column from below or above. */
function rangesOf(type: EntityType, parts: readonly Condition[]): readonly (readonly [Column, readonly Ranged[]])[] {
  const found = new Map<Column, Ranged[]>();
  for (const part of parts) {
    const isRange =
      (part.kind === 'match' && part.how === 'startsWith' && part.value !== '') ||
      (part.kind === 'compare' && part.operator !== 'eq' && part.operator !== 'ne');
    const column = isRange ? indexedColumn(type, part) : undefined;
    if (column) found.set(column, [...(found.get(column) ?? []), part as Ranged]);
  }
  return [...found];
}

/** A range of an indexed column, if it has no more rows than that; undefined: however many. */
function byRange(
  type: EntityType,
  parts: readonly Condition[],
  scout: Scout,
  most: number | undefined,
): Way | undefined {
  for (const [column, ranges] of rangesOf(type, parts)) {
    const bounds = joined(
      ranges.map((range) => rangeSql(column, range)),
      'and',
    );
    const from = {
      text: `from ${tableOf(type)} t indexed by ${indexOf(type, column.name)} where t.tenant = ? and ${bounds.text}`,
      values: [scout.tenant, ...bounds.values],
    };
    const rows = most && scout.rows({ text: `select 1 ${from.text}`, values: from.values }, most + 1);
    if (rows && rows > (most ?? 0)) continue;
    const rest = restOf(type, parts, ranges);
    return {
      bare: undefined,
      index: `range of the index of ${type.name}.${column.name}`,
      from,
      rest,
      place: 't.place',
      rows,
      walk: 'none',
    };
  }
  return undefined;
}

function rangeSql(column: Column, range: Ranged): Sql {
  const what = columnSql(column, 't');
  if (range.kind === 'compare') {
    const operator = { gt: '>', ge: '>=', lt: '<', le: '<=', eq: '=', ne: '<>' }[range.operator];
    return { text: `${what} ${operator} ?`, values: [bound(range.value)] };
  }
  const end = afterPrefix(range.value);
  if (end === undefined) return { text: `${what} >= ?`, values: [range.value] };
  return { text: `${what} >= ? and ${what} < ?`, values: [range.value, end] };
}

function byTerms(type: EntityType, condition: Condition, scout: Scout): Way | undefined {
  const match = matchOf(type, condition, scout.dictionary(type));
  if (!match) return undefined;
  const terms = termsTableOf(type);
  const values = [matchText(scout.tenant, match.tree)];
  return {
    index: match.exact ? 'terms' : 'terms, and a look at each object that they lead to',
    from: {
      text: `from ${terms} f cross join ${tableOf(type)} t on t.place = f.rowid where f.${terms} match ?`,
      values,
    },
    bare: { text: `from ${terms} f where f.${terms} match ?`, values },
    rest: match.exact ? undefined : predicate(type, condition),
    place: 'f.rowid',
    rows: undefined,
    walk: match.exact ? 'none' : 'rows',
  };
}

function indexedColumn(type: EntityType, part: Condition): Column | undefined {
  if (!('field' in part)) return undefined;
  const column = columnOf(type, part.field);
  return column && (column.index === 'unique' || column.index === 'indexed') ? column : undefined;
}

function restOf(type: EntityType, parts: readonly Condition[], done: readonly Condition[]): Sql | undefined {
  const others = parts.filter((part) => !done.includes(part)).map((part) => predicate(type, part));
  return others.length === 0 ? undefined : joined(others, 'and');
}

/** A way's `from` with all that its rows must meet, and more. */
export function whereOf(way: Pick<Way, 'from' | 'rest'>, ...more: readonly Sql[]): Sql {
  const parts = [...(way.rest ? [way.rest] : []), ...more].filter((part) => part !== TRUE);
  const text = parts.map((part) => ` and ${part.text}`).join('');
  return { text: `${way.from.text}${text}`, values: [...way.from.values, ...parts.flatMap((part) => part.values)] };
}
