import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { type Platform, redirectAddressesOf, SIGN_IN } from '../model/signIn.ts';
import type { Stored, Tenant } from '../store/contract.ts';
import { findOne, type Issuer } from './issuer.ts';

/** Which application asks, and where its answers may go. */
export type Client = {
  readonly appId: string;
  readonly title: string;
  readonly principal: Stored;
  /** Undefined for an application of another tenant, such as Microsoft's own public clients. */
  readonly registration: Stored | undefined;
};

export async function findClient(issuer: Issuer, tenant: Tenant, appId: string): Promise<Client> {
  const { servicePrincipal, application } = SIGN_IN;
  const principal = await findOne(issuer, tenant, servicePrincipal.type, servicePrincipal.appId, appId);
  if (!principal) throw new Refusal(SIGN_IN_ERRORS.clientUnknown, { client: appId, tenant: tenant.displayName });
  const title = String(principal.values[servicePrincipal.title] ?? appId);
  if (principal.values[servicePrincipal.enabled] === false) {
    throw new Refusal(SIGN_IN_ERRORS.clientDisabled, { client: appId, name: title });
  }
  const registration = await findOne(issuer, tenant, application.type, application.appId, appId);
  const isOff = [principal, registration].some((one) => one?.values[application.disabled] === true);
  if (isOff) throw new Refusal(SIGN_IN_ERRORS.clientDisabled, { client: appId, name: title });
  return { appId: String(principal.values[servicePrincipal.appId]), title, principal, registration };
}

/** The objects that may hold a client's secrets and keys: its registration, and its principal in the tenant. */
export function holdersOf({ registration, principal }: Client): readonly Stored[] {
  return registration ? [registration, principal] : [principal];
}

/** A client without a secret: it says so itself, or has no registration here that could hold one. */
export function isPublicClient({ registration }: Client): boolean {
  return !registration || registration.values[SIGN_IN.application.publicClient] === true;
}

/**
 * The platform for which the client registered that address; refuses any other. Addresses are compared as texts, to the
 * letter; of a loopback address the port is free. https://learn.microsoft.com/entra/identity-platform/reply-url
 */
export function platformOf(client: Client, address: string): Platform {
  const found = redirectAddressesOf(client.registration?.values).find((known) => isSameAddress(known.address, address));
  if (!found) throw new Refusal(SIGN_IN_ERRORS.redirectUnknown, { address, client: client.appId });
  return found.platform;
}

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(\/[^\\]*)?$/;

function isSameAddress(known: string, given: string): boolean {
  if (known === given) return true;
  const [, knownHost, , knownPath = '/'] = LOOPBACK.exec(known) ?? [];
  const [, host, , path = '/'] = LOOPBACK.exec(given) ?? [];
  return knownHost !== undefined && knownHost === host && knownPath === path;
}
