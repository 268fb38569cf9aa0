import { type Address, typesOf } from '../directory/world.ts';
import type { Attempt } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { type Awaitable, onward } from '../lib/awaitable.ts';
import { later } from '../lib/later.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import type { Asked, ListQuery, ObjectQuery } from '../query/asked.ts';
import { allowOnly, checkCountQuery, checkListQuery, checkObjectQuery, checkReferencesQuery } from '../query/check.ts';
import { type Options, parseOptions } from '../query/parse.ts';
import type { Condition, Values } from '../store/contract.ts';
import { levelOf, plainAnswer } from './answer.ts';
import { noBody, objectBody, referenceBody } from './body.ts';
import type { Call, World } from './call.ts';
import type { Answer, Request } from './message.ts';
import { countAll, getMember, getObject, getProperty, listPage, listReferences } from './readings.ts';
import { findReference, findRoute, type GraphKind, type GraphRoute, type ServiceRoute } from './route.ts';
import { shownTypes } from './shown.ts';

/**
 * The way of a request, and the matrix that says what each kind of request goes through. The order of the
 * columns is the order of the checks: who asks (401), the address and its options (400), the body's form (400),
 * the permission (403), and only then the directory itself (404, 400 for values).
 */

type Row = (request: Request, route: GraphRoute, caller: Caller, world: World) => Awaitable<Answer>;

/** What changes the directory is loaded with the first change. */
const changing = later(() => import('./changes.ts'));
const extending = later(() => import('./extensions.ts'));

/** Most processes never describe themselves, and some have no sign-in of their own. */
const describe = later(() => import('./describe.ts'))((all) => all.describe);
const answerSignIn = later(() => import('./signIn.ts'))((all) => all.answerSignIn);

// biome-ignore format: a table is read by its columns
const MATRIX: Readonly<Record<GraphKind, Row>> = {
  //              query options    body           permission        what is done, and the answer
  get:        row(objectQuery,     noBody,        byReading,        getObject),
  list:       row(listQuery,       noBody,        byReading,        listPage),
  count:      row(countQuery,      noBody,        byOperation,      countAll),
  references: row(referencesQuery, noBody,        byOperation,      listReferences),
  member:     row(objectQuery,     noBody,        byReading,        getMember),
  property:   row(formatQuery,     noBody,        byOperation,      getProperty),
  create:     row(noQuery,         objectBody,    byOperation,      changing((all) => all.create)),
  update:     row(noQuery,         objectBody,    byChanges,        changing((all) => all.update)),
  delete:     row(noQuery,         noBody,        byOperation,      changing((all) => all.remove)),
  link:       row(noQuery,         referenceBody, byOperation,      changing((all) => all.link)),
  unlink:     row(referenceQuery,  noBody,        byOperation,      changing((all) => all.unlink)),
  act:        row(noQuery,         objectBody,    byOperation,      changing((all) => all.act)),
  openRead:   row(formatQuery,     noBody,        byOperation,      extending((all) => all.readOpenExtensions)),
  openWrite:  row(noQuery,         objectBody,    byOperation,      extending((all) => all.writeOpenExtension)),
  openDelete: row(noQuery,         noBody,        byOperation,      extending((all) => all.removeOpenExtension)),
};

/** Answers a request that was understood as HTTP; throws a refusal. */
export function answerRequest(request: Request, world: World): Awaitable<Answer> {
  const route = findRoute(request.method, request.path, world.cloud);
  if (!('refusal' in route) && !('version' in route)) return answerService(request, route, world);
  if (route.kind === 'nothing') throw route.refusal;
  return onward(world.callers.identify(request.headers['authorization']), (caller) => {
    if ('refusal' in route) throw route.refusal;
    checkConditions(request, route, caller);
    return onward(typesOf(world, caller), (types) => {
      // In most tenants they are the model's.
      const own = types.key === '' ? route : { ...route, types };
      return MATRIX[route.kind](request, own, caller, world);
    });
  });
}

/** One line of the matrix: its steps, run from left to right, each seeing what came before it. */
function row<Q, B>(
  readQuery: (options: Options, route: GraphRoute, request: Request) => Awaitable<Q>,
  readBody: (request: Request) => B,
  decide: (call: Call<Q, B>, world: World) => Awaitable<void>,
  perform: (call: Call<Q, B>, world: World) => Awaitable<Answer>,
): Row {
  return (request, route, caller, world) => {
    const options = parseOptions(request.query);
    return onward(readQuery(options, route, request), (query) => {
      const body = readBody(request);
      const call = { request, route, caller, level: levelOf(request, options), query, body };
      return onward(decide(call, world), () => perform(call, world));
    });
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

function objectQuery(options: Options, route: GraphRoute, request: Request): Awaitable<ObjectQuery> {
  return checkObjectQuery(asked(options, route, request));
}

function listQuery(options: Options, route: GraphRoute, request: Request): Awaitable<ListQuery> {
  return checkListQuery(asked(options, route, request));
}

function countQuery(options: Options, route: GraphRoute, request: Request): Awaitable<Condition | undefined> {
  return checkCountQuery(asked(options, route, request));
}

function referencesQuery(options: Options, route: GraphRoute, request: Request): Awaitable<ListQuery> {
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
