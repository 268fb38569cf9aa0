import { DIRECTORY_OBJECT_TYPES, entityType, relationOf } from '../../model/directory.ts';
import type { EntityType, Property } from '../../model/shape.ts';
import type { PagePlan, View } from '../contract.ts';
import { emptyValue, partsOf } from '../layout.ts';
import { linkKey, quoted, tableOf } from './schema.ts';

/**
 * Plans to SQL. Text is put together from the model's own names only; every value from outside is bound.
 */

/** `:tenant, :value` → one object's text. */
export function readSql(type: EntityType, property: string, view: View): string {
  return `select ${item(type, view, 't')} from ${tableOf(type)} t where t.tenant = ? and t.${quoted(property)} = ?`;
}

/** `:tenant, :value, :limit` → id, changed, json, beta, rest. */
export function loadSql(type: EntityType, property: string): string {
  return `select id, changed, json, beta, rest from ${tableOf(type)} where tenant = ? and ${quoted(property)} = ? order by created limit ?`;
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
 */
export function pageSql(plan: PagePlan): string {
  const rows = plan.from.kind === 'set' ? setRows(plan.from.type, plan.view) : linkRows(plan.from, plan.view);
  return `select cast(group_concat(item, ',') as blob), count(*), max(place) from (${rows})`;
}

/** `:tenant, …, :after` → a row if anything comes after that place; the index that gives the order answers it alone. */
export function continuesSql({ from }: PagePlan): string {
  if (from.kind === 'set') {
    return `select 1 from ${tableOf(entityType(from.type))} where tenant = ? and created > ? limit 1`;
  }
  const [near, far] = from.backwards ? ['target', 'source'] : ['source', 'target'];
  return `select 1 from link where tenant = ? and relation = ? and ${near} = ? and ${far} > ? limit 1`;
}

/** `:tenant, :after, :limit` */
function setRows(typeName: string, view: View): string {
  const type = entityType(typeName);
  return `select ${item(type, view, 't')} as item, t.created as place from ${tableOf(type)} t
    where t.tenant = ? and t.created > ? order by t.created limit ?`;
}

/** `:tenant, :relation, :of, :after, :limit`; the far end may be of several types, each in a table of its own. */
function linkRows(from: Extract<PagePlan['from'], { kind: 'links' }>, view: View): string {
  const [near, far] = from.backwards ? ['target', 'source'] : ['source', 'target'];
  const types = farTypes(from.link, from.backwards);
  const joins = types.map((type, index) => {
    const only = from.backwards ? '' : `l.target_type = ${literal(type.name)} and`;
    return `left join ${tableOf(type)} t${index} on ${only} t${index}.tenant = l.tenant and t${index}.id = l.${far}`;
  });
  const cases = types.map((type, index) => `when t${index}.id is not null then ${item(type, view, `t${index}`)}`);
  return `select case ${cases.join(' ')} end as item, l.${far} as place from link l ${joins.join(' ')}
    where l.tenant = ? and l.relation = ? and l.${near} = ? and l.${far} > ? order by l.${far} limit ?`;
}

function farTypes(link: { type: string; relation: string }, backwards: boolean): readonly EntityType[] {
  const type = entityType(link.type);
  if (backwards) return [type];
  const relation = relationOf(type, link.relation);
  if (!relation) throw new Error(`the model has no relation ${linkKey(link)}`);
  return relation.accepts.map((name) => entityType(name));
}

/** One object as JSON text: the stored text as it is where that will do. */
function item(type: EntityType, view: View, alias: string): string {
  const tag = `"@odata.type":"#microsoft.graph.${type.name}"`;
  // An id is a GUID or another word without quotes; it needs no escaping.
  if (view.hidden.includes(type.name)) return `${literal(`{${tag},"id":"`)} || ${alias}.id || '"}'`;
  if (view.select) {
    const rows = view.select.flatMap((name) => type.properties.filter((row) => row.name === name));
    const parts = rows.map((row) => `${literal(`${JSON.stringify(row.name)}:`)} || ${propertyText(type, row, alias)}`);
    if (view.typed) parts.unshift(literal(tag));
    return `'{' || ${parts.length > 0 ? parts.join(` || ',' || `) : `''`} || '}'`;
  }
  const { beta, betaEmpty } = partsOf(type);
  const open = view.typed ? literal(`{${tag},`) : null;
  const close =
    view.version === 'beta' && beta.length > 0 ? `',' || coalesce(${alias}.beta, ${literal(betaEmpty)}) || '}'` : null;
  if (!open && !close) return `${alias}.json`;
  // As blobs, so that cutting a brace off doesn't count the text's characters one by one.
  const start = open ? 2 : 1;
  const length = close ? `octet_length(${alias}.json) - ${start}` : `octet_length(${alias}.json)`;
  const middle = `substr(cast(${alias}.json as blob), ${start}, ${length})`;
  return [open, middle, close].filter((part) => part !== null).join(' || ');
}

/** The JSON text of one property, out of the column that holds it. */
function propertyText(type: EntityType, row: Property, alias: string): string {
  const parts = partsOf(type);
  const path = literal(`$."${row.name}"`);
  const empty = literal(JSON.stringify(emptyValue(row)));
  if (parts.json.includes(row)) return `(${alias}.json -> ${path})`;
  if (parts.beta.includes(row)) return `coalesce(('{' || ${alias}.beta || '}') -> ${path}, ${empty})`;
  return `coalesce(${alias}.rest -> ${path}, ${empty})`;
}

/** A text of the model's own as an SQL literal. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
