import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKeys } from '../../src/identity/keys.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { openSqliteReader } from '../../src/store/sqlite/driver.ts';
import { runProgram } from '../support/process.ts';
import { folderFor, NO_STACK, startedIn } from './directory.ts';

/** `rollcall keys rotate`: the next signing key before its time. */

async function kidsIn(
  data: string,
): Promise<{ readonly all: readonly string[]; readonly current: string | undefined }> {
  const store = openSqliteReader(data);
  const keys = await readKeys(store, systemClock);
  await store.close();
  return { all: Object.keys(keys?.all ?? {}), current: keys?.current.kid };
}

test('a planned key is published beside the current one; in place of a stolen one it signs at once', async (t) => {
  const { data, cwd } = folderFor(t);
  const program = await startedIn(t, { folder: data });
  const refused = await runProgram(['keys', 'rotate', '--data', data], { cwd });
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /^rollcall: Another Rollcall process is serving/);
  await program.stop();

  const before = await kidsIn(data);
  const planned = await runProgram(['keys', 'rotate', '--data', data], { cwd });
  assert.equal(planned.code, 0, planned.stderr);
  assert.match(planned.stdout, /^The key [\w-]{43} is published, and signs in two days\.\n$/);
  const during = await kidsIn(data);
  assert.deepEqual([during.all.length, during.current], [2, before.current]);

  const stolen = await runProgram(['keys', 'rotate', '--compromised', '--data', data], { cwd });
  assert.match(stolen.stdout, /signs from now on; tokens of other keys are refused/);
  const { all, current } = await kidsIn(data);
  assert.deepEqual(all, [current]);
  assert.ok(current !== undefined && !during.all.includes(current));
});

test('no directory, no keys', async (t) => {
  const { data, cwd } = folderFor(t);
  const { code, stderr } = await runProgram(['keys', 'rotate', '--data', data], { cwd });
  assert.notEqual(code, 0);
  assert.match(stderr, /^rollcall: there is no directory in --data /);
  assert.doesNotMatch(stderr, NO_STACK);
});
