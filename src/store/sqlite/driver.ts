import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Bounded } from '../../lib/bounded.ts';
import type { Clock } from '../../lib/clock.ts';
import { fold } from '../../lib/text.ts';
import { entityType } from '../../model/directory.ts';
import { LIMITS } from '../../model/limits.ts';
import {
  type Credential,
  IN_MEMORY,
  type JournalRow,
  type Key,
  type PagePlan,
  type Store,
  type Stored,
  StoreProblem,
  type Tenant,
  type View,
} from '../contract.ts';
import { valuesOf } from '../layout.ts';
import { continuesSql, loadSql, pageSql, readSql, typeOfSql } from './compile.ts';
import { createFileQueue, createLocalQueue } from './queue.ts';
import { linkKey, migrate, settle } from './schema.ts';
import { createWriter } from './writer.ts';

/** What opens a store. folder: where its file lies, or `IN_MEMORY`. */
export type SqliteOptions = {
  readonly folder: string;
  readonly clock: Clock;
  /** Hears of work that takes its time, such as a migration. */
  readonly tell?: (line: string) => void;
};

const FILE = 'directory.sqlite';
const LOCK_FILE = 'lock.sqlite';
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const EMPTY_PAGE = new Uint8Array(0);

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
    const queue = inMemory ? createLocalQueue(writer) : createFileQueue(path, writer, options.clock);
    const store = createStore(database, queue.write);
    const close = async () => {
      await queue.close();
      database.close();
      unlock();
    };
    return { ...store, close };
  } catch (problem) {
    unlock();
    throw unopened(options.folder, problem);
  }
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

function createStore(database: DatabaseSync, write: Store['write']): Omit<Store, 'close'> {
  const prepared = new Bounded<string, StatementSync>(LIMITS.preparedStatements);
  const statement = (name: string, sql: () => string): StatementSync => {
    const known = prepared.get(name);
    if (known) return known;
    const made = database.prepare(sql());
    made.setReturnArrays(true);
    prepared.set(name, made);
    return made;
  };
  const rowOf = <T extends unknown[]>(found: unknown): T | undefined => found as T | undefined;
  const rowsOf = <T extends unknown[]>(found: unknown): T[] => found as T[];

  const tenantColumns = 'key, id, display_name, default_domain';
  const toTenant = ([key, id, displayName, defaultDomain]: [number, string, string, string]): Tenant =>
    Object.freeze({ key, id, displayName, defaultDomain });

  return {
    tenants: () => {
      const found = statement('tenants', () => `select ${tenantColumns} from tenant order by key`).all();
      return rowsOf<[number, string, string, string]>(found).map(toTenant);
    },

    addTenant: ({ id, displayName, defaultDomain }) => {
      const add = statement(
        'addTenant',
        () => `insert into tenant (id, display_name, default_domain) values (?, ?, ?) returning ${tenantColumns}`,
      );
      return toTenant(rowOf<[number, string, string, string]>(add.get(id, displayName, defaultDomain)) as never);
    },

    read: (tenant, type, by, view) => {
      const found = statement(`read:${type}:${by.property}:${viewKey(view)}`, () =>
        readSql(entityType(type), by.property, view),
      ).get(tenant.key, fold(by.value));
      return rowOf<[string]>(found)?.[0];
    },

    load: (tenant, type, by) => loadRows(tenant, type, by),

    typeOf: (tenant, id) => {
      const found = statement('typeOf', typeOfSql).get(tenant.key, fold(id));
      return rowOf<[string]>(found)?.[0];
    },

    page: (tenant, plan) => {
      const find = statement(`page:${planKey(plan)}`, () => pageSql(plan));
      const found = find.get(...placeValues(tenant, plan, plan.after), plan.limit);
      const [items, count, last] = rowOf<[Uint8Array | null, number, string | number | null]>(found) ?? [null, 0, null];
      if (items === null || last === null) return { items: EMPTY_PAGE, count: 0, last: undefined };
      const more = count === plan.limit && continues(tenant, plan, String(last));
      return { items, count, last: more ? String(last) : undefined };
    },

    write,

    journal: (tenant, after, most) => {
      const names = 'number, at, principal, app, operation, type, object, relation, target, before, after';
      const sql = `select ${names} from journal where tenant = ? and number > ? order by number limit ?`;
      return database.prepare(sql).all(tenant.key, after, most) as unknown as JournalRow[];
    },

    credentials: (tenant, owner) => {
      const sql = 'select kind, hash from credential where tenant = ? and owner = ?';
      return database.prepare(sql).all(tenant.key, owner) as unknown as Credential[];
    },

    value: (name) => {
      const found = statement('value', () => 'select text from value where name = ?').get(name);
      return rowOf<[string]>(found)?.[0];
    },

    setValue: (name, text) => {
      const sql = 'insert into value (name, text) values (?, ?) on conflict (name) do update set text = excluded.text';
      statement('setValue', () => sql).run(name, text);
    },
  };

  function loadRows(tenant: Tenant, typeName: string, by: Key): readonly Stored[] {
    const type = entityType(typeName);
    const found = statement(`load:${typeName}:${by.property}`, () => loadSql(type, by.property)).all(
      tenant.key,
      fold(by.value),
      LIMITS.rowsAtOnce,
    );
    return rowsOf<[string, number, string, string | null, string | null]>(found).map(
      ([id, changed, json, beta, rest]) => ({ id, changed, values: valuesOf(type, { json, beta, rest }) }),
    );
  }

  /** Whether anything follows the last object of a full page. */
  function continues(tenant: Tenant, plan: PagePlan, last: string): boolean {
    const find = statement(`continues:${sourceKey(plan)}`, () => continuesSql(plan));
    return find.get(...placeValues(tenant, plan, last)) !== undefined;
  }
}

function viewKey(view: View): string {
  return [view.version, view.typed, view.hidden.join(), view.select?.join() ?? '*'].join(':');
}

function planKey(plan: PagePlan): string {
  return `${sourceKey(plan)}:${viewKey(plan.view)}`;
}

function sourceKey({ from }: PagePlan): string {
  return from.kind === 'set' ? `set:${from.type}` : `links:${linkKey(from.link)}:${from.backwards}`;
}

/** What is bound to say where a page begins. */
function placeValues(tenant: Tenant, { from }: PagePlan, after: string | undefined): (string | number)[] {
  if (from.kind === 'set') return [tenant.key, Number(after ?? 0)];
  return [tenant.key, linkKey(from.link), from.of, after ?? ''];
}
