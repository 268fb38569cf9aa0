import { fold } from './text.ts';

/**
 * The form in which values of a type are compared, kept in columns and bound to statements: text folded, since Graph
 * compares without case; an instant without its `Z` and without zeros at its end, so that the order of the texts is the order in time.
 */
export function comparable(type: string, value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') {
    if (type === 'DateTimeOffset') return instantKey(value);
    return type === 'Binary' ? value : fold(value);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** @param instant in UTC with a final `Z`, as the directory keeps instants */
function instantKey(instant: string): string {
  const bare = instant.endsWith('Z') ? instant.slice(0, -1) : instant;
  return bare.includes('.') ? bare.replace(/\.?0+$/, '') : bare;
}
