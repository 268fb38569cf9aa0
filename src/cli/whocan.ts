import { type Holders, type WhoCan, whoCan } from '../http/whoCan.ts';
import type { Holder } from '../identity/holders.ts';
import { requirementLines } from '../identity/requirements.ts';
import { Refusal } from '../lib/refusal.ts';
import { LIMITS } from '../model/limits.ts';
import { IN_MEMORY } from '../store/contract.ts';
import { sqliteExists } from '../store/sqlite/driver.ts';
import { openDirectory } from './directory.ts';
import { line, linesUnder, needLines, refused } from './lines.ts';
import type { Settings } from './settings.ts';

/**
 * `rollcall whocan "POST /devices"`: what a caller needs for it, and who in the directory at hand has that. No server needs
 * to run; without a directory it says the first part only.
 */
export async function whocan(request: string, { data, fidelity }: Pick<Settings, 'data' | 'fidelity'>): Promise<void> {
  const store = data !== IN_MEMORY && sqliteExists(data) ? openDirectory(data) : undefined;
  try {
    const [tenant] = (await store?.tenants()) ?? [];
    const found = await whoCan(request, fidelity, store && tenant && { store, tenant });
    const where = store ? '' : ` (no directory in --data ${data})`;
    process.stdout.write(`${linesOf(found, where).join('\n')}\n`);
  } catch (problem) {
    throw problem instanceof Refusal ? refused(problem) : problem;
  } finally {
    await store?.close();
  }
}

function linesOf({ request, needs, holders }: WhoCan, where: string): readonly string[] {
  return [
    line('request', request),
    line('operation', needs.operation),
    ...needLines(requirementLines(needs)),
    ...(holders ? holderLines(holders) : [line('holders', `not known${where}`)]),
  ];
}

function holderLines({ everybody, users, clients, applications }: Holders): readonly string[] {
  return [
    ...linesUnder('users with it', everybody ? ['every member'] : shown(users)),
    ...linesUnder('through', shown(clients)),
    ...linesUnder('apps with it', shown(applications)),
  ];
}

function shown(holders: readonly Holder[]): readonly string[] {
  const texts = holders.slice(0, LIMITS.holdersShown).map(({ name, how }) => `${name} (${how})`);
  const more = holders.length - texts.length;
  if (texts.length === 0) return ['none'];
  return more > 0 ? [...texts, `and ${more} more`] : texts;
}
