import { needsAction } from '../../identity/authorize.ts';
import { assignmentId, grantId } from '../../identity/grantIds.ts';
import { instantText } from '../../lib/clock.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { appRoleAssignment, oauth2PermissionGrant, servicePrincipal } from '../../model/application.ts';
import { GRAPH_APP_ID } from '../../model/clouds.ts';
import { ERRORS } from '../../model/errors.ts';
import { group } from '../../model/group.ts';
import { LIMITS } from '../../model/limits.ts';
import { GRANTING_GRAPH } from '../../model/resourceActions.ts';
import type { EntityType } from '../../model/shape.ts';
import { user } from '../../model/user.ts';
import type { Change, Stored, Values } from '../../store/contract.ts';
import { type DirectoryWorld, refusalOf } from '../world.ts';
import type { Consequence, Deed, Derivation, Naming, Rule } from './rule.ts';

/**
 * What applications, people and groups are granted.
 * https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant, …/approleassignment
 */

type Caller = Deed['caller'];

async function loaded(world: DirectoryWorld, { tenant }: Caller, type: EntityType, id: unknown): Promise<Stored> {
  const [found] = await world.store.load(tenant, type.name, { property: 'id', value: String(id) });
  if (!found) throw new Refusal(ERRORS.notFound, { id: String(id) });
  return found;
}

// -- delegated permissions -------------------------------------------------------------------------------------

export const grantIds = {
  of: oauth2PermissionGrant,
  id: ({ clientId, resourceId, principalId }: Values) =>
    grantId(String(clientId), String(resourceId), principalId ? String(principalId) : undefined),
} satisfies Naming;

export const grantRules: Rule = {
  of: oauth2PermissionGrant,
  at: ['create'],
  check: async ({ caller, changes }, world) => {
    const { clientId, resourceId, principalId = null, consentType } = changes;
    const isForAll = consentType === 'AllPrincipals';
    if (!isForAll && consentType !== 'Principal') throw invalid('consentType');
    if (isForAll !== (principalId === null)) throw invalid('principalId');
    await loaded(world, caller, servicePrincipal, clientId);
    await loaded(world, caller, servicePrincipal, resourceId);
    if (!isForAll) await loaded(world, caller, user, principalId);
  },
};

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: oauth2PermissionGrant.title });
}

// -- roles of applications -------------------------------------------------------------------------------------

export const assignmentIds: Naming = {
  of: appRoleAssignment,
  id: ({ principalId, resourceId, appRoleId }) =>
    assignmentId(String(principalId), String(resourceId), String(appRoleId)),
};

/** Stands for access to an application that has no roles. */
const NO_ROLE = '00000000-0000-0000-0000-000000000000';

export const assignmentRules: Rule = {
  of: appRoleAssignment,
  at: ['create', 'delete'],
  check: async ({ kind, caller, current, changes }, world) => {
    const { principalId, resourceId, appRoleId } = kind === 'create' ? changes : current;
    if (kind === 'delete') return checkGranting(caller, await resourceOf(world, caller, resourceId), true);
    const resource = await loaded(world, caller, servicePrincipal, resourceId);
    const { type } = await principalOf(world, caller, principalId);
    checkRole(resource, type, fold(String(appRoleId)));
    checkGranting(caller, resource, type === servicePrincipal);
  },
};

async function resourceOf(world: DirectoryWorld, { tenant }: Caller, id: unknown): Promise<Stored | undefined> {
  const [found] = await world.store.load(tenant, servicePrincipal.name, { property: 'id', value: String(id) });
  return found;
}

const PRINCIPALS = [servicePrincipal, user, group] as const;

async function principalOf(
  world: DirectoryWorld,
  { tenant }: Caller,
  id: unknown,
): Promise<{ readonly type: EntityType; readonly values: Values }> {
  const name = await world.store.typeOf(tenant, String(id));
  const type = PRINCIPALS.find((one) => one.name === name);
  const [found] = type ? await world.store.load(tenant, type.name, { property: 'id', value: String(id) }) : [];
  if (!type || !found) throw new Refusal(ERRORS.notFound, { id: String(id) });
  return { type, values: found.values };
}

/** Applications get what is meant for applications; people and groups what is meant for users. */
function checkRole({ values }: Stored, principal: EntityType, id: string): void {
  const memberType = principal === servicePrincipal ? 'Application' : 'User';
  const roles = ((values['appRoles'] ?? []) as readonly Values[]).filter(({ allowedMemberTypes, isEnabled }) => {
    return isEnabled !== false && (allowedMemberTypes as readonly unknown[]).includes(memberType);
  });
  const isThere = id === NO_ROLE ? roles.length === 0 : roles.some((role) => fold(String(role['id'])) === id);
  if (!isThere) throw new Refusal(ERRORS.permissionUnknown, { id: String(values['appId']) });
}

/** Permissions of Microsoft Graph itself are for few to grant: they may lead to every other right. */
function checkGranting(caller: Caller, resource: Stored | undefined, isApplication: boolean): void {
  if (!isApplication || caller.kind !== 'delegated' || resource?.values['appId'] !== GRAPH_APP_ID) return;
  if (caller.actions !== 'all' && !caller.actions.has(GRANTING_GRAPH)) throw needsAction(GRANTING_GRAPH);
}

export const newAssignments: Derivation = {
  of: appRoleAssignment,
  at: ['create'],
  derive: async ({ caller, changes }, world) => {
    const { type, values } = await principalOf(world, caller, changes['principalId']);
    const resource = await loaded(world, caller, servicePrincipal, changes['resourceId']);
    return {
      principalDisplayName: values['displayName'],
      principalType: type.title,
      resourceDisplayName: resource.values['displayName'],
    };
  },
};

// -- when somebody goes ----------------------------------------------------------------------------------------

/** By which properties grants hold those whom they are about. */
const HOLDERS: readonly (readonly [type: EntityType, property: string])[] = [
  [oauth2PermissionGrant, 'clientId'],
  [oauth2PermissionGrant, 'principalId'],
  [oauth2PermissionGrant, 'resourceId'],
  [appRoleAssignment, 'principalId'],
  [appRoleAssignment, 'resourceId'],
];

/** The deletions of all that somebody was granted, or that was granted on it. */
export async function goneWithPrincipal(world: DirectoryWorld, caller: Caller, id: string): Promise<readonly Change[]> {
  const gone = new Map<string, Change>();
  for (const [type, property] of HOLDERS) {
    const found = await world.store.load(caller.tenant, type.name, { property, value: id });
    for (const { id: one } of found) gone.set(`${type.name}:${one}`, { kind: 'delete', type: type.name, id: one });
    // What is too much for one transaction goes in steps: nobody misses a grant of somebody who is about to go.
    if (found.length === LIMITS.rowsAtOnce) {
      await deleteNow(world, caller, [...gone.values()]);
      return goneWithPrincipal(world, caller, id);
    }
  }
  return [...gone.values()];
}

async function deleteNow({ store, clock }: DirectoryWorld, caller: Caller, changes: readonly Change[]): Promise<void> {
  const { tenant, principal, app } = caller;
  const outcome = await store.write({ tenant, at: instantText(clock.now()), principal, app, changes });
  if (!outcome.done) throw refusalOf(outcome);
}

export const grantsGoWithPrincipals: Consequence = {
  of: [servicePrincipal, user, group],
  at: ['delete'],
  follow: ({ caller, id }, world) => goneWithPrincipal(world, caller, id),
};
