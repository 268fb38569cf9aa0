import { adminQuestion, giveAdminConsent } from '../../identity/adminConsent.ts';
import type { Version } from '../../identity/issue.ts';
import { readScopes } from '../../identity/scopes.ts';
import { noteApp, type Session } from '../../identity/sessions.ts';
import {
  type Parameters,
  readParameters,
  readWayBack,
  tenantsNamed,
  type WayBack,
} from '../../identity/signInRequest.ts';
import { Refusal } from '../../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import type { Tenant } from '../../store/contract.ts';
import { formBody } from '../body.ts';
import { ShownRefusal } from '../failure.ts';
import type { Answer } from '../message.ts';
import type { SignInCall, SignInWorld } from '../signInCall.ts';
import { shownAccount } from './accounts.ts';
import { approvalPage, consentPage } from './content.ts';
import { sendBack, sourcesOf } from './sendBack.ts';
import { type Entry, picked, pickerOf, signIn, signInForm } from './signInSteps.ts';
import { formOf, onPage, readForm, show, startVisit, type Visit } from './visit.ts';

/**
 * `/{tenant}/v2.0/adminconsent`, and v1.0's `/{tenant}/adminconsent`: an administrator grants an application, in
 * everybody's name, what it asks for.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */

type Call = Visit & { readonly way: WayBack; readonly tenants: readonly Tenant[]; readonly scope: string };

export async function adminConsentPage(call: SignInCall, world: SignInWorld, version: Version): Promise<Answer> {
  const { request, tenantName } = call;
  return onPage(call, async () => {
    const parameters = readParameters(request.query);
    const tenants = tenantsNamed(world, tenantName);
    const way: WayBack = { ...(await readWayBack(world, tenants, parameters)), mode: 'query' };
    const visit = await startVisit(call, world);
    const step: Call = { ...visit, way, tenants, scope: scopeIn(parameters, version) };
    return request.method === 'GET' ? pickerOf(entryOf(step)) : answerForm(step, formBody(request));
  });
}

/** v1.0 has no scopes: it is about all that the application says of itself that it needs. */
function scopeIn({ values }: Parameters, version: Version): string {
  const scope = version === 'v1' ? '.default' : values.get('scope');
  if (scope === undefined) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'scope' });
  return scope;
}

function entryOf(call: Call): Entry {
  const { tenants, way } = call;
  const leadsTo = sourcesOf(way.address);
  return { visit: call, tenants, goal: way.client.title, domain: undefined, leadsTo, about: [] };
}

async function answerForm(call: Call, fields: ReadonlyMap<string, string>): Promise<Answer> {
  const { session: family } = await readForm(call, fields);
  const entry = entryOf(call);
  if (family !== undefined) return answerConsent(call, family, fields);
  if (fields.get('step') === 'pick') {
    const session = picked(entry, fields.get('account') ?? '');
    return session ? ask(call, session) : signInForm(entry, fields.get('account') ?? '');
  }
  const entered = await signIn(entry, fields);
  return 'session' in entered ? ask({ ...call, browser: entered.browser }, entered.session) : entered.answer;
}

async function questionFor({ world, request, scope }: Call, session: Session) {
  const { client } = await readWayBack(world, [session.tenant], readParameters(request.query));
  const asked = await readScopes(world, session.tenant, scope, request);
  return { client, asked, question: await adminQuestion(world, session, client, asked) };
}

async function ask(call: Call, session: Session): Promise<Answer> {
  const { client, question } = await questionFor(call, session);
  const roles = question.roles.map(({ title, name }) => ({ title: `${title}, by itself`, text: name }));
  const fields = {
    application: client.title,
    organization: session.tenant.displayName,
    account: shownAccount(session.account),
    permissions: [...question.scopes, ...roles],
    forAll: 'always' as const,
  };
  const form = await formOf(call, [['session', session.family]]);
  const page = question.may ? consentPage(form, fields) : approvalPage(form, fields);
  return show(call, { ...page, leadsTo: sourcesOf(call.way.address) });
}

async function answerConsent(call: Call, family: string, fields: ReadonlyMap<string, string>): Promise<Answer> {
  const { world, browser, way } = call;
  const session = browser.sessions.find((one) => one.family === family);
  if (!session || fields.get('answer') === 'accounts') return pickerOf(entryOf(call));
  const { client, asked, question } = await questionFor(call, session);
  if (!question.may) throw refused(way, new Refusal(SIGN_IN_ERRORS.consentAdmin));
  if (fields.get('answer') !== 'accept') throw refused(way, new Refusal(SIGN_IN_ERRORS.consentDenied));
  await giveAdminConsent(world, session, client, asked, question);
  await noteApp(world, session, client.appId);
  return sendBack(
    way,
    [
      ['admin_consent', 'True'],
      ['tenant', session.tenant.id],
      ['scope', call.scope],
    ],
    browser.cookies,
  );
}

function refused(way: WayBack, refusal: Refusal): ShownRefusal {
  return new ShownRefusal(refusal, ({ error, error_description: text }) =>
    sendBack(way, [
      ['error', error],
      ['error_description', text],
    ]),
  );
}
