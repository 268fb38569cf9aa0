import type { Caller } from '../../identity/caller.ts';
import type { Awaitable } from '../../lib/awaitable.ts';
import type { Random } from '../../lib/random.ts';
import type { EntityType, Relation } from '../../model/shape.ts';
import type { Change, Tenant, Values } from '../../store/contract.ts';
import type { DirectoryWorld, Found } from '../world.ts';

/** What is about to be done to one object, everything else about it having been found right. */
export type Deed = {
  /** act: an action that changes it. */
  readonly kind: 'create' | 'update' | 'delete' | 'link' | 'unlink' | 'act';
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
export type Derivation = {
  readonly of: EntityType;
  readonly at: readonly ('create' | 'update')[];
  readonly derive: (deed: Deed, world: DirectoryWorld) => Awaitable<Values>;
};

/** Links that a new object has by itself. */
export type Custom = {
  readonly of: EntityType;
  readonly link: (
    deed: Deed,
    bound: readonly Relation[],
  ) => readonly { readonly relation: string; readonly target: string; readonly targetType: string }[];
};

/** The id that a new object of the type has by what it is about, so that there can't be two of them, or by its name. */
export type Naming = {
  readonly of: EntityType;
  readonly id: (values: Values, tenant: Tenant, random: Random) => string;
};

/** Changes that go with a deed, in its transaction: what else is the same fact, or ends with it. */
export type Consequence = {
  readonly of: readonly EntityType[];
  readonly at: readonly Deed['kind'][];
  /** @param at the instant of the change */
  readonly follow: (deed: Deed, world: DirectoryWorld, at: string) => Awaitable<readonly Change[]>;
};
