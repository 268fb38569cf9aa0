import { allObjects, linkedIds } from '../../identity/linked.ts';
import { entityType } from '../../model/directory.ts';
import {
  directoryRole,
  directoryRoleTemplate,
  roleAssignment,
  roleDefinition,
  TENANT_WIDE,
} from '../../model/roleManagement.ts';
import { ASSIGNABLE_ROLES, ROLES, type Role } from '../../model/roles.ts';
import type { Change, LinkChange, Store, Tenant, Values } from '../../store/contract.ts';
import { lay } from '../../store/layout.ts';
import { insertion, newValues } from '../newObject.ts';
import { activatedRole, endsOf, membership, wideRole } from './roleConsequences.ts';

/** What makes the roles of a tenant what the model's rows say, and what follows from its assignments. */
export async function roleChanges(store: Store, tenant: Tenant, at: string): Promise<readonly Change[]> {
  return [...(await definitionChanges(store, tenant, at)), ...(await membershipChanges(store, tenant, at))];
}

async function definitionChanges(store: Store, tenant: Tenant, at: string): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const role of ASSIGNABLE_ROLES) {
    const template = { id: role.id, displayName: role.name, description: role.description };
    changes.push(...(await kept(store, tenant, roleDefinition.name, definition(role), at)));
    changes.push(...(await kept(store, tenant, directoryRoleTemplate.name, template, at)));
  }
  return changes;
}

/** As Graph shows a built-in role. */
function definition({ id, name, description, actions }: Role): Values {
  const allowedResourceActions = actions === 'all' ? EVERYTHING : actions;
  return {
    id,
    description,
    displayName: name,
    isBuiltIn: true,
    isEnabled: true,
    resourceScopes: [TENANT_WIDE],
    templateId: id,
    version: '1',
    rolePermissions: [{ allowedResourceActions, condition: null }],
  };
}

/** What somebody who may do everything may do: what all the other roles may. */
const EVERYTHING = [...new Set(ASSIGNABLE_ROLES.flatMap(({ actions }) => (actions === 'all' ? [] : actions)))];

/** What makes the object be there with those values: nothing, if it is. */
async function kept(store: Store, tenant: Tenant, name: string, given: Values, at: string): Promise<readonly Change[]> {
  const id = String(given['id']);
  const [stored] = await store.load(tenant, name, { property: 'id', value: id });
  if (!stored) return [insertion(name, given, at)];
  const type = entityType(name);
  const [row, was] = [lay(type, newValues(type, given, at)), lay(type, stored.values)];
  if (row.json === was.json) return [];
  const [before, after] = [JSON.stringify(stored.values), JSON.stringify(given)];
  return [{ kind: 'update', type: name, id, since: stored.changed, row, was, before, after }];
}

/** Assignments that a tenant was made with, or that are older than activated roles, have their other side made. */
async function membershipChanges(store: Store, tenant: Tenant, at: string): Promise<readonly Change[]> {
  const assignments = await allObjects(store, tenant, roleAssignment.name);
  const wide = assignments.map(wideRole).filter((role) => role !== undefined);
  const roles = await Promise.all(
    [...new Set([ROLES.globalAdministrator, ...wide])].map(async (role) => {
      const made = activatedRole(tenant, role);
      return kept(store, tenant, directoryRole.name, made, at);
    }),
  );
  const links = await Promise.all(assignments.map((values) => linksOf(store, tenant, values)));
  return [...roles.flat(), ...links.flat()];
}

async function linksOf(store: Store, tenant: Tenant, values: Values): Promise<readonly Change[]> {
  const type = await store.typeOf(tenant, String(values['principalId']));
  if (type === undefined) return [];
  const role = wideRole(values);
  const member = role && membership('link', activatedRole(tenant, role), values, type);
  const wanted = [...endsOf(values, type), ...(member ? [member] : [])];
  const linked = await Promise.all(wanted.map((change) => isLinked(store, tenant, change)));
  return wanted.filter((_, index) => !linked[index]);
}

async function isLinked(
  store: Store,
  tenant: Tenant,
  { link, source, target, targetType }: LinkChange,
): Promise<boolean> {
  const only = { kind: 'compare', operator: 'eq', field: { property: 'id' }, value: target } as const;
  const end = { type: link.type, id: source, is: 'source' } as const;
  return (await linkedIds(store, tenant, link, end, targetType, only)).length > 0;
}
