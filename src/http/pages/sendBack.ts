import type { WayBack } from '../../identity/signInRequest.ts';
import type { Answer } from '../message.ts';
import { formPostPage } from './content.ts';
import { pageAnswer, redirectAnswer } from './layout.ts';

export type Fields = readonly [name: string, value: string][];

/**
 * Answers to an application by way of the browser.
 * https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes,
 * https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
 */
export function sendBack({ address, mode, state }: WayBack, fields: Fields, cookies: readonly string[] = []): Answer {
  const all: Fields = state === undefined ? fields : [...fields, ['state', state]];
  if (mode === 'form_post') {
    const page = formPostPage(address, all);
    return pageAnswer({ ...page, leadsTo: sourcesOf(address), cookies });
  }
  return redirectAnswer(addressWith(address, mode, all), cookies);
}

/** The address as it was registered, to the letter, with the fields behind it. */
export function addressWith(address: string, mode: 'query' | 'fragment', fields: Fields): string {
  // Blanks as `%20`, which every reader of queries and of fragments understands.
  const text = new URLSearchParams(fields).toString().replaceAll('+', '%20');
  if (mode === 'fragment') return `${address}#${text}`;
  return `${address}${address.includes('?') ? '&' : '?'}${text}`;
}

/**
 * Where a form may lead to that ends at this address, as sources of a content security policy. Browsers hold each redirect
 * that follows against them, also those that the application makes afterwards: so its scheme, not its host alone.
 */
export function sourcesOf(address: string): readonly string[] {
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'http:') return [protocol, 'https:'];
  // An address of the loopback; policies have no form for one of IPv6.
  return hostname.startsWith('[') ? ['http:', 'https:'] : ['http://localhost:*', 'http://127.0.0.1:*', 'https:'];
}
