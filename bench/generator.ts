import { connect, type Socket } from 'node:net';
import { createAnswerReader } from './answers.ts';
import { type Job, type Load, type Report, UNIQUE, writeUnique } from './job.ts';

/**
 * The load generator: plain sockets, one request in flight on each, in a process of its own.
 *
 * No library: a library's HTTP client takes more of the processor for a request than the servers here take for the
 * answer. On two cores it would become what is measured, and every ratio would look better than it is. This one
 * sends buffers that were made before and looks at three things of an answer: status, length, `Connection`.
 */

const HOST = '127.0.0.1';
const MOST_LATENCIES = 4_000_000;
/** An answer that takes longer than this beyond the round's end will not come. */
const PATIENCE_MILLISECONDS = 20_000;
const MICROSECONDS = 1e6;

const latencies = new Float64Array(MOST_LATENCIES);
/** Counts on over all jobs, from a number that no run before is likely to have had; below 2^47, so exact. */
let uniqueCount = Math.floor(Math.random() * 2 ** 30) * 2 ** 16;

type Run = {
  readonly job: Job;
  readonly buffers: readonly Buffer[];
  /** Where each sending of the request has a text of its own; -1: it is sent as it stands. */
  readonly uniqueAt: number;
  readonly deadline: number;
  readonly fail: (problem: string) => void;
  /** Called when the last connection has ended. */
  readonly end: () => void;
  sent: number;
  open: number;
  count: number;
  lastAt: number;
};

function runJob(job: Job): Promise<Report> {
  return new Promise((resolve) => {
    const used = process.cpuUsage();
    const started = performance.now();
    const fail = (failure: string) => {
      clearTimeout(timer);
      resolve({ failure });
    };
    const timer = setTimeout(() => fail('the server stopped answering'), job.milliseconds + PATIENCE_MILLISECONDS);
    const end = () => {
      clearTimeout(timer);
      const { user, system } = process.cpuUsage(used);
      resolve({ load: loadOf(run.count, (run.lastAt - started) / 1000, (user + system) / MICROSECONDS) });
    };
    const run: Run = {
      job,
      buffers: job.requests.map((text) => Buffer.from(text)),
      uniqueAt: job.requests[0]?.indexOf(UNIQUE) ?? -1,
      deadline: started + job.milliseconds,
      fail,
      end,
      sent: 0,
      open: 0,
      count: 0,
      lastAt: started,
    };
    for (let index = 0; index < job.connections; index++) openConnection(run);
  });
}

function loadOf(count: number, seconds: number, cpuSeconds: number): Load {
  const sorted = latencies.slice(0, count).sort();
  const at = (share: number) => sorted[Math.min(count - 1, Math.floor(count * share))] ?? Number.NaN;
  return { count, perSecond: count / seconds, p50: at(0.5), p99: at(0.99), busy: cpuSeconds / seconds };
}

/** The next request to send; undefined when the round is over. */
function nextRequest(run: Run): Buffer | undefined {
  const { buffers, job } = run;
  const over = performance.now() >= run.deadline || run.count + run.open >= MOST_LATENCIES;
  if (over || (job.once && run.sent >= buffers.length)) return undefined;
  return buffers[run.sent++ % buffers.length];
}

function openConnection(run: Run): void {
  const socket = connect(run.job.port, HOST);
  const answers = createAnswerReader(run.job.expected);
  // A buffer of the connection's own: changed only after its answer has come, so never while it is being sent.
  const own = run.uniqueAt < 0 ? undefined : Buffer.from(run.buffers[0] ?? '');
  let sentAt = 0;
  let waiting = false;
  run.open++;

  const send = () => {
    const request = nextRequest(run);
    if (!request) return endConnection(run, socket);
    if (own) writeUnique(own, run.uniqueAt, uniqueCount++);
    waiting = true;
    sentAt = performance.now();
    socket.write(own ?? request);
  };
  const read = (piece: Buffer) => {
    if (answers.read(piece) === 'more') return;
    run.lastAt = performance.now();
    latencies[run.count++] = run.lastAt - sentAt;
    waiting = false;
    if (answers.closes()) renewConnection(run, socket);
    else send();
  };

  socket.setNoDelay(true);
  socket.on('connect', send);
  socket.on('data', (piece: Buffer) => {
    try {
      read(piece);
    } catch (problem) {
      waiting = false;
      socket.destroy();
      run.fail((problem as Error).message);
    }
  });
  socket.on('error', (problem) => run.fail(`a connection failed: ${problem.message}`));
  socket.on('close', () => {
    if (waiting) run.fail('a server closed a connection in the middle of a request');
  });
}

/** A server may renew connections now and then; a client only has to open another. */
function renewConnection(run: Run, socket: Socket): void {
  socket.destroy();
  run.open--;
  openConnection(run);
}

function endConnection(run: Run, socket: Socket): void {
  socket.destroy();
  run.open--;
  if (run.open === 0) run.end();
}

process.on('message', async (job: Job) => {
  process.send?.(await runJob(job));
});
