import { createHash, scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../lib/random.ts';

/**
 * How secrets are kept. Passwords that people choose: scrypt, with the cost that OWASP's password storage cheat
 * sheet gives for 16 MiB. Secrets that were made at random: SHA-256, since they can't be guessed.
 */
const COST = Object.freeze({ N: 2 ** 14, r: 8, p: 5, keyBytes: 32, memoryBytes: 32 * 1024 * 1024 });
const SALT_BYTES = 16;

/** `scrypt$N$r$p$salt$hash`, base64url. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random.bytes(SALT_BYTES);
  const { N, r, p } = COST;
  const hash = await derive(password, salt, N, r, p);
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
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
    scrypt(password.normalize('NFKC'), salt, COST.keyBytes, { N, r, p, maxmem: COST.memoryBytes }, (problem, key) =>
      problem ? reject(problem) : resolve(key),
    );
  });
}
