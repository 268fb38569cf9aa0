import { after } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import type { Store } from '../../src/store/contract.ts';
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/driver.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import { storeContract, WRITING } from './contract.ts';

/** The embedded driver, in memory and in a file, held to the contract of every store. */

const folders: string[] = [];
after(() => folders.forEach(removeFolder));

storeContract('SQLite in memory', async () => openSqliteStore({ folder: ':memory:', clock: systemClock }));

storeContract('SQLite in a file', async () => inNewFolder());

storeContract('SQLite in a file that is being filled', async () => inNewFolder({ filling: true }), WRITING);

function inNewFolder(more: Partial<SqliteOptions> = {}): Store {
  const folder = makeFolder();
  folders.push(folder);
  return openSqliteStore({ folder, clock: systemClock, ...more });
}
