import { rmSync } from 'node:fs';
import { seedTenant } from '../src/directory/seed.ts';
import { openKeys } from '../src/identity/keys.ts';
import { instantText, systemClock } from '../src/lib/clock.ts';
import { device } from '../src/model/device.ts';
import { DEV_TENANT } from '../src/model/devTenant.ts';
import { developmentTenants } from '../src/model/devTenants.ts';
import type { EntityType } from '../src/model/shape.ts';
import type { Change, Store, Tenant } from '../src/store/contract.ts';
import { typesWith } from '../src/store/definitions.ts';
import { journaled, lay } from '../src/store/layout.ts';
import { openSqliteStore } from '../src/store/sqlite/driver.ts';
import { deviceValues } from './devices.ts';
import { DEFINITIONS, extensionValues } from './extended.ts';
import { groupChanges } from './groups.ts';

/** Fills a fresh development directory with devices and groups, through the store itself: journal, indexes and all. */

export type Loaded = {
  readonly seconds: number;
  /** Bytes of served JSON that a device has, on average. */
  readonly deviceBytes: number;
};

/** More at once would outlive the collection of young garbage, which then takes as much time as the writing. */
const CHANGES_PER_WRITE = 500;
/** Writes under way at once: while the writer commits some, others are laid out here, and share its next commit. */
const WRITES_AT_ONCE = 20;
/** Nobody signed in did it. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** @param extended with definitions, and values of them */
export async function loadDirectory(folder: string, count: number, seed: number, extended = false): Promise<Loaded> {
  rmSync(folder, { recursive: true, force: true });
  const started = performance.now();
  const store = openSqliteStore({ folder, clock: systemClock, filling: true });
  const now = systemClock.now();
  for (const tenant of developmentTenants('global')) await seedTenant(store, tenant, now);
  await store.setValue('kind', 'development');
  await openKeys(store, systemClock);
  const tenant = await tenantOf(store);
  if (extended) await writeAll(store, tenant, definitionChanges());
  const type = typesWith(await store.definitions(tenant)).of(device);
  let bytes = 0;
  const devices = function* (): Generator<Change> {
    for (let index = 0; index < count; index++) {
      const change = insertion(type, seed, index);
      bytes += change.row.json.length;
      yield change;
    }
  };
  await writeAll(store, tenant, devices());
  await store.close();
  return { seconds: (performance.now() - started) / 1000, deviceBytes: bytes / count };
}

/** Adds groups to a directory with so many devices; the seconds that it took. */
export async function loadGroups(folder: string, devices: number, seed: number): Promise<number> {
  const started = performance.now();
  const store = openSqliteStore({ folder, clock: systemClock });
  await writeAll(store, await tenantOf(store), groupChanges(seed, devices));
  await store.close();
  return (performance.now() - started) / 1000;
}

async function tenantOf(store: Store): Promise<Tenant> {
  const tenant = (await store.tenants()).find(({ id }) => id === DEV_TENANT.id);
  if (!tenant) throw new Error('the development tenant was not made: has src/cli/start.ts changed how it makes one?');
  return tenant;
}

async function writeAll(store: Store, tenant: Tenant, all: Iterator<Change>): Promise<void> {
  const at = instantText(systemClock.now());
  const underWay = new Set<Promise<void>>();
  for (let written = 0; ; written += CHANGES_PER_WRITE) {
    const changes = take(all, CHANGES_PER_WRITE);
    if (changes.length === 0) break;
    const write = store.write({ tenant, at, principal: NOBODY, app: NOBODY, changes }).then((outcome) => {
      underWay.delete(write);
      if (!outcome.done) throw new Error(`changes from number ${written} on were refused: ${JSON.stringify(outcome)}`);
    });
    underWay.add(write);
    // A turn of the event loop, so that the writer is handed its next batch while another is laid out here.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (underWay.size >= WRITES_AT_ONCE) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

function take<T>(from: Iterator<T>, most: number): readonly T[] {
  const taken: T[] = [];
  while (taken.length < most) {
    const next = from.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

function* definitionChanges(): Generator<Change> {
  for (const definition of DEFINITIONS) yield { kind: 'define', definition };
}

function insertion(type: EntityType, seed: number, index: number): Extract<Change, { kind: 'insert' }> {
  const values = { ...deviceValues(seed, index), ...(type.custom ? extensionValues(index) : {}) };
  return {
    kind: 'insert',
    type: device.name,
    id: String(values['id']),
    row: lay(type, values),
    after: journaled(type, values),
  };
}
