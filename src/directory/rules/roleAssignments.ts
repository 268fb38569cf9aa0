import { roleWithId } from '../../identity/roles.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { administrativeUnit } from '../../model/administrativeUnit.ts';
import { servicePrincipal } from '../../model/application.ts';
import { device } from '../../model/device.ts';
import { ERRORS } from '../../model/errors.ts';
import { group } from '../../model/group.ts';
import { resourceOf, UNIT_RESOURCES } from '../../model/resourceActions.ts';
import {
  directoryRole,
  ROLE_GROUPS,
  type RoleScope,
  roleAssignment,
  roleDefinition,
  scopeOf,
  scopeText,
} from '../../model/roleManagement.ts';
import { ASSIGNABLE_ROLES, type Role } from '../../model/roles.ts';
import { user } from '../../model/user.ts';
import type { DirectoryWorld } from '../world.ts';
import { assignmentId } from './roleConsequences.ts';
import { type Deed, type Derivation, isLinking, type Naming, type Rule } from './rule.ts';

/**
 * Who can be assigned which role over what: https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments,
 * https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-assign-roles
 */
export const roleAssignments: Rule = {
  of: roleAssignment,
  at: ['create'],
  check: async (deed, world) => {
    const { caller, changes } = deed;
    const about = aboutOf(changes);
    const scope = scopeOf(about.directoryScopeId);
    if (!scope) throw invalidScope(about.roleDefinitionId, about.directoryScopeId);
    await checkPrincipal(deed, world, about.principalId);
    const role = await assignableRole(deed, world, about.roleDefinitionId);
    await checkScope(deed, world, role, scope);
    const held = await world.store.load(caller.tenant, roleAssignment.name, {
      property: 'principalId',
      value: about.principalId,
    });
    const isHeld = held.some(({ values }) => assignmentId(values) === assignmentId(about));
    if (isHeld) throw new Refusal(ERRORS.conflictingObject);
  },
};

/** What the assignment is about, as the directory writes it. */
function aboutOf(values: Deed['changes']) {
  const scope = scopeOf(String(values['directoryScopeId']));
  return {
    principalId: fold(String(values['principalId'])),
    roleDefinitionId: fold(String(values['roleDefinitionId'])),
    directoryScopeId: scope ? scopeText(scope) : String(values['directoryScopeId']),
  };
}

export const newRoleAssignments: Derivation = {
  of: roleAssignment,
  at: ['create'],
  derive: ({ changes }) => aboutOf(changes),
};

export const roleAssignmentIds: Naming = { of: roleAssignment, id: (given) => assignmentId(aboutOf(given)) };

/** A group holds roles only if it was made for that. */
async function checkPrincipal({ caller }: Deed, { store }: DirectoryWorld, id: string): Promise<void> {
  const type = await store.typeOf(caller.tenant, id);
  if (type === undefined) throw new Refusal(ERRORS.notFound, { id });
  if (type === user.name || type === servicePrincipal.name) return;
  const [found] = type === group.name ? await store.load(caller.tenant, type, { property: 'id', value: id }) : [];
  if (found?.values[ROLE_GROUPS.flag] !== true) throw new Refusal(ERRORS.rolePrincipal, { id });
}

async function assignableRole({ caller }: Deed, { store }: DirectoryWorld, id: string): Promise<Role> {
  const builtIn = ASSIGNABLE_ROLES.find((role) => role.id === id);
  if (builtIn) return builtIn;
  const [custom] = await store.load(caller.tenant, roleDefinition.name, { property: 'id', value: id });
  if (!custom) throw new Refusal(ERRORS.notFound, { id });
  const role = await roleWithId(store, caller.tenant, id);
  if (!role) throw new Refusal(ERRORS.roleDisabled, { id });
  return role;
}

async function checkScope({ caller }: Deed, { store }: DirectoryWorld, role: Role, scope: RoleScope): Promise<void> {
  if (scope.kind === 'tenant') return;
  const type = await store.typeOf(caller.tenant, scope.id);
  if (type === undefined) throw new Refusal(ERRORS.notFound, { id: scope.id });
  const isUnit = scope.kind === 'unit';
  const fits = type === (isUnit ? administrativeUnit : device).name;
  if (!fits || !countsOver(role, isUnit)) throw invalidScope(role.name, scopeText(scope));
}

/** Built-in roles say it; a custom one needs an action on such objects. */
function countsOver({ actions, units, custom }: Role, isUnit: boolean): boolean {
  if (actions === 'all') return false;
  const resources = actions.filter((action) => custom || !action.endsWith('/read')).map(resourceOf);
  const concerns = resources.some((name) => (isUnit ? UNIT_RESOURCES.has(name) : name === 'devices'));
  return concerns && (custom === true || units === true);
}

function invalidScope(role: string, scope: string): Refusal {
  return new Refusal(ERRORS.roleScope, { role, scope });
}

/** Members of an activated role are its holders. https://learn.microsoft.com/graph/api/directoryrole-post-members */
export const directoryRoleMembers: Rule = {
  of: directoryRole,
  at: ['link'],
  check: async (deed, world) => {
    if (isLinking(deed)) await checkPrincipal(deed, world, deed.target.id);
  },
};
