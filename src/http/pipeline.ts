import { changeCredentials, isCredentialAction } from '../directory/credentialActions.ts';
import { addLink, removeLink } from '../directory/link.ts';
import { availableDefinitions, findByIds, memberships } from '../directory/memberships.ts';
import { takeOpen } from '../directory/openExtensions.ts';
import { countObjects, type From, followed, readObject, readPage } from '../directory/read.ts';
import { type Address, typesOf } from '../directory/world.ts';
import { createObject, deleteObject, updateObject } from '../directory/write.ts';
import { type Attempt, mayRead } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECT_TYPES, DIRECTORY_OBJECTS, ENTITY } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { extensionProperty } from '../model/extension.ts';
import {
  type Asked,
  allowOnly,
  checkCountQuery,
  checkListQuery,
  checkObjectQuery,
  checkReferencesQuery,
  type ListQuery,
  type ObjectQuery,
} from '../query/check.ts';
import { type Options, parseOptions, withOption } from '../query/parse.ts';
import type { Condition, Values, View } from '../store/contract.ts';
import {
  collectionAnswer,
  countAnswer,
  createdAnswer,
  doneAnswer,
  levelOf,
  objectAnswer,
  pageAnswer,
  plainAnswer,
  propertyAnswer,
  referencesAnswer,
  valueAnswer,
} from './answer.ts';
import { noBody, objectBody, referenceBody } from './body.ts';
import { takeBonds } from './bonds.ts';
import type { Call, World } from './call.ts';
import { describe } from './describe.ts';
import { readOpenExtensions, removeOpenExtension, writeOpenExtension } from './extensions.ts';
import type { Answer, Request } from './message.ts';
import { findReference, findRoute, type GraphKind, type GraphRoute, type ServiceRoute } from './route.ts';
import { shownTypes, visibleText } from './shown.ts';
import { answerSignIn } from './signIn.ts';

/**
 * The way of a request, and the matrix that says what each kind of request goes through. The order of the
 * columns is the order of the checks: who asks (401), the address and its options (400), the body's form (400),
 * the permission (403), and only then the directory itself (404, 400 for values).
 */

type Row = (request: Request, route: GraphRoute, caller: Caller, world: World) => Promise<Answer>;

// biome-ignore format: a table is read by its columns
const MATRIX: Readonly<Record<GraphKind, Row>> = {
  //              query options    body           permission        what is done, and the answer
  get:        row(objectQuery,     noBody,        byReading,        getObject),
  list:       row(listQuery,       noBody,        byReading,        listPage),
  count:      row(countQuery,      noBody,        byOperation,      countAll),
  references: row(referencesQuery, noBody,        byOperation,      listReferences),
  member:     row(objectQuery,     noBody,        byReading,        getMember),
  property:   row(formatQuery,     noBody,        byOperation,      getProperty),
  create:     row(noQuery,         objectBody,    byOperation,      create),
  update:     row(noQuery,         objectBody,    byChanges,        update),
  delete:     row(noQuery,         noBody,        byOperation,      remove),
  link:       row(noQuery,         referenceBody, byOperation,      link),
  unlink:     row(referenceQuery,  noBody,        byOperation,      unlink),
  act:        row(noQuery,         objectBody,    byOperation,      act),
  openRead:   row(formatQuery,     noBody,        byOperation,      readOpenExtensions),
  openWrite:  row(noQuery,         objectBody,    byOperation,      writeOpenExtension),
  openDelete: row(noQuery,         noBody,        byOperation,      removeOpenExtension),
};

/** Answers a request that was understood as HTTP; throws a refusal. */
export async function answerRequest(request: Request, world: World): Promise<Answer> {
  const route = findRoute(request.method, request.path, world.cloud);
  if (!('refusal' in route) && !('version' in route)) return answerService(request, route, world);
  if (route.kind === 'nothing') throw route.refusal;
  const caller = await world.callers.identify(request.headers['authorization']);
  if ('refusal' in route) throw route.refusal;
  checkConditions(request, route, caller);
  return MATRIX[route.kind](request, await withTypes(route, caller, world), caller, world);
}

/** The route with the types as the caller's tenant has them; in most tenants they are the model's. */
async function withTypes(route: GraphRoute, caller: Caller, world: World): Promise<GraphRoute> {
  const types = await typesOf(world, caller);
  return types.key === '' ? route : { ...route, types };
}

/** One line of the matrix: its steps, run from left to right, each seeing what came before it. */
function row<Q, B>(
  readQuery: (options: Options, route: GraphRoute, request: Request) => Q,
  readBody: (request: Request) => B,
  decide: (call: Call<Q, B>, world: World) => Awaitable<void>,
  perform: (call: Call<Q, B>, world: World) => Promise<Answer>,
): Row {
  return (request, route, caller, world) => {
    const options = parseOptions(request.query);
    const query = readQuery(options, route, request);
    const body = readBody(request);
    const call = { request, route, caller, level: levelOf(request, options), query, body };
    const decided = decide(call, world);
    return decided ? decided.then(() => perform(call, world)) : perform(call, world);
  };
}

async function answerService(
  request: Request,
  route: Exclude<ServiceRoute, { kind: 'nothing' }>,
  world: World,
): Promise<Answer> {
  switch (route.kind) {
    case 'health':
      return plainAnswer({ status: 'ok' });
    case 'signIn':
      return answerSignIn(request, route.segments, world);
    case 'metadata':
    case 'openapi':
      return describe(request, route.kind, route.of, world);
  }
}

/** What a request asks beside its address and body, and what would be wrong to overlook. */
function checkConditions({ headers }: Request, { tenantId }: GraphRoute, caller: Caller): void {
  if (tenantId !== undefined && tenantId !== caller.tenant.id) throw new Refusal(ERRORS.notFound, { id: tenantId });
  const condition = headers['if-match'];
  if (condition !== undefined && condition.trim() !== '*') throw new Refusal(ERRORS.preconditionFailed);
}

// -- query options ---------------------------------------------------------------------------------------------

function noQuery(options: Options): void {
  allowOnly(options);
}

/** One value has nothing to choose from. */
function formatQuery(options: Options): void {
  allowOnly(options, '$format');
}

function objectQuery(options: Options, route: GraphRoute, request: Request): ObjectQuery {
  return checkObjectQuery(asked(options, route, request));
}

function listQuery(options: Options, route: GraphRoute, request: Request): ListQuery {
  return checkListQuery(asked(options, route, request));
}

function countQuery(options: Options, route: GraphRoute, request: Request): Condition | undefined {
  return checkCountQuery(asked(options, route, request));
}

function referencesQuery(options: Options, route: GraphRoute, request: Request): ListQuery {
  return checkReferencesQuery(asked(options, route, request));
}

function asked(options: Options, route: GraphRoute, { headers }: Request): Asked {
  const { version, relation, cast, types } = route;
  const eventual = headers['consistencylevel']?.trim().toLowerCase() === 'eventual';
  return { options, eventual, version, types: shownTypes(route), relation, cast: cast !== undefined, own: types?.of };
}

/** `DELETE …/$ref?@odata.id={url}`; SDKs write `@id`. Not needed where the path names the object. */
function referenceQuery(options: Options, { member }: GraphRoute): Address {
  if (member) {
    allowOnly(options);
    return member;
  }
  allowOnly(options, '@odata.id', '@id');
  const url = options.get('@odata.id') ?? options.get('@id');
  if (url === undefined || options.size > 1) throw new Refusal(ERRORS.referenceInvalid);
  return findReference(url);
}

// -- permission ------------------------------------------------------------------------------------------------

const NO_CHANGES: Values = Object.freeze({});

function byOperation({ caller, route }: Call<unknown, unknown>, { authorize, store }: World): Awaitable<void> {
  return authorize(caller, attempt(route, NO_CHANGES), store);
}

/** Reading what is expanded needs what listing it needs. */
function byReading(call: Call<ObjectQuery, unknown>, world: World): Awaitable<void> {
  const { expand } = call.query;
  return expand.length === 0 ? byOperation(call, world) : byExpanding(call, world);
}

async function byExpanding(call: Call<ObjectQuery, unknown>, world: World): Promise<void> {
  await byOperation(call, world);
  const { caller, route, query } = call;
  const object = route.relation ? undefined : route.object;
  for (const { type, relation } of query.expand) {
    const operation = `${type.name}.${relation.name}.list`;
    await world.authorize(caller, { operation, type, object, changes: NO_CHANGES }, world.store);
  }
}

function byChanges({ caller, route, body }: Call<unknown, Values>, { authorize, store }: World): Awaitable<void> {
  return authorize(caller, attempt(route, body), store);
}

/** Rights over an object are rights over what lives in it. */
function attempt({ operation, type: of, types, object, below }: GraphRoute, changes: Values): Attempt {
  const type = of && types ? types.of(of) : of;
  return { operation, type, object: below?.within.owner ?? object, changes };
}

// -- what is done ----------------------------------------------------------------------------------------------

async function getObject(
  { request, route, caller, level, query }: Call<ObjectQuery, unknown>,
  world: World,
): Promise<Answer> {
  const view = viewOf({ request, route, caller, level, query }, route.type === undefined);
  const text = visibleText(caller, route, await readObject(world, caller, objectOf(route), view));
  return objectAnswer(request, route, level, query, text);
}

/** `GET …/{id}/displayName`, `…/$value`: one property alone. */
async function getProperty(call: Call<unknown, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level } = call;
  const { name } = propertyIn(route);
  const select = [...new Set([ENTITY.key, name])];
  const view = { ...viewOf({ ...call, query: { select, expand: [] } }, false), linked: undefined };
  const text = visibleText(caller, route, await readObject(world, caller, objectOf(route), view));
  const values = JSON.parse(text) as Values;
  return propertyAnswer(request, route, level, String(values[ENTITY.key]), name, values[name] ?? null);
}

async function listPage(call: Call<ListQuery, unknown>, world: World): Promise<Answer> {
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

function viewOf({ request, route, caller, level, query }: Shown, mixed: boolean): View {
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

async function countAll(call: Call<Condition | undefined, unknown>, world: World): Promise<Answer> {
  const { route, caller, query } = call;
  const view = viewOf({ ...call, query: { select: null, expand: [] } }, false);
  return countAnswer(await countObjects(world, caller, fromOf(route), { where: query, view }));
}

/** `GET …/$ref`: where each object is, nothing of what it is. */
async function listReferences(call: Call<ListQuery, unknown>, world: World): Promise<Answer> {
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
async function getMember(call: Call<ObjectQuery, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level, query } = call;
  const id = route.member?.key.value;
  const field = { property: 'id' };
  const where = id === undefined ? undefined : ({ kind: 'compare', operator: 'eq', field, value: id } as const);
  const plan = { view: viewOf(call, isMixed(route)), where, order: [], after: undefined, limit: 1 };
  const page = await readPage(world, caller, fromOf(route), plan);
  if (page.count === 0) throw new Refusal(ERRORS.notFound, { id: id ?? route.relation?.name ?? '' });
  return objectAnswer(request, route, level, query, Buffer.from(page.items).toString());
}

async function create({ request, route, caller, body }: Call<unknown, Values>, world: World): Promise<Answer> {
  if (!route.type) throw new Refusal(ERRORS.notBuilt);
  const open = takeOpen(world, caller, route.type, body);
  const { values, bonds } = takeBonds(route.type, open.body, 'create');
  const within = route.below?.within;
  const made = await createObject(world, caller, route.type, route.version, values, bonds, within, open.settled);
  return createdAnswer(request, route, caller, made);
}

async function update({ route, caller, body }: Call<unknown, Values>, world: World): Promise<Answer> {
  if (!route.type) throw new Refusal(ERRORS.notBuilt);
  const { values, bonds } = takeBonds(route.type, body, 'update');
  await updateObject(world, caller, objectOf(route), route.version, values, bonds);
  return doneAnswer();
}

async function remove({ route, caller }: Call<unknown, unknown>, world: World): Promise<Answer> {
  await deleteObject(world, caller, objectOf(route));
  return doneAnswer();
}

async function link({ route, caller, body }: Call<unknown, Address>, world: World): Promise<Answer> {
  await addLink(world, caller, objectOf(route), relationOf(route), body);
  return doneAnswer();
}

async function unlink({ route, caller, query }: Call<Address, unknown>, world: World): Promise<Answer> {
  await removeLink(world, caller, objectOf(route), relationOf(route), query);
  return doneAnswer();
}

async function act({ request, route, caller, level, body }: Call<unknown, Values>, world: World): Promise<Answer> {
  const { action, object, version } = route;
  if (!action) throw new Error(`${route.operation} was routed without an action`);
  if (action.does === 'find') {
    const shown = { select: null, expand: [] };
    const view = viewOf({ request, route: { ...route, type: undefined }, caller, level, query: shown }, true);
    const items = await findByIds(world, caller, action, body, view);
    return collectionAnswer(request, version, level, DIRECTORY_OBJECTS.set, items);
  }
  if (action.does === 'define') {
    const found = await availableDefinitions(world, caller, action, body);
    return collectionAnswer(request, version, level, extensionProperty.name, found);
  }
  if (!object) throw new Error(`${route.operation} was routed without an object`);
  if (isCredentialAction(action)) {
    const made = await changeCredentials(world, caller, action, object, body);
    return made ? valueAnswer(request, route, level, made) : doneAnswer();
  }
  const ids = await memberships(world, caller, action, object, body);
  const items = Buffer.from(ids.map((id) => JSON.stringify(id)).join(','));
  return collectionAnswer(request, version, level, 'Collection(Edm.String)', items);
}

function objectOf({ object, operation }: GraphRoute): Address {
  if (!object) throw new Error(`${operation} was routed without an object`);
  return object;
}

function propertyIn({ property, operation }: GraphRoute) {
  if (!property) throw new Error(`${operation} was routed without a property`);
  return property;
}

function relationOf({ relation, operation }: GraphRoute) {
  if (!relation) throw new Error(`${operation} was routed without a relation`);
  return relation;
}

/** The same address with the skip token of the next page; the other options stay as they were sent. */
function nextLink({ origin, path, query }: Request, token: string): string {
  return `${origin}${path}?${withOption(query, '$skiptoken', token)}`;
}
