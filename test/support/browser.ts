import assert from 'node:assert/strict';
import { headersOf } from '../../src/http/message.ts';
import type { Desk } from './rollcall.ts';

/** A browser as far as the sign-in pages need one: it keeps cookies and sends the forms that it is shown. */

export type View = {
  readonly url: string;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
  readonly text: string;
  /** What a person reads: without tags and style. */
  readonly words: string;
  /** Where the answer sends the browser. */
  readonly location: string | undefined;
};

export type Browser = {
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<View>;
  post(url: string, fields: Fields | string, headers?: Readonly<Record<string, string>>): Promise<View>;
  /** Sends the form of the page, with what it carries unseen. */
  submit(view: View, fields: Fields, headers?: Readonly<Record<string, string>>): Promise<View>;
  readonly jar: Map<string, string>;
};

export type Fields = Readonly<Record<string, string>>;

type BrowserOptions = { readonly origin?: string; readonly address?: string };

/** A browser of what is asked without a socket. */
export function openBrowser(desk: Desk, { origin = 'http://rollcall.test', address }: BrowserOptions = {}): Browser {
  return browserBy(async (method, url, headers, body) => {
    const question = url.indexOf('?');
    const answer = await desk.rollcall.handle({
      method,
      path: question < 0 ? url : url.slice(0, question),
      query: question < 0 ? '' : url.slice(question + 1),
      headers: headersOf(Object.entries(headers)),
      origin,
      body: Buffer.from(body),
      address,
    });
    const lines: [string, string][] = [];
    for (let at = 0; at < answer.headers.length; at += 2) {
      lines.push([answer.headers[at] ?? '', answer.headers[at + 1] ?? '']);
    }
    const text = answer.body.map((piece) => Buffer.from(piece as string).toString()).join('');
    return { status: answer.status, headers: lines, text };
  });
}

/** A browser of a real address. It trusts whom the process trusts. */
export function openWebBrowser(): Browser {
  return browserBy(async (method, url, headers, body) => {
    const answer = await fetch(url, { method, headers, redirect: 'manual', ...(body === '' ? {} : { body }) });
    return { status: answer.status, headers: [...answer.headers], text: await answer.text() };
  });
}

type Sending = (
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<{ readonly status: number; readonly headers: readonly [string, string][]; readonly text: string }>;

function browserBy(sending: Sending): Browser {
  const jar = new Map<string, string>();

  async function send(method: string, url: string, body: string, more: Fields): Promise<View> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await sending(
      method,
      url,
      {
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...more,
      },
      body,
    );
    const headers = new Map<string, string>();
    const cookies: string[] = [];
    for (const [name, value] of answer.headers) {
      if (name.toLowerCase() === 'set-cookie') cookies.push(value);
      else headers.set(name.toLowerCase(), value);
    }
    for (const line of cookies) keep(jar, line);
    const { status, text } = answer;
    return { url, status, headers, cookies, text, words: wordsOf(text), location: headers.get('location') };
  }

  const post: Browser['post'] = (url, fields, headers = { 'sec-fetch-site': 'same-origin' }) =>
    send('POST', url, typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(), headers);

  return {
    jar,
    get: (url, headers = {}) => send('GET', url, '', headers),
    post,
    submit: (view, fields, headers) => post(view.url, { ...hiddenFields(view), ...fields }, headers),
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (line.includes('Max-Age=0')) jar.delete(name);
  else jar.set(name, value);
}

export function hiddenFields(view: View): Record<string, string> {
  const found = view.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]));
}

/** The accounts that a page offers. */
export function offered(view: View): readonly string[] {
  return [...view.text.matchAll(/name="account" value="([^"]+)"/g)].map(([, name = '']) => unescaped(name));
}

function wordsOf(text: string): string {
  const bare = text.replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '').replace(/<[^>]*>/g, ' ');
  return unescaped(bare).replace(/\s+/g, ' ').trim();
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** What an application was told, by whichever way. */
export function toldTo(view: View, redirect: string): Record<string, string> {
  if (view.location === undefined) {
    assert.equal(view.status, 200, view.words);
    assert.match(view.text, /<form method="post" action="/);
    return hiddenFields(view);
  }
  assert.equal(view.status, 303);
  assert.ok(view.location.startsWith(redirect), view.location);
  const rest = view.location.slice(redirect.length);
  assert.match(rest, /^[?#&]/, view.location);
  return Object.fromEntries(new URLSearchParams(rest.slice(1)));
}

export const PASSWORD = 'Rollcall-dev-1';

/** Chooses the account, if it is asked for, and gives its password. */
export async function signInAs(browser: Browser, view: View, user: string, password = PASSWORD): Promise<View> {
  const name = user.includes('@') ? user : `${user}@contoso.example`;
  const isPicker = view.words.includes('Choose an account');
  const form = isPicker ? await browser.submit(view, { account: name }) : view;
  return browser.submit(form, { name, password });
}
