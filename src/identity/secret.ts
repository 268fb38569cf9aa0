import { createHash, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * How secrets are kept. Passwords that people choose: `scrypt$N$r$p$salt$hash`, with the cost that OWASP's password
 * storage cheat sheet gives for 16 MiB. Secrets that were made at random: SHA-256, since they can't be guessed.
 */
const KEY_BYTES = 32;
const MEMORY_BYTES_MOST = 32 * 1024 * 1024;

/** The cost of a new password's hash. */
const COST = { N: 16384, r: 8, p: 5 } as const;

/** What is kept of a password; the salt is random. */
export async function hashPassword(password: string, salt: Buffer): Promise<string> {
  const { N, r, p } = COST;
  const key = await derive(password, salt, N, r, p);
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** `sha256$hash`, base64url. */
export function hashSecret(secret: string): string {
  return `sha256$${createHash('sha256').update(secret).digest('base64url')}`;
}

/** Compares in constant time. A hash of a form that isn't ours matches nothing. */
export async function matches(given: string, kept: string): Promise<boolean> {
  const [form, ...parts] = kept.split('$');
  if (form === 'sha256') return sameBytes(hashSecret(given), kept);
  if (form !== 'scrypt' || parts.length !== 5) return false;
  const [N, r, p, salt, hash] = parts as [string, string, string, string, string];
  const derived = await derive(given, Buffer.from(salt, 'base64url'), Number(N), Number(r), Number(p));
  return sameBytes(derived.toString('base64url'), hash);
}

function sameBytes(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: MEMORY_BYTES_MOST }, (problem, key) =>
      problem ? reject(problem) : resolve(key),
    );
  });
}
