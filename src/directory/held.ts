import type { Caller } from '../identity/caller.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SECRETS } from '../model/signIn.ts';
import { updating } from '../store/change.ts';
import { completed } from '../store/columns.ts';
import type { Change, Stored } from '../store/contract.ts';
import { checkRules } from './rules/rules.ts';
import { type Address, type DirectoryWorld, find, refusalOf, write } from './world.ts';

/** One of the secrets or certificates that an object proves itself with, as it is shown. */
export type Held = Readonly<Record<string, unknown>>;

export function heldIn({ values }: Stored, property: string): readonly Held[] {
  return (values[property] ?? []) as readonly Held[];
}

/** The one of that key. @param kind as the refusal calls it */
export function heldWith(stored: Stored, property: string, id: string, kind: string): Held {
  const found = heldIn(stored, property).find((one) => String(one[SECRETS.key]).toLowerCase() === id.toLowerCase());
  if (!found) throw new Refusal(ERRORS.keyUnknown, { kind, id });
  return found;
}

/** Those that are to be held, and what else changes with them. */
export type Next = { readonly entries: readonly Held[]; readonly also: readonly Change[] };

/** Reads, decides and writes; once more from the start if somebody else wrote meanwhile. */
export async function changeHeld(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  property: string,
  decide: (stored: Stored) => Awaitable<Next>,
): Promise<void> {
  const { type, id } = await find(world, caller, address);
  const row = propertyOf(type, property);
  if (!row) throw new Error(`the model has no property ${type.name}.${property}`);
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const [stored] = await world.store.load(caller.tenant, type.name, { property: 'id', value: id });
    if (!stored) throw new Refusal(ERRORS.notFound, { id });
    await checkRules(world, { kind: 'act', caller, type, id, current: stored.values, changes: {} });
    const { entries, also } = await decide(stored);
    if (entries.length > LIMITS.applicationEntries) {
      throw new Refusal(ERRORS.entriesTooMany, { most: String(LIMITS.applicationEntries) });
    }
    const changes = updating(type, stored, { [property]: completed(row, entries) });
    const outcome = await write(world, caller, instantText(world.clock.now()), [...changes, ...also]);
    if (outcome.done) return;
    if (outcome.because !== 'changed') throw refusalOf(outcome);
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}
