import { createRollcall, type Rollcall } from '../app.ts';
import { seedTenant } from '../directory/seed.ts';
import { listen } from '../http/server.ts';
import { systemClock } from '../lib/clock.ts';
import { IN_MEMORY, type Store } from '../store/contract.ts';
import { openSqliteStore, sqliteExists } from '../store/sqlite/driver.ts';
import { type Settings, UsageProblem } from './settings.ts';

/** `rollcall start`: serves until it is told to end. */
export async function start(settings: Settings): Promise<void> {
  checkHost(settings);
  const store = await openDirectory(settings);
  const { cloud, fidelity, dev, behindProxy } = settings;
  const rollcall = await createRollcall({ store, cloud, fidelity, development: dev, log: writeLog });
  const { handle, refuse } = rollcall;
  const server = { handle, refuse, behindProxy, clock: systemClock };
  const listening = await listen(server, settings.host, settings.port).catch(async (problem: NodeJS.ErrnoException) => {
    await rollcall.close();
    throw unlistenable(settings, problem);
  });
  process.stdout.write(`rollcall ready ${listening.origin}\n`);
  endOnSignal(async () => {
    await listening.stop();
    await rollcall.close();
  });
  if (dev) await greet(rollcall, listening.origin);
}

function unlistenable({ host, port }: Settings, problem: NodeJS.ErrnoException): Error {
  if (problem.code === undefined) return problem;
  if (problem.code === 'EADDRINUSE' || problem.code === 'EACCES') {
    return new UsageProblem(
      `--port ${port} on ${host} can't be had (${problem.code}). Choose another, or 0 for a free one.`,
    );
  }
  return new UsageProblem(`--host ${host} can't be had (${problem.code}). It accepts an address of this machine.`);
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

function checkHost({ host, dev, behindProxy }: Settings): void {
  if (LOOPBACK.has(host)) return;
  if (dev)
    throw new UsageProblem(
      `--host ${host} is not loopback: with --dev it accepts 127.0.0.1, ::1 or localhost, for the development tenant's password is public.`,
    );
  if (!behindProxy)
    throw new UsageProblem(
      `--host ${host} is not loopback: it needs --behind-proxy, with a proxy in front that ends TLS.`,
    );
}

/** A directory is made for development or for production once, and stays so. */
async function openDirectory({ data, dev }: Settings): Promise<Store> {
  if (!dev && (data === IN_MEMORY || !sqliteExists(data))) {
    throw new UsageProblem(`There is no directory in --data ${data}. Use --dev to open the development tenant there.`);
  }
  const store = openSqliteStore({
    folder: data,
    clock: systemClock,
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const kind = await store.value('kind');
  if (kind === undefined && dev) await makeDevelopment(store);
  else if (kind !== (dev ? 'development' : 'production')) {
    await store.close();
    throw new UsageProblem(
      dev
        ? `The directory in --data ${data} is not a development one. Leave --dev out, or name another folder.`
        : `The directory in --data ${data} was made with --dev, and its passwords are public. Use --dev, or name another folder.`,
    );
  }
  return store;
}

async function makeDevelopment(store: Store): Promise<void> {
  const { DEV_TENANT, PERSONAL_TENANT } = await import('../model/devTenant.ts');
  await seedTenant(store, DEV_TENANT, systemClock.now());
  await seedTenant(store, PERSONAL_TENANT, systemClock.now());
  await store.setValue('kind', 'development');
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
  const { DEFAULT_APP_ID, FIRST_USER } = await import('../model/devTenant.ts');
  const { issueToken } = await import('./token.ts');
  const { token } = await issueToken(rollcall.world, { user: FIRST_USER, app: DEFAULT_APP_ID });
  process.stderr.write(`
The development tenant is open. List its devices, as ${FIRST_USER}:

curl -H 'Authorization: Bearer ${token}' ${origin}/v1.0/devices

Another token: npm run -s rollcall -- token --user member@contoso.example

`);
}

/** One line of JSON for each problem that the operator should know about. */
function writeLog(entry: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ time: new Date(systemClock.now()).toISOString(), ...entry })}\n`);
}
