import { CONNECTIONS, same, samplesOf } from './compare.ts';
import { type Goal, median, processorNote, ratioOf, rowOf } from './figures.ts';
import { loadGroups } from './load.ts';
import { type Query, queriesOf } from './queries.ts';
import { type Findings, joined, note } from './report.ts';
import { queryRequests } from './requests.ts';
import { alternate } from './rounds.ts';
import { ceilingCommand, databaseOf, directory, rollcallCommand, type Site, withServers } from './site.ts';
import { oneToken, READER } from './tokens.ts';

/** Loads groups into a directory with so many devices, and asks it everything. */
export async function measureQueries(site: Site, name: string, devices: number): Promise<Findings> {
  const seconds = await loadGroups(directory(name), devices, site.options.seed);
  const count = devices.toLocaleString('en');
  const loading = note(`Loading groups and their members, with ${count} devices, took ${seconds.toFixed(1)} s.`);
  return joined([loading, await askQueries(site, name, devices)]);
}

/** What each kind of query takes, with one connection; those that the ceiling can answer in turns with it. */
export async function askQueries(
  site: Site,
  name: string,
  devices: number,
  queries: readonly Query[] = queriesOf(site.options.seed, devices),
): Promise<Findings> {
  const { seed } = site.options;
  const token = await oneToken(directory(name), READER);
  const commands = [ceilingCommand(databaseOf(name), 'group', {}, { seed, devices }), rollcallCommand(site, name)];
  return withServers(commands, async (servers) => {
    const findings: Findings[] = [];
    for (const query of queries) {
      const asked = query.reference ? servers : servers.slice(1);
      const contestants = same(asked, queryRequests(query.path, token));
      const samples = await alternate(site, contestants, CONNECTIONS.one).catch((problem: Error) => problem.message);
      // One that fails is told of, and the others are still measured: loading a million devices takes its time.
      if (typeof samples === 'string')
        findings.push(note(`${query.name}, ${devices} devices: FAILED. ${oneLine(samples)}`));
      else findings.push(findingsOf(query, devices.toLocaleString('en'), samples));
    }
    return joined(findings);
  });
}

function oneLine(text: string): string {
  return text.slice(0, text.search(/[\r\n]|$/));
}

function findingsOf(query: Query, devices: string, samples: Awaited<ReturnType<typeof alternate>>): Findings {
  const rollcall = samplesOf(samples, 'rollcall');
  const goals: Goal[] = [];
  if (query.goal !== undefined) {
    const times = rollcall.map((sample) => sample.p50);
    let remark = `rounds ${Math.min(...times).toFixed(2)}-${Math.max(...times).toFixed(2)} ms`;
    if (samples.has('ceiling')) {
      const ceiling = samplesOf(samples, 'ceiling');
      const { ratio } = ratioOf(rollcall, ceiling, (sample) => sample.perSecond);
      remark += `; rollcall / ceiling ${ratio.toFixed(2)}${processorNote(rollcall, ceiling)}`;
    }
    const name = `${query.name}: p50 with ${devices} devices, 1 connection`;
    goals.push({ name, measured: median(times), unit: 'ms', goal: query.goal, compare: 'at most', note: remark });
  }
  const queries = [...samples].map(([server, found]) => rowOf(query.name, `${server}, ${devices}`, 1, found));
  return { rows: [], queries, goals, notes: [] };
}
