import { comparable } from '../../../src/lib/comparable.ts';
import { propertyOf } from '../../../src/model/directory.ts';
import type { LinkName } from '../../../src/model/shape.ts';
import { meets } from '../../../src/query/evaluate.ts';
import type { Condition, Order, PagePlan, Scalar, Source, Values } from '../../../src/store/contract.ts';
import { EXTENDED } from './extended.ts';

/** What a tenant holds, in plain JavaScript, and what each question's answer must be. */

export type Thing = { readonly type: string; readonly id: string; values: Values };

export type Link = { readonly name: LinkName; readonly source: Thing; readonly target: Thing };

export type Mirror = {
  /** In the order in which they were made. */
  things: Thing[];
  links: Link[];
};

export type Question = {
  readonly from: Source;
  readonly where: Condition | undefined;
  readonly order: readonly Order[];
  /** Types of which nothing but the id may be seen. */
  readonly hidden: readonly string[];
};

/** The ids of what meets the question, in its order. */
export function answerOf(mirror: Mirror, { from, where, order, hidden }: Question): readonly string[] {
  const seen = (thing: Thing): Values => (hidden.includes(thing.type) ? { id: thing.id } : thing.values);
  const found = candidates(mirror, from)
    .filter(({ type }) => from.types.includes(type))
    .filter((thing) => where === undefined || meets(where, EXTENDED.named(thing.type), seen(thing)));
  if (order.length === 0) return found.map(({ id }) => id);
  const keyed = found.map((thing, place) => ({
    id: thing.id,
    keys: [...order.map(({ field }) => keyOf(thing, field.property, seen(thing))), place],
  }));
  const directions = [...order, order[0]].map((by) => (by?.descending ? -1 : 1));
  keyed.sort((one, other) => {
    const at = one.keys.findIndex((key, index) => compareKeys(key, other.keys[index] ?? null) !== 0);
    return at < 0 ? 0 : compareKeys(one.keys[at] ?? null, other.keys[at] ?? null) * (directions[at] ?? 1);
  });
  return keyed.map(({ id }) => id);
}

function keyOf({ type }: Thing, name: string, values: Values): Scalar {
  const property = propertyOf(EXTENDED.named(type), name);
  return typeof property?.type === 'string' ? comparable(property.type, values[name]) : null;
}

/** Null is the least; text by code point, as its bytes in UTF-8 are. */
function compareKeys(one: Scalar, other: Scalar): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  if (typeof one === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
  return Number(one) - Number(other);
}

function candidates(mirror: Mirror, from: Source): readonly Thing[] {
  if (from.kind === 'set') return mirror.things;
  const start = mirror.things.find(({ type, id }) => type === from.of.type && id === from.of.id);
  const keys = new Set(from.links.map(linkKey));
  const links = mirror.links.filter(({ name }) => keys.has(linkKey(name)));
  const next = (thing: Thing): readonly Thing[] =>
    from.backwards
      ? links.filter(({ target }) => target === thing).map(({ source }) => source)
      : links.filter(({ source }) => source === thing).map(({ target }) => target);
  const found = new Set(start ? next(start) : []);
  if (from.transitive) {
    for (const thing of found) for (const one of next(thing)) found.add(one);
    // What leads back to where it began isn't a member of itself.
    if (start) found.delete(start);
  }
  return mirror.things.filter((thing) => found.has(thing));
}

function linkKey({ type, relation }: LinkName): string {
  return `${type}.${relation}`;
}

/** All values that objects have in a property. */
export function valuesIn({ things }: Mirror, property: string): readonly unknown[] {
  return things.map(({ values }) => values[property] ?? null);
}

export function planOf({ from, where, order, hidden }: Question, after: string | undefined, limit: number): PagePlan {
  const view = { version: 'v1.0', select: ['id'], typed: true, hidden } as const;
  return { from, where, order, after, limit, view };
}
