import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, ownFile, type Server } from './children.ts';
import { CONNECTIONS, compare, rowsOf, same, samplesOf } from './compare.ts';
import { ratioOf } from './figures.ts';
import { type Findings, joined, note } from './report.ts';
import { createRequests, freshRequests, getRequests, pageRequests } from './requests.ts';
import { alternate } from './rounds.ts';
import {
  bareCommand,
  ceilingCommand,
  copyDatabase,
  DATA,
  databaseOf,
  directory,
  rollcallCommand,
  type Site,
  withServers,
} from './site.ts';
import { mintTokens, oneToken } from './tokens.ts';

/** The measures of reading and writing: Rollcall against the ceiling. */

const GOALS = { get: 0.6, fresh: 0.3, page: 0.6, create: 0.5, slow: 8 };
/** More than Rollcall verifies in a second on common hardware; a round ends early when all of them are used. */
const FRESH_TOKENS_PER_SECOND = 3_000;

/** Compiles the shim that slows the disk down. */
const COMPILER = 'gcc';

/** The directory that these measures read and write. */
export const MAIN = 'main';

type Servers = readonly Server[];

/** Get by id, with a token already seen and with one never seen, and a page of a hundred. */
export async function measureReads(site: Site): Promise<Findings> {
  const { measures } = site.options;
  const commands = [bareCommand(), ceilingCommand(databaseOf(MAIN), 'group'), rollcallCommand(site, MAIN)];
  return withServers(commands, async (servers) => {
    const findings: Findings[] = [];
    if (measures.has('get')) findings.push(await measureGet(site, servers));
    if (measures.has('fresh')) findings.push(await measureFresh(site, servers.slice(1)));
    if (measures.has('page')) findings.push(await measurePage(site, servers.slice(1)));
    return joined(findings);
  });
}

async function measureGet(site: Site, servers: Servers): Promise<Findings> {
  const { seed, devices } = site.options;
  const sending = getRequests(seed, devices, await oneToken(directory(MAIN)));
  const one = await compare(site, 'get by id', same(servers, sending), CONNECTIONS.one);
  const many = await compare(site, 'get by id', same(servers, sending), CONNECTIONS.many, GOALS.get);
  return joined([one, many]);
}

async function measurePage(site: Site, servers: Servers): Promise<Findings> {
  const sending = pageRequests(await oneToken(directory(MAIN)));
  const one = await compare(site, 'page of 100', same(servers, sending), CONNECTIONS.one);
  const many = await compare(site, 'page of 100', same(servers, sending), CONNECTIONS.many, GOALS.page);
  return joined([one, many]);
}

async function measureFresh(site: Site, servers: Servers): Promise<Findings> {
  const { seed, devices, seconds } = site.options;
  const count = Math.ceil(FRESH_TOKENS_PER_SECOND * seconds);
  let minted = { round: Number.NaN, tokens: [] as readonly string[] };
  let minting = 0;
  const sending = (once: boolean) => async (round: number) => {
    if (minted.round !== round) {
      const started = performance.now();
      minted = { round, tokens: await mintTokens(directory(MAIN), count) };
      minting += performance.now() - started;
    }
    return freshRequests(seed, devices, minted.tokens, once);
  };
  // Only the one that remembers tokens has to be sent each of them no more than once.
  const contestants = servers.map((server) => ({ server, sending: sending(server.name === 'rollcall') }));
  const found = await compare(site, 'get by id, new token', contestants, CONNECTIONS.many, GOALS.fresh);
  const each = minting / (count * (site.options.rounds + 1));
  return joined([found, note(`Minting a token took ${each.toFixed(2)} ms each, before the rounds.`)]);
}

/** Durable creates; the ceiling has a file of its own, so that neither waits for the other's lock. */
export async function measureCreates(site: Site): Promise<Findings> {
  const copy = copyDatabase(MAIN);
  return withServers([ceilingCommand(copy, 'group'), rollcallCommand(site, MAIN)], async (servers) => {
    const sending = createRequests(site.options.seed, await oneToken(directory(MAIN)));
    const one = await compare(site, 'create', same(servers, sending), CONNECTIONS.one);
    const many = await compare(site, 'create', same(servers, sending), CONNECTIONS.many, GOALS.create);
    return joined([one, many]);
  });
}

/** Creates on a disk that needs a millisecond more for each fsync, against one commit for each of them. */
export async function measureSlowCreates(site: Site): Promise<Findings> {
  const library = slowSync();
  if (typeof library !== 'string') return note(`Creates with a slower disk: SKIPPED. ${library.skipped}`);
  const environment = { LD_PRELOAD: library };
  const commands: Command[] = [
    ceilingCommand(copyDatabase(MAIN), 'each', environment),
    rollcallCommand(site, MAIN, { environment }),
  ];
  return withServers(commands, async (servers) => {
    const sending = createRequests(site.options.seed, await oneToken(directory(MAIN)));
    const measure = 'create, fsync + 1 ms';
    const samples = await alternate(site, same(servers, sending), CONNECTIONS.many);
    const [each, rollcall] = [samplesOf(samples, 'commit each'), samplesOf(samples, 'rollcall')];
    const possible = 1000;
    if (each.some(({ perSecond }) => perSecond > possible)) {
      throw new Error('bench/slowSync.c has no effect: more than a thousand commits a second, each with its own fsync');
    }
    const { ratio, range } = ratioOf(rollcall, each, (sample) => sample.perSecond);
    const name = `${measure}: rollcall / commit each, ${CONNECTIONS.many} connections`;
    return {
      rows: rowsOf(measure, samples, CONNECTIONS.many),
      goals: [{ name, measured: ratio, unit: '', goal: GOALS.slow, compare: 'at least', note: range }],
      notes: [],
    };
  });
}

/** The shim, compiled; or why it can't be had here. */
function slowSync(): string | { readonly skipped: string } {
  if (process.platform !== 'linux') return { skipped: 'LD_PRELOAD works on Linux only.' };
  const library = join(DATA, 'slowSync.so');
  try {
    const source = ownFile('slowSync.c');
    execFileSync(COMPILER, ['-shared', '-fPIC', '-O2', source, '-o', library, '-ldl'], { stdio: 'pipe' });
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return { skipped: `${COMPILER} is missing: install it.` };
    throw problem;
  }
  if (!existsSync(library)) throw new Error(`${COMPILER} compiled bench/slowSync.c to nothing`);
  return library;
}
