import type { EntityType, Relation, Version } from '../model/shape.ts';
import type { Condition, Order } from '../store/contract.ts';
import type { Options } from './parse.ts';

/** What a request asks for: its options before and after they were held against the model. */

/** What a request asks of what place. */
export type Asked = {
  readonly options: Options;
  /** The header `ConsistencyLevel: eventual`. */
  readonly eventual: boolean;
  readonly version: Version;
  /** The types whose objects may be answered with. */
  readonly types: readonly EntityType[];
  /** The relation that is read, if it is one. */
  readonly relation: Relation | undefined;
  /** The path ends in a cast to one type. */
  readonly cast: boolean;
  /** A type as the caller's tenant has it; undefined where it has added nothing. */
  readonly own?: ((type: EntityType) => EntityType) | undefined;
};

export type ObjectQuery = {
  /** null: the default set. */
  readonly select: readonly string[] | null;
  readonly expand: readonly ExpandQuery[];
};

/** The objects of a relation, shown within each object. */
export type ExpandQuery = {
  readonly type: EntityType;
  readonly relation: Relation;
  readonly select: readonly string[] | null;
};

/** What of a query is written in a language of its own. */
export type Parsed = Pick<ListQuery, 'where' | 'order' | 'expand'>;

/** What a list is asked for. */
export type ListQuery = ObjectQuery & {
  readonly where: Condition | undefined;
  readonly order: readonly Order[];
  readonly top: number;
  readonly skipToken: string | undefined;
  /** The number of all objects is wanted. */
  readonly count: boolean;
  readonly advanced: boolean;
};
