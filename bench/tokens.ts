import { issueToken } from '../src/cli/token.ts';
import { readKeys } from '../src/identity/keys.ts';
import { systemClock } from '../src/lib/clock.ts';
import { systemRandom } from '../src/lib/random.ts';
import { FIRST_USER } from '../src/model/devTenant.ts';
import { openSqliteReader } from '../src/store/sqlite/driver.ts';

/** A user who may read everything. */
export const READER = 'global.admin@contoso.example';

/** Tokens of a user, or of one who may do all that is measured of devices, signed with the directory's own key; no two are the same. */
export async function mintTokens(folder: string, count: number, user = FIRST_USER): Promise<readonly string[]> {
  const store = openSqliteReader(folder);
  try {
    const keys = await readKeys(store, systemClock);
    if (!keys) throw new Error(`the directory in ${folder} has no signing key: load it anew`);
    const tenants = new Map((await store.tenants()).map((tenant) => [tenant.id, tenant]));
    const issuer = { store, keys, cloud: 'global', tenants, clock: systemClock, random: systemRandom } as const;
    const tokens: string[] = [];
    while (tokens.length < count) {
      const batch = Array.from({ length: Math.min(SIGNED_AT_ONCE, count - tokens.length) }, () =>
        issueToken(issuer, { user }),
      );
      tokens.push(...(await Promise.all(batch)).map(({ token }) => token));
    }
    return tokens;
  } finally {
    await store.close();
  }
}

/** Signing happens on Node's pool of threads; more at once than it has threads only takes memory. */
const SIGNED_AT_ONCE = 32;

export async function oneToken(folder: string, user = FIRST_USER): Promise<string> {
  const [token] = await mintTokens(folder, 1, user);
  if (token === undefined) throw new Error('no token was made');
  return token;
}
