import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device } from '../../src/model/device.ts';
import { fuzz, parsers } from './fuzz.ts';
import { createRandom, KINDS, legalText, pathsOf } from './generate.ts';

/** `npm run fuzz -- --count 1000000 --seed N` does the same at length. */

const SEED = Number(process.env['ROLLCALL_SEED'] ?? Date.now() % 2 ** 31);
const again = `seed ${SEED}: ROLLCALL_SEED=${SEED} brings it back`;

test('no text breaks a parser or keeps it busy', async () => {
  const { outcomes, violations } = await fuzz({ count: 20_000, seed: SEED, target: parsers });
  assert.deepEqual(violations, [], again);
  for (const kind of KINDS) {
    for (const outcome of ['taken', 'BadRequest', 'Request_UnsupportedQuery']) {
      assert.ok((outcomes.get(`${kind}: ${outcome}`) ?? 0) > 20, `${kind}: ${outcome}: too few; ${again}`);
    }
  }
});

test('what the grammar makes is taken', () => {
  const random = createRandom(SEED);
  const paths = pathsOf(device);
  for (let done = 0; done < 4_000; done += 1) {
    const kind = random.pick(KINDS);
    const text = legalText(random, kind, paths);
    assert.doesNotThrow(() => parsers(kind, text), `${kind}: ${text}; ${again}`);
  }
});

test('the same seed makes the same texts', () => {
  const texts = () => {
    const random = createRandom(7);
    return KINDS.map((kind) => legalText(random, kind, pathsOf(device)));
  };
  assert.deepEqual(texts(), texts());
});
