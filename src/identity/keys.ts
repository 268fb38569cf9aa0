import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { LIMITS } from '../model/limits.ts';
import type { Store } from '../store/contract.ts';

/**
 * The keys that sign and verify tokens. They lie in the store, so that a token outlives a restart and every process of a
 * directory knows the same ones. Each signs for a while; the next one is published before it signs, so that whoever keeps
 * the published keys for a day knows it in time, and the last one is known as long as any token that it signed.
 * https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
type SigningKey = { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export type KeyRing = {
  /** Signs new tokens. */
  readonly current: SigningKey;
  /** By `kid`; no prototype, for the name comes from a token. */
  readonly all: Readonly<Record<string, SigningKey>>;
};

/** Keys that follow the time. */
export type Keys = KeyRing & {
  /** Makes the next key where it is time for it, and forgets those that no token can be by any more. */
  readonly tend: () => Promise<void>;
  /** The next key, to sign as soon as everybody may know it; compromised: to sign at once, and no other one is known any more. */
  readonly rotate: (how: 'planned' | 'compromised') => Promise<void>;
};

/** A key as it is published: https://www.rfc-editor.org/rfc/rfc7517 */
export type PublishedKey = Readonly<Record<string, string>>;

/** A key as it is stored. since: the instant from which it signs, in milliseconds since 1970. */
type StoredKey = { readonly key: JsonWebKey; readonly since: number };

type TimedKey = SigningKey & { readonly since: number };

const NAME = 'signingKeys';

/** The keys; a directory without any gets its first one. */
export async function openKeys(store: Store, clock: Clock): Promise<Keys> {
  const known = await readStored(store);
  if (known.length > 0) return createKeys(store, clock, known);
  const first = { key: await makeKey(), since: clock.now() };
  await writeStored(store, [first]);
  return createKeys(store, clock, [first]);
}

/** The keys as they are now, if the directory has been given any. */
export async function readKeys(store: Store, clock: Clock): Promise<KeyRing | undefined> {
  const known = await readStored(store);
  return known.length > 0 ? ringAt(known.map(timed), clock) : undefined;
}

function createKeys(store: Store, clock: Clock, known: readonly StoredKey[]): Keys {
  let stored = known;
  let ring = ringAt(known.map(timed), clock);

  /** What lies in the store: others of this process may serve the same directory and tend its keys, too. */
  async function look(): Promise<readonly StoredKey[]> {
    const found = await readStored(store);
    if (newestOf(found) !== newestOf(stored) || found.length !== stored.length) take(found);
    return stored;
  }

  function take(keys: readonly StoredKey[]): void {
    stored = keys;
    ring = ringAt(keys.map(timed), clock);
  }

  async function keep(keys: readonly StoredKey[]): Promise<void> {
    await writeStored(store, keys);
    take(keys);
  }

  async function rotate(how: 'planned' | 'compromised'): Promise<void> {
    const newest = newestOf(await look());
    const key = await makeKey();
    if (how === 'compromised') return keep([{ key, since: clock.now() }]);
    const now = await look();
    // Making a key takes its time, in which somebody else has made one.
    if (newestOf(now) !== newest) return undefined;
    return keep([...now, { key, since: clock.now() + LIMITS.signingKeyAheadMilliseconds }]);
  }

  return {
    get current() {
      return ring.current;
    },
    get all() {
      return ring.all;
    },
    rotate,
    tend: async () => {
      const now = clock.now();
      const found = await look();
      const needed = found.filter((_, at) => {
        const next = found[at + 1];
        return !next || next.since + LIMITS.tokenLifeSecondsMost * 1000 > now;
      });
      if (needed.length < found.length) await keep(needed);
      const signsFrom = newestOf(needed);
      if (now - signsFrom >= LIMITS.signingKeyMilliseconds - LIMITS.signingKeyAheadMilliseconds)
        await rotate('planned');
    },
  };
}

function newestOf(keys: readonly StoredKey[]): number {
  return keys.at(-1)?.since ?? 0;
}

/** Tends the keys from now on; the result ends that, once nothing is under way. */
export function followKeys(
  keys: Keys,
  clock: Clock,
  log: (entry: Readonly<Record<string, unknown>>) => void,
): () => Promise<void> {
  let cancel = () => {};
  let tending: Promise<void> | undefined;
  let ended = false;
  const tend = () => {
    tending = keys
      .tend()
      .catch((problem: unknown) => log({ level: 'error', code: 'signingKeys', cause: String(problem) }))
      .finally(() => {
        if (!ended) cancel = clock.after(LIMITS.signingKeyCheckMilliseconds, tend);
      });
  };
  tend();
  return async () => {
    ended = true;
    cancel();
    await tending;
  };
}

/** The ring of those keys: the newest that signs already is the current one, at any time. */
function ringAt(keys: readonly TimedKey[], clock: Clock): KeyRing {
  const all = Object.create(null) as Record<string, SigningKey>;
  for (const key of keys) all[key.kid] = key;
  const [first] = keys;
  if (!first) throw new Error('the directory has no signing key');
  return Object.freeze({
    all: Object.freeze(all),
    get current() {
      return keys.findLast(({ since }) => since <= clock.now()) ?? first;
    },
  });
}

async function makeKey(): Promise<JsonWebKey> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: LIMITS.signingKeyBits });
  return pair.privateKey.export({ format: 'jwk' });
}

async function readStored(store: Store): Promise<readonly StoredKey[]> {
  const text = await store.value(NAME);
  return text === undefined ? [] : (JSON.parse(text) as StoredKey[]);
}

async function writeStored(store: Store, keys: readonly StoredKey[]): Promise<void> {
  await store.setValue(NAME, JSON.stringify(keys));
}

function timed({ key, since }: StoredKey): TimedKey {
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return Object.freeze({ kid: thumbprint(key), privateKey, publicKey: createPublicKey(privateKey), since });
}

/** The JSON Web Key thumbprint: https://www.rfc-editor.org/rfc/rfc7638 */
function thumbprint({ e, kty, n }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

/** What `/{tenant}/discovery/v2.0/keys` answers. */
export function publishedKeys(ring: KeyRing): readonly PublishedKey[] {
  return Object.values(ring.all).map(({ kid, publicKey }) => {
    const { n, e } = publicKey.export({ format: 'jwk' });
    return { kty: 'RSA', use: 'sig', alg: 'RS256', kid, x5t: kid, n: String(n), e: String(e) };
  });
}
