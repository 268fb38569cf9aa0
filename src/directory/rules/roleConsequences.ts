import type { Caller } from '../../identity/caller.ts';
import { fixedGuid } from '../../lib/fixedGuid.ts';
import { administrativeUnit } from '../../model/administrativeUnit.ts';
import { servicePrincipal } from '../../model/application.ts';
import { device } from '../../model/device.ts';
import { group } from '../../model/group.ts';
import {
  directoryRole,
  roleAssignment,
  roleDefinition,
  scopeOf,
  scopeText,
  TENANT_WIDE,
} from '../../model/roleManagement.ts';
import { type Role, roleOfId } from '../../model/roles.ts';
import type { EntityType } from '../../model/shape.ts';
import { user } from '../../model/user.ts';
import type { Change, LinkChange, Store, Stored, Tenant, Values } from '../../store/contract.ts';
import { insertion } from '../newObject.ts';
import { type DirectoryWorld, refusalOf, write } from '../world.ts';
import { type Consequence, type Deed, isLinking } from './rule.ts';

/**
 * An assignment of a built-in role in the whole tenant is a membership in the activated role, and the other way round; and
 * no assignment outlives what it is about.
 */

/** Graph makes the id of an assignment of what it is about, too. */
export function assignmentId(values: Values): string {
  const { roleDefinitionId, principalId, directoryScopeId } = values;
  return fixedGuid(`assignment:${roleDefinitionId}:${principalId}:${directoryScopeId}`);
}

export function activatedRoleId(tenant: Tenant, template: string): string {
  return fixedGuid(`directoryRole:${tenant.id}:${template}`);
}

/** The activated role of that template. */
export function activatedRole(tenant: Tenant, { id, name, description }: Role): Values {
  return { id: activatedRoleId(tenant, id), roleTemplateId: id, displayName: name, description };
}

/** The role that the values assign, if its holders are members of an activated role. */
export function wideRole(values: Values): Role | undefined {
  return values['directoryScopeId'] === TENANT_WIDE ? roleOfId(String(values['roleDefinitionId'])) : undefined;
}

export const assignmentsMade: Consequence = {
  of: [roleAssignment],
  at: ['create'],
  follow: async ({ caller, changes: values }, world, at) => {
    const type = (await world.store.typeOf(caller.tenant, String(values['principalId']))) ?? '';
    const ends = endsOf(values, type);
    const role = wideRole(values);
    return role ? [...ends, membership('link', await activated(world, caller, role, at), values, type)] : ends;
  },
};

/** The activated role; activated now, on its own, if it wasn't: another request may be about to do the same. */
async function activated(world: DirectoryWorld, caller: Caller, role: Role, at: string): Promise<Values> {
  const key = { property: 'roleTemplateId', value: role.id };
  const [active] = await world.store.load(caller.tenant, directoryRole.name, key);
  if (active) return active.values;
  const made = activatedRole(caller.tenant, role);
  const outcome = await write(world, caller, at, [insertion(directoryRole.name, made, at)]);
  if (!outcome.done && outcome.because !== 'duplicate') throw refusalOf(outcome);
  return made;
}

/** The links of an assignment to what it is about. */
export function endsOf(values: Values, principalType: string): readonly LinkChange[] {
  const source = String(values['id']);
  const link = (relation: string, target: string, targetType: string): LinkChange => ({
    kind: 'link',
    link: { type: roleAssignment.name, relation },
    source,
    target,
    targetType,
  });
  const scope = scopeOf(String(values['directoryScopeId']));
  return [
    link('principal', String(values['principalId']), principalType),
    link('roleDefinition', String(values['roleDefinitionId']), roleDefinition.name),
    ...(scope && scope.kind !== 'tenant'
      ? [link('directoryScope', scope.id, (scope.kind === 'unit' ? administrativeUnit : device).name)]
      : []),
  ];
}

/** The other side of the assignment: its principal joins the activated role, or leaves it. */
export function membership(
  kind: LinkChange['kind'],
  active: Values,
  assignment: Values,
  targetType: string,
): LinkChange {
  const link = { type: directoryRole.name, relation: 'members' };
  return { kind, link, source: String(active['id']), target: String(assignment['principalId']), targetType };
}

export const assignmentsUnmade: Consequence = {
  of: [roleAssignment],
  at: ['delete'],
  follow: async ({ caller, current }, { store }) => {
    const role = wideRole(current);
    const type = await store.typeOf(caller.tenant, String(current['principalId']));
    if (!role || type === undefined) return [];
    const [active] = await store.load(caller.tenant, directoryRole.name, {
      property: 'roleTemplateId',
      value: role.id,
    });
    return active ? [membership('unlink', active.values, current, type)] : [];
  },
};

export const membersJoin: Consequence = {
  of: [directoryRole],
  at: ['link'],
  follow: async (deed, { store }, at) => {
    if (!isLinking(deed)) return [];
    if ((await assignmentsOf(store, deed)).length > 0) return [];
    const about = {
      principalId: deed.target.id,
      roleDefinitionId: deed.current['roleTemplateId'],
      directoryScopeId: TENANT_WIDE,
    };
    const values = { ...about, id: assignmentId(about) };
    return [insertion(roleAssignment.name, values, at), ...endsOf(values, deed.target.type.name)];
  },
};

export const membersLeave: Consequence = {
  of: [directoryRole],
  at: ['unlink'],
  follow: async (deed, { store }) => (await assignmentsOf(store, deed)).map(deletion),
};

/** The assignments that are the same fact as the membership. */
async function assignmentsOf(store: Store, { caller, current, target }: Deed): Promise<readonly Stored[]> {
  if (!target) return [];
  const key = { property: 'principalId', value: target.id };
  const found = await store.load(caller.tenant, roleAssignment.name, key);
  return found.filter(({ values }) => wideRole(values)?.id === current['roleTemplateId']);
}

/** By which property an assignment names what it is about. */
const ABOUT: readonly (readonly [property: string, types: readonly EntityType[]])[] = [
  ['principalId', [user, group, servicePrincipal]],
  ['roleDefinitionId', [roleDefinition]],
  ['directoryScopeId', [administrativeUnit, device]],
];

export const assignmentsEnd: Consequence = {
  of: ABOUT.flatMap(([, types]) => types),
  at: ['delete'],
  follow: async ({ caller, type, id }, { store }) => {
    const [property = ''] = ABOUT.find(([, types]) => types.includes(type)) ?? [];
    const kind = type === administrativeUnit ? 'unit' : 'object';
    const value = property === 'directoryScopeId' ? scopeText({ kind, id }) : id;
    return (await store.load(caller.tenant, roleAssignment.name, { property, value })).map(deletion);
  },
};

function deletion({ id }: Stored): Change {
  return { kind: 'delete', type: roleAssignment.name, id };
}
