/** A value that an embedded store has at once and a remote one later. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Whether it must be waited for. To wait for what is there costs a turn, in which the objects of other requests push this one's
 * out of the processor's cache.
 */
export function isLater<T>(value: Awaitable<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** Goes on with a value: at once, where it is there. */
export function onward<T, R>(value: Awaitable<T>, go: (value: T) => Awaitable<R>): Awaitable<R> {
  return isLater(value) ? value.then(go) : go(value);
}
