import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';

/**
 * Has the write-ahead log copied into the database on a thread of its own, while the writer goes on. SQLite does it within the commit
 * that fills the log, for which everybody would wait some 50 ms. The writer is left with what it wrote meanwhile, and with
 * everything where the thread fails or is late.
 * https://sqlite.org/wal.html#checkpointing
 */
export type Checkpointer = {
  /** Counts what has been written. */
  readonly wrote: (requests: number) => void;
  readonly end: () => Promise<void>;
};

/** @param database the writer's */
export function createCheckpointer(database: DatabaseSync, path: string): Checkpointer {
  const copyRest = database.prepare('pragma wal_checkpoint(passive)');
  let thread: Worker | undefined;
  let written = 0;
  let isCopying = false;

  const copied = () => {
    try {
      copyRest.get();
    } catch {
      // What can't be copied stays in the log, and is read from there. A disk that fails says so to the next commit.
    }
    written = 0;
    isCopying = false;
  };

  const started = (): Worker => {
    if (thread) return thread;
    const file = import.meta.url.endsWith('.ts') ? './checkpointThread.ts' : './checkpointThread.js';
    thread = new Worker(new URL(file, import.meta.url), { workerData: path, name: 'rollcall-checkpoint' });
    thread.on('message', copied);
    // One that has failed isn't asked again: SQLite copies by itself, at the writer's own limit.
    thread.on('error', () => {});
    thread.on('exit', () => {
      thread = undefined;
    });
    return thread;
  };

  return {
    wrote: (requests) => {
      written += requests;
      if (written < LIMITS.writesPerCheckpoint || isCopying) return;
      isCopying = true;
      started().postMessage('copy');
    },
    end: async () => {
      const running = thread;
      if (!running) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.postMessage('end');
      await ended;
    },
  };
}
