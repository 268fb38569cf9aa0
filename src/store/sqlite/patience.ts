import { LIMITS } from '../../model/limits.ts';

/**
 * How long a commit waits for requests that are on their way. On a slow disk that is worth it: who comes a moment too late
 * waits for this commit and then for the next.
 */
export class Patience {
  /** Milliseconds that a commit takes, on average. */
  #usual = 0;
  /** Requests that shared a commit lately. */
  #together = 0;

  /** @returns milliseconds; 0 where the disk is quick, or as many as usual are there */
  for(requests: number): number {
    const isSlow = this.#usual > LIMITS.commitSharedMilliseconds;
    if (!isSlow || requests >= this.#together) return 0;
    return Math.min(this.#usual * LIMITS.commitWaitShare, LIMITS.commitWaitMostMilliseconds);
  }

  /** So many requests shared a commit, and it took so many milliseconds. */
  note(requests: number, milliseconds: number): void {
    this.#usual += (milliseconds - this.#usual) / LIMITS.commitsAveraged;
    this.#together = Math.max(requests, this.#together - 1);
  }
}
