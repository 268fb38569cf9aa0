import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
import { createCheckpointer } from './checkpointer.ts';
import { type Message, unpacked } from './message.ts';
import { indexDropper, mapFile, settle } from './schema.ts';
import { Taken } from './taken.ts';
import { createWriter, type Writing } from './writer.ts';

/** The writer's thread: requests in, their outcomes out, in order; null ends it. */

if (!parentPort) throw new Error('writerThread.ts runs as a worker thread only');
const port = parentPort;

/** filling: objects come in great numbers, and whoever opened the store makes its indexes at the end. */
export type WriterData = { readonly path: string; readonly filling: boolean };

const { path, filling } = workerData as WriterData;
const database = new DatabaseSync(path);
settle(database, false, LIMITS.writerCacheKibibytes);
if (filling) mapFile(database);
const writer = createWriter(database, filling ? new Taken(database) : undefined);
const checkpointer = filling ? undefined : createCheckpointer(database, path);
const dropIndexes = filling ? indexDropper(database) : () => {};

port.on('message', (first: Message | null) => {
  let count = 0;
  let isLast = false;
  const isFull = () => isLast || count >= LIMITS.writesPerCommit;
  /** The requests of a message and of those that have arrived behind it. */
  const take = (message: Message | null | undefined): readonly Writing[] => {
    const requests: Writing[] = [];
    for (let next = message; next !== undefined; next = isFull() ? undefined : arrived()) {
      isLast = next === null;
      const these = next === null ? [] : unpacked(next);
      count += these.length;
      requests.push(...these);
    }
    return requests;
  };
  // Who comes a moment too late would wait for this commit and then for the next.
  const more = () => (isFull() ? [] : take(arrived()));

  const requests = take(first);
  if (requests.length > 0) {
    const outcomes = writer.apply(requests, more);
    dropIndexes();
    port.postMessage(outcomes);
    checkpointer?.wrote(outcomes.length);
  }
  if (isLast) void end();
});

async function end(): Promise<void> {
  await checkpointer?.end();
  database.close();
  port.close();
}

function arrived(): Message | null | undefined {
  return (receiveMessageOnPort(port) as { message: Message | null } | undefined)?.message;
}
