import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Awaitable, isLater, onward } from '../lib/awaitable.ts';
import type { Clock } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { originOf } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { type Answer, type Headers, NO_BODY, type Request } from './message.ts';

/**
 * Node's HTTP module, got without an `import`: that would ask it for every name that it exports, and some of those
 * names load an HTTP client of 11 MiB in 20 ms, which nothing here uses.
 */
const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');

/**
 * Sockets to requests and back. What Node's parser lets pass and a careful server doesn't is refused here:
 * two Host headers, an absolute target, a body on GET, more header lines than Node would show us.
 */

export type ServerOptions = {
  readonly handle: (request: Request) => Promise<Answer>;
  /** Answers what could not be understood as a request at all. */
  readonly refuse: (problem: unknown) => Answer;
  readonly clock: Clock;
  /** Take scheme and host from `X-Forwarded-Proto` and `X-Forwarded-Host`. */
  readonly behindProxy: boolean;
};

export type Listening = {
  /** With the port that was really taken. */
  readonly origin: string;
  /** Serves a connection that somebody else has accepted. */
  readonly take: (socket: Socket) => void;
  /** Answers a connection on which there is no request to answer, and ends it. */
  readonly refuse: (socket: Socket, problem: Refusal) => void;
  /** Answers what is in flight, takes nothing new, and ends. */
  readonly stop: () => Promise<void>;
};

export async function listen(options: ServerOptions, host: string, port: number): Promise<Listening> {
  const server = createServer({
    maxHeaderSize: LIMITS.headBytes,
    headersTimeout: LIMITS.headersMilliseconds,
    requestTimeout: LIMITS.requestMilliseconds,
    connectionsCheckingInterval: LIMITS.connectionCheckMilliseconds,
    keepAliveTimeout: LIMITS.keepAliveMilliseconds,
    // A missing Host is refused below, with a body that says so.
    requireHostHeader: false,
  });
  server.maxRequestsPerSocket = LIMITS.requestsPerConnection;
  // Node would leave headers out beyond its own limit, without a word; the total size still bounds them.
  server.maxHeadersCount = 0;
  server.on('request', (incoming, response) => void serve(options, server, incoming, response));
  server.on('checkExpectation', (incoming, response) => {
    send(response, options.refuse(new Refusal(ERRORS.expectation, { value: String(incoming.headers.expect) })), true);
  });
  server.on('connect', (_incoming, socket: Socket) =>
    refuseSocket(options, socket, new Refusal(ERRORS.methodNotAllowed)),
  );
  server.on('clientError', (problem: NodeJS.ErrnoException, socket: Socket) => {
    if (problem.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    // What follows a body that was refused is no request: it has its answer.
    else if (!ending.has(socket)) refuseSocket(options, socket, refusalOf(problem));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    origin: originOf('http', host, taken),
    take: (socket) => void server.emit('connection', socket),
    refuse: (socket, problem) => refuseSocket(options, socket, problem),
    stop: () => stop(server, options.clock),
  };
}

async function stop(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const keepWaiting = clock.after(LIMITS.drainMilliseconds, () => server.closeAllConnections());
  await closed;
  keepWaiting();
}

async function serve(
  options: ServerOptions,
  server: Server,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: Answer;
  let close = false;
  try {
    const read = readRequest(options, incoming);
    const request = isLater(read) ? await read : read;
    answer = await options.handle(request);
  } catch (problem) {
    // A caller that went away in the middle of its body hears nothing any more.
    if (incoming.destroyed && !incoming.complete) return;
    answer = options.refuse(problem);
    close = !incoming.complete;
  }
  if (close) sendUnread(options.clock, incoming, response, answer);
  else send(response, answer, !server.listening);
}

/** Sockets whose last answer is on its way. */
const ending = new WeakSet<Socket>();

/**
 * Answers a request of which not all was read, reads on for a little, drops what it reads, and ends the connection:
 * ended at once it would be reset, and a caller that is still sending would never see its answer.
 */
function sendUnread(clock: Clock, incoming: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, headers, body } = answer;
  ending.add(incoming.socket);
  response.writeHead(status, [...headers, 'Content-Length', String(byteLength(body)), 'Connection', 'close']);
  for (const piece of body) response.write(piece);
  const end = () => response.end();
  const cancel = clock.after(LIMITS.lingerMilliseconds, end);
  incoming.once('close', cancel).once('end', end).once('error', end).resume();
}

function send(response: ServerResponse, answer: Answer, close: boolean): void {
  const { status, headers, body } = answer;
  const length = status === 204 ? [] : ['Content-Length', String(byteLength(body))];
  const connection = close ? ['Connection', 'close'] : [];
  response.writeHead(status, [...headers, ...length, ...connection]);
  if (body.length === 1) {
    response.end(body[0]);
    return;
  }
  response.cork();
  for (const piece of body) response.write(piece);
  response.end();
}

function byteLength(body: Answer['body']): number {
  let total = 0;
  for (const piece of body) total += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
  return total;
}

function readRequest(options: ServerOptions, incoming: IncomingMessage): Awaitable<Request> {
  const headers = readHeaders(incoming.rawHeaders);
  const target = incoming.url ?? '';
  if (!target.startsWith('/')) throw invalid('the request target must be a path');
  if (incoming.httpVersionMajor === 1 && incoming.httpVersionMinor === 0 && headers['transfer-encoding']) {
    throw invalid('HTTP/1.0 has no Transfer-Encoding');
  }
  const method = incoming.method ?? '';
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody && (method === 'GET' || method === 'HEAD')) throw new Refusal(ERRORS.bodyUnexpected, { method });
  const origin = calledOrigin(options, headers, (incoming.socket as TLSSocket).encrypted === true);
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question + 1);
  const address = callerAddress(options, incoming, headers);
  return onward(hasBody ? readBody(incoming, headers) : NO_BODY, (body) => ({
    method,
    path,
    query,
    headers,
    origin,
    body,
    address,
  }));
}

/** Behind a proxy it is what that proxy saw, which it wrote last; whatever stands before it anybody may have written. */
function callerAddress(
  { behindProxy }: ServerOptions,
  { socket }: IncomingMessage,
  headers: Headers,
): string | undefined {
  return behindProxy ? headers['x-forwarded-for']?.split(',').at(-1)?.trim() : socket.remoteAddress;
}

/** Headers of which a second one would leave open which of the two is meant. */
const ONCE: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'content-type',
  'content-length',
  'content-encoding',
  'if-match',
  'client-request-id',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

function readHeaders(raw: readonly string[]): Headers {
  if (raw.length / 2 > LIMITS.headerLines) throw tooManyHeaders();
  const headers = Object.create(null) as Record<string, string>;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? '';
    const value = raw[at + 1] ?? '';
    const before = headers[name];
    if (before !== undefined && ONCE.has(name)) throw invalid(`the header '${name}' is there more than once`);
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

const AUTHORITY = /^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

function calledOrigin({ behindProxy }: ServerOptions, headers: Headers, encrypted: boolean): string {
  const authority = (behindProxy ? headers['x-forwarded-host'] : undefined) ?? headers['host'] ?? '';
  if (!AUTHORITY.test(authority)) throw invalid('the Host header names no host');
  const forwarded = behindProxy ? headers['x-forwarded-proto']?.toLowerCase() : undefined;
  const secure = forwarded === undefined ? encrypted : forwarded === 'https';
  return `${secure ? 'https' : 'http'}://${authority}`;
}

function readBody(incoming: IncomingMessage, headers: Headers): Promise<Uint8Array> {
  const tooLarge = () => new Refusal(ERRORS.bodyTooLarge, { most: String(LIMITS.bodyBytes) });
  return new Promise((resolve, reject) => {
    if (Number(headers['content-length'] ?? 0) > LIMITS.bodyBytes) {
      reject(tooLarge());
      return;
    }
    const pieces: Buffer[] = [];
    let length = 0;
    incoming.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= LIMITS.bodyBytes) pieces.push(piece);
      else reject(tooLarge());
    });
    incoming.on('end', () => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)));
    incoming.on('error', reject);
  });
}

function refusalOf(problem: NodeJS.ErrnoException): Refusal {
  if (problem.code === 'HPE_HEADER_OVERFLOW') return tooManyHeaders();
  if (problem.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal(ERRORS.requestTimeout);
  const reason = (problem as { reason?: string }).reason ?? 'it could not be parsed';
  return new Refusal(ERRORS.headerInvalid, { reason });
}

function tooManyHeaders(): Refusal {
  const { headerLines, headBytes } = LIMITS;
  return new Refusal(ERRORS.headersTooMany, { most: String(headerLines), bytes: String(headBytes) });
}

function invalid(reason: string): Refusal {
  return new Refusal(ERRORS.headerInvalid, { reason });
}

/** Writes an answer to a socket that Node has no response object for. */
function refuseSocket(options: ServerOptions, socket: Socket, problem: Refusal): void {
  const { status, headers, body } = options.refuse(problem);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Date: ${new Date(options.clock.now()).toUTCString()}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  lines.push(`Content-Length: ${byteLength(body)}`, 'Connection: close', '', '');
  // The caller may be gone already, or never close its side; neither may keep the socket, or end the process.
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(`${lines.join('\r\n')}${body.join('')}`);
  options.clock.after(LIMITS.lingerMilliseconds, () => socket.destroy());
}
