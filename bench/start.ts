import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createAnswerReader } from './answers.ts';
import { type Command, spawnNode, stopChild } from './children.ts';
import { deviceId } from './devices.ts';
import { type Goal, median } from './figures.ts';
import { type Findings, joined, note } from './report.ts';
import { request } from './requests.ts';
import { bareCommand, directory, emptyFolder, rollcallCommand, type Site } from './site.ts';
import { MAIN } from './throughput.ts';
import { mintTokens } from './tokens.ts';

/** From the start of a process to its first answer. */

const HOST = '127.0.0.1';
const MOST_TIMES_BARE = 2.5;
/** Between two tries to connect: short against what is measured, long enough to leave the starting process alone. */
const RETRY_MILLISECONDS = 1;
const PATIENCE_MILLISECONDS = 20_000;

/** Starts in turns; both are asked from the first moment on, until one gets an answer. */
export async function measureStart(site: Site): Promise<Findings> {
  const [token = ''] = await mintTokens(directory(MAIN), 1);
  const question = request('GET', `/v1.0/devices/${deviceId(site.options.seed, 0)}`, token);
  const bare: number[] = [];
  const rollcall: number[] = [];
  for (let round = 0; round <= site.options.starts; round++) {
    const bareTime = await firstAnswer(bareCommand, question);
    const rollcallTime = await firstAnswer((port) => rollcallCommand(site, MAIN, { port }), question);
    // The first of each is not counted: files are read from the disk, and Node writes its compile cache.
    if (round === 0) continue;
    bare.push(bareTime);
    rollcall.push(rollcallTime);
  }
  const goal: Goal = {
    name: 'start to first answer: rollcall / bare',
    measured: median(rollcall) / median(bare),
    unit: '',
    goal: MOST_TIMES_BARE,
    compare: 'at most',
    note: `${shown(rollcall)} against ${shown(bare)}, ${site.options.starts} starts each`,
  };
  return joined([{ rows: [], goals: [goal], notes: [] }, await measureFirstStart(site)]);
}

/** The first start ever: tables, tenant and keys are made, and nothing is compiled yet. */
async function measureFirstStart(site: Site): Promise<Findings> {
  const times: number[] = [];
  const command = (port: number) => rollcallCommand(site, 'first', { port, temporary: 'first-tmp' });
  const question = request('GET', '/health', '');
  for (let round = 0; round < site.options.starts; round++) {
    emptyFolder(directory('first'));
    emptyFolder(directory('first-tmp'));
    times.push(await firstAnswer(command, question));
  }
  return note(`First start ever, in an empty folder, to the first answer (GET /health): ${shown(times)}.`);
}

function shown(times: readonly number[]): string {
  const range = `${Math.min(...times).toFixed(0)}-${Math.max(...times).toFixed(0)}`;
  return `${median(times).toFixed(0)} ms (${range})`;
}

/** Milliseconds from starting the process to the last byte of its first answer. */
async function firstAnswer(command: (port: number) => Command, question: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const { child, said } = spawnNode(command(port));
  try {
    while (!(await asked(port, question))) {
      const late = performance.now() - started > PATIENCE_MILLISECONDS;
      if (late || child.exitCode !== null) throw new Error(`a server did not start:\n${said()}`);
      await wait(RETRY_MILLISECONDS);
    }
    return performance.now() - started;
  } finally {
    await stopChild(child);
  }
}

/** Asks once; false when nobody listens yet. */
function asked(port: number, question: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, HOST, () => socket.write(question));
    const answers = createAnswerReader(200);
    socket.setNoDelay(true);
    socket.on('error', () => resolve(false));
    socket.on('data', (piece) => {
      try {
        if (answers.read(piece) === 'more') return;
        resolve(true);
      } catch (problem) {
        reject(problem);
      }
      socket.destroy();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
