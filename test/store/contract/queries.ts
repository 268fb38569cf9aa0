import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition, Order, PagePlan } from '../../../src/store/contract.ts';
import { runOracle } from '../oracle/oracle.ts';
import { seedOf } from '../seeded.ts';
import {
  DEVICES,
  type Made,
  newDevice,
  newObject,
  newUser,
  onePage,
  otherSide,
  put,
  roomTest,
  type Shared,
  viewOf,
} from './room.ts';

/** What objects are asked for: conditions, orders, counts. `npm run oracle -- --count 1000000 --seed N` asks at length. */
export function queryTests(shared: Shared): void {
  caseTests(shared);
  oracleTests(shared);
}

/** More by ROLLCALL_ORACLE; `npm test` has two drivers. */
const QUESTIONS = Number(process.env['ROLLCALL_ORACLE'] ?? 1_500);

function oracleTests(shared: Shared): void {
  test(`${QUESTIONS} random questions are answered as the objects themselves say`, async (t) => {
    const seed = seedOf(t);
    await runOracle({ store: shared.store(), seed, count: QUESTIONS });
  });
}

const NAME = { property: 'displayName' };
const BY_NAME: readonly Order[] = [{ field: NAME, descending: false }];
const ALL: PagePlan['from'] = { kind: 'set', types: ['device', 'user', 'group', 'application'] };

const named = (name: string): Condition => ({ kind: 'compare', operator: 'eq', field: NAME, value: name });
const match = (how: 'startsWith' | 'endsWith' | 'contains', value: string): Condition => ({
  kind: 'match',
  how,
  field: NAME,
  value,
});

function caseTests(shared: Shared): void {
  roomTest(shared, 'objects that no index leads to are sorted without those of other tenants', async (room) => {
    const [first, second] = [newDevice({ displayName: 'One' }), newDevice({ displayName: 'Two' })];
    await put(room, first.change);
    await put(otherSide(room), second.change);
    for (const [side, { id }] of [
      [room, first],
      [otherSide(room), second],
    ] as const) {
      const { objects } = await onePage(side, DEVICES, { where: match('contains', 'o'), order: BY_NAME });
      assert.deepEqual(
        objects.map((object) => object['id']),
        [id],
      );
    }
  });

  roomTest(shared, 'text with U+0000 in it is found by its beginning, its end and its middle', async (room) => {
    const device = newDevice({ displayName: 'a\u0000b\u0000c' });
    await put(
      room,
      device.change,
      newDevice({ displayName: 'a\u0000x' }).change,
      newDevice({ displayName: 'a' }).change,
    );
    for (const where of [
      match('startsWith', 'a\u0000b'),
      match('endsWith', '\u0000c'),
      match('endsWith', 'a\u0000b\u0000c'),
      match('contains', '\u0000b'),
      named('a\u0000b\u0000c'),
    ]) {
      const not: Condition = { kind: 'not', item: { kind: 'not', item: { kind: 'and', items: [where, where] } } };
      for (const condition of [where, not]) {
        const { objects } = await onePage(room, DEVICES, { where: condition });
        assert.deepEqual(
          objects.map(({ id }) => id),
          [device.id],
          JSON.stringify(condition),
        );
      }
    }
  });

  roomTest(
    shared,
    'a property counts in each type that has it, whether it can be asked for alone or not',
    async (room) => {
      const made = ['device', 'user', 'group', 'application'].map((type) =>
        newObject(type, { displayName: `A ${type}` }),
      );
      await put(room, ...made.map(({ change }) => change));
      for (const [index, { id }] of made.entries()) {
        const type = ['device', 'user', 'group', 'application'][index] ?? '';
        for (const where of [
          named(`a ${type}`),
          match('endsWith', type),
          { kind: 'word', field: NAME, word: type } as const,
        ]) {
          const { objects } = await onePage(room, ALL, { where });
          assert.deepEqual(
            objects.map((object) => object['id']),
            [id],
            JSON.stringify(where),
          );
        }
      }
      const { objects } = await onePage(room, ALL, { order: BY_NAME });
      assert.deepEqual(
        idsOf(objects),
        ['application', 'device', 'group', 'user'].map((type) => idAmong(made, `A ${type}`)),
      );
    },
  );

  roomTest(shared, 'of objects that may not be seen neither a count nor an order tells anything', async (room) => {
    const [user, first, last] = [
      newUser({ displayName: 'M' }),
      newDevice({ displayName: 'A' }),
      newDevice({ displayName: 'Z' }),
    ];
    await put(room, user.change, last.change, first.change);
    const from: PagePlan['from'] = { kind: 'set', types: ['device', 'user'] };
    const view = viewOf({ hidden: ['user'], typed: true });
    const count = await room.store.count(room.tenant, { from, where: named('m'), view });
    assert.equal(count, 0);
    const { objects } = await onePage(room, from, { view, order: BY_NAME });
    assert.deepEqual(idsOf(objects), [user.id, first.id, last.id]);
  });
}

function idsOf(objects: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] {
  return objects.map(({ id }) => id);
}

function idAmong(made: readonly Made[], name: string): string | undefined {
  return made.find(({ values }) => values['displayName'] === name)?.id;
}
