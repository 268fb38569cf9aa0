/**
 * What a query says, before it is held against the model: the trees that the parsers make. Positions are offsets
 * into the option's decoded text, from 0.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
 */

import type { CompareOperator } from '../store/contract.ts';

/** The literal types of the grammar; a GUID, a date and an instant are told apart by their form. */
export type Literal =
  | { readonly type: 'null'; readonly value: null; readonly at: number }
  | { readonly type: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly type: 'number'; readonly value: number; readonly text: string; readonly at: number }
  | {
      /** other: what OData has and Graph's directory has no property for: a duration, a time of day, binary'…'. */
      readonly type: 'string' | 'guid' | 'date' | 'dateTimeOffset' | 'other';
      readonly value: string;
      readonly at: number;
    };

/** `extensionAttributes/extensionAttribute1`, `a/type` within a lambda, `physicalIds/$count`. */
export type Path = {
  /** Names without a final `$count`; within a lambda the first may be its variable. */
  readonly names: readonly string[];
  readonly count: boolean;
  readonly at: number;
};

export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly items: readonly FilterNode[]; readonly at: number }
  | { readonly kind: 'not'; readonly item: FilterNode; readonly at: number }
  | {
      readonly kind: 'compare';
      readonly operator: CompareOperator;
      readonly path: Path;
      readonly literal: Literal;
      readonly at: number;
    }
  | { readonly kind: 'in'; readonly path: Path; readonly literals: readonly Literal[]; readonly at: number }
  | {
      readonly kind: 'match';
      readonly how: 'startsWith' | 'endsWith' | 'contains';
      readonly path: Path;
      readonly literal: Literal;
      readonly at: number;
    }
  /** `item` is undefined for `any()`, which holds when the collection isn't empty. */
  | {
      readonly kind: 'any';
      readonly path: Path;
      readonly variable: string;
      readonly item: FilterNode | undefined;
      readonly at: number;
    }
  | { readonly kind: 'isof'; readonly type: string; readonly at: number };

/** `"displayName:text"` clauses, joined by AND and OR. */
export type SearchNode =
  | { readonly kind: 'and' | 'or'; readonly items: readonly SearchNode[]; readonly at: number }
  | { readonly kind: 'clause'; readonly property: string; readonly text: string; readonly at: number };

export type OrderItem = { readonly path: Path; readonly descending: boolean };

export type ExpandItem = { readonly relation: string; readonly select: readonly string[] | null; readonly at: number };
