import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ENTITY_TYPES } from '../../model/directory.ts';
import { LIMITS } from '../../model/limits.ts';
import type { EntityType } from '../../model/shape.ts';
import { type Column, completedValues, partsOf } from '../columns.ts';
import { StoreProblem } from '../contract.ts';
import { type TenantTypes, typesWith } from '../definitions.ts';
import { lay, shapeOf, valuesOf } from '../layout.ts';
import { Counts, createCounter } from './counts.ts';
import { definitionReader } from './definitions.ts';
import { createInserter } from './insert.ts';
import { command, indexOf, quoted, tableOf, termsTableOf } from './names.ts';

/**
 * The tables. What the model doesn't know (tenants, links, journal, credentials, tickets, definitions) is made by numbered
 * migrations;
 * a table for each entity type follows the model's rows, and is brought up to date when they have changed.
 */

type Migration = { readonly number: number; readonly name: string; readonly sql: string };

/** Forward only. A migration that has been released is never edited: its checksum is kept and compared. */
const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'tenants, links, journal, counters, credentials, tickets, definitions',
    sql: `
      create table tenant (
        key integer primary key, -- the first tenant's is the highest
        id text not null unique,
        display_name text not null,
        default_domain text not null,
        cloud text not null,
        last_number integer not null default 0
      ) strict;
      create table link (
        tenant integer not null,
        relation text not null,
        source integer not null,
        target integer not null,
        target_type text not null,
        nested integer not null,
        primary key (tenant, relation, source, target)
      ) strict, without rowid;
      create unique index link_backwards on link (tenant, relation, target, source);
      create index link_nested on link (tenant, relation, source, target) where nested = 1;
      create table journal (
        place integer primary key,
        at text not null,
        principal text not null,
        app text not null,
        operation text not null,
        type text not null,
        object text not null,
        relation text,
        target text,
        before text,
        after text
      ) strict;
      create table counter (
        tenant integer not null,
        type text not null,
        field text not null,
        value any not null,
        count integer not null,
        primary key (tenant, type, field, value)
      ) strict, without rowid;
      create table credential (
        tenant integer not null,
        owner text not null,
        kind text not null,
        hash text not null,
        key text,
        ends text,
        primary key (tenant, owner, kind, hash)
      ) strict, without rowid;
      create table definition (
        tenant integer not null,
        number integer not null,
        name text not null,
        types text not null,
        form text not null,
        shown integer not null,
        primary key (tenant, number)
      ) strict, without rowid;
      create table ticket (
        tenant integer not null,
        use text not null,
        hash text not null,
        family text not null,
        expires text not null,
        taken integer not null,
        text text not null,
        primary key (tenant, use, hash)
      ) strict, without rowid;
      create index ticket_family on ticket (tenant, family);
      create index ticket_expires on ticket (expires);
      create table shape (type text primary key, shape text not null) strict, without rowid;
      create table value (name text primary key, text text not null) strict, without rowid;
    `,
  },
];

type Setting = { readonly pragma: string; readonly value: string | number; readonly reads: string | number };

/**
 * Settings that durability and speed rest on, each read back after it was set: SQLite ignores what it can't do
 * without a word. synchronous=2 is FULL: an answered commit is on disk, not in the page cache.
 */
export function settle(database: DatabaseSync, inMemory: boolean, cacheKibibytes: number): void {
  const settings: readonly Setting[] = [
    { pragma: 'page_size', value: LIMITS.databasePageBytes, reads: LIMITS.databasePageBytes },
    { pragma: 'journal_mode', value: 'wal', reads: inMemory ? 'memory' : 'wal' },
    { pragma: 'synchronous', value: 'full', reads: 2 },
    { pragma: 'wal_autocheckpoint', value: LIMITS.checkpointPages, reads: LIMITS.checkpointPages },
    { pragma: 'cache_size', value: -cacheKibibytes, reads: -cacheKibibytes },
    // What a savepoint may have to take back: on disk it would cost each create a fifth more.
    { pragma: 'temp_store', value: 'memory', reads: 2 },
    { pragma: 'busy_timeout', value: 5000, reads: 5000 },
    { pragma: 'trusted_schema', value: 0, reads: 0 },
  ];
  for (const { pragma, value, reads } of settings) {
    database.exec(`pragma ${pragma} = ${value}`);
    const row = database.prepare(`pragma ${pragma}`).get();
    const found = row ? Object.values(row)[0] : undefined;
    if (found !== reads) {
      throw new StoreProblem(
        `SQLite didn't take the setting '${pragma}': it is ${String(found)}, and must be ${reads}.`,
      );
    }
  }
}

/** Brings the tables up to this program's version; `tell` hears of work that takes its time. */
export function migrate(database: DatabaseSync, tell: (line: string) => void): void {
  database.exec(`
    create table if not exists migration (
      number integer primary key, name text not null, checksum text not null
    ) strict`);
  for (const migration of MIGRATIONS) applyMigration(database, migration);
  refuseNewer(database);
  for (const type of ENTITY_TYPES) followModel(database, type, tell);
  createIndexes(database);
}

function applyMigration(database: DatabaseSync, migration: Migration): void {
  const checksum = createHash('sha256').update(migration.sql).digest('hex');
  const done = database.prepare('select checksum from migration where number = ?').get(migration.number);
  if (done && done['checksum'] !== checksum) {
    throw new StoreProblem(
      `Migration ${migration.number} (${migration.name}) of this directory isn't the one that this program has. The directory was made by another build; use that one.`,
    );
  }
  if (done) return;
  inTransaction(database, () => {
    database.exec(migration.sql);
    command(database, 'insert into migration (number, name, checksum) values (?, ?, ?)').run(
      migration.number,
      migration.name,
      checksum,
    );
  });
}

function refuseNewer(database: DatabaseSync): void {
  const row = database.prepare('select max(number) as newest from migration').get();
  const newest = Number(row?.['newest'] ?? 0);
  if (newest > MIGRATIONS.length) {
    throw new StoreProblem(
      `This directory has schema version ${newest}; this program knows versions up to ${MIGRATIONS.length}. Use a newer Rollcall.`,
    );
  }
}

/** Makes the type's table, or lays its rows out anew when the model's rows have changed since. */
function followModel(database: DatabaseSync, type: EntityType, tell: (line: string) => void): void {
  const shape = shapeOf(type);
  const row = database.prepare('select shape from shape where type = ?').get(type.name);
  if (row?.['shape'] === shape) return;
  inTransaction(database, () => {
    if (row) layAnew(database, type, tell);
    else createTable(database, type);
    command(
      database,
      'insert into shape (type, shape) values (?, ?) on conflict (type) do update set shape = excluded.shape',
    ).run(type.name, shape);
  });
}

function createTable(database: DatabaseSync, type: EntityType): void {
  const table = tableOf(type);
  const terms = termsTableOf(type);
  const { columns } = partsOf(type);
  database.exec(`
    create table ${table} (
      place integer primary key,
      tenant integer not null,
      id text not null,
      changed integer not null,
      ${columns.map((column) => `${quoted(column.name)} ${sqlType(column)},`).join(' ')}
      json text not null,
      beta text,
      rest text,
      custom text
    ) strict`);
  database.exec(`create unique index ${quoted(`${type.name}:id`)} on ${table} (tenant, id)`);
  // The texts themselves stay out of it: it only leads to the rows.
  database.exec(`
    create virtual table ${terms}
    using fts5 (terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
    insert into ${terms} (${terms}, rank) values ('automerge', ${LIMITS.termPartsMerged})`);
}

/** Where most objects have no value, only the others are in the index; sorting needs them all. */
function createIndex(database: DatabaseSync, type: EntityType, { name, index, property }: Column): void {
  const unique = index === 'unique' ? 'unique' : '';
  const only = property.sort === undefined ? `where ${quoted(name)} is not null` : '';
  const on = `${tableOf(type)} (tenant, ${quoted(name)}) ${only}`;
  database.exec(`create ${unique} index if not exists ${indexOf(type, name)} on ${on}`);
}

/**
 * Indexes of columns. Made after the rows, they cost a tenth of what they do row by row: values come in no order, so that each
 * row would touch a page of each of them.
 */
export function createIndexes(database: DatabaseSync): void {
  for (const type of ENTITY_TYPES) for (const column of indexedColumns(type)) createIndex(database, type, column);
}

/** What drops those indexes that have anything in them: one that stays empty costs nothing, and to make it takes a look at all objects. */
export function indexDropper(database: DatabaseSync): () => void {
  let left = ENTITY_TYPES.flatMap((type) =>
    indexedColumns(type).map(({ name }) => ({
      index: indexOf(type, name),
      value: database.prepare(`select 1 from ${tableOf(type)} where ${quoted(name)} is not null limit 1`),
    })),
  );
  return () => {
    left = left.filter(({ index, value }) => {
      if (!value.get()) return true;
      database.exec(`drop index if exists ${index}`);
      return false;
    });
  };
}

/**
 * Reads the file as memory, which is quicker where much of it is read. Not while others may meet a broken disk by it, which
 * would end the process.
 */
export function mapFile(database: DatabaseSync): void {
  database.exec(`pragma mmap_size = ${LIMITS.mappedBytes}`);
}

function indexedColumns(type: EntityType): readonly Column[] {
  return partsOf(type).columns.filter(({ index }) => index === 'indexed' || index === 'unique');
}

function sqlType({ type }: Column): string {
  return type === 'Boolean' || type === 'Int32' || type === 'Int64' ? 'integer' : 'text';
}

/** Moves all rows of the type into a new table, through their values, so that they look as if written today. */
function layAnew(database: DatabaseSync, type: EntityType, tell: (line: string) => void): void {
  tell(`The model of ${type.name} has changed: laying its objects out anew …`);
  const old = quoted(`${type.name}:old`);
  database.exec(`drop table ${termsTableOf(type)}`);
  database.exec(`alter table ${tableOf(type)} rename to ${old}`);
  for (const index of database
    .prepare('select name from sqlite_schema where type = ? and tbl_name = ? and sql is not null')
    .all('index', `${type.name}:old`)) {
    database.exec(`drop index ${quoted(String(index['name']))}`);
  }
  createTable(database, type);
  command(database, 'delete from counter where type = ?').run(type.name);
  const insert = createInserter(database, type);
  const definitions = definitionReader(database);
  const known = new Map<number, TenantTypes>();
  const typesIn = (tenant: number): TenantTypes => {
    const found = known.get(tenant) ?? typesWith(definitions(tenant));
    known.set(tenant, found);
    return found;
  };
  const counts = new Counts();
  const select = database.prepare(`select place, tenant, id, changed, json, beta, rest, custom from ${old}`);
  for (const found of select.iterate()) {
    const text = (name: string) => (found[name] === null ? null : String(found[name]));
    const tenant = Number(found['tenant']);
    const own = typesIn(tenant).of(type);
    const texts = { json: String(found['json']), beta: text('beta'), rest: text('rest'), custom: text('custom') };
    const laid = lay(own, completedValues(own, valuesOf(own, texts)));
    insert(Number(found['place']), tenant, String(found['id']), Number(found['changed']), laid);
    counts.object(tenant, type, laid.columns, 1);
  }
  counts.write(createCounter(database));
  database.exec(`drop table ${old}`);
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('begin immediate');
  try {
    work();
    database.exec('commit');
  } catch (problem) {
    if (database.isTransaction) database.exec('rollback');
    throw problem;
  }
}
