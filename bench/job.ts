/** What the load generator is told and what it tells back; see `generator.ts`. */

/** What to send, for how long, and what must come back. */
export type Job = {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  /** Whole requests, sent one after the other, from the start again at the end unless `once`. */
  readonly requests: readonly string[];
  readonly once: boolean;
  /** The status that every answer must have. */
  readonly expected: number;
};

export type Load = {
  readonly count: number;
  /** Requests per second. */
  readonly perSecond: number;
  /** Milliseconds from sending a request to having all of its answer. */
  readonly p50: number;
  readonly p99: number;
  /** Share of one core that the generator used, from 0 to 1: near 1, it measured itself. */
  readonly busy: number;
};

export type Report = { readonly load: Load } | { readonly failure: string };

/** Stands in a request where each sending puts a GUID of its own. */
export const UNIQUE = '00000000-bbbb-4bbb-8bbb-000000000000';

const SPREAD = 0x9e3779b1;
const GROUP_DIGITS = 8;
const LAST_GROUP_DIGITS = 12;

/**
 * Writes the GUID with that number at that place. Neighbours lie far apart, as random ones do, for an index feels
 * the difference.
 */
export function writeUnique(request: Buffer, at: number, number: number): void {
  const first = Math.imul(number, SPREAD) >>> 0;
  request.write(first.toString(16).padStart(GROUP_DIGITS, '0'), at, 'latin1');
  const last = number.toString(16).padStart(LAST_GROUP_DIGITS, '0');
  request.write(last, at + UNIQUE.length - LAST_GROUP_DIGITS, 'latin1');
}
