import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECT_TYPES, DIRECTORY_OBJECTS, entityType } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { Version } from '../model/shape.ts';
import type { ObjectQuery } from '../query/asked.ts';
import type { Options } from '../query/parse.ts';
import type { Answer, Request } from './message.ts';
import type { GraphRoute } from './route.ts';

/** Answers that succeed. https://learn.microsoft.com/graph/use-the-api */

/** How much the answer tells of itself: https://learn.microsoft.com/graph/query-parameters#odata-capabilities */
export type MetadataLevel = 'none' | 'minimal' | 'full';

const LEVELS: ReadonlySet<string> = new Set(['none', 'minimal', 'full'] satisfies MetadataLevel[]);

/** The level that `Accept` or `$format` asks for. */
export function levelOf({ headers }: Request, options: Options): MetadataLevel {
  const format = options.get('$format');
  if (format !== undefined && !/^(json|application\/json)(;|$)/i.test(format)) {
    throw new Refusal(ERRORS.formatInvalid, { value: format });
  }
  const level = levelIn(format) ?? levelIn(headers['accept']) ?? 'minimal';
  if (!LEVELS.has(level)) throw new Refusal(ERRORS.notAcceptable, { level });
  return level as MetadataLevel;
}

function levelIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /odata\.metadata=(\w+)/i.exec(text)?.[1]?.toLowerCase();
}

function headersFor(level: MetadataLevel): readonly string[] {
  return ODATA_HEADERS[level];
}

function odataHeaders(level: MetadataLevel): readonly string[] {
  const type = `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`;
  return ['Content-Type', type, 'OData-Version', '4.0', 'Cache-Control', 'no-cache'];
}

const ODATA_HEADERS: Readonly<Record<MetadataLevel, readonly string[]>> = {
  none: odataHeaders('none'),
  minimal: odataHeaders('minimal'),
  full: odataHeaders('full'),
};

const EVERYTHING: ObjectQuery = { select: null, expand: [] };

export function objectAnswer(
  request: Request,
  route: GraphRoute,
  level: MetadataLevel,
  query: ObjectQuery,
  text: string,
): Answer {
  const body = level === 'none' ? text : withContext(`${contextOf(request, route, query)}/$entity`, text);
  return { status: 200, headers: headersFor(level), body: [body] };
}

export function createdAnswer(
  request: Request,
  route: GraphRoute,
  caller: Caller,
  made: { id: string; text: string },
): Answer {
  const location = addressOfMade(request, route, caller, made.id);
  return {
    status: 201,
    headers: [...headersFor('minimal'), 'Location', location],
    body: [withContext(`${contextOf(request, route, EVERYTHING)}/$entity`, made.text)],
  };
}

/** Directory objects are said to be somewhere else than where they were made; others are there. */
function addressOfMade(request: Request, { type, version, set }: GraphRoute, caller: Caller, id: string): string {
  if (type && DIRECTORY_OBJECT_TYPES.includes(type)) return directoryAddress(request, caller, type.title, id);
  return `${request.origin}/${version}/${set}('${id}')`;
}

/** Where Graph says that an object is. */
function directoryAddress({ origin }: Request, caller: Caller, title: string, id: string): string {
  return `${origin}/v2/${caller.tenant.id}/directoryObjects/${id}/Microsoft.DirectoryServices.${title}`;
}

/** next: the address of the next page; undefined on the last. total: of all pages, where it was asked for. */
export function pageAnswer(
  request: Request,
  route: GraphRoute,
  level: MetadataLevel,
  query: ObjectQuery,
  page: { readonly items: Uint8Array; readonly total: number | undefined; readonly next: string | undefined },
): Answer {
  const { items, total, next } = page;
  const head = [
    ...(level === 'none' ? [] : [`"@odata.context":"${contextOf(request, route, query)}",`]),
    ...(total === undefined ? [] : [`"@odata.count":${total},`]),
    ...(next === undefined ? [] : [`"@odata.nextLink":${JSON.stringify(next)},`]),
  ];
  return { status: 200, headers: headersFor(level), body: [`{${head.join('')}"value":[`, items, ']}'] };
}

/** What an object contains. @param name where it is, as the context says it */
export function containedAnswer(
  request: Request,
  version: Version,
  level: MetadataLevel,
  name: string,
  value: unknown,
  status: 200 | 201 = 200,
): Answer {
  const text = JSON.stringify(value);
  const address = `${request.origin}/${version}/$metadata#${name}/$entity`;
  return { status, headers: headersFor(level), body: [level === 'none' ? text : withContext(address, text)] };
}

/** A list that has no pages. @param name what it is a list of, as the context says it */
export function collectionAnswer(
  request: Request,
  version: Version,
  level: MetadataLevel,
  name: string,
  items: Uint8Array,
): Answer {
  const context = level === 'none' ? '' : `"@odata.context":"${request.origin}/${version}/$metadata#${name}",`;
  return { status: 200, headers: headersFor(level), body: [`{${context}"value":[`, items, ']}'] };
}

/** What an action made: a value of a complex type, which no set has. */
export function valueAnswer(request: Request, route: GraphRoute, level: MetadataLevel, value: object): Answer {
  const returns = route.action?.returns?.type;
  const name = typeof returns === 'string' ? returns : returns?.name;
  const context = `${request.origin}/${route.version}/$metadata#microsoft.graph.${name}`;
  const body = JSON.stringify(level === 'none' ? value : { '@odata.context': context, ...value });
  return { status: 200, headers: headersFor(level), body: [body] };
}

/** `…/$count`: the number alone. */
export function countAnswer(count: number): Answer {
  return textAnswer('text/plain', String(count));
}

/**
 * One property of an object; one that has no value has no content.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_RequestingIndividualProperties
 */
export function propertyAnswer(
  request: Request,
  route: GraphRoute,
  level: MetadataLevel,
  id: string,
  name: string,
  value: unknown,
): Answer {
  if (value === null) return DONE;
  if (route.ending === '$value') return textAnswer('text/plain;charset=utf-8', String(value));
  const context = `${request.origin}/${route.version}/$metadata#${route.set}('${id}')/${name}`;
  const isObject = typeof value === 'object' && !Array.isArray(value);
  const body = JSON.stringify({
    '@odata.context': level === 'none' ? undefined : context,
    ...(isObject ? value : { value }),
  });
  return { status: 200, headers: headersFor(level), body: [body] };
}

function textAnswer(type: string, text: string): Answer {
  const headers = ['Content-Type', type, 'OData-Version', '4.0', 'Cache-Control', 'no-cache'];
  return { status: 200, headers, body: [text] };
}

/** @param items objects with their type and id, separated by commas */
export function referencesAnswer(
  request: Request,
  route: GraphRoute,
  level: MetadataLevel,
  caller: Caller,
  page: { readonly items: Uint8Array; readonly total: number | undefined; readonly next: string | undefined },
): Answer {
  const { items, total, next } = page;
  const objects = JSON.parse(`[${Buffer.from(items).toString()}]`) as { '@odata.type': string; id: string }[];
  const value = objects.map((object) => {
    const name = object['@odata.type'].slice(TYPE_PREFIX.length);
    return { '@odata.id': directoryAddress(request, caller, entityType(name).title, object.id) };
  });
  const body = JSON.stringify({
    '@odata.context': level === 'none' ? undefined : `${request.origin}/${route.version}/$metadata#Collection($ref)`,
    '@odata.count': total,
    '@odata.nextLink': next,
    value,
  });
  return { status: 200, headers: headersFor(level), body: [body] };
}

const TYPE_PREFIX = '#microsoft.graph.';

const DONE: Answer = Object.freeze({ status: 204, headers: ['Cache-Control', 'no-cache'], body: [] });

export function doneAnswer(): Answer {
  return DONE;
}

/** JSON that is not OData: sign-in, health. */
export function plainAnswer(value: unknown, headers: readonly string[] = []): Answer {
  return {
    status: 200,
    headers: ['Content-Type', 'application/json; charset=utf-8', 'Cache-Control', 'no-store', ...headers],
    body: [JSON.stringify(value)],
  };
}

/** `$metadata`, as Graph serves it. */
export function metadataAnswer(text: string): Answer {
  const headers = [
    'Content-Type',
    'application/xml;charset=utf-8',
    'OData-Version',
    '4.0',
    'Cache-Control',
    'no-cache',
  ];
  return { status: 200, headers, body: [text] };
}

/** JSON that describes the service. */
export function documentAnswer(text: string): Answer {
  return { status: 200, headers: ['Content-Type', 'application/json', 'Cache-Control', 'no-cache'], body: [text] };
}

/** The stored text with the context in front: no object is parsed or built. */
function withContext(address: string, text: string): string {
  const context = `"@odata.context":"${address}"`;
  return text === '{}' ? `{${context}}` : `{${context},${text.slice(1)}`;
}

function contextOf({ origin }: Request, route: GraphRoute, { select, expand }: ObjectQuery): string {
  const set = route.cast?.set ?? (route.relation ? DIRECTORY_OBJECTS.set : route.set);
  const expanded = expand.map(({ relation, select: names }) => `${relation.name}(${names?.join(',') ?? ''})`);
  const names = [...(select ?? []), ...expanded];
  return `${origin}/${route.version}/$metadata#${set}${names.length > 0 ? `(${names.join(',')})` : ''}`;
}
