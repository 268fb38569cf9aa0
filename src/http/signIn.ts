import type { Version } from '../identity/issue.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { later } from '../lib/later.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { ERRORS, SIGN_IN_ERRORS } from '../model/errors.ts';
import { DEVICE_PAGE, USER_INFO } from '../model/signIn.ts';
import { ANYWHERE, preflightAnswer } from './crossOrigin.ts';
import type { Answer, Request } from './message.ts';
import type { SignInCall, SignInWorld } from './signInCall.ts';

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

/** What is answered is loaded when somebody asks. */
const answers = later(() => import('./signInAnswers.ts'));
const token = versioned(answers((all) => all.tokenAnswer));
const deviceCode = versioned(answers((all) => all.deviceCodeAnswer));
const configuration = versioned(answers((all) => all.configurationAnswer));
const keys = answers((all) => all.keysAnswer);
const instance = answers((all) => all.instanceAnswer);
const realm = answers((all) => all.realmAnswer);
const userInfo = answers((all) => all.userInfoAnswer);
const subscriptions = answers((all) => all.subscriptionsAnswer);
const authorize = versioned(later(() => import('./pages/authorize.ts'))((all) => all.authorizePage));
const adminConsent = versioned(later(() => import('./pages/adminConsent.ts'))((all) => all.adminConsentPage));
const logout = later(() => import('./pages/logout.ts'))((all) => all.logoutPage);
const devices = later(() => import('./pages/device.ts'))((all) => all.devicePage);

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
  { method: 'GET',  path: USER_INFO,                         answer: userInfo },
  { method: 'POST', path: USER_INFO,                         answer: userInfo },
  { method: 'GET',  path: 'subscriptions',                   answer: subscriptions },
];

/** @param segments of the path, percent-decoded */
export async function answerSignIn(request: Request, segments: readonly string[], world: SignInWorld): Promise<Answer> {
  const folded = segments.map(fold);
  const found = (BY_LENGTH.get(segments.length) ?? []).flatMap(({ row, parts }) => {
    const names = namesIn(parts, segments, folded);
    return names ? [{ row, names }] : [];
  });
  if (found.length === 0) throw new Refusal(ERRORS.pathNotFound, { path: request.path });
  const methods = found.map(({ row }) => row.method);
  if (request.method === 'OPTIONS') {
    const allow = [...methods, 'OPTIONS'].join(', ');
    return preflightAnswer(methods, '*', [...ANYWHERE, 'Allow', allow, 'Cache-Control', 'no-store']);
  }
  const match = found.find(({ row }) => row.method === request.method);
  if (!match) {
    const values = { allowed: methods.join(', '), method: request.method };
    throw new Refusal(SIGN_IN_ERRORS.method, values, { headers: ['Allow', methods.join(', ')] });
  }
  const { tenant, name } = match.names;
  return match.row.answer({ request, tenantName: tenant, name }, world);
}

type Names = Readonly<Record<'tenant' | 'name', string>>;

function namesIn(parts: readonly string[], segments: readonly string[], folded: readonly string[]): Names | undefined {
  if (!parts.every((part, at) => part === '{tenant}' || part === '{name}' || part === folded[at])) return undefined;
  const segment = (name: string) => segments[parts.indexOf(name)] ?? '';
  return { tenant: segment('{tenant}'), name: segment('{name}') };
}

type Split = { readonly row: Row; readonly parts: readonly string[] };

/** The rows by how many segments their paths have. */
const BY_LENGTH: ReadonlyMap<number, readonly Split[]> = Map.groupBy(
  ROWS.map((row) => ({ row, parts: fold(row.path).split('/') })),
  ({ parts }) => parts.length,
);

/** The same answer of both versions' addresses. */
function versioned(answer: (call: SignInCall, world: SignInWorld, version: Version) => Awaitable<Answer>) {
  return (version: Version): Row['answer'] =>
    (call, world) =>
      answer(call, world, version);
}
