import { authorizeKind, needsPermission } from '../../identity/authorize.ts';
import { group } from '../../model/group.ts';
import { kindOf } from './groupTypes.ts';
import { type Deed, isLinking, type Rule } from './rule.ts';

const ASSIGNABLE = 'RoleManagement.ReadWrite.Directory';

/**
 * Some roles may manage security groups only; groups that roles can be assigned to are for few.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
 */
export const groupRoles: Rule = {
  of: group,
  at: ['create', 'update', 'delete', 'link', 'unlink'],
  check: async (deed, { store }) => {
    const { caller, type, id, current, changes } = deed;
    const kind = kindOf(deed.kind === 'create' ? changes : current);
    // Nobody owns a group, or has a role over it, before it is made.
    const object = deed.kind === 'create' ? undefined : { type, key: { property: 'id', value: id } };
    await authorizeKind(caller, { operation: operationOf(deed), type, object, changes }, kind, store);
    const isApplication = caller.kind === 'application';
    if (isApplication && kind === 'assignableToRoles' && !caller.permissions.has(ASSIGNABLE)) {
      throw needsPermission([ASSIGNABLE]);
    }
  },
};

function operationOf(deed: Deed): string {
  const { kind, type } = deed;
  return isLinking(deed) ? `${type.name}.${deed.relation.name}.${kind}` : `${type.name}.${kind}`;
}
