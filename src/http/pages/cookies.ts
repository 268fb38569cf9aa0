import type { Request } from '../message.ts';

/**
 * Cookies of the sign-in pages. Over HTTPS their names begin with `__Host-`, so that no other host can plant one; over
 * HTTP, on loopback, browsers take neither that nor `Secure`.
 * https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#cookies
 */
export type CookieName = 'rollcall-session' | 'rollcall-browser';

export function readCookie(request: Request, name: CookieName): string | undefined {
  const wanted = `${fullName(request, name)}=`;
  const parts = (request.headers['cookie'] ?? '').split(';').map((part) => part.trim());
  return parts.find((part) => part.startsWith(wanted))?.slice(wanted.length);
}

/** A `Set-Cookie` line. The cookie lives as long as the browser runs; an empty value ends it. */
export function cookieLine(request: Request, name: CookieName, value: string): string {
  const secure = isSecure(request) ? '; Secure' : '';
  const end = value === '' ? '; Max-Age=0' : '';
  return `${fullName(request, name)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${end}`;
}

function fullName(request: Request, name: CookieName): string {
  return isSecure(request) ? `__Host-${name}` : name;
}

function isSecure({ origin }: Request): boolean {
  return origin.startsWith('https:');
}
