import type { Socket, Server as TcpServer } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { Awaitable } from '../lib/awaitable.ts';
import type { Clock } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Log } from './failure.ts';

/**
 * TLS in front of the HTTP server: a connection is handed to that server as soon as it is encrypted, so all of its
 * limits hold here, too. Node's TLS is loaded with the first connection: it takes 4 ms and 3 MiB, and many processes
 * are never asked over it.
 */

/** PEM: the certificate, with those between it and its authority, and its key. */
export type Credentials = { readonly cert: string; readonly key: string };

export type SecureOptions = {
  /** What to show of oneself. Asked for the first connection, and now and then. */
  readonly credentials: () => Awaitable<Credentials>;
  /** Takes over an encrypted connection. */
  readonly take: (socket: Socket) => void;
  /** Answers a connection that will not be encrypted, and ends it. */
  readonly refuse: (socket: Socket, problem: Refusal) => void;
  readonly clock: Clock;
  readonly log: Log;
};

export type SecurelyListening = {
  /** The port that was really taken. */
  readonly port: number;
  /** Takes nothing new; ends when its connections have ended. */
  readonly stop: () => Promise<void>;
};

/** The first byte of a TLS record that opens a connection: https://www.rfc-editor.org/rfc/rfc8446#section-5.1 */
const HANDSHAKE = 0x16;

export async function listenSecurely(options: SecureOptions, host: string, port: number): Promise<SecurelyListening> {
  const { clock, credentials, take, refuse, log } = options;
  /** Connections that aren't encrypted yet, by who is at their other end. */
  const open = new Set<Socket>();
  const waiting = new Map<string, { readonly socket: Socket; readonly cancel: () => void }>();
  const tls = tlsOf(credentials, clock, (socket) => {
    const known = release(endOf(socket));
    if (known && front.listening) take(socket);
    else socket.destroy();
  });

  async function encrypt(socket: Socket): Promise<void> {
    try {
      (await tls()).emit('connection', socket);
    } catch (problem) {
      log({ level: 'error', code: 'certificate', cause: String(problem) });
      socket.destroy();
    }
  }

  function release(end: string): boolean {
    waiting.get(end)?.cancel();
    return waiting.delete(end);
  }

  const front: TcpServer = process.getBuiltinModule('node:net').createServer({ noDelay: true }, (socket) => {
    const end = endOf(socket);
    const cancel = clock.after(LIMITS.handshakeMilliseconds, () => socket.destroy());
    waiting.set(end, { socket, cancel });
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      release(end);
      open.delete(socket);
    });
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      if (first[0] === HANDSHAKE) void encrypt(socket);
      else {
        release(end);
        refuse(socket, new Refusal(ERRORS.plainHttp));
      }
    });
  });

  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(port, host, resolve);
  });
  const address = front.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      for (const { socket } of waiting.values()) socket.destroy();
      const keepWaiting = clock.after(LIMITS.drainMilliseconds, () => {
        for (const socket of open) socket.destroy();
      });
      await closed;
      keepWaiting();
    },
  };
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** The server that encrypts; it listens nowhere itself, and has the newest certificate. */
function tlsOf(ask: SecureOptions['credentials'], clock: Clock, take: (socket: Socket) => void) {
  let server: TlsServer | undefined;
  let shown: Credentials | undefined;
  let looked = Number.NEGATIVE_INFINITY;
  return async (): Promise<TlsServer> => {
    if (server && clock.now() - looked < LIMITS.certificateCheckMilliseconds) return server;
    const { cert, key } = await ask();
    looked = clock.now();
    if (!server) {
      server = process.getBuiltinModule('node:tls').createServer({ cert, key, ALPNProtocols: ['http/1.1'] });
      server.on('secureConnection', take);
      server.on('tlsClientError', (_problem, socket) => socket.destroy());
    } else if (cert !== shown?.cert || key !== shown.key) {
      server.setSecureContext({ cert, key });
    }
    shown = { cert, key };
    return server;
  };
}
