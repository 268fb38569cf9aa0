import { createHash } from 'node:crypto';
import type { Answer } from '../message.ts';
import { asWritten, type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** The frame of every page, and the headers that keep it from being framed, kept, or made to run somebody's script. */

export type Page = {
  readonly status?: number;
  /** What stands in the browser's tab. */
  readonly title: string;
  readonly content: Html;
  /** A script of ours that the page can do without. */
  readonly script?: string;
  /** Addresses beside our own that the page's forms may lead to, by way of an answer that redirects. */
  readonly leadsTo?: readonly string[];
  /** `Set-Cookie` lines. */
  readonly cookies?: readonly string[];
};

export function pageAnswer({ status = 200, title, content, script, leadsTo = [], cookies = [] }: Page): Answer {
  const policy = policyOf(leadsTo, script);
  return {
    status,
    headers: ['Content-Type', 'text/html; charset=utf-8', ...policy, ...PRIVATE, ...cookieHeaders(cookies)],
    body: [String(documentOf(title, content, script))],
  };
}

/** Sends the browser on with GET, whatever method brought it here. */
export function redirectAnswer(address: string, cookies: readonly string[] = []): Answer {
  return { status: 303, headers: ['Location', address, ...PRIVATE, ...cookieHeaders(cookies)], body: [] };
}

function cookieHeaders(cookies: readonly string[]): readonly string[] {
  return cookies.flatMap((cookie) => ['Set-Cookie', cookie]);
}

/**
 * Nothing that stands in an address of ours goes to anybody else's server. Our own forms still tell where they come from,
 * which `no-referrer` would take from them.
 */
const PRIVATE: readonly string[] = [
  'Cache-Control',
  'no-store',
  'Pragma',
  'no-cache',
  'Referrer-Policy',
  'same-origin',
  'X-Content-Type-Options',
  'nosniff',
];

function policyOf(leadsTo: readonly string[], script: string | undefined): readonly string[] {
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    ...(script === undefined ? [] : [`script-src ${hashSource(script)}`]),
    `form-action ${[...new Set(["'self'", ...leadsTo])].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return ['Content-Security-Policy', policy.join('; '), 'X-Frame-Options', 'DENY'];
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const STYLE_SOURCE = hashSource(STYLE);

/** A list with its first line ticked: Rollcall's own mark. */
const MARK = asWritten(
  '<svg viewBox="0 0 28 28" aria-hidden="true"><rect x="1" y="1" width="26" height="26" rx="7" fill="#0b5cad"/><path d="M6.5 9.5l2 2 3.5-4" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/><path d="M15 9.5h6.5M7 15.5h14.5M7 20.5h10" stroke="#fff" stroke-width="2" stroke-linecap="round" opacity=".85"/></svg>',
);

function documentOf(title: string, content: Html, script: string | undefined): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Rollcall</title>
<style>${asWritten(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">${MARK}Rollcall</p>
${content}
</main>
${script === undefined ? undefined : html`<script>${asWritten(script)}</script>`}
</body>
</html>
`;
}
