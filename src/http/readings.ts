import { countObjects, type From, followed, readObject, readPage } from '../directory/read.ts';
import { mayRead } from '../identity/authorize.ts';
import { type Awaitable, onward } from '../lib/awaitable.ts';
import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECT_TYPES, ENTITY } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { ListQuery, ObjectQuery } from '../query/asked.ts';
import { withOption } from '../query/parse.ts';
import type { Condition, Values, View } from '../store/contract.ts';
import { countAnswer, objectAnswer, pageAnswer, propertyAnswer, referencesAnswer } from './answer.ts';
import { type Call, objectOf, type World } from './call.ts';
import type { Answer, Request } from './message.ts';
import type { GraphRoute } from './route.ts';
import { shownTypes, visibleText } from './shown.ts';

/** What is done by requests that read, and their answers. */

export function getObject(
  { request, route, caller, level, query }: Call<ObjectQuery, unknown>,
  world: World,
): Awaitable<Answer> {
  const view = viewOf({ request, route, caller, level, query }, route.type === undefined);
  return onward(readObject(world, caller, objectOf(route), view), (text) =>
    objectAnswer(request, route, level, query, visibleText(caller, route, text)),
  );
}

/** `GET …/{id}/displayName`, `…/$value`: one property alone. */
export async function getProperty(call: Call<unknown, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level } = call;
  const { name } = propertyIn(route);
  const select = [...new Set([ENTITY.key, name])];
  const view = { ...viewOf({ ...call, query: { select, expand: [] } }, false), linked: undefined };
  const text = visibleText(caller, route, await readObject(world, caller, objectOf(route), view));
  const values = JSON.parse(text) as Values;
  return propertyAnswer(request, route, level, String(values[ENTITY.key]), name, values[name] ?? null);
}

export async function listPage(call: Call<ListQuery, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level, query } = call;
  const { top, skipToken, where, order } = query;
  const about = aboutOf(call);
  const after = skipToken === undefined ? undefined : world.cursors.read(skipToken, about);
  const view = viewOf(call, isMixed(route));
  const from = fromOf(route);
  const page = await readPage(world, caller, from, { view, where, order, after, limit: top });
  const total =
    query.count && after === undefined ? await countObjects(world, caller, from, { where, view }) : undefined;
  const next = page.last === undefined ? undefined : nextLink(request, world.cursors.make(page.last, about));
  return pageAnswer(request, route, level, query, { items: page.items, total, next });
}

/** A text that is the same for all pages of one list, and for no other list. */
function aboutOf({ route, caller, query }: Call<ListQuery, unknown>): string {
  const { version, operation, object, below, cast, ending } = route;
  const { select, expand, where, order, top, advanced } = query;
  const about = object ?? below?.within.owner;
  const place = [caller.tenant.id, version, operation, about?.key.value, cast?.name, ending];
  const shown = [select, expand.map(({ relation, select: names }) => [relation.name, names])];
  return JSON.stringify([place, shown, where, order, top, advanced]);
}

/** Objects of several types say which one they have. */
function isMixed({ relation, type, cast }: GraphRoute): boolean {
  return cast === undefined && (relation !== undefined || type === undefined);
}

type Shown = Pick<Call<ObjectQuery, unknown>, 'request' | 'route' | 'caller' | 'level' | 'query'>;

export function viewOf({ request, route, caller, level, query }: Shown, mixed: boolean): View {
  const { version, relation, type } = route;
  const hidden = (types: readonly string[]) => types.filter((name) => !mayRead(caller, name));
  const expand = query.expand.map((item) => {
    const { accepts: types, single } = item.relation;
    const typed = level !== 'none' && (!single || types.length > 1);
    const view = { version, select: item.select, typed, hidden: hidden(types) };
    return { name: item.relation.name, type: item.type.name, types, view, ...followed(item.type, item.relation) };
  });
  const seen = relation ? relation.accepts : type ? [] : DIRECTORY_OBJECT_TYPES.map(({ name }) => name);
  return {
    version,
    select: query.select,
    typed: mixed && level !== 'none',
    hidden: hidden(seen),
    linked: level === 'full' ? `${request.origin}/${version}` : undefined,
    expand: expand.length > 0 ? expand : undefined,
  };
}

function fromOf(route: GraphRoute): From {
  const types = shownTypes(route).map(({ name }) => name);
  const { relation, object, below } = route;
  return relation && object ? { object, relation, types } : { types, within: below?.within };
}

export async function countAll(call: Call<Condition | undefined, unknown>, world: World): Promise<Answer> {
  const { route, caller, query } = call;
  const view = viewOf({ ...call, query: { select: null, expand: [] } }, false);
  return countAnswer(await countObjects(world, caller, fromOf(route), { where: query, view }));
}

/** `GET …/$ref`: where each object is, nothing of what it is. */
export async function listReferences(call: Call<ListQuery, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, query } = call;
  const about = aboutOf(call);
  const after = query.skipToken === undefined ? undefined : world.cursors.read(query.skipToken, about);
  const view = { ...viewOf(call, true), select: ['id'], typed: true, linked: undefined };
  const plan = { view, where: undefined, order: [], after, limit: query.top };
  const from = fromOf(route);
  const page = await readPage(world, caller, from, plan);
  const total =
    query.count && after === undefined
      ? await countObjects(world, caller, from, { where: undefined, view })
      : undefined;
  const next = page.last === undefined ? undefined : nextLink(request, world.cursors.make(page.last, about));
  return referencesAnswer(request, route, call.level, caller, { items: page.items, total, next });
}

/** `GET …/members/{id}`: the object, if it is linked; `GET …/principal`: the only one that is. */
export async function getMember(call: Call<ObjectQuery, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level, query } = call;
  const id = route.member?.key.value;
  const field = { property: 'id' };
  const where = id === undefined ? undefined : ({ kind: 'compare', operator: 'eq', field, value: id } as const);
  const plan = { view: viewOf(call, isMixed(route)), where, order: [], after: undefined, limit: 1 };
  const page = await readPage(world, caller, fromOf(route), plan);
  if (page.count === 0) throw new Refusal(ERRORS.notFound, { id: id ?? route.relation?.name ?? '' });
  return objectAnswer(request, route, level, query, Buffer.from(page.items).toString());
}

function propertyIn({ property, operation }: GraphRoute) {
  if (!property) throw new Error(`${operation} was routed without a property`);
  return property;
}

/** The same address with the skip token of the next page; the other options stay as they were sent. */
function nextLink({ origin, path, query }: Request, token: string): string {
  return `${origin}${path}?${withOption(query, '$skiptoken', token)}`;
}
