import { openKeys } from '../identity/keys.ts';
import { systemClock } from '../lib/clock.ts';
import { IN_MEMORY } from '../store/contract.ts';
import { openSqliteStore, sqliteExists } from '../store/sqlite/driver.ts';
import { type Settings, UsageProblem } from './settings.ts';

export type KeySettings = Pick<Settings, 'data'> & { readonly compromised?: boolean };

/** `rollcall keys rotate`: the next signing key before its time. A server makes the others by itself. */
export async function rotateKeys({ data, compromised = false }: KeySettings): Promise<void> {
  if (data === IN_MEMORY || !sqliteExists(data)) throw new UsageProblem(`there is no directory in --data ${data}.`);
  const store = openSqliteStore({ folder: data, clock: systemClock });
  try {
    const keys = await openKeys(store, systemClock);
    await keys.rotate(compromised ? 'compromised' : 'planned');
    const [last] = Object.keys(keys.all).slice(-1);
    const when = compromised
      ? 'signs from now on; tokens of other keys are refused'
      : 'is published, and signs in two days';
    process.stdout.write(`The key ${last} ${when}.\n`);
  } finally {
    await store.close();
  }
}
