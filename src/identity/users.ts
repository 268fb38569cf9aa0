import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Stored, Tenant } from '../store/contract.ts';
import { findOne, type Issuer } from './issuer.ts';
import { verdictOn } from './secret.ts';

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

export async function provePassword(issuer: Issuer, tenant: Tenant, account: Stored, password: string): Promise<void> {
  if ((await verdictOn(issuer, tenant, account.id, 'password', password)) === 'right') return;
  throw new Refusal(SIGN_IN_ERRORS.userPassword);
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
