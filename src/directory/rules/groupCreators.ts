import { group } from '../../model/group.ts';
import { user } from '../../model/user.ts';
import { isUnified } from './groupTypes.ts';
import type { Custom } from './rule.ts';

/**
 * Who makes a Microsoft 365 group without naming owners owns it. https://learn.microsoft.com/graph/api/group-post-groups
 */
export const groupCreators: Custom = {
  of: group,
  link: ({ caller, changes }, bound) => {
    const isNamed = bound.some((relation) => relation.name === 'owners');
    if (isNamed || caller.kind !== 'delegated' || !isUnified(changes)) return [];
    return [{ relation: 'owners', target: caller.principal, targetType: user.name }];
  },
};
