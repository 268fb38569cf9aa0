import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request } from '../../src/http/message.ts';
import { listen } from '../../src/http/server.ts';
import { systemClock } from '../../src/lib/clock.ts';

/** Which address a request is said to come from: attempts at signing in are counted by it. */

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [what: string, behindProxy: boolean, forwarded: string | undefined, address: string | undefined])[] = [
  ['its own',                          false, undefined,                  '127.0.0.1'],
  ['its own, whatever it says',        false, '192.0.2.1',                '127.0.0.1'],
  ['what the proxy saw',               true,  '192.0.2.1',                '192.0.2.1'],
  ['what the proxy saw, last of all',  true,  '198.51.100.9, 192.0.2.1',  '192.0.2.1'],
  ['unknown, where the proxy is mute', true,  undefined,                  undefined],
];

for (const [what, behindProxy, forwarded, address] of ROWS) {
  test(what, async () => {
    const seen: Request[] = [];
    const answer = { status: 200, headers: [], body: [] };
    const handle = async (request: Request) => {
      seen.push(request);
      return answer;
    };
    const listening = await listen({ handle, refuse: () => answer, clock: systemClock, behindProxy }, '127.0.0.1', 0);
    await fetch(listening.origin, { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } });
    await listening.stop();
    assert.equal(seen[0]?.address, address);
  });
}
