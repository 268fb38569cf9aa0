import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '../support/process.ts';
import { folderFor, NO_STACK, prepareProduction, startedIn } from './directory.ts';

/** A wrong value stops the program with the name of the setting and what it accepts. */

type Row = {
  readonly flag: string;
  readonly variable: string;
  readonly wrong: readonly string[];
  readonly accepts: RegExp;
};

const CLOUDS = /It accepts global, usgov, usgov-dod or china\./;
const PORTS = /It accepts a number from 0 to 65535\./;
const YES_NO = /It accepts true or false\./;

// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  { flag: '--port',         variable: 'ROLLCALL_PORT',         wrong: ['abc', '65536', '-1', '1.5', '0x50', '8585 '], accepts: PORTS },
  { flag: '--https-port',   variable: 'ROLLCALL_HTTPS_PORT',   wrong: ['abc', '65536', 'on'],   accepts: /It accepts a number from 0 to 65535, or off\./ },
  { flag: '--tls-cert',     variable: 'ROLLCALL_TLS_CERT',     wrong: [' '],                    accepts: /It accepts a file\./ },
  { flag: '--tls-key',      variable: 'ROLLCALL_TLS_KEY',      wrong: [' '],                    accepts: /It accepts a file\./ },
  { flag: '--host',         variable: 'ROLLCALL_HOST',         wrong: [' '],                    accepts: /It accepts an address or a host name\./ },
  { flag: '--data',         variable: 'ROLLCALL_DATA',         wrong: [' '],                    accepts: /It accepts a folder, or :memory:\./ },
  { flag: '--database-url', variable: 'ROLLCALL_DATABASE_URL', wrong: ['postgres://localhost'], accepts: /PostgreSQL is not built yet/ },
  { flag: '--cloud',        variable: 'ROLLCALL_CLOUD',        wrong: ['mars', 'Global', '__proto__'], accepts: CLOUDS },
  { flag: '--all-clouds',   variable: 'ROLLCALL_ALL_CLOUDS',   wrong: ['maybe'],                accepts: YES_NO },
  { flag: '--fidelity',     variable: 'ROLLCALL_FIDELITY',     wrong: ['some'],                 accepts: /It accepts documented or live\./ },
  { flag: '--dev',          variable: 'ROLLCALL_DEV',          wrong: ['maybe'],                accepts: YES_NO },
  { flag: '--behind-proxy', variable: 'ROLLCALL_BEHIND_PROXY', wrong: ['2'],                    accepts: YES_NO },
];

describe('a wrong value', { concurrency: true }, () => {
  for (const { flag, variable, wrong, accepts } of ROWS) {
    for (const value of wrong) {
      test(`${flag} '${value}'`, async (t) => {
        const { cwd } = folderFor(t);
        const args = flag === '--dev' ? [] : ['--dev'];
        await isRefused(['start', ...args, `${flag}=${value}`], {}, cwd, [new RegExp(`${flag}\\b`), accepts]);
      });
    }
    test(`${variable}`, async (t) => {
      const { cwd } = folderFor(t);
      const args = flag === '--dev' ? [] : ['--dev'];
      await isRefused(['start', ...args], { [variable]: wrong[0] ?? '' }, cwd, [new RegExp(variable), accepts]);
    });
  }
});

describe('what is no setting at all', { concurrency: true }, () => {
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [['start', '--dev', '--prot', '0'],  /unknown option '--prot'/],
    [['start', '--port', '0', 'here'],   /too many arguments/],
    [['start', '--dev', '--port'],       /argument missing/],
    [['strat'],                          /unknown command 'strat'/],
    [['token', '--port', '0'],           /unknown option '--port'/],
  ];
  for (const [args, message] of rows) {
    test(args.join(' '), (t) => isRefused(args, {}, folderFor(t).cwd, [message]));
  }
});

async function isRefused(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  patterns: readonly RegExp[],
): Promise<void> {
  const { code, stdout, stderr } = await runProgram(args, { env, cwd });
  assert.equal(code, 1, stderr);
  assert.equal(stdout, '');
  for (const pattern of patterns) assert.match(stderr, pattern);
  assert.doesNotMatch(stderr, NO_STACK);
  assert.equal(existsSync(join(cwd, 'rollcall-data')), false, 'nothing was made');
}

describe('a data folder that can not be one', { concurrency: true }, () => {
  for (const [name, path] of [
    ['a file', 'file'],
    ['a folder below a file', 'file/data'],
  ] as const) {
    test(name, async (t) => {
      const { cwd } = folderFor(t);
      writeFileSync(join(cwd, 'file'), '');
      const { code, stdout, stderr } = await runProgram(['start', '--dev', '--port', '0', '--data', path], { cwd });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /^rollcall: .*file/m);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }
});

describe('where it may listen', { concurrency: true }, () => {
  // biome-ignore format: a table is read by its columns
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['every address, with --dev',             ['--dev', '--host', '0.0.0.0'],                   /--host 0\.0\.0\.0 is not loopback: with --dev it accepts 127\.0\.0\.1, ::1 or localhost/],
    ['the same, and behind a proxy',          ['--dev', '--host', '0.0.0.0', '--behind-proxy'], /with --dev it accepts/],
    ['every IPv6 address, with --dev',        ['--dev', '--host', '::'],                        /with --dev it accepts/],
    ['every address, in production',          ['--host', '0.0.0.0'],                            /--host 0\.0\.0\.0 is not loopback: it needs --tls-cert and --tls-key, or --behind-proxy/],
    ['an address that is not of this machine', ['--host', '203.0.113.1', '--behind-proxy'],     /203\.0\.113\.1 can't be had \(EADDRNOTAVAIL\)/],
    ['a name that is none',                   ['--host', 'not a host', '--behind-proxy'],       /^rollcall: --host not a host can't be had/m],
  ];
  for (const [name, args, message] of refused) {
    test(`${name}: refused`, async (t) => {
      const { data, cwd } = folderFor(t);
      if (!args.includes('--dev')) await prepareProduction(data);
      const { code, stdout, stderr } = await runProgram(['start', '--port', '0', '--data', data, ...args], { cwd });
      assert.equal(code, 1, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }

  test('ROLLCALL_HOST is refused like --host', async (t) => {
    const { data, cwd } = folderFor(t);
    const run = await runProgram(['start', '--dev', '--data', data], { cwd, env: { ROLLCALL_HOST: '0.0.0.0' } });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /--host 0\.0\.0\.0 is not loopback/);
  });

  test('in production, every address behind a proxy', async (t) => {
    const { data } = folderFor(t);
    await prepareProduction(data);
    const program = await startedIn(t, { folder: data, args: ['--host', '127.0.0.1', '--behind-proxy'] });
    assert.doesNotMatch(program.stderr(), /development tenant|Bearer/);
  });
});

describe('environment variables', { concurrency: true }, () => {
  test('each is a setting', async (t) => {
    const { data } = folderFor(t);
    const env = {
      ROLLCALL_DEV: 'true',
      ROLLCALL_CLOUD: 'china',
      ROLLCALL_BEHIND_PROXY: 'yes',
      ROLLCALL_HOST: 'localhost',
    };
    const program = await startedIn(t, { folder: data, args: [], env });
    assert.match(program.origin, /^http:\/\/localhost:/);
    const headers = {
      authorization: `Bearer ${await chineseToken(program.origin)}`,
      'x-forwarded-host': 'graph.example',
      'x-forwarded-proto': 'https',
    };
    const response = await fetch(`${program.origin}/v1.0/devices?$top=1`, { headers });
    const page = (await response.json()) as Readonly<Record<string, string>>;
    assert.match(page['@odata.nextLink'] ?? '', /^https:\/\/graph\.example\/v1\.0\/devices\?/);
  });

  for (const value of ['false', '0', 'no', 'off', '']) {
    test(`ROLLCALL_DEV='${value}' is not development`, async (t) => {
      const { cwd } = folderFor(t);
      const { code, stderr } = await runProgram(['start', '--port', '0'], { cwd, env: { ROLLCALL_DEV: value } });
      assert.equal(code, 1);
      assert.match(stderr, /There is no directory in --data \.\/rollcall-data/);
    });
  }

  test('a flag goes before its variable', async (t) => {
    const { data } = folderFor(t);
    await startedIn(t, {
      folder: data,
      env: { ROLLCALL_PORT: 'nonsense', ROLLCALL_DATA: '/nowhere', ROLLCALL_DEV: 'false' },
    });
  });
});

async function chineseToken(origin: string): Promise<string> {
  const response = await fetch(`${origin}/contoso.example/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'a45a6226-5c42-48e8-8423-19d9788ad789',
      client_secret: 'rollcall-dev-daemon-secret',
      scope: 'https://microsoftgraph.chinacloudapi.cn/.default',
    }),
  });
  const answer = (await response.json()) as { readonly access_token?: string };
  assert.ok(answer.access_token, JSON.stringify(answer));
  return answer.access_token;
}
