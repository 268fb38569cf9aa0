import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import type { Platform } from '../model/signIn.ts';
import type { Tenant } from '../store/contract.ts';
import { type Client, findClient, platformOf } from './clients.ts';
import { type Challenge, checkChallenge, issueCode, readChallenge } from './codes.ts';
import type { SignedIn } from './issue.ts';
import { admits, type Issuer, isOpenName, tenantOf } from './issuer.ts';
import { type Asked, type Consent, consentTo, readScopes } from './scopes.ts';

/**
 * What stands behind the authorization endpoint, whatever its pages look like.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
 */

export type Authorization = {
  readonly client: Client;
  /** Where the client was found: the tenant that the path names, or one that it leaves open. */
  readonly tenant: Tenant;
  readonly redirect: string;
  readonly platform: Platform;
};

/** The client, and the address that its answer goes to. What is wrong here is told to the person, never sent anywhere. */
export async function findAuthorization(
  issuer: Issuer,
  tenantName: string,
  appId: string | undefined,
  redirect: string | undefined,
): Promise<Authorization> {
  if (!appId) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'client_id' });
  const { tenant, client } = await findClientAt(issuer, tenantName, appId);
  if (!redirect) throw new Refusal(SIGN_IN_ERRORS.redirectMissing, { client: client.appId });
  return { client, tenant, redirect, platform: platformOf(client, redirect) };
}

/** The client as a tenant knows it that the path admits; the refusal of the last one where none does. */
async function findClientAt(
  issuer: Issuer,
  tenantName: string,
  appId: string,
): Promise<{ readonly tenant: Tenant; readonly client: Client }> {
  const all = isOpenName(tenantName) ? [...issuer.tenants.values()] : [tenantOf(issuer, tenantName)];
  let refusal: unknown = new Refusal(SIGN_IN_ERRORS.tenantNotConcrete);
  for (const tenant of all.filter((one) => admits(issuer, tenantName, one))) {
    try {
      return { tenant, client: await findClient(issuer, tenant, appId) };
    } catch (problem) {
      refusal = problem;
    }
  }
  throw refusal;
}

/** What the client asks for, as text. challenge: undefined where it sent none. */
export type AuthorizationAsk = {
  readonly scope: string;
  readonly challenge: Challenge | undefined;
};

/** Reads what the client asks for; what is wrong here may be sent to its address. */
export async function readAsk(
  issuer: Issuer,
  { tenant, platform }: Authorization,
  parameters: ReadonlyMap<string, string>,
  origin: string,
): Promise<AuthorizationAsk> {
  const scope = parameters.get('scope');
  if (!scope) throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name: 'scope' });
  const challenge = readChallenge(parameters.get('code_challenge'), parameters.get('code_challenge_method'));
  checkChallenge(platform, challenge);
  await readScopes(issuer, tenant, scope, { origin });
  return { scope, challenge };
}

/** What the client asks for and what of it was granted, now that somebody has signed in. */
export async function askedOf(
  issuer: Issuer,
  { tenant, account }: SignedIn,
  appId: string,
  scope: string,
  origin: string,
): Promise<{ readonly client: Client; readonly asked: Asked; readonly consent: Consent }> {
  const client = await findClient(issuer, tenant, appId);
  const asked = await readScopes(issuer, tenant, scope, { origin });
  return { client, asked, consent: await consentTo(issuer, tenant, client, account, asked) };
}

/** A code for somebody who signed in, for this client at this address. @param since undefined: now */
export async function grantCode(
  issuer: Issuer,
  { tenant, account, methods }: SignedIn,
  { client, redirect, platform }: Authorization,
  { scope, challenge }: AuthorizationAsk,
  { nonce, since = instantText(issuer.clock.now()) }: { readonly nonce?: string; readonly since?: string },
): Promise<string> {
  return issueCode(issuer, tenant, {
    appId: client.appId,
    user: account.id,
    since,
    methods,
    scope,
    redirect,
    platform,
    ...(nonce === undefined ? {} : { nonce }),
    ...(challenge === undefined ? {} : { challenge }),
  });
}
