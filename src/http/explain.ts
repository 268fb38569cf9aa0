import { followed, ownCondition } from '../directory/read.ts';
import type { Address } from '../directory/world.ts';
import { requirementLines, requirementsOf } from '../identity/requirements.ts';
import { Refusal } from '../lib/refusal.ts';
import { listText } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Fidelity } from '../model/shape.ts';
import type { Asked, ListQuery } from '../query/asked.ts';
import { checkCountQuery, checkListQuery, checkObjectQuery } from '../query/check.ts';
import { parseOptions } from '../query/parse.ts';
import { conditionText } from '../query/text.ts';
import type { Condition, Source, Store, Tenant } from '../store/contract.ts';
import { typesWith } from '../store/definitions.ts';
import { findRoute, type GraphRoute } from './route.ts';
import { shownTypes } from './shown.ts';

/**
 * What would become of a GET request: how it is understood, what it needs, and what it costs on this directory.
 * Throws the refusal that the request would get.
 */

export type Explained = {
  readonly request: string;
  readonly operation: string;
  readonly objects: string;
  /** The filter and search as they are understood. */
  readonly condition: string;
  readonly order: string;
  readonly mode: string;
  /** What the tenant has added and the request asks for, each with how far its index is. */
  readonly extensions: readonly string[];
  /** What it needs, line by line. */
  readonly needs: ReturnType<typeof requirementLines>;
  readonly index: string;
  readonly sql: string;
  readonly steps: readonly string[];
  readonly rows: string;
  readonly milliseconds: string;
};

export async function explain(
  store: Store,
  tenant: Tenant,
  url: string,
  fidelity: Fidelity,
  now: () => number,
): Promise<Explained> {
  const { path, query } = requestTarget(url);
  const routed = findRoute('GET', path, tenant.cloud);
  if ('refusal' in routed) throw routed.refusal;
  if (!('version' in routed)) throw new Refusal(ERRORS.pathNotFound, { path });
  if (routed.open) throw new Refusal(ERRORS.notBuilt);
  const types = typesWith(await store.definitions(tenant));
  const route = { ...routed, types };
  const { asked, mode } = await modeOf(route, query);
  const list = await listOf(route, asked);
  const view = { version: route.version, select: list.select, typed: route.relation !== undefined, hidden: [] };
  const from = await sourceOf(store, tenant, route);
  const where = await ownOnly(store, tenant, route, list.where);
  const plan = { from, where, view, order: list.order, after: undefined, limit: list.top };
  const found = await store.explain(tenant, plan);
  if ('tooCostly' in found) throw new Refusal(ERRORS.queryTooCostly, { rows: String(found.rows) });
  const start = now();
  await store.page(tenant, plan);
  const took = now() - start;
  return {
    request: `GET ${path}${query === '' ? '' : `?${query}`}`,
    operation: route.operation,
    objects: listText(from.types, 'and'),
    condition: where ? conditionText(where) : 'everything',
    order: orderText(list),
    mode,
    extensions: extensionsOf(shownTypes(route), list),
    needs: requirementLines(requirementsOf(route.operation, route.type, fidelity)),
    index: found.index,
    sql: found.sql.replace(/\s+/g, ' '),
    steps: found.steps,
    rows: found.rows === undefined ? 'not known beforehand' : String(found.rows),
    milliseconds: took.toFixed(1),
  };
}

/** A path with or without version and host; v1.0 where none is named. */
export function requestTarget(url: string): { path: string; query: string } {
  const bare = url.replace(/^https?:\/\/[^/]*/i, '');
  const question = bare.indexOf('?');
  const path = question < 0 ? bare : bare.slice(0, question);
  const versioned = /^\/(v\d|beta)/i.test(path) ? path : `/v1.0${path.startsWith('/') ? '' : '/'}${path}`;
  return { path: versioned, query: question < 0 ? '' : bare.slice(question + 1) };
}

/** Tried as it stands; if that is refused and advanced query mode would help, in that mode, with the reason. */
async function modeOf(route: GraphRoute, query: string): Promise<{ asked: Asked; mode: string }> {
  const options = new Map(parseOptions(query));
  const plain = askedOf(route, options, false);
  const reason = await refusalOf(route, plain);
  if (!reason) return { asked: plain, mode: 'default: no header is needed' };
  if (route.kind === 'list') options.set('$count', 'true');
  const advanced = askedOf(route, options, true);
  if (await refusalOf(route, advanced)) throw reason;
  const what =
    route.kind === 'list'
      ? '$count=true and the header ConsistencyLevel: eventual'
      : 'the header ConsistencyLevel: eventual';
  return { asked: advanced, mode: `advanced: it needs ${what}, since otherwise: ${reason.message}` };
}

function askedOf(route: GraphRoute, options: Asked['options'], eventual: boolean): Asked {
  const { version, relation, cast, types } = route;
  return { options, eventual, version, types: shownTypes(route), relation, cast: cast !== undefined, own: types?.of };
}

async function refusalOf(route: GraphRoute, asked: Asked): Promise<Refusal | undefined> {
  try {
    await listOf(route, asked);
    return undefined;
  } catch (problem) {
    if (problem instanceof Refusal) return problem;
    throw problem;
  }
}

/** Each kind of reading as the list that it comes down to. */
async function listOf(route: GraphRoute, asked: Asked): Promise<ListQuery> {
  const one = { where: undefined, order: [], top: 1, skipToken: undefined, count: false, advanced: false };
  switch (route.kind) {
    case 'list':
    case 'references':
      return checkListQuery(asked);
    case 'count':
      return { ...one, select: null, expand: [], where: await checkCountQuery(asked) };
    default: {
      const { key } = route.member ?? (route.relation ? undefined : route.object) ?? {};
      const field = { property: key?.property ?? '' };
      const where = key && ({ kind: 'compare', operator: 'eq', field, value: key.value.toLowerCase() } as const);
      return { ...one, ...(await checkObjectQuery(asked)), where };
    }
  }
}

async function sourceOf(store: Store, tenant: Tenant, route: GraphRoute): Promise<Source> {
  const types = shownTypes(route).map(({ name }) => name);
  const { object, relation, type } = route;
  if (!object || !relation || !type) return { kind: 'set', types };
  return {
    kind: 'links',
    ...followed(type, relation),
    of: { type: type.name, id: await idOf(store, tenant, object) },
    types,
  };
}

/** What lives in an object is asked for by the property that holds its id, too. */
async function ownOnly(
  store: Store,
  tenant: Tenant,
  { below }: GraphRoute,
  where: Condition | undefined,
): Promise<Condition | undefined> {
  if (!below) return where;
  const { owner, property } = below.within;
  const own = ownCondition(property, await idOf(store, tenant, owner));
  return where ? { kind: 'and', items: [own, where] } : own;
}

async function idOf(store: Store, tenant: Tenant, { type, key }: Address): Promise<string> {
  if (key.property === 'id' || !type) return key.value;
  const [found] = await store.load(tenant, type.name, key);
  return found?.id ?? key.value;
}

/** Terms are written with the values, from the first one on, and kept while nothing shows them: there is never more to do. */
function extensionsOf(types: readonly EntityType[], { where, order }: ListQuery): readonly string[] {
  const names = new Set(order.map(({ field }) => field.property));
  const open: Condition[] = where ? [where] : [];
  for (let one = open.pop(); one; one = open.pop()) {
    if ('items' in one) open.push(...one.items);
    else if (one.kind === 'not') open.push(one.item);
    else if ('field' in one) names.add(one.field.property);
  }
  const added = [...names].filter((name) => types.some((type) => type.custom?.shown.has(name)));
  return added.map((name) => `${name}: its terms are complete, 100 % of the objects; every write keeps them so`);
}

function orderText({ order }: ListQuery): string {
  if (order.length === 0) return 'the order in which objects were made';
  return order.map(({ field, descending }) => `${field.property}${descending ? ' desc' : ''}`).join(', ');
}
