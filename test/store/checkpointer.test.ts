import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { createCheckpointer } from '../../src/store/sqlite/checkpointer.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import { APP, AT, DONE, newDevice, PRINCIPAL } from './contract/room.ts';

/** The write-ahead log is copied into the database before it is full, beside the writer. */

const BATCH = 250;
/** Of the log's header: how often the log was begun anew. https://sqlite.org/walformat.html#the_wal_file_format */
const SEQUENCE_AT = 12;
const FRAME_HEAD_BYTES = 24;
const PATIENCE_MILLISECONDS = 20_000;

test('a log is copied and begun anew before it is full, and nothing is lost', async (t) => {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  const store = openSqliteStore({ folder, clock: systemClock });
  const tenant = await store.addTenant({ id: 'one', displayName: 'One', defaultDomain: 'one.example' });
  const log = join(folder, 'directory.sqlite-wal');
  const sequence = () => readFileSync(log).readUInt32BE(SEQUENCE_AT);
  const started = sequence();
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  let written = 0;
  while (written < LIMITS.writesPerCheckpoint || (sequence() === started && performance.now() < deadline)) {
    const outcomes = await Promise.all(
      Array.from({ length: BATCH }, () =>
        store.write({ tenant, at: AT, principal: PRINCIPAL, app: APP, changes: [newDevice().change] }),
      ),
    );
    for (const outcome of outcomes) assert.deepEqual(outcome, DONE);
    written += BATCH;
  }
  assert.equal(sequence(), started + 1);
  const fullBytes = LIMITS.checkpointPages * (LIMITS.databasePageBytes + FRAME_HEAD_BYTES);
  assert.ok(statSync(log).size < fullBytes, `the log has ${statSync(log).size} bytes`);
  await store.close();

  const database = new DatabaseSync(join(folder, 'directory.sqlite'));
  t.after(() => database.close());
  assert.deepEqual(database.prepare('select count(*) as count from device').all(), [
    { __proto__: null, count: written },
  ]);
  assert.deepEqual(database.prepare('pragma integrity_check').all(), [{ __proto__: null, integrity_check: 'ok' }]);
});

test('a thread that fails ends nothing', async (t) => {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  const database = new DatabaseSync(join(folder, 'directory.sqlite'));
  t.after(() => database.close());
  const checkpointer = createCheckpointer(database, join(folder, 'missing', 'directory.sqlite'));
  checkpointer.wrote(LIMITS.writesPerCheckpoint);
  await checkpointer.end();
  checkpointer.wrote(LIMITS.writesPerCheckpoint);
  await checkpointer.end();
});

test('a rest that cannot be copied ends nothing', async (t) => {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  const path = join(folder, 'directory.sqlite');
  const database = new DatabaseSync(path);
  const checkpointer = createCheckpointer(database, path);
  checkpointer.wrote(LIMITS.writesPerCheckpoint);
  database.close();
  await checkpointer.end();
});
