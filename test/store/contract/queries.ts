import assert from 'node:assert/strict';
import type { Condition, Order, PagePlan } from '../../../src/store/contract.ts';
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

/** What objects are asked for: conditions, orders, counts. */
export function queryTests(shared: Shared): void {
  caseTests(shared);
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
}

function idsOf(objects: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] {
  return objects.map(({ id }) => id);
}

function idAmong(made: readonly Made[], name: string): string | undefined {
  return made.find(({ values }) => values['displayName'] === name)?.id;
}
