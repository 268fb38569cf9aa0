import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
import type { WriteRequest } from '../contract.ts';
import { settle } from './schema.ts';
import { createWriter } from './writer.ts';

/** The writer's thread: a batch of requests in, a batch of outcomes out; null ends it. */

if (!parentPort) throw new Error('writerThread.ts runs as a worker thread only');
const port = parentPort;
const database = new DatabaseSync((workerData as { path: string }).path);
settle(database, false, LIMITS.writerCacheKibibytes);
const writer = createWriter(database);

port.on('message', (requests: readonly WriteRequest[] | null) => {
  if (requests === null) {
    database.close();
    port.close();
    return;
  }
  port.postMessage(writer.apply(requests));
});
