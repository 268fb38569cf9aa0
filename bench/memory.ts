import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Server } from './children.ts';
import { createBody } from './devices.ts';
import { residentMebibytes } from './processFigures.ts';
import { type Findings, note } from './report.ts';
import { bareCommand, directory, rollcallCommand, type Site, withServers } from './site.ts';
import { MAIN } from './throughput.ts';
import { mintTokens } from './tokens.ts';

/** What Rollcall holds of memory when nobody asks anything. */

const MOST_MEBIBYTES = 80;
/** The thread that writes ends after 10 s without work; a while longer, for its memory to be given back. */
const IDLE_MILLISECONDS = 15_000;
const REQUESTS_OF_EACH_KIND = 5;

export async function measureMemory(site: Site): Promise<Findings> {
  // Node writes its compile cache at the first start, and holds what it writes.
  await withServers([rollcallCommand(site, MAIN)], async () => {});
  return withServers([bareCommand(), rollcallCommand(site, MAIN)], async ([bare, rollcall]) => {
    if (!bare || !rollcall) throw new Error('the servers for the measure of memory did not start');
    const started = residentMebibytes(rollcall.pid);
    await askEachKind(rollcall);
    const busy = residentMebibytes(rollcall.pid);
    await wait(IDLE_MILLISECONDS);
    const idle = residentMebibytes(rollcall.pid);
    const least = residentMebibytes(bare.pid);
    if (started === undefined || busy === undefined || idle === undefined || least === undefined) {
      return note('Idle memory: SKIPPED. Only Linux tells it by way of /proc.');
    }
    const others = `${started.toFixed(1)} after the start, ${busy.toFixed(1)} after the requests, bare ${least.toFixed(1)}`;
    const name = `memory after requests of each kind and ${IDLE_MILLISECONDS / 1000} s of rest`;
    const goal = MOST_MEBIBYTES;
    return {
      rows: [],
      goals: [{ name, measured: idle, unit: 'MiB', goal, compare: 'at most', note: others }],
      notes: [],
    };
  });
}

async function askEachKind(server: Server): Promise<void> {
  const [token = ''] = await mintTokens(directory(MAIN), 1);
  const user = '/v1.0/users/intune.admin@contoso.example';
  const { id: userId } = await ask(server, token, 'GET', user, 200);
  for (let round = 0; round < REQUESTS_OF_EACH_KIND; round++) {
    const { id } = await ask(server, token, 'POST', '/v1.0/devices', 201, createBody(round, randomUUID()));
    await ask(server, token, 'GET', `/v1.0/devices/${id}`, 200);
    await ask(server, token, 'GET', '/v1.0/devices', 200);
    const reference = JSON.stringify({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${userId}` });
    await ask(server, token, 'POST', `/v1.0/devices/${id}/registeredUsers/$ref`, 204, reference);
  }
}

async function ask(
  { port }: Server,
  token: string,
  method: string,
  path: string,
  expected: number,
  body?: string,
): Promise<{ readonly id?: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  if (answer.status !== expected)
    throw new Error(`${method} ${path}: expected ${expected}, got ${answer.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as { readonly id?: string });
}
