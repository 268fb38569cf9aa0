import { fold } from '../lib/text.ts';
import { LIMITS } from '../model/limits.ts';
import { VERSIONS } from '../model/shape.ts';
import type { Answer, Request } from './message.ts';

/**
 * Pages of other origins may ask Graph: what proves the caller is a token in a header, nothing that a browser sends by itself.
 * https://fetch.spec.whatwg.org/#http-cors-protocol
 */

const METHODS = 'GET, POST, PATCH, DELETE, OPTIONS';

/** What a page's program may read beside the body. */
const EXPOSED = ['Location', 'request-id', 'client-request-id', 'WWW-Authenticate', 'Retry-After', 'OData-Version'];

/** A list of header names. */
const NAMES = /^[\w-]+(?: *, *[\w-]+){0,99}$/;

/** The answer to a browser that asks whether a page may send such a request; undefined: that is not what is asked. */
export function preflightAnswer({ method, path, headers }: Request): Answer | undefined {
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined || !isGraph(path))
    return undefined;
  const asked = headers['access-control-request-headers'];
  // A star wouldn't stand for Authorization.
  const names = asked !== undefined && NAMES.test(asked) ? ['Access-Control-Allow-Headers', asked] : [];
  const age = ['Access-Control-Max-Age', String(LIMITS.preflightSeconds)];
  return { status: 204, headers: ['Access-Control-Allow-Methods', METHODS, ...names, ...age], body: [] };
}

/** The answer, refusals too, with what lets a page's program read it. */
export function readable({ path, headers }: Request, answer: Answer): Answer {
  if (headers['origin'] === undefined || !isGraph(path)) return answer;
  const more = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', EXPOSED.join(', ')];
  return { ...answer, headers: [...answer.headers, ...more] };
}

function isGraph(path: string): boolean {
  const first = fold(path.split('/').find((segment) => segment !== '') ?? '');
  return VERSIONS.some((name) => name === first);
}
