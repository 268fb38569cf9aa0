import { instantText } from '../lib/clock.ts';
import { fold } from '../lib/text.ts';
import { GRAPH_APP_ROLES, type OfferedRole, rolesOffered } from '../model/consent.ts';
import { GRANTING_GRAPH } from '../model/resourceActions.ts';
import { requiredOf, SIGN_IN } from '../model/signIn.ts';
import { inserting } from '../store/change.ts';
import type { Change, Values } from '../store/contract.ts';
import type { Client } from './clients.ts';
import {
  type Consenter,
  grantChanges,
  isConsentingAdministrator,
  type NamedText,
  requiredScopes,
  textsOf,
  writeConsent,
} from './consent.ts';
import { assignmentId } from './grantIds.ts';
import type { Issuer } from './issuer.ts';
import { rightsOf } from './roles.ts';
import type { Asked } from './scopes.ts';

/**
 * An administrator's consent in everybody's name, which is also how applications get permissions of their own.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export type AdminQuestion = {
  readonly scopes: readonly NamedText[];
  /** Permissions for the application itself, asked for with `.default` only. */
  readonly roles: readonly OfferedRole[];
  /** Whether whoever signed in may grant all of it. */
  readonly may: boolean;
};

export async function adminQuestion(
  issuer: Issuer,
  consenter: Consenter,
  client: Client,
  asked: Asked,
): Promise<AdminQuestion> {
  const scopes = textsOf(asked, asked.everything ? requiredScopes(client, asked) : asked.names);
  const roles = asked.everything ? requiredRoles(client, asked) : [];
  const { actions } = await rightsOf(issuer.store, consenter.tenant, consenter.account);
  const maySuch = roles.length === 0 || !asked.resource.isGraph || actions === 'all' || actions.has(GRANTING_GRAPH);
  return { scopes, roles, may: maySuch && (await isConsentingAdministrator(issuer, consenter)) };
}

function requiredRoles(client: Client, { resource }: Asked): readonly OfferedRole[] {
  const ids = new Set(requiredOf(client.registration?.values, resource.appId));
  const offered = resource.isGraph ? GRAPH_APP_ROLES : rolesOffered(resource.registration?.values);
  return offered.filter(({ id }) => ids.has(fold(id)));
}

/** Keeps it as a grant for everybody and an assignment for each role, all or none, journal included. */
export async function giveAdminConsent(
  issuer: Issuer,
  consenter: Consenter,
  client: Client,
  { resource }: Asked,
  { scopes, roles }: AdminQuestion,
): Promise<void> {
  const names = scopes.map(({ name }) => name);
  await writeConsent(issuer, consenter, client, async () => [
    ...(names.length === 0 ? [] : await grantChanges(issuer, consenter, client, resource, names, true)),
    ...(await roleChanges(issuer, consenter, client, resource, roles)),
  ]);
}

async function roleChanges(
  issuer: Issuer,
  { tenant }: Consenter,
  { principal, title }: Client,
  resource: Asked['resource'],
  roles: readonly OfferedRole[],
): Promise<readonly Change[]> {
  const { type, holder, holderTitle, holderKind, resource: on, resourceTitle, role, made } = SIGN_IN.applicationGrant;
  const { servicePrincipal } = SIGN_IN;
  const had = await issuer.store.load(tenant, type.name, { property: holder, value: principal.id });
  const known = new Set(had.map(({ id }) => id));
  return roles.flatMap((one): Change[] => {
    const id = assignmentId(principal.id, resource.principal.id, one.id);
    if (known.has(id)) return [];
    const values: Values = {
      id,
      [role]: one.id,
      [made]: instantText(issuer.clock.now()),
      [holderTitle]: title,
      [holder]: principal.id,
      [holderKind]: servicePrincipal.type.title,
      [resourceTitle]: resource.principal.values[servicePrincipal.title],
      [on]: resource.principal.id,
    };
    return [inserting(type, values)];
  });
}
