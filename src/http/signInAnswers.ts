import { answerDeviceRequest } from '../identity/deviceEndpoint.ts';
import { instanceMetadata, openidConfiguration, userRealm } from '../identity/discovery.ts';
import type { Version } from '../identity/issue.ts';
import { checkTenant } from '../identity/issuer.ts';
import { publishedKeys } from '../identity/keys.ts';
import { answerTokenRequest } from '../identity/tokenEndpoint.ts';
import { userInfo } from '../identity/userInfo.ts';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { plainAnswer } from './answer.ts';
import { formBody } from './body.ts';
import { ANYWHERE } from './crossOrigin.ts';
import type { Answer, Request } from './message.ts';
import type { SignInCall, SignInWorld } from './signInCall.ts';

/** What sign-in answers to programs. */

const NO_CACHE = [...ANYWHERE, 'Pragma', 'no-cache'];

/** What is secret stands in the body: addresses end up in logs. */
const SECRETS = ['client_secret', 'client_assertion', 'password', 'code', 'refresh_token', 'assertion', 'device_code'];

function formOf(request: Request): ReadonlyMap<string, string> {
  const asked = request.query === '' ? undefined : new URLSearchParams(request.query);
  const name = asked && SECRETS.find((secret) => asked.has(secret));
  if (name !== undefined) throw new Refusal(SIGN_IN_ERRORS.credentialInUrl, { name });
  return formBody(request);
}

export async function tokenAnswer(
  { request, tenantName }: SignInCall,
  world: SignInWorld,
  version: Version,
): Promise<Answer> {
  const form = formOf(request);
  const { authorization, origin: pageOrigin } = request.headers;
  const { origin, address } = request;
  const call = { tenantName, version, form, authorization, origin, pageOrigin, address };
  return plainAnswer(await answerTokenRequest(world, call), NO_CACHE);
}

export async function deviceCodeAnswer(
  { request, tenantName }: SignInCall,
  world: SignInWorld,
  version: Version,
): Promise<Answer> {
  const { origin } = request;
  const form = formOf(request);
  return plainAnswer(await answerDeviceRequest(world, { tenantName, version, form, origin }), NO_CACHE);
}

export function configurationAnswer({ request, tenantName }: SignInCall, world: SignInWorld, version: Version): Answer {
  return plainAnswer(openidConfiguration(world, version, tenantName, request.origin), ANYWHERE);
}

export function keysAnswer({ tenantName }: SignInCall, world: SignInWorld): Answer {
  checkTenant(world, tenantName);
  return plainAnswer({ keys: publishedKeys(world.keys) }, ANYWHERE);
}

export function instanceAnswer({ request }: SignInCall, world: SignInWorld): Answer {
  const endpoint = new URLSearchParams(request.query).get('authorization_endpoint');
  if (!endpoint) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'authorization_endpoint' });
  const found = instanceMetadata(world, endpoint, request.origin);
  if (!found) throw new Refusal(SIGN_IN_ERRORS.instanceUnknown);
  return plainAnswer(found, ANYWHERE);
}

export function realmAnswer({ name }: SignInCall, world: SignInWorld): Answer {
  return plainAnswer(userRealm(world, name));
}

/** Asked with a token, like everything of Graph. */
export async function userInfoAnswer({ request }: SignInCall, world: SignInWorld): Promise<Answer> {
  const caller = await world.callers.identify(request.headers['authorization']);
  return plainAnswer(await userInfo(world, caller), ANYWHERE);
}

/** Azure CLI ends no sign-in before it knows its subscriptions: here there are none, for anybody. */
export function subscriptionsAnswer(): Answer {
  return plainAnswer({ value: [] }, ANYWHERE);
}
