/** Figures out of rounds, and what they are held against. */

export type Sample = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of the server's processor time for a request, all its threads; undefined where unknown. */
  readonly cpu: number | undefined;
  readonly busy: number;
};

/** The medians of one server's rounds. */
export type Row = Sample & { readonly measure: string; readonly server: string; readonly connections: number };

export type Goal = {
  readonly name: string;
  readonly measured: number;
  readonly unit: string;
  readonly goal: number;
  readonly compare: 'at least' | 'at most';
  /** What else is worth knowing: the range of the rounds, what it was reckoned from. */
  readonly note: string;
};

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function rowOf(measure: string, server: string, connections: number, samples: readonly Sample[]): Row {
  const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const cpus = samples.map((sample) => sample.cpu).filter((cpu) => cpu !== undefined);
  return {
    measure,
    server,
    connections,
    perSecond: of((sample) => sample.perSecond),
    p50: of((sample) => sample.p50),
    p99: of((sample) => sample.p99),
    cpu: cpus.length === samples.length ? median(cpus) : undefined,
    busy: Math.max(...samples.map((sample) => sample.busy)),
  };
}

/**
 * The median of the rounds' own ratios, and their range: two rounds that follow each other had the same machine, two
 * medians of all rounds may not.
 */
export function ratioOf(
  above: readonly Sample[],
  below: readonly Sample[],
  pick: (sample: Sample) => number,
): { readonly ratio: number; readonly range: string } {
  const each = above.map((sample, round) => pick(sample) / pick(below[round] ?? sample));
  const ratio = median(each);
  return { ratio, range: `rounds ${Math.min(...each).toFixed(2)}-${Math.max(...each).toFixed(2)}` };
}

/**
 * How many times the processor time of one server's request the other's takes, as a note: unlike throughput, it
 * hardly changes when the machine has other things to do.
 */
export function processorNote(above: readonly Sample[], below: readonly Sample[]): string {
  const times = median(above.map(({ cpu = Number.NaN }) => cpu)) / median(below.map(({ cpu = Number.NaN }) => cpu));
  return Number.isNaN(times) ? '' : `, ${times.toFixed(2)} times its CPU`;
}

export function reached({ measured, goal, compare }: Goal): boolean {
  return compare === 'at least' ? measured >= goal : measured <= goal;
}
