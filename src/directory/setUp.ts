import { hash } from 'node:crypto';
import { type Clock, instantText } from '../lib/clock.ts';
import { PERSONAL_TENANT_ID } from '../model/clouds.ts';
import { ASSIGNABLE_ROLES } from '../model/roles.ts';
import { type Store, StoreProblem, type Tenant } from '../store/contract.ts';
import { NOBODY } from './world.ts';

/** Counts up whenever `rules/roleSetup.ts` makes something else of the same rows. */
const ROLE_SETUP = 1;

/**
 * What every tenant has of the model's roles: their definitions and templates as objects that can be listed, and for the
 * assignments that it was made with, the activated roles and their members. Done once, and again when the rows have changed.
 */
export async function setUpRoles(store: Store, tenants: Iterable<Tenant>, clock: Clock): Promise<void> {
  const at = instantText(clock.now());
  const wanted = hash('sha256', JSON.stringify([ROLE_SETUP, ASSIGNABLE_ROLES]));
  for (const tenant of tenants) {
    const mark = `roles:${tenant.id}`;
    if (tenant.id === PERSONAL_TENANT_ID || (await store.value(mark)) === wanted) continue;
    const { roleChanges } = await import('./rules/roleSetup.ts');
    const changes = await roleChanges(store, tenant, at);
    const outcome = await store.write({ tenant, at, principal: NOBODY, app: NOBODY, changes });
    if (!outcome.done)
      throw new StoreProblem(`The roles of ${tenant.displayName} can't be set up: ${outcome.because}.`);
    await store.setValue(mark, wanted);
  }
}
