import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PASSWORD } from '../support/browser.ts';
import { makeFolder, type Program, removeFolder, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { runClient } from './childRun.ts';
import { makePortal, type Portal } from './portal.ts';
import { EXCHANGE_AUDIENCE, openWorkloadIssuer, type WorkloadIssuer } from './workloadIssuer.ts';

/**
 * `@azure/identity`, as it is: https://learn.microsoft.com/javascript/api/@azure/identity. It is told an authority host, and
 * not to ask Microsoft's whether that is one.
 */

type Claims = Readonly<Record<string, unknown>>;
type Refusal = { readonly name: string; readonly message: string };
type Proofs = 'secret' | 'certificate' | 'assertion';
type Seen = Readonly<
  Record<Proofs | 'certificateWithChain' | 'environment' | 'domain' | 'code' | 'password' | 'device', Claims>
> & {
  readonly onBehalf: Readonly<Record<Proofs, Claims>>;
  readonly graph: unknown;
  readonly refusals: Readonly<Record<'secret' | 'resource' | 'tenant', Refusal>>;
};

const SUBJECT = 'system:serviceaccount:default:reports';

let folder: string;
let issuer: WorkloadIssuer;
let program: Program;
let portal: Portal;
let seen: Seen;

before(async () => {
  folder = makeFolder();
  issuer = await openWorkloadIssuer();
  const authority = join(folder, 'cluster.pem');
  writeFileSync(authority, issuer.authority);
  program = await startProgram({ env: { NODE_EXTRA_CA_CERTS: authority } });
  portal = await makePortal(program);
  await portal.trust(issuer.address, SUBJECT, EXCHANGE_AUDIENCE);
  const origin = await program.secureOrigin();
  const federated = issuer.tokenFor(SUBJECT);
  seen = await runClient<Seen>(program, './azureIdentityRun.ts', {
    origin,
    folder,
    portal,
    federated,
    password: PASSWORD,
  });
});
after(async () => {
  await program?.dispose();
  issuer?.close();
  removeFolder(folder);
});

const GRAPH = { aud: 'https://graph.microsoft.com', minutes: 60 };

const own = (proof: string): Claims => {
  const { appId: appid, principalId: oid } = portal;
  return { ...GRAPH, appid, appidacr: proof, idtyp: 'app', oid, roles: ['Device.ReadWrite.All'] };
};

const ofUser = (appid: string, proof: string, scp: string): Claims => {
  return { ...GRAPH, appid, appidacr: proof, idtyp: 'user', oid: DEV.member, scp };
};

test('ClientSecretCredential, EnvironmentCredential: by a secret; the tenant by its id or its domain', () => {
  for (const claims of [seen.secret, seen.environment, seen.domain]) assert.deepEqual(claims, own('1'));
});

test('ClientCertificateCredential: by a certificate, with its chain or without', () => {
  for (const claims of [seen.certificate, seen.certificateWithChain]) assert.deepEqual(claims, own('2'));
});

test('ClientAssertionCredential: by the token of an issuer that the application trusts', () => {
  assert.deepEqual(seen.assertion, own('2'));
});

test('AuthorizationCodeCredential', () => {
  assert.deepEqual(seen.code, ofUser(portal.appId, '1', 'User.Read'));
});

test('OnBehalfOfCredential, by each proof', () => {
  const scopes = 'User.Read openid profile';
  assert.deepEqual(seen.onBehalf.secret, ofUser(portal.appId, '1', scopes));
  assert.deepEqual(seen.onBehalf.certificate, ofUser(portal.appId, '2', scopes));
  assert.deepEqual(seen.onBehalf.assertion, ofUser(portal.appId, '2', scopes));
});

test('DeviceCodeCredential, and UsernamePasswordCredential in the development tenant', () => {
  for (const claims of [seen.device, seen.password]) {
    assert.deepEqual(claims, ofUser(DEV.console, '0', 'User.Read openid profile'));
  }
});

test('Graph is called with it, by TokenCredentialAuthenticationProvider', () => {
  assert.deepEqual(seen.graph, [{ displayName: 'By a credential' }]);
});

test('it says what was wrong', () => {
  const { secret, resource, tenant } = seen.refusals;
  assert.match(secret.message, /^invalid_client: .*AADSTS7000215: /);
  assert.match(resource.message, /^invalid_resource: .*AADSTS500011: /);
  assert.match(tenant.message, /^endpoints_resolution_error/, 'no tenant of that name describes itself');
});
