import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyRing, type Keys, openKeys, publishedKeys, readKeys } from '../../src/identity/keys.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { heldClock, openDesk } from '../support/rollcall.ts';

/**
 * The keys that sign tokens come and go without anybody noticing:
 * https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */

const DAY = 24 * 3600_000;

async function openRing() {
  const clock = heldClock();
  const store = openSqliteStore({ folder: ':memory:', clock });
  return { clock, store, keys: await openKeys(store, clock) };
}

const names = (ring: KeyRing) => publishedKeys(ring).map(({ kid }) => kid);

test('the next key is published two days before it signs, and the last one known a day after', async () => {
  const { clock, store, keys } = await openRing();
  const first = keys.current.kid;
  clock.advance(58 * DAY - 1);
  await keys.tend();
  assert.deepEqual(names(keys), [first]);
  clock.advance(1);
  await keys.tend();
  await keys.tend();
  const [, second] = names(keys);
  assert.deepEqual([names(keys).length, keys.current.kid], [2, first]);
  clock.advance(2 * DAY - 1);
  assert.equal(keys.current.kid, first);
  clock.advance(1);
  assert.equal(keys.current.kid, second, 'without anybody tending it');
  clock.advance(DAY - 1);
  await keys.tend();
  assert.deepEqual(names(keys), [first, second]);
  clock.advance(1);
  await keys.tend();
  assert.deepEqual(names(keys), [second]);
  await store.close();
});

test('keys lie in the store: whoever opens it next has the same', async () => {
  const { clock, store, keys } = await openRing();
  await keys.rotate('planned');
  const again = await openKeys(store, clock);
  const read = await readKeys(store, clock);
  assert.deepEqual([names(again), again.current.kid], [names(keys), keys.current.kid]);
  assert.deepEqual(read && [names(read), read.current.kid], [names(keys), keys.current.kid]);
  await store.close();
});

test('after a year without a server, its first look makes the next key and keeps the last', async () => {
  const { clock, store, keys } = await openRing();
  const first = keys.current.kid;
  clock.advance(365 * DAY);
  await keys.tend();
  assert.deepEqual([names(keys).length, keys.current.kid], [2, first]);
  await store.close();
});

test('two services of one directory make one next key, and both know it', async () => {
  const { clock, store, keys } = await openRing();
  const other = await openKeys(store, clock);
  clock.advance(58 * DAY);
  await Promise.all([keys.tend(), other.tend()]);
  await Promise.all([keys.tend(), other.tend()]);
  assert.equal(names(keys).length, 2);
  assert.deepEqual(names(other), names(keys));
  clock.advance(3 * DAY);
  await Promise.all([keys.tend(), other.tend()]);
  await Promise.all([keys.tend(), other.tend()]);
  assert.deepEqual([names(keys).length, names(other)], [1, names(keys)]);
  await store.close();
});

test('a key that somebody stole is no longer known', async () => {
  const { store, keys } = await openRing();
  const first = keys.current.kid;
  await keys.rotate('compromised');
  assert.equal(names(keys).length, 1);
  assert.notEqual(keys.current.kid, first);
  await store.close();
});

const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

test('tokens go on across a rotation: the last one by the old key is good as long as it lasts', async () => {
  const desk = await openDesk();
  const keys = desk.rollcall.world.keys as Keys;
  const first = keys.current.kid;
  await keys.rotate('planned');
  desk.clock.advance(2 * DAY - 1800_000);
  const last = await desk.tokenOf('member');
  desk.clock.advance(1800_000);
  const next = await desk.tokenOf('member');
  assert.deepEqual([kidOf(last), kidOf(next)], [first, keys.current.kid]);
  assert.notEqual(first, keys.current.kid);
  for (const token of [last, next]) assert.equal((await desk.ask('GET', '/v1.0/devices', { token })).status, 200);
  assert.deepEqual((await desk.ask('GET', '/common/discovery/keys')).json.keys, publishedKeys(keys));
  await desk.close();
});
