import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Change, Outcome } from '../../../src/store/contract.ts';
import {
  byId,
  changeOf,
  DEVICES,
  DONE,
  deletion,
  journalOf,
  linking,
  newDevice,
  newUser,
  onePage,
  put,
  type Room,
  readJson,
  roomTest,
  type Shared,
  stored,
  USERS,
  write,
} from './room.ts';

/** A change that fails, and what it fails with. */
type Failure = { readonly name: string; readonly outcome: Outcome; readonly change: Change };

async function failuresIn(room: Room): Promise<readonly Failure[]> {
  const [device, user] = [newDevice(), newUser()];
  await put(room, device.change, user.change, linking('link', USERS, device.id, user.id));
  const stale = { ...(await stored(room, 'device', byId(device.id))), changed: 0 };
  const nobody = randomUUID();
  const missing: Outcome = { done: false, because: 'missing', id: nobody };
  const duplicate: Outcome = { done: false, because: 'duplicate', property: 'deviceId' };
  const twin = newDevice({ deviceId: device.values['deviceId'] });
  return [
    { name: 'delete of nothing', outcome: missing, change: deletion('device', nobody) },
    { name: 'link to nobody', outcome: missing, change: linking('link', USERS, device.id, nobody) },
    { name: 'link from nothing', outcome: missing, change: linking('link', USERS, nobody, user.id) },
    { name: 'duplicate deviceId', outcome: duplicate, change: twin.change },
    {
      name: 'stale update',
      outcome: { done: false, because: 'changed' },
      change: changeOf('device', stale, { displayName: 'stale' }),
    },
    {
      name: 'linked twice',
      outcome: { done: false, because: 'linked' },
      change: linking('link', USERS, device.id, user.id),
    },
    {
      name: 'unlinked what is not linked',
      outcome: { done: false, because: 'notLinked' },
      change: linking('unlink', { type: 'device', relation: 'registeredOwners' }, device.id, user.id),
    },
  ];
}

/** A request is done as a whole or not at all, and answers for itself only. */
export function transactionTests(shared: Shared): void {
  roomTest(shared, 'the changes of a request are done together, in their order', async (room) => {
    const [device, user] = [newDevice(), newUser()];
    const link = linking('link', USERS, device.id, user.id);
    assert.deepEqual(await write(room, device.change, user.change, link, deletion('user', user.id)), DONE);
    assert.equal(await readJson(room, 'user', byId(user.id)), undefined);
    assert.deepEqual(
      (await journalOf(room)).map((row) => row.operation),
      ['insert', 'insert', 'link', 'unlink', 'delete'],
    );
  });

  roomTest(shared, 'a request of which one change fails changes nothing, wherever that one stands', async (room) => {
    for (const { name, outcome, change } of await failuresIn(room)) {
      for (const first of [true, false]) {
        const [before, rows] = [await onePage(room, DEVICES), await journalOf(room)];
        const others = [newDevice().change, newUser().change];
        assert.deepEqual(await write(room, ...(first ? [change, ...others] : [...others, change])), outcome, name);
        assert.deepEqual(await onePage(room, DEVICES), before, name);
        assert.deepEqual(await journalOf(room), rows, name);
      }
    }
  });

  roomTest(shared, 'a request without changes is done', async (room) => {
    assert.deepEqual(await write(room), DONE);
    assert.deepEqual(await journalOf(room), []);
  });

  roomTest(shared, 'requests that fail among 200 concurrent ones take nothing else with them', async (room) => {
    const failures = await failuresIn(room);
    const before = (await journalOf(room)).length;
    const good = Array.from({ length: 200 }, () => newDevice());
    const outcomes = await Promise.all(
      good.flatMap((made, n) => {
        const failure = failures[n % failures.length] as Failure;
        return [write(room, made.change), write(room, newDevice().change, failure.change)];
      }),
    );
    outcomes.forEach((outcome, at) => {
      const failure = failures[Math.floor(at / 2) % failures.length];
      assert.deepEqual(outcome, at % 2 === 0 ? DONE : failure?.outcome, failure?.name);
    });
    for (const { id } of good) assert.ok(await readJson(room, 'device', byId(id)), id);
    assert.equal((await journalOf(room)).length, before + good.length);
  });

  strangeTests(shared);
}

/** What no caller should ask for, and what must not harm its neighbours all the same. */
function strangeTests(shared: Shared): void {
  const rows: readonly (readonly [string, (room: Room) => Promise<Outcome>])[] = [
    ['the same credential twice', (room) => write(room, credential, credential)],
    [
      'a tenant that is not there',
      (room) => write({ ...room, tenant: { ...room.tenant, key: 999_999 } }, newDevice().change),
    ],
  ];
  for (const [name, ask] of rows) {
    roomTest(shared, `${name}: the requests beside it are done all the same`, async (room) => {
      const good = Array.from({ length: 10 }, () => newDevice());
      const [, ...outcomes] = await Promise.all([ask(room), ...good.map((made) => write(room, made.change))]);
      assert.deepEqual(
        outcomes,
        good.map(() => DONE),
      );
    });
  }
}

const credential: Change = {
  kind: 'credential',
  owner: 'c1a5cce0-ee69-4561-afe1-2b073af5220a',
  credential: { kind: 'secret', hash: 'sha256$abc' },
};
