import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Issuer } from '../../identity/issuer.ts';
import { readSessions, type Session } from '../../identity/sessions.ts';
import { Refusal } from '../../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Request } from '../message.ts';
import { cookieLine, readCookie } from './cookies.ts';

/**
 * The browser that asks: who is signed in there, and whether a form that it sends is one that it was shown.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export type Browser = {
  /** Random, and another one after each sign-in: what was shown before it can't be sent after it. */
  readonly id: string;
  readonly sessions: readonly Session[];
  /** `Set-Cookie` lines that tell the browser what it doesn't have yet. */
  readonly cookies: readonly string[];
};

const ID_BYTES = 32;
const SEPARATOR = '~';

export async function readBrowser(issuer: Issuer, request: Request): Promise<Browser> {
  const shown = readCookie(request, 'rollcall-session');
  const sessions = shown === undefined ? [] : await readSessions(issuer, shown.split(SEPARATOR));
  const id = readCookie(request, 'rollcall-browser');
  if (id !== undefined) return { id, sessions, cookies: [] };
  return withNewId(issuer, request, sessions, []);
}

/** The browser once other accounts are signed in there. */
export function browserWith(issuer: Issuer, request: Request, sessions: readonly Session[]): Browser {
  const value = sessions.map(({ secret }) => secret).join(SEPARATOR);
  return withNewId(issuer, request, sessions, [cookieLine(request, 'rollcall-session', value)]);
}

function withNewId(
  issuer: Issuer,
  request: Request,
  sessions: readonly Session[],
  cookies: readonly string[],
): Browser {
  const id = issuer.random.bytes(ID_BYTES).toString('base64url');
  return { id, sessions, cookies: [...cookies, cookieLine(request, 'rollcall-browser', id)] };
}

/** What a form is for: the address that it was shown at, and whatever it decides about. */
type Purpose = readonly string[];

/** What a form carries to prove that this browser was shown it, lately, and for that purpose. */
export async function formToken(issuer: Issuer, browser: Browser, purpose: Purpose): Promise<string> {
  const time = issuer.clock.now().toString(TIME_BASE);
  return `${time}.${macOf(await formKey(issuer), browser, time, purpose)}`;
}

export async function checkForm(
  issuer: Issuer,
  request: Request,
  browser: Browser,
  token: string | undefined,
  purpose: Purpose,
): Promise<void> {
  if (!isOwn(request)) throw new Refusal(SIGN_IN_ERRORS.formForeign);
  const [time = '', mac = ''] = (token ?? '').split('.');
  const age = issuer.clock.now() - Number.parseInt(time, TIME_BASE);
  const expected = Buffer.from(macOf(await formKey(issuer), browser, time, purpose));
  const given = Buffer.from(mac);
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isOurs || age > LIMITS.formMilliseconds) throw new Refusal(SIGN_IN_ERRORS.formStale);
}

const TIME_BASE = 36;

function macOf(key: string, { id }: Browser, time: string, purpose: Purpose): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([id, time, ...purpose]))
    .digest('base64url');
}

/** What the browser itself says about where a request comes from; older ones say nothing. */
function isOwn({ headers, origin }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers['origin'] === undefined || headers['origin'] === origin;
}

const KEY_NAME = 'formKey';
const KEY_BYTES = 32;

/** Kept in the directory: a form outlives a restart, and any process may be sent it. */
async function formKey({ store, random }: Issuer): Promise<string> {
  const known = await store.value(KEY_NAME);
  if (known !== undefined) return known;
  const key = random.bytes(KEY_BYTES).toString('base64url');
  await store.setValue(KEY_NAME, key);
  return key;
}
