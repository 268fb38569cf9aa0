import { createHash, X509Certificate } from 'node:crypto';
import { Refusal } from '../../lib/refusal.ts';
import { application, servicePrincipal } from '../../model/application.ts';
import { ERRORS } from '../../model/errors.ts';
import type { EntityType } from '../../model/shape.ts';
import type { Change, Values } from '../../store/contract.ts';
import type { Consequence, Derivation, Rule } from './rule.ts';

/**
 * What applications and their service principals prove themselves with. Secrets come from `addPassword` alone; a body may
 * name those that stay. Certificates come with the body, which says nothing of the key of those that are known.
 * https://learn.microsoft.com/graph/api/resources/keycredential, …/passwordcredential
 */

const PASSWORDS = 'passwordCredentials';
const KEYS = 'keyCredentials';

type Held = Readonly<Record<string, unknown>>;

function heldIn(values: Values, name: string): readonly Held[] {
  return (values[name] ?? []) as readonly Held[];
}

function rulesFor(of: EntityType): Rule {
  return {
    of,
    at: ['create', 'update'],
    check: ({ current, changes }) => {
      for (const name of [PASSWORDS, KEYS]) checkTwice(heldIn(changes, name));
      for (const one of heldIn(changes, PASSWORDS)) {
        const kept = keptOf(one, heldIn(current, PASSWORDS));
        if (!kept) throw new Refusal(ERRORS.secretGiven);
        checkSame(one, kept);
      }
      for (const one of heldIn(changes, KEYS)) {
        const kept = keptOf(one, heldIn(current, KEYS));
        if (kept) checkSame(one, kept);
        else checkKey(one);
      }
    },
  };
}

export const applicationCredentials = rulesFor(application);
export const principalCredentials = rulesFor(servicePrincipal);

function checkTwice(given: readonly Held[]): void {
  const keys = given.map(({ keyId }) => keyId).filter((keyId) => keyId !== null);
  if (new Set(keys).size < keys.length) throw new Refusal(ERRORS.duplicateValues);
}

/** The one that a body means by its key, of those that are there. */
function keptOf({ keyId }: Held, known: readonly Held[]): Held | undefined {
  return known.find((one) => one['keyId'] === keyId);
}

/** One that is there may be renamed, and nothing else; what a body leaves out stays. */
function checkSame(given: Held, kept: Held): void {
  const isChanged = Object.keys(given).some((name) => {
    return name !== 'displayName' && given[name] !== null && given[name] !== kept[name];
  });
  if (isChanged) throw new Refusal(ERRORS.keyKept, { id: String(kept['keyId']) });
}

/** A key that is new is a certificate, to verify by. */
export function checkKey(key: Held): void {
  const { type, usage, startDateTime, endDateTime } = key;
  if (type !== 'AsymmetricX509Cert') throw new Refusal(ERRORS.keyInvalid, { what: 'type' });
  if (usage !== 'Verify') throw new Refusal(ERRORS.keyInvalid, { what: 'usage' });
  const certificate = certificateOf(key);
  const [from, to] = [instantOf(certificate.validFrom), instantOf(certificate.validTo)];
  const [start, end] = [String(startDateTime ?? from), String(endDateTime ?? to)];
  if (Date.parse(start) < Date.parse(from)) throw new Refusal(ERRORS.keyInvalid, { what: 'start date' });
  if (Date.parse(end) > Date.parse(to) || Date.parse(end) <= Date.parse(start)) {
    throw new Refusal(ERRORS.keyInvalid, { what: 'end date' });
  }
}

/** A certificate, DER in base64: what a `.cer` file is. */
export function certificateOf({ key }: Held): X509Certificate {
  try {
    const bytes = Buffer.from(String(key ?? ''), 'base64');
    const certificate = new X509Certificate(bytes);
    // A whole file, whatever else might follow the certificate in it.
    if (certificate.raw.length === bytes.length) return certificate;
  } catch (problem) {
    throw new Refusal(ERRORS.keyInvalid, { what: 'value' }, { cause: problem });
  }
  throw new Refusal(ERRORS.keyInvalid, { what: 'value' });
}

/** `Nov 22 04:00:00 2026 GMT`, as certificates are read, to an instant. */
function instantOf(text: string): string {
  return `${new Date(text).toISOString().slice(0, 19)}Z`;
}

/** What a certificate says of itself, where the body doesn't. @param keyId of a new one */
export function completeKey(given: Held, keyId: string): Held {
  const certificate = certificateOf(given);
  return {
    ...given,
    customKeyIdentifier: given['customKeyIdentifier'] ?? thumbprintOf(certificate),
    displayName: given['displayName'] ?? certificate.subject.split('\n').at(-1) ?? null,
    endDateTime: given['endDateTime'] ?? instantOf(certificate.validTo),
    key: certificate.raw.toString('base64'),
    keyId: given['keyId'] ?? keyId,
    startDateTime: given['startDateTime'] ?? instantOf(certificate.validFrom),
  };
}

/** SHA-1, in digits and capitals: how Microsoft Entra ID calls certificates. */
function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha1').update(raw).digest('hex').toUpperCase();
}

function derivationFor(of: EntityType): Derivation {
  return {
    of,
    at: ['create', 'update'],
    derive: ({ current, changes }, { random }) => {
      const names = [PASSWORDS, KEYS].filter((name) => name in changes);
      const entries = names.map((name) => [name, heldIn(changes, name).map((given) => settled(given, name))] as const);
      return Object.fromEntries(entries);

      function settled(given: Held, name: string): Held {
        const kept = keptOf(given, heldIn(current, name));
        return kept
          ? { ...kept, displayName: given['displayName'] ?? kept['displayName'] }
          : completeKey(given, random.guid());
      }
    },
  };
}

export const applicationKeys = derivationFor(application);
export const principalKeys = derivationFor(servicePrincipal);

/** Secrets that a body leaves out prove nothing any more. */
export const secretsEnd: Consequence = {
  of: [application, servicePrincipal],
  at: ['update'],
  follow: async ({ id, current, changes }) => {
    if (!(PASSWORDS in changes)) return [];
    const left = new Set(heldIn(changes, PASSWORDS).map(({ keyId }) => keyId));
    const lost = heldIn(current, PASSWORDS).filter(({ keyId }) => !left.has(keyId));
    return lost.map(({ keyId }): Change => ({ kind: 'revoke', owner: id, key: String(keyId) }));
  },
};
