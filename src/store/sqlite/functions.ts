import type { DatabaseSync } from 'node:sqlite';
import { comparable } from '../../lib/comparable.ts';
import { fold } from '../../lib/text.ts';
import { words } from '../../lib/words.ts';
import { LIMITS } from '../../model/limits.ts';

/** Functions of ours that statements call, so that text is folded and cut into words in one way only. */

export const FOLD_FUNCTION = 'folded';
export const INSTANT_FUNCTION = 'instant_key';
export const WORD_FUNCTION = 'has_word';

export function addFunctions(database: DatabaseSync): void {
  const settings = { deterministic: true };
  database.function(FOLD_FUNCTION, settings, (value) => (typeof value === 'string' ? fold(value) : value));
  database.function(INSTANT_FUNCTION, settings, (value) => comparable('DateTimeOffset', value) as string | null);
  database.function(WORD_FUNCTION, settings, (text, word) =>
    Number(typeof text === 'string' && words(text, LIMITS).some((one) => one.startsWith(String(word)))),
  );
}
