/** A value that an embedded store has at once and a remote one later. */
export type Awaitable<T> = T | Promise<T>;
