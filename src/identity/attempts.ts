import { createHash } from 'node:crypto';
import { Bounded } from '../lib/bounded.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { type ErrorRow, Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';

/**
 * How often somebody may be wrong: smart lock-out, as Microsoft Entra ID has it. After ten wrong passwords an account is
 * closed for a minute, for everybody and whatever the password; then for longer each time. Addresses are counted, too,
 * for one that tries each account a few times stays below every account's limit.
 * https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout
 */
export type Attempts = {
  /**
   * Whether the secret is right, as `prove` finds it. Refuses without asking while the account or the address is closed.
   * At no time are more secrets looked at than may still be wrong: those that come together don't slip through together.
   */
  readonly guard: (attempt: Attempt, prove: () => Promise<boolean>) => Promise<boolean>;
};

export type Attempt = {
  /** The account or client that is to be proved, within its tenant. */
  readonly of: string;
  /** It exists. Names out of nowhere are counted apart, so that no number of them makes a real one forgotten. */
  readonly known: boolean;
  /** Where it comes from; undefined where nothing says so. */
  readonly address: string | undefined;
  readonly secret: string;
  /** What is told while the account or client is closed. */
  readonly closed: ErrorRow;
};

export type Guarded = { readonly attempts: Attempts };

type Count = {
  wrong: number;
  /** Being looked at now, and those who wait for that. */
  underWay: number;
  readonly waiting: (() => void)[];
  /** How often it was closed since anybody was right. */
  closings: number;
  closedUntil: number;
  last: number;
  /** The last wrong secrets: one of them again, as a program with an old password sends it, is no further guess. */
  recent: readonly string[];
};

type Counts = Bounded<string, Count>;

const SALT_BYTES = 16;

export function createAttempts({ clock, random }: { readonly clock: Clock; readonly random: Random }): Attempts {
  const known: Counts = new Bounded(LIMITS.attemptsKept);
  const unknown: Counts = new Bounded(LIMITS.attemptsKept);
  const addresses: Counts = new Bounded(LIMITS.attemptsKept);
  const salt = random.bytes(SALT_BYTES);

  function countOf(counts: Counts, key: string): Count {
    const now = clock.now();
    const before = counts.get(key);
    const isFresh = before && (before.underWay > 0 || now - before.last < LIMITS.attemptsForgottenMilliseconds);
    const count = isFresh ? before : newCount();
    count.last = now;
    counts.set(key, count);
    return count;
  }

  function fail(count: Count, most: number): void {
    const now = clock.now();
    count.wrong++;
    // Once it was closed, each further failure closes it again.
    if (count.wrong < most) return;
    count.closedUntil = now + Math.min(LIMITS.lockMilliseconds * 2 ** count.closings, LIMITS.lockMillisecondsMost);
    count.closings++;
  }

  const isClosed = (count: Count | undefined) => count !== undefined && count.closedUntil > clock.now();

  return {
    guard: async ({ of, known: exists, address, secret, closed }, prove) => {
      const network = address === undefined ? undefined : networkOf(address);
      const check = (count: Count) => {
        if (isClosed(count)) throw new Refusal(closed);
        if (network !== undefined && isClosed(addresses.get(network))) throw new Refusal(SIGN_IN_ERRORS.addressLocked);
      };
      const counts = exists ? known : unknown;
      const key = fold(of);
      const count = countOf(counts, key);
      check(count);
      await turn(count);
      try {
        check(count);
        if (await prove()) {
          Object.assign(count, { wrong: 0, closings: 0, recent: [] });
          return true;
        }
        const mark = createHash('sha256').update(salt).update(secret).digest('base64url');
        if (!count.recent.includes(mark)) {
          count.recent = [...count.recent, mark].slice(-LIMITS.wrongSecretsRemembered);
          fail(count, LIMITS.wrongSecrets);
        }
        if (network !== undefined) fail(countOf(addresses, network), LIMITS.wrongSecretsOfAddress);
        return false;
      } finally {
        count.underWay--;
        count.waiting.shift()?.();
      }
    },
  };
}

function newCount(): Count {
  return { wrong: 0, underWay: 0, waiting: [], closings: 0, closedUntil: 0, last: 0, recent: [] };
}

/** Waits until one more secret may be looked at. */
async function turn(count: Count): Promise<void> {
  while (count.underWay >= Math.max(1, LIMITS.wrongSecrets - count.wrong)) {
    await new Promise<void>((resolve) => count.waiting.push(resolve));
  }
  count.underWay++;
}

const GROUPS = 8;
const NETWORK_GROUPS = 4;
const IPV4_INSIDE = '::ffff:';

/** Who has one IPv6 address has the 2^64 beside it, too. */
function networkOf(address: string): string {
  if (address.startsWith(IPV4_INSIDE) && address.includes('.')) return address.slice(IPV4_INSIDE.length);
  if (!address.includes(':')) return address;
  const [head = [], tail] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const missing = tail ? Math.max(0, GROUPS - head.length - tail.length) : 0;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.slice(0, NETWORK_GROUPS).join(':');
}
