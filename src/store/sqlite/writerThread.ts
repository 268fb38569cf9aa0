import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
import { type Message, unpacked } from './message.ts';
import { dropQueryIndexes, mapFile, settle } from './schema.ts';
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
let hasIndexes = true;
const writer = createWriter(database);

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
    if (filling && hasIndexes) {
      dropQueryIndexes(database);
      hasIndexes = false;
    }
    port.postMessage(outcomes);
  }
  if (message !== null) return;
  database.close();
  port.close();
});
