import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../lib/clock.ts';
import { LIMITS } from '../../model/limits.ts';
import { type Message, unpacked } from './message.ts';
import { Patience } from './patience.ts';
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

const patience = new Patience();
const nobody = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

port.on('message', (first: Message | null) => {
  const requests: Writing[] = [];
  let goesOn = take(requests, first);
  const wait = goesOn ? patience.for(requests.length) : 0;
  if (wait > 0) {
    // Nobody wakes it: there is nothing to do meanwhile.
    Atomics.wait(nobody, 0, 0, wait);
    goesOn = take(requests, arrived());
  }
  if (requests.length > 0) {
    let start: number | undefined;
    const outcomes = writer.apply(requests, () => {
      start = systemClock.now();
    });
    if (start !== undefined) patience.note(requests.length, systemClock.now() - start);
    dropIndexes();
    port.postMessage(outcomes);
  }
  if (goesOn) return;
  database.close();
  port.close();
});

/** Takes a message and those that have arrived behind it. @returns false behind the last one */
function take(requests: Writing[], first: Message | null | undefined): boolean {
  for (let message = first; message !== undefined; message = arrived()) {
    if (message === null) return false;
    requests.push(...unpacked(message));
    if (requests.length >= LIMITS.writesPerCommit) break;
  }
  return true;
}

function arrived(): Message | null | undefined {
  return (receiveMessageOnPort(port) as { message: Message | null } | undefined)?.message;
}
