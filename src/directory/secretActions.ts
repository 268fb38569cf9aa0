import type { Caller } from '../identity/caller.ts';
import { hashSecret } from '../identity/secret.ts';
import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import type { BoundAction } from '../model/actions.ts';
import { passwordCredential } from '../model/applicationParts.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SECRETS } from '../model/signIn.ts';
import type { Change, Stored, Values } from '../store/contract.ts';
import { completed } from '../store/layout.ts';
import { checkRules } from './rules/rules.ts';
import { parametersOf } from './values.ts';
import { type Address, type DirectoryWorld, find, refusalOf, write } from './world.ts';
import { updates } from './write.ts';

/**
 * The secrets of an application, or of a service principal: made by the service, told once, kept as hashes.
 * https://learn.microsoft.com/graph/api/application-addpassword, …/application-removepassword
 */

type Held = Readonly<Record<string, unknown>>;

/** Makes a secret; what is kept of it, and the secret itself. */
export async function addSecret(
  world: DirectoryWorld,
  caller: Caller,
  action: BoundAction,
  address: Address,
  body: Values,
): Promise<Held> {
  const [given = {}] = Object.values(parametersOf(action, body)) as Held[];
  const entry = newEntry(world, given);
  const secret = world.random.bytes(LIMITS.secretBytes).toString('base64url');
  const hint = secret.slice(0, LIMITS.secretHintCharacters);
  const kept: Held = { ...entry, [SECRETS.hint]: hint };
  const [key, ends] = [String(kept[SECRETS.key]), String(kept[SECRETS.end])];
  await change(world, caller, address, (stored) => ({
    entries: [...entriesOf(stored), kept],
    also: { kind: 'credential', owner: stored.id, credential: { kind: 'secret', hash: hashSecret(secret), key, ends } },
  }));
  const told = { ...kept, [SECRETS.text]: secret };
  return completed({ type: passwordCredential }, told) as Held;
}

/** Ends one, at once. */
export async function endSecret(
  world: DirectoryWorld,
  caller: Caller,
  action: BoundAction,
  address: Address,
  body: Values,
): Promise<void> {
  const [id = ''] = Object.values(parametersOf(action, body)).map(String);
  await change(world, caller, address, (stored) => {
    const found = entriesOf(stored).find((entry) => isSame(entry, id));
    if (!found) throw new Refusal(ERRORS.keyUnknown, { kind: 'password', id });
    return {
      entries: entriesOf(stored).filter((entry) => entry !== found),
      also: { kind: 'revoke', owner: stored.id, key: String(found[SECRETS.key]) },
    };
  });
}

function isSame(entry: Held, id: string): boolean {
  return String(entry[SECRETS.key]).toLowerCase() === id.toLowerCase();
}

function entriesOf({ values }: Stored): readonly Held[] {
  return (values[SECRETS.property] ?? []) as readonly Held[];
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

type Next = { readonly entries: readonly Held[]; readonly also: Change };

/** Reads, decides and writes; once more from the start if somebody else wrote meanwhile. */
async function change(
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  decide: (stored: Stored) => Next,
): Promise<void> {
  const { type, id } = await find(world, caller, address);
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const [stored] = await world.store.load(caller.tenant, type.name, { property: 'id', value: id });
    if (!stored) throw new Refusal(ERRORS.notFound, { id });
    const { entries, also } = decide(stored);
    if (entries.length > LIMITS.applicationEntries) {
      throw new Refusal(ERRORS.entriesTooMany, { most: String(LIMITS.applicationEntries) });
    }
    await checkRules(world, { kind: 'act', caller, type, id, current: stored.values, changes: {} });
    const row = type.properties.find(({ name }) => name === SECRETS.property);
    const changes = { [SECRETS.property]: row && completed(row, entries) };
    const outcome = await write(world, caller, instantText(world.clock.now()), [
      ...updates(type, stored, changes),
      also,
    ]);
    if (outcome.done) return;
    if (outcome.because !== 'changed') throw refusalOf(outcome);
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}
