import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { relationOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Relation } from '../model/shape.ts';
import type { Page, PagePlan, Search, Source, View } from '../store/contract.ts';
import { type Address, type DirectoryWorld, find } from './world.ts';

/** One object, as the JSON text that is served. */
export async function readObject(world: DirectoryWorld, caller: Caller, address: Address, view: View): Promise<string> {
  const type = address.type?.name ?? (await find(world, caller, address)).type.name;
  const text = await world.store.read(caller.tenant, type, address.key, view);
  if (text === undefined) throw new Refusal(ERRORS.notFound, { id: address.key.value });
  return text;
}

/** What is asked for: objects of some types, or what one object is linked to. */
export type From =
  | { readonly types: readonly string[] }
  | { readonly object: Address; readonly relation: Relation; readonly types: readonly string[] };

/** A page of a set, or of what one object is linked to. */
export async function readPage(
  world: DirectoryWorld,
  caller: Caller,
  from: From,
  plan: Omit<PagePlan, 'from'>,
): Promise<Page> {
  const page = await world.store.page(caller.tenant, { ...plan, from: await sourceOf(world, caller, from) });
  if ('tooCostly' in page) throw new Refusal(ERRORS.queryTooCostly, { rows: String(page.rows) });
  return page;
}

/** How many objects there are. */
export async function countObjects(
  world: DirectoryWorld,
  caller: Caller,
  from: From,
  search: Omit<Search, 'from'>,
): Promise<number> {
  const count = await world.store.count(caller.tenant, { ...search, from: await sourceOf(world, caller, from) });
  if (typeof count !== 'number') throw new Refusal(ERRORS.queryTooCostly, { rows: String(count.rows) });
  return count;
}

async function sourceOf(world: DirectoryWorld, caller: Caller, from: From): Promise<Source> {
  if (!('object' in from)) return { kind: 'set', types: from.types };
  const { type, id } = await find(world, caller, from.object);
  const { links, backwards, transitive } = followed(type, from.relation);
  return { kind: 'links', links, backwards, transitive, of: { type: type.name, id }, types: from.types };
}

/** The links that a relation of the type reads, and how. */
export function followed(
  type: EntityType,
  relation: Relation,
): Pick<Extract<Source, { kind: 'links' }>, 'links' | 'backwards' | 'transitive'> {
  const through = relation.through === undefined ? undefined : relationOf(type, relation.through);
  const { name, inverseOf } = through ?? relation;
  const transitive = through !== undefined;
  return inverseOf
    ? { links: inverseOf, backwards: true, transitive }
    : { links: [{ type: type.name, relation: name }], backwards: false, transitive };
}
