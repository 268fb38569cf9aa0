import { Refusal } from '../../lib/refusal.ts';
import { ERRORS } from '../../model/errors.ts';
import { group } from '../../model/group.ts';
import { user } from '../../model/user.ts';
import { parseRule } from '../../query/membershipRules.ts';
import { typesOf } from '../world.ts';
import { isUnified } from './groupTypes.ts';
import type { Rule } from './rule.ts';

/**
 * A membership rule can be followed, and a Microsoft 365 group has users as members only.
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
 */
export const membershipRules: Rule = {
  of: group,
  at: ['create', 'update'],
  check: async ({ caller, current, changes }, world) => {
    if (!('membershipRule' in changes) && !('groupTypes' in changes)) return;
    const after = { ...current, ...changes };
    const text = after['membershipRule'] ?? '';
    if (text === '') return;
    const { type } = parseRule(String(text), (await typesOf(world, caller)).of);
    if (isUnified(after) && type !== user) throw new Refusal(ERRORS.ruleObjectType);
  },
};
