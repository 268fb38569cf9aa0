import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Program, startProgram } from '../support/process.ts';
import { deviceBody } from '../support/rollcall.ts';
import { assertAlive, assertRefusal, type Bytes, exchange } from './raw.ts';

/** Bodies of `POST /v1.0/devices`, as bytes: too large, compressed, of the wrong type, no JSON, cut off. */

let program: Program;
let token: string;
before(async () => {
  program = await startProgram();
  token = await program.tokenOf('intune.admin');
});
after(() => program.dispose());

const MEBIBYTE = 1024 * 1024;
const JSON_TYPE = 'Content-Type: application/json';
const GZIP = 'Content-Encoding: gzip';

function head(headers: readonly string[]): string {
  return ['POST /v1.0/devices HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${token}`, ...headers, '', ''].join(
    '\r\n',
  );
}

function sized(body: Bytes, headers: readonly string[]): readonly Bytes[] {
  return [head([...headers, `Content-Length: ${Buffer.byteLength(body)}`]), body];
}

function chunked(body: Buffer): readonly Bytes[] {
  const pieces = [];
  for (let at = 0; at < body.length; at += 65_536) {
    const piece = body.subarray(at, at + 65_536);
    pieces.push(`${piece.length.toString(16)}\r\n`, piece, '\r\n');
  }
  return [head([JSON_TYPE, 'Transfer-Encoding: chunked']), ...pieces, '0\r\n\r\n'];
}

type Row = {
  readonly name: string;
  readonly send: () => readonly Bytes[];
  readonly status: number;
  readonly code?: string;
  readonly message?: RegExp;
};

const json = (text: Bytes) => () => sized(text, [JSON_TYPE]);
const typed = (type: string) => () => sized(JSON.stringify(deviceBody()), [`Content-Type: ${type}`]);
const zipped = (bytes: Buffer) => () => sized(bytes, [JSON_TYPE, GZIP]);
const NOT_JSON = /^Unable to read JSON request payload\. Please ensure Content-Type header is set/;
const NOT_OBJECT = /The body must be one JSON object/;
const TOO_LARGE = { status: 413, code: 'RequestEntityTooLarge', message: /1048576 bytes/ } as const;
const UNSUPPORTED = { status: 415, code: 'Request_MediaTypeNotSupported' } as const;

// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  // -- size
  { name: 'more than 1 MiB, with its length',     send: () => sized(Buffer.alloc(MEBIBYTE + 1, ' '), [JSON_TYPE]), ...TOO_LARGE },
  { name: 'more than 1 MiB, in chunks',           send: () => chunked(Buffer.alloc(MEBIBYTE + 1, ' ')),            ...TOO_LARGE },
  { name: 'a length of 8 EiB, and no body',       send: () => [head([JSON_TYPE, 'Content-Length: 9223372036854775807'])], ...TOO_LARGE },
  { name: 'just 1 MiB is read',                   send: () => sized(`{"no":"${'x'.repeat(MEBIBYTE - 9)}"}`, [JSON_TYPE]), status: 400, code: 'Request_BadRequest', message: /Invalid property 'no'/ },
  // -- compression
  { name: 'a gzip bomb',                          send: zipped(gzipSync(Buffer.alloc(50 * MEBIBYTE, ' '))),        ...TOO_LARGE },
  { name: 'gzip that is not gzip',                send: zipped(Buffer.from('{"a":1}')),                            status: 400, message: /not valid gzip/ },
  { name: 'gzip that is cut off',                 send: zipped(gzipSync('{"a":1}').subarray(0, -9)),               status: 400, message: /not valid gzip/ },
  { name: 'gzip with a wrong checksum',           send: zipped(Buffer.concat([gzipSync('{"a":1}').subarray(0, -8), Buffer.alloc(8)])), status: 400, message: /not valid gzip/ },
  { name: 'gzip of nothing',                      send: zipped(gzipSync('')),                                      status: 400, message: /^Empty Payload\. JSON content expected\.$/ },
  { name: 'an unknown Content-Encoding',          send: () => sized('{}', [JSON_TYPE, 'Content-Encoding: br']),    ...UNSUPPORTED, message: /'br'/ },
  { name: 'two Content-Encodings in one',         send: () => sized('{}', [JSON_TYPE, 'Content-Encoding: gzip, gzip']), ...UNSUPPORTED },
  // -- media type
  { name: 'no Content-Type',                      send: () => sized('{}', []),                                     status: 400, message: /^Write requests \(excluding DELETE\) must contain the Content-Type header declaration\.$/ },
  { name: 'no Content-Type and no body',          send: () => sized('', []),                                       status: 400, message: /^Write requests/ },
  { name: 'text/plain',                           send: typed('text/plain'),                                       ...UNSUPPORTED, message: /'text\/plain'/ },
  { name: 'a form',                               send: typed('application/x-www-form-urlencoded'),                ...UNSUPPORTED },
  { name: 'a type that only begins like JSON',    send: typed('application/jsonp'),                                ...UNSUPPORTED },
  // -- what it says
  { name: 'no body',                              send: json(''),                                                  status: 400, message: /^Empty Payload\. JSON content expected\.$/ },
  { name: 'blanks',                               send: json(' \r\n\t '),                                          status: 400, message: /^Empty Payload/ },
  { name: 'no JSON',                              send: json('hello'),                                             status: 400, message: NOT_JSON },
  { name: 'JSON that is cut off',                 send: json('{"displayName":"a"'),                                status: 400, message: NOT_JSON },
  { name: 'JSON and more',                        send: json('{}{}'),                                              status: 400, message: NOT_JSON },
  { name: 'JSON with a comment',                  send: json('{/* */}'),                                           status: 400, message: NOT_JSON },
  { name: 'NaN',                                  send: json('{"deviceVersion":NaN}'),                             status: 400, message: NOT_JSON },
  { name: 'invalid UTF-8',                        send: json(Buffer.from('{"displayName":"\xff\xfe"}', 'latin1')), status: 400, message: NOT_JSON },
  { name: 'UTF-16',                               send: json(Buffer.from('\ufeff{}', 'utf16le')),                  status: 400, message: NOT_JSON },
  { name: 'a JSON array',                         send: json('[{"displayName":"a"}]'),                             status: 400, message: NOT_OBJECT },
  { name: 'a JSON text',                          send: json('"a"'),                                               status: 400, message: NOT_OBJECT },
  { name: 'a JSON number',                        send: json('1'),                                                 status: 400, message: NOT_OBJECT },
  { name: 'null',                                 send: json('null'),                                              status: 400, message: NOT_OBJECT },
  { name: 'arrays 10,000 deep',                   send: json(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),  status: 400, message: /nested deeper than 20 levels/ },
  { name: 'objects 100,000 deep',                 send: json(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), status: 400, message: /nested deeper than 20 levels/ },
  { name: 'arrays 500,000 deep, never closed',    send: json('['.repeat(500_000)),                                 status: 400, message: NOT_JSON },
  { name: 'a member twice',                       send: json('{"displayName":"a","displayName":"b"}'),             status: 400, message: /'displayName' stands in it more than once/ },
  { name: 'a member twice, once with an escape',  send: json('{"displayName":"a","display\\u004eame":"b"}'),       status: 400, message: /'displayName' stands in it more than once/ },
  { name: 'a member twice, further down',         send: json('{"alternativeSecurityIds":[{"type":2,"type":3}]}'),  status: 400, message: /'type' stands in it more than once/ },
  { name: '__proto__',                            send: json('{"__proto__":{"accountEnabled":true}}'),             status: 400, code: 'Request_BadRequest', message: /Invalid property '__proto__'/ },
];

describe('bodies that are refused', { concurrency: true }, () => {
  for (const { name, send, status, code = 'BadRequest', message = /./ } of ROWS) {
    test(name, async () => {
      const { replies } = await exchange(program.port, send());
      assert.equal(replies.length, 1, 'one answer');
      assert.match(assertRefusal(replies[0], status, code).message, message);
      await assertAlive(program.port);
    });
  }
});

describe('bodies that are taken', () => {
  const text = () => JSON.stringify(deviceBody({ displayName: 'Zoë’s 💻' }));
  const rows: Readonly<Record<string, () => readonly Bytes[]>> = {
    gzip: () => zipped(gzipSync(text()))(),
    'gzip in two members': () => zipped(Buffer.concat([gzipSync(text().slice(0, 9)), gzipSync(text().slice(9))]))(),
    identity: () => sized(text(), [JSON_TYPE, 'Content-Encoding: identity']),
    chunks: () => chunked(Buffer.from(text())),
    'byte by byte': () => [
      head([JSON_TYPE, `Content-Length: ${Buffer.byteLength(text())}`]),
      ...[...Buffer.from(text())].map((byte) => Buffer.of(byte)),
    ],
    'a charset': () => typed('application/json; charset=utf-8')(),
    'a type in capitals, with parameters': () =>
      typed('Application/JSON;odata.metadata=minimal;IEEE754Compatible=false')(),
    'a byte order mark': () => sized(`\ufeff${text()}`, [JSON_TYPE]),
    'Expect: 100-continue': () => [
      head([JSON_TYPE, 'Expect: 100-continue', `Content-Length: ${Buffer.byteLength(text())}`]),
      text(),
    ],
  };
  for (const [name, send] of Object.entries(rows)) {
    test(name, async () => {
      const { replies } = await exchange(program.port, send());
      assert.equal(replies[0]?.status, 201, replies[0]?.body);
    });
  }
});

test('an ordinary client that sends too much reads why, and its connection is ended', async () => {
  for (const length of [1, 2, 4, 8].flatMap((most) => [most * MEBIBYTE + 1, most * MEBIBYTE + 1])) {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': length,
      };
      const sending = request({
        port: program.port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1.0/devices',
        headers,
      });
      sending.on('response', (answer) => {
        answer.resume();
        assert.equal(answer.headers.connection, 'close');
        resolve(answer.statusCode);
      });
      sending.on('error', reject);
      sending.end(Buffer.alloc(length, ' '));
    });
    assert.equal(status, 413);
  }
});

test('a client that goes away in the middle of its body harms nobody', async () => {
  const start = `${head([JSON_TYPE, 'Content-Length: 1000'])}{"displayName":`;
  for (let n = 0; n < 20; n++) {
    const socket = connect(program.port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.write(start, () => resolve()));
    if (n % 3 === 0) socket.resetAndDestroy();
    else if (n % 3 === 1) socket.destroy();
    else socket.end();
  }
  await assertAlive(program.port);
  assert.doesNotMatch(program.stderr(), /"level":"error"| {4}at /);
});
