import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEV } from './rollcall.ts';

/** The real program, started as a person starts it, for tests of what only a process can show. */

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const DEV_PASSWORD = 'Rollcall-dev-1';
const READY = /^rollcall ready (http:\/\/\S+)\n/;
const PATIENCE_MILLISECONDS = 60_000;

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type ProgramOptions = {
  /** Its data folder; without one it gets a folder of its own, which `dispose` removes. */
  readonly folder?: string;
  /** Arguments after `start --port 0 --data <folder>`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that are loaded before the program. */
  readonly imports?: readonly string[];
};

export type Program = {
  readonly origin: string;
  readonly port: number;
  /** Where it serves HTTPS, as it says on standard error. */
  readonly secureOrigin: () => Promise<string>;
  readonly folder: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** What the pattern's first group finds on standard error, as soon as it is there. */
  readonly said: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<Ended>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
  readonly kill9: () => Promise<Ended>;
  /** A delegated token of a user of the development tenant, from the token endpoint. */
  readonly tokenOf: (user: string) => Promise<string>;
  /** Ends it, however it is, and removes the folder that it was given. */
  readonly dispose: () => Promise<void>;
};

export async function startProgram({
  folder,
  args = ['--dev'],
  env,
  imports = [],
}: ProgramOptions = {}): Promise<Program> {
  const data = folder ?? join(makeFolder(), 'data');
  const child = spawnMain(['start', '--port', '0', '--data', data, ...args], { env, imports });
  const { stdout, stderr, ended } = watch(child);
  const said = (pattern: RegExp) => foundIn(stderr, pattern, ended);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  const dispose = async () => {
    await stop('SIGKILL');
    if (folder === undefined) removeFolder(join(data, '..'));
  };
  const origin = await readyOrigin(child, stdout, stderr, ended).catch(async (problem: unknown) => {
    await dispose();
    throw problem;
  });
  return {
    origin,
    port: Number(new URL(origin).port),
    secureOrigin: () => said(/^HTTPS at (https:\/\/[^\s,]+)/m),
    said,
    folder: data,
    stdout,
    stderr,
    ended,
    stop,
    kill9: () => stop('SIGKILL'),
    tokenOf: (user) => tokenFrom(origin, user),
    dispose,
  };
}

export type Run = Ended & { readonly stdout: string; readonly stderr: string };

/** Runs one command to its end. One that goes on longer than a person would wait is killed, and `code` is null. */
export async function runProgram(
  args: readonly string[],
  { env, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Run> {
  const child = spawnMain(args, { env, cwd, imports: [] });
  const { stdout, stderr, ended } = watch(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLISECONDS);
  const { code, signal } = await ended;
  clearTimeout(timer);
  return { code, signal, stdout: stdout(), stderr: stderr() };
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rollcall-test-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

type Spawning = {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly imports: readonly string[];
};

function spawnMain(args: readonly string[], { env, cwd, imports }: Spawning): ChildProcess {
  const preloads = imports.flatMap((module) => ['--import', module]);
  return spawn(process.execPath, [...preloads, MAIN, ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Settings of the person who runs the tests are none of the program under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ROLLCALL_|NODE_TEST_CONTEXT$|NODE_OPTIONS$)/.test(name)),
  );
}

function watch(child: ChildProcess) {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { stdout: () => out, stderr: () => err, ended };
}

async function readyOrigin(
  child: ChildProcess,
  stdout: () => string,
  stderr: () => string,
  ended: Promise<Ended>,
): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const origin = READY.exec(stdout())?.[1];
      if (origin !== undefined) resolve(origin);
    });
  });
  const failed = ended.then(({ code, signal }) => {
    throw new Error(`the program ended before it was ready (${code ?? signal}):\n${stderr()}`);
  });
  // Once it is ready, its end is no failure.
  failed.catch(() => {});
  return Promise.race([ready, failed]);
}

const LOOK_MILLISECONDS = 20;

/** What the program says in time. */
async function foundIn(text: () => string, pattern: RegExp, ended: Promise<Ended>): Promise<string> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let waited = 0; ; waited += LOOK_MILLISECONDS) {
    const found = pattern.exec(text())?.[1];
    if (found !== undefined) return found;
    if (isOver || waited > PATIENCE_MILLISECONDS) throw new Error(`the program never said ${pattern}:\n${text()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
}

async function tokenFrom(origin: string, user: string): Promise<string> {
  const response = await fetch(`${origin}/${DEV.tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: DEV.console,
      username: user.includes('@') ? user : `${user}@contoso.example`,
      password: DEV_PASSWORD,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const answer = (await response.json()) as { readonly access_token?: string };
  if (answer.access_token === undefined) throw new Error(`no token for ${user}: ${JSON.stringify(answer)}`);
  return answer.access_token;
}
