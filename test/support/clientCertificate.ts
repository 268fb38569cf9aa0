import { generateKeyPairSync, type KeyObject, type X509Certificate } from 'node:crypto';
import { makeAuthority, makeLeaf } from '../../src/lib/certificate.ts';

/** What an application proves itself with: an RSA key, which Entra ID asks for, and a certificate of it. */
export type ClientCertificate = { readonly certificate: X509Certificate; readonly key: KeyObject };

const DAY = 24 * 3_600_000;

/** Signed by an authority of its own that nobody knows: the certificate itself is what the directory is told to trust. */
export function makeClientCertificate(name = 'daemon'): ClientCertificate {
  const from = Date.now() - DAY;
  const times = { from, until: from + 365 * DAY, hosts: [`${name}.example`] };
  const authorityKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const authority = makeAuthority({ name: 'nobody', privateKey: authorityKey, serial: Buffer.from([1]), ...times });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const making = { name, privateKey, serial: Buffer.from([2]), ...times };
  return { certificate: makeLeaf(making, { certificate: authority, privateKey: authorityKey }), key: privateKey };
}
