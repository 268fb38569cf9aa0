import type { Caller } from '../../identity/caller.ts';
import type { Awaitable } from '../../lib/awaitable.ts';
import type { EntityType, Relation } from '../../model/shape.ts';
import type { Change, Values } from '../../store/contract.ts';
import type { DirectoryWorld, Found } from '../world.ts';

/** What is about to be done to one object, everything else about it having been found right. */
export type Deed = {
  readonly kind: 'create' | 'update' | 'delete' | 'link' | 'unlink';
  readonly caller: Caller;
  readonly type: EntityType;
  readonly id: string;
  /** The object's values; of a new one, none yet. */
  readonly current: Values;
  /** The values that it is given. */
  readonly changes: Values;
  /** The relation that is linked or unlinked, and the other end. */
  readonly relation?: Relation;
  readonly target?: Found;
};

type LinkingDeed = Deed & { readonly relation: Relation; readonly target: Found };

export function isLinking(deed: Deed): deed is LinkingDeed {
  return deed.relation !== undefined && deed.target !== undefined;
}

/** A rule that no cell of the model can say; it throws a refusal. */
export type Rule = {
  readonly of: EntityType;
  readonly at: readonly Deed['kind'][];
  readonly check: (deed: Deed, world: DirectoryWorld) => Awaitable<void>;
};

/** Values that follow from those that a new object is given. */
export type Derivation = { readonly of: EntityType; readonly derive: (deed: Deed) => Values };

/** The name that a new object is called by, of a type whose ids are names. */
export type Naming = { readonly of: EntityType; readonly name: (deed: Deed, world: DirectoryWorld) => string };

/** What has to be written together with the deed. */
export type Consequence = {
  readonly of: EntityType;
  readonly changes: (deed: Deed, world: DirectoryWorld) => Awaitable<readonly Change[]>;
};

/** Links that a new object has by itself: by relation, the ids of users. */
export type Custom = {
  readonly of: EntityType;
  readonly link: (
    deed: Deed,
    bound: readonly Relation[],
  ) => readonly { readonly relation: string; readonly user: string }[];
};
