import type { Condition } from '../store/contract.ts';

/**
 * `-match` takes a regular expression. None that a caller wrote is run: a pattern may be made to take for ever. What most
 * rules need is a text with or without `^`, `$` and `.*` at its ends, and that is a comparison without a pattern.
 */
export type Pattern = {
  readonly how: Extract<Condition, { kind: 'match' }>['how'] | 'equals';
  readonly text: string;
};

const ANYTHING = ['.*?', '.*'];
const META = new Set('\\^$.|?*+()[]{}');

/** Undefined: more than such a text. */
export function simplePattern(pattern: string): Pattern | undefined {
  const isFromStart = pattern.startsWith('^');
  let rest = isFromStart ? pattern.slice(1) : pattern;
  const lead = ANYTHING.find((any) => rest.startsWith(any));
  if (lead) rest = rest.slice(lead.length);
  const isToEnd = rest.endsWith('$') && !isEscaped(rest, rest.length - 1);
  if (isToEnd) rest = rest.slice(0, -1);
  const tail = ANYTHING.find((any) => rest.endsWith(any) && !isEscaped(rest, rest.length - any.length));
  if (tail) rest = rest.slice(0, -tail.length);
  const text = literalText(rest);
  if (text === undefined) return undefined;
  return { how: howOf(isFromStart && !lead, isToEnd && !tail), text };
}

function howOf(isStart: boolean, isEnd: boolean): Pattern['how'] {
  if (isStart && isEnd) return 'equals';
  if (isStart) return 'startsWith';
  return isEnd ? 'endsWith' : 'contains';
}

/** Whether an odd number of backslashes stands in front. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (from > 0 && text.charAt(from - 1) === '\\') from -= 1;
  return (at - from) % 2 === 1;
}

/** The text that the pattern stands for; undefined where it stands for more than one. */
function literalText(pattern: string): string | undefined {
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const isEscape = pattern.charAt(at) === '\\';
    if (isEscape) at += 1;
    const character = pattern.charAt(at);
    // A backslash in front of a letter or a digit is a class of characters, or a character by its number.
    if (isEscape ? character === '' || /[\p{L}\p{N}_]/u.test(character) : META.has(character)) return undefined;
    text += character;
  }
  return text;
}
