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
    return pageAnswer({ ...page, leadsTo: [sourceOf(address)], cookies });
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

/** The address as a source of a content security policy, which has no form for IPv6 addresses. */
export function sourceOf(address: string): string {
  const { protocol, origin, hostname } = new URL(address);
  const isPlain = (protocol === 'https:' || protocol === 'http:') && !hostname.startsWith('[');
  return isPlain ? origin : protocol;
}
