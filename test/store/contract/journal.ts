import assert from 'node:assert/strict';
import {
  APP,
  AT,
  byId,
  changeOf,
  deletion,
  journalOf,
  linking,
  newDevice,
  newUser,
  otherSide,
  PRINCIPAL,
  put,
  roomTest,
  type Shared,
  stored,
  USERS,
  write,
} from './room.ts';

/** The journal: one row a change, one sequence a tenant. */
export function journalTests(shared: Shared): void {
  contentTests(shared);
  sequenceTests(shared);
}

function contentTests(shared: Shared): void {
  roomTest(shared, 'each change leaves one row that says who, when, what, before and after', async (room) => {
    const [device, user] = [newDevice({ displayName: 'old' }), newUser()];
    await put(room, device.change, user.change);
    const seen = await stored(room, 'device', byId(device.id));
    await put(room, changeOf('device', seen, { displayName: 'new', model: 'M1' }));
    await put(room, linking('link', USERS, device.id, user.id));
    await put(room, linking('unlink', USERS, device.id, user.id));
    const common = { at: AT, principal: PRINCIPAL, app: APP };
    const plain = { relation: null, target: null };
    const link = {
      type: 'device',
      object: device.id,
      relation: 'registeredUsers',
      target: user.id,
      before: null,
      after: null,
    };
    assert.deepEqual(
      (await journalOf(room)).map((row) => ({ ...row })),
      [
        {
          number: 1,
          ...common,
          operation: 'insert',
          type: 'device',
          object: device.id,
          ...plain,
          before: null,
          after: JSON.stringify(device.values),
        },
        {
          number: 2,
          ...common,
          operation: 'insert',
          type: 'user',
          object: user.id,
          ...plain,
          before: null,
          after: JSON.stringify(user.values),
        },
        {
          number: 3,
          ...common,
          operation: 'update',
          type: 'device',
          object: device.id,
          ...plain,
          before: '{"displayName":"old","model":null}',
          after: '{"displayName":"new","model":"M1"}',
        },
        { number: 4, ...common, operation: 'link', ...link },
        { number: 5, ...common, operation: 'unlink', ...link },
      ],
    );
  });

  roomTest(
    shared,
    'a deletion keeps all that the object was, the properties of beta and the selected ones too',
    async (room) => {
      const device = newDevice({ displayName: 'gone', hostnames: ['kiosk.contoso.example'], kind: 'desktop' });
      await put(room, device.change);
      await put(room, deletion('device', device.id));
      const row = (await journalOf(room)).at(-1);
      assert.equal(row?.operation, 'delete');
      assert.equal(row.object, device.id);
      assert.equal(row.after, null);
      const before = JSON.parse(row.before ?? '{}') as Record<string, unknown>;
      for (const [name, value] of Object.entries(device.values)) assert.deepEqual(before[name], value, name);
    },
  );

  roomTest(shared, 'a credential is journaled without its hash', async (room) => {
    const hash = 'sha256$c2VjcmV0';
    const user = newUser();
    await put(room, user.change, { kind: 'credential', owner: user.id, credential: { kind: 'secret', hash } });
    const row = (await journalOf(room)).at(-1);
    assert.equal(row?.operation, 'credential');
    assert.equal(row.object, user.id);
    assert.equal(JSON.stringify(row).includes(hash), false);
  });

  roomTest(shared, 'it is read from a number on, in order, up to a limit', async (room) => {
    for (let n = 0; n < 10; n++) await put(room, newDevice().change);
    const read = async (after: number, most: number) =>
      (await room.store.journal(room.tenant, after, most)).map((row) => row.number);
    assert.deepEqual(await read(0, 3), [1, 2, 3]);
    assert.deepEqual(await read(3, 3), [4, 5, 6]);
    assert.deepEqual(await read(8, 100), [9, 10]);
    assert.deepEqual(await read(10, 100), []);
  });
}

function sequenceTests(shared: Shared): void {
  roomTest(
    shared,
    '500 concurrent writes, of two tenants, some failing: no number is missing, none comes twice',
    async (room) => {
      const there = otherSide(room);
      const taken = newDevice();
      await put(room, taken.change);
      await put(there, taken.change);
      const outcomes = await Promise.all(
        Array.from({ length: 500 }, (_, n) => {
          const side = n % 3 === 0 ? there : room;
          const twin = newDevice({ deviceId: taken.values['deviceId'] });
          return write(side, newDevice().change, n % 5 === 0 ? twin.change : newUser().change);
        }),
      );
      assert.equal(outcomes.filter((outcome) => outcome.done).length, 400);
      let total = 0;
      for (const side of [room, there]) {
        const rows = await journalOf(side);
        assert.deepEqual(
          rows.map((row) => row.number),
          rows.map((_, at) => at + 1),
        );
        total += rows.length;
      }
      assert.equal(total, 2 + 400 * 2);
    },
  );

  roomTest(shared, 'an object carries the number of its last change', async (room) => {
    const device = newDevice();
    await put(room, newUser().change, device.change);
    assert.equal((await stored(room, 'device', byId(device.id))).changed, 2);
    await put(room, changeOf('device', await stored(room, 'device', byId(device.id)), { model: 'M' }));
    assert.equal((await stored(room, 'device', byId(device.id))).changed, 3);
  });

  roomTest(shared, 'a reader that follows the numbers sees each change once while others write', async (room) => {
    let done = false;
    const writing = Promise.all(Array.from({ length: 300 }, () => write(room, newDevice().change))).then(() => {
      done = true;
    });
    const seen: number[] = [];
    while (!done || seen.length < 300) {
      const rows = await room.store.journal(room.tenant, seen.at(-1) ?? 0, 7);
      seen.push(...rows.map((row) => row.number));
      if (rows.length === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    assert.deepEqual(
      seen,
      Array.from({ length: 300 }, (_, n) => n + 1),
    );
  });
}
