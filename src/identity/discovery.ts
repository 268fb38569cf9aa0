import { fold } from '../lib/text.ts';
import { CLOUDS, issuerOf } from '../model/clouds.ts';
import { SIGN_IN_SCOPES } from '../model/permissions.ts';
import { USER_INFO } from '../model/signIn.ts';
import { issuerAddress, type Version } from './issue.ts';
import { type Issuer, isOpenName, tenantOf } from './issuer.ts';

/**
 * What clients read before they send anybody anywhere: with our own addresses, for whatever host they asked.
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc,
 * https://openid.net/specs/openid-connect-discovery-1_0.html
 */

type Document = Readonly<Record<string, unknown>>;

/** Stands in the issuer of a document for any tenant: clients put the tenant's id of a token in its place. */
const ANY_TENANT = '{tenantid}';

const CLAIMS = [
  'sub',
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'auth_time',
  'c_hash',
  'preferred_username',
  'name',
  'tid',
  'ver',
  'email',
  'oid',
];

/** `/{tenant}/v2.0/.well-known/openid-configuration`, and v1.0's without `v2.0`. */
export function openidConfiguration(issuer: Issuer, version: Version, tenantName: string, origin: string): Document {
  const tenant = isOpenName(tenantName) ? undefined : tenantOf(issuer, tenantName);
  const base = `${origin}/${tenant?.id ?? fold(tenantName)}`;
  const isNew = version === 'v2';
  const oauth = isNew ? `${base}/oauth2/v2.0` : `${base}/oauth2`;
  return {
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256'],
    jwks_uri: isNew ? `${base}/discovery/v2.0/keys` : `${base}/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token'],
    ...(isNew && tenant ? { authorization_response_iss_parameter_supported: true } : {}),
    scopes_supported: [...SIGN_IN_SCOPES],
    issuer: isNew ? issuerText(tenant, origin) : issuerOf(issuer.cloud, tenant?.id ?? ANY_TENANT),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    userinfo_endpoint: `${origin}/${USER_INFO}`,
    end_session_endpoint: `${oauth}/logout`,
    http_logout_supported: false,
    frontchannel_logout_supported: false,
    grant_types_supported: GRANT_TYPES,
    code_challenge_methods_supported: ['S256', 'plain'],
    claims_supported: CLAIMS,
    tenant_region_scope: null,
    cloud_instance_name: new URL(CLOUDS[issuer.cloud].login).host.replace(/^login\./, ''),
    cloud_graph_host_name: new URL(CLOUDS[issuer.cloud].graph).host,
    msgraph_host: new URL(origin).host,
  };
}

const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
];

function issuerText(tenant: Parameters<typeof issuerAddress>[1] | undefined, origin: string): string {
  return tenant ? issuerAddress(origin, tenant) : `${origin}/${ANY_TENANT}/v2.0`;
}

/**
 * `/common/discovery/instance`: whether an authority may be trusted, and under which names it goes. Some clients lose the
 * port of the authority that they ask for. Undefined: it is none of ours.
 */
export function instanceMetadata(issuer: Issuer, authorizationEndpoint: string, origin: string): Document | undefined {
  const asked = URL.canParse(authorizationEndpoint) ? new URL(authorizationEndpoint) : undefined;
  const own = new URL(origin);
  const isOwn = asked?.hostname === own.hostname;
  const known = isOwn ? own : new URL(CLOUDS[issuer.cloud].login);
  if (!asked || asked.hostname !== known.hostname) return undefined;
  const [tenantName = 'common'] = asked.pathname.split('/').filter((segment) => segment !== '');
  const name = isOpenName(tenantName) ? fold(tenantName) : tenantOf(issuer, tenantName).id;
  return {
    tenant_discovery_endpoint: `${known.origin}/${name}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: known.host,
        preferred_cache: known.host,
        aliases: [...new Set([known.host, known.hostname])],
      },
    ],
  };
}

/** `/common/userrealm/{upn}`: all accounts are ours, and have their passwords here. */
export function userRealm(issuer: Issuer, userName: string): Document {
  const domain = fold(userName.slice(userName.lastIndexOf('@') + 1));
  const known = [...issuer.tenants.values()].find((tenant) => fold(tenant.defaultDomain) === domain);
  const version = { ver: '1.0' };
  if (!known) return { ...version, account_type: 'Unknown', domain_name: domain };
  const { cloud } = issuer;
  return {
    ...version,
    account_type: 'Managed',
    domain_name: domain,
    cloud_instance_name: new URL(CLOUDS[cloud].login).host.replace(/^login\./, ''),
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
    login: userName,
  };
}
