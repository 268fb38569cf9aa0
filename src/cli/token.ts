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
import { openDirectory } from './directory.ts';
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
    const keys = await readKeys(store);
    if (!keys) throw new UsageProblem(`the directory in --data ${data} has no signing key yet. Start it once.`);
    const tenants = new Map((await store.tenants()).map((tenant) => [tenant.id, tenant]));
    const issuer = { store, keys, cloud, tenants, clock: systemClock, random: systemRandom };
    process.stdout.write(`${(await issueToken(issuer, settings)).token}\n`);
  } catch (problem) {
    throw problem instanceof Refusal ? new UsageProblem(problem.message) : problem;
  } finally {
    await store.close();
  }
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
