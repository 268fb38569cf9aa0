import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, ownFile } from './children.ts';
import { CONNECTIONS, compare, same } from './compare.ts';
import { FILTERED_PAGE } from './queries.ts';
import { type Findings, note, progress } from './report.ts';
import { queryRequests } from './requests.ts';
import { DATA, directory, rollcallCommand, type Site, withServers } from './site.ts';
import { MAIN } from './throughput.ts';
import { oneToken, READER } from './tokens.ts';

/**
 * Rollcall against SAP CAP, the OData engine that a Node developer would take: the same devices in a SQLite file of its own,
 * the same request, as it runs in production, with nobody's token looked at. It lies in `bench/cap`, with its own packages.
 */

const GOAL = 15;
const PROJECT = ownFile('cap');
const PRODUCTION = { NODE_ENV: 'production' };

export async function measureCap(site: Site): Promise<Findings> {
  const problem = install();
  if (problem !== undefined) return note(`SAP CAP: SKIPPED. ${problem}`);
  const path = load(site.options.devices, site.options.seed);
  const cap: Command = { name: 'cap', args: [join(PROJECT, 'serve.mjs'), path], environment: PRODUCTION };
  return withServers([cap, rollcallCommand(site, MAIN)], async (servers) => {
    const sending = queryRequests(FILTERED_PAGE, await oneToken(directory(MAIN), READER));
    const measure = 'filter, $count, page of 100';
    return compare(site, measure, same(servers, sending), CONNECTIONS.many, GOAL, 'cap');
  });
}

/** Installs CAP's packages, once; what went wrong, if it did. */
function install(): string | undefined {
  if (isInstalled()) return undefined;
  progress('installing SAP CAP …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = process.env['npm_execpath'];
  try {
    const [program, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
    execFileSync(program, [...first, ...args], { cwd: PROJECT, stdio: 'pipe' });
    return undefined;
  } catch (failure) {
    return `npm could not install it: ${(failure as Error).message}`;
  }
}

function isInstalled(): boolean {
  const { dependencies } = packageAt(PROJECT) as { readonly dependencies: Readonly<Record<string, string>> };
  return Object.entries(dependencies).every(([name, version]) => {
    const folder = join(PROJECT, 'node_modules', name);
    return existsSync(folder) && packageAt(folder).version === version;
  });
}

function packageAt(folder: string): { readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version?: string };
}

/** Fills CAP's database; its path. */
function load(devices: number, seed: number): string {
  progress(`loading ${devices} devices into CAP …`);
  const path = join(DATA, 'cap.sqlite');
  for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  const args = [join(PROJECT, 'load.mjs'), path, String(devices), String(seed)];
  execFileSync(process.execPath, args, { env: { ...process.env, ...PRODUCTION }, stdio: 'pipe' });
  return path;
}
