import type { Callers } from '../identity/caller.ts';
import type { TokenIssuer } from '../identity/grants.ts';
import type { Request } from './message.ts';

/** A request to one of sign-in's addresses. */
export type SignInCall = {
  readonly request: Request;
  /** What stands in the path in the place of `{tenant}` and of other names in braces, percent-decoded. */
  readonly tenantName: string;
  readonly name: string;
};

/** What sign-in stands on. */
export type SignInWorld = TokenIssuer & { readonly callers: Callers };
