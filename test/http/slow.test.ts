import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { LIMITS } from '../../src/model/limits.ts';
import { type Program, startProgram } from '../support/process.ts';
import { assertAlive, assertRefusal, type Bytes, exchange, holdOpen, requestText } from './raw.ts';

/** Slow and stubborn clients, against a program whose time limits are short enough to wait for. */

const SHORT = {
  headersMilliseconds: 600,
  requestMilliseconds: 1200,
  connectionCheckMilliseconds: 50,
  drainMilliseconds: 1000,
};
const SHORT_LIMITS = {
  imports: [new URL('./shortLimits.ts', import.meta.url).href],
  env: { TEST_LIMITS: JSON.stringify(SHORT) },
};

test('the limits themselves are as tight as they were meant to be', () => {
  assert.ok(LIMITS.headersMilliseconds <= 10_000);
  assert.ok(LIMITS.requestMilliseconds <= 30_000);
  assert.ok(LIMITS.connectionCheckMilliseconds <= 1_000);
  assert.ok(LIMITS.drainMilliseconds <= 10_000);
});

describe('a client that takes too long', { concurrency: true }, () => {
  let program: Program;
  before(async () => {
    program = await startProgram(SHORT_LIMITS);
  });
  after(() => program.dispose());

  const body = (type: string) => requestText('POST /v1.0/devices HTTP/1.1', ['Content-Type: application/json', type]);
  const rows: readonly (readonly [string, Bytes, string])[] = [
    ['with its request line', 'GET /v1.0/dev', 'i'],
    ['with its headers', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a', 'a'],
    ['with the end of its headers', 'GET /health HTTP/1.1\r\nHost: localhost\r\n', 'X-A: a\r\n'],
    ['with its body', body('Content-Length: 1000'), ' '],
    ['with its chunks', body('Transfer-Encoding: chunked'), '1\r\n \r\n'],
  ];
  for (const [name, start, drip] of rows) {
    test(`${name} gets 408 and is cut off`, async () => {
      const { reply, lasted } = await dribble(program.port, start, drip);
      assertRefusal(reply, 408, 'RequestTimeout');
      assert.ok(lasted < 4_500, `it held its connection for ${lasted} ms`);
    });
  }

  test('and says nothing at all is cut off', async () => {
    const { lasted } = await dribble(program.port, '', '');
    assert.ok(lasted < 4_500, `it held its connection for ${lasted} ms`);
  });

  test('does not keep 200 others like it, and a healthy one, from being served', async () => {
    const slow = Array.from({ length: 200 }, () => connect(program.port, '127.0.0.1').on('error', () => {}));
    for (const socket of slow) socket.write('GET /health HTTP/1.1\r\nHost: loc');
    for (let n = 0; n < 10; n++) await assertAlive(program.port);
    for (const socket of slow) socket.destroy();
  });
});

/** Sends the start, then a little every 100 ms until the server has ended the connection for good. */
async function dribble(port: number, start: Bytes, drip: string) {
  const began = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(start);
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const timer = setInterval(() => socket.write(drip === '' ? '' : drip), 100);
  await new Promise<void>((resolve) => {
    const giveUp = setTimeout(resolve, 7_000);
    const finish = () => {
      clearTimeout(giveUp);
      resolve();
    };
    // After the other side is really gone, what is sent comes back as a reset.
    socket.on('close', finish).on('error', finish);
    if (drip === '') socket.on('end', finish);
  });
  clearInterval(timer);
  socket.destroy();
  return { reply: replyOf(text), lasted: performance.now() - began };
}

function replyOf(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

// -- stubborn ones ---------------------------------------------------------------------------------------------

const get = (...headers: readonly string[]) => requestText('GET /health HTTP/1.1', headers);

const REFUSED: Readonly<Record<string, string>> = {
  CONNECT: requestText('CONNECT a.example:443 HTTP/1.1'),
  'bad syntax': get('X-A : a'),
  'a body on GET': get('Content-Length: 5'),
  'an expectation': get('Expect: 200-ok'),
  'two Host headers': get('Host: b.example'),
};

describe('a client that resets its connection while it is refused', () => {
  let program: Program | undefined;
  let sound = false;
  beforeEach(async () => {
    // A program that the row before harmed says nothing about this one.
    if (sound) return;
    await program?.dispose();
    program = await startProgram();
  });
  after(() => program?.dispose());

  for (const [name, text] of Object.entries(REFUSED)) {
    test(`after ${name}, does not end the program`, async () => {
      const { port, stderr } = program as Program;
      sound = false;
      for (let n = 0; n < 45; n++) {
        const socket = connect(port, '127.0.0.1').on('error', () => {});
        await new Promise<void>((resolve) => {
          socket.on('close', () => resolve()).write(text, () => resolve());
        });
        // Now, in the next turn of the loop, or a little later: the answer is on its way at one of these.
        if (n % 3 > 0) await new Promise((resolve) => setTimeout(resolve, n % 3 === 1 ? 0 : 2));
        socket.resetAndDestroy();
      }
      await assertAlive(port);
      assert.doesNotMatch(stderr(), /Unhandled| {4}at /);
    });
  }
});

test('clients that never close their side do not keep the program from ending', async (t) => {
  const program = await startProgram(SHORT_LIMITS);
  t.after(() => program.dispose());
  const sockets = Object.values({ ...REFUSED, good: get(), nothing: '' }).map((text) => holdOpen(program.port, text));
  await exchange(program.port, [get('Connection: close')]);
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, 8_000, 'late').unref());
  assert.deepEqual(await Promise.race([program.stop(), late]), { code: 0, signal: null });
  for (const socket of sockets) socket.destroy();
});
