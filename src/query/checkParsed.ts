import { Refusal } from '../lib/refusal.ts';
import { DIRECTORY_OBJECTS, relationOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { openExtensionsOf } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType } from '../model/shape.ts';
import type { Condition, Order } from '../store/contract.ts';
import type { Asked, ExpandQuery, Parsed } from './asked.ts';
import { advancedHint, checkFilter, propertyAt, type Scope } from './checkFilter.ts';
import { checkSearch } from './checkSearch.ts';
import { parseExpand } from './expand.ts';
import { parseFilter } from './filter.ts';
import { checkNames, typesOf } from './names.ts';
import { parseOrderBy } from './orderBy.ts';
import { parseSearch } from './search.ts';

/** `$filter`, `$search`, `$orderby` and `$expand`: read, and held against the model. */
export function checkParsed(asked: Asked, advanced: boolean): Parsed {
  const scope: Scope = { types: asked.types, version: asked.version, advanced };
  const where = checkWhere(asked, scope);
  return { where, order: checkOrder(asked, scope, where !== undefined), expand: checkExpand(asked) };
}

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
