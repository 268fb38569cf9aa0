import { fixedGuid } from '../lib/fixedGuid.ts';
import { type CloudName, GRAPH_APP_ID } from './clouds.ts';
import { MICROSOFT_TENANT_ID } from './microsoft.ts';
import { OFFERED } from './permissions.ts';

/** What a tenant starts with. */
export type TenantData = {
  readonly id: string;
  readonly displayName: string;
  readonly defaultDomain: string;
  /** The cloud that it lives in; global, where nothing is said. */
  readonly cloud?: CloudName;
  readonly objects: readonly { readonly type: string; readonly values: Readonly<Record<string, unknown>> }[];
  readonly links: readonly {
    readonly link: { readonly type: string; readonly relation: string };
    readonly source: string;
    readonly target: string;
    readonly targetType: string;
  }[];
  readonly credentials: readonly {
    readonly owner: string;
    readonly kind: 'password' | 'secret';
    readonly hash: string;
    /** What the object calls it, if it has several. */
    readonly key?: string;
  }[];
};

/** Microsoft Graph itself, the resource that every permission is granted on. */
const id = fixedGuid(`principal:${GRAPH_APP_ID}`);

export const GRAPH_SERVICE_PRINCIPAL = Object.freeze({
  id,
  object: {
    type: 'servicePrincipal',
    values: {
      id,
      accountEnabled: true,
      appId: GRAPH_APP_ID,
      displayName: 'Microsoft Graph',
      appDisplayName: 'Microsoft Graph',
      appOwnerOrganizationId: MICROSOFT_TENANT_ID,
      servicePrincipalNames: [GRAPH_APP_ID, 'https://graph.microsoft.com', 'https://graph.microsoft.com/'],
      servicePrincipalType: 'Application',
      signInAudience: 'AzureADMultipleOrgs',
      ...OFFERED,
    },
  },
});
