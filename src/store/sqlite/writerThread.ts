import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
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
const dropIndexes = filling ? indexDropper(database) : () => {};

port.on('message', (first: Message | null) => {
  const requests: Writing[] = [];
  let message: Message | null | undefined = first;
  while (message) {
    requests.push(...unpacked(message));
    if (requests.length >= LIMITS.writesPerCommit) break;
    message = (receiveMessageOnPort(port) as { message: Message | null } | undefined)?.message;
  }
  if (requests.length > 0) {
    const outcomes = writer.apply(requests);
    dropIndexes();
    port.postMessage(outcomes);
  }
  if (message !== null) return;
  database.close();
  port.close();
});
