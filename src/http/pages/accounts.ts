import type { Issuer } from '../../identity/issuer.ts';
import { assignedRoles } from '../../identity/roles.ts';
import type { Session } from '../../identity/sessions.ts';
import { SIGN_IN } from '../../model/signIn.ts';
import type { Stored, Tenant } from '../../store/contract.ts';
import type { Shown } from './content.ts';

/** Accounts as the pages show them. */

export function shownAccount(account: Stored, tag?: string): Shown {
  const { name, title } = SIGN_IN.user;
  const userName = String(account.values[name]);
  return { name: userName, title: String(account.values[title] ?? userName), tag };
}

/** Those who are signed in in this browser; in development everybody else whose password is public, too. */
export async function choices(
  issuer: Issuer,
  development: boolean,
  sessions: readonly Session[],
  tenants: readonly Tenant[],
): Promise<readonly Shown[]> {
  const signedIn = sessions.map(({ account }) => shownAccount(account, 'Signed in'));
  if (!development) return signedIn;
  const known = new Set(sessions.map(({ account }) => account.id));
  const others = (await developers(issuer, tenants)).filter(({ account }) => !known.has(account.id));
  const shown = others.map(async ({ tenant, account }) => shownAccount(account, await tagOf(issuer, tenant, account)));
  return [...signedIn, ...(await Promise.all(shown))];
}

/** The password of an account of the development tenant, which is public; '' for any other. */
export async function publicPassword(development: boolean, userName: string): Promise<string> {
  if (!development) return '';
  const { DEV_PASSWORD } = await import('../../model/devTenant.ts');
  return (await developmentUsers()).some(({ name }) => name === userName) ? DEV_PASSWORD : '';
}

type Developer = { readonly tenant: Tenant; readonly account: Stored };

async function developers(issuer: Issuer, tenants: readonly Tenant[]): Promise<readonly Developer[]> {
  const { type } = SIGN_IN.user;
  const found = await Promise.all(
    (await developmentUsers()).map(async ({ tenantId, id }) => {
      const tenant = tenants.find((one) => one.id === tenantId);
      const [account] = tenant ? await issuer.store.load(tenant, type.name, { property: 'id', value: id }) : [];
      return tenant && account ? { tenant, account } : undefined;
    }),
  );
  return found.filter((developer) => developer !== undefined);
}

/** Whom the development tenants were made with. */
async function developmentUsers() {
  const { DEV_TENANT, PERSONAL_TENANT } = await import('../../model/devTenant.ts');
  const { type, name } = SIGN_IN.user;
  return [DEV_TENANT, PERSONAL_TENANT].flatMap(({ id: tenantId, objects }) =>
    objects
      .filter((object) => object.type === type.name)
      .map(({ values }) => ({ tenantId, id: String(values['id']), name: String(values[name]) })),
  );
}

async function tagOf(issuer: Issuer, tenant: Tenant, account: Stored): Promise<string | undefined> {
  const { enabled, kind, guest } = SIGN_IN.user;
  if (account.values[enabled] === false) return 'Disabled';
  const titles = (await assignedRoles(issuer.store, tenant, account.id)).map(({ role }) => role.name);
  const all = account.values[kind] === guest ? [guest, ...titles] : titles;
  return all.length === 0 ? undefined : all.join(', ');
}
