import { entityType, relationOf } from '../../model/directory.ts';
import { LIMITS } from '../../model/limits.ts';
import type { LinkName } from '../../model/shape.ts';
import type { PagePlan, Source, TooCostly } from '../contract.ts';
import type { Scout } from './choose.ts';
import { AT_MOST, linkKey, tableOf } from './names.ts';
import { placeAfter } from './order.ts';
import { literal, type Sql } from './predicate.ts';

/** What an object is linked to, directly or all the way, as places and types. */

export type Links = Extract<Source, { kind: 'links' }>;

/** place and type of what an object is linked to; one that is linked in several ways comes once. */
export function linkPlaces(from: Links, tenant: number, after: number | undefined): Sql {
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
export function costOfLinks(from: Links, tenant: number, scout: Scout): TooCostly | undefined {
  const { text, values } = linkPlaces(from, tenant, undefined);
  const rows = scout.rows({ text: `select 1 from (${text})`, values }, LIMITS.rowsScanned + 1);
  return rows > LIMITS.rowsScanned ? { tooCostly: true, rows } : undefined;
}

/**
 * A page of the members of a group and of the groups in it, without a look at all of them: of each group the members that
 * may be on the page, which an index has in order.
 */
export function mergedNest(from: Links, plan: PagePlan, tenant: number, scout: Scout): Sql | undefined {
  const [link] = from.links;
  if (!from.transitive || from.backwards || plan.where || plan.order.length > 0 || !link) return undefined;
  const { text, values } = nest(link, tenant, startOf(from, tenant));
  const groups = scout.places({
    text: `${text} select place from nest ${AT_MOST}`,
    values: [...values, LIMITS.mergedGroups + 1],
  });
  const [own] = groups;
  if (groups.length > LIMITS.mergedGroups || own === undefined) return undefined;
  const arm = `select * from (select l.target as place, l.target_type as type from link l
    where l.tenant = ? and l.relation = ? and l.source = ? and l.target > ? and l.target <> ?${typesOnly(from, link)}
    order by l.target ${AT_MOST})`;
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
