import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold, isGuid } from '../lib/text.ts';
import { type CloudName, PERSONAL_TENANT_ID } from '../model/clouds.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import type { EntityType } from '../model/shape.ts';
import type { Store, Stored, Tenant } from '../store/contract.ts';
import type { KeyRing } from './keys.ts';
import { tenantIdIn } from './tickets.ts';

/** What sign-in stands on, and the tenants that its addresses name. */
export type Issuer = {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly cloud: CloudName;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants: ReadonlyMap<string, Tenant>;
};

/**
 * Names that stand for whichever tenant a user turns out to be of: of any, of an organization's, or of the one of
 * personal accounts. https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri
 */
const ANY: ReadonlySet<string> = new Set(['common', 'organizations']);
const PERSONAL = 'consumers';

/** Whether a name in a path leaves it open which tenant is meant. */
export function isOpenName(name: string): boolean {
  return ANY.has(fold(name));
}

/** The tenant that a URL names: by its id, its domain, or as the one of personal accounts. */
export function tenantOf(issuer: Issuer, name: string): Tenant {
  const wanted = fold(name);
  if (ANY.has(wanted)) throw new Refusal(SIGN_IN_ERRORS.tenantNotConcrete);
  const id = wanted === PERSONAL ? PERSONAL_TENANT_ID : wanted;
  const byDomain = [...issuer.tenants.values()].find((tenant) => fold(tenant.defaultDomain) === wanted);
  const tenant = issuer.tenants.get(id) ?? byDomain;
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.tenantUnknown, { tenant: name });
  return tenant;
}

/** Refuses a name that stands for no tenant at all, where it doesn't matter which one it is. */
export function checkTenant(issuer: Issuer, name: string): void {
  if (!ANY.has(fold(name))) tenantOf(issuer, name);
}

/** Whether somebody of that tenant may sign in at an address with that name. */
export function admits(issuer: Issuer, name: string, tenant: Tenant): boolean {
  const wanted = fold(name);
  if (wanted === 'common') return true;
  if (wanted === 'organizations') return tenant.id !== PERSONAL_TENANT_ID;
  return tenantOf(issuer, name).id === tenant.id;
}

/**
 * The tenant in which a code or token was made: it stands in the secret itself, and the path must name it or leave it
 * open. Undefined for what is no secret of ours.
 */
export function tenantOfSecret(issuer: Issuer, name: string, secret: string): Tenant | undefined {
  checkTenant(issuer, name);
  const tenant = issuer.tenants.get(tenantIdIn(secret) ?? '');
  if (!tenant) return undefined;
  if (!admits(issuer, name, tenant)) throw new Refusal(SIGN_IN_ERRORS.grantOfOtherTenant);
  return tenant;
}

/** The tenant that a user principal name belongs to, by its domain. */
export function tenantOfUser(issuer: Issuer, userName: string): Tenant | undefined {
  const domain = fold(userName.slice(userName.lastIndexOf('@') + 1));
  return [...issuer.tenants.values()].find((tenant) => fold(tenant.defaultDomain) === domain);
}

/** Where lies what belongs to no tenant yet, such as a code that a device shows before anybody has signed in. */
export function homeTenant(issuer: Issuer): Tenant {
  const [first] = issuer.tenants.values();
  if (!first) throw new Refusal(SIGN_IN_ERRORS.tenantNotConcrete);
  return first;
}

/** The object of that type whose indexed property has that value. */
export async function findOne(
  { store }: Issuer,
  tenant: Tenant,
  type: EntityType,
  property: string,
  value: string,
): Promise<Stored | undefined> {
  if (property === 'id' && !isGuid(value)) return undefined;
  const [found] = await store.load(tenant, type.name, { property, value });
  return found;
}
