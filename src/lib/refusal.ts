/** One row of the error table: what the caller is told, with `{name}` where a value goes. */
export type ErrorRow = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Of sign-in: tells the credential libraries that a person can mend it, by signing in or by consenting. */
  readonly suberror?: string;
};

export type Detail = { readonly code: string; readonly message: string; readonly target?: string };

type RefusalExtras = {
  readonly details?: readonly Detail[];
  readonly headers?: readonly string[];
  /** Goes to the log, never to the caller. */
  readonly cause?: unknown;
};

/** A request that is refused. Thrown anywhere, rendered in `http/failure.ts` only. */
export class Refusal extends Error {
  readonly row: ErrorRow;
  readonly details: readonly Detail[];
  /** Flat name, value, name, value … */
  readonly headers: readonly string[];

  constructor(row: ErrorRow, values: Readonly<Record<string, string>> = {}, extras: RefusalExtras = {}) {
    super(fill(row.message, values), extras.cause === undefined ? undefined : { cause: extras.cause });
    this.row = row;
    this.details = extras.details ?? [];
    this.headers = extras.headers ?? [];
  }
}

/** Replaces each `{name}` by its value; one pass, so a value that holds `{…}` stays as it is. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
