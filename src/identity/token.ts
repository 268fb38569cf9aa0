import { type KeyObject, sign } from 'node:crypto';
import type { JSONWebKeySet, JWTHeaderParameters, JWTPayload, JWTVerifyGetKey } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { derived } from '../lib/derived.ts';
import { later } from '../lib/later.ts';
import { Refusal } from '../lib/refusal.ts';
import { audiencesOf, type CloudName, issuerOf } from '../model/clouds.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { KeyRing } from './keys.ts';

/**
 * Access tokens: signed and verified here, and nowhere else. The JWT library's safe options are opt-in, so this
 * is the only file that may import it.
 */

/** What a verified token says; the shape of Graph's own (v1.0) access tokens. */
export type Claims = {
  readonly tid: string;
  readonly oid: string;
  readonly appid: string;
  readonly idtyp: 'user' | 'app';
  readonly scp?: string;
  readonly roles?: readonly string[];
  /** Seconds since 1970. */
  readonly exp: number;
};

const ALGORITHM = 'RS256';
const TYPE = 'JWT';
const REQUIRED = ['iss', 'aud', 'exp', 'nbf', 'iat', 'tid', 'oid', 'appid', 'idtyp'];

/** Signs on a thread of its own, so that nobody waits for it but who asked; the library would do no more than this. */
export function signToken(claims: Readonly<Record<string, unknown>>, keys: KeyRing): Promise<string> {
  const key = keys.current;
  const text = `${headOf(key)}.${encoded(claims)}`;
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(text), key.privateKey, (problem, signature) =>
      problem ? reject(problem) : resolve(`${text}.${signature.toString('base64url')}`),
    );
  });
}

type SigningKey = KeyRing['current'];

/** The one head that tokens by that key have. */
const headOf = derived((key: SigningKey) => encoded({ typ: TYPE, alg: ALGORITHM, x5t: key.kid, kid: key.kid }));

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Loaded with the first token. */
const jwtVerify = later(() => import('jose/jwt/verify'))((jose) => jose.jwtVerify);

export async function verifyToken(token: string, keys: KeyRing, cloud: CloudName, clock: Clock): Promise<Claims> {
  if (!token.includes('.')) throw new Refusal(ERRORS.tokenMalformed);
  if (token.length > LIMITS.tokenBytes) throw new Refusal(ERRORS.tokenInvalid);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const key = keysByHead(keys.all).get(head);
  if (!key || !OWN_SIGNATURE.test(signature)) throw new Refusal(ERRORS.tokenInvalid);
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [ALGORITHM],
      audience: [...audiencesOf(cloud)],
      requiredClaims: REQUIRED,
      clockTolerance: LIMITS.clockSkewSeconds,
      currentDate: new Date(clock.now()),
    });
    if (encoded(payload) !== claims) throw new Refusal(ERRORS.tokenInvalid);
    return checked(payload, cloud, clock);
  } catch (problem) {
    throw problem instanceof Refusal ? problem : refusalOf(problem);
  }
}

/**
 * Our tokens are taken only as we write them, to the letter: with a head that one of our keys has, which names no other key,
 * form or reading; their claims in the one JSON of their values, all three parts in the one base64url of their bytes. So nothing
 * stands in them twice, and nothing can be read in two ways.
 */
const keysByHead = derived(
  (all: KeyRing['all']): ReadonlyMap<string, SigningKey> =>
    new Map(Object.values(all).map((key) => [headOf(key), key])),
);

/** The one base64url of 256 bytes: its last character holds two bits, the other four are zero. */
const OWN_SIGNATURE = /^[\w-]{341}[AQgw]$/;

/** What the library leaves open: exact issuer, one audience, the claims' types, a life that is not absurd. */
function checked(payload: JWTPayload, cloud: CloudName, clock: Clock): Claims {
  const { tid, oid, appid, idtyp, scp, roles, aud, iss, exp = 0, iat, nbf } = payload;
  if (typeof aud !== 'string') throw new Refusal(ERRORS.tokenAudience);
  if (typeof tid !== 'string' || iss !== issuerOf(cloud, tid)) throw new Refusal(ERRORS.tokenInvalid);
  const sound =
    typeof oid === 'string' &&
    typeof appid === 'string' &&
    (idtyp === 'user' || idtyp === 'app') &&
    (scp === undefined || typeof scp === 'string') &&
    (roles === undefined || isTexts(roles)) &&
    [exp, iat, nbf].every(Number.isSafeInteger) &&
    isLife(payload, clock);
  if (!sound) throw new Refusal(ERRORS.tokenInvalid);
  return {
    tid,
    oid,
    appid,
    idtyp,
    exp,
    ...(typeof scp === 'string' ? { scp } : {}),
    ...(isTexts(roles) ? { roles } : {}),
  };
}

/** It has begun, ends at a whole second, and is not absurdly long. */
function isLife({ exp = Number.NaN, iat = Number.NaN }: JWTPayload, clock: Clock): boolean {
  const hasBegun = iat <= clock.now() / 1000 + LIMITS.clockSkewSeconds;
  return hasBegun && Number.isSafeInteger(exp) && exp - iat <= LIMITS.tokenLifeSecondsMost;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function refusalOf(problem: unknown): Refusal {
  const { code, claim, reason } = problem as { code?: string; claim?: string; reason?: string };
  if (code === 'ERR_JWT_EXPIRED') return new Refusal(ERRORS.tokenExpired);
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && reason === 'check_failed') {
    if (claim === 'aud') return new Refusal(ERRORS.tokenAudience);
    if (claim === 'nbf' || claim === 'iat') return new Refusal(ERRORS.tokenNotYet);
  }
  return new Refusal(ERRORS.tokenInvalid, {}, { cause: problem });
}

// -- somebody else's tokens --------------------------------------------------------------------------------------

/** What their token must say of itself. */
export type Expected = { readonly issuer: string; readonly audiences: readonly string[] };
export type ForeignClaims = JWTPayload & { readonly exp: number };
/** https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export type PublishedKeys = JSONWebKeySet;
/** The same, ready to verify with. */
export type KeySet = JWTVerifyGetKey;

/** Signatures that only the holder of a private key can make. */
const FOREIGN_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
/** https://www.rfc-editor.org/rfc/rfc9068#section-2.1, and what was there before it. */
const FOREIGN_TYPES: ReadonlySet<unknown> = new Set(['at+jwt', 'application/at+jwt', 'jwt']);

export function isKeySet(value: unknown): value is PublishedKeys {
  const { keys } = (value ?? {}) as { readonly keys?: unknown };
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
}

export async function keySetOf(document: PublishedKeys): Promise<KeySet> {
  const { createLocalJWKSet } = await import('jose/jwks/local');
  return createLocalJWKSet(document);
}

/** Who a token says that it is by, which nobody may believe before its signature is verified. */
export function claimedIssuer(token: string): string | undefined {
  if (token.length > LIMITS.tokenBytes) return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}

export async function verifyForeign(
  token: string,
  keys: KeySet,
  expected: Expected,
  clock: Clock,
): Promise<ForeignClaims> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: FOREIGN_ALGORITHMS,
      issuer: expected.issuer,
      audience: [...expected.audiences],
      requiredClaims: ['iss', 'aud', 'exp', 'iat'],
      clockTolerance: LIMITS.clockSkewSeconds,
      currentDate: new Date(clock.now()),
    });
    const { exp = Number.NaN } = payload;
    if (!isLife(payload, clock) || !FOREIGN_TYPES.has(protectedHeader.typ?.toLowerCase()))
      throw new Refusal(ERRORS.tokenInvalid);
    return { ...payload, exp };
  } catch (problem) {
    throw problem instanceof Refusal ? problem : refusalOf(problem);
  }
}

/** Whether the token was refused because its key isn't among those that are known. */
export function isUnknownKey(problem: unknown): boolean {
  return ((problem as Error).cause as { readonly code?: string } | undefined)?.code === 'ERR_JWKS_NO_MATCHING_KEY';
}

// -- texts that others signed, or that are for others --------------------------------------------------------------

/** What a signed text says of itself, before anybody knows whether it is true. */
export type Peeked = { readonly header: JWTHeaderParameters; readonly claims: JWTPayload };

/** Reads a signed text without believing it; undefined for what is none. */
export async function peek(text: string): Promise<Peeked | undefined> {
  if (text.length > LIMITS.tokenBytes) return undefined;
  const { decodeJwt } = await import('jose/jwt/decode');
  const { decodeProtectedHeader } = await import('jose/decode/protected_header');
  try {
    return { header: decodeProtectedHeader(text) as JWTHeaderParameters, claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

/** The claims of a text that the key has signed; undefined where it hasn't. Times and names are the caller's affair. */
export async function verifySigned(
  text: string,
  keyOf: KeySet | ((header: JWTHeaderParameters) => KeyObject | undefined),
  algorithms: readonly string[],
): Promise<JWTPayload | undefined> {
  if (text.length > LIMITS.tokenBytes) return undefined;
  const { compactVerify } = await import('jose/jws/compact/verify');
  try {
    const { payload } = await compactVerify(
      text,
      async (header, token) => {
        const key = await keyOf(header as JWTHeaderParameters, token);
        if (!key) throw new Error('no key has that name');
        return key;
      },
      { algorithms: [...algorithms] },
    );
    return JSON.parse(Buffer.from(payload).toString()) as JWTPayload;
  } catch {
    return undefined;
  }
}
