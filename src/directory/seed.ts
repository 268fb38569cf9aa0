import { instantText } from '../lib/clock.ts';
import type { TenantData } from '../model/tenantData.ts';
import { type Change, type Store, StoreProblem } from '../store/contract.ts';
import { insertion } from './newObject.ts';
import { NOBODY } from './world.ts';

/**
 * Makes a tenant with all that it starts with, in one transaction. A tenant that has a journal has been made; one without
 * was left by a program that ended between the two steps, and is made whole.
 */
export async function seedTenant(store: Store, data: TenantData, now: number): Promise<void> {
  const { id, displayName, defaultDomain, cloud } = data;
  const known = (await store.tenants()).find((tenant) => tenant.id === id);
  const tenant = known ?? (await store.addTenant({ id, displayName, defaultDomain, ...(cloud && { cloud }) }));
  if ((await store.journal(tenant, 0, 1)).length > 0) return;
  const at = instantText(now);
  const changes: Change[] = [
    ...data.objects.map((object) => insertion(object.type, object.values, at)),
    ...data.links.map((link) => ({ kind: 'link' as const, ...link })),
    ...data.credentials.map(({ owner, ...credential }) => ({ kind: 'credential' as const, owner, credential })),
  ];
  const outcome = await store.write({ tenant, at, principal: NOBODY, app: NOBODY, changes });
  if (!outcome.done) throw new StoreProblem(`The tenant ${displayName} could not be made: ${JSON.stringify(outcome)}`);
}
