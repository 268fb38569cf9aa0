import { createHash } from 'node:crypto';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { GRAPH_APP_ID } from '../../src/model/clouds.ts';
import { PERMISSIONS } from '../../src/model/permissions.ts';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';

/** Applications of every kind for the tests of signing in, and what they send people here with. */

type Made = { readonly title: string; readonly registration: Record<string, unknown>; readonly granted?: string };

const APPS = {
  /** A server, which may have ID tokens by way of the browser; people have to consent to it. */
  web: {
    title: 'Shop <b onclick="alert(1)">& "Co"</b>',
    registration: {
      web: {
        redirectUris: ['https://app.example/cb', 'https://app.example/with?x=1', 'http://localhost:3000/web'],
        implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false },
      },
    },
  },
  spa: {
    title: 'Page',
    registration: { spa: { redirectUris: ['https://spa.example/'] } },
    granted: 'User.Read openid',
  },
  native: {
    title: 'Program',
    registration: {
      isFallbackPublicClient: true,
      publicClient: { redirectUris: ['http://localhost', 'http://127.0.0.1/cb', 'http://[::1]/cb', 'myapp://auth'] },
    },
    granted: 'User.Read openid profile',
  },
  /** Says itself what it needs: two permissions for people, and one for itself. */
  planned: {
    title: 'Planned',
    registration: {
      web: { redirectUris: ['https://planned.example/cb'] },
      requiredResourceAccess: [
        {
          resourceAppId: GRAPH_APP_ID,
          resourceAccess: [
            { id: PERMISSIONS['User.Read'].scope, type: 'Scope' },
            { id: PERMISSIONS['Device.Read.All'].scope, type: 'Scope' },
            { id: PERMISSIONS['Device.ReadWrite.All'].appRole, type: 'Role' },
          ],
        },
      ],
    },
  },
  /** Its addresses were registered all the same. */
  careless: {
    title: 'Careless',
    registration: {
      web: {
        redirectUris: [
          'javascript:alert(1)',
          'data:text/html,<script>alert(1)</script>',
          'http://app.example/cb',
          'https://app.example/#part',
          'https://app.example/a b',
        ],
      },
    },
    granted: 'User.Read',
  },
} satisfies Record<string, Made>;

export type AppName = keyof typeof APPS;

export const appIdOf = (app: AppName): string => fixedGuid(`test:${app}`);
const principalIdOf = (app: AppName): string => fixedGuid(`test:${app}:principal`);

const objects = (Object.entries(APPS) as [AppName, Made][]).flatMap(([name, { title, registration, granted }]) => [
  {
    type: 'application',
    values: { id: fixedGuid(`test:${name}:object`), appId: appIdOf(name), displayName: title, ...registration },
  },
  {
    type: 'servicePrincipal',
    values: { id: principalIdOf(name), appId: appIdOf(name), displayName: title, accountEnabled: true },
  },
  ...(granted === undefined
    ? []
    : [
        {
          type: 'oauth2PermissionGrant',
          values: {
            id: fixedGuid(`test:${name}:grant`),
            clientId: principalIdOf(name),
            consentType: 'AllPrincipals',
            resourceId: GRAPH_SERVICE_PRINCIPAL.id,
            scope: granted,
          },
        },
      ]),
]);

export const openSignInDesk = (): Promise<Desk> => openDesk({ more: { objects } });

export const VERIFIER = 'a'.repeat(64);
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** What each kind of application asks for. */
const REQUESTS: Readonly<Record<AppName, Readonly<Record<string, string>>>> = {
  web: { redirect_uri: 'https://app.example/cb' },
  spa: { redirect_uri: 'https://spa.example/', code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  native: { redirect_uri: 'http://localhost:5555', code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  planned: { redirect_uri: 'https://planned.example/cb' },
  careless: { redirect_uri: 'http://app.example/cb' },
};

/** undefined leaves a parameter out. */
export type More = Readonly<Record<string, string | undefined>>;

export function parametersOf(app: AppName, more: More = {}): URLSearchParams {
  const all: More = {
    client_id: appIdOf(app),
    response_type: 'code',
    scope: 'openid User.Read',
    state: 'st 1&2',
    ...REQUESTS[app],
    ...more,
  };
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(sent);
}

/** @param extra text behind the parameters, as it stands */
export function authorizeUrl(app: AppName, more: More = {}, extra = '', tenant: string = DEV.tenant): string {
  return `/${tenant}/oauth2/v2.0/authorize?${parametersOf(app, more)}${extra}`;
}
