import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { issuerOf } from '../model/clouds.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Client } from './clients.ts';
import { issuerAddress, type SignedIn } from './issue.ts';
import { admits, type Issuer } from './issuer.ts';
import { verifySigned } from './token.ts';
import { userWithId } from './users.ts';

/**
 * An application that was called with a user's token asks for one of its own, to call another in that user's name.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 */

/** The user whose access token the client was called with. */
export async function userOfAssertion(
  issuer: Issuer,
  client: Client,
  assertion: string,
  { origin, tenantName }: { readonly origin: string; readonly tenantName: string },
): Promise<SignedIn> {
  const claims = await verifySigned(
    assertion,
    ({ kid }: { readonly kid?: string }) => issuer.keys.all[kid ?? '']?.publicKey,
    ['RS256'],
  );
  const tenant = issuer.tenants.get(String(claims?.['tid']));
  if (!claims || !tenant || !admits(issuer, tenantName, tenant)) throw new Refusal(SIGN_IN_ERRORS.assertionInvalid);
  const issuers = [issuerOf(issuer.cloud, tenant.id), issuerAddress(origin, tenant)];
  if (!issuers.includes(String(claims.iss))) throw new Refusal(SIGN_IN_ERRORS.assertionInvalid);
  const now = issuer.clock.now() / 1000;
  const isNow =
    Number(claims.exp) > now - LIMITS.clockSkewSeconds && Number(claims.nbf) <= now + LIMITS.clockSkewSeconds;
  if (!isNow) throw new Refusal(SIGN_IN_ERRORS.assertionExpired);
  if (typeof claims.aud !== 'string' || !namesOf(client).includes(fold(claims.aud))) {
    throw new Refusal(SIGN_IN_ERRORS.assertionOfOther, { audience: String(claims.aud), client: client.appId });
  }
  // An id token is for the client, too, and says who signed in; but nobody calls anything with it.
  if (typeof claims['scp'] !== 'string' || typeof claims['oid'] !== 'string') {
    throw new Refusal(SIGN_IN_ERRORS.assertionOfApp, { client: client.appId });
  }
  const account = await userWithId(issuer, tenant, claims['oid']);
  return { tenant, account, methods: Array.isArray(claims['amr']) ? claims['amr'].map(String) : ['pwd'] };
}

/** What a token for the client may have as its audience, folded. */
function namesOf({ appId, registration }: Client): readonly string[] {
  const addresses = registration?.values[SIGN_IN.application.addresses];
  const own = Array.isArray(addresses) ? addresses.map(String) : [];
  return [appId, `api://${appId}`, ...own].map(fold);
}
