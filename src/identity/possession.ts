import { X509Certificate } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { certificatesOf } from '../model/signIn.ts';
import type { Stored } from '../store/contract.ts';
import { peek, verifySigned } from './token.ts';

/**
 * That somebody holds the private key of one of an application's certificates, proved by a text that says so, is for
 * nothing else, and was signed a short while ago.
 * https://learn.microsoft.com/graph/application-rollkey-prooftoken
 */

/** What such a text is for: the directory, by the name that it had before Microsoft Graph. */
const AUDIENCE = '00000002-0000-0000-c000-000000000000';
const ALGORITHMS = ['RS256', 'PS256'];

/** Refuses a text that doesn't prove it. @param holder the application, or the service principal, whose key it is */
export async function checkPossession(holder: Stored, proof: string, clock: Clock): Promise<void> {
  const claims = (await peek(proof))?.claims;
  const isMeant = claims?.aud === AUDIENCE && claims.iss === holder.id && isNow(claims, clock.now() / 1000);
  if (!isMeant || !(await isSigned(holder, proof, clock))) throw new Refusal(ERRORS.proofInvalid);
}

function isNow({ nbf, exp }: { readonly nbf?: number; readonly exp?: number }, now: number): boolean {
  if (typeof nbf !== 'number' || typeof exp !== 'number') return false;
  const skew = LIMITS.clockSkewSeconds;
  return nbf <= now + skew && exp > now - skew && exp - nbf <= LIMITS.proofLifeSecondsMost;
}

async function isSigned({ values }: Stored, proof: string, clock: Clock): Promise<boolean> {
  const now = clock.now();
  for (const { der, from, until } of certificatesOf(values)) {
    if ((from !== undefined && Date.parse(from) > now) || (until !== undefined && Date.parse(until) <= now)) continue;
    const { publicKey } = new X509Certificate(Buffer.from(der, 'base64'));
    if (await verifySigned(proof, () => publicKey, ALGORITHMS)) return true;
  }
  return false;
}
