import { tenantsIn } from '../app.ts';
import { findClient } from '../identity/clients.ts';
import { applicationToken, userToken } from '../identity/issue.ts';
import { type Issuer, tenantOfUser } from '../identity/issuer.ts';
import { readKeys } from '../identity/keys.ts';
import { readScopes } from '../identity/scopes.ts';
import { findUser } from '../identity/users.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { CLOUDS } from '../model/clouds.ts';
import { DEFAULT_APP_ID } from '../model/devTenant.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { COMMAND_LINE_APP_ID } from '../model/newTenant.ts';
import type { Store } from '../store/contract.ts';
import { openDirectory } from './directory.ts';
import { kindOf } from './kind.ts';
import { homeOf } from './served.ts';
import { type Settings, UsageProblem } from './settings.ts';

export type TokenSettings = Pick<Settings, 'data' | 'cloud'> & {
  readonly user?: string;
  readonly app?: string;
  readonly scope?: string;
};

/** `rollcall token`: prints an access token, made with the directory's own key; no server needs to run. */
export async function token(settings: TokenSettings): Promise<void> {
  const { data, cloud } = settings;
  if (settings.user === undefined && settings.app === undefined) {
    throw new UsageProblem('name whom the token is for: --user <upn>, or --app <appId> for an application alone.');
  }
  const store = openDirectory(data);
  try {
    const keys = await readKeys(store, systemClock);
    if (!keys) throw new UsageProblem(`the directory in --data ${data} has no signing key yet. Start it once.`);
    const all = await store.tenants();
    const home = homeOf(all, data, cloud);
    const tenants = tenantsIn(home, all);
    const issuer = { store, keys, cloud: home, tenants, clock: systemClock, random: systemRandom };
    const app = settings.app ?? (await defaultApp(store));
    process.stdout.write(`${(await issueToken(issuer, { ...settings, app })).token}\n`);
  } catch (problem) {
    throw problem instanceof Refusal ? new UsageProblem(problem.message) : problem;
  } finally {
    await store.close();
  }
}

/** The one that every tenant of that kind has. */
async function defaultApp(store: Store): Promise<string> {
  return (await kindOf(store)) === 'production' ? COMMAND_LINE_APP_ID : DEFAULT_APP_ID;
}

/** The token for those flags; throws the refusals of sign-in. */
export async function issueToken(
  issuer: Issuer,
  { user, app, scope = '.default' }: Omit<TokenSettings, 'data' | 'cloud'>,
): Promise<{ readonly token: string }> {
  const appId = app ?? DEFAULT_APP_ID;
  const at = { origin: CLOUDS[issuer.cloud].graph };
  if (user === undefined) {
    const [tenant] = issuer.tenants.values();
    if (!tenant) throw new UsageProblem('the directory has no tenant.');
    const { resource } = await readScopes(issuer, tenant, '.default', at);
    const client = await findClient(issuer, tenant, appId);
    return { token: await applicationToken(issuer, tenant, client, resource, 'secret', at.origin) };
  }
  const tenant = tenantOfUser(issuer, user);
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.userUnknown, { name: user, tenant: 'directory' });
  const account = await findUser(issuer, tenant, user);
  const client = await findClient(issuer, tenant, appId);
  const asked = await readScopes(issuer, tenant, scope, at);
  return userToken(issuer, { tenant, account, methods: ['pwd'] }, client, asked, 'none', at.origin);
}
