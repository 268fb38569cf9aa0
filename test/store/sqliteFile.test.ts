import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/lib/clock.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { type Change, type Outcome, type Store, StoreProblem } from '../../src/store/contract.ts';
import { typesWith } from '../../src/store/definitions.ts';
import { openSqliteReader, openSqliteStore, sqliteExists } from '../../src/store/sqlite/driver.ts';
import { settle } from '../../src/store/sqlite/schema.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import {
  allPages,
  byId,
  DEVICES,
  DONE,
  journalOf,
  linked,
  linking,
  newDevice,
  newObject,
  newUser,
  onePage,
  put,
  type Room,
  USERS,
  viewOf,
  write,
} from './contract/room.ts';

/** What only a store in a file has: settings, locks, permissions, migrations. */

const HOLDER = fileURLToPath(new URL('./holdStore.ts', import.meta.url));

function folderFor(t: TestContext): string {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  return join(folder, 'data');
}

function open(folder: string, tell: (line: string) => void = () => {}): Store {
  return openSqliteStore({ folder, clock: systemClock, tell });
}

async function roomIn(store: Store): Promise<Room> {
  const tenant = await store.addTenant({ id: 'one', displayName: 'One', defaultDomain: 'one.example' });
  return { store, tenant, other: tenant };
}

/** Looks into, or changes, the file itself, as nobody but a test should. */
function inFile<T>(folder: string, act: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, 'directory.sqlite'));
  try {
    return act(database);
  } finally {
    database.close();
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
}

function refuses(folder: string, message: RegExp): void {
  assert.throws(
    () => open(folder),
    (problem) => problem instanceof StoreProblem && message.test(problem.message),
  );
}

// -- settings --------------------------------------------------------------------------------------------------

test('the file is in WAL mode, with pages of 8 KiB', async (t) => {
  const folder = folderFor(t);
  const store = open(folder);
  await put(await roomIn(store), newDevice().change);
  await store.close();
  const found = inFile(folder, (database) => [pragma(database, 'journal_mode'), pragma(database, 'page_size')]);
  assert.deepEqual(found, ['wal', 8192]);
});

test('each setting that durability rests on is in force on a connection that was settled', (t) => {
  const folder = folderFor(t);
  mkdirSync(folder);
  inFile(folder, (database) => {
    settle(database, false, 1024);
    const found = Object.fromEntries(
      ['journal_mode', 'synchronous', 'cache_size', 'trusted_schema'].map((name) => [name, pragma(database, name)]),
    );
    assert.deepEqual(found, { journal_mode: 'wal', synchronous: 2, cache_size: -1024, trusted_schema: 0 });
  });
});

test('a setting that SQLite does not take is a problem that names it', async (t) => {
  const folder = folderFor(t);
  mkdirSync(folder);
  // The page size of a database that has pages is fixed: SQLite ignores the pragma without a word.
  inFile(folder, (database) => database.exec('pragma page_size = 4096; create table anything (a)'));
  await t.test('to settle()', () => {
    const problem = /'page_size': it is 4096, and must be 8192/;
    inFile(folder, (database) => assert.throws(() => settle(database, false, 1024), problem));
  });
  await t.test('to the driver', () => refuses(folder, /page_size/));
});

test('a file that is no database is refused, and left as it is', (t) => {
  const folder = folderFor(t);
  mkdirSync(folder);
  writeFileSync(join(folder, 'directory.sqlite'), 'not a database'.repeat(1000));
  refuses(folder, /can't be opened: file is not a database/);
  assert.equal(statSync(join(folder, 'directory.sqlite')).size, 14_000);
});

// -- a folder and its processes --------------------------------------------------------------------------------

test('a store that is opened again has everything', async (t) => {
  const folder = folderFor(t);
  assert.equal(sqliteExists(folder), false);
  const room = await roomIn(open(folder));
  const [device, user] = [newDevice({ hostnames: ['h'], kind: 'desktop' }), newUser()];
  await put(room, device.change, user.change, linking('link', USERS, device.id, user.id));
  await put(room, { kind: 'credential', owner: user.id, credential: { kind: 'password', hash: 'x' } });
  await room.store.setValue('name', 'value');
  const look = async ({ store, tenant }: Room) => ({
    tenants: await store.tenants(),
    device: await store.read(tenant, 'device', byId(device.id), viewOf({ version: 'beta' })),
    links: await allPages({ store, tenant, other: tenant }, linked(USERS, device.id), () => 10),
    journal: await journalOf({ store, tenant, other: tenant }),
    credentials: await store.credentials(tenant, user.id),
    value: await store.value('name'),
  });
  const before = await look(room);
  await room.store.close();
  assert.equal(sqliteExists(folder), true);
  const again = { ...room, store: open(folder) };
  assert.deepEqual(await look(again), before);
  await put(again, newDevice().change);
  assert.equal((await journalOf(again)).at(-1)?.number, before.journal.length + 1);
  await again.store.close();
});

async function startHolder(t: TestContext, folder: string) {
  const child = spawn(process.execPath, [HOLDER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { line, child, ended };
}

const BUSY =
  /^Another Rollcall process is serving the directory in .*data\. Stop it, or give this one a folder of its own with --data\.$/;

test('a second process is refused while the first one lives, and not after it was killed', async (t) => {
  const folder = folderFor(t);
  const { line, child, ended } = await startHolder(t, folder);
  assert.equal(line, 'open\n');
  refuses(folder, BUSY);
  assert.equal(await openSqliteReader(folder).value('held'), 'yes');
  child.kill('SIGKILL');
  await ended;
  const store = open(folder);
  assert.equal(await store.value('held'), 'yes');
  assert.deepEqual(await write(await roomIn(store), newDevice().change), DONE);
  await store.close();
});

test('a process is refused while this one serves, and not after it closed', async (t) => {
  const folder = folderFor(t);
  const store = open(folder);
  const refused = await startHolder(t, folder);
  assert.match(refused.line.replace(/^\w+: /, '').trim(), BUSY);
  assert.deepEqual(await refused.ended, [1, null]);
  await store.close();
  assert.equal((await startHolder(t, folder)).line, 'open\n');
});

test('a reader beside the serving process sees what was written, and writes nothing', async (t) => {
  const folder = folderFor(t);
  const room = await roomIn(open(folder));
  const reader = { ...room, store: openSqliteReader(folder) };
  const device = newDevice();
  await put(room, device.change);
  assert.equal(await reader.store.typeOf(room.tenant, device.id), 'device');
  const outcome = await write(reader, newDevice().change);
  assert.equal(outcome.done ? 'done' : outcome.because, 'unavailable');
  await assert.rejects(async () => reader.store.setValue('name', 'value'));
  await reader.store.close();
  await room.store.close();
});

test('a store that was opened to be filled has all its indexes when it is closed, or when it is opened after it was not', async (t) => {
  const folder = folderFor(t);
  const fill = () => openSqliteStore({ folder, clock: systemClock, filling: true });
  const room = await roomIn(fill());
  const devices = ['C', 'A', 'B'].map((displayName) => newDevice({ displayName }));
  const others = Array.from({ length: 2 * LIMITS.writesPerMessage }, () => newDevice({ displayName: 'D' }));
  await Promise.all([...devices, ...others].map(({ change }) => put(room, change)));
  const indexes = () =>
    inFile(folder, (database) => database.prepare("select name from sqlite_schema where type = 'index'").all().length);
  const meanwhile = indexes();
  await room.store.close();
  const closed = indexes();
  assert.ok(closed > meanwhile, 'the indexes that queries need are made at the end');
  inFile(folder, (database) => database.exec('drop index "device:displayName"; drop index "device:deviceId"'));
  const again = { ...room, store: open(folder) };
  assert.equal(indexes(), closed, 'what a filling that was broken off left out is made by the next start');
  const order = [{ field: { property: 'displayName' }, descending: false }];
  const { objects } = await onePage(again, DEVICES, { order });
  assert.deepEqual(
    objects.map(({ displayName }) => displayName),
    ['A', 'B', 'C', ...others.map(() => 'D')],
  );
  await again.store.close();
});

test('a directory that is filled again keeps apart what was there, what comes, and what a request took back', async (t) => {
  const folder = folderFor(t);
  const room = await roomIn(open(folder));
  const [there, comes, back] = [newDevice(), newDevice(), newDevice()];
  await put(room, there.change);
  await room.store.close();
  const filled = { ...room, store: openSqliteStore({ folder, clock: systemClock, filling: true }) };
  const twinOf = ({ values }: typeof there) => newDevice({ deviceId: values['deviceId'] }).change;
  const duplicate: Outcome = { done: false, because: 'duplicate', property: 'deviceId' };
  const requests: readonly (readonly [Outcome, readonly Change[]])[] = [
    [duplicate, [twinOf(there)]],
    [DONE, [comes.change]],
    [duplicate, [twinOf(comes)]],
    [duplicate, [back.change, twinOf(there)]],
    [DONE, [back.change]],
    [duplicate, [newDevice().change, twinOf(back)]],
  ];
  const together = await Promise.all(requests.map(([, changes]) => write(filled, ...changes)));
  assert.deepEqual(
    together,
    requests.map(([outcome]) => outcome),
  );
  await filled.store.close();
  const after = { ...room, store: open(folder) };
  for (const device of [there, comes, back]) assert.deepEqual(await write(after, twinOf(device)), duplicate);
  assert.equal((await onePage(after, DEVICES)).objects.length, 3);
  await after.store.close();
});

test('folder and files are for their owner only', async (t) => {
  const folder = folderFor(t);
  const shared = folderFor(t);
  mkdirSync(shared);
  chmodSync(shared, 0o755);
  for (const [path, mode] of [
    [folder, 0o700],
    [shared, 0o755],
  ] as const) {
    const store = open(path);
    await put(await roomIn(store), newDevice().change);
    const modes = readdirSync(path).map((name) => [name, statSync(join(path, name)).mode & 0o777] as const);
    await store.close();
    assert.equal(statSync(path).mode & 0o777, mode);
    assert.ok(modes.length >= 3, 'there are files to look at');
    for (const [name, found] of modes) assert.equal(found.toString(8), '600', name);
  }
});

// -- versions --------------------------------------------------------------------------------------------------

test('a migration that was edited after it had been applied is refused', async (t) => {
  const folder = folderFor(t);
  await open(folder).close();
  const checksum = inFile(folder, (database) => database.prepare('select checksum from migration').get()?.['checksum']);
  inFile(folder, (database) => database.exec("update migration set checksum = 'another' where number = 1"));
  refuses(folder, /Migration 1 .* isn't the one that this program has/);
  inFile(folder, (database) => database.prepare('update migration set checksum = ?').run(String(checksum)));
  await open(folder).close();
});

test('a directory of a newer program is refused', async (t) => {
  const folder = folderFor(t);
  await open(folder).close();
  inFile(folder, (database) => database.exec("insert into migration values (99, 'of tomorrow', 'x')"));
  refuses(folder, /schema version 99; this program knows versions up to \d+\. Use a newer Rollcall/);
});

test('objects that an older model laid out are laid out anew: whole, indexed, in their order', async (t) => {
  const folder = folderFor(t);
  const room = await roomIn(open(folder));
  const devices = [newDevice({ hostnames: ['h1'], model: 'M1' }), newDevice({ kind: 'desktop' }), newDevice()];
  for (const device of devices) await put(room, device.change);
  const look = async ({ store, tenant }: Room) =>
    Promise.all(devices.map(async ({ id }) => store.read(tenant, 'device', byId(id), viewOf({ version: 'beta' }))));
  const before = await look(room);
  await room.store.close();
  inFile(folder, (database) => {
    // As if `manufacturer` had not been there yet, `hostnames` had been of both versions, and `deviceId` not unique.
    database.exec(`
      update shape set shape = 'of yesterday' where type = 'device';
      update device set json = json_remove(json, '$.manufacturer');
      update device set json = json_set(json, '$.hostnames', json('["h1"]')), beta = null where beta is not null;
      update device set "deviceId" = null;
      drop index "device:deviceId"`);
  });
  const told: string[] = [];
  const again = { ...room, store: open(folder, (line) => told.push(line)) };
  assert.deepEqual(told, ['The model of device has changed: laying its objects out anew …']);
  assert.deepEqual(await look(again), before);
  assert.deepEqual(
    await allPages(again, DEVICES, () => 2),
    devices.map(({ id }) => id),
  );
  const twin = newDevice({ deviceId: String(devices[1]?.values['deviceId']).toUpperCase() });
  assert.deepEqual(await write(again, twin.change), { done: false, because: 'duplicate', property: 'deviceId' });
  await again.store.close();
  const third = open(folder, (line) => told.push(line));
  assert.equal(told.length, 1, 'laid out anew once');
  await third.close();
});

test('what tenants have added outlives a restart, and objects that are laid out anew keep their values', async (t) => {
  const folder = folderFor(t);
  const room = await roomIn(open(folder));
  const form = { kind: 'directory', dataType: 'String', collection: false } as const;
  const names = ['extension_0a_shown', 'extension_0a_hidden'] as const;
  for (const name of names) await put(room, { kind: 'define', definition: { name, types: ['device'], form } });
  const types = typesWith(await room.store.definitions(room.tenant));
  const device = newObject('device', { ...newDevice().values, [names[0]]: 'a', [names[1]]: 'b' }, types);
  await put(room, device.change, { kind: 'undefine', name: names[1] });
  await room.store.close();
  inFile(folder, (database) => database.exec("update shape set shape = 'of yesterday' where type = 'device'"));
  const again = { ...room, store: open(folder) };
  const shown = async (name: string) =>
    JSON.parse(
      (await again.store.read(again.tenant, 'device', byId(device.id), viewOf({ select: [name] }))) ?? '{}',
    ) as unknown;
  assert.deepEqual(await shown(names[0]), { [names[0]]: 'a' });
  const where = { kind: 'compare', operator: 'eq', field: { property: names[0] }, value: 'a' } as const;
  const from = { kind: 'set', types: ['device'] } as const;
  assert.equal(await again.store.count(again.tenant, { from, where, view: viewOf() }), 1);
  await put(again, { kind: 'define', definition: { name: names[1], types: ['device'], form } });
  assert.deepEqual(await shown(names[1]), { [names[1]]: 'b' });
  await again.store.close();
});
