import { addOpen, listOpen, readOpen, removeOpen, replaceOpen } from '../directory/openExtensions.ts';
import type { Address } from '../directory/world.ts';
import type { ListQuery, ObjectQuery } from '../query/check.ts';
import type { Condition, Values } from '../store/contract.ts';
import { collectionAnswer, containedAnswer, createdAnswer, doneAnswer } from './answer.ts';
import type { Call, World } from './call.ts';
import { createDefinition, definitionRoute, definitionSet, deleteDefinition } from './definitions.ts';
import type { Answer } from './message.ts';
import type { GraphRoute } from './route.ts';

/** What is done to what an object contains: definitions are objects like others, open extensions a part of the object. */

/** How objects are read, whatever address they have. */
type Reads = {
  readonly getObject: (call: Call<ObjectQuery, unknown>, world: World) => Promise<Answer>;
  readonly listPage: (call: Call<ListQuery, unknown>, world: World) => Promise<Answer>;
  readonly countAll: (call: Call<Condition | undefined, unknown>, world: World) => Promise<Answer>;
};

export function containedSteps(reads: Reads) {
  return {
    read: (call: Call<ListQuery, unknown>, world: World) => readContained(reads, call, world),
    write: writeContained,
    remove: removeContained,
  };
}

async function readContained(reads: Reads, call: Call<ListQuery, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level, query } = call;
  const key = route.contained?.key;
  if (route.contained?.kind === 'definitions') {
    if (key !== undefined)
      return reads.getObject({ ...call, route: await definitionRoute(world, caller, route) }, world);
    const set = await definitionSet(world, caller, route);
    const where: Condition = query.where ? { kind: 'and', items: [set.where, query.where] } : set.where;
    const inner = { ...call, route: set.route };
    if (route.contained.count) return reads.countAll({ ...inner, query: where }, world);
    return reads.listPage({ ...inner, query: { ...query, where } }, world);
  }
  if (key !== undefined) {
    const found = await readOpen(world, caller, objectOf(route), key);
    return containedAnswer(request, route.version, level, containedName(route), found);
  }
  const all = await listOpen(world, caller, objectOf(route));
  const items = Buffer.from(all.map((one) => JSON.stringify(one)).join(','));
  return collectionAnswer(request, route.version, level, containedName(route), items);
}

async function writeContained(call: Call<unknown, Values>, world: World): Promise<Answer> {
  const { request, route, caller, level, body } = call;
  const { kind, key } = route.contained ?? {};
  if (kind === 'definitions') {
    const { route: set, made } = await createDefinition(world, caller, route, body);
    return createdAnswer(request, set, caller, made);
  }
  if (key !== undefined) {
    await replaceOpen(world, caller, objectOf(route), key, body);
    return doneAnswer();
  }
  const made = await addOpen(world, caller, objectOf(route), body);
  return containedAnswer(request, route.version, level, containedName(route), made, 201);
}

async function removeContained({ route, caller }: Call<unknown, unknown>, world: World): Promise<Answer> {
  const { kind, key = '' } = route.contained ?? {};
  if (kind === 'definitions') await deleteDefinition(world, caller, route);
  else await removeOpen(world, caller, objectOf(route), key);
  return doneAnswer();
}

/** `devices('…')/extensions`, as contexts say it. */
function containedName({ set, object, contained }: GraphRoute): string {
  return `${set}('${object?.key.value ?? ''}')/${contained?.relation ?? ''}`;
}

function objectOf({ object, operation }: GraphRoute): Address {
  if (!object) throw new Error(`${operation} was routed without an object`);
  return object;
}
