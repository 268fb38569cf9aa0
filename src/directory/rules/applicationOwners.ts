import { needsPermission } from '../../identity/authorize.ts';
import { linkedIds } from '../../identity/linked.ts';
import { application, federatedIdentityCredential, servicePrincipal } from '../../model/application.ts';
import { extensionProperty } from '../../model/extension.ts';
import type { PermissionName } from '../../model/permissions.ts';
import type { EntityType } from '../../model/shape.ts';
import { user } from '../../model/user.ts';
import type { DirectoryWorld } from '../world.ts';
import type { Custom, Deed, Rule } from './rule.ts';

/**
 * Who registers an application owns it, and its service principal. An application that may manage only what it owns
 * manages nothing else. https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby
 */

const OWNED: PermissionName = 'Application.ReadWrite.OwnedBy';
const ALL: PermissionName = 'Application.ReadWrite.All';

function mayManageOwnOnly({ kind, permissions }: Deed['caller']): boolean {
  return kind === 'application' && permissions.has(OWNED) && !permissions.has(ALL);
}

async function checkOwnership(
  caller: Deed['caller'],
  type: EntityType,
  id: string,
  { store }: DirectoryWorld,
): Promise<void> {
  if (!mayManageOwnOnly(caller)) return;
  const link = { type: type.name, relation: 'owners' };
  const itself = { kind: 'compare', operator: 'eq', field: { property: 'id' }, value: caller.principal } as const;
  const source = { type: type.name, id, is: 'source' } as const;
  const owners = await linkedIds(store, caller.tenant, link, source, servicePrincipal.name, itself);
  if (owners.length === 0) throw needsPermission([ALL]);
}

function ownedOnly(of: EntityType): Rule {
  return {
    of,
    at: ['update', 'delete', 'link', 'unlink', 'act'],
    // An application that rolls its own keys needs no owner.
    check: ({ kind, caller, type, id, current }, world) => {
      const isItself = kind === 'act' && current['appId'] === caller.app;
      return isItself ? undefined : checkOwnership(caller, type, id, world);
    },
  };
}

export const ownedApplications = ownedOnly(application);
export const ownedPrincipals = ownedOnly(servicePrincipal);

/** What lives in an application is managed as the application is. */
export const ownedFederations: Rule = {
  of: federatedIdentityCredential,
  at: ['create', 'update', 'delete'],
  check: ({ caller, current, changes }, world) => {
    const id = String({ ...current, ...changes }['applicationId']);
    return checkOwnership(caller, application, id, world);
  },
};

export const ownedExtensions: Rule = {
  of: extensionProperty,
  at: ['create', 'delete'],
  check: ({ caller, current, changes }, world) => {
    const id = String({ ...current, ...changes }['ownerApplication']);
    return checkOwnership(caller, application, id, world);
  },
};

/** A service principal of what somebody else registered isn't for who manages only its own. */
export const principalsOfOwned: Rule = {
  of: servicePrincipal,
  at: ['create'],
  check: async ({ caller, changes }, world) => {
    if (!mayManageOwnOnly(caller)) return;
    const key = { property: 'appId', value: String(changes['appId']) };
    const [registration] = await world.store.load(caller.tenant, application.name, key);
    if (!registration) throw needsPermission([ALL]);
    await checkOwnership(caller, application, registration.id, world);
  },
};

function creatorOwns(of: EntityType): Custom {
  return {
    of,
    link: ({ caller }, bound) => {
      const relation = 'owners';
      if (bound.some(({ name }) => name === relation)) return [];
      const isUser = caller.kind === 'delegated';
      if (!isUser && !mayManageOwnOnly(caller)) return [];
      return [{ relation, target: caller.principal, targetType: isUser ? user.name : servicePrincipal.name }];
    },
  };
}

export const applicationCreators = creatorOwns(application);
export const principalCreators = creatorOwns(servicePrincipal);
