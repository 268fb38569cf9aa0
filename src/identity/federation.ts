import { Bounded } from '../lib/bounded.ts';
import type { Clock } from '../lib/clock.ts';
import { isSafeAddress, type Outbound } from '../lib/outbound.ts';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Tenant } from '../store/contract.ts';
import type { Client } from './clients.ts';
import type { Issuer } from './issuer.ts';
import { createIssuerKeys, type IssuerKeys } from './issuerKeys.ts';
import { type KeySet, type Peeked, verifySigned } from './token.ts';

/**
 * A client proves itself by the token of another issuer, which the application says that it trusts: for whom, and for
 * which audience. https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */

export type Federations = {
  /** The issuer's keys; undefined where it may not be asked. */
  readonly keysOf: (issuer: string) => IssuerKeys | undefined;
};

type Surroundings = {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  /** An application of the development tenant may trust an issuer on this machine without https. */
  readonly development: boolean;
};

export function createFederations({ development, ...around }: Surroundings): Federations {
  const known = new Bounded<string, IssuerKeys>(LIMITS.federatedIssuers);
  return {
    keysOf: (issuer) => {
      if (!isSafeAddress(issuer) || !(development || issuer.startsWith('https:'))) return undefined;
      const found = known.get(issuer) ?? createIssuerKeys(issuer, { ...around, changed: () => {} });
      known.set(issuer, found);
      return found;
    },
  };
}

/** Microsoft Entra ID takes no other: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
const ALGORITHMS = ['RS256'];

export async function proveByFederation(
  issuer: Issuer & { readonly federations: Federations },
  tenant: Tenant,
  client: Client,
  assertion: string,
  { claims }: Peeked,
): Promise<void> {
  const [name, subject] = [String(claims.iss), String(claims.sub)];
  await checkTrusted(issuer, tenant, client, name, subject, claims.aud);
  const keys = issuer.federations.keysOf(name);
  if (!keys) throw new Refusal(SIGN_IN_ERRORS.federatedKeys);
  const isBy = async (set: KeySet | undefined) =>
    set !== undefined && (await verifySigned(assertion, set, ALGORITHMS)) !== undefined;
  // A key that isn't known may be new: the issuer is asked once more.
  if ((await isBy(await currentOf(keys))) || (await isBy(await keys.newer()))) return;
  throw new Refusal(SIGN_IN_ERRORS.assertionSignature);
}

async function currentOf(keys: IssuerKeys): Promise<KeySet> {
  try {
    return await keys.current();
  } catch (problem) {
    throw new Refusal(SIGN_IN_ERRORS.federatedKeys, {}, { cause: problem });
  }
}

/** Refuses what no credential of the application speaks of; the texts are compared to the letter. */
async function checkTrusted(
  { store }: Issuer,
  tenant: Tenant,
  { registration }: Client,
  issuer: string,
  subject: string,
  audience: unknown,
): Promise<void> {
  const cells = SIGN_IN.federation;
  const by = { property: cells.holder, value: registration?.id ?? '' };
  const all = registration ? await store.load(tenant, cells.type.name, by) : [];
  const ofIssuer = all.filter(({ values }) => values[cells.issuer] === issuer);
  if (ofIssuer.length === 0) throw new Refusal(SIGN_IN_ERRORS.federatedIssuer, { issuer });
  const ofSubject = ofIssuer.filter(({ values }) => values[cells.subject] === subject);
  if (ofSubject.length === 0) throw new Refusal(SIGN_IN_ERRORS.federatedSubject, { subject });
  const [only, ...others] = Array.isArray(audience) ? audience : [audience];
  const audiences = ofSubject.flatMap(({ values }) => values[cells.audiences]);
  if (typeof only === 'string' && others.length === 0 && audiences.includes(only)) return;
  throw new Refusal(SIGN_IN_ERRORS.federatedAudience, { audience: String(only) });
}
