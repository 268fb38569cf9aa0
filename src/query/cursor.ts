import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
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

export function createCursors(keyBytes: Buffer, now: () => number): Cursors {
  // Made once: of plain bytes each signature would make it anew, at four times its own cost.
  const key = createSecretKey(keyBytes);
  const sign = (payload: string, query: string): Buffer =>
    createHmac('sha256', key).update(`${payload}\n${query}`).digest().subarray(0, SIGNATURE_BYTES);

  return {
    make: (place, query) => {
      const payload = `${now().toString(36)}.${place}`;
      return Buffer.concat([sign(payload, query), Buffer.from(payload)]).toString('base64url');
    },

    read: (token, query) => {
      const bytes = Buffer.from(token, 'base64url');
      const payload = bytes.subarray(SIGNATURE_BYTES).toString();
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const genuine = signature.length === SIGNATURE_BYTES && timingSafeEqual(signature, sign(payload, query));
      const dot = payload.indexOf('.');
      const age = now() - Number.parseInt(payload.slice(0, dot), 36);
      if (!genuine || dot < 0 || !(age <= LIMITS.skipTokenMilliseconds)) throw new Refusal(ERRORS.pageToken);
      return payload.slice(dot + 1);
    },
  };
}
