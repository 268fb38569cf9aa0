import { Worker } from 'node:worker_threads';
import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Outcome, WriteRequest } from '../contract.ts';
import type { Writer } from './writer.ts';

/**
 * Where requests wait for the writer. While it commits one batch, the next one gathers: the slower the disk,
 * the more requests share a commit.
 */
export type WriteQueue = {
  readonly write: (request: WriteRequest) => Promise<Outcome>;
  readonly close: () => Promise<void>;
};

type Waiting = { readonly request: WriteRequest; readonly answer: (outcome: Outcome) => void };

/** Does the work of one batch; answers when it is on disk. */
type Commit = (requests: readonly WriteRequest[]) => Promise<readonly Outcome[]>;

/** A queue in front of a writer on a thread of its own, started with the first write and ended when idle. */
export function createThreadQueue(path: string, clock: Clock): WriteQueue {
  let thread: Worker | undefined;
  let cancelEnd: () => void = () => {};

  const started = (): Worker => {
    if (thread) return thread;
    const file = import.meta.url.endsWith('.ts') ? './writerThread.ts' : './writerThread.js';
    const worker = new Worker(new URL(file, import.meta.url), { workerData: { path }, name: 'rollcall-writer' });
    // While a batch runs its own listener answers; without this one an error between two batches would end the process.
    worker.on('error', () => {
      if (thread === worker) thread = undefined;
    });
    thread = worker;
    return worker;
  };

  const commit: Commit = (requests) =>
    new Promise((resolve) => {
      cancelEnd();
      const worker = started();
      const finish = (outcomes: readonly Outcome[]) => {
        worker.off('message', finish);
        worker.off('error', fail);
        worker.off('exit', fail);
        cancelEnd = clock.after(LIMITS.writerIdleMilliseconds, () => void end());
        resolve(outcomes);
      };
      const fail = (problem: unknown) => {
        thread = undefined;
        finish(requests.map(() => ({ done: false, because: 'unavailable', cause: String(problem) })));
      };
      worker.on('message', finish);
      worker.on('error', fail);
      worker.on('exit', fail);
      worker.postMessage(requests);
    });

  const end = async (): Promise<void> => {
    cancelEnd();
    const worker = thread;
    thread = undefined;
    if (!worker) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage(null);
    await ended;
  };

  return createQueue(commit, end);
}

/** A queue in front of a writer on this thread: for a directory in memory, where no disk is waited for. */
export function createLocalQueue(writer: Writer): WriteQueue {
  return createQueue(
    async (requests) => writer.apply(requests),
    async () => {},
  );
}

function createQueue(commit: Commit, end: () => Promise<void>): WriteQueue {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  /** Starts a batch at the end of this turn of the event loop, so that requests which arrived together share it. */
  const run = async (): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, LIMITS.writesPerCommit);
      waiting = waiting.slice(LIMITS.writesPerCommit);
      const outcomes = await commit(batch.map((entry) => entry.request));
      batch.forEach((entry, index) => {
        const outcome = outcomes[index];
        if (outcome) entry.answer(outcome);
      });
    }
    running = undefined;
  };

  return {
    write: (request) =>
      new Promise((answer) => {
        waiting.push({ request, answer });
        running ??= run();
      }),
    close: async () => {
      while (running) await running;
      await end();
    },
  };
}
