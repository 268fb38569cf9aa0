import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '../support/process.ts';
import { folderFor } from './directory.ts';

/** `--help` on each command, and `rollcall env`. */

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  start: [
    'port',
    'https-port',
    'tls-cert',
    'tls-key',
    'host',
    'data',
    'database-url',
    'cloud',
    'all-clouds',
    'fidelity',
    'dev',
    'behind-proxy',
    ...['issuer', 'audience', 'tenant', 'user-claim', 'app-claim', 'scope-claim', 'roles-claim'].map(
      (name) => `trust-${name}`,
    ),
    'report',
  ],
  init: ['data', 'cloud'],
  token: ['data', 'cloud'],
  explain: ['data', 'fidelity'],
  whocan: ['data', 'fidelity'],
  env: ['port', 'https-port', 'host', 'data'],
};
const MORE: Readonly<Record<string, readonly string[]>> = {
  token: ['--user', '--app', '--scope'],
  explain: ['<url>'],
  whocan: ['<request>'],
  init: ['--tenant', '--domain'],
};

describe('--help', { concurrency: true }, () => {
  test('on the program names its commands', async (t) => {
    const { code, stdout } = await runProgram(['--help'], { cwd: folderFor(t).cwd });
    assert.equal(code, 0);
    for (const command of Object.keys(SETTINGS)) assert.match(stdout, new RegExp(`^ +${command}\\b`, 'm'));
  });

  for (const [command, settings] of Object.entries(SETTINGS)) {
    test(`on ${command} names each of its settings, with its variable and its default`, async (t) => {
      const { code, stdout } = await runProgram([command, '--help'], { cwd: folderFor(t).cwd });
      assert.equal(code, 0);
      const text = stdout.replace(/\s+/g, ' ');
      for (const setting of settings) {
        assert.match(text, new RegExp(`--${setting}\\b`));
        assert.match(text, new RegExp(`env: ROLLCALL_${setting.toUpperCase().replaceAll('-', '_')}\\b`));
      }
      for (const flag of MORE[command] ?? []) assert.ok(text.includes(flag), flag);
    });
  }

  test('is shown, with exit code 1, when there is no command', async (t) => {
    const { code, stdout, stderr } = await runProgram([], { cwd: folderFor(t).cwd });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /Usage: rollcall/);
  });
});

describe('env', { concurrency: true }, () => {
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [readonly string[], Readonly<Record<string, string>>, string, string])[] = [
    [[],                                     {},                                           'http://127.0.0.1:8585', '127.0.0.1'],
    [['--port', '9000', '--host', 'localhost'], {},                                        'http://localhost:9000', 'localhost'],
    [[],                                     { ROLLCALL_PORT: '9001' },                    'http://127.0.0.1:9001', '127.0.0.1'],
    [['--host', '::1'],                      {},                                           'http://[::1]:8585',     '[::1]'],
  ];
  for (const [args, variables, origin, host] of rows) {
    test(`${args.join(' ')} ${JSON.stringify(variables)} points every SDK at ${origin}`, async (t) => {
      const { code, stdout } = await runProgram(['env', ...args], { cwd: folderFor(t).cwd, env: variables });
      assert.equal(code, 0);
      assert.ok(stdout.includes(`export GRAPH_URL=${origin}\n`), stdout);
      assert.ok(stdout.includes(`requestAdapter.baseUrl = '${origin}/v1.0'`));
      assert.ok(stdout.includes(`new Set(['${host}'])`));
      for (const name of ['curl', 'TypeScript', 'Python', 'Go', 'Java', 'C#', 'PHP', 'microsoft-graph-client']) {
        assert.ok(stdout.includes(name), name);
      }
    });
  }

  test('names the authority that clients must trust, and where HTTPS is', async (t) => {
    const { cwd } = folderFor(t);
    const { stdout } = await runProgram(['env', '--data', "a folder's", '--https-port', '9443'], { cwd });
    const path = join(realpathSync(cwd), "a folder's", 'ca.pem').replaceAll("'", "'\\''");
    assert.ok(stdout.includes(`export NODE_EXTRA_CA_CERTS='${path}'\n`), stdout);
    for (const name of ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'trustStore']) {
      assert.ok(stdout.includes(name), name);
    }
    assert.ok(stdout.includes('export AZURE_AUTHORITY_HOST=https://localhost:9443\n'));
    assert.ok(stdout.includes("knownAuthorities: ['localhost:9443']"));
  });

  test('is silent about HTTPS where there is none', async (t) => {
    const { stdout } = await runProgram(['env', '--https-port', 'off'], { cwd: folderFor(t).cwd });
    assert.doesNotMatch(stdout, /https:|NODE_EXTRA_CA_CERTS/);
  });

  test('a wrong port is refused here, too', async (t) => {
    const { code, stdout, stderr } = await runProgram(['env', '--port', 'x'], { cwd: folderFor(t).cwd });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /--port.* It accepts a number from 0 to 65535/);
  });
});
