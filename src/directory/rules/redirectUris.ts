import { Refusal } from '../../lib/refusal.ts';
import { application } from '../../model/application.ts';
import { ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Values } from '../../store/contract.ts';
import type { Rule } from './rule.ts';

/**
 * Where sign-in may send people back to: by https, or to the person's own machine; apps on devices may have schemes of
 * their own. https://learn.microsoft.com/entra/identity-platform/reply-url
 */
export const redirectUris: Rule = {
  of: application,
  at: ['create', 'update'],
  check: ({ current, changes }) => {
    for (const [name, isFit] of Object.entries(KINDS)) {
      if (name in changes && !redirectUrisOf(changes, name).every((uri) => isShort(uri) && isFit(uri)))
        throw invalid(name);
    }
    const after = { ...current, ...changes };
    const counted = Object.keys(KINDS).flatMap((name) => redirectUrisOf(after, name));
    if (counted.length > mostFor(after)) throw invalid(Object.keys(KINDS).find((name) => name in changes) ?? 'web');
    const logout = (after['web'] as Values | undefined)?.['logoutUrl'] ?? null;
    if (logout !== null && !isWeb(String(logout))) throw invalid('web');
  },
};

const KINDS: Readonly<Record<string, (uri: string) => boolean>> = {
  web: isWeb,
  spa: isWeb,
  publicClient: (uri) => isWeb(uri) || isOwnScheme(uri),
};

/** Every redirect URI of an application. */
export function allRedirectUris(values: Values): readonly string[] {
  return Object.keys(KINDS).flatMap((name) => redirectUrisOf(values, name));
}

function redirectUrisOf(values: Values, name: string): readonly string[] {
  return ((values[name] as Values | null | undefined)?.['redirectUris'] ?? []) as readonly string[];
}

function mostFor(values: Values): number {
  const isPersonal = String(values['signInAudience']).includes('Personal');
  return isPersonal ? LIMITS.redirectUrisPersonal : LIMITS.redirectUris;
}

function isShort(uri: string): boolean {
  return uri.length <= LIMITS.redirectUriCharacters && !uri.includes('#');
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function isWeb(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, username, password } = new URL(uri);
  if (hostname === '' || username !== '' || password !== '') return false;
  // A wildcard stands for whole labels at the start, and never for a whole domain.
  if (hostname.includes('*') && !/^\*\.[^*.]+\.[^*]+$/.test(hostname)) return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

/** What a browser would run, or read from its disk, is no way back to an app. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'javascript',
  'data',
  'vbscript',
  'file',
  'blob',
  'about',
]);

function isOwnScheme(uri: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):[!-~]+$/i.exec(uri)?.[1];
  return scheme !== undefined && !DANGEROUS.has(scheme.toLowerCase());
}

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: application.title });
}
