import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Platform } from '../model/signIn.ts';
import type { Tenant } from '../store/contract.ts';
import type { Client } from './clients.ts';
import type { Issuer } from './issuer.ts';
import { endReused, type FoundTicket, findTicket, type MadeTicket, makeTicket } from './tickets.ts';

/**
 * Refresh tokens: each is used once and replaced by the next. One that comes again ends the whole family.
 * https://learn.microsoft.com/entra/identity-platform/refresh-tokens, https://www.rfc-editor.org/rfc/rfc9700#section-4.14
 */

/** What a refresh token stands for: a sign-in, and what was asked for in it. */
export type RefreshGrant = {
  readonly appId: string;
  readonly user: string;
  /** The instant of the sign-in, and how, as `amr` says it. */
  readonly since: string;
  readonly methods: readonly string[];
  readonly scope: string;
  /** Where its code was sent to; undefined where there was none. */
  readonly platform: Platform | undefined;
};

export function makeRefreshToken(issuer: Issuer, tenant: Tenant, grant: RefreshGrant, family?: string): MadeTicket {
  return makeTicket(issuer, tenant, 'refresh', {
    about: grant,
    seconds: secondsLeft(issuer, grant),
    ...(family === undefined ? {} : { family }),
  });
}

/** In a browser it lasts a day from the sign-in on, however often it is replaced. */
function secondsLeft({ clock }: Issuer, { platform, since }: RefreshGrant): number {
  if (platform !== 'browser') return LIMITS.refreshTokenSeconds;
  const age = Math.floor((clock.now() - Date.parse(since)) / 1000);
  return Math.max(0, LIMITS.browserRefreshTokenSeconds - age);
}

export type FoundRefresh = Exclude<FoundTicket<RefreshGrant>, { state: 'unknown' }>;

/** The token that the client shows, used or not. One that nobody knows any more may have been replaced long ago. */
export async function findRefreshToken(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  token: string,
): Promise<FoundRefresh> {
  const found = await findTicket<RefreshGrant>(issuer, tenant, 'refresh', token);
  if (found.state === 'unknown') {
    await endReused(issuer, tenant, found);
    throw new Refusal(SIGN_IN_ERRORS.grantMalformed);
  }
  if (found.about.appId === client.appId) return found;
  throw new Refusal(SIGN_IN_ERRORS.grantOfOtherClient, { client: client.appId });
}

/** Refuses a token that is no longer good; one that was replaced ends all that came of the same sign-in. */
export async function checkRefreshToken(issuer: Issuer, tenant: Tenant, found: FoundRefresh): Promise<void> {
  const { since } = found.about;
  if (found.state === 'expired') throw new Refusal(SIGN_IN_ERRORS.refreshExpired, { since });
  if (found.state === 'live') return;
  await endReused(issuer, tenant, found);
  throw new Refusal(SIGN_IN_ERRORS.refreshRevoked, { since });
}
