import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Stored, Tenant } from '../store/contract.ts';
import type { Guarded } from './attempts.ts';
import { findOne, type Issuer } from './issuer.ts';
import { provesNothing, verdictOn } from './secret.ts';

/** Who signs in. */

export async function findUser(issuer: Issuer, tenant: Tenant, userName: string): Promise<Stored> {
  const { type, name } = SIGN_IN.user;
  const account = await findOne(issuer, tenant, type, name, userName);
  if (!account) throw new Refusal(SIGN_IN_ERRORS.userUnknown, { name: userName, tenant: tenant.displayName });
  return enabledOnly(account);
}

/** The user with that id, as far as may still sign in. */
export async function userWithId(issuer: Issuer, tenant: Tenant, id: string): Promise<Stored> {
  const account = await findOne(issuer, tenant, SIGN_IN.user.type, 'id', id);
  if (!account) throw new Refusal(SIGN_IN_ERRORS.userUnknown, { name: id, tenant: tenant.displayName });
  return enabledOnly(account);
}

/** What somebody sends to sign in, and the network address that it comes from, if one is known. */
export type Login = { readonly name: string; readonly password: string; readonly address: string | undefined };

/**
 * The user with that name and that password. Whether the account is there, and whether it may sign in, is looked at as
 * if it were a wrong password: it takes as long, and counts as much.
 */
export async function provePassword(issuer: Issuer & Guarded, tenant: Tenant, login: Login): Promise<Stored> {
  const { name, password, address } = login;
  const { type, name: property, enabled } = SIGN_IN.user;
  const account = await findOne(issuer, tenant, type, property, name);
  const of = account?.id ?? `${tenant.id} ${name}`;
  const attempt = { of, known: account !== undefined, address, secret: password, closed: SIGN_IN_ERRORS.accountLocked };
  const isRight = await issuer.attempts.guard(attempt, async () => {
    if (!account) return provesNothing(password);
    return (await verdictOn(issuer, tenant, account.id, 'password', password)) === 'right';
  });
  if (!account) throw new Refusal(SIGN_IN_ERRORS.userUnknown, { name, tenant: tenant.displayName });
  if (!isRight) throw new Refusal(SIGN_IN_ERRORS.userPassword);
  if (account.values[enabled] === false) throw new Refusal(SIGN_IN_ERRORS.userDisabled);
  return account;
}

/** Whether what was given at that instant has ended since: a new password ends it, as does the user's sessions' end. */
export function hasEnded(account: Stored, since: string): boolean {
  const { validFrom, passwordSet } = SIGN_IN.user;
  return [account.values[validFrom], account.values[passwordSet]].some(
    (instant) => typeof instant === 'string' && instant > since,
  );
}

function enabledOnly(account: Stored): Stored {
  if (account.values[SIGN_IN.user.enabled] === false) throw new Refusal(SIGN_IN_ERRORS.userDisabled);
  return account;
}
