import { DIRECTORY_OBJECT_TYPES, propertyOf } from '../../model/directory.ts';
import { LIMITS } from '../../model/limits.ts';
import type { EntityType } from '../../model/shape.ts';
import { type Column, columnOf } from '../columns.ts';
import type { Condition, Field, PagePlan, Scalar, Search, Source, TooCostly, View } from '../contract.ts';
import type { TenantTypes } from '../definitions.ts';
import { simplified } from '../simplify.ts';
import {
  chooseCountingWay,
  choosePageWay,
  chooseWay,
  costOf,
  rowsOn,
  type Scout,
  tableBelow,
  type Way,
  whereOf,
} from './choose.ts';
import { item, itemOfTypes } from './item.ts';
import { keptCount } from './kept.ts';
import { costOfLinks, type Links, linkPlaces, mergedNest } from './links.ts';
import { AT_MOST, indexOf, linkKey, placeOf, placesEnd, quoted, tableOf } from './names.ts';
import { afterOf, type Ordered, orderOf, placeAfter } from './order.ts';
import { FALSE, joined, literal, predicate, type Sql, type Statement, TRUE, tableRow } from './predicate.ts';

/**
 * Plans to SQL. Text is put together from the model's own names only; every value from outside is bound.
 */

/** `:tenant, :value` → one object's text. */
export function readSql(type: EntityType, property: string, view: View, types: TenantTypes): string {
  return `select ${item(type, view, 't', types)} from ${tableOf(type)} t where t.tenant = ? and t.${quoted(property)} = ?`;
}

/** `:tenant, :value, :limit` → id, changed, json, beta, rest, custom. */
export function loadSql(type: EntityType, property: string): string {
  return `select id, changed, json, beta, rest, custom from ${tableOf(type)} where tenant = ? and ${quoted(property)} = ? order by place ${AT_MOST}`;
}

/** `:tenant, :id` → the name of the type that has that id, each table asked by its index. */
export function typeOfSql(): string {
  return DIRECTORY_OBJECT_TYPES.map(
    (type) => `select ${literal(type.name)} from ${tableOf(type)} where tenant = ?1 and id = ?2`,
  ).join(' union all ');
}

/**
 * A page, put together by SQLite itself and handed over as one blob: rows never become JavaScript objects.
 * The inner query gives the rows in order, up to the limit; the outer one joins them.
 * → items, count, the place of the last (with its ordered values before it, as JSON, where there is an order); where the
 * table is walked, 1 or null: whether there is another one beyond.
 */
export function pageStatement(plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const rows = rowsOf(plan, tenant, scout);
  if ('tooCostly' in rows) return rows;
  if (rows.beyond) return withMore(rows, rows.beyond);
  if (plan.order.length === 0) return { ...rows, text: `select ${JOINED}, max(place) from (${rows.text})` };
  const numbered = `select *, row_number() over () as number from (${rows.text})`;
  return { ...rows, text: `select items, n, place from (select ${JOINED}, place, max(number) from (${numbered}))` };
}

/** All rows as one text, and how many there are. */
const JOINED = "cast(group_concat(item, ',') as blob) as items, count(*) as n";

/** A page's rows; and where the table is walked for them: `from …` of those that come after `last`. */
type Rows = Statement & { readonly beyond?: Sql };

/** → items, count, the last place, and 1 if there is another one beyond. */
function withMore(rows: Rows, beyond: Sql): Statement {
  const page = `select ${JOINED}, max(place) as last from (${rows.text})`;
  return {
    ...rows,
    text: `select items, n, last, (select 1 ${beyond.text} limit 1) from (${page})`,
    values: [...beyond.values, ...rows.values],
  };
}

/**
 * A name for plans whose statement is the same but for its values, which `plainValues` gives; undefined for the others.
 * Most of all pages are such, and their text need not be put together each time.
 */
export function plainName(plan: PagePlan): string | undefined {
  const { from, where, order, view } = plan;
  if (where || order.length > 0 || view.linked !== undefined || view.expand) return undefined;
  const shown = `${view.version}:${view.typed}:${view.hidden.join()}:${view.select?.join() ?? '*'}`;
  if (from.kind === 'set') return from.types.length === 1 ? `${from.types[0]}:${shown}` : undefined;
  const [link, ...others] = from.links;
  if (!link || others.length > 0 || from.transitive) return undefined;
  return `${linkKey(link)}:${from.backwards}:${from.of.type}:${from.types.join()}:${shown}`;
}

/** The values of a plain plan's statement, in its order. */
export function plainValues(plan: PagePlan, tenant: number): readonly Scalar[] {
  const { from, limit } = plan;
  const after = placeAfter(plan, tenant);
  if (from.kind === 'set') return [placesEnd(tenant), placesEnd(tenant), after, limit];
  return [tenant, ...from.links.map(linkKey), tenant, from.of.id, after, limit];
}

/** A row if anything comes after the plan's `after`. */
export function continuesStatement(plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  // As little as possible is shown; what is hidden decides about conditions and orders, too.
  const view: View = { version: 'v1.0', select: [], typed: false, hidden: plan.view.hidden };
  return rowsOf({ ...plan, limit: 1, view }, tenant, scout);
}

export function countStatement(search: Search, tenant: number, scout: Scout): Statement | TooCostly {
  const { from, where, view } = search;
  if (from.kind === 'links') {
    const cost = where ? costOfLinks(from, tenant, scout) : undefined;
    if (cost) return cost;
    const found = linkPlaces(from, tenant, undefined);
    const met = where ? byType(typesOf(from, scout), search) : TRUE;
    return {
      text: `select count(*) from (${found.text}) c ${where ? joinsOf(typesOf(from, scout)) : ''} where ${met.text}`,
      values: [...found.values, ...met.values],
      index: 'links',
      rows: undefined,
    };
  }
  const counts: Statement[] = [];
  for (const type of typesOf(from, scout)) {
    const condition = where ? simplified(type, where, view.hidden.includes(type.name)) : true;
    const count = countOfType(type, condition, tenant, scout);
    if ('tooCostly' in count) return count;
    counts.push(count);
  }
  return {
    text: `select ${counts.map((count) => `(${count.text})`).join(' + ') || '0'}`,
    values: counts.flatMap((count) => count.values),
    index: counts.map((count) => count.index).join(', '),
    rows: undefined,
  };
}

function countOfType(
  type: EntityType,
  condition: Condition | boolean,
  tenant: number,
  scout: Scout,
): Statement | TooCostly {
  if (condition === false) return { text: 'select 0', values: [], index: 'none', rows: 0 };
  const kept = keptCount(type, condition === true ? undefined : condition, tenant);
  if (kept || condition === true) return kept ?? NOTHING;
  const way = chooseCountingWay(type, condition, scout);
  const cost = costOf(way, scout);
  if (cost) return cost;
  const known = way.rest === undefined ? way.bare : undefined;
  const { text, values } = known ?? whereOf(way, { text: `${way.place} > ?`, values: [placeOf(tenant, 0)] });
  return { text: `select count(*) ${text}`, values, index: way.index, rows: way.rows };
}

// -- rows ------------------------------------------------------------------------------------------------------

const NOTHING: Statement = {
  text: 'select null as item, 0 as place where 0',
  values: [],
  index: 'none: no object can meet the condition',
  rows: 0,
};

function typesOf(from: Source, { types }: Scout): readonly EntityType[] {
  return from.types.map(types.named);
}

/** item and place of each object, in order, up to the limit. */
function rowsOf(plan: PagePlan, tenant: number, scout: Scout): Rows | TooCostly {
  const { from } = plan;
  if (from.kind === 'links') return linkedObjects(from, plan, tenant, scout);
  const [only, ...others] = from.types;
  if (only === undefined) return NOTHING;
  if (others.length > 0) return objectsOfTypes(typesOf(from, scout), plan, scout);
  return plan.order.length > 0
    ? sortedObjects(scout.types.named(only), plan, tenant, scout)
    : objects(scout.types.named(only), plan, scout);
}

function conditionFor(type: EntityType, plan: PagePlan): Condition | boolean {
  return plan.where ? simplified(type, plan.where, plan.view.hidden.includes(type.name)) : true;
}

/** Objects of one type in the order of their places. */
function objects(type: EntityType, plan: PagePlan, scout: Scout): Rows | TooCostly {
  const condition = conditionFor(type, plan);
  if (condition === false) return NOTHING;
  const way = choosePageWay(type, condition === true ? undefined : condition, scout);
  const { index, rows, walk } = way;
  const shown = item(type, plan.view, 't', scout.types);
  if (walk === 'rows') {
    const walked = walkedRows(way, plan, scout);
    const rest = way.rest ?? TRUE;
    const text = `select ${shown} as item, t.place as place from (${walked.text}) w
      cross join ${tableOf(type)} t on t.place = w.place where ${rest.text} order by w.place ${AT_MOST}`;
    return { text, values: [...walked.values, ...rest.values, plan.limit], index, rows };
  }
  const cost = walk === 'places' ? undefined : costOf(way, scout);
  if (cost) return cost;
  const near = walk === 'places' ? { ...way, from: tableBelow(type, walkEnd(plan, scout.tenant)) } : way;
  const { text, values } = whereOf(near, { text: `${way.place} > ?`, values: [placeAfter(plan, scout.tenant)] });
  const found = {
    text: `select ${shown} as item, ${way.place} as place ${text} order by ${way.place} ${AT_MOST}`,
    values: [...values, plan.limit],
    index,
    rows,
  };
  return walk === 'none' ? found : { ...found, beyond: whereOf(near, { text: 't.place > last', values: [] }) };
}

/** The rows of an index that a walk looks at for one page. */
function walkedRows(way: Way, plan: PagePlan, scout: Scout): Sql {
  const { text, values } = way.from;
  return {
    text: `select ${way.place} as place ${text} and ${way.place} > ? order by ${way.place} limit ${LIMITS.rowsPerPage}`,
    values: [...values, placeAfter(plan, scout.tenant)],
  };
}

/** Where a walk of the table ends for one page. */
function walkEnd(plan: PagePlan, tenant: number): number {
  return Math.min(placesEnd(tenant), placeAfter(plan, tenant) + LIMITS.rowsPerPage);
}

/** → where the next page goes on when a walk has ended this one; null or nothing where it has seen all. */
export function walkedStatement(plan: PagePlan, scout: Scout): Sql | undefined {
  const [only, ...others] = plan.from.types;
  if (plan.from.kind === 'links' || only === undefined || others.length > 0) return undefined;
  const type = scout.types.named(only);
  const condition = conditionFor(type, plan);
  if (typeof condition === 'boolean') return undefined;
  if (plan.order.length > 0) {
    if (!orderedColumn(type, plan) || fewToSort(type, condition, scout)) return undefined;
    const { text, values } = walkedOrder(type, plan, scout.tenant);
    return { text: `select reached from (${text}) limit 1 offset ${LIMITS.rowsPerPage - 1}`, values };
  }
  const way = choosePageWay(type, condition, scout);
  if (way.walk === 'places') {
    const { text, values } = tableBelow(type, placesEnd(scout.tenant));
    return {
      text: `select min(t.place) - 1 ${text} and t.place >= ?`,
      values: [...values, walkEnd(plan, scout.tenant)],
    };
  }
  if (way.walk !== 'rows') return undefined;
  const { text, values } = walkedRows(way, plan, scout);
  return { text: `select max(place) from (${text}) having count(*) >= ${LIMITS.rowsPerPage}`, values };
}

/** Objects of several types. */
function objectsOfTypes(types: readonly EntityType[], plan: PagePlan, scout: Scout): Statement | TooCostly {
  const arms: Statement[] = [];
  let sorted = 0;
  for (const type of types) {
    const condition = conditionFor(type, plan);
    if (condition === false) continue;
    // Walks that end before they are through would end at different places, so that none may.
    const way = { ...chooseWay(type, condition === true ? undefined : condition, scout), walk: 'none' as const };
    const cost = costOf(way, scout);
    if (cost) return cost;
    if (plan.order.length > 0) {
      sorted += condition === true ? scout.total(type) : rowsOn(way, scout, LIMITS.rowsScanned + 1);
      if (sorted > LIMITS.rowsScanned) return { tooCostly: true, rows: sorted };
    }
    arms.push(placesOnWay(type, way, plan, scout));
  }
  if (arms.length === 0) return NOTHING;
  const text = arms.map((arm) => `select * from (${arm.text})`).join(' union all ');
  const found = { text, values: arms.flatMap((arm) => arm.values) };
  const index = arms.map((arm) => arm.index).join(', ');
  return { ...placed(found, types, plan, scout), index, rows: undefined };
}

function placesOnWay(type: EntityType, way: Way, plan: PagePlan, scout: Scout): Statement {
  const { index, rows, place } = way;
  const shown = `select ${place} as place, ${literal(type.name)} as type`;
  if (plan.order.length > 0) {
    const { text, values } = whereOf(way, { text: `${place} > ?`, values: [placeOf(scout.tenant, 0)] });
    return { text: `${shown} ${text}`, values, index, rows };
  }
  const { text, values } = whereOf(way, { text: `${place} > ?`, values: [placeAfter(plan, scout.tenant)] });
  return { text: `${shown} ${text} order by ${place} ${AT_MOST}`, values: [...values, plan.limit], index, rows };
}

/** Objects whose places and types are known, in the plan's order. */
function placed(found: Sql, types: readonly EntityType[], plan: PagePlan, scout: Scout): Sql {
  const where = plan.where && plan.from.kind === 'links' ? byType(types, plan) : TRUE;
  const order = orderOf(plan.order, (field) => fieldOfTypes(types, field, plan.view), 'c.place');
  // The places of an unordered plan begin where they should, but for those that are found in no order.
  const isBounded = plan.order.length === 0 && !(plan.from.kind === 'links' && plan.from.transitive);
  const after = isBounded ? TRUE : afterOf(order, plan.after);
  const text = `select ${itemOfTypes(types, plan.view, 't', scout.types)} as item, ${order.last} as place
    from (${found.text}) c ${joinsOf(types)} where ${where.text} and ${after.text} order by ${order.text} ${AT_MOST}`;
  return { text, values: [...found.values, ...where.values, ...after.values, plan.limit] };
}

function joinsOf(types: readonly EntityType[]): string {
  return types
    .map(
      (type, index) =>
        `left join ${tableOf(type)} t${index} on c.type = ${literal(type.name)} and t${index}.place = c.place`,
    )
    .join(' ');
}

function byType(types: readonly EntityType[], { where, view }: Pick<PagePlan, 'where' | 'view'>): Sql {
  const parts = types.map((type, index) => {
    const condition = where ? simplified(type, where, view.hidden.includes(type.name)) : true;
    const met =
      typeof condition === 'boolean'
        ? condition
          ? TRUE
          : FALSE
        : predicate(type, condition, tableRow(type, `t${index}`));
    return { text: `when ${literal(type.name)} then ${met.text}`, values: met.values };
  });
  return {
    text: `case c.type ${parts.map((part) => part.text).join(' ')} else 0 end`,
    values: parts.flatMap((part) => part.values),
  };
}

/** The field of whichever type a row has; null where it may not be seen. */
function fieldOfTypes(types: readonly EntityType[], field: Field, { hidden }: View): string {
  const cells = types.flatMap((type, index) =>
    propertyOf(type, field.property) && !hidden.includes(type.name) ? [tableRow(type, `t${index}`).field(field)] : [],
  );
  return cells.length > 1 ? `coalesce(${cells.join(', ')})` : (cells[0] ?? 'null');
}

// -- links -----------------------------------------------------------------------------------------------------

function linkedObjects(from: Links, plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const types = typesOf(from, scout);
  const cost = plan.where || plan.order.length > 0 ? costOfLinks(from, tenant, scout) : undefined;
  if (cost) return cost;
  const after = plan.order.length === 0 && !from.transitive ? placeAfter(plan, tenant) : undefined;
  const found = placed(mergedNest(from, plan, tenant, scout) ?? linkPlaces(from, tenant, after), types, plan, scout);
  return { ...found, index: from.transitive ? 'links, and theirs again' : 'links', rows: undefined };
}

// -- sorted ---------------------------------------------------------------------------------------------------

/** Objects of one type in an order that was asked for. */
function sortedObjects(type: EntityType, plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const condition = conditionFor(type, plan);
  if (condition === false) return NOTHING;
  const order = orderIn(type, plan);
  const shown = item(type, plan.view, 't', scout.types);
  const finish = ({ text, values }: Sql, index: string, rows: number | undefined): Statement => ({
    text: `select ${shown} as item, ${order.last} as place ${text} order by ${order.text} ${AT_MOST}`,
    values: [...values, plan.limit],
    index,
    rows,
  });
  const few = condition === true ? undefined : fewToSort(type, condition, scout);
  if (few && 'tooCostly' in few) return few;
  if (few) {
    const own = { text: `${few.way.place} > ?`, values: [placeOf(tenant, 0)] };
    const sorted = whereOf(few.way, own, afterOf(order, plan.after));
    return finish(sorted, `${few.way.index}, then sorted`, few.rows);
  }
  const total = scout.total(type);
  const column = orderedColumn(type, plan);
  if (!column && total > LIMITS.rowsScanned) return { tooCostly: true, rows: total };
  const index = column ? `order of the index of ${type.name}.${column.name}` : 'none: all objects are sorted';
  const rest = condition === true ? TRUE : predicate(type, condition);
  if (!column || condition === true) return finish(inOrder(type, plan, tenant, rest), index, total);
  const walked = walkedOrder(type, plan, tenant);
  return {
    text: `select ${shown} as item, w.reached as place from (${walked.text}) w
      cross join ${tableOf(type)} t on t.place = w.place where ${rest.text} ${AT_MOST}`,
    values: [...walked.values, ...rest.values, plan.limit],
    index,
    rows: total,
  };
}

function orderIn(type: EntityType, plan: PagePlan): Ordered {
  return orderOf(plan.order, (field) => tableRow(type, 't').field(field), 't.place');
}

/** The column that the order begins with, if it has an index that goes along it. */
function orderedColumn(type: EntityType, { order: [first] }: PagePlan): Column | undefined {
  const column = first && columnOf(type, first.field);
  return column?.index === 'indexed' || column?.index === 'unique' ? column : undefined;
}

/** The way to so few objects that they are sorted; undefined: so many meet the condition that the order is walked for them. */
function fewToSort(
  type: EntityType,
  condition: Condition,
  scout: Scout,
): { readonly way: Way; readonly rows: number } | TooCostly | undefined {
  const total = scout.total(type);
  const way = chooseWay(type, condition, scout);
  // In vain, perhaps, each of them: not known to be met by many, it isn't walked for.
  const isVain = way.rest !== undefined && total > LIMITS.rowsScanned;
  const few = isVain
    ? LIMITS.rowsScanned
    : Math.max(LIMITS.rangeRows, Math.ceil((total * LIMITS.sortedWalkPercent) / 100));
  const rows = rowsOn(way, scout, few + 1);
  if (rows <= few) return { way, rows };
  return isVain ? { tooCostly: true, rows } : undefined;
}

/** `from …` the table along its order, from where the page begins. */
function inOrder(type: EntityType, plan: PagePlan, tenant: number, rest: Sql): Sql {
  const column = orderedColumn(type, plan);
  const hint = column ? ` indexed by ${indexOf(type, column.name)}` : '';
  const walk = joined([afterOf(orderIn(type, plan), plan.after), rest], 'and');
  return {
    text: `from ${tableOf(type)} t${hint} where t.tenant = ? and ${walk.text}`,
    values: [tenant, ...walk.values],
  };
}

/** The rows that a walk along an order looks at for one page, each with where it stands. */
function walkedOrder(type: EntityType, plan: PagePlan, tenant: number): Sql {
  const { last, text: by } = orderIn(type, plan);
  const { text, values } = inOrder(type, plan, tenant, TRUE);
  return {
    text: `select t.place as place, ${last} as reached ${text} order by ${by} limit ${LIMITS.rowsPerPage}`,
    values,
  };
}
