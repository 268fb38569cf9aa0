import { resolve } from 'node:path';
import { seedTenant } from '../directory/seed.ts';
import { openKeys } from '../identity/keys.ts';
import { hashPassword } from '../identity/secret.ts';
import { systemClock } from '../lib/clock.ts';
import { type Random, systemRandom } from '../lib/random.ts';
import type { CloudName } from '../model/clouds.ts';
import { LIMITS } from '../model/limits.ts';
import { administratorName, newTenant } from '../model/newTenant.ts';
import { IN_MEMORY, type Store } from '../store/contract.ts';
import { openSqliteStore } from '../store/sqlite/driver.ts';
import { kindOf, noteKind } from './kind.ts';
import { UsageProblem } from './settings.ts';

export type InitSettings = {
  readonly data: string;
  readonly cloud?: CloudName;
  readonly tenant: string;
  readonly domain: string;
};

/** `rollcall init`: makes a directory for production, and shows its administrator's password, once. */
export async function init(settings: InitSettings): Promise<void> {
  const { data, cloud = 'global', tenant: displayName, domain } = settings;
  if (data === IN_MEMORY) {
    throw new UsageProblem(
      `--data ${IN_MEMORY} keeps nothing, and a directory for production must be kept: name a folder.`,
    );
  }
  const store = openSqliteStore({ folder: data, clock: systemClock });
  try {
    await refuseMade(store, data);
    await openKeys(store, systemClock);
    const password = newPassword(systemRandom);
    const passwordHash = await hashPassword(password, systemRandom.bytes(LIMITS.passwordSaltBytes));
    const [tenantId, administratorId] = [systemRandom.guid(), systemRandom.guid()];
    // First, so that a directory that was left half-made never becomes one for development.
    await noteKind(store, 'production');
    const made = newTenant({ tenantId, administratorId, displayName, domain, cloud, passwordHash });
    await seedTenant(store, made, systemClock.now());
    process.stdout.write(report(settings, tenantId, password));
  } finally {
    await store.close();
  }
}

async function refuseMade(store: Store, data: string): Promise<void> {
  if ((await kindOf(store)) === undefined && (await store.tenants()).length === 0) return;
  throw new UsageProblem(
    `There is a directory in --data ${data} already, and it is left as it is. Serve it with: rollcall start --data ${data}; or name another folder.`,
  );
}

/** 32 characters that nobody takes for one another: a byte chooses among them evenly. */
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Groups of five characters: 125 bits. */
function newPassword(random: Random): string {
  const characters = [...random.bytes(LIMITS.firstPasswordCharacters)].map(
    (byte) => CHARACTERS[byte % CHARACTERS.length],
  );
  return characters.join('').replace(/.{5}(?=.)/g, '$&-');
}

function report({ data, tenant, domain, cloud = 'global' }: InitSettings, tenantId: string, password: string): string {
  const name = administratorName(domain);
  return `The directory is made, in ${resolve(data)}.

Tenant         ${tenant}, ${domain}, ${tenantId} (cloud: ${cloud})
Administrator  ${name} (Global Administrator)
Password       ${password}

The password is shown this once: only a hash of it is kept. Write it down, sign in, and change it.

Serve it to this machine, or to a network:
  rollcall start --data ${data}
  rollcall start --data ${data} --host 0.0.0.0 --tls-cert <file> --tls-key <file>

A first access token for the administrator, for whoever may read the folder:
  rollcall token --data ${data} --user ${name}
`;
}
