/**
 * The few forms of ASN.1's distinguished encoding rules that a certificate needs:
 * https://www.itu.int/rec/T-REC-X.690. Each function gives a whole value: tag, length, content.
 */

const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  object: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A tag that means what its place says, around whole values, or in place of a value's own tag. */
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

const SHORT_LENGTH = 0x80;
const HIGH_BIT = 0x80;
const SEVEN_BITS = 0x7f;

function value(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < SHORT_LENGTH) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([SHORT_LENGTH | bytes.length]), bytes]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => value(TAGS.sequence, Buffer.concat(parts));
export const set = (part: Uint8Array): Buffer => value(TAGS.set, part);
export const boolean = (truth: boolean): Buffer => value(TAGS.boolean, Buffer.from([truth ? 0xff : 0]));
export const octets = (content: Uint8Array): Buffer => value(TAGS.octets, content);
export const text = (content: string): Buffer => value(TAGS.text, Buffer.from(content));

/** A whole number of zero or more, its highest byte first. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  const isNegative = ((rest[0] ?? 0) & HIGH_BIT) !== 0;
  return value(TAGS.integer, isNegative ? Buffer.concat([Buffer.from([0]), rest]) : rest);
}

/** @param unused bits at the end that don't count */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return value(TAGS.bits, Buffer.concat([Buffer.from([unused]), content]));
}

/** An object identifier: `2.5.29.17`. */
export function object(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(TAGS.object, Buffer.concat([first * 40 + second, ...rest].map(inSevenBits)));
}

function inSevenBits(number: number): Buffer {
  const bytes = [number & SEVEN_BITS];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & SEVEN_BITS) | HIGH_BIT);
  return Buffer.from(bytes);
}

const LAST_UTC_YEAR = 2049;

/** An instant to the second. Years up to 2049 have two digits: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5 */
export function time(milliseconds: number): Buffer {
  const at = new Date(milliseconds);
  const digits = at.toISOString().slice(0, 19).replace(/[-T:]/g, '');
  if (at.getUTCFullYear() > LAST_UTC_YEAR) return value(TAGS.generalizedTime, Buffer.from(`${digits}Z`));
  return value(TAGS.utcTime, Buffer.from(`${digits.slice(2)}Z`));
}

/** `[number]` in place of the content's own tag. */
export const tagged = (number: number, content: Uint8Array): Buffer => value(CONTEXT | number, content);
/** `[number]` around whole values. */
export const wrapped = (number: number, content: Uint8Array): Buffer => value(CONTEXT | CONSTRUCTED | number, content);
