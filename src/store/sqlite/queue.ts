import { Worker } from 'node:worker_threads';
import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Outcome, WriteRequest } from '../contract.ts';
import { packed } from './message.ts';
import type { Writer } from './writer.ts';
import type { WriterData } from './writerThread.ts';

/** Where requests wait for the writer. Those that wait together share a commit. */
export type WriteQueue = {
  readonly write: (request: WriteRequest) => Promise<Outcome>;
  /** Ends when everything that was asked for has been answered. */
  readonly close: () => Promise<void>;
};

/** filling: as `SqliteOptions` has it. */
type FileOptions = { readonly clock: Clock; readonly filling?: boolean };

type Waiting = { readonly request: WriteRequest; readonly answer: (outcome: Outcome) => void };

/** A queue in front of a writer on this thread: for a directory in memory, where no disk is waited for. */
export function createLocalQueue(writer: Writer): WriteQueue {
  const add = gather(LIMITS.writesPerCommit, (batch) => commitHere(writer, batch));
  return createQueue(add, async () => {});
}

/**
 * A queue in front of the writer of a file. A write now and then is done on this thread, at once: a thread for it would
 * take 15 MiB and 40 ms. As soon as writes come in numbers, or the disk stays slow, a thread of its own takes over, so
 * that reading waits for no disk; it ends when nothing has been written for a while.
 */
export function createFileQueue(path: string, local: Writer, { clock, filling = false }: FileOptions): WriteQueue {
  const thread = createThread({ path, filling }, clock);
  let slowCommits = 0;

  const addHere = gather(LIMITS.writesPerCommit, (batch) => {
    const many = filling || batch.length > LIMITS.writesOnMainThread || slowCommits >= LIMITS.slowCommitsOnMainThread;
    if (many || thread.isRunning()) {
      slowCommits = 0;
      for (const entry of batch) thread.add(entry);
      return;
    }
    const start = clock.now();
    commitHere(local, batch);
    slowCommits = clock.now() - start > LIMITS.slowCommitMilliseconds ? slowCommits + 1 : 0;
  });

  const add = (entry: Waiting) => (thread.isRunning() ? thread.add(entry) : addHere(entry));
  return createQueue(add, thread.end);
}

function createQueue(add: (entry: Waiting) => void, end: () => Promise<void>): WriteQueue {
  let unanswered = 0;
  let whenIdle: () => void = () => {};

  return {
    write: (request) =>
      new Promise((resolve) => {
        unanswered++;
        const answer = (outcome: Outcome) => {
          resolve(outcome);
          if (--unanswered === 0) whenIdle();
        };
        add({ request, answer });
      }),
    close: async () => {
      if (unanswered > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
        });
      }
      await end();
    },
  };
}

/** Collects what comes in one turn of the event loop, and acts on it at its end, or as soon as there are `most`. */
function gather(most: number, act: (batch: readonly Waiting[]) => void): (entry: Waiting) => void {
  let waiting: Waiting[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    act(batch);
  };
  return (entry) => {
    const count = waiting.push(entry);
    if (count === 1) setImmediate(flush);
    if (count >= most) flush();
  };
}

function commitHere(writer: Writer, batch: readonly Waiting[]): void {
  answerAll(batch, writer.apply(batch.map((entry) => entry.request)));
}

function answerAll(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  batch.forEach((entry, index) => {
    const outcome = outcomes[index];
    if (outcome) entry.answer(outcome);
  });
}

// -- the thread ------------------------------------------------------------------------------------------------

type Thread = {
  readonly isRunning: () => boolean;
  /** Starts the thread if need be. */
  readonly add: (entry: Waiting) => void;
  readonly end: () => Promise<void>;
};

/**
 * Requests go to the thread a few at a time, without waiting for its answers: it takes all that have arrived into one
 * commit, and while it waits for the disk, this thread gets the next ones ready.
 */
function createThread(workerData: WriterData, clock: Clock): Thread {
  let thread: Worker | undefined;
  /** What the thread was given and hasn't answered; it answers in order. */
  let given: Waiting[] = [];
  let cancelEnd: () => void = () => {};

  const failed = (worker: Worker, problem: unknown) => {
    if (thread !== worker) return;
    thread = undefined;
    const lost = given;
    given = [];
    const outcome: Outcome = { done: false, because: 'unavailable', cause: String(problem) };
    for (const entry of lost) entry.answer(outcome);
  };

  const answered = (outcomes: readonly Outcome[]) => {
    answerAll(given.splice(0, outcomes.length), outcomes);
    if (given.length === 0) cancelEnd = clock.after(LIMITS.writerIdleMilliseconds, () => void end());
  };

  const started = (): Worker => {
    if (thread) return thread;
    const file = import.meta.url.endsWith('.ts') ? './writerThread.ts' : './writerThread.js';
    const worker = new Worker(new URL(file, import.meta.url), { workerData, name: 'rollcall-writer' });
    worker.on('message', answered);
    worker.on('error', (problem) => failed(worker, problem));
    worker.on('exit', (code) => failed(worker, `the writer's thread ended with code ${code}`));
    thread = worker;
    return worker;
  };

  const add = gather(LIMITS.writesPerMessage, (batch) => {
    cancelEnd();
    const worker = started();
    given.push(...batch);
    worker.postMessage(packed(batch.map((entry) => entry.request)));
  });

  const end = async (): Promise<void> => {
    cancelEnd();
    const worker = thread;
    if (!worker || given.length > 0) return;
    thread = undefined;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage(null);
    await ended;
  };

  return {
    isRunning: () => thread !== undefined,
    add: (entry) => {
      started();
      add(entry);
    },
    end,
  };
}
