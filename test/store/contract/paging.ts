import assert from 'node:assert/strict';
import type { PagePlan } from '../../../src/store/contract.ts';
import { type Seeded, seeded } from '../seeded.ts';
import {
  allPages,
  DEVICES,
  deletion,
  linked,
  linking,
  type Made,
  newDevice,
  newUser,
  onePage,
  otherSide,
  put,
  type Room,
  roomTest,
  type Shared,
  USERS,
} from './room.ts';

/** Paging: order, limits, ends, and what a walk sees of what changes under it. */
export function pagingTests(shared: Shared): void {
  endTests(shared);
  orderTests(shared);
  randomTests(shared);
}

async function putDevices(room: Room, count: number): Promise<readonly Made[]> {
  const devices = Array.from({ length: count }, () => newDevice());
  await put(room, ...devices.map((device) => device.change));
  return devices;
}

/** A device with that many users, and a user with that many devices. */
async function putLinks(room: Room, count: number): Promise<{ readonly device: string; readonly user: string }> {
  const [hub, user] = [newDevice(), newUser()];
  const ends = Array.from({ length: count }, () => ({ device: newDevice(), user: newUser() }));
  await put(room, hub.change, user.change, ...ends.flatMap((end) => [end.device.change, end.user.change]));
  const links = ends.flatMap((end) => [
    linking('link', USERS, hub.id, end.user.id),
    linking('link', USERS, end.device.id, user.id),
  ]);
  await put(room, ...links);
  return { device: hub.id, user: user.id };
}

function endTests(shared: Shared): void {
  roomTest(shared, 'an empty set, and an object without links, are one empty page', async (room) => {
    for (const from of [DEVICES, linked(USERS, 'nobody'), linked(USERS, 'nobody', true)]) {
      assert.deepEqual(await onePage(room, from), { objects: [], count: 0, last: undefined });
    }
  });

  roomTest(shared, 'a page says where it ended only if something comes after it', async (room) => {
    await putDevices(room, 6);
    const { device, user } = await putLinks(otherSide(room), 6);
    const rows: readonly (readonly [Room, PagePlan['from']])[] = [
      [room, DEVICES],
      [otherSide(room), linked(USERS, device)],
      [otherSide(room), linked(USERS, user, true)],
    ];
    for (const [side, from] of rows) {
      for (const [limit, count, goesOn] of [
        [1, 1, true],
        [5, 5, true],
        [6, 6, false],
        [7, 6, false],
        [999, 6, false],
      ] as const) {
        const page = await onePage(side, from, { limit });
        assert.equal(page.count, count);
        assert.equal(page.last !== undefined, goesOn, `limit ${limit}`);
      }
    }
  });

  roomTest(shared, 'the end of a page holds when the object that stood there is deleted', async (room) => {
    const devices = await putDevices(room, 4);
    const first = await onePage(room, DEVICES, { limit: 2 });
    await put(room, deletion('device', devices[1]?.id ?? ''));
    const rest = await onePage(room, DEVICES, { after: first.last, limit: 2 });
    assert.deepEqual(
      rest.objects.map(({ id }) => id),
      devices.slice(2).map(({ id }) => id),
    );
  });
}

function orderTests(shared: Shared): void {
  roomTest(shared, 'a set is in the order in which its objects were made, whatever changes later', async (room) => {
    const devices = await putDevices(room, 30);
    const ids = devices.map(({ id }) => id);
    for (const limit of [1, 7, 30, 31]) assert.deepEqual(await allPages(room, DEVICES, () => limit), ids);
    await put(room, linking('link', USERS, ids[3] ?? '', await aUser(room)), deletion('device', ids[0] ?? ''));
    const late = newDevice();
    await put(room, late.change);
    assert.deepEqual(await allPages(room, DEVICES, () => 4), [...ids.slice(1), late.id]);
  });

  roomTest(shared, 'links come in one order, whatever the limit, in both directions', async (room) => {
    const { device, user } = await putLinks(room, 25);
    for (const from of [linked(USERS, device), linked(USERS, user, true)]) {
      const whole = await allPages(room, from, () => 999);
      assert.equal(new Set(whole).size, 25);
      for (const limit of [1, 3, 25]) assert.deepEqual(await allPages(room, from, () => limit), whole);
    }
  });
}

async function aUser(room: Room): Promise<string> {
  const user = newUser();
  await put(room, user.change);
  return user.id;
}

/** What is there at the start, and how one more is added and one taken away. */
type Changing = {
  readonly from: PagePlan['from'];
  readonly ids: string[];
  readonly add: () => Promise<string>;
  readonly remove: (id: string) => Promise<void>;
};

const CHANGING: Readonly<Record<string, (room: Room, random: Seeded) => Promise<Changing>>> = {
  'a set': async (room) => ({
    from: DEVICES,
    ids: (await putDevices(room, 60)).map(({ id }) => id),
    add: async () => (await putDevices(room, 1))[0]?.id ?? '',
    remove: (id) => put(room, deletion('device', id)),
  }),
  links: async (room, random) => {
    const device = newDevice();
    await put(room, device.change);
    const add = async () => {
      const id = await aUser(room);
      await put(room, linking('link', USERS, device.id, id));
      return id;
    };
    const remove = (id: string) =>
      put(room, random.below(2) === 0 ? deletion('user', id) : linking('unlink', USERS, device.id, id));
    return { from: linked(USERS, device.id), ids: await times(60, add), add, remove };
  },
  'links backwards': async (room, random) => {
    const user = await aUser(room);
    const add = async () => {
      const [device] = await putDevices(room, 1);
      await put(room, linking('link', USERS, device?.id ?? '', user));
      return device?.id ?? '';
    };
    const remove = (id: string) =>
      put(room, random.below(2) === 0 ? deletion('device', id) : linking('unlink', USERS, id, user));
    return { from: linked(USERS, user, true), ids: await times(60, add), add, remove };
  },
};

async function times<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}

function randomTests(shared: Shared): void {
  for (const [name, start] of Object.entries(CHANGING)) {
    roomTest(
      shared,
      `a walk through ${name} that changes: none twice, none missed that stood throughout`,
      async (room, t) => {
        const random = seeded(t);
        const { from, ids, add, remove } = await start(room, random);
        for (let walk = 0; walk < 8; walk++) {
          const stood = new Set(ids);
          const ever = new Set(ids);
          const change = async () => {
            for (let left = random.below(4); left > 0; left--) {
              if (ids.length < 40 || random.below(2) === 0) ever.add(await keep(ids, add()));
              else stood.delete(await take(ids, random, remove));
            }
          };
          const seen = await allPages(room, from, () => 1 + random.below(9), change);
          assert.equal(new Set(seen).size, seen.length, 'an object came twice');
          for (const id of stood) assert.ok(seen.includes(id), `${id} stood throughout and was missed`);
          for (const id of seen) assert.ok(ever.has(id), `${id} was never there`);
        }
      },
    );
  }
}

async function keep(ids: string[], made: Promise<string>): Promise<string> {
  const id = await made;
  ids.push(id);
  return id;
}

async function take(ids: string[], random: Seeded, remove: (id: string) => Promise<void>): Promise<string> {
  const id = random.pick(ids);
  ids.splice(ids.indexOf(id), 1);
  await remove(id);
  return id;
}
