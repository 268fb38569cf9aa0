import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeAuthority, makeLeaf } from '../../src/lib/certificate.ts';

/** An issuer of tokens, as a cluster has one for what runs in it; by https, with an authority of its own. */
export type WorkloadIssuer = {
  readonly address: string;
  /** In PEM: whoever asks for its keys has to trust it. */
  readonly authority: string;
  /** A token that says to whom it was given. */
  readonly tokenFor: (subject: string) => string;
  readonly close: () => void;
};

export const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange';
const LIFE_SECONDS = 600;
const DAY = 24 * 3_600_000;

export async function openWorkloadIssuer(): Promise<WorkloadIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' };
  const { authority, cert, key: tlsKey } = makeServerCertificate();
  let address = '';
  const server = createServer({ cert, key: tlsKey }, (request, response) => {
    const isKeys = request.url === '/keys';
    response.end(JSON.stringify(isKeys ? { keys: [key] } : { issuer: address, jwks_uri: `${address}/keys` }));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  address = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    address,
    authority,
    tokenFor: (subject) => {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now, exp: now + LIFE_SECONDS };
      return signed(privateKey, key.kid, { iss: address, sub: subject, aud: EXCHANGE_AUDIENCE, ...times });
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function signed(key: KeyObject, kid: string, claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

function makeServerCertificate() {
  const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const from = Date.now() - DAY;
  const times = { from, until: from + 30 * DAY, hosts: ['localhost'] };
  const [authorityKey, key] = [newKey(), newKey()];
  const making = { name: 'cluster', privateKey: authorityKey, serial: Buffer.from([1]), ...times };
  const authority = makeAuthority(making);
  const leaf = makeLeaf(
    { name: 'localhost', privateKey: key, serial: Buffer.from([2]), ...times },
    { certificate: authority, privateKey: authorityKey },
  );
  return {
    authority: authority.toString(),
    cert: leaf.toString(),
    key: key.export({ type: 'pkcs8', format: 'pem' }),
  };
}
