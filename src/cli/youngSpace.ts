import { setFlagsFromString } from 'node:v8';

/**
 * Where V8 puts new objects. It doubles when much of it lives on, which a start does with all modules that it reads, and
 * doesn't shrink again: a process that waits for requests would hold 6 MiB for its start.
 * https://v8.dev/blog/trash-talk
 *
 * V8 also learns which places make objects that live on, and puts those among the old ones at once. While the space is
 * small, all objects of the requests under way live on; learned from that, each finished request is kept until the old
 * ones are collected, which costs a server a tenth of its processor time, for good: so it doesn't learn.
 */

const KEEPS = 1;
const DOUBLES = 2;

export function keepYoungSpace(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setGrowth(KEEPS);
}

/** A server in use needs it. */
export function letYoungSpaceGrow(): void {
  setGrowth(DOUBLES);
}

function setGrowth(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
