import { createClouds, type Rollcall } from '../app.ts';
import type { TrustOptions } from '../identity/trust.ts';
import { systemClock } from '../lib/clock.ts';
import { IN_MEMORY, type Store } from '../store/contract.ts';
import { authorityPath } from './authority.ts';
import { openServed } from './served.ts';
import type { Settings } from './settings.ts';
import { checkPlaces, openSockets } from './sockets.ts';
import { trustOf } from './trust.ts';
import { letYoungSpaceGrow } from './youngSpace.ts';

/** `rollcall start`: serves until it is told to end. */
export async function start(settings: Settings): Promise<void> {
  checkPlaces(settings);
  const { store, clouds } = await openServed(settings, writeLine);
  const { fidelity, dev, report } = settings;
  const trust = await trusted(settings, store);
  const rollcall = await createClouds({ store, clouds, fidelity, development: dev, log: writeLog, trust, report });
  const served = { refuse: rollcall.refuse, handle: growing(rollcall.handle) };
  const sockets = await openSockets(settings, served, { store, tell: writeLine, log: writeLog }).catch(
    async (problem: unknown) => {
      await rollcall.close();
      throw problem;
    },
  );
  process.stdout.write(`rollcall ready ${sockets.origin}\n`);
  const cancelGreeting = dev
    ? systemClock.after(GREETING_MILLISECONDS, () => void greet(rollcall, sockets.origin))
    : () => {};
  endOnSignal(async () => {
    cancelGreeting();
    await sockets.stop();
    await rollcall.close();
  });
  if (sockets.secureOrigin !== undefined) writeLine(secureHint(settings, sockets.secureOrigin));
}

/** So many requests make a server that is in use: it may take the memory that it is quickest with. */
const REQUESTS_IN_USE = 1_000;

function growing(handle: Rollcall['handle']): Rollcall['handle'] {
  let answered = 0;
  return (request) => {
    if (++answered === REQUESTS_IN_USE) letYoungSpaceGrow();
    return handle(request);
  };
}

/** Whoever waits for the ready line is answered first. */
const GREETING_MILLISECONDS = 50;

/** Undefined: the directory's own tokens alone. */
async function trusted(settings: Settings, store: Store): Promise<TrustOptions | undefined> {
  try {
    return trustOf(settings, await store.tenants());
  } catch (problem) {
    await store.close();
    throw problem;
  }
}

function secureHint({ data, tlsCert }: Settings, origin: string): string {
  if (tlsCert !== undefined) return `HTTPS at ${origin}`;
  if (data === IN_MEMORY)
    return `HTTPS at ${origin}, by an authority that nobody can be told to trust: it is in memory only.`;
  return `HTTPS at ${origin}, for clients that trust ${authorityPath(data)}`;
}

function endOnSignal(end: () => Promise<void>): void {
  let ending = false;
  const stop = () => {
    if (ending) return;
    ending = true;
    void end().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.env['npm_lifecycle_event'] !== undefined) endWithParent(process.ppid, stop);
}

const PARENT_CHECK_MILLISECONDS = 500;

/** npm passes a signal to the shell between it and us, which dies of it alone; without this we would live on. */
function endWithParent(parent: number, stop: () => void): void {
  if (process.ppid !== parent) stop();
  else systemClock.after(PARENT_CHECK_MILLISECONDS, () => endWithParent(parent, stop));
}

/** Shows a first request that works as it is pasted. On standard error: standard output has the one ready line. */
async function greet(rollcall: Rollcall, origin: string): Promise<void> {
  try {
    const { DEFAULT_APP_ID, FIRST_USER } = await import('../model/devTenant.ts');
    const { issueToken } = await import('./token.ts');
    const { token } = await issueToken(rollcall.world, { user: FIRST_USER, app: DEFAULT_APP_ID });
    process.stderr.write(`
The development tenant is open. List its devices, as ${FIRST_USER}:

curl -H 'Authorization: Bearer ${token}' ${origin}/v1.0/devices

Another token: npm run -s rollcall -- token --user member@contoso.example

`);
  } catch (problem) {
    writeLog({ level: 'error', cause: `The first token could not be made: ${String(problem)}` });
  }
}

/** For the person who runs the program; standard output has the one ready line. */
function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line of JSON for each problem that the operator should know about. */
function writeLog(entry: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ time: new Date(systemClock.now()).toISOString(), ...entry })}\n`);
}
