import type { Caller } from '../identity/caller.ts';
import { instantText } from '../lib/clock.ts';
import { timedGuid } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Property, Version } from '../model/shape.ts';
import type { Stored, Values } from '../store/contract.ts';
import { lay, servedText } from '../store/layout.ts';
import { UPDATE_RULES } from './rules/rules.ts';
import { valuesToCreate, valuesToUpdate } from './values.ts';
import { type Address, type DirectoryWorld, find, refusalOf, write } from './world.ts';

/** Makes an object; its id, and the JSON text that is served. https://learn.microsoft.com/graph/api/device-post-devices */
export async function createObject(
  world: DirectoryWorld,
  caller: Caller,
  type: EntityType,
  version: Version,
  body: Values,
): Promise<{ readonly id: string; readonly text: string }> {
  const given = valuesToCreate(type, body, { version, fidelity: world.fidelity });
  const now = world.clock.now();
  const at = instantText(now);
  const id = timedGuid(world.random, now);
  const values = newValues(type, { ...given, id }, at);
  const row = lay(type, values);
  const change = { kind: 'insert', type: type.name, id, row, after: JSON.stringify(values) } as const;
  const outcome = await write(world, caller, at, [change]);
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
): Promise<void> {
  const { type, id } = await find(world, caller, address);
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const [stored] = await world.store.load(caller.tenant, type.name, { property: 'id', value: id });
    if (!stored) throw new Refusal(ERRORS.notFound, { id: address.key.value });
    const changes = valuesToUpdate(type, body, stored.values, { version, fidelity: world.fidelity });
    for (const check of UPDATE_RULES) check(caller, type, stored.values, changes);
    if (Object.keys(changes).length === 0) return;
    const outcome = await writeUpdate(world, caller, type, stored, changes);
    if (outcome.done) return;
    if (outcome.because !== 'changed') throw refusalOf(outcome);
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}

/** Deletes an object for good, with its links. https://learn.microsoft.com/graph/api/device-delete */
export async function deleteObject(world: DirectoryWorld, caller: Caller, address: Address): Promise<void> {
  const { type, id } = await find(world, caller, address);
  const at = instantText(world.clock.now());
  const outcome = await write(world, caller, at, [{ kind: 'delete', type: type.name, id }]);
  if (!outcome.done) throw refusalOf(outcome);
}

function writeUpdate(world: DirectoryWorld, caller: Caller, type: EntityType, stored: Stored, changes: Values) {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, stored.values[name] ?? null]));
  return write(world, caller, instantText(world.clock.now()), [
    {
      kind: 'update',
      type: type.name,
      id: stored.id,
      since: stored.changed,
      row: lay(type, { ...stored.values, ...changes }),
      was: lay(type, stored.values),
      before: JSON.stringify(before),
      after: JSON.stringify(changes),
    },
  ]);
}

/** The values of a new object: what was given, and where nothing was, what such an object starts with. */
export function newValues(type: EntityType, given: Values, at: string): Values {
  const values: Record<string, unknown> = {};
  for (const property of type.properties) {
    const value = given[property.name] ?? initialValue(property, at);
    if (value !== undefined) values[property.name] = value;
  }
  return values;
}

function initialValue({ initial }: Property, at: string): unknown {
  return typeof initial === 'object' ? at : initial;
}
