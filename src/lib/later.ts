import type { Awaitable } from './awaitable.ts';

/**
 * A module that is loaded when it is first needed, and kept: to ask for a module costs each time.
 * The result makes functions of the module's own, which load it when they are called.
 */
export function later<M>(load: () => Promise<M>) {
  let loaded: M | undefined;
  return <A extends unknown[], R>(pick: (all: M) => (...given: A) => Awaitable<R>) =>
    (...given: A): Awaitable<R> => {
      if (loaded) return pick(loaded)(...given);
      return load().then((all) => {
        loaded = all;
        return pick(all)(...given);
      });
    };
}
