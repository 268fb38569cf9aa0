import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../src/model/limits.ts';
import { Patience } from '../../src/store/sqlite/patience.ts';

/** How long a commit waits for requests that are on their way. */

const MANY = 500;
const SLOW = 2;

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [what: string, milliseconds: number, together: number, now: number, waits: number])[] = [
  ['a quick disk',                              0.4,  16, 1,  0],
  ['a slow one, for those that are missing',    SLOW, 16, 8,  SLOW * LIMITS.commitWaitShare],
  ['a slow one, when all are there',            SLOW, 16, 16, 0],
  ['a slow one, for one who is alone',          SLOW, 1,  1,  0],
  ['a very slow one, no longer than it may',    100,  16, 8,  LIMITS.commitWaitMostMilliseconds],
];

for (const [what, milliseconds, together, now, waits] of ROWS) {
  test(what, () => {
    const patience = new Patience();
    for (let commit = 0; commit < MANY; commit++) patience.note(together, milliseconds);
    assert.ok(Math.abs(patience.for(now) - waits) < 0.001, String(patience.for(now)));
  });
}

test('one slow commit makes nobody wait, and those who went away are forgotten', () => {
  const patience = new Patience();
  for (let commit = 0; commit < MANY; commit++) patience.note(16, 0.4);
  patience.note(16, 20);
  assert.equal(patience.for(1), 0);
  for (let commit = 0; commit < MANY; commit++) patience.note(1, SLOW);
  assert.equal(patience.for(1), 0);
});
