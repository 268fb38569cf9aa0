import type { Caller } from '../identity/caller.ts';
import { checkPossession } from '../identity/possession.ts';
import { Refusal } from '../lib/refusal.ts';
import { keyCredential } from '../model/applicationParts.ts';
import { ERRORS } from '../model/errors.ts';
import { KEYS, SECRETS } from '../model/signIn.ts';
import { completed } from '../store/columns.ts';
import { changeHeld, type Held, heldIn, heldWith } from './held.ts';
import { checkKey, completeKey } from './rules/credentials.ts';
import type { Address, DirectoryWorld } from './world.ts';

/**
 * Applications roll their certificates: who holds the key of one that is good adds the next, and takes away the last.
 * https://learn.microsoft.com/graph/api/application-addkey, …/application-removekey
 */

export async function addKey(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  [given, password, proof]: readonly unknown[],
): Promise<Held> {
  // A password goes with a private key, and none is kept here.
  if ((password ?? null) !== null) throw new Refusal(ERRORS.keyInvalid, { what: 'type' });
  const key = completed({ type: keyCredential }, given) as Held;
  checkKey(key);
  if ((key[SECRETS.key] ?? null) !== null) throw new Refusal(ERRORS.keyInvalid, { what: 'identifier' });
  const entry = completeKey(key, world.random.guid());
  await changeHeld(world, caller, address, KEYS, async (stored) => {
    await checkPossession(stored, String(proof), world.clock);
    return { entries: [...heldIn(stored, KEYS), entry], also: [] };
  });
  return entry;
}

export async function endKey(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  [id, proof]: readonly unknown[],
): Promise<undefined> {
  await changeHeld(world, caller, address, KEYS, async (stored) => {
    await checkPossession(stored, String(proof), world.clock);
    const found = heldWith(stored, KEYS, String(id), 'key');
    return { entries: heldIn(stored, KEYS).filter((entry) => entry !== found), also: [] };
  });
}
