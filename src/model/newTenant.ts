import { fixedGuid } from '../lib/fixedGuid.ts';
import type { CloudName } from './clouds.ts';
import { PERMISSION_NAMES, PERMISSIONS } from './permissions.ts';
import { roleOfName } from './roles.ts';
import { GRAPH_SERVICE_PRINCIPAL, type TenantData } from './tenantData.ts';

/** What a tenant for production starts with: one administrator, and a public client by which the administrator can sign in. */

/** Microsoft Graph Command Line Tools, an application of Microsoft's that every tenant knows. */
export const COMMAND_LINE_APP_ID = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

const ADMINISTRATOR_ROLE = 'Global Administrator';

export type NewTenant = {
  /** Ids that nobody has had yet. */
  readonly tenantId: string;
  readonly administratorId: string;
  readonly displayName: string;
  readonly domain: string;
  readonly cloud: CloudName;
  /** Of the administrator's password. */
  readonly passwordHash: string;
};

export function administratorName(domain: string): string {
  return `admin@${domain}`;
}

export function newTenant({
  tenantId,
  administratorId,
  displayName,
  domain,
  cloud,
  passwordHash,
}: NewTenant): TenantData {
  const principalId = fixedGuid(`principal:${COMMAND_LINE_APP_ID}`);
  const delegated = PERMISSION_NAMES.filter((name) => PERMISSIONS[name].delegated);
  return {
    id: tenantId,
    displayName,
    defaultDomain: domain,
    cloud,
    objects: [
      GRAPH_SERVICE_PRINCIPAL.object,
      {
        type: 'user',
        values: {
          id: administratorId,
          userPrincipalName: administratorName(domain),
          displayName: 'Administrator',
          accountEnabled: true,
        },
      },
      {
        type: 'unifiedRoleAssignment',
        values: {
          id: fixedGuid(`assignment:${administratorId}:${ADMINISTRATOR_ROLE}`),
          principalId: administratorId,
          roleDefinitionId: roleOfName(ADMINISTRATOR_ROLE)?.id,
          directoryScopeId: '/',
        },
      },
      {
        type: 'servicePrincipal',
        values: {
          id: principalId,
          accountEnabled: true,
          appId: COMMAND_LINE_APP_ID,
          displayName: 'Microsoft Graph Command Line Tools',
          servicePrincipalType: 'Application',
        },
      },
      {
        // In the administrator's name alone: nobody else's consent is given beforehand.
        type: 'oauth2PermissionGrant',
        values: {
          id: fixedGuid(`grant:${COMMAND_LINE_APP_ID}:${administratorId}`),
          clientId: principalId,
          consentType: 'Principal',
          principalId: administratorId,
          resourceId: GRAPH_SERVICE_PRINCIPAL.id,
          scope: delegated.join(' '),
        },
      },
    ],
    links: [],
    credentials: [{ owner: administratorId, kind: 'password', hash: passwordHash }],
  };
}
