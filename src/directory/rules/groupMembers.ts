import { Refusal } from '../../lib/refusal.ts';
import { ERRORS } from '../../model/errors.ts';
import { group } from '../../model/group.ts';
import { user } from '../../model/user.ts';
import { isDynamic, isUnified } from './groupTypes.ts';
import { isLinking, type Rule } from './rule.ts';

/**
 * Who may be a member of a group by hand: https://learn.microsoft.com/graph/api/group-post-members. A rule decides about
 * the members of a dynamic group, and Graph says no more than that the caller may not.
 */
export const groupMembers: Rule = {
  of: group,
  at: ['link', 'unlink'],
  check: (deed) => {
    if (!isLinking(deed) || deed.relation.name !== 'members') return;
    if (isDynamic(deed.current)) throw new Refusal(ERRORS.denied, {}, { details: [DYNAMIC] });
    if (deed.kind === 'unlink') return;
    const isItself = deed.target.id === deed.id;
    if (isItself || (isUnified(deed.current) && deed.target.type !== user)) {
      throw new Refusal(ERRORS.referenceUnfit, { relation: deed.relation.name });
    }
  },
};

const DYNAMIC = {
  code: 'DynamicMembership',
  target: 'membershipRule',
  message: "The group's members are those that its membershipRule finds; nobody can add or remove any.",
};
