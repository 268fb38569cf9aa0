import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { Change, Outcome } from '../../src/store/contract.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { settle } from '../../src/store/sqlite/schema.ts';
import { createWriter, type Writer, type Writing } from '../../src/store/sqlite/writer.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import { APP, AT, DONE, linking, newDevice, newUser, PRINCIPAL, USERS } from './contract/room.ts';

/** The writer by itself, on a file: requests that come while others are being written share their commit. */

type Desk = {
  readonly writer: Writer;
  readonly database: DatabaseSync;
  readonly request: (...changes: readonly Change[]) => Writing;
};

async function openDesk(t: TestContext): Promise<Desk> {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  const store = openSqliteStore({ folder, clock: systemClock });
  const tenant = await store.addTenant({ id: 'one', displayName: 'One', defaultDomain: 'one.example' });
  await store.close();
  const database = new DatabaseSync(join(folder, 'directory.sqlite'));
  t.after(() => database.close());
  settle(database, false, LIMITS.writerCacheKibibytes);
  const request = (...changes: readonly Change[]) => ({ tenant, at: AT, principal: PRINCIPAL, app: APP, changes });
  return { writer: createWriter(database), database, request };
}

/** Hands the lots over one after the other, each when the one before is written, and then nothing; tells of each whether it was within the transaction. */
function inLots({ writer, database }: Desk, lots: readonly (readonly Writing[])[]) {
  const [first = [], ...later] = lots;
  const within: boolean[] = [];
  const outcomes = writer.apply(first, () => {
    within.push(database.isTransaction);
    return later.shift() ?? [];
  });
  return { outcomes, within };
}

const journalled = ({ database }: Desk) =>
  database
    .prepare('select object from journal order by place')
    .all()
    .map((row) => row['object']);

test('requests that come while others are written share their commit, and are answered in order', async (t) => {
  const desk = await openDesk(t);
  const [one, two, three] = [newDevice(), newDevice(), newDevice()];
  const twin = newDevice({ deviceId: one.values['deviceId'] });
  const { outcomes, within } = inLots(desk, [
    [desk.request(one.change)],
    [desk.request(two.change), desk.request(twin.change)],
    [desk.request(three.change)],
  ]);
  const duplicate: Outcome = { done: false, because: 'duplicate', property: 'deviceId' };
  assert.deepEqual(outcomes, [DONE, DONE, duplicate, DONE]);
  assert.deepEqual(within, [true, true, true]);
  assert.equal(desk.database.isTransaction, false);
  assert.deepEqual(journalled(desk), [one.id, two.id, three.id]);
});

test('one that came later and has to be taken back when it is half done takes nothing else with it', async (t) => {
  const desk = await openDesk(t);
  const [one, half, last, user] = [newDevice(), newDevice(), newDevice(), newUser()];
  const { outcomes } = inLots(desk, [
    [desk.request(one.change)],
    [desk.request(half.change, linking('link', USERS, half.id, user.id)), desk.request(user.change)],
    [desk.request(last.change)],
  ]);
  const missing: Outcome = { done: false, because: 'missing', id: user.id };
  assert.deepEqual(outcomes, [DONE, missing, DONE, DONE]);
  assert.deepEqual(journalled(desk), [one.id, user.id, last.id]);
  const numbers = desk.database.prepare('select place from journal order by place').all();
  const places = numbers.map((row) => Number(row['place']));
  assert.deepEqual(
    places,
    [0, 1, 2].map((step) => Number(places[0]) + step),
  );
});
