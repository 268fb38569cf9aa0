import { hash, scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Credential, Store, Tenant } from '../store/contract.ts';

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
  return `sha256$${hash('sha256', secret, 'base64url')}`;
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

/** What a secret turned out to be: ended is one that was good until it ended. */
export type Verdict = 'right' | 'wrong' | 'ended';

/** Whether the given secret is one of the object's credentials of that kind. */
export async function verdictOn(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  tenant: Tenant,
  owner: string,
  kind: Credential['kind'],
  given: string,
): Promise<Verdict> {
  const now = clock.now();
  const kept = (await store.credentials(tenant, owner)).filter((credential) => credential.kind === kind);
  const same = await Promise.all(kept.map((credential) => matches(given, credential.hash)));
  const right = kept.filter((_, at) => same[at]);
  if (right.length === 0) return 'wrong';
  return right.some(({ ends }) => ends === undefined || Date.parse(ends) > now) ? 'right' : 'ended';
}

/** As long as a wrong password takes: for accounts that aren't there, which nobody shall tell by the time. */
export async function provesNothing(given: string): Promise<false> {
  await hashPassword(given, NO_SALT);
  return false;
}

const NO_SALT = Buffer.alloc(LIMITS.passwordSaltBytes);

/** Each costs 16 MiB and some 100 ms of another thread, so that only a few are made at once and not many wait. */
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  if (running >= LIMITS.hashesAtOnce) {
    if (waiting.length >= LIMITS.hashesWaiting) throw new Refusal(SIGN_IN_ERRORS.busy);
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await scryptOf(password, salt, N, r, p);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function scryptOf(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: MEMORY_BYTES_MOST }, (problem, key) =>
      problem ? reject(problem) : resolve(key),
    );
  });
}
