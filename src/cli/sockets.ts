import type { Rollcall } from '../app.ts';
import type { Log } from '../http/failure.ts';
import type { Credentials, SecureOptions } from '../http/secure.ts';
import { type Listening, listen } from '../http/server.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { originOf } from '../lib/text.ts';
import { IN_MEMORY, type Store } from '../store/contract.ts';
import { hasAuthority, noteAuthority } from './authority.ts';
import { HTTPS_PORT, type Settings, UsageProblem } from './settings.ts';

/** Where a directory is served: HTTP, and HTTPS beside it. */

export type Sockets = {
  readonly origin: string;
  /** Undefined: no HTTPS. */
  readonly secureOrigin: string | undefined;
  readonly stop: () => Promise<void>;
};

type Surroundings = { readonly store: Store; readonly tell: (line: string) => void; readonly log: Log };
type Ask = SecureOptions['credentials'];

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

export function checkPlaces({ host, dev, behindProxy, httpsPort, tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageProblem('--tls-cert and --tls-key go together: each is a file, and neither stands alone.');
  }
  if (tlsCert !== undefined && httpsPort === 'off') {
    throw new UsageProblem('--tls-cert has no use with --https-port off. Leave one of them out.');
  }
  if (isLoopback(host)) return;
  if (dev)
    throw new UsageProblem(
      `--host ${host} is not loopback: with --dev it accepts 127.0.0.1, ::1 or localhost, for the development tenant's password is public.`,
    );
  if (!behindProxy && tlsCert === undefined)
    throw new UsageProblem(
      `--host ${host} is not loopback: it needs --tls-cert and --tls-key, or --behind-proxy, with a proxy in front that ends TLS.`,
    );
}

/** HTTP without a proxy in front that ends TLS never leaves this machine. */
function plainHost({ host, behindProxy }: Settings): string {
  return isLoopback(host) || behindProxy ? host : '127.0.0.1';
}

/** The port for HTTPS; undefined: none. A start on any free port takes nobody's fixed one. */
export function securePort({
  port,
  httpsPort,
  dev,
  tlsCert,
}: Pick<Settings, 'port' | 'httpsPort' | 'dev' | 'tlsCert'>): number | undefined {
  if (httpsPort === 'off') return undefined;
  if (httpsPort !== undefined) return httpsPort;
  if (!dev && tlsCert === undefined) return undefined;
  return port === 0 ? 0 : HTTPS_PORT;
}

/** Opens the sockets; where one can't be had, none stays open. */
export async function openSockets(
  settings: Settings,
  { handle, refuse }: Pick<Rollcall, 'handle' | 'refuse'>,
  surroundings: Surroundings,
): Promise<Sockets> {
  const host = plainHost(settings);
  const credentials = securePort(settings) === undefined ? undefined : await credentialsOf(settings, surroundings);
  const options = { handle, refuse, behindProxy: settings.behindProxy, clock: systemClock };
  const plain = await listen(options, host, settings.port).catch((problem: NodeJS.ErrnoException) => {
    throw unlistenable('--port', settings.port, host, problem);
  });
  const secure =
    credentials &&
    (await openSecure(settings, plain, credentials, surroundings).catch(async (problem: unknown) => {
      await plain.stop();
      throw problem;
    }));
  const stop = async () => {
    await Promise.all([plain.stop(), secure?.stop()]);
  };
  return { origin: plain.origin, secureOrigin: secure?.origin, stop };
}

/** What reads and makes certificates is loaded when there is one to read or to make. */
async function credentialsOf({ data, tlsCert, tlsKey }: Settings, { store, tell }: Surroundings): Promise<Ask> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const { fileCredentials } = await import('./certificates.ts');
    return fileCredentials(tlsCert, tlsKey, tell);
  }
  const world = { clock: systemClock, random: systemRandom };
  if (data !== IN_MEMORY && !(await hasAuthority(store, data, systemClock.now()))) {
    const { keepAuthority, newAuthority } = await import('./certificates.ts');
    const authority = newAuthority(world);
    keepAuthority(data, authority);
    await noteAuthority(store, Date.parse(authority.certificate.validTo));
  }
  let ask: (() => Credentials) | undefined;
  return async () => {
    const { localCredentials, newAuthority, readAuthority } = await import('./certificates.ts');
    ask ??= localCredentials(data === IN_MEMORY ? newAuthority(world) : readAuthority(data), world);
    return ask();
  };
}

async function openSecure(
  settings: Settings,
  { take, refuse }: Listening,
  credentials: Ask,
  { tell, log }: Surroundings,
): Promise<{ readonly origin: string; readonly stop: () => Promise<void> } | undefined> {
  const { host, httpsPort } = settings;
  const port = securePort(settings) ?? 0;
  const { listenSecurely } = await import('../http/secure.ts');
  try {
    const { port: taken, stop } = await listenSecurely(
      { credentials, take, refuse, clock: systemClock, log },
      host,
      port,
    );
    // By name, for so its certificate and most clients have it.
    return { origin: originOf('https', isLoopback(host) ? 'localhost' : host, taken), stop };
  } catch (problem) {
    const reason = unlistenable('--https-port', port, host, problem as NodeJS.ErrnoException);
    // Nobody asked for this port: another Rollcall of the same person's may well have it.
    if (httpsPort !== undefined || settings.tlsCert !== undefined) throw reason;
    tell(`${reason.message} Until then there is no HTTPS.`);
    return undefined;
  }
}

function unlistenable(setting: string, port: number, host: string, problem: NodeJS.ErrnoException): Error {
  if (problem.code === undefined) return problem;
  if (problem.code === 'EADDRINUSE' || problem.code === 'EACCES') {
    return new UsageProblem(
      `${setting} ${port} on ${host} can't be had (${problem.code}). Choose another, or 0 for a free one.`,
    );
  }
  return new UsageProblem(`--host ${host} can't be had (${problem.code}). It accepts an address of this machine.`);
}
