import type { Caller } from '../identity/caller.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Relation } from '../model/shape.ts';
import type { LinkChange, Values } from '../store/contract.ts';
import { checkRules, followingChanges, hasRules } from './rules/rules.ts';
import { type Address, type Bond, type DirectoryWorld, type Found, find, refusalOf, valuesOf, write } from './world.ts';

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
  checkAccepted(relation, to);
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

/** The changes that a body's bonds ask for, each held against the model and the rules. */
export function bondChanges(
  world: DirectoryWorld,
  caller: Caller,
  source: Source,
  bonds: readonly Bond[],
): Awaitable<readonly LinkChange[]> {
  return bonds.length === 0 ? NO_LINKS : linksOf(world, caller, source, bonds);
}

/** What is linked to others. */
type Source = { readonly type: EntityType; readonly id: string; readonly values: Values };

const NO_LINKS: readonly LinkChange[] = [];

async function linksOf(
  world: DirectoryWorld,
  caller: Caller,
  source: Source,
  bonds: readonly Bond[],
): Promise<readonly LinkChange[]> {
  const changes: LinkChange[] = [];
  for (const { relation, references } of bonds) {
    const ends = await Promise.all(references.map((reference) => find(world, caller, reference)));
    if (new Set(ends.map(({ id }) => id)).size < ends.length) throw alreadyLinked(relation);
    for (const to of ends) {
      checkAccepted(relation, to);
      const deed = {
        kind: 'link' as const,
        caller,
        type: source.type,
        id: source.id,
        changes: {},
        relation,
        target: to,
      };
      await checkRules(world, { ...deed, current: source.values });
      changes.push(linkChange('link', source, relation, to));
    }
  }
  return changes;
}

export function alreadyLinked(relation: Relation): Refusal {
  return new Refusal(ERRORS.referenceExists, { relation: relation.name });
}

function checkAccepted(relation: Relation, to: Found): void {
  if (relation.accepts.includes(to.type.name)) return;
  const values = { target: `${to.type.title}_${to.id}`, type: to.type.title, relation: relation.name };
  throw new Refusal(ERRORS.referenceType, values);
}

function linkChange(
  kind: LinkChange['kind'],
  from: { readonly type: EntityType; readonly id: string },
  relation: Relation,
  to: Found,
): LinkChange {
  const link = { type: from.type.name, relation: relation.name };
  return { kind, link, source: from.id, target: to.id, targetType: to.type.name };
}

async function writeLink(
  world: DirectoryWorld,
  caller: Caller,
  kind: LinkChange['kind'],
  from: Found,
  relation: Relation,
  to: Found,
): Promise<void> {
  const { type, id } = from;
  const deed = { kind, caller, type, id, current: from.values ?? {}, changes: {}, relation, target: to };
  if (hasRules(type, kind)) await checkRules(world, { ...deed, current: await valuesOf(world, caller, from) });
  const at = instantText(world.clock.now());
  const changes = [linkChange(kind, from, relation, to), ...(await followingChanges(world, deed, at))];
  const outcome = await write(world, caller, at, changes);
  if (outcome.done) return;
  if (outcome.because === 'linked') throw alreadyLinked(relation);
  if (outcome.because === 'notLinked') throw new Refusal(ERRORS.notFound, { id: to.id });
  throw refusalOf(outcome);
}
