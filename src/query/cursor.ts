import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { Bounded } from '../lib/bounded.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';

/**
 * The skip token: where a page ended. Opaque to the caller, signed, good for the query that it came from only,
 * and for a limited time. https://learn.microsoft.com/graph/paging
 */
export type Cursors = {
  /** @param query a text that is the same for each page of one query, and for no other query */
  readonly make: (place: string, query: string) => string;
  readonly read: (token: string, query: string) => string;
};

const SIGNATURE_BYTES = 16;
const MILLISECONDS_A_MINUTE = 60_000;

export function createCursors(keyBytes: Buffer, now: () => number): Cursors {
  // Made once: of plain bytes each signature would make it anew, at four times its own cost.
  const key = createSecretKey(keyBytes);
  const sign = (payload: string, query: string): Buffer =>
    createHmac('sha256', key).update(`${payload}\n${query}`).digest().subarray(0, SIGNATURE_BYTES);

  const made = new Bounded<string, string>(LIMITS.skipTokensKept);
  const token = (payload: string, query: string): string =>
    Buffer.concat([sign(payload, query), Buffer.from(payload)]).toString('base64url');

  return {
    make: (place, query) => {
      // To the minute: pages that many ask for have the same token for a while, and it need not be signed anew.
      const payload = `${Math.floor(now() / MILLISECONDS_A_MINUTE).toString(36)}.${place}`;
      const name = `${payload}\n${query}`;
      const known = made.get(name) ?? token(payload, query);
      made.set(name, known);
      return known;
    },

    read: (token, query) => {
      const bytes = Buffer.from(token, 'base64url');
      const payload = bytes.subarray(SIGNATURE_BYTES).toString();
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const genuine = signature.length === SIGNATURE_BYTES && timingSafeEqual(signature, sign(payload, query));
      const dot = payload.indexOf('.');
      const age = now() - Number.parseInt(payload.slice(0, dot), 36) * MILLISECONDS_A_MINUTE;
      if (!genuine || dot < 0 || !(age <= LIMITS.skipTokenMilliseconds)) throw new Refusal(ERRORS.pageToken);
      return payload.slice(dot + 1);
    },
  };
}
