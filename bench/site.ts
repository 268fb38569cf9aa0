import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Command, type Generator, ownFile, startServer } from './children.ts';
import type { Options } from './options.ts';

/** Where the bench works, and how each of the servers is started there. */

export type Site = {
  readonly options: Options;
  readonly generator: Generator;
  /** The compiled program, as it would be installed. */
  readonly program: string;
};

export const DATA = ownFile('.data');

const PROJECT = ownFile('..');

/** Compiles the program as `npm run build` does, but into the bench's own folder. */
export function build(): string {
  const out = join(DATA, 'dist');
  const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [compiler, '-p', join(PROJECT, 'tsconfig.build.json'), '--outDir', out], {
      encoding: 'utf8',
    });
  } catch (problem) {
    const { stdout = '' } = problem as { stdout?: string };
    throw new Error(`the program can't be compiled; mend this first:\n${stdout}`);
  }
  return join(out, 'cli', 'main.js');
}

export function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** The folder of the directory with that name. */
export function directory(name: string): string {
  return join(DATA, name);
}

/** The file that a directory is kept in. */
export function databaseOf(name: string): string {
  const path = join(directory(name), 'directory.sqlite');
  if (!existsSync(path)) throw new Error(`there is no ${path}: has src/store/sqlite/driver.ts renamed its file?`);
  return path;
}

/** A copy of a directory's file that the ceiling may write to. No process may have it open. */
export function copyDatabase(name: string): string {
  const path = join(DATA, `${name}-copy.sqlite`);
  for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  copyFileSync(databaseOf(name), path);
  return path;
}

export function bareCommand(port = 0): Command {
  return { name: 'bare', args: [ownFile('bare.mjs'), String(port)] };
}

/** @param about what queries are made for */
export function ceilingCommand(
  path: string,
  mode: 'group' | 'each',
  environment = {},
  about?: { readonly seed: number; readonly devices: number },
): Command {
  const name = mode === 'group' ? 'ceiling' : 'commit each';
  const more = about ? [String(about.seed), String(about.devices)] : [];
  return { name, args: [ownFile('ceiling.ts'), path, mode, ...more], environment };
}

/**
 * Rollcall as a user starts it. Node keeps compiled code in the system's folder for temporary files, so that one
 * is moved, and a bench neither profits from another run nor leaves anything behind.
 */
export function rollcallCommand(
  { program, options }: Pick<Site, 'program' | 'options'>,
  name: string,
  { port = 0, environment = {}, temporary = 'tmp' } = {},
): Command {
  const folder = join(DATA, temporary);
  mkdirSync(folder, { recursive: true });
  const profile = options.profile ? ['--cpu-prof', '--cpu-prof-dir', join(DATA, 'profiles')] : [];
  const flags = ['start', '--dev', '--port', String(port), '--data', directory(name)];
  return {
    name: 'rollcall',
    args: [...profile, program, ...flags],
    environment: { ...environment, TMPDIR: folder },
  };
}

/** Runs the work with those servers, and ends them whatever comes of it. */
export async function withServers<T>(
  commands: readonly Command[],
  work: (servers: Awaited<ReturnType<typeof startServer>>[]) => Promise<T>,
): Promise<T> {
  const servers: Awaited<ReturnType<typeof startServer>>[] = [];
  try {
    for (const command of commands) servers.push(await startServer(command));
    return await work(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}
