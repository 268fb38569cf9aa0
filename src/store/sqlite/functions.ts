import type { DatabaseSync } from 'node:sqlite';
import { comparable } from '../../lib/comparable.ts';
import { fold } from '../../lib/text.ts';
import { words } from '../../lib/words.ts';
import { LIMITS } from '../../model/limits.ts';

/** Functions of ours that statements call, so that text is folded and cut into words in one way only. */

export const FOLD_FUNCTION = 'folded';
export const INSTANT_FUNCTION = 'instant_key';
export const WORD_FUNCTION = 'has_word';

/** Texts come as bytes, since older drivers end them at U+0000; what isn't text is null. */
export function addFunctions(database: DatabaseSync): void {
  const settings = { deterministic: true };
  const textOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : undefined);
  database.function(FOLD_FUNCTION, settings, (bytes) => {
    const text = textOf(bytes);
    return text === undefined ? null : fold(text);
  });
  database.function(INSTANT_FUNCTION, settings, (value) => comparable('DateTimeOffset', value) as string | null);
  database.function(WORD_FUNCTION, settings, (bytes, wanted) => {
    const [text, word = ''] = [textOf(bytes), textOf(wanted)];
    return Number(text !== undefined && words(text, LIMITS).some((one) => one.startsWith(word)));
  });
}
