import type { Caller } from '../identity/caller.ts';
import { type Awaitable, isLater } from '../lib/awaitable.ts';
import { instantText } from '../lib/clock.ts';
import { timedGuid } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Version } from '../model/shape.ts';
import { inserting, updating } from '../store/change.ts';
import type { Change, Outcome, Stored, Values } from '../store/contract.ts';
import { servedText } from '../store/layout.ts';
import { alreadyLinked, bondChanges } from './link.ts';
import { newValues } from './newObject.ts';
import type { Deed } from './rules/rule.ts';
import { checkRules, customLinks, derivedValues, followingChanges, hasRules, ownId } from './rules/rules.ts';
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
  type Within,
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
  within?: Within,
  settled: Values = {},
): Promise<{ readonly id: string; readonly text: string }> {
  const types = typesOf(world, caller);
  const own = (isLater(types) ? await types : types).of(type);
  const setting = { version, fidelity: world.fidelity };
  const owner = within && (await ownerOf(world, caller, type, within, body));
  const said = owner ? { ...body, ...owner.visible } : body;
  const given = Object.assign(valuesToCreate(own, said, setting), owner?.values, settled);
  const now = world.clock.now();
  const at = instantText(now);
  const id = ownId(type, given, caller.tenant, world.random) ?? timedGuid(world.random, now);
  const deed: Deed = { kind: 'create', caller, type, id, current: {}, changes: given };
  // Most objects have nothing special about them, and go through at once.
  const checked = checkRules(world, deed);
  if (isLater(checked)) await checked;
  const taken = takeSecrets(world, type, id, given, at);
  const kept = isLater(taken) ? await taken : taken;
  const derived = derivedValues(world, deed);
  const values = newValues(own, { ...kept.values, ...(isLater(derived) ? await derived : derived), id }, at);
  const bound = bondChanges(world, caller, { type, id, values }, bonds);
  const links = isLater(bound) ? await bound : bound;
  const following = followingChanges(world, { ...deed, changes: values }, at);
  const others = isLater(following) ? await following : following;
  const made = inserting(own, values);
  const outcome = await write(world, caller, at, [
    made,
    ...links,
    ...customChanges(deed, bonds),
    ...kept.secrets,
    ...others,
  ]);
  if (!outcome.done) throw refusalOf(outcome, { type, values });
  return { id, text: servedText(type, made.row, version) };
}

/** What a body leaves out, and may not say otherwise: whose the object is. visible: as far as bodies may name it at all. */
async function ownerOf(
  world: DirectoryWorld,
  caller: Caller,
  type: EntityType,
  { owner, property }: Within,
  body: Values,
): Promise<{ readonly values: Values; readonly visible: Values }> {
  const { id } = await find(world, caller, owner);
  const named = body[property];
  const values = { [property]: id };
  const isVisible = propertyOf(type, property)?.versions !== 'none';
  if (!isVisible || named === undefined) return { values, visible: isVisible ? values : {} };
  if (typeof named === 'string' && fold(named) !== id) throw new Refusal(ERRORS.assignmentElsewhere);
  return { values, visible: {} };
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
    const deed: Deed = { kind: 'update', caller, type, id, current: stored.values, changes: await change(stored) };
    const changes = { ...deed.changes, ...(await derivedValues(world, deed)) };
    const outcome = await writeUpdate(world, { ...deed, changes }, stored, bonds);
    if (outcome.done) return;
    if (outcome.because === 'linked' && bonds[0]) throw alreadyLinked(bonds[0].relation);
    if (outcome.because !== 'changed') throw refusalOf(outcome, { type, values: changes });
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}

/** Deletes an object for good, with its links. https://learn.microsoft.com/graph/api/device-delete */
export async function deleteObject(world: DirectoryWorld, caller: Caller, address: Address): Promise<void> {
  const found = await find(world, caller, address);
  const { type, id } = found;
  const current = hasRules(type, 'delete') ? await valuesOf(world, caller, found) : (found.values ?? {});
  const deed: Deed = { kind: 'delete', caller, type, id, current, changes: {} };
  await checkRules(world, deed);
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const at = instantText(world.clock.now());
    const following = await followingChanges(world, deed, at);
    const outcome = await write(world, caller, at, [...following, { kind: 'delete', type: type.name, id }]);
    if (outcome.done) return;
    // What goes with it may have gone by itself meanwhile.
    const isOther = outcome.because === 'missing' && outcome.id !== id;
    if (!isOther) throw refusalOf(outcome);
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}

const NOTHING_TO_DO: Outcome = Object.freeze({ done: true });

async function writeUpdate(
  world: DirectoryWorld,
  deed: Deed,
  stored: Stored,
  bonds: readonly Bond[],
): Promise<Outcome> {
  const { caller, type } = deed;
  const at = instantText(world.clock.now());
  const { values, secrets } = await takeSecrets(world, type, stored.id, deed.changes, at);
  const after = { ...stored.values, ...values };
  const links = await bondChanges(world, caller, { type, id: stored.id, values: after }, bonds);
  const own = (await typesOf(world, caller)).of(type);
  const following = await followingChanges(world, { ...deed, changes: values }, at);
  const all = [...updating(own, stored, values), ...following, ...links, ...secrets];
  return all.length === 0 ? NOTHING_TO_DO : write(world, caller, at, all);
}

function customChanges(deed: Deed, bonds: readonly Bond[]): readonly Change[] {
  const bound = bonds.map(({ relation }) => relation);
  return customLinks(deed, bound).map(({ relation, target, targetType }) => ({
    kind: 'link',
    link: { type: deed.type.name, relation },
    source: deed.id,
    target,
    targetType,
  }));
}
