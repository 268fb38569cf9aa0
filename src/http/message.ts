/** What comes in and what goes out, whatever carries it: a socket, a test, or a program that we run in. */

export type Request = {
  readonly method: string;
  /** The path as it was sent, percent-encoding and all, without the query. */
  readonly path: string;
  /** The text after `?`, as it was sent; '' where there is none. */
  readonly query: string;
  /** Names in lower case; no prototype. */
  readonly headers: Headers;
  /** Scheme and authority that the caller used, for the links in answers: `http://127.0.0.1:8585`. */
  readonly origin: string;
  readonly body: Uint8Array;
  /** The network address that it comes from; left out where nothing carries it. */
  readonly address?: string | undefined;
};

export type Headers = Readonly<Record<string, string | undefined>>;

export type Answer = {
  readonly status: number;
  /** Flat: name, value, name, value … */
  readonly headers: readonly string[];
  /** In pieces, so that large ones need not be copied together. */
  readonly body: readonly (string | Uint8Array)[];
};

export const NO_BODY: Uint8Array = new Uint8Array(0);

export function headersOf(entries: Iterable<readonly [string, string]>): Headers {
  const headers = Object.create(null) as Record<string, string>;
  for (const [name, value] of entries) headers[name.toLowerCase()] = value;
  return headers;
}
