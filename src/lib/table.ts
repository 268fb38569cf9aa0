/**
 * Turns rows of data into a frozen table. The table has no prototype, so that a name out of a request
 * (`constructor`, `__proto__`) can never find something that the table doesn't hold.
 */
export function table<const R extends Record<string, object>>(rows: R): Readonly<R> {
  return Object.freeze(Object.assign(Object.create(null) as object, rows)) as Readonly<R>;
}

/** The row of that name, or undefined: the one way to look up a name that came from outside. */
export function rowOf<V>(rows: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}
