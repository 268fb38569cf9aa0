import { DIRECTORY_OBJECT_TYPES, entityType, propertyOf, relationOf } from '../../model/directory.ts';
import { LIMITS } from '../../model/limits.ts';
import type { EntityType, LinkName } from '../../model/shape.ts';
import type { Condition, Field, Order, PagePlan, Scalar, Search, Source, TooCostly, View } from '../contract.ts';
import { columnOf } from '../layout.ts';
import { simplified } from '../simplify.ts';
import {
  chooseCountingWay,
  choosePageWay,
  chooseWay,
  costOf,
  countedField,
  rowsOn,
  type Scout,
  WALKED,
  type Way,
  whereOf,
} from './choose.ts';
import { EVERY_FIELD } from './counts.ts';
import { item, itemOfTypes } from './item.ts';
import { indexOf, linkKey, placeOf, placesEnd, quoted, tableOf } from './names.ts';
import { columnSql, FALSE, joined, literal, predicate, type RowSql, type Sql, TRUE, tableRow } from './predicate.ts';

/**
 * Plans to SQL. Text is put together from the model's own names only; every value from outside is bound.
 */

/** A statement and what leads to its rows. */
export type Statement = Sql & { readonly index: string; readonly rows: number | undefined };

/** `:tenant, :value` → one object's text. */
export function readSql(type: EntityType, property: string, view: View): string {
  return `select ${item(type, view, 't')} from ${tableOf(type)} t where t.tenant = ? and t.${quoted(property)} = ?`;
}

/** `:tenant, :value, :limit` → id, changed, json, beta, rest. */
export function loadSql(type: EntityType, property: string): string {
  return `select id, changed, json, beta, rest from ${tableOf(type)} where tenant = ? and ${quoted(property)} = ? order by place limit ?`;
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
 * → items, count, the place of the last (with its ordered values before it, as JSON, where there is an order).
 */
export function pageStatement(plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const rows = rowsOf(plan, tenant, scout);
  if ('tooCostly' in rows) return rows;
  if (goesOnItself(plan)) return withMore(rows, plan, tenant);
  const last = plan.order.length === 0 ? 'max(place)' : 'place, max(number)';
  const ordered = plan.order.length === 0 ? rows.text : `select *, row_number() over () as number from (${rows.text})`;
  return { ...rows, text: `select cast(group_concat(item, ',') as blob), count(*), ${last} from (${ordered})` };
}

/** Whether the statement says, too, if anything comes after its last row: one look at the same table. */
export function goesOnItself(plan: PagePlan): boolean {
  return plan.from.kind === 'set' && plainName(plan) !== undefined;
}

/** → items, count, the last place, and 1 if there is another one beyond. */
function withMore(rows: Statement, { from }: PagePlan, tenant: number): Statement {
  const [type = ''] = from.types;
  const beyond = `select 1 from ${tableOf(entityType(type))} m where m.place > last and m.place < ? limit 1`;
  const page = `select cast(group_concat(item, ',') as blob) as items, count(*) as n, max(place) as last from (${rows.text})`;
  return {
    ...rows,
    text: `select items, n, last, (${beyond}) from (${page})`,
    values: [placesEnd(tenant), ...rows.values],
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
    const met = where ? byType(typesOf(from), search) : TRUE;
    return {
      text: `select count(*) from (${found.text}) c ${where ? joinsOf(typesOf(from)) : ''} where ${met.text}`,
      values: [...found.values, ...met.values],
      index: 'links',
      rows: undefined,
    };
  }
  const counts: Statement[] = [];
  for (const type of typesOf(from)) {
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

// -- kept counts -----------------------------------------------------------------------------------------------

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
    text: `select case typeof(c.value) when 'text' then cast(c.value as blob) else c.value end ${COUNTER_ROWS} and ${met.text} limit ?`,
    values: [tenant, type.name, field, ...met.values],
  };
}

// -- rows ------------------------------------------------------------------------------------------------------

const NOTHING: Statement = {
  text: 'select null as item, 0 as place where 0',
  values: [],
  index: 'none: no object can meet the condition',
  rows: 0,
};

export function typesOf(from: Source): readonly EntityType[] {
  return from.types.map(entityType);
}

/** item and place of each object, in order, up to the limit. */
function rowsOf(plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const { from } = plan;
  if (from.kind === 'links') return linkedObjects(from, plan, tenant, scout);
  const [only, ...others] = from.types;
  if (only === undefined) return NOTHING;
  if (others.length > 0) return objectsOfTypes(typesOf(from), plan, scout);
  return plan.order.length > 0
    ? sortedObjects(entityType(only), plan, tenant, scout)
    : objects(entityType(only), plan, scout);
}

function conditionFor(type: EntityType, plan: PagePlan): Condition | boolean {
  return plan.where ? simplified(type, plan.where, plan.view.hidden.includes(type.name)) : true;
}

/** Objects of one type in the order of their places. */
function objects(type: EntityType, plan: PagePlan, scout: Scout): Statement | TooCostly {
  const condition = conditionFor(type, plan);
  if (condition === false) return NOTHING;
  const way = choosePageWay(type, condition === true ? undefined : condition, scout);
  const cost = way.walk ? undefined : costOf(way, scout);
  if (cost) return cost;
  const { index, rows } = way;
  const shown = item(type, plan.view, 't');
  if (way.walk) {
    const walked = walkedPlaces(way, plan, scout);
    const rest = way.rest ?? TRUE;
    const text = `select ${shown} as item, t.place as place from (${walked.text}) ${WALKED}
      cross join ${tableOf(type)} t on t.place = ${WALKED}.place where ${rest.text} order by ${WALKED}.place limit ?`;
    return { text, values: [...walked.values, ...rest.values, plan.limit], index, rows };
  }
  const { text, values } = whereOf(way, { text: `${way.place} > ?`, values: [placeAfter(plan, scout.tenant)] });
  return {
    text: `select ${shown} as item, ${way.place} as place ${text} order by ${way.place} limit ?`,
    values: [...values, plan.limit],
    index,
    rows,
  };
}

/** The places that a walk looks at for one page. */
function walkedPlaces(way: Way, plan: PagePlan, scout: Scout): Sql {
  const { text, values } = way.from;
  const handed = way.handed === undefined ? '' : `, ${columnSql({ name: way.handed }, 't')}`;
  return {
    text: `select ${way.place} as place${handed} ${text} and ${way.place} > ? order by ${way.place} limit ${LIMITS.rowsPerPage}`,
    values: [...values, placeAfter(plan, scout.tenant)],
  };
}

/** Objects of a tenant begin beyond its own first place. */
function placeAfter(plan: PagePlan, tenant: number): number {
  return plan.after === undefined ? placeOf(tenant, 0) : Number(plan.after);
}

/** → the last place that a walk has looked at, and how many there were. */
export function walkedStatement(plan: PagePlan, scout: Scout): Sql | undefined {
  const [only, ...others] = plan.from.types;
  if (plan.from.kind === 'links' || only === undefined || others.length > 0 || plan.order.length > 0) return undefined;
  const condition = conditionFor(entityType(only), plan);
  if (typeof condition === 'boolean') return undefined;
  const way = choosePageWay(entityType(only), condition, scout);
  if (!way.walk) return undefined;
  const { text, values } = walkedPlaces(way, plan, scout);
  return { text: `select max(place), count(*) from (${text})`, values };
}

/** Objects of several types. */
function objectsOfTypes(types: readonly EntityType[], plan: PagePlan, scout: Scout): Statement | TooCostly {
  const arms: Statement[] = [];
  let sorted = 0;
  for (const type of types) {
    const condition = conditionFor(type, plan);
    if (condition === false) continue;
    // Walks that end before they are through would end at different places, so that none may.
    const way = { ...chooseWay(type, condition === true ? undefined : condition, scout), walk: false };
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
  return { ...placed(found, types, plan), index, rows: undefined };
}

function placesOnWay(type: EntityType, way: Way, plan: PagePlan, scout: Scout): Statement {
  const { index, rows, place } = way;
  const shown = `select ${place} as place, ${literal(type.name)} as type`;
  if (plan.order.length > 0) {
    const { text, values } = whereOf(way, { text: `${place} > ?`, values: [placeOf(scout.tenant, 0)] });
    return { text: `${shown} ${text}`, values, index, rows };
  }
  const { text, values } = whereOf(way, { text: `${place} > ?`, values: [placeAfter(plan, scout.tenant)] });
  return { text: `${shown} ${text} order by ${place} limit ?`, values: [...values, plan.limit], index, rows };
}

/** Objects whose places and types are known, in the plan's order. */
function placed(found: Sql, types: readonly EntityType[], plan: PagePlan): Sql {
  const where = plan.where && plan.from.kind === 'links' ? byType(types, plan) : TRUE;
  const order = orderOf(plan.order, (field) => fieldOfTypes(types, field, plan.view), 'c.place');
  // The places of an unordered plan begin where they should, but for those that are found in no order.
  const isBounded = plan.order.length === 0 && !(plan.from.kind === 'links' && plan.from.transitive);
  const after = isBounded ? TRUE : afterOf(order, plan.after);
  const text = `select ${itemOfTypes(types, plan.view, 't')} as item, ${order.last} as place
    from (${found.text}) c ${joinsOf(types)} where ${where.text} and ${after.text} order by ${order.text} limit ?`;
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

type Links = Extract<Source, { kind: 'links' }>;

function linkedObjects(from: Links, plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const types = typesOf(from);
  const cost = plan.where || plan.order.length > 0 ? costOfLinks(from, tenant, scout) : undefined;
  if (cost) return cost;
  const after = plan.order.length === 0 && !from.transitive ? placeAfter(plan, tenant) : undefined;
  const found = placed(mergedNest(from, plan, tenant, scout) ?? linkPlaces(from, tenant, after), types, plan);
  return { ...found, index: from.transitive ? 'links, and theirs again' : 'links', rows: undefined };
}

/** place and type of what an object is linked to; one that is linked in several ways comes once. */
function linkPlaces(from: Links, tenant: number, after: number | undefined): Sql {
  const start = startOf(from, tenant);
  if (from.transitive) return from.backwards ? leadingTo(from, tenant, start) : nestedIn(from, tenant, start);
  const arms = from.links.map((link) => directLinks(from, link, tenant, start, after));
  return {
    text: arms.map((arm) => arm.text).join(from.links.length > 1 ? ' union ' : ''),
    values: arms.flatMap((arm) => arm.values),
  };
}

/** The place of the object whose links are followed. */
function startOf({ of }: Links, tenant: number): Sql {
  return {
    text: `(select place from ${tableOf(entityType(of.type))} where tenant = ? and id = ?)`,
    values: [tenant, of.id],
  };
}

function directLinks(from: Links, link: LinkName, tenant: number, start: Sql, after: number | undefined): Sql {
  const [near, far] = from.backwards ? ['target', 'source'] : ['source', 'target'];
  const type = from.backwards ? literal(link.type) : 'l.target_type';
  const beyond = after === undefined ? '' : ` and l.${far} > ?`;
  const only = typesOnly(from, link);
  return {
    text: `select l.${far} as place, ${type} as type from link l
      where l.tenant = ? and l.relation = ? and l.${near} = ${start.text}${beyond}${only}`,
    values: [tenant, linkKey(link), ...start.values, ...(after === undefined ? [] : [after])],
  };
}

/** Leaves out what a cast doesn't ask for. */
function typesOnly(from: Links, link: LinkName): string {
  if (from.backwards) return from.types.includes(link.type) ? '' : ' and 0';
  const accepts = relationOf(entityType(link.type), link.relation)?.accepts ?? [];
  if (accepts.every((name) => from.types.includes(name))) return '';
  return ` and l.target_type in (${from.types.map(literal).join(', ')})`;
}

/** Set when too many objects are linked for a look at each of them. */
function costOfLinks(from: Links, tenant: number, scout: Scout): TooCostly | undefined {
  const { text, values } = linkPlaces(from, tenant, undefined);
  const rows = scout.rows({ text: `select 1 from (${text})`, values }, LIMITS.rowsScanned + 1);
  return rows > LIMITS.rowsScanned ? { tooCostly: true, rows } : undefined;
}

/**
 * A page of the members of a group and of the groups in it, without a look at all of them: of each group the members that
 * may be on the page, which an index has in order.
 */
function mergedNest(from: Links, plan: PagePlan, tenant: number, scout: Scout): Sql | undefined {
  const [link] = from.links;
  if (!from.transitive || from.backwards || plan.where || plan.order.length > 0 || !link) return undefined;
  const { text, values } = nest(link, tenant, startOf(from, tenant));
  const groups = scout.places({
    text: `${text} select place from nest limit ?`,
    values: [...values, LIMITS.mergedGroups + 1],
  });
  const [own] = groups;
  if (groups.length > LIMITS.mergedGroups || own === undefined) return undefined;
  const arm = `select * from (select l.target as place, l.target_type as type from link l
    where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? and l.target <> ?${typesOnly(from, link)}
    order by l.target limit ?)`;
  const after = placeAfter(plan, tenant);
  return {
    text: groups.map(() => arm).join(' union '),
    values: groups.flatMap((group) => [tenant, linkKey(link), group, after, own, plan.limit]),
  };
}

/** Down: the members of a group and of the groups in it. First the groups, which are few; then what is in them. */
function nestedIn(from: Links, tenant: number, start: Sql): Sql {
  const [link] = from.links;
  if (!link) throw new Error('a relation without links');
  const groups = nest(link, tenant, start);
  return {
    text: `${groups.text}
      select distinct l.target as place, l.target_type as type from nest n cross join link l
        on l.tenant = ? and l.relation = ? and l.source = n.place
        where l.target <> ${start.text}${typesOnly(from, link)}`,
    values: [...groups.values, tenant, linkKey(link), ...start.values],
  };
}

/** The object itself and the objects of its own type within it. */
function nest(link: LinkName, tenant: number, start: Sql): Sql {
  return {
    text: `with recursive nest(place) as (
        select ${start.text}
        union select l.target from nest n cross join link l
          on l.tenant = ? and l.relation = ? and l.source = n.place and l.nested = 1
      )`,
    values: [...start.values, tenant, linkKey(link)],
  };
}

/** Up: the groups that an object is in, those that they are in, and so on. */
function leadingTo(from: Links, tenant: number, start: Sql): Sql {
  const steps = from.links.map((link) => ({ type: literal(link.type), key: linkKey(link) }));
  const first = steps.map(
    ({ type }) =>
      `select l.source, ${type} from link l where l.tenant = ? and l.relation = ? and l.target = ${start.text}`,
  );
  const next = steps.map(
    ({ type }) =>
      `select l.source, ${type} from up u cross join link l on l.tenant = ? and l.relation = ? and l.target = u.place`,
  );
  return {
    text: `with recursive up(place, type) as (${[...first, ...next].join(' union ')})
      select place, type from up where place <> ${start.text} and type in (${from.types.map(literal).join(', ')})`,
    values: [
      ...steps.flatMap(({ key }) => [tenant, key, ...start.values]),
      ...steps.flatMap(({ key }) => [tenant, key]),
      ...start.values,
    ],
  };
}

// -- order -----------------------------------------------------------------------------------------------------

type Term = { readonly sql: string; readonly descending: boolean };

type Ordered = {
  readonly terms: readonly Term[];
  /** `order by …` */
  readonly text: string;
  /** SQL of where a row stands in this order: its place, or a JSON array of what it is ordered by and its place. */
  readonly last: string;
};

/** Rows with the same values follow in the order of their places, in the direction of the first value: one index does both. */
function orderOf(order: readonly Order[], field: (field: Field) => string, place: string): Ordered {
  const terms = order.map(({ field: by, descending }) => ({ sql: field(by), descending }));
  const [first] = terms;
  const all = [...terms, { sql: place, descending: first?.descending ?? false }];
  return {
    terms: all,
    text: all.map(({ sql, descending }) => `${sql}${descending ? ' desc' : ''}`).join(', '),
    last: first ? `json_array(${all.map(({ sql }) => sql).join(', ')})` : place,
  };
}

/** What comes after that row. Null is the least value. */
function afterOf({ terms }: Ordered, after: string | undefined): Sql {
  if (after === undefined) return TRUE;
  const values = (terms.length === 1 ? [Number(after)] : JSON.parse(after)) as (string | number | null)[];
  const ways = terms.map((term, index) => {
    const same = terms.slice(0, index).map(({ sql }, at) => ({ text: `${sql} is ?`, values: [values[at] ?? null] }));
    return joined([...same, beyond(term, values[index] ?? null)], 'and');
  });
  const [first] = terms;
  const value = values[0] ?? null;
  const bounded = first && !first.descending && value !== null && terms.length > 1;
  // Said apart, so that an index is entered where the page begins.
  const enter: readonly Sql[] = bounded ? [{ text: `${first.sql} >= ?`, values: [value] }] : [];
  return joined([...enter, joined(ways, 'or')], 'and');
}

function beyond({ sql, descending }: Term, value: string | number | null): Sql {
  if (value === null) return descending ? FALSE : { text: `${sql} is not null`, values: [] };
  if (descending) return { text: `(${sql} < ? or ${sql} is null)`, values: [value] };
  return { text: `${sql} > ?`, values: [value] };
}

/** Objects of one type in an order that was asked for. */
function sortedObjects(type: EntityType, plan: PagePlan, tenant: number, scout: Scout): Statement | TooCostly {
  const condition = conditionFor(type, plan);
  if (condition === false) return NOTHING;
  const order = orderOf(plan.order, (field) => tableRow(type, 't').field(field), 't.place');
  const shown = `select ${item(type, plan.view, 't')} as item, ${order.last} as place`;
  const after = afterOf(order, plan.after);
  const finish = ({ text, values }: Sql, index: string, rows: number | undefined): Statement => ({
    text: `${shown} ${text} order by ${order.text} limit ?`,
    values: [...values, plan.limit],
    index,
    rows,
  });
  const total = scout.total(type);
  if (condition !== true) {
    const way = chooseWay(type, condition, scout);
    // In vain, perhaps, each of them: not known to be met by many, it isn't walked for.
    const isVain = way.rest !== undefined && total > LIMITS.rowsScanned;
    const few = isVain
      ? LIMITS.rowsScanned
      : Math.max(LIMITS.rangeRows, Math.ceil((total * LIMITS.sortedWalkPercent) / 100));
    const rows = rowsOn(way, scout, few + 1);
    const own = { text: `${way.place} > ?`, values: [placeOf(tenant, 0)] };
    if (rows <= few) return finish(whereOf(way, own, after), `${way.index}, then sorted`, rows);
    if (isVain) return { tooCostly: true, rows };
  }
  const [first] = plan.order;
  const column = first && columnOf(type, first.field);
  const indexed = column?.index === 'indexed' || column?.index === 'unique';
  if (!indexed && total > LIMITS.rowsScanned) return { tooCostly: true, rows: total };
  const rest = condition === true ? TRUE : predicate(type, condition);
  const hint = indexed ? ` indexed by ${indexOf(type, column.name)}` : '';
  const walk = joined([after, rest], 'and');
  return finish(
    { text: `from ${tableOf(type)} t${hint} where t.tenant = ? and ${walk.text}`, values: [tenant, ...walk.values] },
    indexed ? `order of the index of ${type.name}.${column.name}` : 'none: all objects are sorted',
    total,
  );
}
