import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { runProgram } from '../support/process.ts';
import { deviceBody } from '../support/rollcall.ts';
import { folderFor, HALF_MADE, NO_STACK, prepare, prepareProduction, startedIn } from './directory.ts';

/** `rollcall start`, from its first line to its last. */

test('the ready line is the only line on standard output', async (t) => {
  const program = await startedIn(t, { folder: folderFor(t).data });
  assert.match(program.origin, /^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${program.origin}/health`);
  assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }]);
  await program.stop();
  assert.equal(program.stdout(), `rollcall ready ${program.origin}\n`);
});

test('the curl that it prints works as it stands', async (t) => {
  const program = await startedIn(t, { folder: folderFor(t).data });
  const token = await untilMatch(program.stderr, /-H 'Authorization: (Bearer [\w.-]+)' (http:\S+)/);
  assert.ok(token[2]?.startsWith(program.origin));
  const response = await fetch(String(token[2]), { headers: { authorization: String(token[1]) } });
  const { value } = (await response.json()) as { readonly value: readonly { readonly displayName: string }[] };
  assert.deepEqual(
    value.map(({ displayName }) => displayName),
    ['KIOSK-01', 'build-agent-7'],
  );
});

async function untilMatch(text: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(text());
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it with exit code 0, and what was written is there after a restart`, async (t) => {
    const { data } = folderFor(t);
    const first = await startedIn(t, { folder: data });
    const headers = {
      authorization: `Bearer ${await first.tokenOf('intune.admin')}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify(deviceBody({ displayName: `before ${signal}` }));
    const made = await fetch(`${first.origin}/v1.0/devices`, { method: 'POST', headers, body });
    assert.equal(made.status, 201);
    const { id } = (await made.json()) as { readonly id: string };
    assert.deepEqual(await first.stop(signal), { code: 0, signal: null });
    const second = await startedIn(t, { folder: data });
    // The token of before is good, too: the keys are part of the directory.
    const response = await fetch(`${second.origin}/v1.0/devices/${id}`, { headers });
    assert.equal(((await response.json()) as { readonly displayName: string }).displayName, `before ${signal}`);
  });
}

test(':memory: keeps nothing, and leaves no file', async (t) => {
  const { cwd } = folderFor(t);
  const program = await startedIn(t, { folder: ':memory:' });
  assert.equal((await fetch(`${program.origin}/health`)).status, 200);
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
  assert.deepEqual(readdirSync(cwd), []);
});

test('a second start on the same folder is refused, and the first goes on serving', async (t) => {
  const { data, cwd } = folderFor(t);
  const program = await startedIn(t, { folder: data });
  const second = await runProgram(['start', '--dev', '--port', '0', '--data', data], { cwd });
  assert.equal(second.code, 1);
  assert.equal(second.stdout, '');
  assert.match(second.stderr, /^rollcall: Another Rollcall process is serving the directory in .*data/m);
  assert.doesNotMatch(second.stderr, NO_STACK);
  assert.equal((await fetch(`${program.origin}/health`)).status, 200);
});

test('a port that is taken is named, and nothing is left running or locked', async (t) => {
  const { data, cwd } = folderFor(t);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as { readonly port: number };
  const { code, stdout, stderr } = await runProgram(['start', '--dev', '--port', String(port), '--data', data], {
    cwd,
  });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, new RegExp(`--port ${port} on 127\\.0\\.0\\.1 can't be had \\(EADDRINUSE\\)`));
  assert.doesNotMatch(stderr, NO_STACK);
  await startedIn(t, { folder: data });
});

describe('a first start that was killed half-way does not spoil the folder', { concurrency: true }, () => {
  for (const [name, make] of Object.entries(HALF_MADE)) {
    test(`when the directory had ${name} already`, async (t) => {
      const { data } = folderFor(t);
      await prepare(data, make);
      const program = await startedIn(t, { folder: data });
      const headers = { authorization: `Bearer ${await program.tokenOf('intune.admin')}` };
      const response = await fetch(`${program.origin}/v1.0/devices`, { headers });
      const { value } = (await response.json()) as { readonly value: readonly unknown[] };
      assert.equal(value.length, 2);
    });
  }
});

describe('a directory is for development or for production', { concurrency: true }, () => {
  const production = (folder: string) => prepareProduction(folder);
  const unfinished = (folder: string) => prepare(folder, async (store) => store.setValue('kind', 'production'));
  const tables = (folder: string) => prepare(folder, async () => {});
  const development = (folder: string) => prepare(folder, async (store) => store.setValue('kind', 'development'));
  const nothing = async () => {};
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, (folder: string) => Promise<void>, readonly string[], RegExp])[] = [
    ['no directory, without --dev',           nothing,     [],                     /There is no directory in --data .*data\. Make one with: rollcall init --data .*data --tenant <name> --domain <domain>; or use --dev/],
    ['a development directory without --dev', development, [],                     /--data .*data was made with --dev, and its passwords are public/],
    ['a production directory with --dev',     production,  ['--dev'],              /--data .*data is not a development one/],
    ['one that init left half-made',          unfinished,  [],                     /--data .*data was never finished\. Remove it, and then make it again with: rollcall init/],
    ['the same, with --dev',                  unfinished,  ['--dev'],              /--data .*data is not a development one/],
    ['empty tables, without --dev',           tables,      [],                     /--data .*data was never finished/],
    ['memory, without --dev',                 nothing,     ['--data', ':memory:'], /There is no directory in --data :memory:/],
  ];
  for (const [name, make, args, message] of rows) {
    test(`${name}: refused`, async (t) => {
      const { data, cwd } = folderFor(t);
      await make(data);
      const { code, stdout, stderr } = await runProgram(['start', '--port', '0', '--data', data, ...args], { cwd });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }
});
