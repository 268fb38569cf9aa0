import assert from 'node:assert/strict';
import type { Form } from '../../../src/model/extension.ts';
import { type Change, type Condition, UNSHOWN, type Values } from '../../../src/store/contract.ts';
import { NO_DEFINITIONS, type TenantTypes, typesWith } from '../../../src/store/definitions.ts';
import {
  byId,
  changeOf,
  DONE,
  deletion,
  newDevice,
  newObject,
  otherSide,
  put,
  type Room,
  roomTest,
  type Shared,
  viewOf,
  write,
} from './room.ts';

/** What tenants add to the model's types: definitions, and the values that lie by their numbers. */

const TEXT: Form = { kind: 'directory', dataType: 'String', collection: false };
const NUMBER: Form = { kind: 'directory', dataType: 'Integer', collection: false };
const NAME = 'extension_0a_tag';

const define = (name: string, form: Form = TEXT, types: readonly string[] = ['device']): Change => ({
  kind: 'define',
  definition: { name, types, form },
});
const undefine = (name: string): Change => ({ kind: 'undefine', name });

async function typesOf({ store, tenant }: Room): Promise<TenantTypes> {
  return typesWith(await store.definitions(tenant));
}

async function makeDevice(room: Room, values: Values): Promise<string> {
  const { id, change } = newObject('device', { ...newDevice().values, ...values }, await typesOf(room));
  await put(room, change);
  return id;
}

async function shown(room: Room, id: string, name: string): Promise<unknown> {
  const text = await room.store.read(room.tenant, 'device', byId(id), viewOf({ select: [name] }));
  return (JSON.parse(text ?? '{}') as Values)[name];
}

async function found(room: Room, where: Condition): Promise<readonly string[]> {
  const from = { kind: 'set', types: ['device'] } as const;
  const view = viewOf({ select: ['id'] });
  const page = await room.store.page(room.tenant, { from, where, view, order: [], after: undefined, limit: 9 });
  assert.ok('items' in page);
  const count = await room.store.count(room.tenant, { from, where, view });
  const ids = (JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[]).map(({ id }) => id);
  assert.equal(count, ids.length);
  return ids;
}

const equal = (property: string, value: string): Condition => ({
  kind: 'compare',
  operator: 'eq',
  field: { property },
  value,
});

export function definitionTests(shared: Shared): void {
  roomTest(shared, 'a tenant that has defined nothing always has the same list', async ({ store, tenant, other }) => {
    assert.equal(await store.definitions(tenant), NO_DEFINITIONS);
    assert.equal(await store.definitions(other), NO_DEFINITIONS);
  });

  roomTest(shared, 'the list is the same until something of it changes, and each tenant has its own', async (room) => {
    const { store, tenant, other } = room;
    await put(room, define('one'), define('two', NUMBER, ['user', 'device']));
    const before = await store.definitions(tenant);
    assert.deepEqual(
      before.map(({ name, types, form, shown: is }) => [name, types, form, is]),
      [
        ['one', ['device'], TEXT, true],
        ['two', ['user', 'device'], NUMBER, true],
      ],
    );
    await put(room, newDevice().change);
    assert.equal(await store.definitions(tenant), before);
    await put(otherSide(room), define('two'));
    assert.equal(await store.definitions(tenant), before);
    assert.deepEqual(
      (await store.definitions(other)).map(({ name }) => name),
      ['two'],
    );
    await put(room, undefine('one'));
    assert.deepEqual(
      (await store.definitions(tenant)).map(({ name, shown: is }) => [name, is]),
      [
        ['one', false],
        ['two', true],
      ],
    );
  });

  roomTest(shared, 'the same again keeps its number; another form gets another', async (room) => {
    const numbers = async () =>
      (await room.store.definitions(room.tenant)).map(({ number, shown: is }) => (is ? number : -number));
    await put(room, define('a'));
    const [first = 0] = await numbers();
    await put(room, define('a', TEXT, ['user']));
    assert.deepEqual(await numbers(), [first]);
    assert.deepEqual((await room.store.definitions(room.tenant))[0]?.types, ['device', 'user']);
    await put(room, define('a', NUMBER));
    assert.deepEqual(await numbers(), [-first, first + 1]);
    const members = [{ name: 'x', dataType: 'String' }];
    await put(room, define('b', { kind: 'schema', members }));
    await put(room, define('b', { kind: 'schema', members: [...members, { name: 'y', dataType: 'Integer' }] }));
    assert.deepEqual(await numbers(), [-first, first + 1, first + 2]);
    await put(room, define('b', { kind: 'schema', members }));
    assert.deepEqual(await numbers(), [-first, first + 1, -first - 2, first + 3], 'a member less is another form');
  });

  roomTest(shared, 'values are read, found, and seen by nobody else', async (room) => {
    await put(room, define('before'), define(NAME));
    await put(otherSide(room), define(NAME));
    const id = await makeDevice(room, { [NAME]: 'Käse' });
    await makeDevice(otherSide(room), { [NAME]: 'Käse' });
    await makeDevice(room, {});
    assert.equal(await shown(room, id, NAME), 'Käse');
    assert.deepEqual(await found(room, equal(NAME, 'käse')), [id]);
    assert.deepEqual(await found(room, { kind: 'match', how: 'startsWith', field: { property: NAME }, value: 'kä' }), [
      id,
    ]);
    assert.deepEqual(await found(room, equal('before', 'käse')), []);
    const [stored] = await room.store.load(room.tenant, 'device', byId(id));
    assert.ok(stored);
    assert.equal(stored.values[NAME], 'Käse');
    await put(room, changeOf('device', stored, { [NAME]: 'b' }, await typesOf(room)));
    assert.deepEqual([await found(room, equal(NAME, 'käse')), await found(room, equal(NAME, 'b'))], [[], [id]]);
  });

  roomTest(
    shared,
    'what is shown no more stays through changes, and is found when it is defined again',
    async (room) => {
      await put(room, define(NAME));
      const id = await makeDevice(room, { [NAME]: 'kept' });
      await put(room, undefine(NAME));
      const [stored] = await room.store.load(room.tenant, 'device', byId(id));
      assert.ok(stored);
      assert.equal(stored.values[NAME], undefined);
      assert.equal(Object.keys(stored.values[UNSHOWN] as Values).length, 1);
      await put(room, changeOf('device', stored, { displayName: 'Changed' }, await typesOf(room)));
      await put(room, define(NAME));
      assert.equal(await shown(room, id, NAME), 'kept');
      assert.deepEqual(await found(room, equal(NAME, 'kept')), [id]);
    },
  );

  roomTest(shared, 'a definition comes and goes with its request, and has no row in the journal', async (room) => {
    const outcome = await write(room, define('never'), deletion('device', 'nobody'));
    assert.equal(outcome.done, false);
    assert.equal(await room.store.definitions(room.tenant), NO_DEFINITIONS);
    assert.deepEqual(await write(room, define('ever')), DONE);
    assert.deepEqual(await room.store.journal(room.tenant, 0, 9), []);
  });

  roomTest(shared, 'the journal has values by their numbers', async (room) => {
    await put(room, define(NAME));
    const id = await makeDevice(room, { [NAME]: 'a' });
    await put(room, deletion('device', id));
    const [definition] = await room.store.definitions(room.tenant);
    const last = (await room.store.journal(room.tenant, 0, 9)).at(-1);
    const before = JSON.parse(last?.before ?? '{}') as Values;
    assert.deepEqual(before[UNSHOWN], { [String(definition?.number)]: 'a' });
    assert.equal(before[NAME], undefined);
  });
}
