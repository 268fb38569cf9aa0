import { askQueries } from './asking.ts';
import { CONNECTIONS, rowsOf, samplesOf } from './compare.ts';
import { createBody } from './devices.ts';
import { allValues, assetTag, extensionName, siteOf } from './extended.ts';
import { ratioOf } from './figures.ts';
import { UNIQUE } from './job.ts';
import { loadDirectory } from './load.ts';
import type { Query } from './queries.ts';
import { type Findings, joined } from './report.ts';
import { request } from './requests.ts';
import { alternate } from './rounds.ts';
import { directory, rollcallCommand, type Site, withServers } from './site.ts';
import { oneToken } from './tokens.ts';

/** What extension values cost: finding devices by them, and writing a device with as many as it may have. */

const EXTENDED = 'extended';
/** Milliseconds that half of the requests may take, and the share of a bare create's throughput that a full one has. */
const GOALS = { filter: 5, create: 0.5 };
const FULL = 'rollcall, 100 values';

export async function measureExtensions(site: Site): Promise<Findings> {
  const { seed, devices } = site.options;
  await loadDirectory(directory(EXTENDED), devices, seed, true);
  const asked = await askQueries(site, EXTENDED, devices, queriesOf(devices));
  return joined([asked, await measureCreates(site)]);
}

function queriesOf(devices: number): readonly Query[] {
  const [tag, place, contract] = [0, 1, 2].map(extensionName);
  const filtered = (filter: string) => `/v1.0/devices?$filter=${encodeURIComponent(filter)}&$count=true&$top=100`;
  // biome-ignore format: a table is read by its columns
  return [
    { name: 'extension eq, one of all, $count',    path: filtered(`${tag} eq '${assetTag(devices >> 1)}'`),              goal: GOALS.filter },
    { name: 'extension eq, 1 of 500, $count',      path: filtered(`${place} eq '${siteOf(devices >> 1)}'`),               goal: GOALS.filter },
    { name: 'extension startsWith, $count',        path: filtered(`startsWith(${tag}, '${assetTag(devices >> 1).slice(0, -2)}')`) },
    { name: 'extension ne null, a tenth, $count',  path: filtered(`${contract} ne null`) },
    { name: 'extension eq and a property, $count', path: filtered(`${place} eq '${siteOf(1)}' and operatingSystem eq 'Windows'`) },
  ];
}

/** One server is sent both bodies, in turns. */
async function measureCreates(site: Site): Promise<Findings> {
  return withServers([rollcallCommand(site, EXTENDED)], async (servers) => {
    const token = await oneToken(directory(EXTENDED));
    const bare = createBody(site.options.seed, UNIQUE);
    const full = `${bare.slice(0, -1)},${JSON.stringify(allValues()).slice(1)}`;
    const contestants = servers.flatMap((server) =>
      [bare, full].map((body, index) => ({
        server: index === 0 ? server : { ...server, name: FULL },
        sending: () => ({ requests: [request('POST', '/v1.0/devices', token, body)], once: false, expected: 201 }),
      })),
    );
    const samples = await alternate(site, contestants, CONNECTIONS.many);
    const { ratio, range } = ratioOf(samplesOf(samples, FULL), samplesOf(samples, 'rollcall'), (one) => one.perSecond);
    const name = `create: with 100 extension values / without, ${CONNECTIONS.many} connections`;
    return {
      rows: rowsOf('create', samples, CONNECTIONS.many),
      goals: [{ name, measured: ratio, unit: '', goal: GOALS.create, compare: 'at least', note: range }],
      notes: [],
    };
  });
}
