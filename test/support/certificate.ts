import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A certificate that signs itself, in DER, and its private key. */
export type Made = { readonly der: Buffer; readonly key: KeyObject };

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** @param valid from when until when; undefined: for a year from now, as the library has it */
export async function makeRsaCertificate(valid?: { readonly from: string; readonly until: string }): Promise<Made> {
  // The library's injector wants the API of reflect-metadata to be there; it has nothing to ask it about our call.
  Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined, defineMetadata: () => {} });
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=daemon',
    keys: {
      privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']),
      publicKey: await crypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
    },
    signingAlgorithm: ALGORITHM,
    ...(valid ? { notBefore: new Date(valid.from), notAfter: new Date(valid.until) } : {}),
  });
  return { der: Buffer.from(made.rawData), key: pair.privateKey };
}
