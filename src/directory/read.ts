import type { Caller } from '../identity/caller.ts';
import { type Awaitable, onward } from '../lib/awaitable.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { relationOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Relation } from '../model/shape.ts';
import type { Condition, Page, PagePlan, Search, Source, View } from '../store/contract.ts';
import { type Address, type DirectoryWorld, find, type Within } from './world.ts';

/** One object, as the JSON text that is served. */
export function readObject(world: DirectoryWorld, caller: Caller, address: Address, view: View): Awaitable<string> {
  const { type, key, within } = address;
  const where = type && !within ? type : find(world, caller, address).then((found) => found.type);
  return onward(where, ({ name }) =>
    onward(world.store.read(caller.tenant, name, key, view), (text) => {
      if (text === undefined) throw new Refusal(ERRORS.notFound, { id: key.value });
      return text;
    }),
  );
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
export function readPage(
  world: DirectoryWorld,
  caller: Caller,
  from: From,
  plan: Omit<PagePlan, 'from'>,
): Awaitable<Page> {
  return onward(placed(world, caller, from, plan.where), (place) =>
    onward(world.store.page(caller.tenant, { ...plan, ...place }), (page) => {
      if ('tooCostly' in page) throw new Refusal(ERRORS.queryTooCostly, { rows: String(page.rows) });
      return page;
    }),
  );
}

/** How many objects there are. */
export function countObjects(
  world: DirectoryWorld,
  caller: Caller,
  from: From,
  search: Omit<Search, 'from'>,
): Awaitable<number> {
  return onward(placed(world, caller, from, search.where), (place) =>
    onward(world.store.count(caller.tenant, { ...search, ...place }), (count) => {
      if (typeof count !== 'number') throw new Refusal(ERRORS.queryTooCostly, { rows: String(count.rows) });
      return count;
    }),
  );
}

type Placed = Pick<Search, 'from' | 'where'>;

function placed(world: DirectoryWorld, caller: Caller, from: From, where: Condition | undefined): Awaitable<Placed> {
  if ('object' in from) return linkedTo(world, caller, from, where);
  const { types, within } = from;
  return within ? livingIn(world, caller, types, within, where) : { from: { kind: 'set', types }, where };
}

async function linkedTo(
  world: DirectoryWorld,
  caller: Caller,
  { object, relation, types }: Extract<From, { object: Address }>,
  where: Condition | undefined,
): Promise<Placed> {
  const { type, id } = await find(world, caller, object);
  const { links, backwards, transitive } = followed(type, relation);
  return { from: { kind: 'links', links, backwards, transitive, of: { type: type.name, id }, types }, where };
}

async function livingIn(
  world: DirectoryWorld,
  caller: Caller,
  types: readonly string[],
  within: Within,
  where: Condition | undefined,
): Promise<Placed> {
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
