import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Program, startProgram } from '../support/process.ts';
import { assertAlive, assertRefusal, type Bytes, exchange, requestText } from './raw.ts';

/** What is no HTTP, or HTTP that a careful server refuses, sent as bytes to the real program. */

let program: Program;
before(async () => {
  program = await startProgram();
});
after(() => program.dispose());

type Row = {
  readonly name: string;
  readonly send: Bytes;
  readonly status: number;
  readonly code?: string;
  /** The server has to end the connection, for it doesn't know where the next request starts. */
  readonly closes: boolean;
};

const get = (...headers: readonly string[]) => requestText('GET /health HTTP/1.1', headers);
const post = (headers: readonly string[], body = '') => requestText('POST /v1.0/devices HTTP/1.1', headers, body);
const lines = (count: number) => Array.from({ length: count }, (_, n) => `x${n}:`);

// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  // -- who is meant
  { name: 'two Host headers',                       send: get('Host: other.example'),                                  status: 400, closes: false },
  { name: 'no Host header',                         send: 'GET /health HTTP/1.1\r\n\r\n',                              status: 400, closes: false },
  { name: 'an empty Host header',                   send: 'GET /health HTTP/1.1\r\nHost:\r\n\r\n',                     status: 400, closes: false },
  { name: 'a Host header with a path',              send: 'GET /health HTTP/1.1\r\nHost: a.example/x\r\n\r\n',         status: 400, closes: false },
  { name: 'a Host header with a user',              send: 'GET /health HTTP/1.1\r\nHost: a@b.example\r\n\r\n',         status: 400, closes: false },
  { name: 'a Host header with a quote',             send: 'GET /health HTTP/1.1\r\nHost: a"b\r\n\r\n',                 status: 400, closes: false },
  { name: 'an absolute target',                     send: requestText('GET http://other.example/health HTTP/1.1'),     status: 400, closes: false },
  { name: 'an asterisk as target',                  send: requestText('OPTIONS * HTTP/1.1'),                           status: 400, closes: false },
  { name: 'a target without a slash',               send: requestText('GET health HTTP/1.1'),                          status: 400, closes: true },
  { name: 'two Authorization headers',              send: get('Authorization: Bearer a', 'Authorization: Bearer b'),   status: 400, closes: false },
  { name: 'two Content-Type headers',               send: get('Content-Type: application/json', 'Content-Type: text/plain'), status: 400, closes: false },
  // -- methods and upgrades
  { name: 'a method that HTTP does not know',       send: requestText('BREW /health HTTP/1.1'),                        status: 400, closes: true },
  { name: 'CONNECT',                                send: requestText('CONNECT a.example:443 HTTP/1.1'),               status: 405, code: 'Request_BadRequest', closes: true },
  { name: 'an expectation that can not be met',     send: post(['Expect: 200-ok', 'Content-Length: 2'], '{}'),         status: 417, code: 'ExpectationFailed', closes: true },
  // -- a body where none may be
  { name: 'a GET with a body by length',            send: get('Content-Length: 50'),                                   status: 400, closes: true },
  { name: 'a GET with a body in chunks',            send: get('Transfer-Encoding: chunked'),                           status: 400, closes: true },
  { name: 'HTTP/1.0 with Transfer-Encoding',        send: requestText('POST /v1.0/devices HTTP/1.0', ['Transfer-Encoding: chunked']), status: 400, closes: true },
  // -- where the body ends
  { name: 'Content-Length and Transfer-Encoding',   send: post(['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), status: 400, closes: true },
  { name: 'two lengths',                            send: post(['Content-Length: 2', 'Content-Length: 3'], '{}'),      status: 400, closes: true },
  { name: 'the same length twice',                  send: post(['Content-Length: 2', 'Content-Length: 2'], '{}'),      status: 400, closes: true },
  { name: 'a length with a sign',                   send: post(['Content-Length: +2'], '{}'),                          status: 400, closes: true },
  { name: 'a hexadecimal length',                   send: post(['Content-Length: 0x2'], '{}'),                         status: 400, closes: true },
  { name: 'a negative length',                      send: post(['Content-Length: -2'], '{}'),                          status: 400, closes: true },
  { name: 'a chunk size that is no number',         send: post(['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'), status: 400, closes: true },
  { name: 'a chunk that is longer than it says',    send: post(['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'), status: 400, closes: true },
  { name: 'Transfer-Encoding that is not chunked',  send: post(['Transfer-Encoding: gzip'], '{}'),                     status: 400, closes: true },
  // -- header syntax
  { name: 'a NUL in a header',                      send: get('X-A: a\0b'),                                            status: 400, closes: true },
  { name: 'a folded header',                        send: get('X-A: a\r\n b'),                                         status: 400, closes: true },
  { name: 'a bare line feed',                       send: 'GET /health HTTP/1.1\nHost: localhost\n\n',                 status: 400, closes: true },
  { name: 'a bare carriage return',                 send: get('X-A: a\rb'),                                            status: 400, closes: true },
  { name: 'a space before the colon',               send: get('X-A : a'),                                              status: 400, closes: true },
  { name: 'a header without a colon',               send: get('X-A'),                                                  status: 400, closes: true },
  { name: 'a header without a name',                send: get(': a'),                                                  status: 400, closes: true },
  // -- too much
  { name: '101 header lines',                       send: get(...lines(100)),                                          status: 431, code: 'RequestHeaderFieldsTooLarge', closes: false },
  { name: '2,500 header lines',                     send: get(...Array.from({ length: 2500 }, () => 'a:')),            status: 431, code: 'RequestHeaderFieldsTooLarge', closes: false },
  { name: 'a head of more than 16 KiB',             send: get(`X-A: ${'a'.repeat(17_000)}`),                           status: 431, code: 'RequestHeaderFieldsTooLarge', closes: true },
  { name: 'a URL of more than 16 KiB',              send: requestText(`GET /${'a'.repeat(17_000)} HTTP/1.1`),          status: 431, code: 'RequestHeaderFieldsTooLarge', closes: true },
  // -- other languages
  { name: 'an HTTP version that there is not',      send: requestText('GET /health HTTP/9.9'),                         status: 400, closes: true },
  { name: 'HTTP/2 without asking',                  send: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',                          status: 400, closes: true },
  { name: 'TLS',                                    send: Buffer.from('16030100c5010000c10303', 'hex'),                status: 400, closes: true },
  { name: 'noise',                                  send: Buffer.alloc(2000, 0xff),                                    status: 400, closes: true },
];

describe('requests that are refused as HTTP', { concurrency: true }, () => {
  for (const { name, send, status, code = 'BadRequest', closes } of ROWS) {
    test(name, async () => {
      const { replies, closed } = await exchange(program.port, [send], { untilClosed: closes });
      assert.equal(replies.length, 1, 'one answer');
      assertRefusal(replies[0], status, code);
      if (closes) assert.ok(closed, 'the connection is ended');
      await assertAlive(program.port);
    });
  }
});

test('100 header lines are not too many', async () => {
  const { replies } = await exchange(program.port, [get(...lines(99))]);
  assert.equal(replies[0]?.status, 200);
});

test('what comes after a refused body is never taken for a request', async () => {
  const hidden = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
  for (const head of [
    get(`Content-Length: ${hidden.length}`),
    get('Transfer-Encoding: chunked'),
    post(['Content-Length: 2000000']),
    post(['Expect: 200-ok', `Content-Length: ${hidden.length}`]),
    requestText('CONNECT a.example:443 HTTP/1.1'),
  ]) {
    for (const pieces of [[head + hidden], [head, hidden]]) {
      const { replies } = await exchange(program.port, pieces);
      assert.equal(replies.length, 1, head);
      assert.notEqual(replies[0]?.status, 200, head);
    }
  }
});

test('an offer to upgrade is not taken up: the request is answered as it stands', async () => {
  const { replies } = await exchange(program.port, [get('Connection: Upgrade, close', 'Upgrade: h2c')]);
  assert.equal(replies[0]?.status, 200);
});

test('a refusal echoes the caller’s own id, and no id that is not a plain word', async () => {
  for (const [given, echoed] of [
    ['4f1c9a3e-7d5b-4c39-9a55-000000000001', true],
    ['<script>', false],
    ['a'.repeat(65), false],
  ] as const) {
    const { replies } = await exchange(program.port, [
      requestText('GET /v1.0/devices HTTP/1.1', [`client-request-id: ${given}`]),
    ]);
    const error = assertRefusal(replies[0], 401, 'InvalidAuthenticationToken');
    assert.equal(error.innerError['client-request-id'] === given, echoed);
  }
});

test('pipelined requests are answered in their order, a refused one among them', async () => {
  const { replies } = await exchange(program.port, [
    get() + requestText('GET /v1.0/devices HTTP/1.1') + get() + requestText('GET /nowhere HTTP/1.1') + get(),
  ]);
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 401, 200, 404, 200],
  );
});

test('nothing of this was written to standard output, or logged as a problem of ours', () => {
  assert.equal(program.stdout(), `rollcall ready ${program.origin}\n`);
  assert.doesNotMatch(program.stderr(), /"level":"error"/);
});
