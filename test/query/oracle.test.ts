import { describe, test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { runOracle } from '../store/oracle/oracle.ts';
import { seedOf } from '../store/seeded.ts';

/**
 * Random queries over random directories, held against what the objects themselves say: pages, counts, and the count of the
 * opposite. The store contract asks each driver a part of them; `npm run oracle -- --count 1000000` asks at length.
 */

const QUESTIONS = Number(process.env['ROLLCALL_QUESTIONS'] ?? 100_000);
/** A store of its own for so many: each has its tenants, and none is ever emptied. */
const QUESTIONS_A_STORE = 10_000;

describe(`${QUESTIONS} random queries`, () => {
  for (let asked = 0; asked < QUESTIONS; asked += QUESTIONS_A_STORE) {
    test(`from number ${asked} on`, async (t) => {
      const store = openSqliteStore({ folder: ':memory:', clock: systemClock });
      try {
        await runOracle({ store, seed: seedOf(t) + asked, count: QUESTIONS_A_STORE });
      } finally {
        await store.close();
      }
    });
  }
});
