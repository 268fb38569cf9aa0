import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { relationOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Relation } from '../model/shape.ts';
import type { Condition, Page, PagePlan, Search, Source, View } from '../store/contract.ts';
import { type Address, type DirectoryWorld, find, type Within } from './world.ts';

/** One object, as the JSON text that is served. */
export async function readObject(world: DirectoryWorld, caller: Caller, address: Address, view: View): Promise<string> {
  const found = address.type && !address.within ? undefined : await find(world, caller, address);
  const type = found?.type.name ?? address.type?.name ?? '';
  const text = await world.store.read(caller.tenant, type, address.key, view);
  if (text === undefined) throw new Refusal(ERRORS.notFound, { id: address.key.value });
  return text;
}

/** That the property holds the id of the object that they live in. */
export function ownCondition(property: string, id: string): Condition {
  return { kind: 'compare', operator: 'eq', field: { property }, value: fold(id) };
}

/** What is asked for: objects of some types, perhaps those that live in one object only, or what one object is linked to. */
export type From =
  | { readonly types: readonly string[]; readonly within?: Within | undefined }
  | { readonly object: Address; readonly relation: Relation; readonly types: readonly string[] };

/** A page of a set, or of what one object is linked to. */
export async function readPage(
  world: DirectoryWorld,
  caller: Caller,
  from: From,
  plan: Omit<PagePlan, 'from'>,
): Promise<Page> {
  const page = await world.store.page(caller.tenant, { ...plan, ...(await placed(world, caller, from, plan.where)) });
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
  const place = await placed(world, caller, from, search.where);
  const count = await world.store.count(caller.tenant, { ...search, ...place });
  if (typeof count !== 'number') throw new Refusal(ERRORS.queryTooCostly, { rows: String(count.rows) });
  return count;
}

async function placed(
  world: DirectoryWorld,
  caller: Caller,
  from: From,
  where: Condition | undefined,
): Promise<Pick<Search, 'from' | 'where'>> {
  if ('object' in from) {
    const { type, id } = await find(world, caller, from.object);
    const { links, backwards, transitive } = followed(type, from.relation);
    const source: Source = {
      kind: 'links',
      links,
      backwards,
      transitive,
      of: { type: type.name, id },
      types: from.types,
    };
    return { from: source, where };
  }
  const { types, within } = from;
  if (!within) return { from: { kind: 'set', types }, where };
  const { id } = await find(world, caller, within.owner);
  const own = ownCondition(within.property, id);
  return { from: { kind: 'set', types }, where: where ? { kind: 'and', items: [own, where] } : own };
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
