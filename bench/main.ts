import { rmSync, writeFileSync } from 'node:fs';
import { measureQueries } from './asking.ts';
import { measureCap } from './cap.ts';
import { startGenerator } from './children.ts';
import { measureExtensions } from './extensions.ts';
import { reached } from './figures.ts';
import { measureMillion } from './growth.ts';
import { measureIssuing } from './issuing.ts';
import { loadDirectory } from './load.ts';
import { machineFacts } from './machine.ts';
import { measureMemory } from './memory.ts';
import { type Measure, type Options, readOptions } from './options.ts';
import { machineBusy } from './processFigures.ts';
import { type Fact, type Findings, joined, markdownReport, note, progress, textReport } from './report.ts';
import { build, DATA, directory, emptyFolder, type Site } from './site.ts';
import { measureStart } from './start.ts';
import { MAIN, measureCreates, measureReads, measureSlowCreates } from './throughput.ts';

/**
 * `npm run bench`: how fast Rollcall is, held against a bare HTTP server and against the best that can be done over
 * the same file, its queries against SAP CAP's and its tokens against
 * `oidc-provider`'s; see `bare.mjs`, `ceiling.ts`, `cap.ts`, `oidcProvider.mjs`, `signer.mjs`, `generator.ts`. `npm run bench -- --help` tells its flags.
 */

const MILLION = 1_000_000;
/** The bench rests this long before and after its work, to see what others take of the machine. */
const LOOK_MILLISECONDS = 1_000;
/** The share of all cores from which on the figures say more about the others than about Rollcall. */
const BUSY_MACHINE = 0.1;

type Step = {
  /** It is taken when one of these was asked for. */
  readonly for: readonly Measure[];
  readonly what: string;
  readonly run: (site: Site) => Promise<Findings>;
};

// biome-ignore format: a table is read by its columns
const STEPS: readonly Step[] = [
  { for: ['get', 'fresh', 'page', 'queries', 'cap', 'create', 'slow', 'start', 'memory'], what: 'loading', run: load },
  { for: ['get', 'fresh', 'page'],     what: 'reading',                     run: measureReads },
  { for: ['cap'],                      what: 'asking CAP, too',             run: measureCap },
  { for: ['tokens'],                   what: 'issuing tokens',              run: measureIssuing },
  { for: ['start'],                    what: 'starting',                    run: measureStart },
  { for: ['memory'],                   what: 'resting',                     run: measureMemory },
  { for: ['create'],                   what: 'creating',                    run: measureCreates },
  { for: ['slow'],                     what: 'creating with a slower disk', run: measureSlowCreates },
  { for: ['queries'],                  what: 'asking',                      run: (site) => measureQueries(site, MAIN, site.options.devices) },
  { for: ['extensions'],           what: 'extending',                   run: measureExtensions },
  { for: ['growth', 'load-million', 'queries-million'], what: 'growing to a million', run: measureMillion },
];

async function load({ options }: Site): Promise<Findings> {
  const { devices, seed } = options;
  const { seconds, deviceBytes } = await loadDirectory(directory(MAIN), devices, seed);
  const million = ((seconds / devices) * MILLION).toFixed(0);
  const count = devices.toLocaleString('en');
  return note(
    `Loading ${count} devices of ${deviceBytes.toFixed(0)} bytes took ${seconds.toFixed(1)} s; at that rate a million takes ${million} s.`,
  );
}

async function measureAll(site: Site): Promise<Findings> {
  const findings: Findings[] = [];
  for (const step of STEPS) {
    if (!step.for.some((measure) => site.options.measures.has(measure))) continue;
    progress(`${step.what} …`);
    findings.push(await step.run(site));
  }
  return joined(findings);
}

function busyNote(...shares: readonly (number | undefined)[]): Findings {
  const most = Math.max(...shares.map((share) => share ?? 0));
  if (most < BUSY_MACHINE) return joined([]);
  const text = `While the bench rested, others used ${(most * 100).toFixed(0)} % of this machine: run it again when nothing else runs.`;
  return note(text);
}

async function main(options: Options): Promise<void> {
  emptyFolder(DATA);
  const { devices, seed, rounds, seconds } = options;
  const facts: readonly Fact[] = [
    ...machineFacts(),
    ['devices', `${devices.toLocaleString('en')}, made from seed ${seed}`],
    ['rounds', `${rounds} of ${seconds} s`],
  ];
  progress('compiling …');
  const program = build();
  const generator = startGenerator();
  try {
    const before = await machineBusy(LOOK_MILLISECONDS);
    const found = await measureAll({ options, generator, program });
    const findings = joined([found, busyNote(before, await machineBusy(LOOK_MILLISECONDS))]);
    process.stdout.write(`\n${textReport(facts, findings)}`);
    if (options.markdown !== undefined) writeFileSync(options.markdown, markdownReport(facts, findings));
    const missed = findings.goals.filter((goal) => !reached(goal));
    process.stdout.write(missed.length === 0 ? 'All goals are reached.\n' : `${missed.length} goals are MISSED.\n`);
  } finally {
    generator.stop();
    if (!options.keep) rmSync(DATA, { recursive: true, force: true });
  }
}

await main(readOptions(process.argv.slice(2)));
