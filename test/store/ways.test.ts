import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import type { Definition } from '../../src/model/extension.ts';
import type { Condition, PagePlan, Store } from '../../src/store/contract.ts';
import { MODEL_TYPES, typesWith } from '../../src/store/definitions.ts';
import type { Scout } from '../../src/store/sqlite/choose.ts';
import { countStatement, pageStatement } from '../../src/store/sqlite/compile.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { addFunctions } from '../../src/store/sqlite/functions.ts';
import { bound, type Sql } from '../../src/store/sqlite/predicate.ts';
import { createRandom, type Random } from '../query/generate.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import { linked, newDevice, put, viewOf } from './contract/room.ts';
import { answerOf, planOf, type Question } from './oracle/mirror.ts';
import { differenceOf, randomQuestion, wrongIn } from './oracle/oracle.ts';
import { openSides, type Side } from './oracle/sides.ts';
import { guid } from './oracle/values.ts';
import { seedOf } from './seeded.ts';

/** Each way that SQLite's driver may go leads to the same objects, whatever it was chosen by. */

const WAYS = [
  'index of',
  'range of',
  'terms',
  'terms, and a look',
  'links',
  'the order of the objects',
  'kept counts',
  'too costly',
];

describe('a way that was chosen by wrong numbers leads to the right objects', () => {
  const folder = makeFolder();
  let store: Store;
  let database: DatabaseSync;
  let sides: readonly Side[];

  before(async () => {
    store = openSqliteStore({ folder, clock: systemClock });
    sides = await openSides(store, createRandom(1), 150);
    database = new DatabaseSync(join(folder, 'directory.sqlite'), { readOnly: true });
    addFunctions(database);
  });
  after(async () => {
    database.close();
    await store.close();
    removeFolder(folder);
  });

  /** What a scout says of a directory: many or few rows in each range, many or few objects, no values known or some. */
  // biome-ignore format: a table is read by its columns
  const LIES: Readonly<Record<string, Omit<Scout, 'tenant' | 'types'>>> = {
    'few rows of few objects':   { rows: () => 1,                                   total: () => 10,        kept: () => undefined, places: () => [], dictionary: () => () => undefined },
    'many rows of few objects':  { rows: (_sql, most) => most,                      total: () => 10,        kept: () => undefined, places: () => [], dictionary: () => () => undefined },
    'few rows of many objects':  { rows: () => 1,                                   total: () => 1_000_000, kept: () => undefined, places: () => [], dictionary: () => () => undefined },
    'many rows of many objects': { rows: (_sql, most) => most,                      total: () => 1_000_000, kept: () => undefined, places: () => [], dictionary: () => () => undefined },
    'too many for any walk':     { rows: (_sql, most) => most,                      total: () => Number.POSITIVE_INFINITY, kept: () => undefined, places: () => [], dictionary: () => () => undefined },
  };

  const gone = new Set<string>();
  // An embedded store has them at once.
  const typesOf = ({ store: from, tenant }: Side) => typesWith(from.definitions(tenant) as readonly Definition[]);

  test('the rows that are there, of more objects than there are', (t) => {
    const own = createRandom(seedOf(t));
    const rows: Scout['rows'] = ({ text, values }, most) =>
      Number(first({ text: `select count(*) from (${text} limit ?)`, values: [...values, most] })[0]);
    for (let asked = 0; asked < 400; asked += 1) {
      const side = sides[asked % 2] as Side;
      const scout = {
        rows,
        total: () => 1_000_001,
        dictionary: () => () => undefined,
        types: typesOf(side),
        kept: () => undefined,
        places: () => [],
        tenant: side.tenant.key,
      };
      for (const way of answer(side, randomQuestion(own, side), scout)) gone.add(way);
    }
  });

  for (const [name, lie] of Object.entries(LIES)) {
    test(name, (t) => {
      const own = createRandom(seedOf(t));
      for (let asked = 0; asked < 400; asked += 1) {
        const side = sides[asked % 2] as Side;
        const question = randomQuestion(own, side);
        for (const way of answer(side, question, { ...lie, tenant: side.tenant.key, types: typesOf(side) }))
          gone.add(way);
      }
    });
  }

  test('each way was gone', () => {
    for (const way of WAYS)
      assert.ok(
        [...gone].some((one) => one.startsWith(way)),
        way,
      );
  });

  /** Holds the first page, the next one and the count against what they must be. → the ways that led there */
  function answer(side: Side, question: Question, scout: Scout): readonly string[] {
    const expected = answerOf(side.mirror, question);
    const what = JSON.stringify(question);
    const ways: string[] = [];
    let place: string | undefined;
    for (const [from, limit] of [
      [0, 7],
      [7, 999],
    ] as const) {
      const found = pageStatement(planOf(question, place, limit), side.tenant.key, scout);
      if ('tooCostly' in found) return ['too costly'];
      const [items, , last] = first(found);
      const ids = (
        JSON.parse(`[${Buffer.from((items as Uint8Array | null) ?? []).toString()}]`) as { id: string }[]
      ).map(({ id }) => id);
      assert.equal(differenceOf(ids, expected.slice(from, from + limit)), undefined, `${what}\n${found.text}`);
      ways.push(found.index);
      if (ids.length < limit) break;
      place = String(last);
    }
    const { from, where, hidden } = question;
    const count = countStatement({ from, where, view: viewOf({ hidden }) }, side.tenant.key, scout);
    if ('tooCostly' in count) return [...ways, 'too costly'];
    assert.equal(first(count)[0], expected.length, `${what}\n${count.text}`);
    return [...ways, `counted by ${count.index}`, count.index];
  }

  function first({ text, values }: Sql): readonly unknown[] {
    const statement = database.prepare(text);
    statement.setReturnArrays(true);
    return (statement.get(...values.map(bound)) ?? []) as unknown as readonly unknown[];
  }
});

// -- too costly ------------------------------------------------------------------------------------------------

/** A million devices, and that many rows wherever an index leads. */
const huge = (most: number): Scout => ({
  tenant: 1,
  rows: (_sql, asked) => Math.min(most, asked),
  total: () => 1_000_000,
  dictionary: () => () => undefined,
  types: MODEL_TYPES,
  kept: () => undefined,
  places: () => [],
});

const ASKED: PagePlan = {
  from: { kind: 'set', types: ['device'] },
  where: undefined,
  order: [],
  after: undefined,
  limit: 100,
  view: viewOf(),
};
const BY_NAME = [{ field: { property: 'displayName' }, descending: false }];
const MEMBERS = linked({ type: 'group', relation: 'members' }, 'the group');

test('what would be looked at row by row is bounded, for pages and counts, whatever leads there', () => {
  const inexact = both(eq('accountEnabled', true), NEEDLE);
  const inRange = both(starts('displayName', 'pc-'), { kind: 'not', item: NEEDLE });
  const types = { kind: 'set', types: ['device', 'user'] } as const;
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [what: string, most: number, costly: boolean, run: (scout: Scout) => unknown])[] = [
    ['a count of terms and a look',  100_001, true,  (scout) => countStatement({ ...ASKED, where: inexact }, 1, scout)],
    ['a count of terms and a look',  100_000, false, (scout) => countStatement({ ...ASKED, where: inexact }, 1, scout)],
    ['a count of terms alone',       900_000, false, (scout) => countStatement({ ...ASKED, where: eq('operatingSystem', 'windows') }, 1, scout)],
    ['a count of a range and a look', 100_001, true, (scout) => countStatement({ ...ASKED, where: inRange }, 1, scout)],
    ['a count of a range and a look', 100_000, false, (scout) => countStatement({ ...ASKED, where: inRange }, 1, scout)],
    ['a page of terms and a look, which may end short', 900_000, false, (scout) => pageStatement({ ...ASKED, where: inexact }, 1, scout)],
    ['a page of a key and a look',   100_001, true,  (scout) => pageStatement({ ...ASKED, where: both(eq('displayName', 'pc'), NEEDLE) }, 1, scout)],
    ['sorted, terms and a look',     100_001, true,  (scout) => pageStatement({ ...ASKED, where: inexact, order: BY_NAME }, 1, scout)],
    ['sorted, terms and a look',     100_000, false, (scout) => pageStatement({ ...ASKED, where: inexact, order: BY_NAME }, 1, scout)],
    ['sorted, terms alone',          900_000, false, (scout) => pageStatement({ ...ASKED, where: eq('operatingSystem', 'windows'), order: BY_NAME }, 1, scout)],
    ['several types, sorted',        10,      true,  (scout) => pageStatement({ ...ASKED, from: types, order: BY_NAME }, 1, scout)],
    ['several types, by terms, sorted', 10,   false, (scout) => pageStatement({ ...ASKED, from: types, where: eq('operatingSystem', 'windows'), order: BY_NAME }, 1, scout)],
    ['several types, by terms and a look', 100_001, true, (scout) => pageStatement({ ...ASKED, from: types, where: inexact }, 1, scout)],
    ['members and a look',           100_001, true,  (scout) => pageStatement({ ...ASKED, from: MEMBERS, where: NEEDLE }, 1, scout)],
    ['members and a look',           100_000, false, (scout) => pageStatement({ ...ASKED, from: MEMBERS, where: NEEDLE }, 1, scout)],
    ['members, sorted',              100_001, true,  (scout) => pageStatement({ ...ASKED, from: MEMBERS, order: BY_NAME }, 1, scout)],
    ['a count of members and a look', 100_001, true, (scout) => countStatement({ ...ASKED, from: MEMBERS, where: NEEDLE }, 1, scout)],
    ['members in their own order',   900_000, false, (scout) => pageStatement({ ...ASKED, from: MEMBERS }, 1, scout)],
    ['several types in their own order', 10,  false, (scout) => pageStatement({ ...ASKED, from: types }, 1, scout)],
  ];
  for (const [what, most, costly, run] of rows) {
    assert.equal('tooCostly' in (run(huge(most)) as object), costly, `${what}, ${most} rows`);
  }
});

// -- many ------------------------------------------------------------------------------------------------------

const MANY = 25_000;
const AT_ONCE = 500;
const NEEDLES: ReadonlySet<number> = new Set([3, 4, 20_500, 24_990]);

const NAME = { property: 'displayName' };
const SYSTEM = { property: 'operatingSystem' };
const starts = (property: string, value: string): Condition => ({
  kind: 'match',
  how: 'startsWith',
  field: { property },
  value,
});
const eq = (property: string, value: string | boolean): Condition => ({
  kind: 'compare',
  operator: 'eq',
  field: { property },
  value,
});
const NEEDLE: Condition = { kind: 'match', how: 'contains', field: NAME, value: 'needle' };
const both = (...items: readonly Condition[]): Condition => ({ kind: 'and', items });

/** What each is asked for, and by which way a first page finds it. */
// biome-ignore format: a table is read by its columns
const LARGE: Readonly<Record<string, readonly [way: string, where: Condition | undefined]>> = {
  'all':                                        ['the order of the objects', undefined],
  'a range with few rows':                      ['range of the index of device.displayName', starts('displayName', 'pc-1234')],
  'a range with too many rows':                 ['none: each object is looked at', starts('displayName', 'pc-')],
  'a range with too many rows, few of them':    ['none: each object is looked at', both(starts('displayName', 'pc-'), NEEDLE)],
  'one of two ranges with few rows':            ['range of the index of device.deviceId', both(starts('displayName', 'pc-'), starts('deviceId', '0000'))],
  'a frequent value':                           ['none: each object is looked at', eq('operatingSystem', 'windows')],
  'a rare value':                               ['terms', eq('operatingSystemVersion', '10.0.26100')],
  'frequent values that start so':              ['none: each object is looked at', starts('operatingSystem', 'win')],
  'more values than are turned into terms':     ['none: each object is looked at', starts('operatingSystemVersion', '10.0.2')],
  'a term, and few of its rows':                ['terms, and a look at each object that they lead to', both(eq('accountEnabled', true), NEEDLE)],
  'the start of a long word':                   ['terms, and a look at each object that they lead to', { kind: 'word', field: NAME, word: 'needlehayst' }],
  'no index, few':                              ['none: each object is looked at', NEEDLE],
  'no index, none':                             ['none: each object is looked at', { kind: 'match', how: 'endsWith', field: NAME, value: 'nowhere' }],
  'no index, nearly all':                       ['none: each object is looked at', { kind: 'not', item: NEEDLE }],
};

describe(`${MANY} devices`, () => {
  let side: Side;
  before(async () => {
    side = await openMany(createRandom(1));
  });
  after(() => side.store.close());

  for (const [name, [way, where]] of Object.entries(LARGE)) {
    test(`${name}: by ${way}`, async (t) => {
      const from: PagePlan['from'] = { kind: 'set', types: ['device'] };
      const random = createRandom(seedOf(t));
      const question: Question = { from, where, order: [], hidden: [] };
      const found = await side.store.explain(side.tenant, planOf(question, undefined, 100));
      assert.ok('index' in found);
      assert.equal(found.index, way);
      for (const order of [
        [],
        [{ field: NAME, descending: false }],
        [{ field: { property: 'createdDateTime' }, descending: true }],
      ]) {
        const wrong = await wrongIn(side, { ...question, order }, random);
        assert.notEqual(typeof wrong, 'string', `${JSON.stringify(order)}: ${wrong}`);
      }
    });
  }

  test('a page that has looked at enough ends short, and the next ones find the rest', async () => {
    const where = both(starts('displayName', 'pc-'), NEEDLE);
    const question: Question = { from: { kind: 'set', types: ['device'] }, where, order: [], hidden: [] };
    for (const limit of [1, 2, 3, 100]) {
      const ids: string[] = [];
      let last: string | undefined;
      do {
        const page = await side.store.page(side.tenant, planOf(question, last, limit));
        assert.ok('items' in page);
        ids.push(...(JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[]).map(({ id }) => id));
        last = page.last;
      } while (last !== undefined);
      assert.equal(differenceOf(ids, answerOf(side.mirror, question)), undefined, `limit ${limit}`);
    }
  });
});

async function openMany(random: Random): Promise<Side> {
  const store = openSqliteStore({ folder: ':memory:', clock: systemClock });
  const tenant = await store.addTenant({ id: guid(random), displayName: 'Contoso', defaultDomain: 'contoso.example' });
  const side: Side = { store, tenant, mirror: { things: [], links: [] } };
  for (let from = 0; from < MANY; from += AT_ONCE) {
    const made = Array.from({ length: AT_ONCE }, (_, index) => oneOfMany(random, from + index));
    await put({ store, tenant, other: tenant }, ...made.map(({ change }) => change));
    side.mirror.things.push(...made.map(({ id, values }) => ({ type: 'device', id, values })));
  }
  return side;
}

/** Names in another order than that in which they are made. */
function oneOfMany(random: Random, number: number) {
  return newDevice({
    id: guid(random),
    deviceId: guid(random),
    displayName: `PC-${(number * 7) % MANY}${NEEDLES.has(number) ? ' Needlehaystack' : ''}`,
    accountEnabled: NEEDLES.has(number) || random.chance(95),
    createdDateTime: random.pick(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z', null]),
    [SYSTEM.property]: random.pick(['Windows', 'WINDOWS', 'Linux', null]),
    operatingSystemVersion: `10.0.${20_000 + random.below(600)}`,
  });
}
