import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../model/limits.ts';
import { IN_MEMORY, type Store, StoreProblem } from '../contract.ts';
import { createFileQueue, createLocalQueue } from './queue.ts';
import { createIndexes, mapFile, migrate, settle } from './schema.ts';
import { createStore } from './store.ts';
import { createWriter } from './writer.ts';

/** What opens a store. folder: where its file lies, or `IN_MEMORY`. */
export type SqliteOptions = {
  readonly folder: string;
  readonly clock: Clock;
  /**
   * Opened to be filled with objects in great numbers: indexes are made when it is closed, and until then objects are found by
   * their keys alone. Values that are unique take some 100 bytes of memory each.
   */
  readonly filling?: boolean;
  /** Hears of work that takes its time, such as a migration. */
  readonly tell?: (line: string) => void;
};

const FILE = 'directory.sqlite';
const LOCK_FILE = 'lock.sqlite';
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** Whether a directory has been made in that folder. */
export function sqliteExists(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** Opens the store, makes or migrates its tables, and keeps every other process from writing to it. */
export function openSqliteStore(options: SqliteOptions): Store {
  const inMemory = options.folder === IN_MEMORY;
  const path = inMemory ? IN_MEMORY : join(options.folder, FILE);
  let unlock = () => {};
  try {
    if (!inMemory) unlock = lockFolder(options.folder);
    const database = new DatabaseSync(path);
    if (!inMemory) chmodSync(path, PRIVATE_FILE);
    settle(database, inMemory, LIMITS.readerCacheKibibytes);
    migrate(database, options.tell ?? (() => {}));
    const writer = createWriter(database);
    const queue = inMemory ? createLocalQueue(writer) : createFileQueue(path, writer, options);
    const store = createStore(database, queue.write);
    const close = async () => {
      await queue.close();
      if (options.filling) finishFilling(database);
      database.close();
      unlock();
    };
    return { ...store, close };
  } catch (problem) {
    unlock();
    throw unopened(options.folder, problem);
  }
}

/** A process that ends before it leaves this to the next one that opens the store. */
function finishFilling(database: DatabaseSync): void {
  database.exec(`pragma cache_size = -${LIMITS.writerCacheKibibytes}`);
  mapFile(database);
  createIndexes(database);
}

function unopened(folder: string, problem: unknown): StoreProblem {
  if (problem instanceof StoreProblem) return problem;
  const { message } = problem as Error;
  return new StoreProblem(`The directory in --data ${folder} can't be opened: ${message}.`, { cause: problem });
}

/** Opens a store for reading only, beside a process that serves it: what `rollcall token` needs. */
export function openSqliteReader(folder: string): Store {
  const refuse = () =>
    Promise.resolve({ done: false, because: 'unavailable', cause: 'opened for reading only' } as const);
  try {
    const database = new DatabaseSync(join(folder, FILE), { readOnly: true });
    // SQLite looks at a file only when it is asked something.
    database.prepare('select count(*) from value').get();
    return { ...createStore(database, refuse), close: async () => database.close() };
  } catch (problem) {
    throw unopened(folder, problem);
  }
}

/**
 * A lock that the operating system takes back when the process ends, however it ends: an open transaction on a
 * database of its own. (A file with a process number in it would outlive a killed process.)
 */
function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const path = join(folder, LOCK_FILE);
  const lock = new DatabaseSync(path);
  chmodSync(path, PRIVATE_FILE);
  try {
    lock.exec('pragma busy_timeout = 0');
    lock.exec('begin exclusive');
  } catch (problem) {
    lock.close();
    throw new StoreProblem(
      `Another Rollcall process is serving the directory in ${folder}. Stop it, or give this one a folder of its own with --data.`,
      { cause: problem },
    );
  }
  return () => lock.close();
}
