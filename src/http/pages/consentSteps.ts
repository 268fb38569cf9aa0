import type { Client } from '../../identity/clients.ts';
import { type ConsentQuestion, consentQuestion, giveConsent } from '../../identity/consent.ts';
import { type Asked, readScopes } from '../../identity/scopes.ts';
import type { Session } from '../../identity/sessions.ts';
import { Refusal } from '../../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import type { Answer } from '../message.ts';
import { shownAccount } from './accounts.ts';
import { type About, approvalPage, consentPage } from './content.ts';
import { formOf, show, type Visit } from './visit.ts';

/** Agreeing to what an application asks for: the same wherever somebody signed in for it. */

export type Question = {
  readonly session: Session;
  readonly client: Client;
  readonly asked: Asked;
  readonly consent: ConsentQuestion;
};

/** @param client as the tenant of whoever signed in knows it */
export async function questionOf(
  { world, request }: Visit,
  session: Session,
  client: Client,
  scope: string,
): Promise<Question> {
  const asked = await readScopes(world, session.tenant, scope, request);
  return { session, client, asked, consent: await consentQuestion(world, session, client, asked) };
}

/** The page that asks, or the one that sends somebody to an administrator. */
export async function askConsent(
  visit: Visit,
  { session, client, consent }: Question,
  about: About,
  leadsTo: readonly string[],
): Promise<Answer> {
  const fields = {
    application: client.title,
    organization: session.tenant.displayName,
    account: shownAccount(session.account),
    permissions: consent.texts,
    forAll: consent.may === 'all' ? ('offered' as const) : ('no' as const),
  };
  const form = await formOf(visit, [...about, ['session', session.family]]);
  const page = consent.may === 'no' ? approvalPage(form, fields) : consentPage(form, fields);
  return show(visit, { ...page, leadsTo });
}

/** Keeps what was agreed to. Refuses where somebody said no, or may not say yes. */
export async function takeConsent(
  { world }: Visit,
  { session, client, asked, consent }: Question,
  fields: ReadonlyMap<string, string>,
): Promise<void> {
  if (consent.may === 'no') throw new Refusal(SIGN_IN_ERRORS.consentAdmin);
  if (fields.get('answer') !== 'accept') throw new Refusal(SIGN_IN_ERRORS.consentDenied);
  const forAll = fields.get('all') === 'yes' && consent.may === 'all';
  await giveConsent(world, session, client, asked.resource, consent.names, forAll);
}
