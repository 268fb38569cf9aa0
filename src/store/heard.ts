import type { Store, WriteRequest } from './contract.ts';

/** Hears of a write that was done, before whoever asked for it does; a promise is waited for. */
export type Listener = (request: WriteRequest) => undefined | Promise<void>;

/** The same store, whose writes are heard, by one after the other. */
export function heardBy(listeners: readonly Listener[], store: Store): Store {
  return {
    ...store,
    write: async (request) => {
      const outcome = await store.write(request);
      if (!outcome.done) return outcome;
      for (const hear of listeners) {
        const heard = hear(request);
        if (heard) await heard;
      }
      return outcome;
    },
  };
}
