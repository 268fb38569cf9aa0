import type { Field, Order, PagePlan } from '../contract.ts';
import { placeOf } from './names.ts';
import { FALSE, joined, type Sql, TRUE } from './predicate.ts';

/** The order of a page, and where it begins. */

/** Objects of a tenant begin beyond its own first place. */
export function placeAfter(plan: PagePlan, tenant: number): number {
  return plan.after === undefined ? placeOf(tenant, 0) : Number(plan.after);
}

type Term = { readonly sql: string; readonly descending: boolean };

export type Ordered = {
  readonly terms: readonly Term[];
  /** `order by …` */
  readonly text: string;
  /** SQL of where a row stands in this order: its place, or a JSON array of what it is ordered by and its place. */
  readonly last: string;
};

/** Rows with the same values follow in the order of their places, in the direction of the first value: one index does both. */
export function orderOf(order: readonly Order[], field: (field: Field) => string, place: string): Ordered {
  const terms = order.map(({ field: by, descending }) => ({ sql: field(by), descending }));
  const [first] = terms;
  const all = [...terms, { sql: place, descending: first?.descending ?? false }];
  return {
    terms: all,
    text: all.map(({ sql, descending }) => `${sql}${descending ? ' desc' : ''}`).join(', '),
    last: first ? `json_array(${all.map(({ sql }) => sql).join(', ')})` : place,
  };
}

/** What comes after that row. Null is the least value. */
export function afterOf({ terms }: Ordered, after: string | undefined): Sql {
  if (after === undefined) return TRUE;
  const values = (terms.length === 1 ? [Number(after)] : JSON.parse(after)) as (string | number | null)[];
  const ways = terms.map((term, index) => {
    const same = terms.slice(0, index).map(({ sql }, at) => ({ text: `${sql} is ?`, values: [values[at] ?? null] }));
    return joined([...same, beyond(term, values[index] ?? null)], 'and');
  });
  const [first] = terms;
  const value = values[0] ?? null;
  const bounded = first && !first.descending && value !== null && terms.length > 1;
  // Said apart, so that an index is entered where the page begins.
  const enter: readonly Sql[] = bounded ? [{ text: `${first.sql} >= ?`, values: [value] }] : [];
  return joined([...enter, joined(ways, 'or')], 'and');
}

function beyond({ sql, descending }: Term, value: string | number | null): Sql {
  if (value === null) return descending ? FALSE : { text: `${sql} is not null`, values: [] };
  if (descending) return { text: `(${sql} < ? or ${sql} is null)`, values: [value] };
  return { text: `${sql} > ?`, values: [value] };
}
