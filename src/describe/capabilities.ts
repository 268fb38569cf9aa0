import { NOT_BUILT } from '../model/directory.ts';
import type { Member, Property, Relation, Version } from '../model/shape.ts';
import { annotation, collection, enumMember, flag, paths, record, relationPath } from './annotation.ts';
import {
  type EntitySet,
  isCreatable,
  isOperation,
  isRequired,
  isUpdatable,
  optionsOn,
  propertiesOfSet,
  relationsIn,
} from './rows.ts';
import type { Element } from './xml.ts';

/**
 * What may be asked of each entity set: https://github.com/oasis-tcs/odata-vocabularies, Org.OData.Capabilities.V1.
 * Said by the operations that have a row, the query options that are taken, and the properties' own cells.
 */

const TERMS = 'Org.OData.Capabilities.V1';

export function serviceCapabilities(): readonly Element[] {
  return [flag(`${TERMS}.KeyAsSegmentSupported`, true), flag(`${TERMS}.BatchSupported`, !NOT_BUILT.has('$batch'))];
}

export function setCapabilities(set: EntitySet, version: Version): readonly Element[] {
  const rows = propertiesOfSet(set, version);
  const relations = set.type ? relationsIn(set.type, version) : [];
  const may = (kind: string) => isOperation(`${set.typeName}.${kind}`);
  const takes = (option: string) => may('list') && optionsOn('list').includes(option);
  return [
    term('ReadRestrictions', { Readable: may('list'), ReadByKeyRestrictions: record({ Readable: may('get') }) }),
    term('InsertRestrictions', insertRestrictions(rows, may('create'), version)),
    term('UpdateRestrictions', updateRestrictions(rows, may('update'))),
    term('DeleteRestrictions', { Deletable: may('delete') }),
    term('FilterRestrictions', filterRestrictions(rows, takes('$filter'))),
    term('SortRestrictions', sortRestrictions(rows, takes('$orderby'))),
    term('SearchRestrictions', { Searchable: takes('$search') && rows.some(isSearchable) }),
    term('CountRestrictions', { Countable: takes('$count') }),
    term('ExpandRestrictions', { Expandable: takes('$expand') && relations.length > 0 }),
    term('SelectSupport', { Supported: takes('$select') || (may('get') && optionsOn('get').includes('$select')) }),
    flag(`${TERMS}.TopSupported`, takes('$top')),
    flag(`${TERMS}.SkipSupported`, takes('$skip')),
    ...navigation(set, relations),
  ];
}

type Values = Readonly<Record<string, Element | boolean | undefined>>;

function term(name: string, values: Values): Element {
  return annotation(`${TERMS}.${name}`, record(values));
}

function insertRestrictions(rows: readonly Property[], may: boolean, version: Version): Values {
  if (!may) return { Insertable: false };
  return {
    Insertable: true,
    NonInsertableProperties: paths(namesOf(rows, (row) => !isCreatable(row))),
    RequiredProperties: paths(namesOf(rows, (row) => isRequired(row, version))),
  };
}

function updateRestrictions(rows: readonly Property[], may: boolean): Values {
  if (!may) return { Updatable: false, Upsertable: false };
  const fixed = namesOf(rows, (row) => !isUpdatable(row));
  return { Updatable: true, Upsertable: false, NonUpdatableProperties: paths(fixed) };
}

function filterRestrictions(rows: readonly Property[], may: boolean): Values {
  if (!may || !rows.some(isFilterable)) return { Filterable: false };
  return { Filterable: true, NonFilterableProperties: paths(rows.flatMap(unfilterable)) };
}

function sortRestrictions(rows: readonly Property[], may: boolean): Values {
  const unsorted = rows.filter((row) => row.sort === undefined);
  if (!may || unsorted.length === rows.length) return { Sortable: false };
  return { Sortable: true, NonSortableProperties: paths(namesOf(unsorted)) };
}

/** Which relations can be read: those that are listed. */
function navigation(set: EntitySet, relations: readonly Relation[]): readonly Element[] {
  if (relations.length === 0) return [];
  const restricted = relations.map((relation) => {
    const may = isOperation(`${set.typeName}.${relation.name}.list`);
    const navigability = enumMember(`${TERMS}.NavigationType/${may ? 'Single' : 'None'}`);
    return record({ NavigationProperty: relationPath(relation.name), Navigability: navigability });
  });
  return [term('NavigationRestrictions', { RestrictedProperties: collection(restricted) })];
}

function membersOf({ type }: Property): readonly Member[] {
  return typeof type === 'string' ? [] : type.members;
}

function isFilterable(row: Property): boolean {
  return row.filter !== undefined || membersOf(row).some((member) => member.filter !== undefined);
}

/** The property, or those members of a complex one of which a filter may ask nothing. */
function unfilterable(row: Property): readonly string[] {
  if (!isFilterable(row)) return [row.name];
  if (row.collection) return [];
  return membersOf(row)
    .filter((member) => member.filter === undefined)
    .map((member) => `${row.name}/${member.name}`);
}

function isSearchable(row: Property): boolean {
  return row.search !== undefined || row.filter?.startsWith !== undefined;
}

function namesOf(rows: readonly Property[], which: (row: Property) => boolean = () => true): readonly string[] {
  return rows.filter(which).map((row) => row.name);
}
