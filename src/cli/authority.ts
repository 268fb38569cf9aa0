import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLOUD_HOSTS } from '../model/clouds.ts';
import { LIMITS } from '../model/limits.ts';
import { IN_MEMORY, type Store } from '../store/contract.ts';

/**
 * The directory's own certificate authority, as a start sees it: the store says whether the files that are there will do, so
 * that no start has to load what reads certificates. `certificates.ts` makes them.
 */

/** All that the authority may speak for: this machine, and Microsoft's hosts, whose names may be pointed at it. */
export const AUTHORITY_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '::1', ...CLOUD_HOSTS];

const DAY_MILLISECONDS = 24 * 3_600_000;
const NAME = 'certificateAuthority';

type Kept = { readonly hosts: readonly string[]; readonly until: number };

/** The certificate of the authority: the file that clients are told to trust. */
export function authorityPath(folder: string): string {
  return join(folder, 'ca.pem');
}

export function authorityKeyPath(folder: string): string {
  return join(folder, 'ca-key.pem');
}

/** Whether the directory has an authority for all of these hosts that will last for a while. */
export async function hasAuthority(store: Store, folder: string, now: number): Promise<boolean> {
  const text = await store.value(NAME);
  if (text === undefined || folder === IN_MEMORY) return false;
  if (!existsSync(authorityPath(folder)) || !existsSync(authorityKeyPath(folder))) return false;
  const { hosts, until } = JSON.parse(text) as Kept;
  const lasts = until - now > LIMITS.authorityRenewalDays * DAY_MILLISECONDS;
  return lasts && hosts.join() === AUTHORITY_HOSTS.join();
}

/** Notes what the files of the authority are good for, after they were written. */
export async function noteAuthority(store: Store, until: number): Promise<void> {
  const kept: Kept = { hosts: AUTHORITY_HOSTS, until };
  await store.setValue(NAME, JSON.stringify(kept));
}
