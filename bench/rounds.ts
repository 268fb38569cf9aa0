import type { Server } from './children.ts';
import type { Sample } from './figures.ts';
import { processorTime } from './processFigures.ts';
import type { Sending } from './requests.ts';
import type { Site } from './site.ts';

/** Alternating rounds: what the machine does beside hits all servers alike. */

export type Contestant = {
  readonly server: Server;
  /** What this server is sent in that round. */
  readonly sending: (round: number) => Sending | Promise<Sending>;
};

/** A round before the first, not counted: caches fill, and what serves a request is compiled to the end after ten thousand of them. */
const WARM_UP = -1;
const WARM_UP_SHARE = 2;

/** Loads one server after the other, round for round; the samples of each, by its name. */
export async function alternate(
  site: Site,
  contestants: readonly Contestant[],
  connections: number,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ server }) => [server.name, []]));
  for (let round = WARM_UP; round < site.options.rounds; round++) {
    for (const { server, sending } of contestants) {
      const share = round === WARM_UP ? WARM_UP_SHARE : 1;
      const milliseconds = site.options.seconds * 1000 * share;
      const sample = await measure(site, server, { ...(await sending(round)), connections, milliseconds });
      if (round !== WARM_UP) samples.get(server.name)?.push(sample);
    }
  }
  return samples;
}

async function measure(
  site: Site,
  server: Server,
  job: Sending & { readonly connections: number; readonly milliseconds: number },
): Promise<Sample> {
  const before = processorTime(server.pid);
  const load = await site.generator.run({ ...job, port: server.port }).catch((problem: Error) => {
    throw new Error(`${server.name}: ${problem.message}`);
  });
  const after = processorTime(server.pid);
  const cpu = before === undefined || after === undefined ? undefined : (after - before) / load.count;
  return { perSecond: load.perSecond, p50: load.p50, p99: load.p99, cpu, busy: load.busy };
}
