import type { Clock } from '../lib/clock.ts';
import { isSafeAddress, type Outbound } from '../lib/outbound.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { isKeySet, type KeySet, keySetOf, type PublishedKeys } from './token.ts';

/**
 * The keys of somebody else's issuer, by its own description of itself, kept for a while.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */

export type IssuerKeys = {
  /** The keys, if need be from the issuer; throws a refusal when there are none to be had. */
  readonly current: () => Promise<KeySet>;
  /** The keys after a token has named one that isn't among them; undefined: it was asked only just now. */
  readonly newer: () => Promise<KeySet | undefined>;
};

type Surroundings = {
  readonly outbound: Outbound;
  readonly clock: Clock;
  /** Hears that the issuer can't be asked. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  /** Called when the issuer has other keys than before. */
  readonly changed: () => void;
};

export function createIssuerKeys(issuer: string, { outbound, clock, log, changed }: Surroundings): IssuerKeys {
  let kept: { readonly set: KeySet; readonly text: string; readonly at: number } | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  /** One question at a time, and none soon after another: whoever sends tokens can't make us ask without end. */
  function ask(): Promise<void> | undefined {
    if (asking) return asking;
    if (clock.now() - asked < LIMITS.issuerAskMilliseconds) return undefined;
    asked = clock.now();
    asking = fetchKeys(issuer, outbound)
      .then(async (document) => {
        const text = JSON.stringify(document);
        if (kept && kept.text !== text) changed();
        kept = { set: text === kept?.text ? kept.set : await keySetOf(document), text, at: clock.now() };
      })
      .catch((problem: unknown) => {
        log({ level: 'error', code: 'issuer', issuer, cause: String((problem as Error).cause ?? problem) });
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  return {
    current: async () => {
      const age = kept ? clock.now() - kept.at : Number.POSITIVE_INFINITY;
      if (age > LIMITS.issuerKeysFreshMilliseconds) await ask();
      // An issuer that is down for a while is believed what it said before.
      if (kept && clock.now() - kept.at <= LIMITS.issuerKeysStaleMilliseconds) return kept.set;
      throw new Refusal(ERRORS.issuerUnavailable, { issuer });
    },
    newer: async () => {
      const before = kept?.text;
      await ask();
      return kept?.text === before ? undefined : kept?.set;
    },
  };
}

/** An issuer elsewhere can't send us to this machine's own ports. */
function isAsSafe(address: string, issuer: string): boolean {
  return isSafeAddress(address) && (address.startsWith('https:') || issuer.startsWith('http:'));
}

async function fetchKeys(issuer: string, outbound: Outbound): Promise<PublishedKeys> {
  const bounds = { milliseconds: LIMITS.issuerMilliseconds, bytes: LIMITS.issuerBytes };
  const description = await outbound(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, bounds);
  const { issuer: named, jwks_uri: address } = (description ?? {}) as Readonly<Record<string, unknown>>;
  if (named !== issuer) throw new Error(`it calls itself ${JSON.stringify(named)}`);
  if (typeof address !== 'string' || !isAsSafe(address, issuer)) throw new Error('its jwks_uri is no https address');
  const keys = await outbound(address, bounds);
  if (!isKeySet(keys)) throw new Error('its jwks_uri has no set of keys');
  if (keys.keys.length > LIMITS.issuerKeys) throw new Error(`it has more than ${LIMITS.issuerKeys} keys`);
  return keys;
}
