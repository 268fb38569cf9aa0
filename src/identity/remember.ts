import { Bounded } from '../lib/bounded.ts';
import { LIMITS } from '../model/limits.ts';
import { SIGN_IN_TYPES } from '../model/signIn.ts';
import type { Change, Credential, Store, Stored } from '../store/contract.ts';
import type { Listener } from '../store/heard.ts';

/**
 * What sign-in asks again and again, for each token the same: who a client is, what it was granted, its secrets' hashes.
 * All of it is forgotten with the first write that might change any of it, before that write is answered.
 */

/** The same store, which remembers objects of the types that sign-in knows, and credentials; and who must hear of its writes. */
export function rememberIdentity(store: Store): { readonly store: Store; readonly hear: Listener } {
  const objects = new Bounded<string, readonly Stored[]>(LIMITS.rememberedObjects);
  const secrets = new Bounded<string, readonly Credential[]>(LIMITS.rememberedObjects);
  const remembering: Store = {
    ...store,
    load: (tenant, type, by) => {
      if (!SIGN_IN_TYPES.has(type)) return store.load(tenant, type, by);
      return remembered(objects, `${tenant.key}:${type}:${by.property}:${by.value}`, () =>
        store.load(tenant, type, by),
      );
    },
    credentials: (tenant, owner) =>
      remembered(secrets, `${tenant.key}:${owner}`, () => store.credentials(tenant, owner)),
  };
  const hear: Listener = ({ changes }) => {
    if (!changes.some(mayMatter)) return undefined;
    objects.clear();
    secrets.clear();
  };
  return { store: remembering, hear };
}

/** Only what is there at once: while an answer is awaited, a write may make it wrong. */
function remembered<T>(known: Bounded<string, T>, key: string, ask: () => T | Promise<T>): T | Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const asked = ask();
  if (!(asked instanceof Promise)) known.set(key, asked);
  return asked;
}

function mayMatter(change: Change): boolean {
  return 'type' in change ? SIGN_IN_TYPES.has(change.type) : change.kind === 'credential' || change.kind === 'revoke';
}
