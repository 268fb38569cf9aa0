import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bits, integer, object, sequence, set, text, time, wrapped } from '../../src/lib/der.ts';

/** A certificate that a client signs assertions with, made on the spot: an RSA key, signed by itself. */

export type RsaCertificate = { readonly der: Buffer; readonly key: KeyObject };

const RSA_WITH_SHA256 = sequence(object('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));
const COMMON_NAME = object('2.5.4.3');
const VERSION_3 = wrapped(0, integer(Buffer.from([2])));

export function makeRsaCertificate(name = 'daemon'): RsaCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const named = sequence(set(sequence(COMMON_NAME, text(name))));
  const body = sequence(
    VERSION_3,
    integer(Buffer.from([1])),
    RSA_WITH_SHA256,
    named,
    sequence(time(Date.parse('2026-01-01T00:00:00Z')), time(Date.parse('2030-01-01T00:00:00Z'))),
    named,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  return { der: sequence(body, RSA_WITH_SHA256, bits(sign('sha256', body, privateKey))), key: privateKey };
}
