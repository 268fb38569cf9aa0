import assert from 'node:assert/strict';
import { connect as connectPlain, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { CLOUD_HOSTS } from '../../src/model/clouds.ts';
import { type Program, startProgram } from '../support/process.ts';
import { deviceBody } from '../support/rollcall.ts';
import { assertAlive, assertRefusal, exchange, requestText } from './raw.ts';
import { askSecurely, authorityOf } from './tls.ts';

/** HTTPS beside HTTP: the same service with the same limits, and a certificate that names who may be meant. */

const SHORT = {
  drainMilliseconds: 1000,
  handshakeMilliseconds: 600,
  headersMilliseconds: 600,
  requestMilliseconds: 1200,
  connectionCheckMilliseconds: 50,
};

const SHORT_LIMITS = {
  imports: [new URL('./shortLimits.ts', import.meta.url).href],
  env: { TEST_LIMITS: JSON.stringify(SHORT) },
};

let program: Program;
let origin: string;
let port: number;
let ca: string;

before(async () => {
  program = await startProgram(SHORT_LIMITS);
  origin = await program.secureOrigin();
  port = Number(new URL(origin).port);
  ca = authorityOf(program);
});
after(() => program.dispose());

/** Speaks TLS, and says those bytes within it. */
function speak(text: string): TLSSocket {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

async function answerTo(text: string) {
  const socket = speak(text);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await new Promise((resolve) => socket.on('close', resolve));
  const [head = '', body = ''] = Buffer.concat(pieces).toString().split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

const lasted = async (socket: Socket) => {
  const began = performance.now();
  await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
  return performance.now() - began;
};

describe('a client that trusts the authority', () => {
  for (const host of ['localhost', '127.0.0.1']) {
    test(`is answered at https://${host}`, async () => {
      const { status, text } = await askSecurely(`https://${host}:${port}/health`, { ca });
      assert.deepEqual([status, text], [200, '{"status":"ok"}']);
    });
  }

  for (const servername of CLOUD_HOSTS) {
    test(`is answered as ${servername}, where that name leads here`, async () => {
      const headers = { host: servername };
      const { status } = await askSecurely(`https://127.0.0.1:${port}/health`, { ca, servername, headers });
      assert.equal(status, 200);
    });
  }

  test('is refused by its own TLS for any other name', async () => {
    const asked = askSecurely(`https://127.0.0.1:${port}/health`, { ca, servername: 'bank.example' });
    await assert.rejects(asked, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('finds https in the links of answers', async () => {
    const headers = { authorization: `Bearer ${await program.tokenOf('intune.admin')}` };
    const { text } = await askSecurely(`${origin}/v1.0/devices?$top=1`, { ca, headers });
    const page = JSON.parse(text) as Readonly<Record<string, string>>;
    assert.ok(page['@odata.nextLink']?.startsWith(`${origin}/v1.0/devices?`), text);
    assert.equal(page['@odata.context'], `${origin}/v1.0/$metadata#devices`);
  });

  test('that also speaks HTTP/2 gets HTTP/1.1', async () => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['h2', 'http/1.1'] });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    assert.equal(socket.alpnProtocol, 'http/1.1');
    assert.match(socket.getProtocol() ?? '', /^TLSv1\.[23]$/);
    socket.destroy();
  });

  test('asks again and again on one connection', async () => {
    const get = requestText('GET /health HTTP/1.1');
    const { body, status } = await answerTo(
      `${get}${get}${requestText('GET /health HTTP/1.1', ['Connection: close'])}`,
    );
    assert.equal(status, 200);
    assert.match(body, /"status":"ok"/);
  });
});

test('a client that does not trust the authority ends the connection', async () => {
  await assert.rejects(fetch(`${origin}/health`));
});

test('a proxy header means nothing when no proxy was spoken of', async () => {
  const headers = {
    authorization: `Bearer ${await program.tokenOf('intune.admin')}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
  };
  const { text } = await askSecurely(`${origin}/v1.0/devices?$top=1`, { ca, headers });
  assert.ok(text.includes(`"${origin}/v1.0/$metadata#devices"`), text);
});

describe('HTTP on the port of HTTPS', () => {
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, string])[] = [
    ['a request',                requestText('GET /health HTTP/1.1')],
    ['a request with a token',   requestText('GET /v1.0/devices HTTP/1.1', ['Authorization: Bearer abc'])],
    ['one letter',               'G'],
    ['the preface of HTTP/2',    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['something else',           '\0\0\0\0'],
  ];
  for (const [what, text] of rows) {
    test(`${what} is refused in plain words`, async () => {
      const { replies, closed } = await exchange(port, [text], { untilClosed: true });
      const { message } = assertRefusal(replies[0], 400, 'BadRequest');
      assert.match(message, /https/);
      assert.ok(closed);
    });
  }
});

describe('the limits of HTTP hold', { concurrency: true }, () => {
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, string, number, string])[] = [
    ['two Host headers',     requestText('GET /health HTTP/1.1', ['Host: b.example', 'Connection: close']),          400, 'BadRequest'],
    ['an absolute target',   requestText('GET http://a.example/ HTTP/1.1', ['Connection: close']),                   400, 'BadRequest'],
    ['too many headers',     requestText('GET /health HTTP/1.1', ['Connection: close', ...Array.from({ length: 120 }, (_, n) => `x${n}:`)]), 431, 'RequestHeaderFieldsTooLarge'],
    ['a head too large',     requestText('GET /health HTTP/1.1', [`X: ${'x'.repeat(17_000)}`]),                      431, 'RequestHeaderFieldsTooLarge'],
    ['a body too large',     requestText('POST /v1.0/devices HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 99999999']), 413, 'RequestEntityTooLarge'],
    ['bad syntax',           requestText('GET /health HTTP/1.1', ['X : a']),                                         400, 'BadRequest'],
    ['a slow request line',  'GET /hea',                                                                             408, 'RequestTimeout'],
    ['a slow body',          requestText('POST /v1.0/devices HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 100']), 408, 'RequestTimeout'],
  ];
  for (const [what, text, status, code] of rows) {
    test(`${what}: ${status}`, async () => {
      assertRefusal(await answerTo(text), status, code);
    });
  }
});

describe('a connection that is never encrypted is cut off', { concurrency: true }, () => {
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, Buffer])[] = [
    ['says nothing',                  Buffer.alloc(0)],
    ['says one byte of a handshake',  Buffer.from([0x16])],
    ['stops within its first record', Buffer.from([0x16, 3, 1, 2, 0, 1, 0])],
    ['says nonsense',                 Buffer.from([0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9])],
    ['speaks SSL 3',                  Buffer.from([0x16, 3, 0, 0, 4, 1, 0, 0, 0])],
  ];
  for (const [what, bytes] of rows) {
    test(`one that ${what}`, async () => {
      const socket = connectPlain(port, '127.0.0.1');
      socket.resume().write(bytes);
      const time = await lasted(socket);
      assert.ok(time < 3_000, `it was held for ${time} ms`);
    });
  }

  test('and 200 of them keep nobody from being served', async () => {
    const slow = Array.from({ length: 200 }, () => connectPlain(port, '127.0.0.1').on('error', () => {}));
    for (const socket of slow) socket.write(Buffer.from([0x16, 3, 1]));
    for (let n = 0; n < 10; n++) {
      assert.equal((await askSecurely(`${origin}/health`, { ca })).status, 200);
      await assertAlive(program.port);
    }
    for (const socket of slow) socket.destroy();
  });
});

test('clients that reset their connection in the middle end nothing', async () => {
  for (let n = 0; n < 30; n++) {
    const socket = connectPlain(port, '127.0.0.1').on('error', () => {});
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve()).write(Buffer.from([0x16, 3, 1]), () => resolve());
    });
    socket.resetAndDestroy();
  }
  assert.equal((await askSecurely(`${origin}/health`, { ca })).status, 200);
  assert.doesNotMatch(program.stderr(), /Unhandled| {4}at /);
});

test('a request in flight is answered before the program ends', async (t) => {
  const own = await startProgram({ args: ['--dev'] });
  t.after(() => own.dispose());
  const token = await own.tokenOf('intune.admin');
  const socket = connect({
    port: Number(new URL(await own.secureOrigin()).port),
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authorityOf(own),
  });
  const body = JSON.stringify(deviceBody());
  const headers = [
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  socket.write(requestText('POST /v1.0/devices HTTP/1.1', headers, body.slice(0, 5)));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const ended = own.stop();
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.write(body.slice(5));
  const answer = await new Promise<string>((resolve) => socket.once('data', (piece: Buffer) => resolve(String(piece))));
  assert.match(answer, /^HTTP\/1\.1 201 Created\r\n[\s\S]*\r\nConnection: close\r\n/);
  assert.deepEqual(await ended, { code: 0, signal: null });
});

test('connections of all kinds do not keep the program from ending', async (t) => {
  const own = await startProgram({ ...SHORT_LIMITS, args: ['--dev'] });
  t.after(() => own.dispose());
  const { port: ownPort } = new URL(await own.secureOrigin());
  const trusted = authorityOf(own);
  const silent = connectPlain(Number(ownPort), '127.0.0.1').on('error', () => {});
  const half = connectPlain(Number(ownPort), '127.0.0.1').on('error', () => {});
  half.write(Buffer.from([0x16, 3, 1]));
  const idle = connect({ port: Number(ownPort), host: '127.0.0.1', servername: 'localhost', ca: trusted });
  idle.on('error', () => {}).write(requestText('GET /health HTTP/1.1'));
  await new Promise((resolve) => idle.once('data', resolve));
  const stuck = connect({ port: Number(ownPort), host: '127.0.0.1', servername: 'localhost', ca: trusted });
  stuck.on('error', () => {}).write('POST /v1.0/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, 5_000, 'late').unref());
  assert.deepEqual(await Promise.race([own.stop(), late]), { code: 0, signal: null });
  for (const socket of [silent, half, idle, stuck]) socket.destroy();
});
