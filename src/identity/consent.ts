import { instantText } from '../lib/clock.ts';
import { timedGuid } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { CONSENTING_ROLES, type ConsentText, graphConsentText, ownConsentText } from '../model/consent.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Change, Stored, Tenant, Values } from '../store/contract.ts';
import { lay } from '../store/layout.ts';
import type { Client } from './clients.ts';
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
  const names = [...new Set([...asked.signIn, ...granted, ...missing])];
  const texts = names.map((name) => textOf(asked, name));
  const isForbidden = missing.some((name) => textOf(asked, name).admin);
  const may = (await isConsentingAdministrator(issuer, { tenant, account })) ? 'all' : isForbidden ? 'no' : 'own';
  return { names, texts, isNew: missing.length > 0, may };
}

function textOf({ resource, signIn }: Asked, name: string): ConsentText {
  if (resource.isGraph || signIn.has(name)) return graphConsentText(name);
  return ownConsentText(resource.registration?.values, name);
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
  const { tenant, account } = consenter;
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const change = await grantChange(issuer, consenter, client, resource, names, forAll);
    if (!change) return;
    const at = instantText(issuer.clock.now());
    const outcome = await issuer.store.write({
      tenant,
      at,
      principal: account.id,
      app: client.appId,
      changes: [change],
    });
    if (outcome.done) return;
    if (outcome.because === 'unavailable') throw new Refusal(ERRORS.storeUnavailable, {}, { cause: outcome.cause });
  }
  throw new Refusal(ERRORS.changedMeanwhile);
}

async function grantChange(
  issuer: Issuer,
  { tenant, account }: Consenter,
  client: Client,
  resource: Resource,
  names: readonly string[],
  forAll: boolean,
): Promise<Change | undefined> {
  const { type, holder, scopes, user, resource: on, kind, forEverybody, forOne } = SIGN_IN.delegatedGrant;
  const whom = forAll ? null : account.id;
  const grants = await issuer.store.load(tenant, type.name, { property: holder, value: client.principal.id });
  const before = grants.find(({ values }) => values[on] === resource.principal.id && (values[user] ?? null) === whom);
  if (!before) {
    const id = timedGuid(issuer.random, issuer.clock.now());
    const values: Values = {
      id,
      [holder]: client.principal.id,
      [kind]: forAll ? forEverybody : forOne,
      ...(whom === null ? {} : { [user]: whom }),
      [on]: resource.principal.id,
      [scopes]: names.join(' '),
    };
    return { kind: 'insert', type: type.name, id, row: lay(type, values), after: JSON.stringify(values) };
  }
  const had = String(before.values[scopes] ?? '')
    .split(' ')
    .filter((name) => name !== '');
  const known = new Set(had.map(fold));
  const added = names.filter((name) => !known.has(fold(name)));
  if (added.length === 0) return undefined;
  const text = [...had, ...added].join(' ');
  const values: Values = { ...before.values, [scopes]: text };
  return {
    kind: 'update',
    type: type.name,
    id: before.id,
    since: before.changed,
    row: lay(type, values),
    was: lay(type, before.values),
    before: JSON.stringify({ [scopes]: before.values[scopes] }),
    after: JSON.stringify({ [scopes]: text }),
  };
}
