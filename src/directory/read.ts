import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import type { LinkName, Relation } from '../model/shape.ts';
import type { Page, PagePlan, View } from '../store/contract.ts';
import { type Address, type DirectoryWorld, find } from './world.ts';

/** One object, as the JSON text that is served. */
export async function readObject(world: DirectoryWorld, caller: Caller, address: Address, view: View): Promise<string> {
  const type = address.type?.name ?? (await find(world, caller, address)).type.name;
  const text = await world.store.read(caller.tenant, type, address.key, view);
  if (text === undefined) throw new Refusal(ERRORS.notFound, { id: address.key.value });
  return text;
}

/** A page of a set, or of what one object is linked to. */
export async function readPage(
  world: DirectoryWorld,
  caller: Caller,
  from: { readonly set: string } | { readonly object: Address; readonly relation: Relation },
  plan: Pick<PagePlan, 'view' | 'after' | 'limit'>,
): Promise<Page> {
  if ('set' in from) return world.store.page(caller.tenant, { ...plan, from: { kind: 'set', type: from.set } });
  const { type, id } = await find(world, caller, from.object);
  const { inverseOf, through } = from.relation;
  if (through !== undefined || (inverseOf?.length ?? 0) > 1) throw new Refusal(ERRORS.notBuilt);
  const backwards = from.relation.inverseOf !== undefined;
  const link: LinkName = from.relation.inverseOf?.[0] ?? { type: type.name, relation: from.relation.name };
  return world.store.page(caller.tenant, { ...plan, from: { kind: 'links', link, of: id, backwards } });
}
