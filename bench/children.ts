import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Job, Load, Report } from './job.ts';

/** The processes that the bench starts. All of them end with it, however it ends. */

export type Server = {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Milliseconds from its start to the line that says that it is ready. */
  readonly readyAfter: number;
  readonly stop: () => Promise<void>;
};

export type Command = {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};

export type Generator = { readonly run: (job: Job) => Promise<Load>; readonly stop: () => void };

const KEPT_CHARACTERS = 4_000;
const READY = / ready http:\/\/\S+:(\d+)/;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** A file of this folder. */
export function ownFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Starts Node on a program; what it writes to standard error is kept for the case that it fails. */
export function spawnNode({ args, environment = {} }: Command): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  const keep = (piece: Buffer) => {
    said = `${said}${piece}`.slice(-KEPT_CHARACTERS);
  };
  child.stderr?.on('data', keep);
  child.stdout?.on('data', keep);
  return { child, said: () => said };
}

/** Starts a server and waits for its ready line. */
export async function startServer(command: Command): Promise<Server> {
  const started = performance.now();
  const { child, said } = spawnNode(command);
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = READY.exec(said())?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', (code) =>
      reject(new Error(`${command.name} ended with code ${code} before it was ready:\n${said()}`)),
    );
  });
  const readyAfter = performance.now() - started;
  return { name: command.name, pid: child.pid ?? 0, port, readyAfter, stop: () => stopChild(child) };
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

export function startGenerator(): Generator {
  const child = spawn(process.execPath, [ownFile('generator.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  running.add(child);
  const ended = once(child, 'exit').then((): never => {
    throw new Error('the load generator ended: what it wrote above says why');
  });
  // Looked at by each run; between two of them nobody waits for it.
  ended.catch(() => {});
  return {
    run: async (job) => {
      const answered = once(child, 'message') as Promise<[Report]>;
      child.send(job);
      const [report] = await Promise.race([answered, ended]);
      if ('failure' in report) throw new Error(report.failure);
      return report.load;
    },
    stop: () => child.kill(),
  };
}
