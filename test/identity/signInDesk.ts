import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { checkRequest, codeFor, readParameters, readWayBack } from '../../src/identity/signInRequest.ts';
import { userWithId } from '../../src/identity/users.ts';
import { instantText } from '../../src/lib/clock.ts';
import { GRAPH_SERVICE_PRINCIPAL, type TenantData } from '../../src/model/tenantData.ts';
import type { Tenant } from '../../src/store/contract.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * A desk with applications of each kind, for what is asked of sign-in without a page. Authorization codes are made by
 * what stands behind the authorization endpoint.
 */

export type Form = Readonly<Record<string, string | undefined>>;
export type Json = Readonly<Record<string, unknown>>;

export const FORM_TYPE = 'application/x-www-form-urlencoded';
export const GRAPH = 'https://graph.microsoft.com';
export const PASSWORD = 'Rollcall-dev-1';
export const SECRET = 'a secret of 32 characters, or so';
export const ORIGIN = 'http://rollcall.test';
export const SIGN_IN_SCOPES = 'openid profile offline_access';

/** Applications of the tests: which kind each is stands in its name. */
export const APP = Object.freeze({
  /** A server, with a secret. */
  portal: '11111111-0000-4000-8000-000000000001',
  /** Another one, with the same permissions. */
  intranet: '11111111-0000-4000-8000-000000000002',
  /** Runs in a browser. */
  board: '11111111-0000-4000-8000-000000000003',
  /** A program on somebody's machine. */
  tool: '11111111-0000-4000-8000-000000000004',
  /** An application that others may call. */
  warehouse: '11111111-0000-4000-8000-000000000005',
  /** Another one, which wants tokens of v2.0. */
  factory: '11111111-0000-4000-8000-000000000006',
});

export const REDIRECT = Object.freeze({
  portal: 'https://portal.example/signed-in',
  intranet: 'https://intranet.example/signed-in',
  board: 'https://board.example/',
  tool: 'http://localhost',
});

export const hashOf = (secret: string) => `sha256$${createHash('sha256').update(secret).digest('base64url')}`;

/** The ids of an application's registration and of its principal. */
export const objectOf = (appId: string) => `2${appId.slice(1)}`;
const principalOf = (appId: string) => `3${appId.slice(1)}`;

type App = {
  readonly appId: string;
  readonly title: string;
  readonly values?: Json;
  readonly secret?: string;
  /** Delegated permissions, on Graph and on other applications. */
  readonly granted?: string;
  readonly grantedOn?: Readonly<Record<string, string>>;
};

/** The objects of an application: its registration, its principal, what it was granted. */
export function applicationObjects(app: App): Pick<TenantData, 'objects' | 'credentials'> {
  const { appId, title, values = {}, secret, granted, grantedOn = {} } = app;
  const principal = principalOf(appId);
  const grants = [
    ...(granted === undefined ? [] : [[GRAPH_SERVICE_PRINCIPAL.id, granted] as const]),
    ...Object.entries(grantedOn).map(([other, names]) => [principalOf(other), names] as const),
  ];
  return {
    objects: [
      { type: 'application', values: { id: objectOf(appId), appId, displayName: title, ...values } },
      { type: 'servicePrincipal', values: { id: principal, appId, displayName: title, accountEnabled: true } },
      ...grants.map(([resourceId, scope]) => ({
        type: 'oauth2PermissionGrant',
        values: { id: randomUUID(), clientId: principal, consentType: 'AllPrincipals', resourceId, scope },
      })),
    ],
    credentials: secret === undefined ? [] : [{ owner: objectOf(appId), kind: 'secret', hash: hashOf(secret) }],
  };
}

const STOCK = { id: '44444444-0000-4000-8000-000000000001', value: 'Stock.Read', type: 'User', isEnabled: true };
export const WRITE = {
  id: '44444444-0000-4000-8000-000000000002',
  value: 'Stock.Write',
  type: 'User',
  isEnabled: true,
};
export const AUDIT_ROLE = { id: '44444444-0000-4000-8000-000000000003', value: 'Audit.All', isEnabled: true };

const APPS: readonly App[] = [
  {
    appId: APP.portal,
    title: 'Portal',
    secret: SECRET,
    granted: 'User.Read Device.Read.All',
    grantedOn: { [APP.warehouse]: 'Stock.Read', [APP.factory]: 'Run' },
    values: { web: { redirectUris: [REDIRECT.portal, 'https://portal.example/other?a=1'] } },
  },
  {
    appId: APP.intranet,
    title: 'Intranet',
    secret: SECRET,
    granted: 'User.Read Device.Read.All',
    values: { web: { redirectUris: [REDIRECT.intranet] } },
  },
  { appId: APP.board, title: 'Board', granted: 'User.Read', values: { spa: { redirectUris: [REDIRECT.board] } } },
  {
    appId: APP.tool,
    title: 'Tool',
    granted: 'User.Read Device.Read.All',
    values: { isFallbackPublicClient: true, publicClient: { redirectUris: [REDIRECT.tool, 'tool://signed-in'] } },
  },
  {
    appId: APP.warehouse,
    title: 'Warehouse',
    secret: SECRET,
    granted: 'User.Read',
    values: {
      identifierUris: ['api://warehouse.example', 'https://warehouse.example/api'],
      api: { oauth2PermissionScopes: [STOCK, WRITE] },
      appRoles: [{ ...AUDIT_ROLE, allowedMemberTypes: ['Application'], displayName: 'Audit' }],
    },
  },
  {
    appId: APP.factory,
    title: 'Factory',
    secret: SECRET,
    values: {
      identifierUris: ['api://factory.example'],
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ ...STOCK, id: randomUUID(), value: 'Run' }] },
    },
  },
];

export type SignInDesk = Desk & {
  readonly tenant: Tenant;
  /** A request of the token endpoint; `to` another address below the tenant's. */
  post(form: Form | string, sent?: Sent): Promise<Reply>;
  /** A code for a user, as the authorization endpoint gives it. */
  code(asked: Asked): Promise<string>;
};

export type Sent = {
  readonly tenant?: string;
  readonly to?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Asked = {
  readonly app: string;
  readonly redirect: string;
  readonly user?: string;
  readonly scope?: string;
  readonly challenge?: string;
  readonly method?: string;
  readonly nonce?: string;
};

type More = Partial<Pick<TenantData, 'objects' | 'credentials'>>;

export async function openSignInDesk(more: More = {}): Promise<SignInDesk> {
  const all = APPS.map(applicationObjects);
  const role = {
    type: 'appRoleAssignment',
    values: {
      id: randomUUID(),
      principalId: principalOf(APP.portal),
      resourceId: principalOf(APP.warehouse),
      appRoleId: AUDIT_ROLE.id,
    },
  };
  const desk = await openDesk({
    more: {
      objects: [...all.flatMap(({ objects }) => objects), role, ...(more.objects ?? [])],
      credentials: [...all.flatMap(({ credentials }) => credentials), ...(more.credentials ?? [])],
    },
  });
  const { world } = desk.rollcall;
  const tenant = world.tenants.get(DEV.tenant) as Tenant;
  return {
    ...desk,
    tenant,
    post: (form, { tenant: name = DEV.tenant, to = 'oauth2/v2.0/token', headers = {} } = {}) => {
      const sent = typeof form === 'string' ? form : new URLSearchParams(given(form)).toString();
      return desk.ask('POST', `/${name}/${to}`, { body: sent, headers: { 'content-type': FORM_TYPE, ...headers } });
    },
    code: async ({ app, redirect, user = DEV.member, scope = 'User.Read', challenge, method, nonce }) => {
      const sent = given({
        client_id: app,
        redirect_uri: redirect,
        response_type: 'code',
        scope,
        nonce,
        // The endpoint makes programs send one; redemption holds for codes that have none, too.
        code_challenge: challenge ?? (app === APP.tool && method === undefined ? newPkce().challenge : undefined),
        code_challenge_method: method,
      });
      const parameters = readParameters(new URLSearchParams(sent).toString());
      const checked = checkRequest(await readWayBack(world, [tenant], parameters), parameters);
      const request = { ...checked, challenge: challenge === undefined ? undefined : checked.challenge };
      const account = await userWithId(world, tenant, user);
      return codeFor(world, { tenant, account, methods: ['pwd'] }, request, instantText(desk.clock.now()));
    },
  };
}

/** The members that have a value. */
function given(form: Form): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export type Pkce = { readonly verifier: string; readonly challenge: string };

/** https://www.rfc-editor.org/rfc/rfc7636 */
export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

export function claimsOf(reply: Reply): Record<string, unknown> {
  assert.equal(reply.status, 200, reply.text);
  return payloadOf(reply.json.access_token);
}

/** Refused with that OAuth 2.0 error, and that number of Microsoft Entra ID's. */
export function assertRefused(reply: Reply, error: string, number: number, status = 400): void {
  const { error: found, error_codes: numbers } = reply.json ?? {};
  assert.deepEqual([reply.status, found, numbers], [status, error, [number]], reply.text);
}
