import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of randomness; tests inject their own. */
export type Random = {
  guid(): string;
  bytes(count: number): Buffer;
};

export const systemRandom: Random = Object.freeze({
  guid: () => randomUUID(),
  bytes: (count: number) => randomBytes(count),
});
