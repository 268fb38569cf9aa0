import { fold, headOf } from './text.ts';

/**
 * The words of a text, folded, each once, as Graph's `$search` cuts it: at blanks, at symbols, between digits and
 * letters, where a capital follows a small letter. A symbol is a word, too; and words between which stand nothing but
 * symbols are also found as one. The index holds the words of a value, and a clause for a text asks for all words of
 * that text, so both must be cut with the same bounds: `words(text, LIMITS)`.
 * https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
 *
 * @param text not folded, since its capitals say where words begin
 */
export function words(text: string, bounds: Bounds): readonly string[] {
  const found = new Set<string>();
  const add = (word: string): void => {
    if (found.size < bounds.wordsPerText) found.add(fold(word));
  };
  const pieces = piecesOf(headOf(text, bounds.wordsTextCharacters), add);
  for (const groups of pieces) {
    for (const word of combined(groups)) {
      if (found.size >= bounds.wordsPerText) return [...found];
      add(word);
    }
  }
  return [...found];
}

type Bounds = {
  /** Beyond them, combined words are left out first. */
  readonly wordsPerText: number;
  readonly wordsTextCharacters: number;
};

/** Blanks, letters with their marks, digits, one symbol: each character belongs to one of them. */
const RUN = /\s+|[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;
const BLANK = /^\s/;
const LETTER = /^[\p{L}\p{M}]/u;
const DIGIT = /^\p{N}/u;
const CAPITAL = /[\p{Lu}\p{Lt}]/u;
const SMALL = /\p{Ll}/u;
const MARK = /\p{M}/u;

/** What stands between the symbols of each piece between blanks; each word on the way is added. */
function piecesOf(text: string, add: (word: string) => void): readonly (readonly string[])[] {
  const pieces: string[][] = [];
  let groups: string[] = [];
  let isInGroup = false;
  for (const [run] of text.matchAll(RUN)) {
    const isPart = LETTER.test(run) || DIGIT.test(run);
    if (BLANK.test(run)) {
      pieces.push(groups);
      groups = [];
    } else if (isPart) {
      for (const part of casedParts(run)) add(part);
      groups.push(isInGroup ? `${groups.pop()}${run}` : run);
    } else {
      add(run);
    }
    isInGroup = isPart;
  }
  return [...pieces, groups];
}

function casedParts(run: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let isAfterSmall = false;
  for (const character of run) {
    if (isAfterSmall && CAPITAL.test(character)) {
      parts.push(part);
      part = '';
    }
    part += character;
    if (!MARK.test(character)) isAfterSmall = SMALL.test(character);
  }
  return [...parts, part];
}

/** `a.b.c` → `abc`, `ab`, `bc`: so what is found by a piece's part, cut by itself, is found in the piece. */
function* combined(groups: readonly string[]): Generator<string> {
  if (groups.length > 1) yield groups.join('');
  for (let length = 2; length < groups.length; length += 1) {
    for (let from = 0; from + length <= groups.length; from += 1) yield groups.slice(from, from + length).join('');
  }
}
