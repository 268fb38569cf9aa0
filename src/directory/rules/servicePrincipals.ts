import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { application, federatedIdentityCredential, servicePrincipal } from '../../model/application.ts';
import { GRAPH_APP_ID } from '../../model/clouds.ts';
import { ERRORS } from '../../model/errors.ts';
import { MICROSOFT_APPLICATIONS, MICROSOFT_TENANT_ID } from '../../model/microsoft.ts';
import { updating } from '../../store/change.ts';
import type { Change, Stored, Values } from '../../store/contract.ts';
import type { DirectoryWorld } from '../world.ts';
import { rolesOf, scopesOf } from './applicationValues.ts';
import { goneWithPrincipal } from './grants.ts';
import { allRedirectUris } from './redirectUris.ts';
import type { Consequence, Deed, Derivation, Rule } from './rule.ts';

/**
 * A service principal stands for an application that is registered here, or for one of Microsoft's own, and shows what
 * that says of itself. https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals
 */
export const backedPrincipals: Rule = {
  of: servicePrincipal,
  at: ['create'],
  check: async ({ caller, changes }, world) => {
    const id = String(changes['appId']);
    if (await registrationOf(world, caller, id)) return;
    if (!MICROSOFT_APPLICATIONS.has(fold(id))) throw new Refusal(ERRORS.applicationUnknown, { id });
  },
};

/** Everything that is granted here is granted on it. */
export const graphStays: Rule = {
  of: servicePrincipal,
  at: ['update', 'delete'],
  check: ({ kind, current, changes }) => {
    const ends = kind === 'delete' || changes['accountEnabled'] === false;
    if (ends && current['appId'] === GRAPH_APP_ID) throw new Refusal(ERRORS.denied);
  },
};

async function registrationOf(
  { store }: DirectoryWorld,
  { tenant }: Deed['caller'],
  appId: string,
): Promise<Stored | undefined> {
  const [found] = await store.load(tenant, application.name, { property: 'appId', value: appId });
  return found;
}

export const newServicePrincipals: Derivation = {
  of: servicePrincipal,
  at: ['create'],
  derive: async ({ caller, changes }, world) => {
    const appId = fold(String(changes['appId']));
    const registration = await registrationOf(world, caller, appId);
    const name = MICROSOFT_APPLICATIONS.get(appId);
    const shown = registration
      ? { ...shownOf(registration.values), appOwnerOrganizationId: caller.tenant.id }
      : {
          appDisplayName: name,
          displayName: name,
          appOwnerOrganizationId: MICROSOFT_TENANT_ID,
          servicePrincipalNames: [appId],
        };
    return { ...shown, ...changes, appId, createdByAppId: caller.app };
  },
};

/** What a service principal shows of its application. */
function shownOf(values: Values): Values {
  const web = (values['web'] ?? {}) as Values;
  const {
    addIns,
    appId,
    description,
    displayName,
    identifierUris = [],
    info,
    signInAudience,
    verifiedPublisher,
  } = values;
  return {
    addIns,
    appDescription: description,
    appDisplayName: displayName,
    appRoles: rolesOf(values).map((role) => ({ ...role, origin: 'Application' })),
    displayName,
    homepage: web['homePageUrl'],
    info,
    logoutUrl: web['logoutUrl'],
    oauth2PermissionScopes: scopesOf(values),
    replyUrls: allRedirectUris(values),
    servicePrincipalNames: [appId, ...(identifierUris as readonly string[])],
    signInAudience,
    verifiedPublisher,
  };
}

/** In the tenant where the application is registered, the service principal changes with it. */
export const principalsFollow: Consequence = {
  of: [application],
  at: ['update'],
  follow: async ({ caller, current, changes }, world) => {
    const [before, after] = [shownOf(current), shownOf({ ...current, ...changes })];
    const names = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
    const principal = names.length > 0 && (await principalOf(world, caller, current));
    if (!principal) return [];
    const changed = Object.fromEntries(names.map((name) => [name, after[name] ?? null]));
    return updating(servicePrincipal, principal, changed);
  },
};

async function principalOf(
  { store }: DirectoryWorld,
  { tenant }: Deed['caller'],
  { appId }: Values,
): Promise<Stored | undefined> {
  const [found] = await store.load(tenant, servicePrincipal.name, { property: 'appId', value: String(appId) });
  return found;
}

/** With an application go its service principal, and what that was granted, and its federated credentials. */
export const allGoWithApplications: Consequence = {
  of: [application],
  at: ['delete'],
  follow: async ({ caller, id }, world) => {
    const [registration] = await world.store.load(caller.tenant, application.name, { property: 'id', value: id });
    const principal = registration && (await principalOf(world, caller, registration.values));
    const federations = await world.store.load(caller.tenant, federatedIdentityCredential.name, {
      property: 'applicationId',
      value: id,
    });
    const gone = federations.map((one): Change => {
      return { kind: 'delete', type: federatedIdentityCredential.name, id: one.id };
    });
    if (!principal) return gone;
    const granted = await goneWithPrincipal(world, caller, principal.id);
    return [...gone, ...granted, { kind: 'delete', type: servicePrincipal.name, id: principal.id }];
  },
};
