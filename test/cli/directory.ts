import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { seedTenant } from '../../src/directory/seed.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { CloudName } from '../../src/model/clouds.ts';
import { DEV_TENANT, PERSONAL_TENANT } from '../../src/model/devTenant.ts';
import { newTenant } from '../../src/model/newTenant.ts';
import type { Store } from '../../src/store/contract.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { makeFolder, type Program, type ProgramOptions, removeFolder, startProgram } from '../support/process.ts';

/** A folder for a directory, and a folder around it to run commands in; both go when the test is over. */
export function folderFor(t: TestContext): { readonly data: string; readonly cwd: string } {
  const cwd = makeFolder();
  t.after(() => removeFolder(cwd));
  return { data: join(cwd, 'data'), cwd };
}

export async function startedIn(t: TestContext, options: ProgramOptions): Promise<Program> {
  const program = await startProgram(options);
  t.after(() => program.dispose());
  return program;
}

/** Makes a directory without starting the program. */
export async function prepare(folder: string, act: (store: Store) => Promise<void>): Promise<void> {
  const store = openSqliteStore({ folder, clock: systemClock });
  try {
    await act(store);
  } finally {
    await store.close();
  }
}

/** Makes a directory for production, as `init` does, but with ids of the test's own and nobody who could sign in. */
export function prepareProduction(folder: string, cloud: CloudName = 'global'): Promise<void> {
  return prepare(folder, async (store) => {
    const [tenantId, administratorId] = [crypto.randomUUID(), crypto.randomUUID()];
    const names = { displayName: 'Example', domain: 'example.org', cloud, passwordHash: 'none' };
    await seedTenant(store, newTenant({ tenantId, administratorId, ...names }), systemClock.now());
    await store.setValue('kind', 'production');
  });
}

/** A directory as `start` left it when it was killed after so many steps of making the development tenant. */
export const HALF_MADE: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  'its tables': async () => {},
  'the name of its tenant': async (store) => {
    const { id, displayName, defaultDomain } = DEV_TENANT;
    await store.addTenant({ id, displayName, defaultDomain });
  },
  'its tenant': (store) => seedTenant(store, DEV_TENANT, 0),
  'both of its tenants': async (store) => {
    await seedTenant(store, DEV_TENANT, 0);
    await seedTenant(store, PERSONAL_TENANT, 0);
  },
};

/** The message on standard error is for the person who runs it: no stack, no exception of ours. */
export const NO_STACK = /\n {4}at |node:internal|Error:.*\n.*at /;
