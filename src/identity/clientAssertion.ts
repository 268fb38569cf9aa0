import { createHash, X509Certificate } from 'node:crypto';
import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { CLOUDS } from '../model/clouds.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { certificatesOf } from '../model/signIn.ts';
import type { Tenant } from '../store/contract.ts';
import { type Client, holdersOf } from './clients.ts';
import { type Federations, proveByFederation } from './federation.ts';
import type { Issuer } from './issuer.ts';
import { type Peeked, peek, verifySigned } from './token.ts';

/**
 * A client proves itself by a text that it signed: with a certificate of its own, or by the token of another issuer that
 * it trusts. https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 *
 * An assertion may be sent again while it lasts: the official libraries keep theirs for ten minutes.
 */

/** Where it was sent to, of which it speaks: the origin, and the tenant's name in the path. */
type SentTo = { readonly origin: string; readonly tenantName: string };

const ALGORITHMS = ['RS256', 'PS256'];

export async function proveByAssertion(
  issuer: Issuer & { readonly federations: Federations },
  tenant: Tenant,
  client: Client,
  assertion: string,
  sentTo: SentTo,
): Promise<void> {
  const peeked = await peek(assertion);
  if (!peeked) throw new Refusal(SIGN_IN_ERRORS.assertionMalformed);
  const { iss } = peeked.claims;
  if (typeof iss === 'string' && iss.includes(':')) {
    await proveByFederation(issuer, tenant, client, assertion, peeked);
    checkTimes(issuer, peeked.claims);
  } else await proveByCertificate(issuer, tenant, client, assertion, peeked, sentTo);
}

async function proveByCertificate(
  issuer: Issuer,
  tenant: Tenant,
  client: Client,
  assertion: string,
  { header, claims }: Peeked,
  sentTo: SentTo,
): Promise<void> {
  const isOwn = [claims.iss, claims.sub].every((name) => typeof name === 'string' && fold(name) === fold(client.appId));
  if (!isOwn) throw new Refusal(SIGN_IN_ERRORS.assertionClient);
  const certificate = certificateOf(issuer, client, header);
  if (!certificate) throw new Refusal(SIGN_IN_ERRORS.assertionKey, { client: client.appId });
  const verified = await verifySigned(assertion, () => certificate.publicKey, ALGORITHMS);
  if (!verified) throw new Refusal(SIGN_IN_ERRORS.assertionSignature);
  checkTimes(issuer, claims);
  if (typeof claims.aud !== 'string' || !audiencesOf(issuer, tenant, sentTo).includes(claims.aud)) {
    throw new Refusal(SIGN_IN_ERRORS.assertionAudience);
  }
}

/** Refuses what isn't valid now, or claims to be for longer than any client needs. */
function checkTimes(issuer: Issuer, { nbf, iat, exp }: Peeked['claims']): void {
  const now = issuer.clock.now() / 1000;
  const from = nbf ?? iat ?? now;
  const isNow =
    typeof exp === 'number' &&
    exp > now - LIMITS.clockSkewSeconds &&
    from <= now + LIMITS.clockSkewSeconds &&
    exp - Math.max(from, now - LIMITS.assertionLifeSecondsMost) <= LIMITS.assertionLifeSecondsMost;
  if (isNow) return;
  const text = (seconds: unknown) => (Number.isSafeInteger(seconds) ? instantText(Number(seconds) * 1000) : 'none');
  throw new Refusal(SIGN_IN_ERRORS.assertionTime, {
    now: text(Math.floor(now)),
    from: text(nbf ?? iat),
    until: text(exp),
  });
}

/** The client's certificate that the header names by a thumbprint: SHA-256, or SHA-1 as older libraries do. */
function certificateOf(issuer: Issuer, client: Client, header: Peeked['header']): X509Certificate | undefined {
  const now = issuer.clock.now();
  for (const { der, from, until } of holdersOf(client).flatMap(({ values }) => certificatesOf(values))) {
    if ((from !== undefined && Date.parse(from) > now) || (until !== undefined && Date.parse(until) <= now)) continue;
    const raw = Buffer.from(der, 'base64');
    if (isNamed(raw, header)) return new X509Certificate(raw);
  }
  return undefined;
}

function isNamed(der: Buffer, { x5t, kid, 'x5t#S256': x5tS256 }: Peeked['header']): boolean {
  const digest = (algorithm: string) => createHash(algorithm).update(der).digest();
  if (typeof x5tS256 === 'string') return digest('sha256').toString('base64url') === x5tS256;
  const sha1 = digest('sha1');
  return [x5t, kid].some(
    (name) => typeof name === 'string' && (sha1.toString('base64url') === name || sha1.toString('hex') === fold(name)),
  );
}

/** What an assertion may call this issuer: the token endpoint or the issuer, by our address or by Microsoft's own. */
function audiencesOf({ cloud }: Issuer, tenant: Tenant, { origin, tenantName }: SentTo): readonly string[] {
  const bases = [origin, CLOUDS[cloud].login].flatMap((host) =>
    [tenant.id, tenant.defaultDomain, tenantName].map((name) => `${host}/${name}`),
  );
  return bases.flatMap((base) => [
    base,
    `${base}/`,
    `${base}/v2.0`,
    `${base}/oauth2/v2.0/token`,
    `${base}/oauth2/token`,
  ]);
}
