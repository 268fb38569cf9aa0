import { LIMITS } from '../model/limits.ts';
import type { Answer, Request } from './message.ts';
import { GRAPH_METHODS, isGraph } from './route.ts';

/**
 * Programs in pages of other origins may ask from anywhere: what proves a caller is a token in a header, nothing that a browser sends
 * by itself. Nothing goes by cookies but the pages of sign-in, which no script may read.
 * https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export const ANYWHERE = ['Access-Control-Allow-Origin', '*'];

/** What such a program may read of Graph's answers beside the body. */
const EXPOSED = ['Location', 'request-id', 'client-request-id', 'WWW-Authenticate', 'Retry-After', 'OData-Version'];

/** A list of header names. */
const NAMES = /^[\w-]+(?: *, *[\w-]+){0,99}$/;

/**
 * The answer to a browser that asks whether a page may send a request.
 * @param names of the headers that it may send; undefined: none beside those that need no question
 */
export function preflightAnswer(
  methods: readonly string[],
  names: string | undefined,
  more: readonly string[] = [],
): Answer {
  const allowed = ['Access-Control-Allow-Methods', [...methods, PREFLIGHT].join(', ')];
  const headers = names === undefined ? [] : ['Access-Control-Allow-Headers', names];
  const age = ['Access-Control-Max-Age', String(LIMITS.preflightSeconds)];
  return { status: 204, headers: [...allowed, ...headers, ...age, ...more], body: [] };
}

const PREFLIGHT = 'OPTIONS';

/** The same of Graph's addresses; undefined: that is not what is asked. */
export function graphPreflight({ method, path, headers }: Request): Answer | undefined {
  const isAsked = method === PREFLIGHT && headers['access-control-request-method'] !== undefined;
  if (!isAsked || !isGraph(path)) return undefined;
  const names = headers['access-control-request-headers'];
  // Named one by one: a star wouldn't stand for Authorization.
  return preflightAnswer(GRAPH_METHODS, names !== undefined && NAMES.test(names) ? names : undefined);
}

/** The answer, refusals too, with what lets a page's program read it, if one asked Graph. */
export function readable({ path, headers }: Request, answer: Answer): Answer {
  if (headers['origin'] === undefined || !isGraph(path)) return answer;
  const more = [...ANYWHERE, 'Access-Control-Expose-Headers', EXPOSED.join(', ')];
  return { ...answer, headers: [...answer.headers, ...more] };
}
