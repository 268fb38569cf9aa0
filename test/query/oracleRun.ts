import { parseArgs } from 'node:util';
import { systemClock } from '../../src/lib/clock.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { runOracle } from '../store/oracle/oracle.ts';

/** `npm run oracle -- --count 1000000 --seed N`: random questions to the store in memory; exit code 1 on a wrong answer. */

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const count = wholeNumber('count', values.count ?? '20000');
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31));

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not '${text}'`);
  process.exit(2);
}

/** A store of its own for so many: each has its tenants, and none is ever emptied. */
const QUESTIONS_A_STORE = 20_000;

console.log(`${count} questions, --seed ${seed}`);
const ways = new Map<string, number>();
const add = (what: string): void => void ways.set(what, (ways.get(what) ?? 0) + 1);
const started = performance.now();
for (let asked = 0; asked < count; asked += QUESTIONS_A_STORE) {
  const store = openSqliteStore({ folder: ':memory:', clock: systemClock });
  try {
    await runOracle({
      store,
      seed: (seed + asked) % 2 ** 32,
      count: Math.min(QUESTIONS_A_STORE, count - asked),
      heard: ({ objects, question }) => {
        add(objects === 0 ? 'nothing found' : 'something found');
        add(`${question.from.kind}${question.order.length > 0 ? ', in order' : ''}`);
      },
    });
  } catch (problem) {
    console.log(problem instanceof Error ? problem.message : problem);
    process.exitCode = 1;
    break;
  } finally {
    await store.close();
  }
}
for (const [what, times] of [...ways].sort()) console.log(`${String(times).padStart(9)}  ${what}`);
console.log(`${Math.round(performance.now() - started)} ms`);
