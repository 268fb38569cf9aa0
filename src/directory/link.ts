import type { Caller } from '../identity/caller.ts';
import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import type { Relation } from '../model/shape.ts';
import { type Address, type DirectoryWorld, find, refusalOf, write } from './world.ts';

/** Adds an object to a relation. https://learn.microsoft.com/graph/api/device-post-registeredusers */
export async function addLink(
  world: DirectoryWorld,
  caller: Caller,
  source: Address,
  relation: Relation,
  reference: Address,
): Promise<void> {
  const from = await find(world, caller, source);
  const to = await find(world, caller, reference);
  if (!relation.accepts.includes(to.type.name)) {
    const values = { target: `${to.type.title}_${to.id}`, type: to.type.title, relation: relation.name };
    throw new Refusal(ERRORS.referenceType, values);
  }
  await writeLink(world, caller, 'link', from, relation, to);
}

/** Takes an object out of a relation. https://learn.microsoft.com/graph/api/device-delete-registeredusers */
export async function removeLink(
  world: DirectoryWorld,
  caller: Caller,
  source: Address,
  relation: Relation,
  reference: Address,
): Promise<void> {
  const from = await find(world, caller, source);
  const to = await find(world, caller, reference);
  await writeLink(world, caller, 'unlink', from, relation, to);
}

type End = Awaited<ReturnType<typeof find>>;

async function writeLink(
  world: DirectoryWorld,
  caller: Caller,
  kind: 'link' | 'unlink',
  from: End,
  relation: Relation,
  to: End,
): Promise<void> {
  const link = { type: from.type.name, relation: relation.name };
  const change = { kind, link, source: from.id, target: to.id, targetType: to.type.name };
  const outcome = await write(world, caller, instantText(world.clock.now()), [change]);
  if (outcome.done) return;
  if (outcome.because === 'linked') throw new Refusal(ERRORS.referenceExists, { relation: relation.name });
  if (outcome.because === 'notLinked') throw new Refusal(ERRORS.notFound, { id: to.id });
  throw refusalOf(outcome);
}
