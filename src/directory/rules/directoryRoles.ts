import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { ERRORS } from '../../model/errors.ts';
import { directoryRole } from '../../model/roleManagement.ts';
import { ASSIGNABLE_ROLES, type Role } from '../../model/roles.ts';
import type { Values } from '../../store/contract.ts';
import { activatedRole, activatedRoleId } from './roleConsequences.ts';
import type { Derivation, Naming, Rule } from './rule.ts';

/** A role is activated once, by its template. https://learn.microsoft.com/graph/api/directoryrole-post-directoryroles */
export const directoryRoles: Rule = {
  of: directoryRole,
  at: ['create'],
  check: async ({ caller, changes }, { store }) => {
    const role = templateOf(changes);
    if (!role) throw new Refusal(ERRORS.notFound, { id: String(changes['roleTemplateId']) });
    const key = { property: 'roleTemplateId', value: role.id };
    const [active] = await store.load(caller.tenant, directoryRole.name, key);
    if (active) throw new Refusal(ERRORS.conflictingObject);
  },
};

export const newDirectoryRoles: Derivation = {
  of: directoryRole,
  at: ['create'],
  derive: ({ caller, changes }) => {
    const role = templateOf(changes);
    return role ? activatedRole(caller.tenant, role) : {};
  },
};

/** So that two requests can't activate a role twice. */
export const directoryRoleIds: Naming = {
  of: directoryRole,
  id: (given, tenant) => activatedRoleId(tenant, fold(String(given['roleTemplateId']))),
};

function templateOf(values: Values): Role | undefined {
  const id = fold(String(values['roleTemplateId']));
  return ASSIGNABLE_ROLES.find((role) => role.id === id);
}
