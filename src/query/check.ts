import { Refusal } from '../lib/refusal.ts';
import {
  DIRECTORY_OBJECT_TYPES,
  DIRECTORY_OBJECTS,
  entityType,
  existsIn,
  propertyOf,
  relationOf,
} from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { openExtensionsOf } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import { QUERY_OPTIONS, type QueryOption } from '../model/options.ts';
import type { EntityType, Relation, Version } from '../model/shape.ts';
import type { Condition, Order } from '../store/contract.ts';
import { advancedHint, checkFilter, propertyAt, type Scope } from './checkFilter.ts';
import { checkSearch } from './checkSearch.ts';
import { parseExpand } from './expand.ts';
import { parseFilter } from './filter.ts';
import { parseOrderBy } from './orderBy.ts';
import type { Options } from './parse.ts';
import { parseSearch } from './search.ts';

/**
 * Options held against the model. An option that isn't built is refused by name, never ignored.
 */

/** What a request asks of what place. */
export type Asked = {
  readonly options: Options;
  /** The header `ConsistencyLevel: eventual`. */
  readonly eventual: boolean;
  readonly version: Version;
  /** The types whose objects may be answered with. */
  readonly types: readonly EntityType[];
  /** The relation that is read, if it is one. */
  readonly relation: Relation | undefined;
  /** The path ends in a cast to one type. */
  readonly cast: boolean;
  /** A type as the caller's tenant has it; undefined where it has added nothing. */
  readonly own?: ((type: EntityType) => EntityType) | undefined;
};

export type ObjectQuery = {
  /** null: the default set. */
  readonly select: readonly string[] | null;
  readonly expand: readonly ExpandQuery[];
};

/** The objects of a relation, shown within each object. */
export type ExpandQuery = {
  readonly type: EntityType;
  readonly relation: Relation;
  readonly select: readonly string[] | null;
};

/** What a list is asked for. */
export type ListQuery = ObjectQuery & {
  readonly where: Condition | undefined;
  readonly order: readonly Order[];
  readonly top: number;
  readonly skipToken: string | undefined;
  /** The number of all objects is wanted. */
  readonly count: boolean;
  readonly advanced: boolean;
};

/** The types whose objects a request may answer with. */
export function typesOf(type: EntityType | undefined, relation: Relation | undefined): readonly EntityType[] {
  if (relation) return relation.accepts.map((name) => entityType(name));
  return type ? [type] : DIRECTORY_OBJECT_TYPES;
}

export function checkListQuery(asked: Asked): ListQuery {
  const { options, eventual, types, version } = asked;
  allowFor('list', options);
  const count = checkCount(options.get('$count'));
  const scope: Scope = { types, version, advanced: eventual && count };
  if (asked.cast && asked.relation?.advanced && !scope.advanced) throw new Refusal(ERRORS.castAdvanced);
  const where = checkWhere(asked, scope);
  const order = checkOrder(asked, scope, where !== undefined);
  const expand = checkExpand(asked);
  if (expand.length > 0 && (scope.advanced || options.has('$search'))) throw new Refusal(ERRORS.expandAdvanced);
  const top = options.get('$top');
  return {
    select: checkSelect(options.get('$select'), types, version),
    expand,
    where,
    order,
    top: top === undefined ? LIMITS.pageDefault : checkTop(top),
    skipToken: options.get('$skiptoken'),
    // Without the header Graph takes the option and doesn't count.
    count: scope.advanced,
    advanced: scope.advanced,
  };
}

export function checkObjectQuery(asked: Asked): ObjectQuery {
  const { options, types, version } = asked;
  allowFor(asked.relation ? 'member' : 'get', options);
  return { select: checkSelect(options.get('$select'), types, version), expand: checkExpand(asked) };
}

/** `GET …/$ref`: references have no properties to choose from, and nothing to filter by. */
export function checkReferencesQuery(asked: Asked): ListQuery {
  allowFor('references', asked.options);
  return checkListQuery(asked);
}

/** `/$count`, which counts in advanced query mode only. */
export function checkCountQuery(asked: Asked): Condition | undefined {
  if (!asked.eventual) throw new Refusal(ERRORS.countUnsupported);
  allowFor('count', asked.options);
  return checkWhere(asked, { types: asked.types, version: asked.version, advanced: true });
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

// -- which objects ---------------------------------------------------------------------------------------------

function checkWhere({ options, eventual, relation }: Asked, scope: Scope): Condition | undefined {
  const filter = options.get('$filter');
  const search = options.get('$search');
  const parts: Condition[] = [];
  if (filter !== undefined) {
    if (relation?.advanced && !scope.advanced) throw new Refusal(ERRORS.filterRelation);
    const parsed = parseFilter(filter, scope.advanced ? LIMITS.inItemsAdvanced : LIMITS.inItems);
    parts.push(checkFilter(parsed, scope));
  }
  if (search !== undefined) {
    if (!eventual) throw new Refusal(ERRORS.searchHeader);
    parts.push(checkSearch(parseSearch(search), scope));
  }
  const [only, ...others] = parts;
  return others.length === 0 ? only : { kind: 'and', items: parts };
}

function checkOrder({ options, relation }: Asked, scope: Scope, filtered: boolean): readonly Order[] {
  const text = options.get('$orderby');
  if (text === undefined) return [];
  const items = parseOrderBy(text);
  return items.map(({ path, descending }) => {
    const { property, resource } = propertyAt(path, scope);
    const name = path.names.join('/');
    if (property.sort === undefined || path.names.length > 1 || path.count) {
      throw new Refusal(ERRORS.sortProperty, { name, resource });
    }
    const needsAdvanced = property.sort === 'advanced' || filtered || relation?.advanced;
    if (needsAdvanced && !scope.advanced)
      throw new Refusal(ERRORS.sortUnsupported, {}, { details: [advancedHint('$orderby')] });
    return { field: { property: property.name }, descending };
  });
}

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

function checkNames(names: readonly string[], types: readonly EntityType[], version: Version): readonly string[] {
  for (const name of names) {
    const known = types.some((type) => {
      const property = propertyOf(type, name);
      return property !== undefined && existsIn(property, version);
    });
    if (!known) throw new Refusal(ERRORS.propertyUndeclared, { name });
  }
  return names;
}

const asItIs = (type: EntityType) => type;

/** What relations lead to is a directory object until a cast says more, and those have no relations to show. */
function checkExpand({ options, types, version, relation: from, cast, own = asItIs }: Asked): readonly ExpandQuery[] {
  const text = options.get('$expand');
  if (text === undefined) return [];
  const [only, ...others] = types;
  const type = others.length > 0 || (from && !cast) ? undefined : only;
  const found = parseExpand(text).map(({ relation: name, select }) => {
    const relation = type && (relationOf(type, name) ?? openExtensionsOf(type, name));
    const shown = relation && (relation.versions === undefined || relation.versions === version);
    if (!type || !shown || relation.through !== undefined) {
      throw new Refusal(ERRORS.expandUnknown, { name, type: type?.name ?? DIRECTORY_OBJECTS.name });
    }
    const names = select && checkNames(select, typesOf(undefined, relation).map(own), version);
    return { type, relation, select: names };
  });
  const names = found.map(({ relation }) => relation.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Refusal(ERRORS.optionTwice, { option: `$expand=${twice}` });
  return found;
}
