import type { Address, DirectoryWorld } from '../directory/world.ts';
import type { authorize } from '../identity/authorize.ts';
import type { Caller, Callers } from '../identity/caller.ts';
import type { Cursors } from '../query/cursor.ts';
import type { MetadataLevel } from './answer.ts';
import type { Request } from './message.ts';
import type { GraphRoute } from './route.ts';
import type { SignInWorld } from './signInCall.ts';

/** What requests are answered with. */
export type World = DirectoryWorld &
  SignInWorld & {
    readonly callers: Callers;
    readonly cursors: Cursors;
    /** The permission decision. */
    readonly authorize: typeof authorize;
  };

/** A request that has been understood and is allowed. */
export type Call<Q, B> = {
  readonly request: Request;
  readonly route: GraphRoute;
  readonly caller: Caller;
  readonly level: MetadataLevel;
  readonly query: Q;
  readonly body: B;
};

/** What a request is about. */
export function objectOf({ object, operation }: GraphRoute): Address {
  if (!object) throw new Error(`${operation} was routed without an object`);
  return object;
}
