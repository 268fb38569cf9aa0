import { UNIT_MEMBERS } from '../model/roleManagement.ts';
import type { EntityType } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Key, Store } from '../store/contract.ts';
import type { Caller } from './caller.ts';
import { linkedIds } from './linked.ts';

/**
 * What a caller may do to one object beyond what it may do to all of them: by owning it, and by roles that were assigned
 * over the object or over an administrative unit that it is a member of. Looked up anew each time, and only when the
 * rights over all objects don't suffice.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/assign-roles-different-scopes
 */

/** One object as a request addresses it; type undefined: of whatever type it is. */
export type Target = { readonly type: EntityType | undefined; readonly key: Key };

/** Whether there is anything to look up. */
export function reachesFurther({ owned, scoped }: Caller): boolean {
  return owned.length > 0 || scoped.length > 0;
}

export async function actionsOver(store: Store, caller: Caller, target: Target): Promise<ReadonlySet<string>> {
  const object = await found(store, caller, target);
  const actions = new Set<string>();
  if (!object) return actions;
  const add = (more: readonly string[]) => {
    for (const action of more) actions.add(action);
  };
  for (const { link, actions: allowed } of caller.owned) {
    if (link.type === object.type && (await isOwner(store, caller, link, object.id))) add(allowed);
  }
  const units = await unitsOf(store, caller, object);
  for (const { role, scope } of caller.scoped) {
    const isOver = scope.kind === 'unit' ? units.includes(scope.id) : scope.id === object.id;
    if (isOver && role.actions !== 'all') add(role.actions);
  }
  return actions;
}

type Found = { readonly type: string; readonly id: string };

async function found(store: Store, { tenant }: Caller, { type, key }: Target): Promise<Found | undefined> {
  if (type && key.property === 'id') return { type: type.name, id: key.value };
  if (type) {
    const [stored] = await store.load(tenant, type.name, key);
    return stored && { type: type.name, id: stored.id };
  }
  const name = await store.typeOf(tenant, key.value);
  return name === undefined ? undefined : { type: name, id: key.value };
}

async function isOwner(
  store: Store,
  { tenant, principal }: Caller,
  link: { readonly type: string; readonly relation: string },
  id: string,
): Promise<boolean> {
  const only = { kind: 'compare', operator: 'eq', field: { property: 'id' }, value: principal } as const;
  const found = await linkedIds(
    store,
    tenant,
    link,
    { type: link.type, id, is: 'source' },
    SIGN_IN.user.type.name,
    only,
  );
  return found.length > 0;
}

/** Of the units over which the caller has a role, those that the object is a member of. */
async function unitsOf(store: Store, { tenant, scoped }: Caller, object: Found): Promise<readonly string[]> {
  const values = [...new Set(scoped.filter(({ scope }) => scope.kind === 'unit').map(({ scope }) => scope.id))];
  if (values.length === 0) return [];
  const among = { kind: 'in', field: { property: 'id' }, values } as const;
  return linkedIds(store, tenant, UNIT_MEMBERS, { ...object, is: 'target' }, UNIT_MEMBERS.type, among);
}
