import { parseArgs } from 'node:util';

/** The flags of `npm run bench`. */

export const MEASURES = [
  'get',
  'fresh',
  'page',
  'queries',
  'extensions',
  'cap',
  'tokens',
  'create',
  'slow',
  'start',
  'memory',
  'growth',
  'load-million',
  'queries-million',
] as const;
export type Measure = (typeof MEASURES)[number];

export type Options = {
  readonly rounds: number;
  readonly seconds: number;
  readonly devices: number;
  readonly starts: number;
  readonly seed: number;
  readonly measures: ReadonlySet<Measure>;
  readonly markdown: string | undefined;
  readonly keep: boolean;
  readonly profile: boolean;
};

const FULL = { rounds: 5, seconds: 2, devices: 100_000, starts: 9 };
const QUICK = { rounds: 3, seconds: 0.5, devices: 5_000, starts: 5 };
const SEED = 20_260_401;

/** These load a million devices: only when asked for. */
const LARGE: ReadonlySet<Measure> = new Set(['growth', 'load-million', 'queries-million']);

export const HELP = `npm run bench -- [flags]

  --only <name>      one measure, may be repeated: ${MEASURES.join(', ')};
                     cap installs SAP CAP from the registry into bench/cap, the first time
  --million          also load a million devices, compare a thousand with them, and ask them the queries
  --quick            ${QUICK.devices} devices, ${QUICK.rounds} rounds of ${QUICK.seconds} s: to see that it works, not for figures
  --devices <n>      devices in the directory (${FULL.devices})
  --rounds <n>       rounds of each measure (${FULL.rounds})
  --seconds <n>      length of a round (${FULL.seconds})
  --seed <n>         what the devices are made of (${SEED})
  --markdown <file>  also write the tables as Markdown
  --keep             keep the directories afterwards, in bench/.data
  --profile          keep a CPU profile of each Rollcall process there, too (implies --keep; costs speed)
`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      million: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      devices: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      markdown: { type: 'string' },
      keep: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const usual = values.quick ? QUICK : FULL;
  return {
    rounds: numberOf('rounds', values.rounds) ?? usual.rounds,
    seconds: numberOf('seconds', values.seconds) ?? usual.seconds,
    devices: numberOf('devices', values.devices) ?? usual.devices,
    starts: usual.starts,
    seed: numberOf('seed', values.seed) ?? SEED,
    measures: chosen(values.only, values.million),
    markdown: values.markdown,
    keep: values.keep || values.profile,
    profile: values.profile,
  };
}

function chosen(only: readonly string[] | undefined, million: boolean): ReadonlySet<Measure> {
  if (only === undefined) return new Set(MEASURES.filter((name) => million || !LARGE.has(name)));
  const names = only.map((name) => {
    const known = MEASURES.find((measure) => measure === name);
    if (!known) throw new Error(`--only ${name} is no measure. There are: ${MEASURES.join(', ')}.`);
    return known;
  });
  return new Set(names);
}

function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${flag} ${text}: it needs a number above 0.`);
  return number;
}
