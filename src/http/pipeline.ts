import { addLink, removeLink } from '../directory/link.ts';
import { readObject, readPage } from '../directory/read.ts';
import type { Address, DirectoryWorld } from '../directory/world.ts';
import { createObject, deleteObject, updateObject } from '../directory/write.ts';
import { authorize, mayRead } from '../identity/authorize.ts';
import type { Caller, Callers } from '../identity/caller.ts';
import { checkTenant } from '../identity/grants.ts';
import { publishedKeys } from '../identity/keys.ts';
import { answerTokenRequest, type TokenIssuer } from '../identity/tokenEndpoint.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import { allowOnly, checkListQuery, checkSelectQuery, type ListQuery, typesOf } from '../query/check.ts';
import type { Cursors } from '../query/cursor.ts';
import { type Options, parseOptions, withOption } from '../query/parse.ts';
import type { Values } from '../store/contract.ts';
import { createdAnswer, doneAnswer, objectAnswer, pageAnswer, plainAnswer } from './answer.ts';
import { formBody, noBody, objectBody, referenceBody } from './body.ts';
import { takeBonds } from './bonds.ts';
import type { Answer, Request } from './message.ts';
import { findReference, findRoute, type GraphKind, type GraphRoute, type ServiceRoute } from './route.ts';

/**
 * The way of a request, and the matrix that says what each kind of request goes through. The order of the
 * columns is the order of the checks: who asks (401), the address and its options (400), the body's form (400),
 * the permission (403), and only then the directory itself (404, 400 for values).
 */

export type World = DirectoryWorld &
  TokenIssuer & {
    readonly callers: Callers;
    readonly cursors: Cursors;
  };

type Call<Q, B> = {
  readonly request: Request;
  readonly route: GraphRoute;
  readonly caller: Caller;
  readonly query: Q;
  readonly body: B;
};

type Row = (request: Request, route: GraphRoute, caller: Caller, world: World) => Promise<Answer>;

// biome-ignore format: a table is read by its columns
const MATRIX: Readonly<Record<GraphKind, Row>> = {
  //          query options    body           permission        what is done, and the answer
  get:    row(selectQuery,     noBody,        byOperation,      getObject),
  list:   row(listQuery,       noBody,        byOperation,      listPage),
  create: row(noQuery,         objectBody,    byOperation,      create),
  update: row(noQuery,         objectBody,    byChanges,        update),
  delete: row(noQuery,         noBody,        byOperation,      remove),
  link:   row(noQuery,         referenceBody, byOperation,      link),
  unlink: row(referenceQuery,  noBody,        byOperation,      unlink),
};

/** Answers a request that was understood as HTTP; throws a refusal. */
export async function answerRequest(request: Request, world: World): Promise<Answer> {
  const route = findRoute(request.method, request.path);
  if (!('refusal' in route) && !('version' in route)) return answerService(request, route, world);
  if (route.kind === 'nothing') throw route.refusal;
  const caller = await world.callers.identify(request.headers['authorization']);
  if ('refusal' in route) throw route.refusal;
  checkConditions(request, route, caller);
  return MATRIX[route.kind](request, route, caller, world);
}

/** One line of the matrix: its steps, run from left to right, each seeing what came before it. */
function row<Q, B>(
  readQuery: (options: Options, route: GraphRoute) => Q,
  readBody: (request: Request) => B,
  decide: (call: Call<Q, B>) => void,
  perform: (call: Call<Q, B>, world: World) => Promise<Answer>,
): Row {
  return (request, route, caller, world) => {
    const query = readQuery(parseOptions(request.query), route);
    const body = readBody(request);
    const call = { request, route, caller, query, body };
    decide(call);
    return perform(call, world);
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
    case 'keys':
      checkTenant(world, route.tenantName);
      return plainAnswer({ keys: publishedKeys(world.keys) });
    case 'token': {
      const { tenantName } = route;
      const form = formBody(request);
      const authorization = request.headers['authorization'];
      return plainAnswer(await answerTokenRequest(world, { tenantName, form, authorization }), ['Pragma', 'no-cache']);
    }
  }
}

/** What a request asks beside its address and body, and what would be wrong to overlook. */
function checkConditions({ headers }: Request, { tenantId }: GraphRoute, caller: Caller): void {
  if (tenantId !== undefined && tenantId !== caller.tenant.id) throw new Refusal(ERRORS.notFound, { id: tenantId });
  const condition = headers['if-match'];
  if (condition !== undefined && condition.trim() !== '*') throw new Refusal(ERRORS.preconditionFailed);
  const level = /odata\.metadata=(\w+)/i.exec(headers['accept'] ?? '')?.[1]?.toLowerCase();
  if (level !== undefined && level !== 'minimal') throw new Refusal(ERRORS.notAcceptable, { level });
}

// -- query options ---------------------------------------------------------------------------------------------

function noQuery(options: Options): void {
  allowOnly(options);
}

function selectQuery(options: Options, { type, version }: GraphRoute): readonly string[] | null {
  return checkSelectQuery(options, typesOf(type, undefined), version);
}

function listQuery(options: Options, { type, relation, version }: GraphRoute): ListQuery {
  return checkListQuery(options, typesOf(type, relation), version);
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

function byOperation({ caller, route }: Call<unknown, unknown>): void {
  authorize(caller, { ...attempt(route), changes: NO_CHANGES });
}

function byChanges({ caller, route, body }: Call<unknown, Values>): void {
  authorize(caller, { ...attempt(route), changes: body });
}

function attempt({ operation, type, object }: GraphRoute) {
  return { operation, type, object: object && fold(object.key.value) };
}

// -- what is done ----------------------------------------------------------------------------------------------

async function getObject(
  { request, route, caller, query }: Call<readonly string[] | null, unknown>,
  world: World,
): Promise<Answer> {
  const view = { version: route.version, select: query, typed: route.type === undefined, hidden: [] };
  const text = await readObject(world, caller, objectOf(route), view);
  return objectAnswer(request, route, query, text);
}

async function listPage({ request, route, caller, query }: Call<ListQuery, unknown>, world: World): Promise<Answer> {
  const { version, relation, type, object } = route;
  const { select, top, skipToken } = query;
  const about = [caller.tenant.id, version, route.operation, object?.key.value ?? '', select?.join() ?? '*', top].join(
    '\n',
  );
  const after = skipToken === undefined ? undefined : world.cursors.read(skipToken, about);
  const from = relation && object ? { object, relation } : { set: type?.name ?? '' };
  const hidden = relation?.accepts.filter((name) => !mayRead(caller, name)) ?? [];
  const view = { version, select, typed: relation !== undefined, hidden };
  const page = await readPage(world, caller, from, { view, after, limit: top });
  const next = page.last === undefined ? undefined : nextLink(request, world.cursors.make(page.last, about));
  return pageAnswer(request, route, select, page, next);
}

async function create({ request, route, caller, body }: Call<unknown, Values>, world: World): Promise<Answer> {
  if (!route.type) throw new Refusal(ERRORS.notBuilt);
  const { values, bonds } = takeBonds(route.type, body, 'create');
  const made = await createObject(world, caller, route.type, route.version, values, bonds);
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

function objectOf({ object, operation }: GraphRoute): Address {
  if (!object) throw new Error(`${operation} was routed without an object`);
  return object;
}

function relationOf({ relation, operation }: GraphRoute) {
  if (!relation) throw new Error(`${operation} was routed without a relation`);
  return relation;
}

/** The same address with the skip token of the next page; the other options stay as they were sent. */
function nextLink({ origin, path, query }: Request, token: string): string {
  return `${origin}${path}?${withOption(query, '$skiptoken', token)}`;
}
