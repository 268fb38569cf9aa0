import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { type Platform, redirectAddressesOf, takesIdTokens } from '../model/signIn.ts';
import type { Tenant } from '../store/contract.ts';
import { type Client, findClient, platformOf } from './clients.ts';
import { type Challenge, checkChallenge, issueCode, readChallenge } from './codes.ts';
import type { SignedIn } from './issue.ts';
import { admits, checkTenant, type Issuer } from './issuer.ts';

/**
 * What an application asks for when it sends somebody here to sign in.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code,
 * https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 */
export type SignInRequest = WayBack & {
  /** As it was asked for; of v1.0's `resource`, the `.default` of that. */
  readonly scope: string;
  readonly responseTypes: ReadonlySet<ResponseType>;
  readonly nonce: string | undefined;
  readonly prompts: ReadonlySet<Prompt>;
  readonly loginHint: string | undefined;
  readonly domainHint: string | undefined;
  /** Seconds since somebody last proved who they are; undefined: any. */
  readonly maxAge: number | undefined;
  readonly challenge: Challenge | undefined;
};

/** Who asks, and how an answer gets back to them. */
export type WayBack = {
  readonly client: Client;
  /** The tenant in which the application was found; not yet that of whoever signs in. */
  readonly home: Tenant;
  readonly address: string;
  readonly platform: Platform;
  readonly mode: ResponseMode;
  readonly state: string | undefined;
};

export type ResponseType = 'code' | 'id_token';
export type ResponseMode = 'query' | 'fragment' | 'form_post';
export type Prompt = 'none' | 'login' | 'consent' | 'select_account';

/** The parameters as they came. A second one of the same name leaves open which of the two is meant. */
export type Parameters = { readonly values: ReadonlyMap<string, string>; readonly twice: ReadonlySet<string> };

export function readParameters(text: string): Parameters {
  const values = new Map<string, string>();
  const twice = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (values.has(name)) twice.add(name);
    // An empty one counts as left out: https://www.rfc-editor.org/rfc/rfc6749#section-3.1
    else if (value !== '') values.set(name, value);
  }
  return { values, twice };
}

/** The tenants whose people may sign in at an address with that name. */
export function tenantsNamed(issuer: Issuer, name: string): readonly Tenant[] {
  checkTenant(issuer, name);
  return [...issuer.tenants.values()].filter((tenant) => admits(issuer, name, tenant));
}

/**
 * Who asks, and where the answer goes. What is wrong here must not be sent anywhere: the address itself is in doubt.
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export async function readWayBack(
  issuer: Issuer,
  tenants: readonly Tenant[],
  { values, twice }: Parameters,
): Promise<WayBack> {
  for (const name of ['client_id', 'redirect_uri', 'response_mode', 'response_type', 'state']) {
    if (twice.has(name)) throw new Refusal(SIGN_IN_ERRORS.requestTwice, { name });
  }
  const appId = values.get('client_id');
  if (appId === undefined) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'client_id' });
  const { client, home } = await findClientIn(issuer, tenants, appId);
  if (redirectAddressesOf(client.registration?.values).length === 0) {
    throw new Refusal(SIGN_IN_ERRORS.redirectNone, { client: client.appId });
  }
  const address = values.get('redirect_uri');
  if (address === undefined) throw new Refusal(SIGN_IN_ERRORS.redirectMissing);
  const platform = platformOf(client, address);
  if (!isSafe(address)) throw new Refusal(SIGN_IN_ERRORS.redirectUnsafe, { address });
  return { client, home, address, platform, mode: modeIn(values), state: values.get('state') };
}

async function findClientIn(issuer: Issuer, tenants: readonly Tenant[], appId: string) {
  let problem: unknown;
  for (const home of tenants) {
    try {
      return { client: await findClient(issuer, home, appId), home };
    } catch (refusal) {
      problem ??= refusal;
    }
  }
  throw problem;
}

/** Schemes that a browser would run or read itself, whoever registered them. */
const UNSAFE: ReadonlySet<string> = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:']);
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Codes travel over TLS, to this same machine, or to a program that owns its scheme. */
export function isSafe(address: string): boolean {
  if (!URL.canParse(address) || /[^\x21-\x7e]/.test(address) || address.includes('#')) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' ? LOOPBACK.has(hostname) : !UNSAFE.has(protocol);
}

const MODES: ReadonlySet<string> = new Set(['query', 'fragment', 'form_post'] satisfies ResponseMode[]);

/** Where the mode itself is wrong, its refusal still needs one. */
function modeIn(values: Parameters['values']): ResponseMode {
  const mode = values.get('response_mode') ?? '';
  const hasToken = values.get('response_type')?.includes('token') === true;
  if (!MODES.has(mode) || (hasToken && mode === 'query')) return hasToken ? 'fragment' : 'query';
  return mode as ResponseMode;
}

/** Everything else: what is wrong here is told to the application. */
export function checkRequest(way: WayBack, { values, twice }: Parameters): SignInRequest {
  for (const name of twice) throw new Refusal(SIGN_IN_ERRORS.requestTwice, { name });
  if (values.has('request')) throw new Refusal(SIGN_IN_ERRORS.requestObject);
  if (values.has('request_uri')) throw new Refusal(SIGN_IN_ERRORS.requestUri);
  const responseTypes = responseTypesIn(values, way.client);
  checkMode(values, responseTypes);
  const nonce = values.get('nonce');
  if (responseTypes.has('id_token') && nonce === undefined) {
    throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'nonce' });
  }
  return {
    ...way,
    responseTypes,
    nonce,
    scope: scopeIn(values),
    prompts: promptsIn(values),
    loginHint: values.get('login_hint'),
    domainHint: values.get('domain_hint'),
    maxAge: maxAgeIn(values),
    challenge: challengeIn(values, way, responseTypes),
  };
}

/** v1.0 names a resource in place of scopes. */
function scopeIn(values: Parameters['values']): string {
  const resource = values.get('resource');
  if (resource !== undefined) return `${resource}/.default openid profile offline_access`;
  const scope = values.get('scope');
  if (scope === undefined) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'scope' });
  return scope;
}

function responseTypesIn(values: Parameters['values'], client: Client): ReadonlySet<ResponseType> {
  const text = values.get('response_type');
  if (text === undefined) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'response_type' });
  const names = text.split(' ');
  const types = new Set<ResponseType>();
  for (const name of names) {
    if (name === 'token') throw new Refusal(SIGN_IN_ERRORS.responseTypeOff, { name });
    if (name !== 'code' && name !== 'id_token') throw new Refusal(SIGN_IN_ERRORS.responseTypeUnknown, { name: text });
    if (name === 'id_token' && !takesIdTokens(client.registration?.values)) {
      throw new Refusal(SIGN_IN_ERRORS.responseTypeOff, { name });
    }
    types.add(name);
  }
  if (types.size !== names.length) throw new Refusal(SIGN_IN_ERRORS.responseTypeUnknown, { name: text });
  return types;
}

function checkMode(values: Parameters['values'], responseTypes: ReadonlySet<ResponseType>): void {
  const name = values.get('response_mode');
  if (name === undefined) return;
  if (!MODES.has(name)) throw new Refusal(SIGN_IN_ERRORS.responseModeUnknown, { name });
  // What stands in a query ends up in logs: https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html
  if (name === 'query' && responseTypes.has('id_token')) throw new Refusal(SIGN_IN_ERRORS.responseModeToken, { name });
}

const PROMPTS: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account'] satisfies Prompt[]);

function promptsIn(values: Parameters['values']): ReadonlySet<Prompt> {
  const text = values.get('prompt') ?? '';
  const names = text.split(' ').filter((name) => name !== '');
  const isSilent = names.includes('none');
  if (names.some((name) => !PROMPTS.has(name)) || (isSilent && names.length > 1)) {
    throw new Refusal(SIGN_IN_ERRORS.promptUnknown, { name: text });
  }
  return new Set(names as Prompt[]);
}

function maxAgeIn(values: Parameters['values']): number | undefined {
  const text = values.get('max_age');
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(SIGN_IN_ERRORS.parameterInvalid, { name: 'max_age' });
  return Number(text);
}

function challengeIn(
  values: Parameters['values'],
  { platform }: WayBack,
  responseTypes: ReadonlySet<ResponseType>,
): Challenge | undefined {
  const challenge = readChallenge(values.get('code_challenge'), values.get('code_challenge_method'));
  if (responseTypes.has('code')) checkChallenge(platform, challenge);
  return challenge;
}

/** A code for somebody who signed in at that instant, as the request wants it. */
export function codeFor(
  issuer: Issuer,
  { tenant, account, methods }: SignedIn,
  { client, scope, address, platform, nonce, challenge }: SignInRequest,
  since: string,
): Promise<string> {
  return issueCode(issuer, tenant, {
    appId: client.appId,
    user: account.id,
    since,
    methods,
    scope,
    redirect: address,
    platform,
    ...(nonce === undefined ? {} : { nonce }),
    ...(challenge === undefined ? {} : { challenge }),
  });
}
