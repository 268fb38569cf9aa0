import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Caller } from './caller.ts';
import { pairwise } from './issue.ts';
import type { Issuer } from './issuer.ts';

/** The scopes that the claims need, as they stand in the access token. */
const OPENID = 'openid';
const PROFILE = 'profile';
const EMAIL = 'email';

/**
 * Who has signed in, as OpenID Connect has programs ask for it: `sub` is that of the application's ID tokens.
 * https://learn.microsoft.com/entra/identity-platform/userinfo
 */
export async function userInfo(
  { store }: Pick<Issuer, 'store'>,
  { kind, tenant, principal, app, permissions }: Caller,
): Promise<Readonly<Record<string, unknown>>> {
  if (kind !== 'delegated' || !permissions.has(OPENID))
    throw new Refusal(ERRORS.denied, {}, { details: [OPENID_HINT] });
  const { type, title, given, family, mail } = SIGN_IN.user;
  const [account] = await store.load(tenant, type.name, { property: 'id', value: principal });
  if (!account) throw new Refusal(ERRORS.tokenInvalid);
  const { values } = account;
  const profile = { name: values[title], given_name: values[given], family_name: values[family] };
  return Object.fromEntries(
    Object.entries({
      sub: pairwise(tenant, account, app),
      ...(permissions.has(PROFILE) ? profile : {}),
      ...(permissions.has(EMAIL) ? { email: values[mail] } : {}),
    }).filter(([, value]) => value !== undefined && value !== null),
  );
}

const OPENID_HINT = {
  code: 'MissingScope',
  target: OPENID,
  message: `Only the access token of a user says who that is, and only where '${OPENID}' was among the scopes that were asked for.`,
};
