/**
 * A module that is loaded when it is first needed, and kept: to ask for a module costs each time.
 * The result makes functions of the module's own, which load it when they are called.
 */
export function later<M>(load: () => Promise<M>) {
  let loaded: M | undefined;
  return <A extends unknown[], R>(pick: (all: M) => (...given: A) => R) =>
    async (...given: A): Promise<Awaited<R>> => {
      loaded ??= await load();
      return await pick(loaded)(...given);
    };
}
