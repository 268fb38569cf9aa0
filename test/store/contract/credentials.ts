import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Credential } from '../../../src/store/contract.ts';
import { deletion, newDevice, newUser, otherSide, put, roomTest, type Shared, write } from './room.ts';

function credential(owner: string, kind: Credential['kind'], hash: string): Change {
  return { kind: 'credential', owner, credential: { kind, hash } };
}

/** Secrets as hashes, and the directory's own named values. */
export function credentialTests(shared: Shared): void {
  roomTest(shared, 'an object may have several credentials; they go with it', async (room) => {
    const [one, two] = [newUser(), newUser()];
    await put(room, one.change, two.change);
    await put(
      room,
      credential(one.id, 'password', 'a'),
      credential(one.id, 'secret', 'b'),
      credential(two.id, 'secret', 'b'),
    );
    const of = async (id: string) =>
      (await room.store.credentials(room.tenant, id)).map(({ kind, hash }) => `${kind} ${hash}`).toSorted();
    assert.deepEqual(await of(one.id), ['password a', 'secret b']);
    await put(room, deletion('user', one.id));
    assert.deepEqual(await of(one.id), []);
    assert.deepEqual(await of(two.id), ['secret b']);
  });

  roomTest(shared, 'a credential that stands alone takes the place of those of its kind', async (room) => {
    const [one, two] = [newUser(), newUser()];
    const alone = { ...credential(one.id, 'password', 'c'), alone: true } as Change;
    await put(room, one.change, two.change, credential(one.id, 'password', 'a'), credential(one.id, 'secret', 'b'));
    await put(room, credential(one.id, 'password', 'b'), credential(two.id, 'password', 'a'), alone);
    const of = async (id: string) =>
      (await room.store.credentials(room.tenant, id)).map(({ kind, hash }) => `${kind} ${hash}`).toSorted();
    assert.deepEqual(await of(one.id), ['password c', 'secret b']);
    assert.deepEqual(await of(two.id), ['password a']);
    // The same once more, and in a request that fails.
    await put(room, alone);
    await write(room, { ...credential(one.id, 'password', 'd'), alone: true } as Change, deletion('device', one.id));
    assert.deepEqual(await of(one.id), ['password c', 'secret b']);
  });

  roomTest(shared, 'a credential that has a key is ended by it, and says when it ends by itself', async (room) => {
    const [one, two] = [newUser(), newUser()];
    const ends = '2027-01-01T00:00:00Z';
    const keyed = (owner: string, hash: string, key: string): Change => {
      return { kind: 'credential', owner, credential: { kind: 'secret', hash, key, ends } };
    };
    await put(
      room,
      one.change,
      two.change,
      keyed(one.id, 'a', 'k1'),
      keyed(one.id, 'b', 'k2'),
      keyed(two.id, 'a', 'k1'),
    );
    const revoke = { kind: 'revoke', owner: one.id, key: 'k1' } as const;
    await put(room, revoke);
    assert.deepEqual(await room.store.credentials(room.tenant, one.id), [
      { kind: 'secret', hash: 'b', key: 'k2', ends },
    ]);
    assert.deepEqual(
      (await room.store.credentials(room.tenant, two.id)).map(({ key }) => key),
      ['k1'],
    );
    const rows = async () =>
      (await room.store.journal(room.tenant, 0, 999)).filter((row) => row.operation === 'revoke');
    assert.equal((await rows()).length, 1);
    // Again, and in a request that fails.
    await put(room, revoke);
    await write(room, { ...revoke, key: 'k2' }, deletion('device', one.id));
    assert.equal((await room.store.credentials(room.tenant, one.id)).length, 1);
    assert.equal((await rows()).length, 1);
  });

  roomTest(shared, 'a credential of a request that fails is not kept', async (room) => {
    const user = newUser();
    await put(room, user.change);
    await write(room, credential(user.id, 'password', 'a'), deletion('device', user.id));
    assert.deepEqual(await room.store.credentials(room.tenant, user.id), []);
  });

  roomTest(shared, 'a named value is undefined until it is set, and then what was set last', async ({ store }) => {
    assert.equal(await store.value('signingKeys'), undefined);
    for (const text of ['one', '', `{"quote":"'\\"","é":"👩"}`, 'x'.repeat(100_000)]) {
      await store.setValue('signingKeys', text);
      assert.equal(await store.value('signingKeys'), text);
    }
    assert.equal(await store.value('signingkeys'), undefined);
    assert.equal(await store.value('__proto__'), undefined);
  });

  test('closing waits for the writes under way', async () => {
    const store = await shared.open();
    const tenant = await store.addTenant({ id: 'a', displayName: 'A', defaultDomain: 'a.example' });
    const room = { store, tenant, other: tenant };
    const writing = Array.from({ length: 50 }, () => write(otherSide(room), newDevice().change));
    await store.close();
    for (const outcome of await Promise.all(writing)) assert.deepEqual(outcome, { done: true });
  });
}
