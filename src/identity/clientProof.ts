import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import type { Tenant } from '../store/contract.ts';
import { proveByAssertion } from './clientAssertion.ts';
import { type Client, holdersOf, isPublicClient } from './clients.ts';
import type { Issuer } from './issuer.ts';
import { verdictOn } from './secret.ts';

/** How an application proves that it is the one that it says. */

/** What a client sent to prove itself. */
export type Proof = {
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
  readonly assertionType: string | undefined;
  /** Where it was sent to, of which an assertion speaks: the origin and the tenant's name in the path. */
  readonly origin: string;
  readonly tenantName: string;
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
  issuer: Issuer,
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
  const verdicts = await Promise.all(
    holdersOf(client).map((holder) => verdictOn(issuer, tenant, holder.id, 'secret', secret)),
  );
  if (verdicts.includes('right')) return 'secret';
  if (verdicts.includes('ended')) throw new Refusal(SIGN_IN_ERRORS.secretExpired, { client: client.appId });
  throw new Refusal(SIGN_IN_ERRORS.secretInvalid, { client: client.appId });
}
