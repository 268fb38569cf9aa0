import { comparable } from '../../../src/lib/comparable.ts';
import { rowOf } from '../../../src/lib/table.ts';
import { words } from '../../../src/lib/words.ts';
import { propertyOf } from '../../../src/model/directory.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { type EntityType, isPlain, type Primitive, type Property } from '../../../src/model/shape.ts';
import type { CompareOperator, Condition, Field, Order, Scalar, Values } from '../../../src/store/contract.ts';
import type { Random } from '../../query/generate.ts';
import { rowsOf } from './extended.ts';
import { randomSingle, TEXTS, TYPES } from './values.ts';

/** Conditions and orders at random: any that a store may be asked, which are more than requests can ask. */

/** What there is to ask about: the values that objects have, to be asked for again. */
export type Known = (property: string) => readonly unknown[];

type Target = { readonly field: Field; readonly type: Primitive; readonly values: () => unknown };

/** What a condition of some types may name. */
type Names = {
  readonly random: Random;
  readonly targets: readonly Target[];
  readonly collections: readonly (readonly [Property, readonly Target[]])[];
  readonly searched: readonly Target[];
  readonly types: readonly EntityType[];
};

const EQUALITY = ['eq', 'eq', 'ne'] as const;
const COMPARISONS: readonly CompareOperator[] = ['eq', 'eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const DEPTH = 3;

export function randomCondition(random: Random, types: readonly EntityType[], known: Known): Condition {
  return condition(namesOf(random, types, known), DEPTH);
}

/** The properties by which objects may be sorted, some of them, with ties and nulls among their values. */
export function randomOrder(random: Random, types: readonly EntityType[]): readonly Order[] {
  const sortable = propertiesOf(types).filter((row) => row.sort !== undefined);
  if (sortable.length === 0) return [];
  const count = random.pick([1, 1, 1, 2, 3]);
  return Array.from({ length: count }, () => ({
    field: { property: random.pick(sortable).name },
    descending: random.chance(50),
  }));
}

/** Each property once, as the first type that has it declares it. */
function propertiesOf(types: readonly EntityType[]): readonly Property[] {
  const names = new Set(types.flatMap((type) => rowsOf(type).map(({ name }) => name)));
  return [...names].flatMap((name) => types.map((type) => propertyOf(type, name)).find((row) => row) ?? []);
}

const cells = new WeakMap<readonly EntityType[], readonly Property[]>();

function namesOf(random: Random, types: readonly EntityType[], known: Known): Names {
  const asked = cells.get(types) ?? propertiesOf(types).filter((row) => row.filter ?? row.search ?? row.name === 'id');
  cells.set(types, asked);
  const singles = asked.filter(({ collection }) => !collection);
  return {
    random,
    types,
    targets: singles.flatMap((row) => targetsOf(random, row, known, row.name)),
    collections: asked
      .filter(({ collection }) => collection)
      .map((row) => [row, targetsOf(random, row, known, '')] as const),
    searched: singles
      .filter(({ search }) => search === 'words')
      .flatMap((row) => targetsOf(random, row, known, row.name)),
  };
}

function targetsOf(random: Random, row: Property, known: Known, property: string): readonly Target[] {
  const some = () => {
    const found = known(row.name);
    const value = found.length > 0 ? random.pick(found) : null;
    return row.collection ? (Array.isArray(value) && value.length > 0 ? random.pick(value) : null) : value;
  };
  const { type } = row;
  if (typeof type === 'string') return [{ field: { property }, type, values: some }];
  return type.members
    .filter(isPlain)
    .filter((member) => member.filter)
    .map((member) => ({
      field: { property, member: member.name },
      type: member.type,
      values: () => rowOf((some() ?? {}) as Values, member.name) ?? null,
    }));
}

// -- trees -----------------------------------------------------------------------------------------------------

function condition(names: Names, depth: number): Condition {
  const { random, collections, searched, targets, types } = names;
  const form = random.below(depth === 0 ? 8 : 16);
  if (form >= 13) return { kind: 'not', item: condition(names, depth - 1) };
  if (form >= 8) return joined(random, () => condition(names, depth - 1));
  if (form === 7 && random.chance(30))
    return { kind: 'type', type: random.pick(random.chance(50) ? types : TYPES).name };
  if (form >= 6 && searched.length > 0) return wordOf(random, random.pick(searched));
  if (form >= 4 && collections.length > 0) return collected(random, ...random.pick(collections));
  return test(random, random.pick(targets));
}

function joined(random: Random, item: () => Condition): Condition {
  const count = random.pick([0, 1, 2, 2, 2, 3, 4]);
  return { kind: random.pick(['and', 'or']), items: Array.from({ length: count }, item) };
}

function collected(random: Random, { name }: Property, items: readonly Target[]): Condition {
  const field = { property: name };
  const form = random.below(10);
  if (form < 2) return { kind: 'count', operator: random.pick(COMPARISONS), field, value: random.below(5) - 1 };
  if (form < 3) return { kind: 'any', field, item: undefined };
  return { kind: 'any', field, item: itemCondition(random, items, 2) };
}

function itemCondition(random: Random, items: readonly Target[], depth: number): Condition {
  const form = depth === 0 ? 0 : random.below(10);
  if (form === 9) return { kind: 'not', item: itemCondition(random, items, depth - 1) };
  if (form >= 6) return joined(random, () => itemCondition(random, items, depth - 1));
  return test(random, random.pick(items));
}

/** One comparison of a single value. */
function test(random: Random, target: Target): Condition {
  const { field, type } = target;
  const form = random.below(10);
  if (form === 0) {
    return { kind: 'in', field, values: Array.from({ length: random.below(6) }, () => scalar(random, target)) };
  }
  if (form <= 3 && type === 'String') return match(random, target);
  if (random.chance(12)) return { kind: 'compare', operator: random.pick(EQUALITY), field, value: null };
  const value = scalar(random, target);
  // Only what has an order is asked for it.
  const operators = value === null || type === 'Boolean' ? EQUALITY : COMPARISONS;
  return { kind: 'compare', operator: random.pick(operators), field, value };
}

/** Most of them a value that some object has. */
function scalar(random: Random, { type, field, values }: Target): Scalar {
  const value = random.chance(70) ? values() : randomSingle(random, type, field.member ?? field.property);
  return comparable(type, value);
}

function match(random: Random, target: Target): Condition {
  const how = random.pick(['startsWith', 'startsWith', 'endsWith', 'contains'] as const);
  const characters = [...String(scalar(random, target) ?? '')];
  const length = random.below(characters.length + 1);
  const from = how === 'startsWith' ? 0 : random.below(characters.length - length + 1);
  const part =
    how === 'endsWith' ? characters.slice(characters.length - length) : characters.slice(from, from + length);
  return { kind: 'match', how, field: target.field, value: part.join('') };
}

function wordOf(random: Random, { field, values }: Target): Condition {
  const found = words(String((random.chance(70) && values()) || random.pick(TEXTS)), LIMITS);
  const characters = [...(found.length > 0 ? random.pick(found) : 'x')];
  const length = random.chance(50) ? characters.length : 1 + random.below(characters.length);
  return { kind: 'word', field, word: characters.slice(0, length).join('') };
}

// -- smaller ---------------------------------------------------------------------------------------------------

/** Conditions that lack a part of this one, the smallest first. */
export function smaller(condition: Condition): readonly Condition[] {
  if (condition.kind === 'not') {
    return [condition.item, ...smaller(condition.item).map((item): Condition => ({ kind: 'not', item }))];
  }
  if (condition.kind === 'any' && condition.item) {
    return smaller(condition.item).map((item) => ({ ...condition, item }));
  }
  if (condition.kind !== 'and' && condition.kind !== 'or') return [];
  const { kind, items } = condition;
  const without = items.map((_, at): Condition => ({ kind, items: items.toSpliced(at, 1) }));
  const within = items.flatMap((item, at) =>
    smaller(item).map((one): Condition => ({ kind, items: items.with(at, one) })),
  );
  return [...items, ...without, ...within];
}
