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

/** What stands between the symbols of each piece between blanks; each word on the way is added. */
function piecesOf(text: string, add: (word: string) => void): readonly (readonly string[])[] {
  const pieces: string[][] = [];
  let groups: string[] = [];
  let isInGroup = false;
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    const end = endOfRun(text, at, kind);
    const run = text.slice(at, end);
    at = end;
    const isPart = kind === LETTER || kind === DIGIT;
    if (kind === BLANK) {
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

/** Kinds of characters: what follows each other in one of the first three is one run, a symbol is one by itself. */
const BLANK = 0;
const LETTER = 1;
const DIGIT = 2;
const SYMBOL = 3;

const FORMS = [/\s/u, /[\p{L}\p{M}]/u, /\p{N}/u];
/** The same for ASCII: to make those of Unicode takes a millisecond, which a start has no use for. */
const ASCII_FORMS = [/\s/, /[a-z]/i, /[0-9]/];
const ASCII_CHARACTERS = 128;
const ASCII_KINDS = Uint8Array.from({ length: ASCII_CHARACTERS }, (_, code) =>
  kindOf(String.fromCharCode(code), ASCII_FORMS),
);

function kindOf(character: string, forms: readonly RegExp[]): number {
  const kind = forms.findIndex((form) => form.test(character));
  return kind < 0 ? SYMBOL : kind;
}

function kindAt(text: string, at: number): number {
  return ASCII_KINDS[text.charCodeAt(at)] ?? kindOf(characterAt(text, at), FORMS);
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function endOfRun(text: string, start: number, kind: number): number {
  let at = start;
  do at += widthAt(text, at);
  while (at < text.length && kind !== SYMBOL && kindAt(text, at) === kind);
  return at;
}

/** Its UTF-16 units. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > LAST_NARROW ? 2 : 1;
}

const LAST_NARROW = 0xffff;

/** Where a capital follows a small letter, whose marks may stand between them. */
const WITHIN_WORD = /(?=[\p{Lu}\p{Lt}])(?<=\p{Ll}\p{M}*)/u;

function casedParts(run: string): readonly string[] {
  return run.split(WITHIN_WORD);
}

/** `a.b.c` → `abc`, `ab`, `bc`: so what is found by a piece's part, cut by itself, is found in the piece. */
function* combined(groups: readonly string[]): Generator<string> {
  if (groups.length > 1) yield groups.join('');
  for (let length = 2; length < groups.length; length += 1) {
    for (let from = 0; from + length <= groups.length; from += 1) yield groups.slice(from, from + length).join('');
  }
}
