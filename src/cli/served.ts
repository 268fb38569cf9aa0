import { systemClock } from '../lib/clock.ts';
import { listText } from '../lib/text.ts';
import { CLOUD_NAMES, type CloudName } from '../model/clouds.ts';
import { IN_MEMORY, type Store, type Tenant } from '../store/contract.ts';
import { openSqliteStore, sqliteExists } from '../store/sqlite/driver.ts';
import { kindOf, noteKind } from './kind.ts';
import { type Settings, UsageProblem } from './settings.ts';

/** The directory that a start serves: the one that it was told, for what it was made, in the cloud that it lives in. */

export type Served = {
  readonly store: Store;
  /** The clouds that are served; the first stands for every address that isn't Microsoft's. */
  readonly clouds: readonly CloudName[];
};

type ServedSettings = Pick<Settings, 'data' | 'dev' | 'cloud' | 'allClouds'>;

export async function openServed(settings: ServedSettings, tell: (line: string) => void): Promise<Served> {
  const { data, dev } = settings;
  if (!dev && (data === IN_MEMORY || !sqliteExists(data))) {
    throw new UsageProblem(`There is no directory in --data ${data}. ${howToMake(data)}`);
  }
  const store = openSqliteStore({ folder: data, clock: systemClock, tell });
  try {
    await checkKind(store, settings);
    return { store, clouds: await cloudsOf(store, settings) };
  } catch (problem) {
    await store.close();
    throw problem;
  }
}

function howToMake(data: string): string {
  const folder = data === IN_MEMORY ? '<folder>' : data;
  return `Make one with: rollcall init --data ${folder} --tenant <name> --domain <domain>; or use --dev to open the development tenant there.`;
}

/** A directory is made for development or for production once, and stays so. */
async function checkKind(store: Store, { data, dev, cloud, allClouds }: ServedSettings): Promise<void> {
  const kind = await kindOf(store);
  if (dev && kind === 'production') {
    throw new UsageProblem(
      `The directory in --data ${data} is not a development one. Leave --dev out, or name another folder.`,
    );
  }
  if (!dev && kind === 'development') {
    throw new UsageProblem(
      `The directory in --data ${data} was made with --dev, and its passwords are public. Use --dev, or name another folder.`,
    );
  }
  if (dev) await makeDevelopment(store, kind !== undefined, allClouds ? CLOUD_NAMES : cloud && [cloud]);
  else if (kind === undefined || !(await isMade(store))) {
    throw new UsageProblem(
      `The directory in --data ${data} was never finished. Remove it, and then make it again with: rollcall init --data ${data} --tenant <name> --domain <domain>`,
    );
  }
}

async function isMade(store: Store): Promise<boolean> {
  const [tenant] = await store.tenants();
  return tenant !== undefined && (await store.journal(tenant, 0, 1)).length > 0;
}

/**
 * What is known of the development tenant is made once: in one cloud, or later in all of them. Which one that is was said
 * by the first start.
 */
async function makeDevelopment(store: Store, isMade: boolean, asked: readonly CloudName[] | undefined): Promise<void> {
  if (isMade && (asked?.length ?? 1) === 1) return;
  const { developmentTenants } = await import('../model/devTenants.ts');
  const { seedTenant } = await import('../directory/seed.ts');
  for (const cloud of asked ?? ['global' as const]) {
    for (const tenant of developmentTenants(cloud)) await seedTenant(store, tenant, systemClock.now());
  }
  await noteKind(store, 'development');
}

async function cloudsOf(store: Store, { data, cloud, allClouds }: ServedSettings): Promise<readonly CloudName[]> {
  const home = homeOf(await store.tenants(), data, cloud);
  return allClouds ? [home, ...CLOUD_NAMES.filter((name) => name !== home)] : [home];
}

/** The cloud that is meant: the one that was asked for, if tenants of the directory live there. */
export function homeOf(tenants: readonly Tenant[], data: string, asked: CloudName | undefined): CloudName {
  const lived = [...new Set(tenants.map((tenant) => tenant.cloud))];
  const home = asked ?? (lived.includes('global') ? 'global' : lived[0]) ?? 'global';
  if (lived.includes(home)) return home;
  throw new UsageProblem(
    `--cloud ${home} is not where the directory in --data ${data} lives: that is ${listText(lived, 'and')}, and no tenant moves. Leave --cloud out, or name another folder.`,
  );
}
