import { systemClock } from '../../src/lib/clock.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';

/** A process of its own that opens the store in a folder, says how that went in one line, and holds it until it is ended. */
const [, , folder = ''] = process.argv;
try {
  const store = openSqliteStore({ folder, clock: systemClock });
  await store.setValue('held', 'yes');
  process.stdout.write('open\n');
  setInterval(() => {}, 60_000);
} catch (problem) {
  process.stdout.write(`${(problem as Error).name}: ${(problem as Error).message}\n`);
  process.exitCode = 1;
}
