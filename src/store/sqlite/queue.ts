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

/**
 * A queue in front of the writer of a file. A write now and then is done on this thread, at once: a thread for it would
 * take 15 MiB and 40 ms. As soon as writes come in numbers, or the disk is slow, a thread of its own takes over, so
 * that reading waits for no disk; it ends when nothing has been written for a while.
 */
export function createFileQueue(path: string, local: Writer, clock: Clock): WriteQueue {
  const thread = createThread(path, clock);
  let slow = false;

  const commit: Commit = async (requests) => {
    if (thread.isRunning() || slow || requests.length > LIMITS.writesOnMainThread) {
      slow = false;
      return thread.commit(requests);
    }
    const start = clock.now();
    const outcomes = local.apply(requests);
    slow = clock.now() - start > LIMITS.commitOnMainThreadMilliseconds;
    return outcomes;
  };

  return createQueue(commit, thread.end);
}

/** A queue in front of a writer on this thread: for a directory in memory, where no disk is waited for. */
export function createLocalQueue(writer: Writer): WriteQueue {
  return createQueue(
    async (requests) => writer.apply(requests),
    async () => {},
  );
}

type Thread = { readonly isRunning: () => boolean; readonly commit: Commit; readonly end: () => Promise<void> };

function createThread(path: string, clock: Clock): Thread {
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

  return { isRunning: () => thread !== undefined, commit, end };
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
