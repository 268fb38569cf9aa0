import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { DEV_TENANT } from '../../src/model/devTenant.ts';
import { openSqliteReader } from '../../src/store/sqlite/driver.ts';
import { type Run, runProgram } from '../support/process.ts';
import { folderFor, NO_STACK, prepare, startedIn } from './directory.ts';

/** `rollcall init`: a directory for production, and nobody in it but its administrator. */

const ARGS = ['--tenant', 'Example & Söhne', '--domain', 'Example.ORG'];
const ADMIN = 'admin@example.org';
const PASSWORD = /^Password {7}([a-z2-9]{5}(?:-[a-z2-9]{5}){4})$/m;

async function made(t: TestContext, args: readonly string[] = []): Promise<{ data: string; cwd: string; run: Run }> {
  const { data, cwd } = folderFor(t);
  const run = await runProgram(['init', '--data', data, ...ARGS, ...args], { cwd });
  assert.equal(run.code, 0, run.stderr);
  return { data, cwd, run };
}

async function tokenFor(data: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(['token', '--data', data, ...args]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

type Thing = Readonly<Record<string, unknown>>;

async function ask(origin: string, token: string, path: string, body?: unknown) {
  const response = await fetch(`${origin}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Thing };
}

test('it prints who the administrator is, the password, and what comes next', async (t) => {
  const { data, run } = await made(t);
  assert.doesNotMatch(run.stderr, /rollcall/);
  assert.match(run.stdout, /^Tenant {9}Example & Söhne, example\.org, [0-9a-f-]{36} \(cloud: global\)$/m);
  assert.match(run.stdout, /^Administrator {2}admin@example\.org \(Global Administrator\)$/m);
  assert.match(run.stdout, PASSWORD);
  assert.ok(run.stdout.includes(`rollcall start --data ${data}\n`));
  assert.ok(run.stdout.includes(`rollcall token --data ${data} --user ${ADMIN}\n`));
});

test('the commands that it prints work, and the administrator may do everything', async (t) => {
  const { data } = await made(t);
  const program = await startedIn(t, { folder: data, args: [] });
  const token = await tokenFor(data, '--user', ADMIN);
  const user = {
    accountEnabled: true,
    displayName: 'Somebody',
    mailNickname: 'somebody',
    userPrincipalName: 'somebody@example.org',
    passwordProfile: { password: 'Not-Known-To-1' },
  };
  assert.equal((await ask(program.origin, token, '/v1.0/users', user)).status, 201);
  const { json } = await ask(program.origin, token, '/v1.0/users?$select=userPrincipalName');
  assert.deepEqual(json['value'], [{ userPrincipalName: ADMIN }, { userPrincipalName: 'somebody@example.org' }]);
  assert.deepEqual((await ask(program.origin, token, '/v1.0/devices')).json['value'], []);
});

test('the password is new each time, and nothing but its hash is kept', async (t) => {
  const [one, two] = [await made(t), await made(t)];
  const [first, second] = [one, two].map(({ run }) => PASSWORD.exec(run.stdout)?.[1] ?? '');
  assert.notEqual(first, second);
  const file = readFileSync(join(one.data, 'directory.sqlite'));
  assert.equal(file.includes(first ?? ''), false);
  assert.ok(file.includes('scrypt$16384$8$5$'));
  const store = openSqliteReader(one.data);
  const [tenant] = await store.tenants();
  assert.ok(tenant);
  const [admin] = await store.load(tenant, 'user', { property: 'userPrincipalName', value: ADMIN });
  const { matches } = await import('../../src/identity/secret.ts');
  const [kept] = await store.credentials(tenant, admin?.id ?? '');
  assert.equal(await matches(first ?? '', kept?.hash ?? ''), true);
  assert.equal(await matches(second ?? '', kept?.hash ?? ''), false);
  await store.close();
});

test('the folder is for nobody else to read', async (t) => {
  const { data } = await made(t);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  assert.equal(statSync(join(data, 'directory.sqlite')).mode & 0o777, 0o600);
});

test('no known credential is in it', async (t) => {
  const { data } = await made(t);
  const program = await startedIn(t, { folder: data, args: [] });
  const file = readFileSync(join(data, 'directory.sqlite'));
  for (const { owner, hash } of DEV_TENANT.credentials) {
    assert.equal(file.includes(hash), false);
    assert.equal(file.includes(owner), false);
  }
  const forms = [
    {
      grant_type: 'password',
      client_id: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
      username: ADMIN,
      password: 'Rollcall-dev-1',
    },
    {
      grant_type: 'client_credentials',
      client_id: 'a45a6226-5c42-48e8-8423-19d9788ad789',
      client_secret: 'rollcall-dev-daemon-secret',
    },
  ];
  for (const form of forms) {
    const body = new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' });
    const response = await fetch(`${program.origin}/example.org/oauth2/v2.0/token`, { method: 'POST', body });
    assert.ok(response.status === 400 || response.status === 401, String(response.status));
    assert.equal('access_token' in ((await response.json()) as Thing), false);
  }
});

test('a national cloud is chosen once: no start moves the directory to another', async (t) => {
  const { data, cwd, run } = await made(t, ['--cloud', 'usgov']);
  assert.match(run.stdout, /\(cloud: usgov\)$/m);
  const program = await startedIn(t, { folder: data, args: [] });
  const token = await tokenFor(data, '--user', ADMIN);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Thing;
  assert.equal(claims['aud'], 'https://graph.microsoft.us');
  assert.equal((await ask(program.origin, token, '/v1.0/devices')).status, 200);
  await program.stop();
  const other = await runProgram(['start', '--port', '0', '--data', data, '--cloud', 'global'], { cwd });
  assert.deepEqual([other.code, other.stdout], [1, '']);
  assert.match(
    other.stderr,
    /--cloud global is not where the directory in --data .* lives: that is usgov, and no tenant moves/,
  );
});

describe('refused', { concurrency: true }, () => {
  const nothing = async () => {};
  const served = (data: string) => prepare(data, async (store) => store.setValue('kind', 'development'));
  const unknown = (data: string) =>
    prepare(data, async (store) => {
      await store.addTenant({ id: crypto.randomUUID(), displayName: 'Half', defaultDomain: 'half.example' });
    });
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, (data: string) => Promise<void>, readonly string[], RegExp])[] = [
    ['a folder with a development directory', served,  ARGS,                                      /There is a directory in --data .*data already, and it is left as it is/],
    ['a folder with a half-made directory',   unknown, ARGS,                                      /There is a directory in --data .*data already/],
    ['memory',                                nothing, [...ARGS, '--data', ':memory:'],           /:memory: keeps nothing/],
    ['no tenant',                             nothing, ['--domain', 'example.org'],               /required option '--tenant <name>'/],
    ['no domain',                             nothing, ['--tenant', 'Example'],                   /required option '--domain <domain>'/],
    ['an empty name',                         nothing, ['--tenant', ' ', '--domain', 'a.example'], /It accepts a name of at most 256 characters/],
    ['a name of two lines',                   nothing, ['--tenant', 'a\nb', '--domain', 'a.example'], /It accepts a name/],
    ['a name too long',                       nothing, ['--tenant', 'a'.repeat(257), '--domain', 'a.example'], /It accepts a name/],
    ...['example', 'a..example', '-a.example', 'a-.example', 'a b.example', '.example', 'example.', 'ä.example', "a'.example", `${'a'.repeat(64)}.example`, `${'a.'.repeat(130)}example`].map(
      (domain) => [`the domain ${domain.slice(0, 20)}`, nothing, ['--tenant', 'A', '--domain', domain], /It accepts a domain name/] as const,
    ),
    ['a cloud that there is not',             nothing, [...ARGS, '--cloud', 'mars'],              /It accepts global, usgov, usgov-dod or china/],
  ];
  for (const [name, make, args, message] of rows) {
    test(name, async (t) => {
      const { data, cwd } = folderFor(t);
      await make(data);
      const before = existsSync(data);
      const { code, stdout, stderr } = await runProgram(['init', '--data', data, ...args], { cwd });
      assert.deepEqual([code, stdout], [1, ''], stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, NO_STACK);
      assert.equal(existsSync(data), before, 'nothing was made');
    });
  }

  test('a second time: the first one stays as it is', async (t) => {
    const { data, cwd } = await made(t);
    const again = await runProgram(['init', '--data', data, ...ARGS], { cwd });
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /There is a directory in --data .*data already.*rollcall start --data/);
    assert.ok((await tokenFor(data, '--user', ADMIN)).length > 0);
  });

  test('while it is being served', async (t) => {
    const { data, cwd } = await made(t);
    await startedIn(t, { folder: data, args: [] });
    const again = await runProgram(['init', '--data', data, ...ARGS], { cwd });
    assert.equal(again.code, 1);
    assert.match(again.stderr, /Another Rollcall process is serving the directory/);
  });

  test('to be opened with --dev', async (t) => {
    const { data, cwd } = await made(t);
    const run = await runProgram(['start', '--dev', '--port', '0', '--data', data], { cwd });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /is not a development one/);
  });
});
