import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { DEV, type Desk } from '../support/rollcall.ts';

/** Tokens made by hand, so that the library that verifies them isn't asked for its own opinion of itself. */

export type Json = Readonly<Record<string, unknown>>;
export type Signing = (text: string) => string;

/** 12:00 on the held clock, in seconds. */
export const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000;
export const ISSUER = `https://sts.windows.net/${DEV.tenant}/`;

export const CLAIMS: Json = {
  aud: 'https://graph.microsoft.com',
  iss: ISSUER,
  iat: NOW,
  nbf: NOW,
  exp: NOW + 3600,
  tid: DEV.tenant,
  oid: DEV.member,
  appid: DEV.console,
  idtyp: 'user',
  scp: 'Device.Read.All',
};

export const claims = (more: Json = {}): Json => ({ ...CLAIMS, ...more });

/** The same claims without one of them. */
export function without(name: string): Json {
  return Object.fromEntries(Object.entries(CLAIMS).filter(([claim]) => claim !== name));
}

/** A part of a token: JSON of a value; text and bytes as they are. */
export function encode(value: unknown): string {
  const bytes = value instanceof Uint8Array || typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(bytes as string).toString('base64url');
}

export const decode = (part: string | undefined): Json => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** @param options of the private key's use, such as its padding */
export function signing(hash: string, key: () => KeyObject, options: object = {}): Signing {
  return (text) =>
    createSign(hash)
      .update(text)
      .sign({ key: key(), ...options })
      .toString('base64url');
}

/** Somebody else's key. */
export const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2048 });

export type Forge = ReturnType<typeof forgeOf>;

/** With the directory's own key at hand. */
export function forgeOf(desk: () => Desk) {
  const key = () => desk().rollcall.world.keys.current;
  const byOwnKey = signing('RSA-SHA256', () => key().privateKey);
  const header = (more: Json = {}): Json => ({ typ: 'JWT', alg: 'RS256', x5t: key().kid, kid: key().kid, ...more });
  const token = (head: unknown, body: unknown, signature: Signing = byOwnKey): string => {
    const text = `${encode(head)}.${encode(body)}`;
    return `${text}.${signature(text)}`;
  };
  return { key, byOwnKey, header, token };
}
