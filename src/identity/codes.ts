import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Platform } from '../model/signIn.ts';
import type { Tenant } from '../store/contract.ts';
import type { Client } from './clients.ts';
import type { Issuer } from './issuer.ts';
import { endReused, type FoundTicket, findTicket, makeTicket, writeTickets } from './tickets.ts';

/**
 * Authorization codes: given to whoever signed in, redeemed once, by the client that asked and at the address that it
 * named. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */

/** What somebody agreed to by signing in. */
export type CodeGrant = {
  readonly appId: string;
  /** The user's id. */
  readonly user: string;
  /** The instant at which they signed in, and how, as `amr` says it. */
  readonly since: string;
  readonly methods: readonly string[];
  /** As it was asked for; of v1.0's `resource`, the `.default` of that. */
  readonly scope: string;
  readonly redirect: string;
  readonly platform: Platform;
  readonly nonce?: string;
  readonly challenge?: Challenge;
};

/** https://www.rfc-editor.org/rfc/rfc7636 */
export type Challenge = { readonly method: 'S256' | 'plain'; readonly text: string };

/** Between 43 and 128 of unreserved characters, a challenge as well as a verifier. */
const CHALLENGE = /^[\w.~-]{43,128}$/;

/** The challenge of an authorization request; undefined where there is none. Refuses what is no challenge. */
export function readChallenge(text: string | undefined, method: string | undefined): Challenge | undefined {
  if (text === undefined) {
    if (method !== undefined) throw new Refusal(SIGN_IN_ERRORS.challengeInvalid);
    return undefined;
  }
  if (method !== undefined && method !== 'S256' && method !== 'plain')
    throw new Refusal(SIGN_IN_ERRORS.challengeMethod);
  if (!CHALLENGE.test(text)) throw new Refusal(SIGN_IN_ERRORS.challengeInvalid);
  return { method: method ?? 'plain', text };
}

/** Refuses an authorization request that proves nothing at its redemption where the client can't either. */
export function checkChallenge(platform: Platform, challenge: Challenge | undefined): void {
  const isEnough =
    platform === 'server' || (platform === 'browser' ? challenge?.method === 'S256' : challenge !== undefined);
  if (!isEnough) throw new Refusal(SIGN_IN_ERRORS.challengeMissing);
}

/** A new code. */
export async function issueCode(issuer: Issuer, tenant: Tenant, grant: CodeGrant): Promise<string> {
  const { secret, change } = makeTicket(issuer, tenant, 'code', { about: grant, seconds: LIMITS.codeSeconds });
  await writeTickets(issuer, tenant, [change]);
  return secret;
}

export type FoundCode = Exclude<FoundTicket<CodeGrant>, { state: 'unknown' }>;

/** The code that the client shows, used or not. */
export async function findCode(issuer: Issuer, tenant: Tenant, client: Client, code: string): Promise<FoundCode> {
  const found = await findTicket<CodeGrant>(issuer, tenant, 'code', code);
  if (found.state === 'unknown') throw new Refusal(SIGN_IN_ERRORS.grantMalformed);
  if (found.about.appId === client.appId) return found;
  throw new Refusal(SIGN_IN_ERRORS.grantOfOtherClient, { client: client.appId });
}

/** Refuses a code that is no longer good; a second showing ends all that came of the first. */
export async function checkCode(issuer: Issuer, tenant: Tenant, found: FoundCode): Promise<void> {
  if (found.state === 'expired') throw new Refusal(SIGN_IN_ERRORS.codeExpired);
  if (found.state === 'live') return;
  await endReused(issuer, tenant, found);
  throw new Refusal(SIGN_IN_ERRORS.codeReused);
}

/** Refuses a redemption elsewhere than the code was sent to, or by somebody who didn't ask for it. */
export function checkRedemption(grant: CodeGrant, redirect: string, verifier: string | undefined): void {
  if (grant.redirect !== redirect) {
    throw new Refusal(SIGN_IN_ERRORS.redirectOther, { address: redirect, expected: grant.redirect });
  }
  if (verifier !== undefined && !CHALLENGE.test(verifier)) throw new Refusal(SIGN_IN_ERRORS.verifierInvalid);
  const { challenge } = grant;
  // A verifier without a challenge: somebody took the challenge out of the request on its way.
  const proved = challenge ? verifier !== undefined && meets(challenge, verifier) : verifier === undefined;
  if (!proved) throw new Refusal(SIGN_IN_ERRORS.verifierWrong);
}

function meets({ method, text }: Challenge, verifier: string): boolean {
  const made = method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  const [a, b] = [Buffer.from(made), Buffer.from(text)];
  return a.length === b.length && timingSafeEqual(a, b);
}
