import { ROLES, type Role, roleOfId } from '../model/roles.ts';
import type { Action } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Store, Stored, Tenant } from '../store/contract.ts';

/** What a user may do by way of directory roles. */
export type Rights = {
  /** Ids of the roles, as the claim `wids` has them. */
  readonly roleIds: readonly string[];
  readonly actions: 'all' | ReadonlySet<string>;
};

export const NO_RIGHTS: Rights = Object.freeze({ roleIds: [], actions: new Set<string>() });

export async function rightsOf(store: Store, tenant: Tenant, account: Stored): Promise<Rights> {
  const roles = [defaultRole(account), ...(await assignedRoles(store, tenant, account.id))];
  const all = roles.some((role) => role.actions === 'all');
  const actions = new Set<string>(roles.flatMap((role) => (role.actions === 'all' ? [] : role.actions)));
  return { roleIds: roles.map((role) => role.id), actions: all ? 'all' : actions };
}

/** Everybody has a role before any is assigned. */
function defaultRole(account: Stored): Role {
  const { kind, guest } = SIGN_IN.user;
  return account.values[kind] === guest ? ROLES.guestUser : ROLES.user;
}

/** The roles that somebody holds in the whole tenant, beside the one that everybody has. */
export async function assignedRoles(store: Store, tenant: Tenant, principal: string): Promise<readonly Role[]> {
  const { type, holder, role, scope, tenantWide } = SIGN_IN.roleAssignment;
  const found = await store.load(tenant, type.name, { property: holder, value: principal });
  const wide = found.filter((assignment) => assignment.values[scope] === tenantWide);
  const roles = await Promise.all(wide.map((assignment) => roleWithId(store, tenant, String(assignment.values[role]))));
  return roles.filter((found) => found !== undefined);
}

async function roleWithId(store: Store, tenant: Tenant, id: string): Promise<Role | undefined> {
  const builtIn = roleOfId(id);
  if (builtIn) return builtIn;
  const { type, title, actions, enabled } = SIGN_IN.roleDefinition;
  const [custom] = await store.load(tenant, type.name, { property: 'id', value: id });
  if (!custom || custom.values[enabled] === false) return undefined;
  return { id, name: String(custom.values[title] ?? id), actions: (custom.values[actions] ?? []) as Action[] };
}
