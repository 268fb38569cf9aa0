import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
import { type Message, unpacked } from './message.ts';
import { settle } from './schema.ts';
import { createWriter, type Writing } from './writer.ts';

/** The writer's thread: requests in, their outcomes out, in order; null ends it. */

if (!parentPort) throw new Error('writerThread.ts runs as a worker thread only');
const port = parentPort;
const database = new DatabaseSync((workerData as { path: string }).path);
settle(database, false, LIMITS.writerCacheKibibytes);
const writer = createWriter(database);

port.on('message', (first: Message | null) => {
  const requests: Writing[] = [];
  let message: Message | null | undefined = first;
  while (message) {
    requests.push(...unpacked(message));
    if (requests.length >= LIMITS.writesPerCommit) break;
    message = (receiveMessageOnPort(port) as { message: Message | null } | undefined)?.message;
  }
  if (requests.length > 0) port.postMessage(writer.apply(requests));
  if (message !== null) return;
  database.close();
  port.close();
});
