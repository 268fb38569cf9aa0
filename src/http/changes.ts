import { addLink, removeLink } from '../directory/link.ts';
import { availableDefinitions, findByIds, memberships } from '../directory/memberships.ts';
import { takeOpen } from '../directory/openExtensions.ts';
import type { Address } from '../directory/world.ts';
import { createObject, deleteObject, updateObject } from '../directory/write.ts';
import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECTS } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { extensionProperty } from '../model/extension.ts';
import type { Values } from '../store/contract.ts';
import { collectionAnswer, createdAnswer, doneAnswer, valueAnswer } from './answer.ts';
import { takeBonds } from './bonds.ts';
import { type Call, objectOf, type World } from './call.ts';
import type { Answer } from './message.ts';
import { viewOf } from './readings.ts';
import type { GraphRoute } from './route.ts';

/** What is done by requests that change something, and by actions, and their answers. */

export async function create({ request, route, caller, body }: Call<unknown, Values>, world: World): Promise<Answer> {
  if (!route.type) throw new Refusal(ERRORS.notBuilt);
  const open = takeOpen(world, caller, route.type, body);
  const { values, bonds } = takeBonds(route.type, open.body, 'create');
  const within = route.below?.within;
  const made = await createObject(world, caller, route.type, route.version, values, bonds, within, open.settled);
  return createdAnswer(request, route, caller, made);
}

export async function update({ route, caller, body }: Call<unknown, Values>, world: World): Promise<Answer> {
  if (!route.type) throw new Refusal(ERRORS.notBuilt);
  const { values, bonds } = takeBonds(route.type, body, 'update');
  await updateObject(world, caller, objectOf(route), route.version, values, bonds);
  return doneAnswer();
}

export async function remove({ route, caller }: Call<unknown, unknown>, world: World): Promise<Answer> {
  await deleteObject(world, caller, objectOf(route));
  return doneAnswer();
}

export async function link({ route, caller, body }: Call<unknown, Address>, world: World): Promise<Answer> {
  await addLink(world, caller, objectOf(route), relationOf(route), body);
  return doneAnswer();
}

export async function unlink({ route, caller, query }: Call<Address, unknown>, world: World): Promise<Answer> {
  await removeLink(world, caller, objectOf(route), relationOf(route), query);
  return doneAnswer();
}

export async function act(
  { request, route, caller, level, body }: Call<unknown, Values>,
  world: World,
): Promise<Answer> {
  const { action, object, version } = route;
  if (!action) throw new Error(`${route.operation} was routed without an action`);
  if (action.does === 'find') {
    const shown = { select: null, expand: [] };
    const view = viewOf({ request, route: { ...route, type: undefined }, caller, level, query: shown }, true);
    const items = await findByIds(world, caller, action, body, view);
    return collectionAnswer(request, version, level, DIRECTORY_OBJECTS.set, items);
  }
  if (action.does === 'define') {
    const found = await availableDefinitions(world, caller, action, body);
    return collectionAnswer(request, version, level, extensionProperty.name, found);
  }
  if (!object) throw new Error(`${route.operation} was routed without an object`);
  if (action.does === 'check' || action.does === 'get') {
    const ids = await memberships(world, caller, action, object, body);
    const items = Buffer.from(ids.map((id) => JSON.stringify(id)).join(','));
    return collectionAnswer(request, version, level, 'Collection(Edm.String)', items);
  }
  const { changeCredentials } = await import('../directory/credentialActions.ts');
  const made = await changeCredentials(world, caller, action, object, body);
  return made ? valueAnswer(request, route, level, made) : doneAnswer();
}

function relationOf({ relation, operation }: GraphRoute) {
  if (!relation) throw new Error(`${operation} was routed without a relation`);
  return relation;
}
