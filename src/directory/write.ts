import type { Caller } from '../identity/caller.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { instantText } from '../lib/clock.ts';
import { timedGuid } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { sidOf } from '../lib/sid.ts';
import { fold } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Property, Version } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import { type Change, type Outcome, type Stored, UNSHOWN, type Values } from '../store/contract.ts';
import { journaled, lay, servedText } from '../store/layout.ts';
import { alreadyLinked, bondChanges } from './link.ts';
import type { Deed } from './rules/rule.ts';
import { checkRules, consequences, customLinks, derivedValues, hasRules, nameOf } from './rules/rules.ts';
import { takeSecrets } from './secrets.ts';
import { valuesToCreate, valuesToUpdate } from './values.ts';
import {
  type Address,
  type Bond,
  type DirectoryWorld,
  type Found,
  find,
  refusalOf,
  typesOf,
  valuesOf,
  write,
} from './world.ts';

/**
 * Makes an object; its id, and the JSON text that is served.
 * @param settled values that aren't the caller's to say
 * https://learn.microsoft.com/graph/api/device-post-devices
 */
export async function createObject(
  world: DirectoryWorld,
  caller: Caller,
  type: EntityType,
  version: Version,
  body: Values,
  bonds: readonly Bond[] = [],
  settled: Values = {},
): Promise<{ readonly id: string; readonly text: string }> {
  const own = (await typesOf(world, caller)).of(type);
  const given = { ...valuesToCreate(own, body, { version, fidelity: world.fidelity }), ...settled };
  const now = world.clock.now();
  const at = instantText(now);
  const deed: Deed = { kind: 'create', caller, type, id: timedGuid(world.random, now), current: {}, changes: given };
  await checkRules(world, deed);
  const id = nameOf(deed, world) ?? deed.id;
  const kept = await takeSecrets(world, type, id, given, at);
  const values = newValues(own, { ...kept.values, ...derivedValues(deed), id }, at);
  const links = await bondChanges(world, caller, { type, id, values }, bonds);
  const row = lay(own, values);
  const outcome = await write(world, caller, at, [
    { kind: 'insert', type: type.name, id: fold(id), row, after: journaled(own, values, row) },
    ...links,
    ...customChanges(deed, bonds),
    ...kept.secrets,
    ...(await consequences(world, { ...deed, id, changes: values })),
  ]);
  if (!outcome.done) throw refusalOf(outcome);
  return { id, text: servedText(type, row, version) };
}

/**
 * Changes an object. Reads it, and writes only if nobody else has since; else once more from the start.
 * https://learn.microsoft.com/graph/api/device-update
 */
export async function updateObject(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  version: Version,
  body: Values,
  bonds: readonly Bond[] = [],
): Promise<void> {
  const found = await find(world, caller, address);
  const { type, id } = found;
  const own = (await typesOf(world, caller)).of(type);
  await changeObject(world, caller, found, bonds, async ({ values: current }) => {
    const changes = valuesToUpdate(own, body, current, { version, fidelity: world.fidelity });
    await checkRules(world, { kind: 'update', caller, type, id, current, changes });
    return changes;
  });
}

/** Changes an object as its values are, as often as somebody else is quicker. */
export async function changeObject(
  world: DirectoryWorld,
  caller: Caller,
  { type, id }: Pick<Found, 'type' | 'id'>,
  bonds: readonly Bond[],
  change: (stored: Stored) => Awaitable<Values>,
): Promise<void> {
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const [stored] = await world.store.load(caller.tenant, type.name, { property: 'id', value: id });
    if (!stored) throw new Refusal(ERRORS.notFound, { id });
    const changes = await change(stored);
    const outcome = await writeUpdate(world, caller, type, stored, changes, bonds);
    if (outcome.done) return;
    if (outcome.because === 'linked' && bonds[0]) throw alreadyLinked(bonds[0].relation);
    if (outcome.because !== 'changed') throw refusalOf(outcome);
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}

/** Deletes an object for good, with its links. https://learn.microsoft.com/graph/api/device-delete */
export async function deleteObject(world: DirectoryWorld, caller: Caller, address: Address): Promise<void> {
  const found = await find(world, caller, address);
  const { type, id } = found;
  let following: readonly Change[] = [];
  if (hasRules(type, 'delete')) {
    const current = await valuesOf(world, caller, found);
    const deed: Deed = { kind: 'delete', caller, type, id, current, changes: {} };
    await checkRules(world, deed);
    following = await consequences(world, deed);
  }
  const at = instantText(world.clock.now());
  const outcome = await write(world, caller, at, [{ kind: 'delete', type: type.name, id }, ...following]);
  if (!outcome.done) throw refusalOf(outcome);
}

const NOTHING_TO_DO: Outcome = Object.freeze({ done: true });

async function writeUpdate(
  world: DirectoryWorld,
  caller: Caller,
  type: EntityType,
  stored: Stored,
  changes: Values,
  bonds: readonly Bond[],
): Promise<Outcome> {
  const at = instantText(world.clock.now());
  const { values, secrets } = await takeSecrets(world, type, stored.id, changes, at);
  const after = { ...stored.values, ...values };
  const links = await bondChanges(world, caller, { type, id: stored.id, values: after }, bonds);
  const own = (await typesOf(world, caller)).of(type);
  const deed: Deed = { kind: 'update', caller, type, id: stored.id, current: stored.values, changes: values };
  const all = [...updates(own, stored, values), ...links, ...secrets, ...(await consequences(world, deed))];
  return all.length === 0 ? NOTHING_TO_DO : write(world, caller, at, all);
}

/** The change of the object itself: none where no value changes. */
function updates(type: EntityType, stored: Stored, changes: Values): readonly Change[] {
  const names = Object.keys(changes);
  if (names.length === 0) return [];
  const before = Object.fromEntries(names.map((name) => [name, stored.values[name] ?? null]));
  return [
    {
      kind: 'update',
      type: type.name,
      id: stored.id,
      since: stored.changed,
      row: lay(type, { ...stored.values, ...changes }),
      was: lay(type, stored.values),
      before: journaled(type, before),
      after: journaled(type, changes),
    },
  ];
}

function customChanges(deed: Deed, bonds: readonly Bond[]): readonly Change[] {
  const bound = bonds.map(({ relation }) => relation);
  return customLinks(deed, bound).map(({ relation, user }) => ({
    kind: 'link',
    link: { type: deed.type.name, relation },
    source: deed.id,
    target: user,
    targetType: SIGN_IN.user.type.name,
  }));
}

/** The values of a new object: what was given, and where nothing was, what such an object starts with. */
export function newValues(type: EntityType, given: Values, at: string): Values {
  const values: Record<string, unknown> = {};
  for (const property of type.properties) {
    const value = given[property.name] ?? initialValue(property, String(given['id']), at);
    if (value !== undefined) values[property.name] = value;
  }
  if (type.custom) for (const name of Object.keys(given)) if (type.custom.shown.has(name)) values[name] = given[name];
  if (Object.hasOwn(given, UNSHOWN)) values[UNSHOWN] = given[UNSHOWN];
  return values;
}

function initialValue({ initial }: Property, id: string, at: string): unknown {
  if (typeof initial !== 'object') return initial;
  return 'now' in initial ? at : sidOf(id);
}
