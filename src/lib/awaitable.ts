/** A value that an embedded store has at once and a remote one later. */
export type Awaitable<T> = T | Promise<T>;

/** Goes on with a value: at once, where it is there. */
export function onward<T, R>(value: Awaitable<T>, go: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}
