import type { Clock } from './clock.ts';

/** Asks another server for a JSON document. The only way out of this process; tests inject their own. */
export type Outbound = (url: string, bounds: OutboundBounds) => Promise<unknown>;

export type OutboundBounds = { readonly milliseconds: number; readonly bytes: number };

/** Follows no redirects, sends no credentials, and stops reading at its bounds. */
export function systemOutbound(clock: Clock): Outbound {
  return async (url, { milliseconds, bytes }) => {
    const stop = new AbortController();
    const cancel = clock.after(milliseconds, () => stop.abort(new Error(`no answer within ${milliseconds} ms`)));
    try {
      const headers = { accept: 'application/json' };
      const response = await fetch(url, { headers, redirect: 'error', signal: stop.signal });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Error(`the answer is ${response.status}`);
      }
      return JSON.parse(await textOf(response, bytes)) as unknown;
    } finally {
      cancel();
    }
  };
}

async function textOf({ body }: Response, most: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > most) throw new Error(`the answer is longer than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An address whose answers nobody on the way can change: https, or this machine itself. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}
