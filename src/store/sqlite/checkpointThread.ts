import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../../model/limits.ts';
import { settle } from './schema.ts';

/** The checkpointer's thread: told to copy, it says when it has; told to end, it does. */

if (!parentPort) throw new Error('checkpointThread.ts runs as a worker thread only');
const port = parentPort;

const database = new DatabaseSync(workerData as string);
settle(database, false, LIMITS.readerCacheKibibytes);
const checkpoint = database.prepare('pragma wal_checkpoint(passive)');

/** The first takes the most; each of the others may meet the writer between two commits, and then brings all of it onto the disk. */
const TIMES = 3;

port.on('message', (told: 'copy' | 'end') => {
  if (told === 'end') {
    database.close();
    port.close();
    return;
  }
  for (let time = 0; time < TIMES; time++) checkpoint.get();
  port.postMessage('copied');
});
