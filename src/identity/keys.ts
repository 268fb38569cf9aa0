import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { LIMITS } from '../model/limits.ts';
import type { Store } from '../store/contract.ts';

/**
 * The keys that sign and verify access tokens. They lie in the store, so that a token outlives a restart and
 * every process of a directory knows the same ones.
 */
type SigningKey = { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export type KeyRing = {
  /** Signs new tokens. */
  readonly current: SigningKey;
  /** By `kid`; no prototype, for the name comes from a token. */
  readonly all: Readonly<Record<string, SigningKey>>;
};

/** A key as it is published: https://www.rfc-editor.org/rfc/rfc7517 */
export type PublishedKey = Readonly<Record<string, string>>;

const NAME = 'signingKeys';

/** Reads the keys; a directory without any gets its first one. */
export async function openKeys(store: Store): Promise<KeyRing> {
  return (await readKeys(store)) ?? ringOf([await makeKey(store)]);
}

/** The keys, if the directory has been given any. */
export async function readKeys(store: Store): Promise<KeyRing | undefined> {
  const text = await store.value(NAME);
  return text === undefined ? undefined : ringOf(JSON.parse(text) as JsonWebKey[]);
}

async function makeKey(store: Store): Promise<JsonWebKey> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: LIMITS.signingKeyBits });
  const key = pair.privateKey.export({ format: 'jwk' });
  await store.setValue(NAME, JSON.stringify([key]));
  return key;
}

function ringOf(keys: readonly JsonWebKey[]): KeyRing {
  const all = Object.create(null) as Record<string, SigningKey>;
  const made = keys.map((key) => {
    const privateKey = createPrivateKey({ key, format: 'jwk' });
    return { kid: thumbprint(key), privateKey, publicKey: createPublicKey(privateKey) };
  });
  for (const key of made) all[key.kid] = Object.freeze(key);
  const current = made[0];
  if (!current) throw new Error('the directory has no signing key');
  return Object.freeze({ current, all: Object.freeze(all) });
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
