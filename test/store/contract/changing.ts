import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../../query/generate.ts';
import { answerOf, planOf, type Question, type Thing } from '../oracle/mirror.ts';
import { randomQuestion } from '../oracle/oracle.ts';
import { changeSides, openSides, type Side } from '../oracle/sides.ts';
import { seedOf } from '../seeded.ts';
import type { Shared } from './room.ts';

/** Lists that are asked for by a filter and change while they are walked. */
export function changingTests(shared: Shared): void {
  test('a filtered walk while objects come, change and go: none twice, none missed that met it throughout', async (t) => {
    const random = createRandom(seedOf(t));
    const sides = await openSides(shared.store(), random, OBJECTS);
    for (let walks = 0; walks < WALKS; walks += 1) {
      const question = { ...questionWithMany(random, sides), order: [] };
      const { ids, stood } = await walk(sides, question, random);
      assert.equal(new Set(ids).size, ids.length, `an object came twice: ${JSON.stringify(question)}`);
      assert.deepEqual(missing(stood, ids), [], `missed: ${JSON.stringify(question)}`);
    }
  });

  test('a sorted walk while objects come, change and go: each that nobody touched comes once', async (t) => {
    const random = createRandom(seedOf(t));
    const sides = await openSides(shared.store(), random, OBJECTS);
    for (let walks = 0; walks < WALKS; walks += 1) {
      const question = { ...questionWithMany(random, sides), order: [orderOf(random)] };
      const { ids, stood, untouched } = await walk(sides, question, random);
      const expected = stood.filter((id) => untouched.has(id));
      assert.deepEqual(missing(expected, ids), [], `missed: ${JSON.stringify(question)}`);
      const seen = ids.filter((id) => untouched.has(id));
      assert.equal(new Set(seen).size, seen.length, `an object came twice: ${JSON.stringify(question)}`);
    }
  });
}

const OBJECTS = 100;
const WALKS = 20;
/** Questions with less of an answer than this show little. */
const LEAST = 10;

function questionWithMany(random: Random, sides: readonly Side[]): Question {
  const [side] = sides as [Side];
  for (;;) {
    const question = randomQuestion(random, side);
    if (question.where && answerOf(side.mirror, question).length >= LEAST) return question;
  }
}

function orderOf(random: Random): Question['order'][number] {
  const property = random.pick(['displayName', 'createdDateTime', 'deletedDateTime']);
  return { field: { property }, descending: random.chance(50) };
}

type Walk = {
  readonly ids: readonly string[];
  /** Those that met the question all the time. */
  readonly stood: readonly string[];
  readonly untouched: ReadonlySet<string>;
};

async function walk(sides: readonly Side[], question: Question, random: Random): Promise<Walk> {
  const [side] = sides as [Side];
  const { mirror, store, tenant } = side;
  const before = new Map(mirror.things.map(({ id, values }) => [id, values]));
  const ids: string[] = [];
  let now = answerOf(mirror, question);
  let stood = now;
  let after: string | undefined;
  do {
    const page = await store.page(tenant, planOf(question, after, 1 + random.below(12)));
    assert.ok('items' in page);
    const found = (JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[]).map(({ id }) => id);
    assert.deepEqual(missing(found, now), [], `these don't meet it: ${JSON.stringify(question)}`);
    ids.push(...found);
    for (let changes = random.below(4); changes > 0; changes -= 1) await changeSides(sides, random);
    now = answerOf(mirror, question);
    stood = stood.filter((id) => now.includes(id));
    after = page.last;
  } while (after !== undefined);
  const isSame = ({ id, values }: Thing) => before.get(id) === values;
  return { ids, stood, untouched: new Set(mirror.things.filter(isSame).map(({ id }) => id)) };
}

function missing(ids: readonly string[], among: readonly string[]): readonly string[] {
  return ids.filter((id) => !among.includes(id));
}
