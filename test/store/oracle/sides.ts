import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { entityType } from '../../../src/model/directory.ts';
import type { LinkName } from '../../../src/model/shape.ts';
import type { Change, Store, Tenant, Values } from '../../../src/store/contract.ts';
import { type TenantTypes, typesWith } from '../../../src/store/definitions.ts';
import type { Random } from '../../query/generate.ts';
import { changeOf, deletion, linking, newObject, put, write } from '../contract/room.ts';
import { DEFINITIONS, EXTENDED, rowsOf } from './extended.ts';
import type { Link, Mirror, Thing } from './mirror.ts';
import { guid, randomValue, randomValues, TYPES } from './values.ts';

/** A tenant of a store beside its mirror: whatever is changed is changed in both. */
export type Side = { readonly store: Store; readonly tenant: Tenant; readonly mirror: Mirror };

/** The relations that are written. */
export const WRITTEN: readonly LinkName[] = TYPES.flatMap((type) =>
  type.relations
    .filter((row) => row.inverseOf === undefined && row.through === undefined)
    .map((row) => ({ type: type.name, relation: row.name })),
);

/** Two tenants with the same objects under different ids. */
export async function openSides(store: Store, random: Random, objects: number): Promise<readonly Side[]> {
  const sides: Side[] = [];
  for (const name of ['Contoso', 'Fabrikam']) {
    const tenant = await store.addTenant({ id: randomUUID(), displayName: name, defaultDomain: `${name}.example` });
    const inOrder = sides.length === 0 ? DEFINITIONS : DEFINITIONS.toReversed();
    await put({ store, tenant, other: tenant }, ...inOrder);
    sides.push({ store, tenant, mirror: { things: [], links: [] } });
  }
  await createAll(
    sides,
    random,
    Array.from({ length: objects }, () => typeFor(random)),
  );
  for (let made = 0; made < objects; made += 1) await linkTwo(sides, random);
  return sides;
}

/** Mostly devices, which have the most to ask for; enough groups for rings of them. */
function typeFor(random: Random): string {
  return random.pick(['device', 'device', 'device', 'user', 'group', 'group', ...TYPES.map(({ name }) => name)]);
}

const WAYS = [createSome, updateSome, updateSome, updateSome, deleteOne, linkTwo, linkTwo, unlinkOne, failTogether];

/** One change, or several at once, of a random kind, the same in each. */
export function changeSides(sides: readonly Side[], random: Random): Promise<void> {
  return random.pick(WAYS)(sides, random);
}

function createSome(sides: readonly Side[], random: Random): Promise<void> {
  return createAll(sides, random, [typeFor(random)]);
}

async function createAll(sides: readonly Side[], random: Random, types: readonly string[]): Promise<void> {
  const all = types.map((type) => ({ type, values: randomValues(random, EXTENDED.named(type)) }));
  for (const side of sides) {
    const { store, tenant, mirror } = side;
    const types = await typesOf(side);
    const made = all.map(({ type, values }) => ({ type, ...newObject(type, { ...values, id: guid(random) }, types) }));
    await put({ store, tenant, other: tenant }, ...made.map(({ change }) => change));
    mirror.things.push(...made.map(({ type, id, values }) => ({ type, id, values })));
  }
}

async function updateSome(sides: readonly Side[], random: Random): Promise<void> {
  const places = [...new Set([0, 0, 0].map(() => placeOf(sides, random)))];
  const changes = new Map(places.map((place) => [place, changesFor(random, thingAt(sides[0], place))]));
  for (const side of sides) {
    const updates: Change[] = [];
    for (const [place, values] of changes) updates.push(await updateOf(side, thingAt(side, place), values));
    await put({ ...side, other: side.tenant }, ...updates);
    for (const [place, values] of changes) {
      const thing = thingAt(side, place);
      thing.values = { ...thing.values, ...values };
    }
  }
}

function changesFor(random: Random, { type }: Thing): Values {
  const rows = rowsOf(EXTENDED.named(type)).filter(({ name }) => name !== 'id');
  const count = random.pick([1, 1, 2, 5, rows.length]);
  return Object.fromEntries(
    Array.from({ length: count }, () => random.pick(rows)).map((row) => [row.name, randomValue(random, row)]),
  );
}

async function typesOf({ store, tenant }: Side): Promise<TenantTypes> {
  return typesWith(await store.definitions(tenant));
}

async function updateOf(side: Side, { type, id }: Thing, values: Values): Promise<Change> {
  const { store, tenant } = side;
  const [stored] = await store.load(tenant, type, { property: 'id', value: id });
  assert.ok(stored);
  return changeOf(type, stored, values, await typesOf(side));
}

async function deleteOne(sides: readonly Side[], random: Random): Promise<void> {
  const place = placeOf(sides, random);
  for (const side of sides) {
    const thing = thingAt(side, place);
    const { mirror } = side;
    await put({ ...side, other: side.tenant }, deletion(thing.type, thing.id));
    mirror.things.splice(place, 1);
    mirror.links = mirror.links.filter(({ source, target }) => source !== thing && target !== thing);
  }
}

/** A request of which the last change can't be made: none of them is. */
async function failTogether(sides: readonly Side[], random: Random): Promise<void> {
  const [place, doomed] = [placeOf(sides, random), placeOf(sides, random)];
  const values = changesFor(random, thingAt(sides[0], place));
  for (const side of sides) {
    const [thing, other] = [thingAt(side, place), thingAt(side, doomed)];
    const changes = [newObject('device', { id: guid(random) }).change, await updateOf(side, thing, values)];
    if (thing !== other) changes.push(deletion(other.type, other.id));
    const outcome = await write({ ...side, other: side.tenant }, ...changes, deletion('device', 'nobody'));
    assert.equal(outcome.done, false);
  }
}

async function linkTwo(sides: readonly Side[], random: Random): Promise<void> {
  const [first] = sides;
  assert.ok(first);
  const { things, links } = first.mirror;
  // Groups in groups come often, so that there are rings and diamonds.
  const name = random.pick(WRITTEN.filter(({ type }) => type === 'group' || random.chance(50)));
  const accepts = entityType(name.type).relations.find((row) => row.name === name.relation)?.accepts ?? [];
  const type = accepts.includes('group') && random.chance(60) ? 'group' : random.pick(accepts);
  const sources = things.flatMap((thing, place) => (thing.type === name.type ? [place] : []));
  const targets = things.flatMap((thing, place) => (thing.type === type ? [place] : []));
  if (sources.length === 0 || targets.length === 0) return;
  const [source, target] = [random.pick(sources), random.pick(targets)];
  const isLinked = links.some(
    (link) => link.name === name && link.source === things[source] && link.target === things[target],
  );
  if (isLinked) return;
  for (const side of sides) {
    const link: Link = { name, source: thingAt(side, source), target: thingAt(side, target) };
    await put({ ...side, other: side.tenant }, linking('link', name, link.source.id, link.target.id, type));
    side.mirror.links.push(link);
  }
}

async function unlinkOne(sides: readonly Side[], random: Random): Promise<void> {
  const place = random.below(sides[0]?.mirror.links.length ?? 0);
  for (const side of sides) {
    const [link] = side.mirror.links.splice(place, 1);
    if (!link) return;
    const { name, source, target } = link;
    await put({ ...side, other: side.tenant }, linking('unlink', name, source.id, target.id, target.type));
  }
}

function placeOf([side]: readonly Side[], random: Random): number {
  return random.below(side?.mirror.things.length ?? 0);
}

function thingAt(side: Side | undefined, place: number): Thing {
  const thing = side?.mirror.things[place];
  assert.ok(thing);
  return thing;
}
