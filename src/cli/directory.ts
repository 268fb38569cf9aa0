import { IN_MEMORY, type Store } from '../store/contract.ts';
import { openSqliteReader, sqliteExists } from '../store/sqlite/driver.ts';
import { UsageProblem } from './settings.ts';

/** The directory in that folder, for reading, beside a process that serves it or without one. */
export function openDirectory(data: string): Store {
  if (data === IN_MEMORY) {
    throw new UsageProblem(`--data ${IN_MEMORY} is in the serving process only: ask that process itself.`);
  }
  if (!sqliteExists(data))
    throw new UsageProblem(
      `there is no directory in --data ${data}. Make one with: rollcall start --dev, or for production: rollcall init`,
    );
  return openSqliteReader(data);
}
