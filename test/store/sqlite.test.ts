import { after } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import { storeContract } from './contract.ts';

/** The embedded driver, in memory and in a file, held to the contract of every store. */

const folders: string[] = [];
after(() => folders.forEach(removeFolder));

storeContract('SQLite in memory', async () => openSqliteStore({ folder: ':memory:', clock: systemClock }));

storeContract('SQLite in a file', async () => {
  const folder = makeFolder();
  folders.push(folder);
  return openSqliteStore({ folder, clock: systemClock });
});
