import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { CLOUDS, type CloudName } from '../../src/model/clouds.ts';
import { runProgram } from '../support/process.ts';
import { folderFor, startedIn } from './directory.ts';

/** `--cloud` and `--all-clouds`, from outside. */

/** Asks that port as if it were the host. */
function statusAt(port: number, host: string, token: string): Promise<number | undefined> {
  const headers = { host, authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/v1.0/devices', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

async function tokenFor(data: string, ...args: readonly string[]): Promise<string> {
  const run = await runProgram(['token', '--data', data, '--user', 'intune.admin@contoso.example', ...args]);
  assert.equal(run.code, 0, run.stderr);
  return run.stdout.trim();
}

const hostOf = (cloud: CloudName) => new URL(CLOUDS[cloud].graph).host;

test('--all-clouds serves each at its host, and tokens do not cross', async (t) => {
  const { data } = folderFor(t);
  const { port } = await startedIn(t, { folder: data, args: ['--dev', '--all-clouds'] });
  const clouds: readonly CloudName[] = ['global', 'usgov', 'china'];
  for (const cloud of clouds) {
    const token = await tokenFor(data, '--cloud', cloud);
    for (const other of clouds) assert.equal(await statusAt(port, hostOf(other), token), other === cloud ? 200 : 401);
    assert.equal(await statusAt(port, 'localhost', token), cloud === 'global' ? 200 : 401);
  }
});

test('a directory of one cloud gets the others when they are asked for, and keeps what it has', async (t) => {
  const { data } = folderFor(t);
  const first = await startedIn(t, { folder: data });
  const token = await tokenFor(data);
  await first.stop();
  const { port } = await startedIn(t, { folder: data, args: ['--dev', '--all-clouds'] });
  assert.equal(await statusAt(port, hostOf('global'), token), 200);
  assert.equal(await statusAt(port, hostOf('usgov-dod'), await tokenFor(data, '--cloud', 'usgov-dod')), 200);
});

test('a directory lives in the cloud of its first start, and is found there without --cloud', async (t) => {
  const { data, cwd } = folderFor(t);
  const first = await startedIn(t, { folder: data, args: ['--dev', '--cloud', 'china'] });
  const token = await tokenFor(data);
  assert.equal(await statusAt(first.port, 'localhost', token), 200);
  await first.stop();
  const refused = await runProgram(['start', '--dev', '--port', '0', '--data', data, '--cloud', 'usgov'], { cwd });
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /--cloud usgov is not where the directory in --data .* lives: that is china/);
  const second = await startedIn(t, { folder: data, args: ['--dev'] });
  assert.equal(await statusAt(second.port, 'localhost', token), 200);
});
