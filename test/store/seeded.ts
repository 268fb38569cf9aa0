import type { TestContext } from 'node:test';

/** Random numbers that come again: the seed of a failed run, in ROLLCALL_SEED, repeats it. */
export type Seeded = {
  /** From 0 up to, without, `below`. */
  readonly below: (below: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
};

/** The seed of a test: a new one each time, or the one that is to be repeated. */
export function seedOf(t: TestContext): number {
  const seed = Number(process.env['ROLLCALL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (repeat with ROLLCALL_SEED=${seed})`);
  return seed;
}

export function seeded(t: TestContext): Seeded {
  let state = seedOf(t);
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number) => Math.floor(next() * most);
  return {
    below,
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from');
      return items[below(items.length)] as (typeof items)[number];
    },
  };
}
