import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { Condition, Order } from '../../src/store/contract.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { DEVICES, newDevice, onePage, put, type Room } from './contract/room.ts';

/** A page that would look at more rows than one page may: it ends short, and the next one goes on where it stopped. */

const MET = 6_000;
const UNMET = LIMITS.rowsPerPage + 1_000;
const PAGE = 999;
const CHUNK = 3_000;

const isMet: Condition = {
  kind: 'compare',
  operator: 'eq',
  field: { property: 'operatingSystem' },
  value: 'windows',
};
const byName = (descending: boolean): Order => ({ field: { property: 'displayName' }, descending });

/** First all that don't meet the condition, by name and by the time of their creation. */
async function filled(): Promise<Room> {
  const store = openSqliteStore({ folder: ':memory:', clock: systemClock });
  const tenant = await store.addTenant({
    id: 'one',
    displayName: 'One',
    defaultDomain: 'one.example',
    cloud: 'global',
  });
  const room = { store, tenant, other: tenant };
  const devices = Array.from({ length: UNMET + MET }, (_, index) => {
    const met = index >= UNMET;
    const displayName = `${met ? 'Z' : 'A'}${String(index).padStart(6, '0')}`;
    return newDevice({ displayName, operatingSystem: met ? 'Windows' : 'Linux' }).change;
  });
  for (let at = 0; at < devices.length; at += CHUNK) await put(room, ...devices.slice(at, at + CHUNK));
  return room;
}

async function namesOf(room: Room, order: readonly Order[]): Promise<{ names: readonly string[]; short: number }> {
  const names: string[] = [];
  let short = 0;
  let after: string | undefined;
  do {
    const page = await onePage(room, DEVICES, { where: isMet, order, after, limit: PAGE });
    names.push(...page.objects.map(({ displayName }) => String(displayName)));
    after = page.last;
    if (after !== undefined && page.count < PAGE) short += 1;
  } while (after !== undefined);
  return { names, short };
}

test('walks that look in vain end their page, and none of what they look for is missed', async (t) => {
  const room = await filled();
  t.after(() => room.store.close());
  const all = Array.from({ length: MET }, (_, index) => `Z${String(UNMET + index).padStart(6, '0')}`);
  await t.test('in the order of creation', async () => {
    const { names, short } = await namesOf(room, []);
    assert.deepEqual([names, short], [all, 1]);
  });
  await t.test('by name', async () => {
    const { names, short } = await namesOf(room, [byName(false)]);
    assert.deepEqual([names, short], [all, 1]);
  });
  await t.test('by name, backwards: found at once, and at the end nothing more is looked for twice', async () => {
    const { names, short } = await namesOf(room, [byName(true)]);
    assert.deepEqual(names, all.toReversed());
    assert.ok(short <= 2, `${short} short pages`);
  });
});
