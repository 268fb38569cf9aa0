import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bits, integer, object, sequence, set, text, time, wrapped } from '../../src/lib/der.ts';

/** A certificate that signs itself, in DER, and its private key. */
export type Made = { readonly der: Buffer; readonly key: KeyObject };

const RSA_WITH_SHA256 = sequence(object('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));
const COMMON_NAME = object('2.5.4.3');
const VERSION_3 = wrapped(0, integer(Buffer.from([2])));
const YEARS = { from: '2026-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' };

/** With an RSA key, as clients sign their assertions. @param valid from when until when */
export function makeRsaCertificate(valid: { readonly from: string; readonly until: string } = YEARS): Made {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(set(sequence(COMMON_NAME, text('daemon'))));
  const body = sequence(
    VERSION_3,
    integer(Buffer.from([1])),
    RSA_WITH_SHA256,
    name,
    sequence(time(Date.parse(valid.from)), time(Date.parse(valid.until))),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  return { der: sequence(body, RSA_WITH_SHA256, bits(sign('sha256', body, privateKey))), key: privateKey };
}
