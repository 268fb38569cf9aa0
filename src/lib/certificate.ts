import { createHash, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { bits, boolean, integer, object, octets, sequence, set, tagged, text, time, wrapped } from './der.ts';

/**
 * Certificates of two kinds: an authority, and a server's that it signs. Node reads certificates and can't make them.
 * https://www.rfc-editor.org/rfc/rfc5280
 */

/** A certificate, and the key that it speaks of. */
export type KeyPair = { readonly certificate: X509Certificate; readonly privateKey: KeyObject };

export type Making = {
  /** Its common name. */
  readonly name: string;
  /** Host names and addresses: what a server is called, or all that an authority may speak for. */
  readonly hosts: readonly string[];
  /** On the curve P-256. */
  readonly privateKey: KeyObject;
  /** Random bytes. */
  readonly serial: Uint8Array;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
};

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = sequence(object('1.2.840.10045.4.3.2'));
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  otherNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** keyUsage is a row of bits, the first of them the highest; a number says how many at the end don't count. */
const SIGNS_CERTIFICATES = bits(Buffer.from([0b0000_0100]), 2);
const SIGNS_HANDSHAKES = bits(Buffer.from([0b1000_0000]), 7);
const VERSION_3 = wrapped(0, integer(Buffer.from([2])));

/**
 * An authority that signs itself. It may speak for those hosts only, and for no further authority: who trusts it, trusts it
 * for nothing else.
 */
export function makeAuthority(making: Making): X509Certificate {
  const { hosts, privateKey } = making;
  const permitted = Buffer.concat(hosts.map((host) => sequence(hostName(host, true))));
  return make(making, making.name, privateKey, [
    extension(EXTENSION.basicConstraints, sequence(boolean(true), integer(Buffer.from([0]))), true),
    extension(EXTENSION.keyUsage, SIGNS_CERTIFICATES, true),
    extension(EXTENSION.nameConstraints, sequence(wrapped(0, permitted)), true),
    extension(EXTENSION.subjectKeyId, octets(keyId(privateKey))),
  ]);
}

/** A server's certificate, signed by the authority. */
export function makeLeaf(making: Making, authority: KeyPair): X509Certificate {
  const names = sequence(...making.hosts.map((host) => hostName(host, false)));
  return make(making, nameOf(authority.certificate), authority.privateKey, [
    extension(EXTENSION.basicConstraints, sequence(), true),
    extension(EXTENSION.keyUsage, SIGNS_HANDSHAKES, true),
    extension(EXTENSION.extendedKeyUsage, sequence(object(SERVER_AUTHENTICATION))),
    extension(EXTENSION.otherNames, names),
    extension(EXTENSION.subjectKeyId, octets(keyId(making.privateKey))),
    extension(EXTENSION.authorityKeyId, sequence(tagged(0, keyId(authority.privateKey)))),
  ]);
}

function make(making: Making, issuer: string, signer: KeyObject, extensions: readonly Buffer[]): X509Certificate {
  const body = sequence(
    VERSION_3,
    integer(making.serial),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer),
    sequence(time(making.from), time(making.until)),
    distinguishedName(making.name),
    publicKeyOf(making.privateKey),
    wrapped(3, sequence(...extensions)),
  );
  return new X509Certificate(sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, signer))));
}

function extension(id: string, content: Buffer, critical = false): Buffer {
  return sequence(object(id), ...(critical ? [boolean(true)] : []), octets(content));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(object(COMMON_NAME), text(commonName))));
}

function nameOf({ subject }: X509Certificate): string {
  return subject.replace(/^CN=/, '');
}

const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** @param constraint an address comes with its mask, here of the one address */
function hostName(host: string, constraint: boolean): Buffer {
  if (!isAddress(host)) return tagged(DNS_NAME, Buffer.from(host));
  const address = addressBytes(host);
  return tagged(IP_ADDRESS, constraint ? Buffer.concat([address, Buffer.alloc(address.length, 0xff)]) : address);
}

const IP_VERSION_6_GROUPS = 8;

function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}

/** @param address without an IPv4 address at the end of an IPv6 one */
function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(IP_VERSION_6_GROUPS - before.length - after.length).fill('0');
  const hex = [...before, ...zeros, ...after].map((group) => group.padStart(4, '0'));
  return Buffer.from(hex.join(''), 'hex');
}

function publicKeyOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
}

/** The first way of https://www.rfc-editor.org/rfc/rfc7093: 160 bits of a hash; of the whole key, which tells keys apart as well. */
function keyId(privateKey: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyOf(privateKey)).digest().subarray(0, 20);
}
