import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import type { Tenant } from '../store/contract.ts';
import type { Guarded } from './attempts.ts';
import { proveByAssertion } from './clientAssertion.ts';
import { type Client, holdersOf, isPublicClient } from './clients.ts';
import type { Federations } from './federation.ts';
import type { Issuer } from './issuer.ts';
import { type Verdict, verdictOn } from './secret.ts';

/** How an application proves that it is the one that it says. */

/** What proofs are held against: also the issuers that an application trusts, and how often they were wrong. */
export type ProofIssuer = Issuer & Guarded & { readonly federations: Federations };

/** What a client sent to prove itself. */
export type Proof = {
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
  readonly assertionType: string | undefined;
  /** Where it was sent to, of which an assertion speaks: the origin and the tenant's name in the path. */
  readonly origin: string;
  readonly tenantName: string;
  /** The network address that it comes from, if one is known. */
  readonly address: string | undefined;
};

/** How it was proved: `appidacr` of an access token. */
export type ProofKind = 'none' | 'secret' | 'assertion';

/** https://www.rfc-editor.org/rfc/rfc7523#section-2.2 */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Refuses a client that doesn't prove itself. A public client can't, and isn't asked to.
 *
 * @param needed undefined: as the client says of itself
 */
export async function proveClient(
  issuer: ProofIssuer,
  tenant: Tenant,
  client: Client,
  proof: Proof,
  needed?: boolean,
): Promise<ProofKind> {
  const { secret, assertion, assertionType } = proof;
  if (secret !== undefined && assertion !== undefined) throw new Refusal(SIGN_IN_ERRORS.credentialBoth);
  if (assertion !== undefined) {
    if (assertionType !== ASSERTION_TYPE) throw new Refusal(SIGN_IN_ERRORS.assertionType);
    await proveByAssertion(issuer, tenant, client, assertion, proof);
    return 'assertion';
  }
  if (secret === undefined) {
    if (needed ?? !isPublicClient(client)) throw new Refusal(SIGN_IN_ERRORS.secretMissing);
    return 'none';
  }
  const verdict = await guardedVerdict(issuer, tenant, client, secret, proof.address);
  if (verdict === 'right') return 'secret';
  if (verdict === 'ended') throw new Refusal(SIGN_IN_ERRORS.secretExpired, { client: client.appId });
  throw new Refusal(SIGN_IN_ERRORS.secretInvalid, { client: client.appId });
}

/** Counted for each address by itself: nobody shall close an application for the servers that it runs on. */
async function guardedVerdict(
  issuer: ProofIssuer,
  tenant: Tenant,
  client: Client,
  secret: string,
  address: string | undefined,
): Promise<Verdict> {
  const of = `${client.principal.id} ${address}`;
  let verdict: Verdict = 'wrong';
  await issuer.attempts.guard({ of, known: true, address, secret, closed: SIGN_IN_ERRORS.clientLocked }, async () => {
    const verdicts = await Promise.all(
      holdersOf(client).map((holder) => verdictOn(issuer, tenant, holder.id, 'secret', secret)),
    );
    verdict = verdicts.find((one) => one === 'right') ?? verdicts.find((one) => one === 'ended') ?? 'wrong';
    return verdict !== 'wrong';
  });
  return verdict;
}
