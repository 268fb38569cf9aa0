import assert from 'node:assert/strict';
import { PERMISSIONS, type PermissionName } from '../../src/model/permissions.ts';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import type { Desk, Reply } from '../support/rollcall.ts';

/** What the tests of applications make again and again. */

/** Sends the body as the Global Administrator; the answer's object. */
export async function made(desk: Desk, url: string, body: unknown, status = 201): Promise<Reply['json']> {
  const reply = await desk.ask('POST', `/v1.0/${url}`, { as: 'global.admin', body });
  assert.equal(reply.status, status, reply.text);
  return reply.json;
}

export type MadeApplication = { readonly id: string; readonly appId: string; readonly principalId: string };

let count = 0;

/** An application with its service principal, which holds these application permissions of Microsoft Graph. */
export async function makeApplication(
  desk: Desk,
  permissions: readonly PermissionName[] = [],
  more: Readonly<Record<string, unknown>> = {},
): Promise<MadeApplication> {
  count++;
  const { id, appId } = await made(desk, 'applications', { displayName: `Application ${count}`, ...more });
  const { id: principalId } = await made(desk, 'servicePrincipals', { appId });
  for (const name of permissions) {
    const { appRole: appRoleId } = PERMISSIONS[name] as { appRole?: string };
    const assignment = { principalId, resourceId: GRAPH_SERVICE_PRINCIPAL.id, appRoleId };
    await made(desk, `servicePrincipals/${principalId}/appRoleAssignments`, assignment);
  }
  return { id, appId, principalId };
}

/** The words of a value that doesn't fit. */
export const invalid = (name: string, resource = 'Application') =>
  `Invalid value specified for property '${name}' of resource '${resource}'.`;
