import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import {
  CONSENTING_ROLES,
  type ConsentText,
  GRAPH_SCOPES,
  type OfferedScope,
  scopesOffered,
  signInText,
} from '../model/consent.ts';
import { ERRORS, SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { requiredOf, SIGN_IN } from '../model/signIn.ts';
import { inserting, updating } from '../store/change.ts';
import type { Change, Stored, Tenant, Values } from '../store/contract.ts';
import type { Client } from './clients.ts';
import { grantId } from './grantIds.ts';
import type { Issuer } from './issuer.ts';
import { rightsOf } from './roles.ts';
import { type Asked, consentTo, type Resource } from './scopes.ts';

/**
 * Consent: what an application would be allowed, who may say yes to that, and the grant that it becomes.
 * https://learn.microsoft.com/entra/identity/enterprise-apps/user-admin-consent-overview
 */

/** Somebody who is asked. */
export type Consenter = { readonly tenant: Tenant; readonly account: Stored };

export type ConsentQuestion = {
  /** Names of permissions, of the resource and of sign-in, as the grant will have them. */
  readonly names: readonly string[];
  readonly texts: readonly ConsentText[];
  /** Nothing of it was granted before. */
  readonly isNew: boolean;
  /** no: neither for themselves; own: what needs no administrator; all: in everybody's name, too. */
  readonly may: 'no' | 'own' | 'all';
};

/** What somebody would have to agree to. */
export async function consentQuestion(
  issuer: Issuer,
  { tenant, account }: Consenter,
  client: Client,
  asked: Asked,
): Promise<ConsentQuestion> {
  const { granted, missing } = await consentTo(issuer, tenant, client, account, asked);
  const wanted = asked.everything && missing.length > 0 ? requiredScopes(client, asked) : missing;
  if (wanted.length < missing.length) throw new Refusal(SIGN_IN_ERRORS.consentSilent, { client: client.appId });
  const texts = textsOf(asked, [...granted, ...wanted]);
  const isForbidden = textsOf(asked, wanted).some(({ admin }) => admin);
  const may = (await isConsentingAdministrator(issuer, { tenant, account })) ? 'all' : isForbidden ? 'no' : 'own';
  return { names: texts.map(({ name }) => name), texts, isNew: missing.length > 0, may };
}

/** All that an application says of itself that it needs: what `.default` asks for where nothing was granted yet. */
export function requiredScopes(client: Client, asked: Asked): readonly string[] {
  const ids = new Set(requiredOf(client.registration?.values, asked.resource.appId));
  return offeredBy(asked.resource)
    .filter(({ id }) => ids.has(fold(id)))
    .map(({ name }) => name);
}

function offeredBy({ isGraph, registration }: Resource): readonly OfferedScope[] {
  return isGraph ? GRAPH_SCOPES : scopesOffered(registration?.values);
}

export type NamedText = ConsentText & { readonly name: string };

/** Permissions of sign-in and of the resource, by the names that the resource itself writes. */
export function textsOf({ resource, signIn }: Asked, names: readonly string[]): readonly NamedText[] {
  const offered = new Map(offeredBy(resource).map((scope) => [fold(scope.name), scope]));
  const own = [...signIn].flatMap((name) => {
    const text = signInText(name);
    return text ? [{ ...text, name }] : [];
  });
  return [...own, ...[...new Set(names.map(fold))].flatMap((name) => offered.get(name) ?? [])];
}

/** Whether somebody may grant permissions in the name of everybody. */
export async function isConsentingAdministrator(issuer: Issuer, { tenant, account }: Consenter): Promise<boolean> {
  const { roleIds } = await rightsOf(issuer.store, tenant, account);
  return roleIds.some((id) => CONSENTING_ROLES.has(id));
}

/**
 * Keeps the consent as a grant in the directory, journal included. What was granted before stays.
 *
 * @param forAll in the name of everybody, not for themselves alone
 */
export async function giveConsent(
  issuer: Issuer,
  consenter: Consenter,
  client: Client,
  resource: Resource,
  names: readonly string[],
  forAll: boolean,
): Promise<void> {
  await writeConsent(issuer, consenter, client, () => grantChanges(issuer, consenter, client, resource, names, forAll));
}

/** Writes what is still to be granted; once more from the start where somebody else granted meanwhile. */
export async function writeConsent(
  { store, clock }: Issuer,
  { tenant, account }: Consenter,
  client: Client,
  changesToMake: () => Promise<readonly Change[]>,
): Promise<void> {
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const changes = await changesToMake();
    if (changes.length === 0) return;
    const at = instantText(clock.now());
    const outcome = await store.write({ tenant, at, principal: account.id, app: client.appId, changes });
    if (outcome.done) return;
    if (outcome.because === 'unavailable') throw new Refusal(ERRORS.storeUnavailable, {}, { cause: outcome.cause });
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}

export async function grantChanges(
  issuer: Issuer,
  { tenant, account }: Consenter,
  client: Client,
  resource: Resource,
  names: readonly string[],
  forAll: boolean,
): Promise<readonly Change[]> {
  const { type, holder, scopes, user, resource: on, kind, forEverybody, forOne } = SIGN_IN.delegatedGrant;
  const whom = forAll ? null : account.id;
  const grants = await issuer.store.load(tenant, type.name, { property: holder, value: client.principal.id });
  const before = grants.find(({ values }) => values[on] === resource.principal.id && (values[user] ?? null) === whom);
  if (!before) {
    const id = grantId(client.principal.id, resource.principal.id, whom ?? undefined);
    const values: Values = {
      id,
      [holder]: client.principal.id,
      [kind]: forAll ? forEverybody : forOne,
      ...(whom === null ? {} : { [user]: whom }),
      [on]: resource.principal.id,
      [scopes]: names.join(' '),
    };
    return [inserting(type, values)];
  }
  const had = String(before.values[scopes] ?? '')
    .split(' ')
    .filter((name) => name !== '');
  const known = new Set(had.map(fold));
  const added = names.filter((name) => !known.has(fold(name)));
  if (added.length === 0) return [];
  return updating(type, before, { [scopes]: [...had, ...added].join(' ') });
}
