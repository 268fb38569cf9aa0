import { permissionOfAppRole } from '../model/permissions.ts';
import { actionsThatDo } from '../model/resourceActions.ts';
import { ROLE_GROUPS, scopeOf, scopeText } from '../model/roleManagement.ts';
import type { Role } from '../model/roles.ts';
import type { Action } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Store, Stored, Tenant, Values } from '../store/contract.ts';
import { allObjects, linkedIds } from './linked.ts';
import { roleWithId } from './roles.ts';

/** Who in a directory holds what an operation needs. */

/** how: the role, or the permissions; with what it is limited to. */
export type Holder = { readonly name: string; readonly how: string };

/** Users with a role, by themselves or by a group, that allows one of the actions. */
export async function usersWith(store: Store, tenant: Tenant, actions: readonly Action[]): Promise<readonly Holder[]> {
  const { type, holder, role: roleOf, scope } = SIGN_IN.roleAssignment;
  const found: Holder[] = [];
  for (const values of await allObjects(store, tenant, type.name)) {
    const role = await roleWithId(store, tenant, String(values[roleOf]));
    const where = scopeOf(String(values[scope]));
    if (!role || !where || !allowsOne(role, actions)) continue;
    const over = where.kind === 'tenant' ? '' : ` over ${scopeText(where)}`;
    for (const { id, by } of await usersOf(store, tenant, String(values[holder]))) {
      const name = await userName(store, tenant, id);
      if (name !== undefined) found.push({ name, how: `${role.name}${over}${by}` });
    }
  }
  return found;
}

function allowsOne({ actions }: Role, needed: readonly Action[]): boolean {
  const enough = new Set(needed.flatMap((action) => actionsThatDo(action, undefined)));
  return actions === 'all' || actions.some((action) => enough.has(action));
}

/** Whoever an assignment is for: a user, or the members of a group. */
async function usersOf(store: Store, tenant: Tenant, id: string): Promise<readonly { id: string; by: string }[]> {
  const { link } = ROLE_GROUPS;
  const type = await store.typeOf(tenant, id);
  if (type === SIGN_IN.user.type.name) return [{ id, by: '' }];
  if (type !== link.type) return [];
  const members = await linkedIds(store, tenant, link, { type: link.type, id, is: 'source' }, SIGN_IN.user.type.name);
  return members.map((member) => ({ id: member, by: ` by the group ${id}` }));
}

/** Undefined for nobody, and for a disabled account. */
export async function userName(store: Store, tenant: Tenant, id: string): Promise<string | undefined> {
  const { type, name, enabled } = SIGN_IN.user;
  const [user] = await store.load(tenant, type.name, { property: 'id', value: id });
  return user && user.values[enabled] !== false ? String(user.values[name]) : undefined;
}

/** Applications that were granted one of the permissions, to use without a user. */
export async function applicationsWith(
  store: Store,
  tenant: Tenant,
  names: readonly string[],
): Promise<readonly Holder[]> {
  const { type, holder, role } = SIGN_IN.applicationGrant;
  const grants = await allObjects(store, tenant, type.name);
  return holdersOf(store, tenant, grants, names, holder, (values) => [permissionOfAppRole(String(values[role])) ?? '']);
}

/** Applications that were granted one of the permissions for signed-in users. */
export async function clientsWith(store: Store, tenant: Tenant, names: readonly string[]): Promise<readonly Holder[]> {
  const { type, holder, scopes } = SIGN_IN.delegatedGrant;
  const grants = await allObjects(store, tenant, type.name);
  return holdersOf(store, tenant, grants, names, holder, (values) => String(values[scopes] ?? '').split(' '));
}

async function holdersOf(
  store: Store,
  tenant: Tenant,
  grants: readonly Values[],
  wanted: readonly string[],
  holder: string,
  granted: (grant: Values) => readonly string[],
): Promise<readonly Holder[]> {
  const byPrincipal = new Map<string, Set<string>>();
  for (const grant of grants) {
    const id = String(grant[holder]);
    const useful = granted(grant).filter((name) => wanted.includes(name));
    if (useful.length > 0) byPrincipal.set(id, new Set([...(byPrincipal.get(id) ?? []), ...useful]));
  }
  const { type, title, appId, enabled } = SIGN_IN.servicePrincipal;
  const found = [...byPrincipal].map(async ([id, names]) => {
    const [principal] = await store.load(tenant, type.name, { property: 'id', value: id });
    if (!principal || principal.values[enabled] === false) return undefined;
    const name = String(principal.values[title] ?? principal.values[appId]);
    return { name, how: [...names].join(', ') };
  });
  return (await Promise.all(found)).filter((one) => one !== undefined);
}

export async function applicationName(store: Store, tenant: Tenant, appId: string): Promise<string | undefined> {
  const { title } = SIGN_IN.servicePrincipal;
  const principal = await principalOf(store, tenant, appId);
  return principal && String(principal.values[title] ?? appId);
}

/** The permissions that an application was granted: for that user, or to use by itself. */
export async function grantedTo(
  store: Store,
  tenant: Tenant,
  appId: string,
  user: string | undefined,
): Promise<readonly string[]> {
  const principal = await principalOf(store, tenant, appId);
  if (!principal) return [];
  return user === undefined
    ? rolesGranted(store, tenant, principal.id)
    : scopesGranted(store, tenant, principal.id, user);
}

async function principalOf(store: Store, tenant: Tenant, appId: string): Promise<Stored | undefined> {
  const { type, appId: property } = SIGN_IN.servicePrincipal;
  const [found] = await store.load(tenant, type.name, { property, value: appId });
  return found;
}

async function rolesGranted(store: Store, tenant: Tenant, value: string): Promise<readonly string[]> {
  const { type, holder, role } = SIGN_IN.applicationGrant;
  const grants = await store.load(tenant, type.name, { property: holder, value });
  return grants.map(({ values }) => permissionOfAppRole(String(values[role]))).filter((name) => name !== undefined);
}

async function scopesGranted(store: Store, tenant: Tenant, value: string, person: string): Promise<readonly string[]> {
  const { type, holder, scopes, user } = SIGN_IN.delegatedGrant;
  const grants = await store.load(tenant, type.name, { property: holder, value });
  const theirs = grants.filter(({ values }) => (values[user] ?? person) === person);
  return theirs.flatMap(({ values }) => String(values[scopes] ?? '').split(' ')).filter((name) => name !== '');
}
