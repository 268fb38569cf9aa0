import { addOpen, listOpen, readOpen, removeOpen, replaceOpen } from '../directory/openExtensions.ts';
import type { Address } from '../directory/world.ts';
import type { Values } from '../store/contract.ts';
import { collectionAnswer, containedAnswer, doneAnswer } from './answer.ts';
import type { Call, World } from './call.ts';
import type { Answer } from './message.ts';
import type { GraphRoute } from './route.ts';

/** Open extensions: a part of the object that they are kept beside, with addresses of their own. */

export async function readOpenExtensions(call: Call<unknown, unknown>, world: World): Promise<Answer> {
  const { request, route, caller, level } = call;
  const key = route.open?.key;
  if (key !== undefined) {
    const found = await readOpen(world, caller, objectOf(route), key);
    return containedAnswer(request, route.version, level, placeOf(route), found);
  }
  const all = await listOpen(world, caller, objectOf(route));
  const items = Buffer.from(all.map((one) => JSON.stringify(one)).join(','));
  return collectionAnswer(request, route.version, level, placeOf(route), items);
}

export async function writeOpenExtension(call: Call<unknown, Values>, world: World): Promise<Answer> {
  const { request, route, caller, level, body } = call;
  const key = route.open?.key;
  if (key !== undefined) {
    await replaceOpen(world, caller, objectOf(route), key, body);
    return doneAnswer();
  }
  const made = await addOpen(world, caller, objectOf(route), body);
  return containedAnswer(request, route.version, level, placeOf(route), made, 201);
}

export async function removeOpenExtension({ route, caller }: Call<unknown, unknown>, world: World): Promise<Answer> {
  await removeOpen(world, caller, objectOf(route), route.open?.key ?? '');
  return doneAnswer();
}

/** `devices('…')/extensions`, as contexts say it. */
function placeOf({ set, object, open }: GraphRoute): string {
  return `${set}('${object?.key.value ?? ''}')/${open?.relation ?? ''}`;
}

function objectOf({ object, operation }: GraphRoute): Address {
  if (!object) throw new Error(`${operation} was routed without an object`);
  return object;
}
