import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  DONE,
  deletion,
  journalOf,
  linked,
  linking,
  type Made,
  newDevice,
  newObject,
  newUser,
  OWNERS,
  onePage,
  put,
  type Room,
  roomTest,
  type Shared,
  USERS,
  viewOf,
  write,
} from './room.ts';

const MEMBERS = { type: 'group', relation: 'members' };

async function idsOf(room: Room, from: ReturnType<typeof linked>): Promise<readonly string[]> {
  return (await onePage(room, from)).objects.map((object) => String(object['id']));
}

async function withDeviceAndUser(room: Room): Promise<{ readonly device: Made; readonly user: Made }> {
  const [device, user] = [newDevice(), newUser()];
  await put(room, device.change, user.change);
  return { device, user };
}

/** Links: one row, read from both ends. */
export function linkTests(shared: Shared): void {
  linkingTests(shared);
  deletingTests(shared);
}

function linkingTests(shared: Shared): void {
  roomTest(shared, 'a link is seen from both ends, and in its own relation only', async (room) => {
    const { device, user } = await withDeviceAndUser(room);
    await put(room, linking('link', USERS, device.id, user.id));
    assert.deepEqual(await idsOf(room, linked(USERS, device.id)), [user.id]);
    assert.deepEqual(await idsOf(room, linked(USERS, user.id, true)), [device.id]);
    for (const [of, backwards] of [
      [device.id, false],
      [user.id, true],
    ] as const) {
      assert.deepEqual(await idsOf(room, linked(OWNERS, of, backwards)), []);
      assert.deepEqual(await idsOf(room, linked(USERS, of, !backwards)), []);
    }
  });

  roomTest(shared, 'what is linked may be of several types, each shown as what it is', async (room) => {
    const [group, device, user, service, inner] = [
      newObject('group'),
      newDevice(),
      newUser(),
      newObject('servicePrincipal', { appId: randomUUID() }),
      newObject('group'),
    ] as const;
    const members = { device, user, servicePrincipal: service, group: inner };
    await put(room, ...[group, device, user, service, inner].map((made) => made.change));
    for (const [type, made] of Object.entries(members)) {
      await put(room, linking('link', MEMBERS, group.id, made.id, type));
    }
    const { objects } = await onePage(room, linked(MEMBERS, group.id), {
      view: viewOf({ typed: true }),
    });
    const types = Object.fromEntries(objects.map((object) => [object['id'], object['@odata.type']]));
    assert.deepEqual(
      types,
      Object.fromEntries(Object.entries(members).map(([type, { id }]) => [id, `#microsoft.graph.${type}`])),
    );
  });

  roomTest(shared, 'a link is made once: a second time is "linked", undoing it twice "notLinked"', async (room) => {
    const { device, user } = await withDeviceAndUser(room);
    const steps = [
      ['link', DONE],
      ['link', { done: false, because: 'linked' }],
      ['unlink', DONE],
      ['unlink', { done: false, because: 'notLinked' }],
      ['link', DONE],
    ] as const;
    for (const [kind, outcome] of steps) {
      assert.deepEqual(await write(room, linking(kind, USERS, device.id, user.id)), outcome);
    }
  });

  roomTest(shared, 'an end that is not there, or of another type, is missing', async (room) => {
    const { device, user } = await withDeviceAndUser(room);
    const nobody = randomUUID();
    const rows = [
      [linking('link', USERS, nobody, user.id), nobody],
      [linking('link', USERS, device.id, nobody), nobody],
      [linking('link', USERS, user.id, user.id), user.id],
      [linking('link', USERS, device.id, device.id), device.id],
      [linking('unlink', USERS, nobody, user.id), nobody],
    ] as const;
    for (const [change, id] of rows) {
      assert.deepEqual(await write(room, change), { done: false, because: 'missing', id });
    }
    assert.deepEqual(await idsOf(room, linked(USERS, device.id)), []);
  });

  roomTest(shared, 'of 20 requests at once for the same link one succeeds', async (room) => {
    const { device, user } = await withDeviceAndUser(room);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => write(room, linking('link', USERS, device.id, user.id))),
    );
    assert.equal(outcomes.filter((outcome) => outcome.done).length, 1);
    assert.deepEqual(await idsOf(room, linked(USERS, device.id)), [user.id]);
  });
}

function deletingTests(shared: Shared): void {
  roomTest(
    shared,
    'deleting an object removes its links both ways, and journals each before the deletion',
    async (room) => {
      const [group, device, users] = [newObject('group'), newDevice(), [newUser(), newUser(), newUser()]];
      await put(room, group.change, device.change, ...users.map((user) => user.change));
      await put(room, linking('link', MEMBERS, group.id, device.id, 'device'));
      for (const user of users) await put(room, linking('link', USERS, device.id, user.id));
      const before = (await journalOf(room)).length;
      await put(room, deletion('device', device.id));
      assert.deepEqual(await idsOf(room, linked(MEMBERS, group.id)), []);
      for (const user of users) assert.deepEqual(await idsOf(room, linked(USERS, user.id, true)), []);
      const rows = (await journalOf(room)).slice(before);
      assert.deepEqual(
        rows.map((row) => row.operation),
        ['unlink', 'unlink', 'unlink', 'unlink', 'delete'],
      );
      const unlinked = rows.slice(0, -1).map((row) => [row.type, row.relation, row.object, row.target].join(' '));
      const expected = [
        `group members ${group.id} ${device.id}`,
        ...users.map((user) => `device registeredUsers ${device.id} ${user.id}`),
      ];
      assert.deepEqual(unlinked.toSorted(), expected.toSorted());
    },
  );

  roomTest(shared, 'a link from a group to itself is removed and journaled once', async (room) => {
    const group = newObject('group');
    await put(room, group.change, linking('link', MEMBERS, group.id, group.id, 'group'));
    await put(room, deletion('group', group.id));
    assert.deepEqual(
      (await journalOf(room)).map((row) => row.operation),
      ['insert', 'link', 'unlink', 'delete'],
    );
  });

  roomTest(shared, 'an object that comes again under its old id has none of its old links', async (room) => {
    const { device, user } = await withDeviceAndUser(room);
    await put(room, linking('link', USERS, device.id, user.id), deletion('user', user.id));
    await put(room, newUser({ id: user.id }).change);
    assert.deepEqual(await idsOf(room, linked(USERS, device.id)), []);
    assert.deepEqual(await idsOf(room, linked(USERS, user.id, true)), []);
  });
}
