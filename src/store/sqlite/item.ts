import { pathOfSet, propertyOf } from '../../model/directory.ts';
import { openExtensionsOf } from '../../model/extension.ts';
import { LIMITS } from '../../model/limits.ts';
import type { EntityType, Relation } from '../../model/shape.ts';
import { partsOf } from '../columns.ts';
import { type Expansion, OPEN_NUMBER, type View } from '../contract.ts';
import type { TenantTypes } from '../definitions.ts';
import { linkKey, quoted, tableOf } from './names.ts';
import { literal, propertyText } from './predicate.ts';

/** One object as JSON text, put together by SQLite itself: the stored text as it is where that will do. */
export function item(type: EntityType, view: View, alias: string, types: TenantTypes): string {
  // An id is a GUID or another word without quotes; it needs no escaping.
  if (view.hidden.includes(type.name)) return `${literal(`{${typeTag(type)},"id":"`)} || ${alias}.id || '"}'`;
  const head = headOf(type, view, alias);
  const tail = (view.expand ?? []).map((expansion) => expanded(type, expansion, alias, types));
  return view.select ? selected(type, view.select, head, tail, alias) : whole(type, view, head, tail, alias);
}

/** The object of one of several types; the tables are joined as `prefix0`, `prefix1` …, one of them not empty. */
export function itemOfTypes(all: readonly EntityType[], view: View, prefix: string, types: TenantTypes): string {
  const cases = all.map((type, index) => {
    const alias = `${prefix}${index}`;
    return `when ${alias}.place is not null then ${item(type, view, alias, types)}`;
  });
  return `case ${cases.join(' ')} end`;
}

function typeTag(type: EntityType): string {
  return `"@odata.type":"#microsoft.graph.${type.name}"`;
}

/** SQL of what stands before the properties. */
function headOf(type: EntityType, view: View, alias: string): readonly string[] {
  if (view.linked === undefined) return view.typed ? [literal(typeTag(type))] : [];
  const place = pathOfSet(type);
  // What lives in another object has its address below that one's, which isn't known here.
  if (place === undefined) return [literal(typeTag(type))];
  const at = (text: string, end: string) => `${literal(text)} || ${alias}.id || ${literal(end)}`;
  return [
    literal(typeTag(type)),
    at(`"@odata.id":"${view.linked}/${place}/`, '"'),
    at(`"@odata.editLink":"${place}/`, '"'),
    ...type.relations.map(({ name, contains }) => {
      const start = `"${name}@odata.navigationLink":"${view.linked}/${place}/`;
      // What lives in the object is not referred to.
      if (contains !== undefined) return at(start, `/${name}"`);
      const next = `/${name}","${name}@odata.associationLink":"${view.linked}/${place}/`;
      return at(start, next).concat(` || ${alias}.id || ${literal(`/${name}/$ref"`)}`);
    }),
  ];
}

function selected(
  type: EntityType,
  names: readonly string[],
  head: readonly string[],
  tail: readonly string[],
  alias: string,
): string {
  const rows = names.flatMap((name) => propertyOf(type, name) ?? []);
  const own = rows.map((row) => `${literal(`${JSON.stringify(row.name)}:`)} || ${propertyText(type, row, alias)}`);
  const parts = [...head, ...own, ...tail];
  return `'{' || ${parts.length > 0 ? parts.join(` || ',' || `) : `''`} || '}'`;
}

function whole(type: EntityType, view: View, head: readonly string[], tail: readonly string[], alias: string): string {
  const { beta, betaEmpty } = partsOf(type);
  const hasBeta = view.version === 'beta' && beta.length > 0;
  const ends = [...(hasBeta ? [`coalesce(${alias}.beta, ${literal(betaEmpty)})`] : []), ...tail];
  if (head.length === 0 && ends.length === 0) return `${alias}.json`;
  const open = head.length > 0 ? `'{' || ${head.join(` || ',' || `)} || ','` : undefined;
  const close = ends.length > 0 ? `',' || ${ends.join(` || ',' || `)} || '}'` : undefined;
  // As blobs, so that cutting a brace off doesn't count the text's characters one by one.
  const start = open ? 2 : 1;
  const length = close ? `octet_length(${alias}.json) - ${start}` : `octet_length(${alias}.json)`;
  const middle = `substr(cast(${alias}.json as blob), ${start}, ${length})`;
  return [open, middle, close].filter((part) => part !== undefined).join(' || ');
}

/** What a relation leads to, as a member of the object. */
function expanded(owner: EntityType, expansion: Expansion, alias: string, types: TenantTypes): string {
  const { name, links, backwards, view } = expansion;
  if (openExtensionsOf(owner, name)) return openExtensions(name, alias);
  const [near, far] = backwards ? ['target', 'source'] : ['source', 'target'];
  const prefix = `${alias}x`;
  const known = expansion.types.map(types.named);
  const shown = owner.relations.find((relation) => relation.name === name);
  if (!shown) throw new Error(`the model has no relation ${owner.name}.${name}`);
  if (shown.contains !== undefined) return contained(shown, known, view, alias, types);
  const keys = links.map((link) => literal(linkKey(link))).join(', ');
  const joins = known.map(
    (type, index) => `left join ${tableOf(type)} ${prefix}${index} on ${prefix}${index}.place = l.${far}`,
  );
  const anyOf = known.map((_, index) => `${prefix}${index}.place is not null`).join(' or ');
  const rows = `select ${itemOfTypes(known, view, prefix, types)} as item from link l ${joins.join(' ')}
    where l.tenant = ${alias}.tenant and l.relation in (${keys}) and l.${near} = ${alias}.place and (${anyOf})
    order by l.${far} limit ${LIMITS.expandedObjects}`;
  if (shown.single) {
    return `${literal(`${JSON.stringify(name)}:`)} || coalesce((select item from (${rows}) limit 1), 'null')`;
  }
  return listOf(name, rows);
}

/** What lives in the object: its own, by the property that holds its id. */
function contained(
  { name, contains = '' }: Relation,
  known: readonly EntityType[],
  view: View,
  alias: string,
  types: TenantTypes,
): string {
  const own = `${alias}y`;
  const [type] = known;
  if (!type) throw new Error(`the relation ${name} leads nowhere`);
  const rows = `select ${item(type, view, own, types)} as item from ${tableOf(type)} ${own}
    where ${own}.tenant = ${alias}.tenant and ${own}.${quoted(contains)} = ${alias}.id
    order by ${own}.place limit ${LIMITS.expandedObjects}`;
  return listOf(name, rows);
}

/** @param rows SQL of the items */
function listOf(name: string, rows: string): string {
  return `${literal(`${JSON.stringify(name)}:[`)} || coalesce((select group_concat(item, ',') from (${rows})), '') || ']'`;
}

/** They lie in the object's own row, each beside the application that keeps it. */
function openExtensions(name: string, alias: string): string {
  const each = `json_each(${alias}.custom, ${literal(`$."${OPEN_NUMBER}"`)}) i`;
  const all = `select group_concat(i.value -> '$.shown', ',') from ${each}`;
  return `${literal(`${JSON.stringify(name)}:[`)} || coalesce((${all}), '') || ']'`;
}
