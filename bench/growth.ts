import { measureQueries } from './asking.ts';
import { type Goal, ratioOf, rowOf } from './figures.ts';
import { type Loaded, loadDirectory } from './load.ts';
import { type Findings, joined, progress } from './report.ts';
import { getRequests } from './requests.ts';
import { alternate } from './rounds.ts';
import { directory, rollcallCommand, type Site, withServers } from './site.ts';
import { mintTokens } from './tokens.ts';

/** What a thousand times the devices cost. */

const FEW = 1_000;
const MANY = 1_000_000;
const GOALS = { growth: 1.3, loadSeconds: 60 };
const SMALL = 'thousand';
const LARGE = 'million';

function million({ seconds, deviceBytes }: Loaded): Goal {
  return {
    name: `loading ${MANY.toLocaleString('en')} devices`,
    measured: seconds,
    unit: 's',
    goal: GOALS.loadSeconds,
    compare: 'at most',
    note: `${deviceBytes.toFixed(0)} bytes of JSON each`,
  };
}

export async function measureMillion(site: Site): Promise<Findings> {
  const { measures, seed } = site.options;
  progress(`loading ${MANY} devices …`);
  const loaded = await loadDirectory(directory(LARGE), MANY, seed);
  const loading: Findings = { rows: [], goals: [million(loaded)], notes: [] };
  const findings = [loading];
  if (measures.has('growth')) findings.push(await measureGrowth(site));
  if (measures.has('queries-million')) findings.push(await measureQueries(site, LARGE, MANY));
  return joined(findings);
}

/** Two servers of the same program, in turns: the one with few devices, the one with many. */
async function measureGrowth(site: Site): Promise<Findings> {
  const { seed } = site.options;
  await loadDirectory(directory(SMALL), FEW, seed);
  const commands = [SMALL, LARGE].map((name) => ({ ...rollcallCommand(site, name), name }));
  return withServers(commands, async (servers) => {
    const contestants = await Promise.all(
      servers.map(async (server) => {
        const [token = ''] = await mintTokens(directory(server.name), 1);
        const sending = getRequests(seed, server.name === SMALL ? FEW : MANY, token);
        return { server, sending: () => sending };
      }),
    );
    const samples = await alternate(site, contestants, 1);
    const [few = [], many = []] = [SMALL, LARGE].map((name) => samples.get(name));
    const { ratio, range } = ratioOf(many, few, (sample) => sample.p50);
    const name = 'get by id, p50 with a million devices / with a thousand, 1 connection';
    return {
      rows: [...samples].map(([server, found]) => rowOf('get by id', `rollcall, a ${server} devices`, 1, found)),
      goals: [{ name, measured: ratio, unit: '', goal: GOALS.growth, compare: 'at most', note: range }],
      notes: [],
    };
  });
}
