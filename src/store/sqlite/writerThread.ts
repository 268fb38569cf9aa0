import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
import type { WriteRequest } from '../contract.ts';
import { settle } from './schema.ts';
import { createWriter } from './writer.ts';

/** The writer's thread: requests in, their outcomes out, in order; null ends it. */

if (!parentPort) throw new Error('writerThread.ts runs as a worker thread only');
const port = parentPort;
const database = new DatabaseSync((workerData as { path: string }).path);
settle(database, false, LIMITS.writerCacheKibibytes);
const writer = createWriter(database);

port.on('message', (first: readonly WriteRequest[] | null) => {
  const requests: WriteRequest[] = [];
  let message: readonly WriteRequest[] | null | undefined = first;
  while (message) {
    requests.push(...message);
    if (requests.length >= LIMITS.writesPerCommit) break;
    message = (receiveMessageOnPort(port) as { message: readonly WriteRequest[] | null } | undefined)?.message;
  }
  if (requests.length > 0) port.postMessage(writer.apply(requests));
  if (message !== null) return;
  database.close();
  port.close();
});
