import { findClient } from '../../identity/clients.ts';
import { answerDevice, approval, type DeviceRequest, pendingDevice } from '../../identity/deviceCodes.ts';
import { noteApp, type Session } from '../../identity/sessions.ts';
import { tenantsNamed } from '../../identity/signInRequest.ts';
import { type ErrorRow, Refusal } from '../../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import { formBody } from '../body.ts';
import type { Answer } from '../message.ts';
import type { SignInCall, SignInWorld } from '../signInCall.ts';
import { shownAccount } from './accounts.ts';
import { askConsent, questionOf, takeConsent } from './consentSteps.ts';
import { confirmDevicePage, messagePage, userCodePage } from './content.ts';
import { type Entry, picked, pickerOf, signIn, signInForm } from './signInSteps.ts';
import { formOf, onPage, readForm, show, startVisit, type Visit } from './visit.ts';

/**
 * Where people type the code that a device without a browser shows, sign in, and say that it was they who started it.
 * The code never stands in an address: a link that somebody sent can't bring it along.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code, https://www.rfc-editor.org/rfc/rfc8628#section-5.4
 */
export async function devicePage(call: SignInCall, world: SignInWorld): Promise<Answer> {
  const visit = await startVisit(call, world);
  if (call.request.method === 'GET') return codeForm(visit, undefined);
  return onPage(call, async () => {
    const fields = formBody(call.request);
    const { code, session } = await readForm(visit, fields);
    try {
      if (code === undefined) return await typedCode(visit, fields.get('typed') ?? '');
      return await answerForm(visit, code, session, fields);
    } catch (problem) {
      if (problem instanceof Refusal && ABOUT_CODES.has(problem.row)) return codeForm(visit, problem);
      throw problem;
    }
  });
}

/** Problems with a code: another one may be typed. */
const ABOUT_CODES: ReadonlySet<ErrorRow> = new Set([SIGN_IN_ERRORS.userCodeWrong, SIGN_IN_ERRORS.userCodesLocked]);

async function codeForm(visit: Visit, problem: Refusal | undefined): Promise<Answer> {
  const page = userCodePage(await formOf(visit, []), problem?.message);
  return show(visit, { ...page, status: problem ? problem.row.status : 200 });
}

/** Guessing codes is counted like guessing passwords, by the address that it comes from. */
async function typedCode(visit: Visit, typed: string): Promise<Answer> {
  const { world, request, browser } = visit;
  const of = `code from ${request.address ?? browser.id}`;
  const attempt = { of, known: false, address: undefined, secret: typed, closed: SIGN_IN_ERRORS.userCodesLocked };
  let found: DeviceRequest | undefined;
  await world.attempts.guard(attempt, async () => {
    found = await pendingDevice(world, typed);
    return found !== undefined;
  });
  if (!found) throw new Refusal(SIGN_IN_ERRORS.userCodeWrong);
  return pickerOf(await entryOf(visit, typed, found));
}

async function entryOf(visit: Visit, code: string, request: DeviceRequest): Promise<Entry> {
  const tenants = tenantsNamed(visit.world, request.tenantName);
  const [first] = tenants;
  if (!first) throw new Refusal(SIGN_IN_ERRORS.tenantNotConcrete);
  const { title } = await findClient(visit.world, first, request.appId);
  return { visit, tenants, goal: title, domain: undefined, leadsTo: [], about: [['code', code]] };
}

type Fields = ReadonlyMap<string, string>;

async function answerForm(visit: Visit, code: string, family: string | undefined, fields: Fields): Promise<Answer> {
  const request = await pendingDevice(visit.world, code);
  if (!request) throw new Refusal(SIGN_IN_ERRORS.userCodeWrong);
  const entry = await entryOf(visit, code, request);
  if (family !== undefined) return answerSession(entry, code, request, family, fields);
  if (fields.get('step') === 'pick') {
    const session = picked(entry, fields.get('account') ?? '');
    return session ? confirm(entry, code, request, session) : signInForm(entry, fields.get('account') ?? '');
  }
  const entered = await signIn(entry, fields);
  if ('answer' in entered) return entered.answer;
  return confirm({ ...entry, visit: { ...visit, browser: entered.browser } }, code, request, entered.session);
}

async function confirm(
  { visit, about }: Entry,
  code: string,
  { appId }: DeviceRequest,
  session: Session,
): Promise<Answer> {
  const { title } = await findClient(visit.world, session.tenant, appId);
  const form = await formOf(visit, [...about, ['session', session.family]]);
  return show(visit, confirmDevicePage(form, code.toUpperCase(), title, shownAccount(session.account)));
}

/** Signed in: yes or no to the device, and to what its application asks for, if that is new. */
async function answerSession(
  entry: Entry,
  code: string,
  request: DeviceRequest,
  family: string,
  fields: Fields,
): Promise<Answer> {
  const { visit } = entry;
  const session = visit.browser.sessions.find((one) => one.family === family);
  if (!session || fields.get('answer') === 'accounts') return pickerOf(entry);
  if (fields.get('answer') !== 'accept') return decline(visit, code);
  const client = await findClient(visit.world, session.tenant, request.appId);
  const question = await questionOf(visit, session, client, request.scope);
  if (fields.get('step') === 'consent') await takeConsent(visit, question, fields);
  else if (question.consent.isNew) return askConsent(visit, question, entry.about, []);
  const answer = approval(visit.world, session.tenant, session.account.id, ['pwd']);
  if (!(await answerDevice(visit.world, code, answer))) throw new Refusal(SIGN_IN_ERRORS.userCodeWrong);
  await noteApp(visit.world, session, client.appId);
  return show(
    visit,
    messagePage(`You are signed in to ${client.title}`, 'Go on at your device. You can close this window.'),
  );
}

async function decline(visit: Visit, code: string): Promise<Answer> {
  await answerDevice(visit.world, code, { declined: true });
  return show(visit, messagePage('The device was not signed in', 'You can close this window.'));
}
