import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of randomness; tests inject their own. */
export type Random = {
  guid(): string;
  bytes(count: number): Buffer;
};

export const systemRandom: Random = Object.freeze({
  guid: () => randomUUID(),
  bytes: (count: number) => randomBytes(count),
});

const TIME_DIGITS = 12;
const TIME_FIRST_DIGITS = 8;
/** Of a GUID's text, what follows its version. */
const AFTER_VERSION = 15;

/**
 * A GUID that begins with the time, RFC 9562's version 7: objects that are made one after the other lie side by side in
 * every index over their ids, where ids out of nowhere would dirty a page each.
 */
export function timedGuid(random: Random, milliseconds: number): string {
  if (milliseconds !== lastTime) {
    const time = milliseconds.toString(16).padStart(TIME_DIGITS, '0');
    lastTime = milliseconds;
    lastStart = `${time.slice(0, TIME_FIRST_DIGITS)}-${time.slice(TIME_FIRST_DIGITS)}-7`;
  }
  return lastStart + random.guid().slice(AFTER_VERSION);
}

/** Several objects share a millisecond; its text is made once. */
let lastTime = Number.NaN;
let lastStart = '';
