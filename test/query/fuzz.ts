import { Refusal } from '../../src/lib/refusal.ts';
import { device } from '../../src/model/device.ts';
import { parseExpand } from '../../src/query/expand.ts';
import { parseFilter } from '../../src/query/filter.ts';
import { parseOrderBy } from '../../src/query/orderBy.ts';
import { parseSearch } from '../../src/query/search.ts';
import { createRandom, KINDS, type Kind, type PathRow, pathsOf, queryText } from './generate.ts';

/** Many texts against one target: it may take them or refuse them with a 4xx, and not take long over it. */

/** Returns for a text that is taken, throws for one that isn't; or tells how it was answered. */
export type Target = (kind: Kind, text: string) => undefined | Promise<string>;

export const parsers: Target = (kind, text) => {
  if (kind === 'filter') parseFilter(text);
  else if (kind === 'search') parseSearch(text);
  else if (kind === 'orderBy') parseOrderBy(text);
  else parseExpand(text);
  return undefined;
};

export type Violation = { readonly kind: Kind; readonly text: string; readonly problem: string };

export type FuzzReport = {
  /** How often each outcome came: `filter: taken`, `filter: BadRequest` … */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowest: { readonly kind: Kind; readonly text: string; readonly milliseconds: number };
  readonly violations: readonly Violation[];
};

export type FuzzPlan = {
  readonly count: number;
  readonly seed: number;
  readonly target: Target;
  readonly paths?: readonly PathRow[];
};

const MOST_MILLISECONDS = 50;
/** In a millisecond. */
const MICROSECONDS = 1000;
/** The machine may be busy with something else: only what is slow each time is slow. */
const ATTEMPTS = 3;
const VIOLATIONS_SHOWN = 20;

export async function fuzz({ count, seed, target, paths = pathsOf(device) }: FuzzPlan): Promise<FuzzReport> {
  const random = createRandom(seed);
  const outcomes = new Map<string, number>();
  const violations: Violation[] = [];
  let slowest: FuzzReport['slowest'] = { kind: 'filter', text: '', milliseconds: 0 };
  for (let done = 0; done < count && violations.length < VIOLATIONS_SHOWN; done += 1) {
    const kind = random.pick(KINDS);
    const text = queryText(random, kind, paths);
    const { outcome, problem, milliseconds } = await attempt(target, kind, text);
    outcomes.set(`${kind}: ${outcome}`, (outcomes.get(`${kind}: ${outcome}`) ?? 0) + 1);
    if (milliseconds > slowest.milliseconds) slowest = { kind, text, milliseconds };
    if (problem !== undefined) violations.push({ kind, text, problem });
    else if (milliseconds > MOST_MILLISECONDS) violations.push({ kind, text, problem: `took ${milliseconds} ms` });
  }
  return { outcomes, slowest, violations };
}

type Attempt = { readonly outcome: string; readonly problem: string | undefined; readonly milliseconds: number };

async function attempt(target: Target, kind: Kind, text: string): Promise<Attempt> {
  let last: Attempt = await once(target, kind, text);
  for (let times = 1; times < ATTEMPTS && last.milliseconds > MOST_MILLISECONDS; times += 1) {
    last = await once(target, kind, text);
  }
  return last;
}

/** Nothing here waits, so that time by the clock beyond the processor's is what other processes had. */
async function once(target: Target, kind: Kind, text: string): Promise<Attempt> {
  const started = performance.now();
  const before = process.cpuUsage();
  const [outcome, problem] = await outcomeOf(() => target(kind, text), text);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = Math.min(performance.now() - started, (user + system) / MICROSECONDS);
  return { outcome, problem, milliseconds };
}

async function outcomeOf(
  run: () => undefined | Promise<string>,
  text: string,
): Promise<readonly [outcome: string, problem: string | undefined]> {
  try {
    return [(await run()) ?? 'taken', undefined];
  } catch (error) {
    const isRefusal = error instanceof Refusal && error.row.status >= 400 && error.row.status < 500;
    // A placeholder that is left in a message was given no value.
    const isFilled = !isRefusal || text.includes('{') || !/\{\w+\}/.test(error.message);
    if (isRefusal) return [error.row.code, isFilled ? undefined : error.message];
    return ['broken', error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
