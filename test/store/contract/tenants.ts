import assert from 'node:assert/strict';
import {
  byId,
  DEVICES,
  deletion,
  journalOf,
  linked,
  linking,
  newDevice,
  newUser,
  onePage,
  otherSide,
  put,
  type Room,
  readJson,
  roomTest,
  type Shared,
  stored,
  USERS,
  write,
} from './room.ts';

type Twins = { readonly device: string; readonly user: string; readonly deviceId: string };

/** The same ids, deviceIds and links in both tenants; only the names tell them apart. */
async function twins(room: Room): Promise<Twins> {
  const [device, user] = [newDevice(), newUser()];
  for (const [side, displayName] of [
    [room, 'ours'],
    [otherSide(room), 'theirs'],
  ] as const) {
    await put(
      side,
      newDevice({ ...device.values, displayName }).change,
      newUser({ ...user.values, displayName }).change,
      linking('link', USERS, device.id, user.id),
      { kind: 'credential', owner: user.id, credential: { kind: 'password', hash: displayName } },
    );
  }
  return { device: device.id, user: user.id, deviceId: String(device.values['deviceId']) };
}

/** Tenants never meet, not even where all their ids are the same. */
export function tenantTests(shared: Shared): void {
  roomTest(shared, 'tenants are listed as they were added', async ({ store, tenant, other }) => {
    assert.deepEqual((await store.tenants()).slice(-2), [tenant, other]);
    assert.notEqual(tenant.key, other.key);
    assert.equal(tenant.displayName, 'Contoso');
    assert.equal(other.defaultDomain, 'fabrikam.example');
  });

  roomTest(shared, 'a tenant can not be added twice', async ({ store, tenant }) => {
    await assert.rejects(async () => store.addTenant(tenant));
    assert.equal((await store.tenants()).filter(({ id }) => id === tenant.id).length, 1);
  });

  roomTest(shared, 'the same ids in two tenants are two objects, however they are found', async (room) => {
    const { device, user, deviceId } = await twins(room);
    for (const [side, name] of [
      [room, 'ours'],
      [otherSide(room), 'theirs'],
    ] as const) {
      for (const by of [byId(device), { property: 'deviceId', value: deviceId }]) {
        assert.equal((await readJson(side, 'device', by))?.['displayName'], name);
        assert.equal((await stored(side, 'device', by)).values['displayName'], name);
      }
      for (const from of [DEVICES, linked(USERS, device), linked(USERS, user, true)]) {
        const { objects } = await onePage(side, from);
        assert.deepEqual(
          objects.map((object) => object['displayName']),
          [name],
        );
      }
      assert.deepEqual(
        (await side.store.credentials(side.tenant, user)).map(({ hash }) => hash),
        [name],
      );
    }
  });

  roomTest(shared, 'what is changed in one tenant is not changed in the other', async (room) => {
    const { device, user } = await twins(room);
    const there = otherSide(room);
    const before = await journalOf(there);
    await put(room, linking('unlink', USERS, device, user));
    assert.equal((await onePage(there, linked(USERS, device))).count, 1);
    await put(room, deletion('device', device), deletion('user', user));
    assert.equal((await readJson(there, 'device', byId(device)))?.['displayName'], 'theirs');
    assert.equal((await onePage(there, linked(USERS, user, true))).count, 1);
    assert.equal((await there.store.credentials(there.tenant, user)).length, 1);
    assert.deepEqual(await journalOf(there), before);
  });

  roomTest(
    shared,
    'an object of the other tenant is not there: to read, load, change, link, or name its type',
    async (room) => {
      const [theirs, ours, user] = [newDevice(), newDevice(), newUser()];
      await put(otherSide(room), theirs.change, user.change);
      await put(room, ours.change);
      const { store, tenant } = room;
      assert.equal(await readJson(room, 'device', byId(theirs.id)), undefined);
      assert.deepEqual(await store.load(tenant, 'device', byId(theirs.id)), []);
      assert.equal(await store.typeOf(tenant, theirs.id), undefined);
      for (const change of [
        deletion('device', theirs.id),
        linking('link', USERS, ours.id, user.id),
        linking('link', USERS, theirs.id, user.id),
      ]) {
        const outcome = await write(room, change);
        assert.equal(outcome.done ? 'done' : outcome.because, 'missing');
      }
      assert.deepEqual(
        (await onePage(room, DEVICES)).objects.map(({ id }) => id),
        [ours.id],
      );
    },
  );

  roomTest(shared, 'each tenant has a journal of its own, counted from 1', async (room) => {
    const { device } = await twins(room);
    for (const side of [room, otherSide(room)]) {
      const rows = await journalOf(side);
      assert.deepEqual(
        rows.map((row) => row.number),
        [1, 2, 3, 4],
      );
      assert.equal(rows[0]?.object, device);
    }
  });
}
