import { type Awaitable, onward } from '../lib/awaitable.ts';
import { later } from '../lib/later.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { QUERY_OPTIONS, type QueryOption } from '../model/options.ts';
import type { EntityType, Version } from '../model/shape.ts';
import type { Condition } from '../store/contract.ts';
import type { Asked, ListQuery, ObjectQuery, Parsed } from './asked.ts';
import { checkNames } from './names.ts';
import type { Options } from './parse.ts';

/**
 * Options held against the model. An option that isn't built is refused by name, never ignored.
 */

export function checkListQuery(asked: Asked): Awaitable<ListQuery> {
  const { options, eventual, types, version } = asked;
  allowFor('list', options);
  const count = checkCount(options.get('$count'));
  const advanced = eventual && count;
  if (asked.cast && asked.relation?.advanced && !advanced) throw new Refusal(ERRORS.castAdvanced);
  return onward(parsed(asked, advanced), ({ where, order, expand }) => {
    if (expand.length > 0 && (advanced || options.has('$search'))) throw new Refusal(ERRORS.expandAdvanced);
    const top = options.get('$top');
    return {
      select: checkSelect(options.get('$select'), types, version),
      expand,
      where,
      order,
      top: top === undefined ? LIMITS.pageDefault : checkTop(top),
      skipToken: options.get('$skiptoken'),
      // Without the header Graph takes the option and doesn't count.
      count: advanced,
      advanced,
    };
  });
}

export function checkObjectQuery(asked: Asked): Awaitable<ObjectQuery> {
  const { options, types, version } = asked;
  allowFor(asked.relation ? 'member' : 'get', options);
  const select = checkSelect(options.get('$select'), types, version);
  return onward(parsed(asked, false), ({ expand }) => ({ select, expand }));
}

/** `GET …/$ref`: references have no properties to choose from, and nothing to filter by. */
export function checkReferencesQuery(asked: Asked): Awaitable<ListQuery> {
  allowFor('references', asked.options);
  return checkListQuery(asked);
}

/** `/$count`, which counts in advanced query mode only. */
export function checkCountQuery(asked: Asked): Awaitable<Condition | undefined> {
  if (!asked.eventual) throw new Refusal(ERRORS.countUnsupported);
  allowFor('count', asked.options);
  return onward(parsed(asked, true), ({ where }) => where);
}

/** Options in a language of their own: what reads them is loaded with the first request that has one. */
const PARSED = ['$filter', '$search', '$orderby', '$expand'];
const NOTHING: Parsed = Object.freeze({ where: undefined, order: [], expand: [] });
const checkParsed = later(() => import('./checkParsed.ts'))((all) => all.checkParsed);

function parsed(asked: Asked, advanced: boolean): Awaitable<Parsed> {
  return PARSED.some((name) => asked.options.has(name)) ? checkParsed(asked, advanced) : NOTHING;
}

export function allowOnly(options: Options, ...names: readonly string[]): void {
  for (const name of options.keys()) {
    if (!names.includes(name)) throw new Refusal(ERRORS.optionUnsupported, { option: name });
  }
}

function allowFor(kind: QueryOption['on'][number], options: Options): void {
  for (const name of options.keys()) {
    const taken = Object.hasOwn(QUERY_OPTIONS, name) && QUERY_OPTIONS[name]?.on.includes(kind);
    if (!taken) throw new Refusal(ERRORS.optionUnsupported, { option: name });
  }
}

// -- how many --------------------------------------------------------------------------------------------------

function checkCount(text: string | undefined): boolean {
  if (text === undefined) return false;
  const value = text.toLowerCase();
  if (value !== 'true' && value !== 'false') throw new Refusal(ERRORS.countInvalid, { value: text });
  return value === 'true';
}

function checkTop(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(ERRORS.topInvalid, { value: text });
  const top = Number(text);
  if (top < 1 || top > LIMITS.pageMost) {
    throw new Refusal(ERRORS.pageSize, { value: text, most: String(LIMITS.pageMost) });
  }
  return top;
}

// -- what is shown ---------------------------------------------------------------------------------------------

/** A name must be a property of at least one of the types; the others are shown without it. */
function checkSelect(
  text: string | undefined,
  types: readonly EntityType[],
  version: Version,
): readonly string[] | null {
  if (text === undefined) return null;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  if (text.trim() === '' || names.length > LIMITS.selectNames) {
    throw new Refusal(ERRORS.selectEmpty, { most: String(LIMITS.selectNames) });
  }
  return checkNames(names, types, version);
}
