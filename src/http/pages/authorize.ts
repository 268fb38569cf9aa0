import { idToken, issuerAddress, type Version } from '../../identity/issue.ts';
import { isOpenName } from '../../identity/issuer.ts';
import { readScopes } from '../../identity/scopes.ts';
import { noteApp, type Session } from '../../identity/sessions.ts';
import {
  checkRequest,
  codeFor,
  readParameters,
  readWayBack,
  type SignInRequest,
  tenantsNamed,
  type WayBack,
} from '../../identity/signInRequest.ts';
import { instantText } from '../../lib/clock.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Tenant } from '../../store/contract.ts';
import { formBody, formText } from '../body.ts';
import { ShownRefusal } from '../failure.ts';
import type { Answer } from '../message.ts';
import type { SignInCall, SignInWorld } from '../signInCall.ts';
import { shownAccount } from './accounts.ts';
import { askConsent, type Question, questionOf, takeConsent } from './consentSteps.ts';
import { FORM_FIELD } from './content.ts';
import { redirectAnswer } from './layout.ts';
import { type Fields, sendBack, sourcesOf } from './sendBack.ts';
import { type Entry, picked, pickerOf, signIn, signInForm } from './signInSteps.ts';
import { onPage, readForm, startVisit, type Visit } from './visit.ts';

/**
 * `/{tenant}/oauth2/v2.0/authorize`: an application sends somebody here to sign in, and is sent a code. All that the
 * pages need to know stands in their address, which is read again with each form: nothing waits on the server meanwhile.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */

type Call = Visit & {
  readonly version: Version;
  readonly tenants: readonly Tenant[];
  readonly asked: SignInRequest;
};

export async function authorizePage(call: SignInCall, world: SignInWorld, version: Version): Promise<Answer> {
  const { request, tenantName } = call;
  const form = request.method === 'POST' ? await onPage(call, () => formText(request)) : undefined;
  if (form !== undefined && !readParameters(form).values.has(FORM_FIELD)) return asGet(call, form);
  const parameters = readParameters(request.query);
  const tenants = await onPage(call, () => tenantsNamed(world, tenantName));
  const way = await onPage(call, () => readWayBack(world, tenants, parameters));
  const visit = await startVisit(call, world);
  const asked = await toApplication(visit, way, version, () => checkRequest(way, parameters));
  const step: Call = { ...visit, version, tenants, asked };
  if (request.method === 'POST') return answerForm(step, await onPage(call, () => formBody(request)));
  return toApplication(visit, way, version, () => begin(step));
}

/** An application may have its request posted: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
function asGet(call: SignInCall, form: string): Promise<Answer> {
  const { origin, path, query } = call.request;
  const parts = [query, new URLSearchParams(form).toString()].filter((part) => part !== '');
  const address = `${origin}${path}?${parts.join('&')}`;
  return onPage(call, () => {
    if (address.length > LIMITS.headBytes) throw new Refusal(SIGN_IN_ERRORS.requestUnreadable);
    return redirectAnswer(address);
  });
}

/** Tells refusals to the application that asked. */
async function toApplication<T>(visit: Visit, way: WayBack, version: Version, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    throw new ShownRefusal(problem, (error) => {
      const fields: Fields = [
        ['error', error.error],
        ['error_description', error.error_description],
      ];
      return sendBack(way, [...fields, ...issField(visit, version, undefined)], visit.browser.cookies);
    });
  }
}

// -- without anybody having said anything yet ------------------------------------------------------------------

async function begin(call: Call): Promise<Answer> {
  const { asked, browser, tenants, world, request } = call;
  const { prompts, loginHint, home, scope } = asked;
  // What means nothing is told before anybody types a password for it.
  await readScopes(world, home, scope, request);
  const sessions = browser.sessions.filter(({ tenant }) => tenants.includes(tenant));
  const hinted = loginHint === undefined ? sessions : sessions.filter((session) => isNamed(session, loginHint));
  if (prompts.has('none')) return silently(call, hinted);
  if (prompts.has('select_account')) return pickerOf(entryOf(call));
  const [only, ...others] = hinted;
  if (others.length > 0) return pickerOf(entryOf(call));
  if (only && isRecent(call, only) && !prompts.has('login')) return enter(call, only);
  const name = loginHint ?? nameOf(only);
  return name === '' ? pickerOf(entryOf(call)) : signInForm(entryOf(call), name);
}

/** `prompt=none`: an answer at once, or none. */
async function silently(call: Call, sessions: readonly Session[]): Promise<Answer> {
  const recent = sessions.filter((session) => isRecent(call, session));
  const [only, ...others] = recent;
  if (!only) throw new Refusal(SIGN_IN_ERRORS.loginRequired);
  if (others.length > 0) throw new Refusal(SIGN_IN_ERRORS.accountAmbiguous);
  const here = await inTenantOf(call, only);
  const question = await questionFor(here, only);
  if (question.consent.isNew) throw new Refusal(SIGN_IN_ERRORS.consentSilent, { client: question.client.appId });
  return finish(here, question);
}

function isNamed({ account }: Session, hint: string): boolean {
  return fold(shownAccount(account).name) === fold(hint) || account.id === fold(hint);
}

function nameOf(session: Session | undefined): string {
  return session === undefined ? '' : shownAccount(session.account).name;
}

function isRecent({ world, asked: { maxAge } }: Call, { at }: Session): boolean {
  return maxAge === undefined || Math.floor(world.clock.now() / 1000) - at <= maxAge;
}

/** The sign-in steps, which other pages have, too. */
function entryOf(call: Call): Entry {
  const { asked } = call;
  return {
    visit: call,
    tenants: call.tenants,
    goal: asked.client.title,
    domain: asked.domainHint,
    leadsTo: sourcesOf(asked.address),
    about: [],
  };
}

// -- forms -----------------------------------------------------------------------------------------------------

async function answerForm(call: Call, fields: ReadonlyMap<string, string>): Promise<Answer> {
  const { session: family } = await onPage(call, () => readForm(call, fields));
  return toApplication(call, call.asked, call.version, async () => {
    switch (fields.get('step')) {
      case 'consent':
        return answerConsent(call, family, fields);
      case 'pick':
        return answerPick(call, fields.get('account') ?? '');
      default: {
        const entered = await signIn(entryOf(call), fields);
        return 'session' in entered ? enter({ ...call, browser: entered.browser }, entered.session) : entered.answer;
      }
    }
  });
}

/** Somebody who is signed in already need not do so again, unless the application wants it. */
async function answerPick(call: Call, name: string): Promise<Answer> {
  const session = picked(entryOf(call), name);
  const isEnough = session && isRecent(call, session) && !call.asked.prompts.has('login');
  return isEnough ? enter(call, session) : signInForm(entryOf(call), name);
}

/** Signed in: what the application asks for is granted already, or has to be agreed to. */
async function enter(call: Call, session: Session): Promise<Answer> {
  const here = await inTenantOf(call, session);
  const question = await questionFor(here, session);
  if (!question.consent.isNew && !here.asked.prompts.has('consent')) return finish(here, question);
  return askConsent(here, question, [], entryOf(here).leadsTo);
}

/**
 * The request once more, in the tenant of whoever signed in: an application of the same id may be registered differently
 * there.
 */
async function inTenantOf(call: Call, { tenant }: Session): Promise<Call> {
  const { world, request, asked } = call;
  if (tenant === asked.home) return call;
  const parameters = readParameters(request.query);
  const way = await onPage(call, () => readWayBack(world, [tenant], parameters));
  return { ...call, asked: checkRequest(way, parameters) };
}

function questionFor(call: Call, session: Session): Promise<Question> {
  return questionOf(call, session, call.asked.client, call.asked.scope);
}

async function answerConsent(
  call: Call,
  family: string | undefined,
  fields: ReadonlyMap<string, string>,
): Promise<Answer> {
  const session = call.browser.sessions.find((one) => one.family === family);
  if (!session || fields.get('answer') === 'accounts') return pickerOf(entryOf(call));
  const here = await inTenantOf(call, session);
  const question = await questionFor(here, session);
  await takeConsent(here, question, fields);
  return finish(here, question);
}

// -- the answer ------------------------------------------------------------------------------------------------

async function finish(call: Call, { session, asked: scopes }: Question): Promise<Answer> {
  const { world, asked, request, browser, version } = call;
  const { tenant, account } = session;
  const { responseTypes, nonce, client } = asked;
  const signedIn = { tenant, account, methods: ['pwd'] };
  const since = instantText(session.at * 1000);
  const code = responseTypes.has('code') ? await codeFor(world, signedIn, asked, since) : undefined;
  const fields: [string, string][] = code === undefined ? [] : [['code', code]];
  if (responseTypes.has('id_token')) {
    const about = { version, origin: request.origin, nonce, since, code };
    fields.push(['id_token', await idToken(world, signedIn, client, scopes.signIn, about)]);
  }
  await noteApp(world, session, client.appId);
  return sendBack(asked, [...fields, ...issField(call, version, tenant)], browser.cookies);
}

/**
 * Whose answer it is: https://www.rfc-editor.org/rfc/rfc9207. Where the address left the tenant open, discovery names no
 * issuer that a client could compare it with.
 */
function issField(visit: Visit, version: Version, tenant: Tenant | undefined): Fields {
  const { tenantName, world, request } = visit;
  if (version === 'v1' || isOpenName(tenantName)) return [];
  const [named] = tenantsNamed(world, tenantName);
  const whose = tenant ?? named;
  return whose === undefined ? [] : [['iss', issuerAddress(request.origin, whose)]];
}
