import { setFlagsFromString } from 'node:v8';

/**
 * Where V8 puts new objects. It doubles when much of it lives on, which a start does with all modules that it reads, and
 * doesn't shrink again: a process that waits for requests would hold 6 MiB for its start.
 * https://v8.dev/blog/trash-talk
 */

const KEEPS = 1;
const DOUBLES = 2;

export function keepYoungSpace(): void {
  setGrowth(KEEPS);
}

/** A server in use needs it. */
export function letYoungSpaceGrow(): void {
  setGrowth(DOUBLES);
}

function setGrowth(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
