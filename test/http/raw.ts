import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';

/** Requests as bytes, and answers as they came: for what no HTTP client would send. */

export type RawReply = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

export type Exchange = {
  readonly replies: readonly RawReply[];
  /** The server ended the connection. */
  readonly closed: boolean;
};

export type Bytes = string | Buffer;

const QUIET_MILLISECONDS = 150;
const PATIENCE_MILLISECONDS = 10_000;

/**
 * Sends the pieces and reads what comes, until the server closes the connection or is quiet for a while after a whole
 * answer; untilClosed: waits for the close. A piece that the server doesn't take any more is no problem: it may answer and close before it read all.
 */
export function exchange(port: number, pieces: readonly Bytes[], { untilClosed = false } = {}): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const received: Buffer[] = [];
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ replies: parseReplies(Buffer.concat(received)), closed });
    };
    let timer = setTimeout(() => finish(false), PATIENCE_MILLISECONDS);
    socket.on('data', (piece) => {
      received.push(piece);
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), untilClosed ? PATIENCE_MILLISECONDS : QUIET_MILLISECONDS);
    });
    socket.on('end', () => finish(true));
    socket.on('error', () => finish(true));
    for (const piece of pieces) socket.write(piece);
  });
}

/** A request of lines; those that are given come after the request line and `Host`. */
export function requestText(line: string, headers: readonly string[] = [], body = ''): string {
  return [line, 'Host: localhost', ...headers, '', body].join('\r\n');
}

function parseReplies(bytes: Buffer): readonly RawReply[] {
  const replies: RawReply[] = [];
  let rest = bytes.toString('latin1');
  while (rest.startsWith('HTTP/1.1 ')) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) break;
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n');
    const headers = new Map(lines.map((line) => splitHeader(line)));
    const length = Number(headers.get('content-length') ?? 0);
    const body = rest.slice(headEnd + 4, headEnd + 4 + length);
    const status = Number(statusLine.split(' ')[1]);
    if (status >= 200) replies.push({ status, headers, body: Buffer.from(body, 'latin1').toString() });
    rest = rest.slice(headEnd + 4 + length);
  }
  return replies;
}

function splitHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type GraphError = {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly innerError: Readonly<Record<string, string>>;
  };
};

/** A refusal as Graph sends it: JSON with code, message and ids, the ids in the headers too, and nothing of our inside. */
export function assertRefusal(reply: RawReply | undefined, status: number, code: string): GraphError['error'] {
  assert.ok(reply, 'there is no answer');
  assert.equal(reply.status, status, reply.body);
  assert.match(reply.headers.get('content-type') ?? '', /^application\/json/);
  const { error } = JSON.parse(reply.body) as GraphError;
  assert.equal(error.code, code, reply.body);
  assert.notEqual(error.message, '');
  const { innerError } = error;
  assert.match(innerError['request-id'] ?? '', GUID);
  assert.match(innerError['date'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  assert.equal(innerError['client-request-id'], reply.headers.get('client-request-id'));
  assert.equal(innerError['request-id'], reply.headers.get('request-id'));
  assert.ok(Date.parse(reply.headers.get('date') ?? '') > 0, 'there is a Date header');
  assert.doesNotMatch(reply.body, /\bat .+:\d+:\d+|node:|\.ts\b|node_modules|sqlite|select /i);
  return error;
}

export async function assertAlive(port: number): Promise<void> {
  const { replies } = await exchange(port, [requestText('GET /health HTTP/1.1', ['Connection: close'])]);
  assert.equal(replies[0]?.status, 200);
  assert.equal(replies[0].body, '{"status":"ok"}');
}

/** A connection that stays open on this side whatever the other one does. */
export function holdOpen(port: number, text: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  socket.resume().write(text);
  return socket;
}
