import assert from 'node:assert/strict';
import { Refusal } from '../../src/lib/refusal.ts';

/** What a parser is expected to say: Graph's code and the whole message. */
export function assertRefuses(run: () => unknown, code: string, message: string): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.deepEqual(
      { status: error.row.status, code: error.row.code, message: error.message },
      { status: 400, code, message },
    );
    return true;
  });
}
