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
  for (const pair of pairsOf(query)) {
    const name = nameOf(pair);
    if (options.has(name)) throw new Refusal(ERRORS.optionTwice, { option: name });
    const equals = pair.indexOf('=');
    options.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1), pair));
  }
  return options;
}

/** The same query with one option more or another value of it, however it was written; the others stay as sent. */
export function withOption(query: string, option: string, value: string): string {
  const others = pairsOf(query).filter((pair) => nameOf(pair) !== option);
  return [...others, `${option}=${encodeURIComponent(value)}`].join('&');
}

function pairsOf(query: string): readonly string[] {
  return query.split('&').filter((pair) => pair !== '');
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=');
  return optionName(decode(equals < 0 ? pair : pair.slice(0, equals), pair));
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
