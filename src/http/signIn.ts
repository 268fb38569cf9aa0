import type { Version } from '../identity/issue.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { ERRORS, SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { DEVICE_PAGE } from '../model/signIn.ts';
import type { Answer, Request } from './message.ts';
import { ANYWHERE, type SignInCall, type SignInWorld } from './signInCall.ts';

/**
 * The addresses of Microsoft Entra ID: a row for each. Any of them may answer with JSON, a page or a redirect.
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols#endpoints
 */

type Row = {
  readonly method: 'GET' | 'POST';
  /** Compared without case. */
  readonly path: string;
  readonly answer: (call: SignInCall, world: SignInWorld) => Awaitable<Answer>;
};

// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  { method: 'POST', path: '{tenant}/oauth2/v2.0/token',      answer: token('v2') },
  { method: 'POST', path: '{tenant}/oauth2/token',           answer: token('v1') },
  { method: 'POST', path: '{tenant}/oauth2/v2.0/devicecode', answer: deviceCode('v2') },
  { method: 'POST', path: '{tenant}/oauth2/devicecode',      answer: deviceCode('v1') },
  { method: 'GET',  path: '{tenant}/oauth2/v2.0/authorize',  answer: authorize('v2') },
  { method: 'POST', path: '{tenant}/oauth2/v2.0/authorize',  answer: authorize('v2') },
  { method: 'GET',  path: '{tenant}/oauth2/authorize',       answer: authorize('v1') },
  { method: 'POST', path: '{tenant}/oauth2/authorize',       answer: authorize('v1') },
  { method: 'GET',  path: '{tenant}/v2.0/adminconsent',      answer: adminConsent('v2') },
  { method: 'POST', path: '{tenant}/v2.0/adminconsent',      answer: adminConsent('v2') },
  { method: 'GET',  path: '{tenant}/adminconsent',           answer: adminConsent('v1') },
  { method: 'POST', path: '{tenant}/adminconsent',           answer: adminConsent('v1') },
  { method: 'GET',  path: '{tenant}/oauth2/v2.0/logout',     answer: logout },
  { method: 'POST', path: '{tenant}/oauth2/v2.0/logout',     answer: logout },
  { method: 'GET',  path: '{tenant}/oauth2/logout',          answer: logout },
  { method: 'POST', path: '{tenant}/oauth2/logout',          answer: logout },
  { method: 'GET',  path: DEVICE_PAGE,                       answer: devices },
  { method: 'POST', path: DEVICE_PAGE,                       answer: devices },
  { method: 'GET',  path: '{tenant}/oauth2/deviceauth',      answer: devices },
  { method: 'POST', path: '{tenant}/oauth2/deviceauth',      answer: devices },
  { method: 'GET',  path: '{tenant}/discovery/v2.0/keys',    answer: keys },
  { method: 'GET',  path: '{tenant}/discovery/keys',         answer: keys },
  { method: 'GET',  path: '{tenant}/v2.0/.well-known/openid-configuration', answer: configuration('v2') },
  { method: 'GET',  path: '{tenant}/.well-known/openid-configuration',      answer: configuration('v1') },
  { method: 'GET',  path: 'common/discovery/instance',       answer: instance },
  { method: 'GET',  path: 'common/userrealm/{name}',         answer: realm },
  { method: 'GET',  path: 'subscriptions',                   answer: subscriptions },
];

/** @param segments of the path, percent-decoded */
export async function answerSignIn(request: Request, segments: readonly string[], world: SignInWorld): Promise<Answer> {
  const folded = segments.map(fold);
  const found = ROWS.flatMap((row) => {
    const names = namesIn(row, segments, folded);
    return names ? [{ row, names }] : [];
  });
  if (found.length === 0) throw new Refusal(ERRORS.pathNotFound, { path: request.path });
  const methods = found.map(({ row }) => row.method);
  if (request.method === 'OPTIONS') return preflightAnswer(methods);
  const match = found.find(({ row }) => row.method === request.method);
  if (!match) {
    const values = { allowed: methods.join(', '), method: request.method };
    throw new Refusal(SIGN_IN_ERRORS.method, values, { headers: ['Allow', methods.join(', ')] });
  }
  const { tenant = '', name = '' } = match.names;
  return match.row.answer({ request, tenantName: tenant, name }, world);
}

function preflightAnswer(methods: readonly string[]): Answer {
  const allow = [...methods, 'OPTIONS'].join(', ');
  const headers = [
    ...['Allow', allow, 'Access-Control-Allow-Methods', allow, 'Access-Control-Allow-Headers', '*'],
    ...['Access-Control-Max-Age', String(LIMITS.preflightSeconds), 'Cache-Control', 'no-store'],
  ];
  return { status: 204, headers: [...ANYWHERE, ...headers], body: [] };
}

type Names = Readonly<Partial<Record<'tenant' | 'name', string>>>;

function namesIn({ path }: Row, segments: readonly string[], folded: readonly string[]): Names | undefined {
  const parts = PARTS.get(path) ?? [];
  if (parts.length !== segments.length) return undefined;
  const names: { tenant?: string; name?: string } = {};
  for (const [at, part] of parts.entries()) {
    const segment = segments[at] ?? '';
    if (part === '{tenant}') names.tenant = segment;
    else if (part === '{name}') names.name = segment;
    else if (part !== folded[at]) return undefined;
  }
  return names;
}

const PARTS: ReadonlyMap<string, readonly string[]> = new Map(ROWS.map(({ path }) => [path, fold(path).split('/')]));

// -- what is answered: loaded when somebody asks ----------------------------------------------------------------

type Answering = Row['answer'];

function token(version: Version): Answering {
  return async (call, world) => (await import('./signInAnswers.ts')).tokenAnswer(call, world, version);
}

function deviceCode(version: Version): Answering {
  return async (call, world) => (await import('./signInAnswers.ts')).deviceCodeAnswer(call, world, version);
}

function configuration(version: Version): Answering {
  return async (call, world) => (await import('./signInAnswers.ts')).configurationAnswer(call, world, version);
}

async function keys(call: SignInCall, world: SignInWorld): Promise<Answer> {
  return (await import('./signInAnswers.ts')).keysAnswer(call, world);
}

async function instance(call: SignInCall, world: SignInWorld): Promise<Answer> {
  return (await import('./signInAnswers.ts')).instanceAnswer(call, world);
}

async function realm(call: SignInCall, world: SignInWorld): Promise<Answer> {
  return (await import('./signInAnswers.ts')).realmAnswer(call, world);
}

function authorize(version: Version): Answering {
  return async (call, world) => (await import('./pages/authorize.ts')).authorizePage(call, world, version);
}

function adminConsent(version: Version): Answering {
  return async (call, world) => (await import('./pages/adminConsent.ts')).adminConsentPage(call, world, version);
}

async function logout(call: SignInCall, world: SignInWorld): Promise<Answer> {
  return (await import('./pages/logout.ts')).logoutPage(call, world);
}

async function devices(call: SignInCall, world: SignInWorld): Promise<Answer> {
  return (await import('./pages/device.ts')).devicePage(call, world);
}

async function subscriptions(): Promise<Answer> {
  return (await import('./signInAnswers.ts')).subscriptionsAnswer();
}
