import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { PASSWORD } from '../support/browser.ts';
import { makeFolder, type Program, removeFolder, startProgram } from '../support/process.ts';
import { DEV, deviceBody } from '../support/rollcall.ts';
import { makePortal, type Portal } from './portal.ts';
import { type HostProxy, openHostProxy } from './signInProxy.ts';

/**
 * The Azure CLI, as Debian has it (2.45): https://learn.microsoft.com/cli/azure/. It is told a cloud, and the authority to
 * trust. This version asks Microsoft's sign-in host about any other authority, so it signs in by that name, which leads
 * here; Graph has its address in the cloud.
 */

const LOGIN_HOST = 'login.microsoftonline.com';
const isThere = (process.env['PATH'] ?? '').split(delimiter).some((path) => existsSync(join(path, 'az')));
const skip = isThere ? false : 'the Azure CLI is not installed (apt-get install --no-install-recommends azure-cli)';

let folder: string;
let program: Program;
let proxy: HostProxy;
let origin: string;
let portal: Portal;

before(async () => {
  if (!isThere) return;
  folder = makeFolder();
  program = await startProgram();
  origin = await program.secureOrigin();
  proxy = await openHostProxy(LOGIN_HOST, Number(new URL(origin).port));
  portal = await makePortal(program);
});
after(async () => {
  if (!isThere) return;
  proxy.close();
  await program.dispose();
  removeFolder(folder);
});

async function az(...args: readonly string[]) {
  const child = spawn('az', [...args, '--only-show-errors', '--output', 'json'], {
    env: {
      ...process.env,
      AZURE_CONFIG_DIR: join(folder, 'azure'),
      AZURE_CORE_COLLECT_TELEMETRY: 'no',
      REQUESTS_CA_BUNDLE: join(program.folder, 'ca.pem'),
      HTTPS_PROXY: proxy.address,
      NO_PROXY: 'localhost',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, stderr, stdout };
}

/** What the command prints. */
async function done(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await az(...args);
  assert.equal(code, 0, stderr);
  return stdout === '' ? undefined : JSON.parse(stdout);
}

const login = (...who: readonly string[]) =>
  done('login', ...who, '--tenant', DEV.tenant, '--allow-no-subscriptions') as Promise<
    readonly Record<string, unknown>[]
  >;

describe('Azure CLI', { skip }, () => {
  test('az cloud register', async () => {
    const endpoints = {
      activeDirectory: `https://${LOGIN_HOST}`,
      activeDirectoryResourceId: 'https://graph.microsoft.com/',
      activeDirectoryGraphResourceId: 'https://graph.microsoft.com/',
      microsoftGraphResourceId: `${origin}/`,
      resourceManager: `${origin}/`,
      management: `${origin}/`,
      gallery: `${origin}/`,
    };
    await done('cloud', 'register', '--name', 'rollcall', '--cloud-config', JSON.stringify({ endpoints }));
    await done('cloud', 'set', '--name', 'rollcall');
  });

  test('az login --service-principal, and what it may do then', async () => {
    // In one word: a secret may begin with a hyphen.
    const secret = `--password=${portal.secret}`;
    const [account] = await login('--service-principal', '--username', portal.appId, secret);
    assert.deepEqual(
      [account?.['tenantId'], account?.['user']],
      [DEV.tenant, { name: portal.appId, type: 'servicePrincipal' }],
    );
    const url = `${origin}/v1.0/devices?$select=displayName&$top=1`;
    const page = (await done('rest', '--url', url)) as { readonly value: unknown };
    assert.deepEqual(page.value, [{ displayName: 'KIOSK-01' }]);
    const filter = "startswith(displayName,'K')";
    const refused = await az('ad', 'group', 'list', '--filter', filter);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /Insufficient privileges to complete the operation/);
  });

  test('az login --username: somebody creates a device, and reads their directory', async () => {
    await login('--username', 'intune.admin@contoso.example', '--password', PASSWORD);
    const url = `${origin}/v1.0/devices`;
    const body = JSON.stringify(deviceBody({ displayName: 'By az' }));
    const made = (await done('rest', '--method', 'post', '--url', url, '--body', body)) as { readonly id: string };
    const ref = JSON.stringify({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${DEV.member}` });
    await done('rest', '--method', 'post', '--url', `${url}/${made.id}/registeredUsers/$ref`, '--body', ref);
    const users = (await done('rest', '--url', `${url}/${made.id}/registeredUsers`)) as {
      readonly value: { id: string }[];
    };
    assert.deepEqual(
      users.value.map(({ id }) => id),
      [DEV.member],
    );
    const user = (await done('ad', 'user', 'show', '--id', 'member@contoso.example')) as { readonly id: string };
    assert.equal(user.id, DEV.member);
    assert.deepEqual(
      await done('ad', 'group', 'list', '--filter', "startswith(displayName,'K')", '--query', '[].displayName'),
      ['Kiosks'],
    );
    assert.deepEqual(await done('ad', 'group', 'member', 'list', '--group', 'Kiosks', '--query', '[].displayName'), [
      'KIOSK-01',
    ]);
  });

  test('az rest with a token of its own needs no sign-in and no cloud', async () => {
    const token = await program.tokenOf('member');
    const page = await done(
      ...['rest', '--skip-authorization-header', '--headers', `Authorization=Bearer ${token}`],
      ...['--url', `${origin}/v1.0/devices?$select=id&$top=1`, '--query', 'value'],
    );
    assert.deepEqual(page, [{ id: DEV.kiosk }]);
  });

  test('az login with a wrong secret says what was wrong', async () => {
    const { code, stderr } = await az(
      ...['login', '--service-principal', '--username', portal.appId, '--password', 'wrong'],
      ...['--tenant', DEV.tenant, '--allow-no-subscriptions'],
    );
    assert.notEqual(code, 0);
    assert.match(stderr, /AADSTS7000215/);
  });
});
