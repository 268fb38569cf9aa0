import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkListQuery } from '../../src/query/check.ts';
import { parseOptions } from '../../src/query/parse.ts';
import { answerOf } from '../store/oracle/mirror.ts';
import { seedOf } from '../store/seeded.ts';
import { fuzz } from './fuzz.ts';
import { createRandom, KINDS } from './generate.ts';
import { legalFilter, legalOrderBy, legalSearch } from './legal.ts';
import { encoded, openService, type Place, type Service, settingOf } from './service.ts';

/** Queries to the whole service; `npm run fuzz -- --count 1000000 --seed N` sends more of them. */

const REQUESTS = 5_000;
const LEGAL = 1_000;

describe('queries to the whole service', () => {
  let service: Service;
  before(async () => {
    service = await openService(1);
  });
  after(() => service.close());

  test(`${REQUESTS} texts: no failure, no answer that isn't Graph's, none slow`, async (t) => {
    const { outcomes, violations } = await fuzz({ count: REQUESTS, seed: seedOf(t), target: service.target });
    assert.deepEqual(violations, []);
    for (const kind of KINDS) assert.ok((outcomes.get(`${kind}: BadRequest`) ?? 0) > 20, kind);
    assert.ok((outcomes.get('filter: taken') ?? 0) > 20);
  });

  test('what the model allows is taken, and finds what the objects themselves say', async (t) => {
    const random = createRandom(seedOf(t));
    const sets = service.places.filter(({ path }) => path.split('/').length === 3);
    let found = 0;
    for (let asked = 0; asked < LEGAL; asked += 1) {
      const place = random.pick(sets);
      const advanced = random.chance(60);
      const setting = settingOf(service, place, random, advanced);
      const filter = legalFilter(setting);
      const orderBy = filter === undefined || advanced ? legalOrderBy(setting) : undefined;
      const search = advanced && random.chance(30) ? legalSearch(setting) : undefined;
      const options = [
        ...(filter === undefined ? [] : [`$filter=${encoded(filter)}`]),
        ...(orderBy === undefined || random.chance(50) ? [] : [`$orderby=${encoded(orderBy)}`]),
        ...(search === undefined ? [] : [`$search=${encoded(search)}`]),
        ...(advanced ? ['$count=true'] : []),
      ];
      const url = `${place.path}?${options.join('&')}&$top=999&$select=id`;
      const reply = await service.ask(url, advanced);
      assert.equal(reply.status, 200, `${decodeURIComponent(url)}: ${reply.text}`);
      const ids = (reply.json.value as { id: string }[]).map(({ id }) => id);
      found += ids.length;
      assert.deepEqual(ids, await expected(place, options.join('&'), advanced), decodeURIComponent(url));
      if (advanced) assert.equal(reply.json['@odata.count'], ids.length);
    }
    assert.ok(found > LEGAL);
  });

  async function expected({ types }: Place, query: string, eventual: boolean): Promise<readonly string[]> {
    const options = parseOptions(query);
    const asked = { options, eventual, types, version: 'v1.0', relation: undefined, cast: false } as const;
    const { where, order } = await checkListQuery(asked);
    const from = { kind: 'set', types: types.map(({ name }) => name) } as const;
    return answerOf(service.mirror, { from, where, order, hidden: [] });
  }
});
