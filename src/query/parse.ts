import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';

/**
 * The text after the question mark, as names and values. No name is understood here; `check.ts` does that.
 * https://learn.microsoft.com/graph/query-parameters
 */
export type Options = ReadonlyMap<string, string>;

const SYSTEM_OPTIONS: ReadonlySet<string> = new Set([
  'apply',
  'compute',
  'count',
  'deltatoken',
  'expand',
  'filter',
  'format',
  'orderby',
  'search',
  'select',
  'skip',
  'skiptoken',
  'top',
]);

const NO_OPTIONS: Options = new Map();

/** @param query the text after `?`, still percent-encoded */
export function parseOptions(query: string): Options {
  if (query === '') return NO_OPTIONS;
  const options = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = optionName(decode(equals < 0 ? pair : pair.slice(0, equals), pair));
    if (options.has(name)) throw new Refusal(ERRORS.optionTwice, { option: name });
    options.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1), pair));
  }
  return options;
}

/** Graph takes the system options with and without their `$`, and whatever their case. */
function optionName(name: string): string {
  const bare = (name.startsWith('$') ? name.slice(1) : name).toLowerCase();
  return SYSTEM_OPTIONS.has(bare) ? `$${bare}` : name;
}

function decode(text: string, pair: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal(ERRORS.optionMalformed, { option: pair });
  }
}
