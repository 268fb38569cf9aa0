import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { Credentials } from '../http/secure.ts';
import { type KeyPair, type Making, makeAuthority, makeLeaf } from '../lib/certificate.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { LIMITS } from '../model/limits.ts';
import { AUTHORITY_HOSTS, authorityKeyPath, authorityPath } from './authority.ts';
import { UsageProblem } from './settings.ts';

/** Where certificates come from: an authority of the directory's own, or files of the operator's. */

const PRIVATE_FILE = 0o600;
const DAY_MILLISECONDS = 24 * 3_600_000;

export type World = { readonly clock: Clock; readonly random: Random };

export function newAuthority(world: World): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Clients find an authority by its name, so no two of them share one.
  const name = `Rollcall local authority ${world.random.bytes(4).toString('hex')}`;
  return { certificate: makeAuthority({ ...makingOf(LIMITS.authorityDays, world), name, privateKey }), privateKey };
}

/** Writes the authority's key, for nobody else to read, and its certificate. */
export function keepAuthority(folder: string, { certificate, privateKey }: KeyPair): void {
  const path = authorityKeyPath(folder);
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: PRIVATE_FILE });
  chmodSync(path, PRIVATE_FILE);
  writeFileSync(authorityPath(folder), certificate.toString());
}

export function readAuthority(folder: string): KeyPair {
  const certificate = new X509Certificate(readFileSync(authorityPath(folder)));
  const privateKey = createPrivateKey(readFileSync(authorityKeyPath(folder)));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(
      `${authorityKeyPath(folder)} is not the key of ${authorityPath(folder)}: remove both, and start again`,
    );
  }
  return { certificate, privateKey };
}

/** A certificate by the local authority. It is kept nowhere: each process makes its own, and another before that ends. */
export function localCredentials(authority: KeyPair, world: World): () => Credentials {
  let shown: Credentials | undefined;
  let renewal = Number.NEGATIVE_INFINITY;
  return () => {
    if (shown && world.clock.now() < renewal) return shown;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const making = { ...makingOf(LIMITS.leafDays, world), name: 'localhost', privateKey };
    renewal = making.until - LIMITS.leafRenewalDays * DAY_MILLISECONDS;
    const cert = makeLeaf(making, authority).toString();
    shown = { cert, key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })) };
    return shown;
  };
}

function makingOf(days: number, { clock, random }: World): Omit<Making, 'name' | 'privateKey'> {
  const now = clock.now();
  return {
    hosts: AUTHORITY_HOSTS,
    serial: random.bytes(LIMITS.serialNumberBytes),
    from: now - LIMITS.certificateSkewDays * DAY_MILLISECONDS,
    until: now + days * DAY_MILLISECONDS,
  };
}

/** The certificate in those files. When they change to something that can't be used, the one before stays. */
export function fileCredentials(certPath: string, keyPath: string, tell: (line: string) => void): () => Credentials {
  let shown = readFiles(certPath, keyPath);
  return () => {
    try {
      shown = readFiles(certPath, keyPath);
    } catch (problem) {
      tell(`${(problem as Error).message} The certificate that was read before is used on.`);
    }
    return shown;
  };
}

function readFiles(certPath: string, keyPath: string): Credentials {
  const [cert, key] = [readText('--tls-cert', certPath), readText('--tls-key', keyPath)];
  const certificate = understood('--tls-cert', certPath, 'certificate in PEM', () => new X509Certificate(cert));
  const privateKey = understood('--tls-key', keyPath, 'private key in PEM', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new UsageProblem(`--tls-key ${keyPath} is not the key of the certificate in --tls-cert ${certPath}.`);
  }
  return { cert, key };
}

function readText(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (problem) {
    throw new UsageProblem(`${setting} ${path} can't be read (${(problem as NodeJS.ErrnoException).code}).`);
  }
}

function understood<T>(setting: string, path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new UsageProblem(`${setting} ${path} holds no ${what}.`);
  }
}
