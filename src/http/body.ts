import type { Address } from '../directory/world.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS, SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Values } from '../store/contract.ts';
import type { Request } from './message.ts';
import { findReference } from './route.ts';

/** Bodies: none, a JSON object, a reference, a form. Everything that a body can be wrong in is refused here. */

export function noBody(request: Request): void {
  if (request.body.length > 0) throw new Refusal(ERRORS.bodyUnexpected, { method: request.method });
}

export function objectBody(request: Request): Values {
  checkMediaType(request.headers['content-type']);
  const text = readText(request);
  if (text.trim() === '') throw new Refusal(ERRORS.bodyEmpty);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (problem) {
    throw new Refusal(ERRORS.bodyNotJson, {}, { cause: problem });
  }
  checkStructure(text, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(ERRORS.bodyNotObject);
  return value as Values;
}

/** `{"@odata.id": "…"}`: https://learn.microsoft.com/graph/api/device-post-registeredusers */
export function referenceBody(request: Request): Address {
  const body = objectBody(request);
  for (const name of Object.keys(body)) {
    if (name !== '@odata.id' && name !== '@odata.type') throw new Refusal(ERRORS.propertyInvalid, { name });
  }
  const url = body['@odata.id'];
  if (typeof url !== 'string') throw new Refusal(ERRORS.referenceInvalid);
  return findReference(url);
}

/** An HTML form, as OAuth 2.0 sends its requests. */
export function formBody(request: Request): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(formText(request))) {
    if (form.has(name)) throw new Refusal(SIGN_IN_ERRORS.requestTwice, { name });
    form.set(name, value);
    if (form.size > LIMITS.formParameters || value.length > LIMITS.formValueCharacters) {
      throw new Refusal(SIGN_IN_ERRORS.formTooLarge, { most: String(LIMITS.formParameters) });
    }
  }
  return form;
}

/** The form as it was sent. */
export function formText(request: Request): string {
  const type = mediaType(request.headers['content-type'] ?? '');
  if (type !== 'application/x-www-form-urlencoded') throw new Refusal(SIGN_IN_ERRORS.requestUnreadable);
  try {
    return readText(request);
  } catch (problem) {
    throw new Refusal(SIGN_IN_ERRORS.requestUnreadable, {}, { cause: problem });
  }
}

function checkMediaType(header: string | undefined): void {
  if (header === undefined || header === '') throw new Refusal(ERRORS.contentTypeMissing);
  const type = mediaType(header);
  if (type !== 'application/json') throw new Refusal(ERRORS.contentType, { type });
}

function mediaType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase();
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function readText(request: Request): string {
  try {
    return decoder.decode(decompressed(request));
  } catch (problem) {
    throw problem instanceof Refusal ? problem : new Refusal(ERRORS.bodyNotJson, {}, { cause: problem });
  }
}

/** Some SDKs compress each body. The limit holds for what comes out, too. */
function decompressed({ headers, body }: Request): Uint8Array {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  const tooLarge = () => new Refusal(ERRORS.bodyTooLarge, { most: String(LIMITS.bodyBytes) });
  if (body.length > LIMITS.bodyBytes) throw tooLarge();
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Refusal(ERRORS.contentEncoding, { encoding });
  try {
    // Loaded with the first compressed body.
    const { gunzipSync } = process.getBuiltinModule('node:zlib');
    return gunzipSync(body, { maxOutputLength: LIMITS.bodyBytes });
  } catch (problem) {
    throw (problem as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge()
      : new Refusal(ERRORS.contentCorrupt);
  }
}

/** What `JSON.parse` lets pass: too deep a nest, and a member that stands twice, of which it silently drops the first. */
function checkStructure(text: string, value: unknown): void {
  if (countNames(value, 1) < mostNames(text)) checkNames(text);
}

/** How many members there are in a value, and in what they hold. */
function countNames(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > LIMITS.bodyDepth) throw new Refusal(ERRORS.bodyTooDeep, { most: String(LIMITS.bodyDepth) });
  const held = Object.values(value);
  let count = Array.isArray(value) ? 0 : held.length;
  for (const one of held) count += countNames(one, depth + 1);
  return count;
}

/** As many names as a text has, or more: what looks like the end of a name may also stand in a string. */
function mostNames(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (isBlank(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) === QUOTE) count++;
  }
  return count;
}

/** Refuses a member that stands twice. The text is known to be JSON, so one look at its strings and brackets is enough. */
function checkNames(text: string): void {
  const names: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        names.push(text.charCodeAt(at) === OPEN_BRACE ? new Set() : null);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        names.pop();
        break;
      case QUOTE: {
        const start = at;
        at = endOfString(text, at);
        const seen = names.at(-1);
        if (seen && isName(text, at)) addName(seen, nameAt(text, start, at));
      }
    }
  }
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const COLON = 0x3a;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const BACKSLASH = 0x5c;

function addName(seen: Set<string>, name: string): void {
  if (seen.has(name)) throw new Refusal(ERRORS.bodyPropertyTwice, { name });
  seen.add(name);
}

function nameAt(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end);
  return name.includes('\\') ? (JSON.parse(text.slice(start, end + 1)) as string) : name;
}

function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

/** A quote after an odd number of backslashes is part of the string. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

/** Whether the string that ends there is followed by a colon. */
function isName(text: string, end: number): boolean {
  let at = end + 1;
  while (isBlank(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}

/** One of JSON's four. */
function isBlank(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === RETURN || code === TAB;
}
