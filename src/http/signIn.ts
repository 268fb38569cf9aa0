import { answerDeviceRequest, DEVICE_PAGE } from '../identity/deviceEndpoint.ts';
import type { Version } from '../identity/issue.ts';
import { checkTenant } from '../identity/issuer.ts';
import { publishedKeys } from '../identity/keys.ts';
import { answerTokenRequest } from '../identity/tokenEndpoint.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import { plainAnswer } from './answer.ts';
import { formBody } from './body.ts';
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
];

/** @param segments of the path, percent-decoded */
export async function answerSignIn(request: Request, segments: readonly string[], world: SignInWorld): Promise<Answer> {
  const found = ROWS.flatMap((row) => {
    const names = namesIn(row, segments);
    return names ? [{ row, names }] : [];
  });
  if (found.length === 0) throw new Refusal(ERRORS.pathNotFound, { path: request.path });
  const match = found.find(({ row }) => row.method === request.method);
  if (!match) {
    const methods = found.map(({ row }) => row.method).join(', ');
    throw new Refusal(ERRORS.methodNotAllowed, {}, { headers: ['Allow', methods] });
  }
  const { tenant = '', name = '' } = match.names;
  return match.row.answer({ request, tenantName: tenant, name }, world);
}

type Names = Readonly<Partial<Record<'tenant' | 'name', string>>>;

function namesIn({ path }: Row, segments: readonly string[]): Names | undefined {
  const parts = PARTS.get(path) ?? [];
  if (parts.length !== segments.length) return undefined;
  const names: { tenant?: string; name?: string } = {};
  for (const [at, part] of parts.entries()) {
    const segment = segments[at] ?? '';
    if (part === '{tenant}') names.tenant = segment;
    else if (part === '{name}') names.name = segment;
    else if (part !== fold(segment)) return undefined;
  }
  return names;
}

const PARTS: ReadonlyMap<string, readonly string[]> = new Map(ROWS.map(({ path }) => [path, fold(path).split('/')]));

// -- what is answered ------------------------------------------------------------------------------------------

type Answering = Row['answer'];

const NO_CACHE = ['Pragma', 'no-cache'];

function token(version: Version): Answering {
  return async ({ request, tenantName }, world) => {
    const form = formBody(request);
    const { authorization, origin: pageOrigin } = request.headers;
    const { origin, address } = request;
    const call = { tenantName, version, form, authorization, origin, pageOrigin, address };
    const made = await answerTokenRequest(world, call);
    return plainAnswer(made, NO_CACHE);
  };
}

function deviceCode(version: Version): Answering {
  return async ({ request, tenantName }, world) => {
    const { origin } = request;
    return plainAnswer(
      await answerDeviceRequest(world, { tenantName, version, form: formBody(request), origin }),
      NO_CACHE,
    );
  };
}

/** What people see is loaded when somebody asks for it: most processes never show a page. */
function authorize(version: Version): Answering {
  return async (call, world) => {
    const { authorizePage } = await import('./pages/authorize.ts');
    return authorizePage(call, world, version);
  };
}

async function logout(call: SignInCall, world: SignInWorld): Promise<Answer> {
  const { logoutPage } = await import('./pages/logout.ts');
  return logoutPage(call, world);
}

async function devices(call: SignInCall, world: SignInWorld): Promise<Answer> {
  const { devicePage } = await import('./pages/device.ts');
  return devicePage(call, world);
}

function keys({ tenantName }: SignInCall, world: SignInWorld): Answer {
  checkTenant(world, tenantName);
  return plainAnswer({ keys: publishedKeys(world.keys) });
}
