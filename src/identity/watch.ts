import { SIGN_IN } from '../model/signIn.ts';
import type { Change, Store } from '../store/contract.ts';

/** The types in which it stands who somebody is, and what they may do. */
const TYPES: ReadonlySet<string> = new Set(Object.values(SIGN_IN).map(({ type }) => type.name));

/** The same store; calls `act` after each write that may have changed who somebody is or what they may do. */
export function watchIdentity(store: Store, act: () => void): Store {
  return {
    ...store,
    write: async (request) => {
      const outcome = await store.write(request);
      if (outcome.done && request.changes.some(concernsIdentity)) act();
      return outcome;
    },
  };
}

function concernsIdentity(change: Change): boolean {
  return 'type' in change && TYPES.has(change.type);
}
