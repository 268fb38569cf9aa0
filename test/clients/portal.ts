import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { PERMISSIONS } from '../../src/model/permissions.ts';
import { GRAPH_SERVICE_PRINCIPAL } from '../../src/model/tenantData.ts';
import { makeRsaCertificate } from '../support/certificate.ts';
import type { Program } from '../support/process.ts';

/**
 * An application with everything that the credential libraries can prove and ask for, made as an administrator makes it:
 * through Graph's own API.
 */
export type Portal = {
  readonly appId: string;
  readonly objectId: string;
  readonly principalId: string;
  readonly secret: string;
  /** In PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly thumbprint: string;
  readonly redirect: string;
  /** A delegated permission of its own, for applications that call it. */
  readonly scope: string;
  /** Has it trust the tokens of another issuer that are for that subject. */
  readonly trust: (issuer: string, subject: string, audience: string) => Promise<void>;
};

export const REDIRECT = 'https://portal.example/signed-in';
const OWN_SCOPE_ID = '66666666-0000-4000-8000-000000000001';

type Json = Readonly<Record<string, unknown>>;

export async function makePortal(program: Program): Promise<Portal> {
  const token = await program.tokenOf('global.admin');
  const ask = async (method: string, path: string, body: Json) => {
    const answer = await fetch(`${program.origin}/v1.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    return (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, string>>;
  };
  const { der, key } = makeRsaCertificate();
  const certificate = new X509Certificate(der);
  const { id = '', appId = '' } = await ask('POST', 'applications', {
    displayName: 'Portal',
    web: { redirectUris: [REDIRECT] },
    keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') }],
  });
  await ask('PATCH', `applications/${id}`, {
    identifierUris: [`api://${appId}`],
    api: { oauth2PermissionScopes: [OWN] },
  });
  const { secretText = '' } = await ask('POST', `applications/${id}/addPassword`, {});
  const { id: principalId = '' } = await ask('POST', 'servicePrincipals', { appId });
  const resourceId = GRAPH_SERVICE_PRINCIPAL.id;
  const appRoleId = PERMISSIONS['Device.ReadWrite.All'].appRole;
  await ask('POST', `servicePrincipals/${principalId}/appRoleAssignments`, { principalId, resourceId, appRoleId });
  const everybody = { consentType: 'AllPrincipals', clientId: principalId };
  await ask('POST', 'oauth2PermissionGrants', { ...everybody, resourceId, scope: 'User.Read Device.Read.All openid' });
  await ask('POST', 'oauth2PermissionGrants', { ...everybody, resourceId: principalId, scope: OWN.value });
  return {
    appId,
    objectId: id,
    principalId,
    secret: secretText,
    certificate: certificate.toString(),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    thumbprint: certificate.fingerprint256.replaceAll(':', ''),
    redirect: REDIRECT,
    scope: `api://${appId}/${OWN.value}`,
    trust: async (issuer, subject, audience) => {
      const credential = { name: 'workload', issuer, subject, audiences: [audience] };
      await ask('POST', `applications/${id}/federatedIdentityCredentials`, credential);
    },
  };
}

const OWN = {
  id: OWN_SCOPE_ID,
  value: 'Report.Read',
  type: 'User',
  isEnabled: true,
  adminConsentDisplayName: 'Read reports',
  adminConsentDescription: 'Read reports',
};
