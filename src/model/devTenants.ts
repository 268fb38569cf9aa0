import { fixedGuid } from '../lib/fixedGuid.ts';
import { CLOUDS, type CloudName } from './clouds.ts';
import { DEV_TENANT, PERSONAL_TENANT } from './devTenant.ts';
import type { TenantData } from './tenantData.ts';

/**
 * The development tenant of a cloud: the same people and things in each, in a tenant of its own; and the personal accounts,
 * where the cloud has them. The global one's id is the one that is known.
 */
export function developmentTenants(cloud: CloudName): readonly TenantData[] {
  const id = cloud === 'global' ? DEV_TENANT.id : fixedGuid(`tenant:${cloud}`);
  const tenant = { ...DEV_TENANT, id, cloud };
  return CLOUDS[cloud].personalAccounts ? [tenant, { ...PERSONAL_TENANT, cloud }] : [tenant];
}
