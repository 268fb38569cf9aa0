import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeAuthority, makeLeaf } from '../../src/lib/certificate.ts';
import { askSecurely, authorityOf } from '../http/tls.ts';
import { type ProgramOptions, runProgram } from '../support/process.ts';
import { folderFor, NO_STACK, prepare, prepareProduction, startedIn } from './directory.ts';

/** Which certificate the program shows, where it listens with it, and what it does without one. */

const DAY = 24 * 3_600_000;
const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("the directory's own authority", { concurrency: true }, () => {
  test('is made by the first start, and its key is for nobody else to read', async (t) => {
    const { data } = folderFor(t);
    const program = await startedIn(t, { folder: data });
    const certificate = new X509Certificate(authorityOf(program));
    assert.equal(certificate.ca, true);
    assert.ok(Date.parse(certificate.validTo) > Date.now() + 9 * 365 * DAY);
    assert.equal(modeOf(join(data, 'ca-key.pem')), 0o600);
    assert.match(readFileSync(join(data, 'ca-key.pem'), 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
  });

  test('outlives a restart; what it signs is new for each process, and ends within a month', async (t) => {
    const { data } = folderFor(t);
    const seen: { authority: string; leaf: string; ends: number }[] = [];
    for (const _ of [1, 2]) {
      const program = await startedIn(t, { folder: data });
      const ca = authorityOf(program);
      const { certificate } = await askSecurely(`${await program.secureOrigin()}/health`, { ca });
      seen.push({
        authority: fingerprint(ca),
        leaf: certificate.fingerprint256,
        ends: Date.parse(certificate.valid_to),
      });
      await program.stop();
    }
    assert.equal(seen[0]?.authority, seen[1]?.authority);
    assert.notEqual(seen[0]?.leaf, seen[1]?.leaf);
    assert.ok((seen[0]?.ends ?? 0) < Date.now() + 31 * DAY);
  });

  const hosts = ['localhost'];
  // biome-ignore format: a table is read by its columns
  const renewals: readonly (readonly [string, (data: string) => Promise<void>])[] = [
    ['it ends soon',             (data) => note(data, { until: Date.now() + 30 * DAY })],
    ['it ended',                 (data) => note(data, { until: Date.now() - DAY })],
    ['it lacks a host name',     (data) => note(data, { hosts })],
    ['its certificate is gone',  async (data) => rmSync(join(data, 'ca.pem'))],
    ['its key is gone',          async (data) => rmSync(join(data, 'ca-key.pem'))],
  ];
  for (const [why, act] of renewals) {
    test(`is made anew when ${why}`, async (t) => {
      const { data } = folderFor(t);
      const first = await startedIn(t, { folder: data });
      const before = fingerprint(authorityOf(first));
      await first.stop();
      await act(data);
      chmodSync(data, 0o700);
      const second = await startedIn(t, { folder: data });
      const ca = authorityOf(second);
      assert.notEqual(fingerprint(ca), before);
      assert.equal(modeOf(join(data, 'ca-key.pem')), 0o600);
      assert.equal((await askSecurely(`${await second.secureOrigin()}/health`, { ca })).status, 200);
    });
  }

  test('whose files do not fit together serves HTTP, and says so when it is asked for HTTPS', async (t) => {
    const { data } = folderFor(t);
    const first = await startedIn(t, { folder: data });
    const ca = authorityOf(first);
    await first.stop();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(data, 'ca-key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const second = await startedIn(t, { folder: data });
    await assert.rejects(askSecurely(`${await second.secureOrigin()}/health`, { ca }));
    await second.said(/"code":"certificate".*(remove both, and start again)/);
    assert.equal((await fetch(`${second.origin}/health`)).status, 200);
  });

  test('of a directory in memory is there for those who trust anybody', async (t) => {
    const program = await startedIn(t, { folder: ':memory:' });
    await assert.rejects(fetch(`${await program.secureOrigin()}/health`), ({ cause }: Error) => {
      assert.match((cause as Error & { code: string }).code, /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/);
      return true;
    });
  });
});

/** Writes what a directory knows of its authority. */
function note(data: string, more: Readonly<Record<string, unknown>>): Promise<void> {
  return prepare(data, async (store) => {
    const known = JSON.parse((await store.value('certificateAuthority')) ?? '{}') as object;
    await store.setValue('certificateAuthority', JSON.stringify({ ...known, ...more }));
  });
}

// -- the operator's own ----------------------------------------------------------------------------------------

type Files = { readonly cert: string; readonly key: string; readonly ca: string };

function writeCertificate(folder: string, name: string): Files {
  const times = { from: Date.now() - DAY, until: Date.now() + DAY, hosts: ['localhost', '127.0.0.1'] };
  const [root, own] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  assert.ok(root && own);
  const serial = Buffer.from([1]);
  const certificate = makeAuthority({ ...times, name: `Operator ${name}`, privateKey: root, serial });
  const leaf = makeLeaf({ ...times, name: 'localhost', privateKey: own, serial }, { certificate, privateKey: root });
  const files = { cert: join(folder, 'tls.pem'), key: join(folder, 'tls-key.pem'), ca: certificate.toString() };
  writeFileSync(files.cert, leaf.toString());
  writeFileSync(files.key, own.export({ format: 'pem', type: 'pkcs8' }));
  return files;
}

const SHORT: Pick<ProgramOptions, 'imports' | 'env'> = {
  imports: [new URL('../http/shortLimits.ts', import.meta.url).href],
  env: { TEST_LIMITS: JSON.stringify({ certificateCheckMilliseconds: 0 }) },
};

describe('--tls-cert and --tls-key', { concurrency: true }, () => {
  test('are shown in place of the authority, which is not made', async (t) => {
    const { data, cwd } = folderFor(t);
    const { cert, key, ca } = writeCertificate(cwd, 'one');
    const program = await startedIn(t, { folder: data, args: ['--dev', '--tls-cert', cert, '--tls-key', key] });
    assert.equal((await askSecurely(`${await program.secureOrigin()}/health`, { ca })).status, 200);
    assert.throws(() => authorityOf(program), { code: 'ENOENT' });
  });

  test('are read again when they have changed; what is no certificate changes nothing', async (t) => {
    const { data, cwd } = folderFor(t);
    const first = writeCertificate(cwd, 'one');
    const args = ['--dev', '--tls-cert', first.cert, '--tls-key', first.key];
    const program = await startedIn(t, { folder: data, args, ...SHORT });
    const url = `${await program.secureOrigin()}/health`;
    assert.equal((await askSecurely(url, { ca: first.ca })).status, 200);
    const second = writeCertificate(cwd, 'two');
    assert.equal((await askSecurely(url, { ca: second.ca })).status, 200);
    writeFileSync(second.cert, 'half a certi');
    assert.equal((await askSecurely(url, { ca: second.ca })).status, 200);
    await program.said(/--tls-cert .*tls\.pem holds no certificate in PEM\. (The certificate that was read)/);
  });

  // biome-ignore format: a table is read by its columns
  const wrong: readonly (readonly [string, (files: Files, cwd: string) => readonly string[], RegExp])[] = [
    ['a certificate alone',           ({ cert }) => ['--tls-cert', cert],                                      /--tls-cert and --tls-key go together/],
    ['a key alone',                   ({ key }) => ['--tls-key', key],                                         /--tls-cert and --tls-key go together/],
    ['a file that is not there',      ({ key }) => ['--tls-cert', '/nowhere.pem', '--tls-key', key],           /--tls-cert \/nowhere\.pem can't be read \(ENOENT\)/],
    ['a key that is no key',          ({ cert }) => ['--tls-cert', cert, '--tls-key', cert],                   /--tls-key .*tls\.pem holds no private key in PEM/],
    ['a certificate that is a key',   ({ key }) => ['--tls-cert', key, '--tls-key', key],                      /--tls-cert .*tls-key\.pem holds no certificate in PEM/],
    ["another certificate's key",     ({ cert }, cwd) => ['--tls-cert', cert, '--tls-key', otherKey(cwd)],     /--tls-key .*other\.pem is not the key of the certificate in --tls-cert/],
    ['no HTTPS to show it on',        ({ cert, key }) => ['--tls-cert', cert, '--tls-key', key, '--https-port', 'off'], /--tls-cert has no use with --https-port off/],
  ];
  for (const [what, args, message] of wrong) {
    test(`${what}: refused`, async (t) => {
      const { data, cwd } = folderFor(t);
      const made = args(writeCertificate(cwd, 'one'), cwd);
      const run = await runProgram(['start', '--dev', '--port', '0', '--data', data, ...made], { cwd });
      assert.deepEqual([run.code, run.stdout], [1, ''], run.stderr);
      assert.match(run.stderr, message);
      assert.doesNotMatch(run.stderr, NO_STACK);
      // The directory is not left locked.
      await startedIn(t, { folder: data });
    });
  }
});

function otherKey(cwd: string): string {
  const path = join(cwd, 'other.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return path;
}

// -- where it listens ------------------------------------------------------------------------------------------

async function takenPort(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as { readonly port: number }).port;
}

/** Takes a port, unless somebody else has it already. */
async function take(t: TestContext, port: number): Promise<void> {
  const server = createServer();
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.once('error', () => resolve()).listen(port, '127.0.0.1', resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('--https-port', { concurrency: true }, () => {
  test('off: HTTP alone, and no authority', async (t) => {
    const { data } = folderFor(t);
    const program = await startedIn(t, { folder: data, args: ['--dev', '--https-port', 'off'] });
    assert.equal((await fetch(`${program.origin}/health`)).status, 200);
    assert.doesNotMatch(program.stderr(), /HTTPS/);
    assert.throws(() => authorityOf(program), { code: 'ENOENT' });
  });

  test('one that is taken is named, and nothing is left running or locked', async (t) => {
    const { data, cwd } = folderFor(t);
    const port = await takenPort(t);
    const args = ['start', '--dev', '--port', '0', '--https-port', String(port), '--data', data];
    const { code, stdout, stderr } = await runProgram(args, { cwd });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, new RegExp(`--https-port ${port} on 127\\.0\\.0\\.1 can't be had \\(EADDRINUSE\\)`));
    await startedIn(t, { folder: data });
  });

  test('8586, where nobody asked for it and it is taken: HTTP alone, and why', async (t) => {
    await take(t, 8586);
    const args = ['--dev', '--port', String(await freePort())];
    const program = await startedIn(t, { folder: folderFor(t).data, args });
    assert.equal((await fetch(`${program.origin}/health`)).status, 200);
    await program.said(
      /--https-port 8586 on 127\.0\.0\.1 can't be had \(EADDRINUSE\)\..* (Until then there is no HTTPS)\./,
    );
  });

  test('in production there is no HTTPS unless it is asked for', async (t) => {
    const { data } = folderFor(t);
    await prepareProduction(data);
    const plain = await startedIn(t, { folder: data, args: [] });
    assert.doesNotMatch(plain.stderr(), /HTTPS/);
    await plain.stop();
    const asked = await startedIn(t, { folder: data, args: ['--https-port', '0'] });
    const ca = authorityOf(asked);
    assert.equal((await askSecurely(`${await asked.secureOrigin()}/health`, { ca })).status, 200);
  });

  const noAliases = process.platform !== 'linux' && 'only Linux has all of 127.0.0.0/8';
  test('on every address with --tls-cert: HTTPS there, HTTP on loopback only', { skip: noAliases }, async (t) => {
    const { data, cwd } = folderFor(t);
    await prepareProduction(data);
    const { cert, key, ca } = writeCertificate(cwd, 'one');
    const args = ['--host', '0.0.0.0', '--tls-cert', cert, '--tls-key', key];
    const program = await startedIn(t, { folder: data, args });
    assert.match(program.origin, /^http:\/\/127\.0\.0\.1:/);
    const { port } = new URL(await program.secureOrigin());
    const url = `https://127.0.0.2:${port}/health`;
    assert.equal((await askSecurely(url, { ca, servername: 'localhost' })).status, 200);
    await assert.rejects(fetch(`http://127.0.0.2:${program.port}/health`));
  });
});
