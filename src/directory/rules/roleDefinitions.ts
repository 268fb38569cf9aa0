import { Refusal } from '../../lib/refusal.ts';
import { ERRORS } from '../../model/errors.ts';
import { isCustomAction } from '../../model/resourceActions.ts';
import { roleDefinition, TENANT_WIDE } from '../../model/roleManagement.ts';
import type { Values } from '../../store/contract.ts';
import type { Derivation, Rule } from './rule.ts';

/**
 * Custom roles hold what Microsoft lets them hold; the built-in ones stay as they are.
 * https://learn.microsoft.com/graph/api/rbacapplication-post-roledefinitions, …/unifiedroledefinition-update
 */
export const roleDefinitions: Rule = {
  of: roleDefinition,
  at: ['create', 'update', 'delete'],
  check: ({ id, current, changes }, { fidelity }) => {
    if (current['isBuiltIn'] === true) throw new Refusal(ERRORS.roleBuiltIn, { id });
    const { resourceScopes, rolePermissions } = changes;
    const isWide = resourceScopes === undefined || JSON.stringify(resourceScopes) === JSON.stringify([TENANT_WIDE]);
    if (!isWide) throw new Refusal(ERRORS.valuesInvalid);
    for (const { allowedResourceActions, condition } of (rolePermissions ?? []) as readonly Values[]) {
      if ((condition ?? null) !== null) throw new Refusal(ERRORS.notBuilt);
      for (const name of allowedResourceActions as readonly string[]) {
        if (!isCustomAction(name, fidelity)) throw new Refusal(ERRORS.roleAction, { name });
      }
    }
  },
};

/** What a custom role has by itself. */
export const newRoleDefinitions: Derivation = {
  of: roleDefinition,
  at: ['create'],
  derive: ({ id, changes }) => ({ templateId: changes['templateId'] ?? id, resourceScopes: [TENANT_WIDE] }),
};
