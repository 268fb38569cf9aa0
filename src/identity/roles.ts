import { OWNER_RIGHTS, type OwnerRight } from '../model/resourceActions.ts';
import { ROLE_GROUPS, type RoleScope, scopeOf } from '../model/roleManagement.ts';
import { ROLES, type Role, roleOfId } from '../model/roles.ts';
import type { Action, LinkName } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Store, Stored, Tenant, Values } from '../store/contract.ts';
import { linkedIds } from './linked.ts';

/** What a user may do by way of directory roles. */
export type Rights = {
  /** Ids of the roles held in the whole tenant, as the claim `wids` has them. */
  readonly roleIds: readonly string[];
  /** What they allow, for every object. */
  readonly actions: 'all' | ReadonlySet<string>;
  /** Roles that count for some objects only. */
  readonly scoped: readonly ScopedRole[];
  /** What may be done to objects that the user owns. */
  readonly owned: readonly OwnerRight[];
};

export type ScopedRole = { readonly role: Role; readonly scope: Exclude<RoleScope, { kind: 'tenant' }> };

export const NO_RIGHTS: Rights = Object.freeze({ roleIds: [], actions: new Set<string>(), scoped: [], owned: [] });

export async function rightsOf(store: Store, tenant: Tenant, account: Stored): Promise<Rights> {
  const assigned = await assignedRoles(store, tenant, account.id);
  const wide = assigned.filter(({ scope }) => scope.kind === 'tenant').map(({ role }) => role);
  const roles = [...new Set([defaultRole(account), ...wide])];
  const all = roles.some((role) => role.actions === 'all');
  const actions = new Set<string>(roles.flatMap((role) => (role.actions === 'all' ? [] : role.actions)));
  return {
    roleIds: roles.map((role) => role.id),
    actions: all ? 'all' : actions,
    scoped: assigned.filter((one): one is ScopedRole => one.scope.kind !== 'tenant'),
    owned: isGuest(account) ? [] : OWNER_RIGHTS,
  };
}

/** Everybody has a role before any is assigned. */
function defaultRole(account: Stored): Role {
  return isGuest(account) ? ROLES.guestUser : ROLES.user;
}

function isGuest({ values }: Stored): boolean {
  const { kind, guest } = SIGN_IN.user;
  return values[kind] === guest;
}

/** The roles that somebody holds, by themselves or as a member of a group, beside the one that everybody has. */
export async function assignedRoles(
  store: Store,
  tenant: Tenant,
  principal: string,
): Promise<readonly { readonly role: Role; readonly scope: RoleScope }[]> {
  const { type, holder, role, scope } = SIGN_IN.roleAssignment;
  const holders = [principal, ...(await roleGroupsOf(store, tenant, principal))];
  const found = await Promise.all(holders.map((value) => store.load(tenant, type.name, { property: holder, value })));
  const roles = await Promise.all(
    found.flat().map(async ({ values }) => {
      const its = await roleWithId(store, tenant, String(values[role]));
      const where = scopeOf(String(values[scope]));
      return its && where && { role: its, scope: where };
    }),
  );
  return roles.filter((one) => one !== undefined);
}

/** The groups that roles can be assigned to and that somebody is a member of, or an owner. */
export function roleGroupsOf(
  store: Store,
  tenant: Tenant,
  id: string,
  link: LinkName = ROLE_GROUPS.link,
): Promise<readonly string[]> {
  const { flag } = ROLE_GROUPS;
  const holdsRoles = { kind: 'compare', operator: 'eq', field: { property: flag }, value: true } as const;
  return linkedIds(store, tenant, link, { type: SIGN_IN.user.type.name, id, is: 'target' }, link.type, holdsRoles);
}

/** The role of that id, if there is one and it counts. */
export async function roleWithId(store: Store, tenant: Tenant, id: string): Promise<Role | undefined> {
  const builtIn = roleOfId(id);
  if (builtIn) return builtIn;
  const { type, enabled, title } = SIGN_IN.customRole;
  const [custom] = await store.load(tenant, type.name, { property: 'id', value: id });
  if (!custom || custom.values[enabled] === false) return undefined;
  return { id, name: String(custom.values[title]), description: '', actions: actionsIn(custom.values), custom: true };
}

/** The actions that a custom role's definition allows, over all its permissions. */
function actionsIn(values: Values): readonly Action[] {
  const { permissions, actions } = SIGN_IN.customRole;
  const items = (values[permissions] ?? []) as readonly Values[];
  return items.flatMap((item) => (item[actions] ?? []) as readonly Action[]);
}
