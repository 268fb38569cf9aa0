import type { Server } from './children.ts';
import { type Goal, processorNote, ratioOf, rowOf, type Sample } from './figures.ts';
import type { Findings } from './report.ts';
import type { Sending } from './requests.ts';
import { alternate, type Contestant } from './rounds.ts';
import type { Site } from './site.ts';

/** Rollcall's throughput held against another server's, in alternating rounds. */

export const CONNECTIONS = { one: 1, many: 32 };

/**
 * @param goal the least ratio of Rollcall's throughput to the other's; without one the ratio is only shown
 * @param against the name of the other server
 * @param bound the name of one that does less than either has to: its ratio to the other's is the most that is possible
 */
export async function compare(
  site: Site,
  measure: string,
  contestants: readonly Contestant[],
  connections: number,
  goal?: number,
  against = 'ceiling',
  bound?: string,
): Promise<Findings> {
  const samples = await alternate(site, contestants, connections);
  const [rollcall, other] = [samplesOf(samples, 'rollcall'), samplesOf(samples, against)];
  const { ratio, range } = ratioOf(rollcall, other, (sample) => sample.perSecond);
  const remark = `${range}${processorNote(rollcall, other)}`;
  const titled = (server: string) =>
    `${measure}: ${server} / ${against}, ${connections} connection${connections === 1 ? '' : 's'}`;
  const name = titled('rollcall');
  const goals: Goal[] =
    goal === undefined ? [] : [{ name, measured: ratio, unit: '', goal, compare: 'at least', note: remark }];
  const notes = goal === undefined ? [`${name}: ${ratio.toFixed(2)} (${remark})`] : [];
  if (bound !== undefined) {
    const most = ratioOf(samplesOf(samples, bound), other, (sample) => sample.perSecond);
    notes.push(`${titled(bound)}: ${most.ratio.toFixed(2)} (${most.range}), the most that is possible.`);
  }
  return { rows: rowsOf(measure, samples, connections), goals, notes };
}

export function rowsOf(measure: string, samples: ReadonlyMap<string, readonly Sample[]>, connections: number) {
  return [...samples].map(([server, found]) => rowOf(measure, server, connections, found));
}

export function samplesOf(samples: ReadonlyMap<string, readonly Sample[]>, name: string): readonly Sample[] {
  const found = samples.get(name);
  if (!found || found.length === 0) throw new Error(`there are no rounds of ${name}`);
  return found;
}

/** All of them are sent the same. */
export function same(servers: readonly Server[], sending: Sending): readonly Contestant[] {
  return servers.map((server) => ({ server, sending: () => sending }));
}
