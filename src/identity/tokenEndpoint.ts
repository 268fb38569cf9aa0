import { Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Proof } from './clientProof.ts';
import {
  byClientCredentials,
  byCode,
  byDeviceCode,
  byPassword,
  byRefreshToken,
  type Form,
  type Grant,
  type Issued,
  needed,
  onBehalfOf,
  type TokenIssuer,
} from './grants.ts';
import type { Version } from './issue.ts';

/** `POST /{tenant}/oauth2/v2.0/token`, and v1.0's `/{tenant}/oauth2/token`: a row for each grant. */

export type TokenRequest = {
  readonly tenantName: string;
  readonly version: Version;
  readonly form: Form;
  readonly authorization: string | undefined;
  readonly origin: string;
  readonly pageOrigin: string | undefined;
};

const GRANTS: Readonly<Record<string, Grant>> = {
  client_credentials: byClientCredentials,
  password: byPassword,
  authorization_code: byCode,
  refresh_token: byRefreshToken,
  'urn:ietf:params:oauth:grant-type:device_code': byDeviceCode,
  device_code: byDeviceCode,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': onBehalfOf,
};

type Answer = Readonly<Record<string, unknown>>;

/** What the endpoint answers: https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export async function answerTokenRequest(issuer: TokenIssuer, request: TokenRequest): Promise<Answer> {
  const form = withBasic(request);
  const { version, tenantName, origin, pageOrigin } = request;
  const grantName = needed(form, 'grant_type');
  const grant = rowOf(GRANTS, grantName);
  if (!grant) throw new Refusal(SIGN_IN_ERRORS.grantType, { name: grantName });
  const proof: Proof = {
    secret: form.get('client_secret'),
    assertion: form.get('client_assertion'),
    assertionType: form.get('client_assertion_type'),
    origin,
    tenantName,
  };
  const issued = await grant(issuer, { form, version, tenantName, origin, pageOrigin, proof });
  return version === 'v2' ? newAnswer(issued) : oldAnswer(issuer, issued);
}

function newAnswer({ accessToken, scope, refreshToken, idToken, clientInfo }: Issued): Answer {
  return {
    token_type: 'Bearer',
    scope,
    expires_in: LIMITS.accessTokenSeconds,
    ext_expires_in: LIMITS.accessTokenSeconds,
    access_token: accessToken,
    refresh_token: refreshToken,
    id_token: idToken,
    client_info: clientInfo,
  };
}

/** v1.0 writes numbers as texts, and says what the token is for. */
function oldAnswer({ clock }: TokenIssuer, issued: Issued): Answer {
  const now = Math.floor(clock.now() / 1000);
  const { accessToken, resource, names, refreshToken, idToken, clientInfo } = issued;
  return {
    token_type: 'Bearer',
    scope: names?.join(' '),
    expires_in: String(LIMITS.accessTokenSeconds),
    ext_expires_in: String(LIMITS.accessTokenSeconds),
    expires_on: String(now + LIMITS.accessTokenSeconds),
    not_before: String(now),
    resource: resource.audience,
    access_token: accessToken,
    refresh_token: refreshToken,
    id_token: idToken,
    client_info: clientInfo,
  };
}

/** A client may send its id and secret in the Authorization header instead, but not in both places. */
function withBasic({ form, authorization }: Pick<TokenRequest, 'form' | 'authorization'>): Form {
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
