import { Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import type { Tenant } from '../store/contract.ts';
import {
  type Client,
  checkDefaultScope,
  findClient,
  findUser,
  type IssuedToken,
  type Issuer,
  proveClient,
  provePassword,
  tenantOf,
  tokenForApplication,
  tokenForUser,
} from './grants.ts';

/**
 * `POST /{tenant}/oauth2/v2.0/token`: a row for each grant.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc
 */

export type TokenRequest = {
  readonly tenantName: string;
  readonly form: ReadonlyMap<string, string>;
  readonly authorization: string | undefined;
};

type Grant = (issuer: TokenIssuer, tenant: Tenant, client: Client, form: TokenRequest['form']) => Promise<IssuedToken>;

export type TokenIssuer = Issuer & {
  /** The development tenant's password is public; nowhere else may a password be traded for a token. */
  readonly development: boolean;
};

const GRANTS: Readonly<Record<string, Grant>> = {
  client_credentials: async (issuer, tenant, client, form) => {
    if (!form.has('client_secret')) throw new Refusal(SIGN_IN_ERRORS.secretMissing);
    checkDefaultScope(issuer, tenant, needed(form, 'scope'));
    return tokenForApplication(issuer, tenant, client);
  },
  password: async (issuer, tenant, client, form) => {
    if (!issuer.development) throw new Refusal(SIGN_IN_ERRORS.passwordRefused);
    const account = await findUser(issuer, tenant, needed(form, 'username'));
    await provePassword(issuer, tenant, account, needed(form, 'password'));
    return tokenForUser(issuer, tenant, client, account, needed(form, 'scope'));
  },
};

/** What the endpoint answers: https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export async function answerTokenRequest(
  issuer: TokenIssuer,
  request: TokenRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const form = withBasic(request);
  const grantName = needed(form, 'grant_type');
  const grant = rowOf(GRANTS, grantName);
  if (!grant) throw new Refusal(SIGN_IN_ERRORS.grantType, { name: grantName });
  const tenant = tenantOf(issuer, request.tenantName);
  const client = await findClient(issuer, tenant, needed(form, 'client_id'));
  await proveClient(issuer, tenant, client, form.get('client_secret'));
  const issued = await grant(issuer, tenant, client, form);
  const scope = issued.scope === '' ? {} : { scope: issued.scope };
  return {
    token_type: 'Bearer',
    ...scope,
    expires_in: issued.seconds,
    ext_expires_in: issued.seconds,
    access_token: issued.token,
  };
}

function needed(form: TokenRequest['form'], name: string): string {
  const value = form.get(name);
  if (value === undefined || value === '') throw new Refusal(SIGN_IN_ERRORS.requestMalformed, { name });
  return value;
}

/** A client may send its id and secret in the Authorization header instead, but not in both places. */
function withBasic({ form, authorization }: TokenRequest): TokenRequest['form'] {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return form;
  if (form.has('client_secret')) throw new Refusal(SIGN_IN_ERRORS.credentialBoth);
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) throw new Refusal(SIGN_IN_ERRORS.requestUnreadable);
  try {
    const [id, secret] = [text.slice(0, colon), text.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    );
    if (form.has('client_id') && form.get('client_id') !== id) throw new Error('two different clients');
    return new Map([...form, ['client_id', id ?? ''], ['client_secret', secret ?? '']]);
  } catch {
    throw new Refusal(SIGN_IN_ERRORS.requestUnreadable);
  }
}
