import type { Change } from '../../store/contract.ts';
import type { DirectoryWorld } from '../world.ts';
import { assignmentsEnd, assignmentsMade, assignmentsUnmade, membersJoin, membersLeave } from './roleConsequences.ts';
import type { Consequence, Deed } from './rule.ts';

const CONSEQUENCES: readonly Consequence[] = [
  assignmentsMade,
  assignmentsUnmade,
  assignmentsEnd,
  membersJoin,
  membersLeave,
];

/** What else changes with the deed. @param at the instant of the change */
export async function consequences(world: DirectoryWorld, deed: Deed, at: string): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const row of CONSEQUENCES) {
    if (row.at.includes(deed.kind) && row.of.includes(deed.type)) changes.push(...(await row.changes(deed, world, at)));
  }
  return changes;
}
