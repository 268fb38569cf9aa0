import { ROLE_GROUPS } from '../model/roleManagement.ts';
import { SIGN_IN_TYPES } from '../model/signIn.ts';
import type { Change, Store, Tenant } from '../store/contract.ts';
import type { Listener } from '../store/heard.ts';

/** Calls `act` after each write that may have changed who somebody is or what they may do. */
export function watchIdentity(store: Store, act: () => void): Listener {
  return ({ tenant, changes }) => {
    const isSure = changes.some(isAboutIdentity);
    if (isSure) act();
    const groups = isSure ? [] : [...new Set(changes.flatMap(groupsWhoseMembersChange))];
    return groups.length === 0 ? undefined : actIfRoles(store, tenant, groups, act);
  };
}

async function actIfRoles(store: Store, tenant: Tenant, groups: Iterable<string>, act: () => void): Promise<void> {
  for (const id of groups) {
    const [group] = await store.load(tenant, ROLE_GROUPS.link.type, { property: 'id', value: id });
    if (group?.values[ROLE_GROUPS.flag] === true) return act();
  }
}

/** With a group go the roles of its members; which kind of group it was can't be known any more. */
function isAboutIdentity(change: Change): boolean {
  if (!('type' in change)) return false;
  return SIGN_IN_TYPES.has(change.type) || (change.kind === 'delete' && change.type === ROLE_GROUPS.link.type);
}

function groupsWhoseMembersChange(change: Change): readonly string[] {
  if (change.kind !== 'link' && change.kind !== 'unlink') return [];
  const { type, relation } = ROLE_GROUPS.link;
  return change.link.type === type && change.link.relation === relation ? [change.source] : [];
}
