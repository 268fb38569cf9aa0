import { followed } from '../../../src/directory/read.ts';
import { entityType } from '../../../src/model/directory.ts';
import type { Condition, Source, Store } from '../../../src/store/contract.ts';
import { createRandom, type Random } from '../../query/generate.ts';
import { randomCondition, randomOrder, smaller } from './conditions.ts';
import { EXTENDED } from './extended.ts';
import { answerOf, planOf, type Question, type Thing, valuesIn } from './mirror.ts';
import { changeSides, openSides, type Side } from './sides.ts';
import { TYPES } from './values.ts';

/**
 * Random questions to a store over random objects, each answer held against what the objects themselves say
 * (`src/query/evaluate.ts`). The same seed asks the same.
 */

export type OraclePlan = {
  readonly store: Store;
  readonly seed: number;
  /** How many questions. */
  readonly count: number;
  /** Hears of each answer that came. */
  readonly heard?: (answer: Answer) => void;
};

export type Answer = { readonly question: Question; readonly objects: number; readonly pages: number };

const OBJECTS = 120;
/** So many questions are asked of the same two tenants; then there are two new ones. */
const QUESTIONS_A_DIRECTORY = 400;
const QUESTIONS_BETWEEN_CHANGES = 10;
const CHANGES = 4;

/** Throws at the first answer that is wrong, with the smallest condition that it is wrong for. */
export async function runOracle({ store, seed, count, heard }: OraclePlan): Promise<void> {
  const random = createRandom(seed);
  let sides: readonly Side[] = [];
  for (let asked = 0; asked < count; asked += 1) {
    if (asked % QUESTIONS_A_DIRECTORY === 0) sides = await openSides(store, random, OBJECTS);
    else if (asked % QUESTIONS_BETWEEN_CHANGES === 0) {
      for (let made = 0; made < CHANGES; made += 1) await changeSides(sides, random);
    }
    const side = sides[asked % sides.length];
    if (!side) throw new Error('there is nobody to ask');
    const answer = await ask(side, randomQuestion(random, side), random, `seed ${seed}, question ${asked}`);
    heard?.(answer);
  }
}

async function ask(side: Side, question: Question, random: Random, what: string): Promise<Answer> {
  const found = await wrongIn(side, question, random);
  if (typeof found !== 'string') return { question, ...found };
  let [smallest, problem] = [question, found];
  let next: Question | undefined = question;
  while (next) {
    next = undefined;
    for (const where of smallest.where ? [undefined, ...smaller(smallest.where)] : []) {
      const wrong = await wrongIn(side, { ...smallest, where }, random);
      if (typeof wrong !== 'string') continue;
      next = { ...smallest, where };
      [smallest, problem] = [next, wrong];
      break;
    }
  }
  const { store, tenant } = side;
  const asked = `${JSON.stringify(smallest)}\nfirst asked: ${JSON.stringify(question)}`;
  const how = await Promise.resolve()
    .then(() => store.explain(tenant, planOf(smallest, undefined, 10)))
    .catch(String);
  throw new Error(`${what}: ${problem}\n${asked}\n${JSON.stringify(how)}`);
}

// -- questions -------------------------------------------------------------------------------------------------

export function randomQuestion(random: Random, { mirror }: Side): Question {
  const from = randomSource(random, random.pick(mirror.things));
  const types = from.types.map(EXTENDED.named);
  return {
    from,
    where: random.chance(95) ? randomCondition(random, types, (name) => valuesIn(mirror, name)) : undefined,
    order: random.chance(40) ? randomOrder(random, types) : [],
    hidden: from.types.length > 1 && random.chance(20) ? from.types.filter(() => random.chance(40)) : [],
  };
}

const ALL = TYPES.map(({ name }) => name);

function randomSource(random: Random, of: Thing): Source {
  const form = random.below(10);
  const { relations } = entityType(of.type);
  if (form < 4 || (form < 8 && relations.length === 0))
    return { kind: 'set', types: [random.pick(['device', 'device', 'device', ...ALL])] };
  if (form < 6) return { kind: 'set', types: ALL };
  if (form < 7 || relations.length === 0) return { kind: 'set', types: some(random, ALL) };
  const relation = random.pick(relations);
  const types = random.chance(30) ? [random.pick(relation.accepts)] : relation.accepts;
  const { links, backwards, transitive } = followed(entityType(of.type), relation);
  return { kind: 'links', links, backwards, transitive, of: { type: of.type, id: of.id }, types };
}

function some(random: Random, names: readonly string[]): readonly string[] {
  const found = names.filter(() => random.chance(50));
  return found.length > 0 ? found : names;
}

// -- answers ---------------------------------------------------------------------------------------------------

/** What is wrong with the store's pages, its count or that of the opposite, in words. */
export async function wrongIn(
  side: Side,
  question: Question,
  random: Random,
): Promise<string | Omit<Answer, 'question'>> {
  try {
    return await compared(side, question, random);
  } catch (problem) {
    return `it threw: ${problem}`;
  }
}

async function compared(side: Side, question: Question, random: Random): Promise<string | Omit<Answer, 'question'>> {
  const expected = answerOf(side.mirror, question);
  const isLarge = expected.length > LARGE;
  const walked = await walk(side, question, () => (isLarge ? 500 + random.below(500) : randomLimit(random)));
  if (typeof walked === 'string') return walked;
  const problem = differenceOf(walked.ids, expected);
  if (problem) return `the pages: ${problem}`;
  const { from, where, hidden } = question;
  const view = { version: 'v1.0', select: ['id'], typed: true, hidden } as const;
  const count = await side.store.count(side.tenant, { from, where, view });
  if (count !== expected.length) return `the count is ${JSON.stringify(count)}, not ${expected.length}`;
  if (where) {
    const opposite: Condition = { kind: 'not', item: where };
    const all = await side.store.count(side.tenant, { from, where: undefined, view });
    const others = await side.store.count(side.tenant, { from, where: opposite, view });
    if (Number(count) + Number(others) !== all) return `${count} and not so ${others}, of ${all}`;
  }
  return { objects: expected.length, pages: walked.pages };
}

/** Answers of more objects are walked in large steps. */
const LARGE = 2_000;

function randomLimit(random: Random): number {
  return random.pick([1 + random.below(12), 10 + random.below(200), 999]);
}

async function walk(side: Side, question: Question, limitOf: () => number) {
  const ids: string[] = [];
  let pages = 0;
  let after: string | undefined;
  do {
    const limit = limitOf();
    const page = await side.store.page(side.tenant, planOf(question, after, limit));
    if ('tooCostly' in page) return `${page.rows} rows are too costly`;
    const objects = JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[];
    if (objects.length !== page.count) return `a page of ${objects.length} says that it has ${page.count}`;
    if (page.count > limit) return `a page has ${page.count}, of ${limit} that were asked for`;
    ids.push(...objects.map(({ id }) => id));
    pages += 1;
    after = page.last;
  } while (after !== undefined && pages < 10_000);
  return { ids, pages };
}

export function differenceOf(found: readonly string[], expected: readonly string[]): string | undefined {
  const [seen, wanted] = [new Set(found), new Set(expected)];
  if (seen.size < found.length) return `${found.length - seen.size} came twice`;
  const tooMany = found.filter((id) => !wanted.has(id));
  const missed = expected.filter((id) => !seen.has(id));
  if (tooMany.length > 0 || missed.length > 0) return `too many: ${tooMany.length}, missed: ${missed.length}`;
  const at = found.findIndex((id, place) => id !== expected[place]);
  return at < 0 ? undefined : `out of order at ${at}`;
}
