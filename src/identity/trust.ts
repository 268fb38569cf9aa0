import type { Clock } from '../lib/clock.ts';
import type { Outbound } from '../lib/outbound.ts';
import { Refusal } from '../lib/refusal.ts';
import { isGuid } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Store, Stored, Tenant } from '../store/contract.ts';
import { createIssuerKeys, type IssuerKeys } from './issuerKeys.ts';
import { type Claims, claimedIssuer, type ForeignClaims, isUnknownKey, type KeySet, verifyForeign } from './token.ts';

/**
 * Tokens that somebody else's identity provider has signed: who of the directory is meant by them, and what they permit.
 * A name for a claim, and nothing is guessed: a user is found by one claim, an application by another.
 */

export type TrustOptions = {
  /** Exactly as tokens and the issuer's own description name it. */
  readonly issuers: readonly string[];
  /** Each of them exactly; a token must be for one. */
  readonly audiences: readonly string[];
  /** Whose users and applications are meant. */
  readonly tenant: Tenant;
  /** The claim with a user's name (userPrincipalName) or id; undefined: no user's token is taken. */
  readonly userClaim: string | undefined;
  /** The claim with the application's id. */
  readonly appClaim: string;
  /** The claims with delegated permissions, and with an application's own. */
  readonly scopeClaim: string;
  readonly rolesClaim: string;
};

export type Trust = {
  /** What the token says, in the directory's own terms; undefined: it names no issuer that is trusted here. */
  readonly verify: (token: string) => Promise<Claims | undefined>;
};

type Surroundings = {
  readonly store: Store;
  readonly clock: Clock;
  readonly outbound: Outbound;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  readonly changed: () => void;
};

export function createTrust(options: TrustOptions, surroundings: Surroundings): Trust {
  const { audiences } = options;
  const known = new Map(options.issuers.map((issuer) => [issuer, createIssuerKeys(issuer, surroundings)]));
  return {
    verify: async (token) => {
      const issuer = claimedIssuer(token);
      const keys = issuer === undefined ? undefined : known.get(issuer);
      if (issuer === undefined || !keys) return undefined;
      const check = (set: KeySet) => verifyForeign(token, set, { issuer, audiences }, surroundings.clock);
      return claimsOf(options, surroundings.store, await verifiedBy(keys, check));
    },
  };
}

/** A key that isn't known may be new: the issuer is asked once more. */
async function verifiedBy(keys: IssuerKeys, check: (set: KeySet) => Promise<ForeignClaims>): Promise<ForeignClaims> {
  try {
    return await check(await keys.current());
  } catch (problem) {
    const newer = isUnknownKey(problem) ? await keys.newer() : undefined;
    if (!newer) throw problem;
    return check(newer);
  }
}

async function claimsOf(options: TrustOptions, store: Store, claims: ForeignClaims): Promise<Claims> {
  const { tenant, userClaim, appClaim, scopeClaim, rolesClaim } = options;
  const app = claims[appClaim];
  const who = { tid: tenant.id, appid: typeof app === 'string' ? app : '', exp: claims.exp };
  const user = userClaim === undefined ? undefined : claims[userClaim];
  if (user !== undefined && userClaim !== undefined) {
    const account = await findUser(store, tenant, user);
    if (!account) throw unmapped(userClaim, 'user');
    return { ...who, oid: account.id, idtyp: 'user', scp: listIn(claims[scopeClaim]).join(' ') };
  }
  const principal = await findApplication(store, tenant, app);
  if (!principal) throw unmapped(appClaim, 'application');
  return { ...who, oid: principal.id, idtyp: 'app', roles: listIn(claims[rolesClaim]) };
}

/** Names in one text, separated by blanks, or in a list: both are in use. */
function listIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((name) => name !== '');
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

async function findUser(store: Store, tenant: Tenant, value: unknown): Promise<Stored | undefined> {
  if (typeof value !== 'string' || value === '') return undefined;
  const { type, name } = SIGN_IN.user;
  const [found] = await store.load(tenant, type.name, { property: isGuid(value) ? 'id' : name, value });
  return found;
}

async function findApplication(store: Store, tenant: Tenant, value: unknown): Promise<Stored | undefined> {
  if (typeof value !== 'string' || value === '') return undefined;
  const { type, appId, enabled } = SIGN_IN.servicePrincipal;
  const [found] = await store.load(tenant, type.name, { property: appId, value });
  return found?.values[enabled] === false ? undefined : found;
}

/** The token is good; whoever set this up should hear what it lacks. */
function unmapped(claim: string, kind: 'user' | 'application'): Refusal {
  const message = `The token is good, but its claim '${claim}' names no ${kind} of this directory.`;
  return new Refusal(ERRORS.tokenInvalid, {}, { details: [{ code: 'PrincipalUnknown', target: claim, message }] });
}
