import type { TrustOptions } from '../identity/trust.ts';
import { isSafeAddress } from '../lib/outbound.ts';
import { fold, listText } from '../lib/text.ts';
import { issuerOf, PERSONAL_TENANT_ID } from '../model/clouds.ts';
import type { Tenant } from '../store/contract.ts';
import { type Settings, UsageProblem } from './settings.ts';

/** The settings about somebody else's identity provider, held against each other and against the directory. */

type TrustSettings = Pick<
  Settings,
  | 'trustIssuer'
  | 'trustAudience'
  | 'trustTenant'
  | 'trustUserClaim'
  | 'trustAppClaim'
  | 'trustScopeClaim'
  | 'trustRolesClaim'
>;

/** Undefined: nobody else is trusted. */
export function trustOf(settings: TrustSettings, tenants: readonly Tenant[]): TrustOptions | undefined {
  const { trustIssuer: issuers, trustAudience: audiences } = settings;
  if (!issuers) {
    if (!audiences && !settings.trustTenant && !settings.trustUserClaim) return undefined;
    throw new UsageProblem(
      '--trust-audience, --trust-tenant and --trust-user-claim mean nothing without --trust-issuer.',
    );
  }
  if (!audiences) {
    throw new UsageProblem(
      '--trust-issuer needs --trust-audience: what its tokens must be for, or a token for anybody would do.',
    );
  }
  for (const issuer of issuers) checkIssuer(issuer, tenants);
  return {
    issuers,
    audiences,
    tenant: tenantNamed(settings.trustTenant, tenants),
    userClaim: settings.trustUserClaim,
    appClaim: settings.trustAppClaim,
    scopeClaim: settings.trustScopeClaim,
    rolesClaim: settings.trustRolesClaim,
  };
}

function checkIssuer(issuer: string, tenants: readonly Tenant[]): void {
  if (!isSafeAddress(issuer) || /[?#]/.test(issuer)) {
    throw new UsageProblem(
      `--trust-issuer ${issuer} is no issuer: it accepts an https address (http on loopback only), without query and fragment.`,
    );
  }
  if (tenants.some((tenant) => issuerOf(tenant.cloud, tenant.id) === issuer)) {
    throw new UsageProblem(`--trust-issuer ${issuer} is this directory itself.`);
  }
}

function tenantNamed(name: string | undefined, tenants: readonly Tenant[]): Tenant {
  const own = tenants.filter(({ id }) => id !== PERSONAL_TENANT_ID);
  const found = own.filter(
    ({ id, defaultDomain }) => name === undefined || [id, fold(defaultDomain)].includes(fold(name)),
  );
  const [tenant, another] = found;
  if (tenant && !another) return tenant;
  const choice = listText(own.map(({ id }) => id));
  throw new UsageProblem(`--trust-tenant must name one tenant of this directory. It accepts ${choice}.`);
}
