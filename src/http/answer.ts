import type { Caller } from '../identity/caller.ts';
import { DIRECTORY_OBJECTS } from '../model/directory.ts';
import type { Page } from '../store/contract.ts';
import type { Answer, Request } from './message.ts';
import type { GraphRoute } from './route.ts';

/** Answers that succeed. https://learn.microsoft.com/graph/use-the-api */

const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const ODATA_HEADERS = ['Content-Type', JSON_TYPE, 'OData-Version', '4.0', 'Cache-Control', 'no-cache'] as const;

export function objectAnswer(
  request: Request,
  route: GraphRoute,
  select: readonly string[] | null,
  text: string,
): Answer {
  return { status: 200, headers: ODATA_HEADERS, body: [withContext(request, route, select, text)] };
}

export function createdAnswer(
  request: Request,
  route: GraphRoute,
  caller: Caller,
  made: { id: string; text: string },
): Answer {
  const name = `Microsoft.DirectoryServices.${route.type?.title}`;
  const location = `${request.origin}/v2/${caller.tenant.id}/directoryObjects/${made.id}/${name}`;
  return {
    status: 201,
    headers: [...ODATA_HEADERS, 'Location', location],
    body: [withContext(request, route, null, made.text)],
  };
}

/** @param nextLink the address of the next page; undefined on the last */
export function pageAnswer(
  request: Request,
  route: GraphRoute,
  select: readonly string[] | null,
  page: Page,
  nextLink: string | undefined,
): Answer {
  const next = nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(nextLink)},`;
  const head = `{"@odata.context":"${contextOf(request, route, select)}",${next}"value":[`;
  return { status: 200, headers: ODATA_HEADERS, body: [head, page.items, ']}'] };
}

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
function withContext(request: Request, route: GraphRoute, select: readonly string[] | null, text: string): string {
  const context = `"@odata.context":"${contextOf(request, route, select)}/$entity"`;
  return text === '{}' ? `{${context}}` : `{${context},${text.slice(1)}`;
}

function contextOf({ origin }: Request, route: GraphRoute, select: readonly string[] | null): string {
  const set = route.relation ? DIRECTORY_OBJECTS.set : route.set;
  const names = select === null ? '' : `(${select.join(',')})`;
  return `${origin}/${route.version}/$metadata#${set}${names}`;
}
