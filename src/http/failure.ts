import { type Clock, errorDateText } from '../lib/clock.ts';
import { type ErrorRow, Refusal } from '../lib/refusal.ts';
import { CLOUDS, type CloudName, GRAPH_APP_ID } from '../model/clouds.ts';
import { ERRORS, SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { ANYWHERE } from './crossOrigin.ts';
import type { Answer } from './message.ts';

/**
 * Where every refusal ends, and every problem that nobody foresaw. The caller is told what the error's row says;
 * causes and stacks go to the log, with the same request-id.
 * https://learn.microsoft.com/graph/errors
 */

export type Ids = { readonly requestId: string; readonly clientRequestId: string };

/** Hears of problems that the operator should know about. */
export type Log = (entry: Readonly<Record<string, unknown>>) => void;

/** A refusal that isn't told as JSON: on a page, or by way of the browser to the application that sent it. */
export class ShownRefusal extends Error {
  readonly refusal: Refusal;
  readonly show: (error: SignInError) => Answer;

  constructor(refusal: Refusal, show: (error: SignInError) => Answer) {
    super(refusal.message);
    this.refusal = refusal;
    this.show = show;
  }
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application */
export type SignInError = {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly suberror?: string;
};

/** What an answer stands on that could not be given. */
export type FailureWorld = { readonly cloud: CloudName; readonly clock: Clock; readonly log: Log };

/** Where somebody without a token gets one, as Graph says it. */
function challengeOf(cloud: CloudName): string {
  return `Bearer realm="", authorization_uri="${CLOUDS[cloud].login}/common/oauth2/authorize", client_id="${GRAPH_APP_ID}"`;
}

/** Refusals of sign-in have a shape of their own. */
const SIGN_IN_ROWS: ReadonlySet<ErrorRow> = new Set(Object.values(SIGN_IN_ERRORS));

export function failureAnswer(problem: unknown, ids: Ids, { cloud, clock, log }: FailureWorld): Answer {
  if (problem instanceof ShownRefusal) return problem.show(signInError(problem.refusal, ids, clock.now(), cloud));
  const refusal = problem instanceof Refusal ? problem : new Refusal(ERRORS.internal, {}, { cause: problem });
  if (refusal.row.status >= 500 && refusal.row.status !== ERRORS.notBuilt.status) {
    log({ level: 'error', requestId: ids.requestId, code: refusal.row.code, cause: causeText(refusal.cause) });
  }
  const now = clock.now();
  const isSignIn = SIGN_IN_ROWS.has(refusal.row);
  const value = isSignIn ? signInError(refusal, ids, now, cloud) : graphError(refusal, ids, now);
  return {
    status: refusal.row.status,
    headers: ['Content-Type', 'application/json', ...headersFor(refusal, isSignIn, cloud), ...refusal.headers],
    body: [JSON.stringify(value)],
  };
}

function headersFor({ row }: Refusal, isSignIn: boolean, cloud: CloudName): readonly string[] {
  // A program in a browser must be able to read why it was refused.
  const cache = isSignIn ? ['Cache-Control', 'no-store', ...ANYWHERE] : ['Cache-Control', 'no-cache'];
  if (row.status === 401) return [...cache, 'WWW-Authenticate', isSignIn ? 'Basic realm=""' : challengeOf(cloud)];
  if (row.status === 503) return [...cache, 'Retry-After', String(LIMITS.retryAfterSeconds)];
  return cache;
}

function graphError(refusal: Refusal, ids: Ids, now: number) {
  const details = refusal.details.length > 0 ? { details: refusal.details } : {};
  const innerError = {
    date: errorDateText(now),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  return { error: { code: refusal.row.code, message: refusal.message, ...details, innerError } };
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function signInError(refusal: Refusal, ids: Ids, now: number, cloud: CloudName): SignInError {
  const timestamp = `${errorDateText(now).replace('T', ' ')}Z`;
  const number = /^AADSTS(\d+)/.exec(refusal.message)?.[1];
  const trail = `Trace ID: ${ids.requestId} Correlation ID: ${ids.clientRequestId} Timestamp: ${timestamp}`;
  return {
    error: refusal.row.code,
    error_description: `${refusal.message} ${trail}`,
    error_codes: number === undefined ? [] : [Number(number)],
    timestamp,
    trace_id: ids.requestId,
    correlation_id: ids.clientRequestId,
    ...(number === undefined ? {} : { error_uri: `${CLOUDS[cloud].login}/error?code=${number}` }),
    ...(refusal.row.suberror === undefined ? {} : { suberror: refusal.row.suberror }),
  };
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
