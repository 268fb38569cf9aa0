import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeFolder, type Program, removeFolder, runProgram, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { folderFor, NO_STACK, prepare } from './directory.ts';

/** `rollcall token`: an access token for a directory, whether it is being served or not. */

let cwd: string;
let data: string;
let program: Program;

before(async () => {
  cwd = makeFolder();
  data = join(cwd, 'rollcall-data');
  program = await startProgram({ folder: data });
});
after(async () => {
  await program.dispose();
  removeFolder(cwd);
});

type Claims = Readonly<Record<string, unknown>>;

async function tokenFor(...args: readonly string[]): Promise<{ readonly token: string; readonly claims: Claims }> {
  // In the folder around it, `./rollcall-data` is the directory: the default needs no --data.
  const { code, stdout, stderr } = await runProgram(['token', ...args], { cwd });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, 'the token is all that is printed');
  const token = stdout.trim();
  return { token, claims: JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims };
}

async function statusOf(token: string, path: string): Promise<number> {
  const response = await fetch(`${program.origin}${path}`, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status;
}

describe('a token that is printed', { concurrency: true }, () => {
  test('for a user: delegated, all that was granted, and it works', async () => {
    const { token, claims } = await tokenFor('--user', 'intune.admin@contoso.example');
    assert.equal(claims['oid'], DEV.intuneAdmin);
    assert.equal(claims['appid'], DEV.console);
    assert.equal(claims['idtyp'], 'user');
    assert.match(String(claims['scp']), /\bDirectory\.AccessAsUser\.All\b/);
    assert.equal(await statusOf(token, '/v1.0/devices'), 200);
  });

  test('for a user in other letters', async () => {
    assert.equal((await tokenFor('--user', 'MEMBER@Contoso.EXAMPLE')).claims['oid'], DEV.member);
  });

  test('for a user by another application', async () => {
    const { claims } = await tokenFor('--user', 'member@contoso.example', '--app', DEV.reader);
    assert.deepEqual([claims['appid'], claims['scp']], [DEV.reader, 'Device.Read.All User.Read']);
  });

  test('with the scopes that were asked for, and no others', async () => {
    const scope = 'Device.Read.All https://graph.microsoft.com/User.Read';
    const { token, claims } = await tokenFor('--user', 'member@contoso.example', '--scope', scope);
    assert.deepEqual(String(claims['scp']).split(' ').toSorted(), ['Device.Read.All', 'User.Read']);
    assert.equal(await statusOf(token, '/v1.0/devices'), 200);
    assert.equal(await statusOf(token, '/v1.0/users'), 403);
  });

  test('for an application: its roles, no scopes', async () => {
    const { token, claims } = await tokenFor('--app', DEV.daemon);
    assert.equal(claims['idtyp'], 'app');
    assert.equal(claims['scp'], undefined);
    assert.ok((claims['roles'] as readonly string[]).includes('Device.ReadWrite.All'));
    assert.equal(await statusOf(token, '/v1.0/devices'), 200);
  });

  test('for an application that was granted nothing: without roles, and refused', async () => {
    const { token, claims } = await tokenFor('--app', DEV.unconsented);
    assert.equal(claims['roles'], undefined);
    assert.equal(await statusOf(token, '/v1.0/devices'), 403);
  });

  test('for a directory that nobody serves at the moment', async (t) => {
    const other = folderFor(t);
    const first = await startProgram({ folder: other.data });
    await first.stop();
    const { code, stdout } = await runProgram(['token', '--user', 'member@contoso.example', '--data', other.data], {
      cwd,
    });
    assert.equal(code, 0);
    const second = await startProgram({ folder: other.data });
    t.after(() => second.dispose());
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    assert.equal((await fetch(`${second.origin}/v1.0/devices`, { headers })).status, 200);
  });
});

describe('a token that is refused', { concurrency: true }, () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['for nobody',                     [],                                                         /--user <upn>, or --app <appId>/],
    ['an unknown user',                ['--user', 'nobody@contoso.example'],                       /AADSTS50034: The user account nobody@contoso\.example does not exist/],
    ['a user of an unknown domain',    ['--user', 'member@fabrikam.example'],                      /AADSTS50034: The user account member@fabrikam\.example does not exist/],
    ['a name that is none',            ['--user', ''],                                             /AADSTS50034/],
    ['a disabled user',                ['--user', 'disabled@contoso.example'],                     /AADSTS50057: The user account is disabled/],
    ['an unknown application',         ['--app', nobody],                                          /AADSTS700016: Application with identifier '00000000-0000-4000-8000-000000000000' was not found/],
    ['a user by an unknown application', ['--user', 'member@contoso.example', '--app', nobody],    /AADSTS700016/],
    ['a scope that was not granted',   ['--user', 'member@contoso.example', '--scope', 'Group.ReadWrite.All'], /AADSTS65001: .*Group\.ReadWrite\.All/],
    ['a scope of another resource',    ['--user', 'member@contoso.example', '--scope', 'https://vault.azure.net/.default'], /AADSTS500011/],
    ['a directory in memory',          ['--user', 'member@contoso.example', '--data', ':memory:'], /--data :memory: is in the serving process only/],
    ['no directory',                   ['--user', 'member@contoso.example', '--data', 'nowhere'],  /there is no directory in --data nowhere\. Make one with: rollcall start --dev/],
    ['a cloud where it does not live', ['--user', 'member@contoso.example', '--cloud', 'china'], /--cloud china is not where the directory in --data .* lives: that is global, and no tenant moves/],
    ['a cloud that there is not',      ['--user', 'member@contoso.example', '--cloud', 'mars'],    /It accepts global, usgov/],
  ];
  for (const [name, args, message] of rows) {
    test(name, async () => {
      const { code, stdout, stderr } = await runProgram(['token', ...args], { cwd });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }

  test('a directory that was never served', async (t) => {
    const other = folderFor(t);
    await prepare(other.data, async () => {});
    await refused(other.data, /has no signing key yet\. Start it once/);
  });

  test('a file that is no directory of ours', async (t) => {
    const other = folderFor(t);
    await prepare(other.data, async () => {});
    writeFileSync(join(other.data, 'directory.sqlite'), 'nonsense'.repeat(2000));
    await refused(other.data, /^rollcall: .*data/m);
  });
});

async function refused(folder: string, message: RegExp): Promise<void> {
  const args = ['token', '--user', 'member@contoso.example', '--data', folder];
  const { code, stdout, stderr } = await runProgram(args, { cwd });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, NO_STACK);
}
