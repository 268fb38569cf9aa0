import type { Caller } from '../identity/caller.ts';
import { type Awaitable, onward } from '../lib/awaitable.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { entityType, propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Fidelity, Relation } from '../model/shape.ts';
import type { Change, Key, Outcome, Store, Values } from '../store/contract.ts';
import { type TenantTypes, typesWith } from '../store/definitions.ts';

/** The principal and the application of what the program does by itself. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

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
  /** Where it is addressed below another object: it must be that one's. */
  readonly within?: Within | undefined;
};

/** The object that others live in, and the property by which they are its own. */
export type Within = { readonly owner: Address; readonly property: string };

/** What a body binds to its object. */
export type Bond = { readonly relation: Relation; readonly references: readonly Address[] };

/** values: known where the address named the type. */
export type Found = { readonly type: EntityType; readonly id: string; readonly values: Values | undefined };

/** The object that the address means. */
export async function find(world: DirectoryWorld, caller: Caller, address: Address): Promise<Found> {
  const { type, key, tenantId, within } = address;
  const isOwn = tenantId === undefined || tenantId === caller.tenant.id;
  if (!isOwn) throw new Refusal(ERRORS.notFound, { id: key.value });
  if (type) {
    const owner = within && (await find(world, caller, within.owner));
    const [stored] = await world.store.load(caller.tenant, type.name, key);
    const isThere = stored && (!owner || stored.values[within?.property ?? ''] === owner.id);
    if (isThere) return { type, id: stored.id, values: stored.values };
  } else {
    const name = await world.store.typeOf(caller.tenant, key.value);
    if (name !== undefined) return { type: entityType(name), id: key.value.toLowerCase(), values: undefined };
  }
  throw new Refusal(ERRORS.notFound, { id: key.value });
}

/** The values of an object that was found, read if finding it didn't. */
export async function valuesOf(world: DirectoryWorld, caller: Caller, { type, id, values }: Found): Promise<Values> {
  if (values) return values;
  const [stored] = await world.store.load(caller.tenant, type.name, { property: 'id', value: id });
  if (!stored) throw new Refusal(ERRORS.notFound, { id });
  return stored.values;
}

/** The model's types as the caller's tenant has them. */
export function typesOf(
  { store }: Pick<DirectoryWorld, 'store'>,
  { tenant }: Pick<Caller, 'tenant'>,
): Awaitable<TenantTypes> {
  return onward(store.definitions(tenant), typesWith);
}

/** Writes the changes as one, in the caller's name. */
export function write(world: DirectoryWorld, caller: Caller, at: string, changes: readonly Change[]): Promise<Outcome> {
  return world.store.write({ tenant: caller.tenant, at, principal: caller.principal, app: caller.app, changes });
}

/**
 * The refusal for an outcome that has the same meaning wherever it comes up.
 * @param of what was to be made or changed
 */
export function refusalOf(
  outcome: Exclude<Outcome, { done: true }>,
  of?: { readonly type: EntityType; readonly values: Values },
): Refusal {
  switch (outcome.because) {
    case 'missing':
      return new Refusal(ERRORS.notFound, { id: outcome.id });
    case 'duplicate':
      return (of && takenRefusal(of.type, of.values, outcome.property)) ?? duplicate(outcome.property);
    case 'unavailable':
      return new Refusal(ERRORS.storeUnavailable, {}, { cause: outcome.cause });
    default:
      return new Refusal(ERRORS.changedMeanwhile);
  }
}

/** Of some properties Graph says in words of their own that a value is taken. */
function takenRefusal(type: EntityType, values: Values, property: string): Refusal | undefined {
  const taken = propertyOf(type, property)?.taken;
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)] as const);
  return taken && new Refusal(ERRORS[taken], Object.fromEntries(texts));
}

function duplicate(property: string): Refusal {
  const refusal = new Refusal(ERRORS.duplicate, { name: property });
  const detail = { code: 'ObjectConflict', message: refusal.message, target: property };
  return new Refusal(ERRORS.duplicate, { name: property }, { details: [detail] });
}
