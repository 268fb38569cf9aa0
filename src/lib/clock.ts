/** Milliseconds since 1970, UTC. The only file that reads the machine's clock or starts a timer. */
export type Clock = {
  now(): number;
  /** Calls `act` once after `delay` milliseconds, without keeping the process alive; the result takes it back. */
  after(delay: number, act: () => void): () => void;
};

export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  after: (delay: number, act: () => void) => {
    const timer = setTimeout(act, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
});

/** `2026-11-21T21:54:00Z`: the form in which Graph sends instants that it made itself. */
export function instantText(milliseconds: number): string {
  return `${errorDateText(milliseconds)}Z`;
}

/** The instant of `innerError.date`: UTC, to the second, without the `Z` that Graph leaves out there. */
export function errorDateText(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(milliseconds).toISOString().slice(0, 19);
  }
  return lastText;
}

/** Thousands of requests share a second; its text is made once. */
let lastSecond = Number.NaN;
let lastText = '';
