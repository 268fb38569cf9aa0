import { tenantOfUser } from '../../identity/issuer.ts';
import { endSession, type Session, startSession } from '../../identity/sessions.ts';
import { provePassword } from '../../identity/users.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { SIGN_IN_ERRORS } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Stored, Tenant } from '../../store/contract.ts';
import type { Answer } from '../message.ts';
import { choices, publicPassword, shownAccount } from './accounts.ts';
import { type Browser, browserWith } from './browser.ts';
import { type About, passwordPage, pickerPage } from './content.ts';
import { formOf, show, type Visit } from './visit.ts';

/** Choosing an account, and proving it by its password: the steps that every page has in which somebody signs in. */
export type Entry = {
  readonly visit: Visit;
  /** Whose people may sign in here. */
  readonly tenants: readonly Tenant[];
  /** The application that somebody is on the way to. */
  readonly goal: string;
  /** The domain whose accounts come first, if the application knows it. */
  readonly domain: string | undefined;
  /** Where the forms may lead to in the end. */
  readonly leadsTo: readonly string[];
  /** What the forms are about. */
  readonly about: About;
};

export async function pickerOf(entry: Entry): Promise<Answer> {
  const accounts = await choicesOf(entry);
  if (accounts.length === 0) return signInForm(entry, '');
  const { visit, goal, leadsTo, about } = entry;
  const note = visit.world.development ? DEVELOPMENT_NOTE : undefined;
  return show(visit, { ...pickerPage(await formOf(visit, about), accounts, goal, note), leadsTo });
}

const DEVELOPMENT_NOTE = 'This is the development tenant: choose whom to be, and the password is filled in.';

export async function signInForm(entry: Entry, name: string, problem?: Refusal): Promise<Answer> {
  const { visit, goal, leadsTo, about } = entry;
  const password = problem ? '' : await publicPassword(visit.world.development, fold(name));
  const back = (await choicesOf(entry)).length > 0;
  const page = passwordPage(await formOf(visit, about), { name, password, problem: problem?.message, back }, goal);
  return show(visit, { ...page, leadsTo, status: problem ? problem.row.status : 200 });
}

async function choicesOf({ visit, tenants, domain }: Entry) {
  const { world, browser } = visit;
  const accounts = await choices(world, world.development, sessionsIn(visit, tenants), tenants);
  const isOfDomain = ({ name }: { readonly name: string }) =>
    domain === undefined || fold(name).endsWith(`@${fold(domain)}`);
  const first = accounts.filter(isOfDomain);
  return browser.sessions.length === 0 && first.length > 0 ? first : accounts;
}

function sessionsIn({ browser }: Visit, tenants: readonly Tenant[]): readonly Session[] {
  return browser.sessions.filter(({ tenant }) => tenants.includes(tenant));
}

/** The session of the account that was chosen, if there is one. */
export function picked({ visit, tenants }: Entry, name: string): Session | undefined {
  return sessionsIn(visit, tenants).find(({ account }) => fold(shownAccount(account).name) === fold(name));
}

export type Entered = { readonly session: Session; readonly browser: Browser } | { readonly answer: Answer };

/** The form with name and password: a session, or the next page to show. */
export async function signIn(entry: Entry, fields: ReadonlyMap<string, string>): Promise<Entered> {
  if (fields.get('other') === 'accounts') return { answer: await pickerOf(entry) };
  const name = (fields.get('name') ?? '').trim();
  try {
    const { tenant, account } = await prove(entry, name, fields.get('password') ?? '');
    return await enterBrowser(entry, tenant, account);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    return { answer: await signInForm(entry, name, problem) };
  }
}

/** Whoever has that name and that password. Nothing tells an account that isn't there from a wrong password. */
async function prove({ visit, tenants }: Entry, name: string, password: string) {
  const { world, request } = visit;
  const [first] = tenants;
  const named = tenantOfUser(world, name);
  const tenant = named && tenants.includes(named) ? named : first;
  if (!tenant) throw new Refusal(SIGN_IN_ERRORS.userPassword);
  try {
    return { tenant, account: await provePassword(world, tenant, { name, password, address: request.address }) };
  } catch (problem) {
    const isUnknown = problem instanceof Refusal && problem.row === SIGN_IN_ERRORS.userUnknown;
    throw isUnknown ? new Refusal(SIGN_IN_ERRORS.userPassword) : problem;
  }
}

/** A session with an id that nobody can have known before, beside those of the browser's other accounts. */
async function enterBrowser({ visit }: Entry, tenant: Tenant, account: Stored): Promise<Entered> {
  const { world, request, browser } = visit;
  const before = browser.sessions.find((one) => one.tenant === tenant && one.account.id === account.id);
  const session = await startSession(world, tenant, account, before);
  const others = browser.sessions.filter((one) => one !== before);
  const kept = others.slice(-(LIMITS.accountsInBrowser - 1));
  for (const dropped of others.slice(0, others.length - kept.length)) await endSession(world, dropped);
  return { session, browser: browserWith(world, request, [...kept, session]) };
}
