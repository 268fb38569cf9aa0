import { needsGlobalAdministrator } from '../../identity/authorize.ts';
import { assignedRoles, roleGroupsOf } from '../../identity/roles.ts';
import { ROLE_GROUPS } from '../../model/roleManagement.ts';
import { ROLES } from '../../model/roles.ts';
import { user } from '../../model/user.ts';
import type { Rule } from './rule.ts';

/** By these somebody could sign in as the user, or keep the user from it. */
const SENSITIVE = [
  'accountEnabled',
  'businessPhones',
  'mobilePhone',
  'onPremisesImmutableId',
  'otherMails',
  'passwordProfile',
  'userPrincipalName',
];

/** Roles whose holders others than Global Administrators may handle. */
const HARMLESS: ReadonlySet<string> = new Set(
  [ROLES.directoryReaders, ROLES.groupsAdministrator, ROLES.userAdministrator].map(({ id }) => id),
);

/**
 * Who may set passwords doesn't become an administrator by setting an administrator's, or that of somebody who is in a group
 * that roles can be assigned to, or owns one.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-perform-sensitive-actions
 */
export const administrators: Rule = {
  of: user,
  at: ['update', 'delete'],
  check: async ({ kind, caller, id, changes }, { store }) => {
    if (caller.actions === 'all') return;
    if (kind === 'update' && !SENSITIVE.some((name) => Object.hasOwn(changes, name))) return;
    const roles = await assignedRoles(store, caller.tenant, id);
    if (roles.some(({ role }) => !HARMLESS.has(role.id))) throw needsGlobalAdministrator();
    for (const link of [ROLE_GROUPS.link, ROLE_GROUPS.owners]) {
      const groups = await roleGroupsOf(store, caller.tenant, id, link);
      if (groups.length > 0) throw needsGlobalAdministrator();
    }
  },
};
