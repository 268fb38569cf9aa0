import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuthorizationCodeCredential,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  type DeviceCodeInfo,
  EnvironmentCredential,
  OnBehalfOfCredential,
  type TokenCredential,
  UsernamePasswordCredential,
} from '@azure/identity';
import { Client, type PageCollection } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import { DEV, deviceBody } from '../support/rollcall.ts';
import { claimsOf, taskOf } from './childRun.ts';
import type { Portal } from './portal.ts';
import { enterDeviceCode, signInByBrowser } from './signInByBrowser.ts';

/** `@azure/identity` at work, and Microsoft's JavaScript client with it. */

const { origin, folder, portal, password, federated } = taskOf<{
  readonly origin: string;
  readonly folder: string;
  readonly portal: Portal;
  readonly password: string;
  /** A token of another issuer that the application trusts. */
  readonly federated: string;
}>();

const GRAPH = 'https://graph.microsoft.com/.default';
const USER = 'member@contoso.example';

/** All that points it here. */
const here = { authorityHost: origin, disableInstanceDiscovery: true };

const tenant = DEV.tenant;
const { appId, secret } = portal;

/** The key beside its certificate, as the library wants them. */
const pem = join(folder, 'portal.pem');
writeFileSync(pem, `${portal.privateKey}${portal.certificate}`);

async function claims(credential: TokenCredential, scopes: string | string[] = GRAPH) {
  const token = await credential.getToken(scopes);
  return {
    ...claimsOf(token?.token ?? ''),
    minutes: Math.round(((token?.expiresOnTimestamp ?? 0) - Date.now()) / 60_000),
  };
}

/** An authorization code, which the library leaves to others to come by. */
async function codeFor(client: string, redirect: string, scope: string): Promise<string> {
  const asked = { client_id: client, response_type: 'code', redirect_uri: redirect, scope, state: 's' };
  const url = `${origin}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(asked)}`;
  return (await signInByBrowser(url, redirect, USER))['code'] ?? '';
}

async function byCode(scope: string): Promise<AuthorizationCodeCredential> {
  const code = await codeFor(appId, portal.redirect, scope);
  return new AuthorizationCodeCredential(tenant, appId, secret, code, portal.redirect, here);
}

async function onBehalf() {
  const own = await (await byCode(portal.scope)).getToken(portal.scope);
  const said = { ...here, tenantId: tenant, clientId: appId, userAssertionToken: own?.token ?? '' };
  return {
    secret: await claims(new OnBehalfOfCredential({ ...said, clientSecret: secret }), 'User.Read'),
    certificate: await claims(new OnBehalfOfCredential({ ...said, certificatePath: pem }), 'User.Read'),
    assertion: await claims(new OnBehalfOfCredential({ ...said, getAssertion: async () => federated }), 'User.Read'),
  };
}

function byDevice() {
  const userPromptCallback = ({ verificationUri, userCode }: DeviceCodeInfo) => {
    void enterDeviceCode(verificationUri, userCode, USER);
  };
  const credential = new DeviceCodeCredential({ ...here, tenantId: tenant, clientId: DEV.console, userPromptCallback });
  return claims(credential, 'User.Read');
}

/** It asks the environment who it is, and where. */
function byEnvironment() {
  Object.assign(process.env, {
    AZURE_AUTHORITY_HOST: origin,
    AZURE_TENANT_ID: tenant,
    AZURE_CLIENT_ID: appId,
    AZURE_CLIENT_SECRET: secret,
  });
  return claims(new EnvironmentCredential({ disableInstanceDiscovery: true }));
}

async function refused(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (problem) {
    const { name, message } = problem as Error;
    return { name, message };
  }
}

/** Calls of Graph, signed in for by the library: as an administrator, and as the application. */
async function graph() {
  const clientOf = (credential: TokenCredential) =>
    Client.initWithMiddleware({
      baseUrl: origin,
      customHosts: new Set(['localhost']),
      authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [GRAPH] }),
    });
  const admin = new UsernamePasswordCredential(tenant, DEV.console, 'intune.admin@contoso.example', password, here);
  const { id } = await clientOf(admin)
    .api('/devices')
    .post(deviceBody({ displayName: 'By a credential' }));
  const request = clientOf(bySecret).api('/devices').filter(`id eq '${id}'`);
  return ((await request.select('displayName').get()) as PageCollection).value;
}

const byPassword = new UsernamePasswordCredential(tenant, DEV.console, USER, password, here);
const bySecret = new ClientSecretCredential(tenant, appId, secret, here);
const device = byDevice();
const seen = {
  secret: await claims(bySecret),
  certificate: await claims(new ClientCertificateCredential(tenant, appId, pem, here)),
  certificateWithChain: await claims(
    new ClientCertificateCredential(tenant, appId, pem, { ...here, sendCertificateChain: true }),
  ),
  assertion: await claims(new ClientAssertionCredential(tenant, appId, async () => federated, here)),
  environment: await byEnvironment(),
  code: await claims(await byCode('User.Read'), 'User.Read'),
  onBehalf: await onBehalf(),
  password: await claims(byPassword, 'User.Read'),
  domain: await claims(new ClientSecretCredential('contoso.example', appId, secret, here)),
  device: await device,
  graph: await graph(),
  refusals: {
    secret: await refused(new ClientSecretCredential(tenant, appId, 'wrong', here).getToken(GRAPH)),
    resource: await refused(bySecret.getToken('https://elsewhere.example/.default')),
    tenant: await refused(new ClientSecretCredential('nowhere.example', appId, secret, here).getToken(GRAPH)),
  },
};
process.stdout.write(JSON.stringify(seen));
