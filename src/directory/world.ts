import type { Caller } from '../identity/caller.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { entityType } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Fidelity } from '../model/shape.ts';
import type { Change, Key, Outcome, Store } from '../store/contract.ts';

/** What the directory's operations stand on. */
export type DirectoryWorld = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly fidelity: Fidelity;
};

/** One object as a request addresses it. */
export type Address = {
  /** Undefined where the address leaves it open, as `/directoryObjects/{id}` does. */
  readonly type: EntityType | undefined;
  readonly key: Key;
  /** A tenant that a reference names; nothing is found in any but the caller's own. */
  readonly tenantId?: string | undefined;
};

export type Found = { readonly type: EntityType; readonly id: string };

/** The object that the address means. */
export async function find(world: DirectoryWorld, caller: Caller, { type, key, tenantId }: Address): Promise<Found> {
  const isOwn = tenantId === undefined || tenantId === caller.tenant.id;
  if (!isOwn) throw new Refusal(ERRORS.notFound, { id: key.value });
  if (type) {
    const [stored] = await world.store.load(caller.tenant, type.name, key);
    if (stored) return { type, id: stored.id };
  } else {
    const name = await world.store.typeOf(caller.tenant, key.value);
    if (name !== undefined) return { type: entityType(name), id: key.value.toLowerCase() };
  }
  throw new Refusal(ERRORS.notFound, { id: key.value });
}

/** Writes the changes as one, in the caller's name. */
export function write(world: DirectoryWorld, caller: Caller, at: string, changes: readonly Change[]): Promise<Outcome> {
  return world.store.write({ tenant: caller.tenant, at, principal: caller.principal, app: caller.app, changes });
}

/** The refusal for an outcome that has the same meaning wherever it comes up. */
export function refusalOf(outcome: Exclude<Outcome, { done: true }>): Refusal {
  switch (outcome.because) {
    case 'missing':
      return new Refusal(ERRORS.notFound, { id: outcome.id });
    case 'duplicate':
      return duplicate(outcome.property);
    case 'unavailable':
      return new Refusal(ERRORS.storeUnavailable, {}, { cause: outcome.cause });
    default:
      return new Refusal(ERRORS.changedMeanwhile);
  }
}

function duplicate(property: string): Refusal {
  const refusal = new Refusal(ERRORS.duplicate, { name: property });
  const detail = { code: 'ObjectConflict', message: refusal.message, target: property };
  return new Refusal(ERRORS.duplicate, { name: property }, { details: [detail] });
}
