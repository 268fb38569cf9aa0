import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { LIMITS } from '../../../src/model/limits.ts';
import {
  byId,
  changeOf,
  DONE,
  deletion,
  newDevice,
  newObject,
  newUser,
  put,
  readJson,
  roomTest,
  type Shared,
  stored,
  viewOf,
  write,
} from './room.ts';

/** One object: insert, read, load, update, delete, and what each says when it can't. */
export function objectTests(shared: Shared): void {
  insertTests(shared);
  readTests(shared);
  updateTests(shared);
  deleteTests(shared);
}

function insertTests(shared: Shared): void {
  roomTest(shared, 'an inserted object is read by its id and by its alternate key', async (room) => {
    const made = newDevice({ displayName: 'KIOSK-01' });
    await put(room, made.change);
    for (const by of [byId(made.id), { property: 'deviceId', value: String(made.values['deviceId']) }]) {
      const found = await readJson(room, 'device', by);
      assert.equal(found?.['id'], made.id);
      assert.equal(found['displayName'], 'KIOSK-01');
    }
  });

  roomTest(shared, 'a second object with the same id is a duplicate of the id', async (room) => {
    const made = newDevice();
    await put(room, made.change);
    const outcome = await write(room, newDevice({ id: made.id }).change);
    assert.deepEqual(outcome, { done: false, because: 'duplicate', property: 'id' });
  });

  for (const [type, property, make] of [
    ['device', 'deviceId', newDevice],
    ['user', 'userPrincipalName', newUser],
  ] as const) {
    roomTest(shared, `a second ${type} with the same ${property} is a duplicate of it`, async (room) => {
      const made = make();
      await put(room, made.change);
      const outcome = await write(room, make({ [property]: made.values[property] }).change);
      assert.deepEqual(outcome, { done: false, because: 'duplicate', property });
    });
  }

  roomTest(shared, 'a unique property that is missing twice is no duplicate', async (room) => {
    const [first, second] = [newDevice({ deviceId: null }), newDevice({ deviceId: null })];
    await put(room, first.change);
    await put(room, second.change);
    assert.equal((await readJson(room, 'device', byId(second.id)))?.['deviceId'], null);
  });

  roomTest(shared, 'a deviceId is free again once its device is deleted', async (room) => {
    const made = newDevice();
    await put(room, made.change);
    await put(room, deletion('device', made.id));
    await put(room, newDevice({ deviceId: made.values['deviceId'] }).change);
  });
}

function readTests(shared: Shared): void {
  roomTest(shared, 'an object that is not there is undefined to read and an empty list to load', async (room) => {
    const nobody = byId(randomUUID());
    assert.equal(
      await room.store.read(room.tenant, 'device', nobody, viewOf({ version: 'beta', typed: true })),
      undefined,
    );
    assert.deepEqual(await room.store.load(room.tenant, 'device', nobody), []);
    assert.equal(await room.store.typeOf(room.tenant, nobody.value), undefined);
  });

  roomTest(shared, 'an id belongs to its own type only, and typeOf tells which', async (room) => {
    const rows = [
      newDevice(),
      newUser(),
      newObject('group'),
      newObject('servicePrincipal'),
      newObject('administrativeUnit'),
    ];
    await put(room, ...rows.map((row) => row.change));
    const types = await Promise.all(rows.map(async (row) => room.store.typeOf(room.tenant, row.id)));
    assert.deepEqual(types, ['device', 'user', 'group', 'servicePrincipal', 'administrativeUnit']);
    assert.equal(await readJson(room, 'user', byId(rows[0]?.id ?? '')), undefined);
  });

  roomTest(shared, 'load gives the values that were set, and leaves out what is empty', async (room) => {
    const made = newDevice({ model: null, physicalIds: [], hostnames: ['a'], isManagementRestricted: false });
    await put(room, made.change);
    const { values } = await stored(room, 'device', byId(made.id));
    const { model: _model, physicalIds: _physicalIds, ...set } = made.values;
    assert.deepEqual({ ...values }, set);
  });

  roomTest(
    shared,
    'load finds every object that shares an indexed value, oldest first, up to the limit',
    async (room) => {
      const principalId = randomUUID();
      const rows = Array.from({ length: LIMITS.rowsAtOnce + 3 }, () => newObject('appRoleAssignment', { principalId }));
      await put(
        room,
        ...rows.map((row) => row.change),
        newObject('appRoleAssignment', { principalId: randomUUID() }).change,
      );
      const found = await room.store.load(room.tenant, 'appRoleAssignment', {
        property: 'principalId',
        value: principalId,
      });
      assert.deepEqual(
        found.map((one) => one.id),
        rows.slice(0, LIMITS.rowsAtOnce).map((row) => row.id),
      );
    },
  );
}

function updateTests(shared: Shared): void {
  roomTest(shared, 'an update replaces the values, moves the alternate key, and counts on', async (room) => {
    const made = newDevice({ displayName: 'before', hostnames: ['old'] });
    await put(room, made.change);
    const before = await stored(room, 'device', byId(made.id));
    const deviceId = randomUUID();
    await put(room, changeOf('device', before, { displayName: 'after', hostnames: [], deviceId }));
    const after = await stored(room, 'device', { property: 'deviceId', value: deviceId });
    assert.deepEqual({ ...after.values }, { id: made.id, accountEnabled: true, deviceId, displayName: 'after' });
    assert.ok(after.changed > before.changed, `${after.changed} comes after ${before.changed}`);
    assert.equal(
      await readJson(room, 'device', { property: 'deviceId', value: String(made.values['deviceId']) }),
      undefined,
    );
  });

  roomTest(shared, 'an update of what somebody else changed meanwhile fails and changes nothing', async (room) => {
    const made = newDevice();
    await put(room, made.change);
    const seen = await stored(room, 'device', byId(made.id));
    await put(room, changeOf('device', seen, { displayName: 'first' }));
    const outcome = await write(room, changeOf('device', seen, { displayName: 'second' }));
    assert.deepEqual(outcome, { done: false, because: 'changed' });
    assert.equal((await readJson(room, 'device', byId(made.id)))?.['displayName'], 'first');
  });

  roomTest(shared, 'of 20 updates at once that read the same state one succeeds', async (room) => {
    const made = newDevice();
    await put(room, made.change);
    const seen = await stored(room, 'device', byId(made.id));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => write(room, changeOf('device', seen, { displayName: `try ${n}` }))),
    );
    assert.equal(outcomes.filter((outcome) => outcome.done).length, 1);
    assert.equal(outcomes.filter((outcome) => !outcome.done && outcome.because === 'changed').length, 19);
  });

  roomTest(shared, 'an update may not take the alternate key of another object', async (room) => {
    const [one, two] = [newDevice(), newDevice()];
    await put(room, one.change, two.change);
    const seen = await stored(room, 'device', byId(two.id));
    const outcome = await write(room, changeOf('device', seen, { deviceId: one.values['deviceId'] }));
    assert.deepEqual(outcome, { done: false, because: 'duplicate', property: 'deviceId' });
  });

  roomTest(shared, 'an update of an object that is gone is missing', async (room) => {
    const made = newDevice();
    await put(room, made.change);
    const seen = await stored(room, 'device', byId(made.id));
    await put(room, deletion('device', made.id));
    const outcome = await write(room, changeOf('device', seen, { displayName: 'late' }));
    assert.deepEqual(outcome, { done: false, because: 'missing', id: made.id });
  });
}

function deleteTests(shared: Shared): void {
  roomTest(shared, 'a deleted object is gone from every reading', async (room) => {
    const made = newDevice();
    await put(room, made.change);
    assert.deepEqual(await write(room, deletion('device', made.id)), DONE);
    assert.equal(await readJson(room, 'device', byId(made.id)), undefined);
    assert.deepEqual(await room.store.load(room.tenant, 'device', byId(made.id)), []);
    assert.equal(await room.store.typeOf(room.tenant, made.id), undefined);
  });

  roomTest(shared, 'what is not there can not be deleted, nor as another type', async (room) => {
    const user = newUser();
    await put(room, user.change);
    for (const id of [randomUUID(), user.id]) {
      assert.deepEqual(await write(room, deletion('device', id)), { done: false, because: 'missing', id });
    }
    assert.equal(await room.store.typeOf(room.tenant, user.id), 'user');
  });
}
