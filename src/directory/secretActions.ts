import type { Caller } from '../identity/caller.ts';
import { hashSecret } from '../identity/secret.ts';
import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { passwordCredential } from '../model/applicationParts.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SECRETS } from '../model/signIn.ts';
import { completed } from '../store/columns.ts';
import type { Values } from '../store/contract.ts';
import { changeHeld, type Held, heldIn, heldWith } from './held.ts';
import type { Address, DirectoryWorld } from './world.ts';

/**
 * The secrets of an application, or of a service principal: made by the service, told once, kept as hashes.
 * https://learn.microsoft.com/graph/api/application-addpassword, …/application-removepassword
 */

/** Makes a secret; what is kept of it, and the secret itself. */
export async function addSecret(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  [given]: readonly unknown[],
): Promise<Held> {
  const secret = world.random.bytes(LIMITS.secretBytes).toString('base64url');
  const entry: Held = {
    ...newEntry(world, (given ?? {}) as Values),
    [SECRETS.hint]: secret.slice(0, LIMITS.secretHintCharacters),
  };
  const [key, ends] = [String(entry[SECRETS.key]), String(entry[SECRETS.end])];
  const credential = { kind: 'secret', hash: hashSecret(secret), key, ends } as const;
  await changeHeld(world, caller, address, SECRETS.property, (stored) => ({
    entries: [...heldIn(stored, SECRETS.property), entry],
    also: [{ kind: 'credential', owner: stored.id, credential }],
  }));
  return completed({ type: passwordCredential }, { ...entry, [SECRETS.text]: secret }) as Held;
}

/** Ends one, at once. */
export async function endSecret(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  [id]: readonly unknown[],
): Promise<undefined> {
  await changeHeld(world, caller, address, SECRETS.property, (stored) => {
    const found = heldWith(stored, SECRETS.property, String(id), 'password');
    return {
      entries: heldIn(stored, SECRETS.property).filter((entry) => entry !== found),
      also: [{ kind: 'revoke', owner: stored.id, key: String(found[SECRETS.key]) }],
    };
  });
}

/** What a body may say of a new secret is its name and its time. */
function newEntry({ clock, random }: DirectoryWorld, given: Held): Held {
  const { text, hint, key, start, end } = SECRETS;
  if ([text, hint, key].some((name) => (given[name] ?? null) !== null)) throw new Refusal(ERRORS.secretGiven);
  const now = clock.now();
  const from = String(given[start] ?? instantText(now));
  const to = String(given[end] ?? yearsAfter(from));
  if (Date.parse(to) <= Math.max(Date.parse(from), now)) throw new Refusal(ERRORS.keyInvalid, { what: 'end date' });
  return { ...given, [key]: random.guid(), [start]: from, [end]: to };
}

function yearsAfter(instant: string): string {
  const date = new Date(instant);
  date.setUTCFullYear(date.getUTCFullYear() + LIMITS.secretYears);
  return instantText(date.getTime());
}
