import { derived } from '../lib/derived.ts';
import { rowOf } from '../lib/table.ts';
import { propertyOf } from '../model/directory.ts';
import {
  type ComplexType,
  type EntityType,
  type Index,
  isPlain,
  type Member,
  type PlainMember,
  type Primitive,
  type Property,
} from '../model/shape.ts';
import type { Field, Values } from './contract.ts';

/**
 * What of an object is compared, and how its terms are called. Derived from the model's rows and from those that a tenant has
 * added; the same for every driver.
 */

/** A column: a property that can be filtered or sorted by, or such a member of a complex property. */
export type Column = {
  readonly name: string;
  readonly property: Property;
  readonly member: PlainMember | undefined;
  readonly type: Primitive;
  readonly index: Index | undefined;
  /** What its terms begin with. */
  readonly code: string;
};

type Parts = {
  readonly all: readonly Property[];
  readonly json: readonly Text[];
  readonly beta: readonly Text[];
  readonly rest: readonly Text[];
  /** Of `json`, those with members that are sent on `$select` only: the whole value is in `rest`, too. */
  readonly partly: readonly Property[];
  readonly columns: readonly Column[];
  readonly collections: readonly Collection[];
  readonly searched: readonly { readonly property: Property; readonly code: string }[];
  /** What stands for the column `beta` where it is null. */
  readonly betaEmpty: string;
};

/** A collection whose items are terms; of complex items, the members are. */
export type Collection = {
  readonly property: Property;
  readonly code: string;
  readonly items: readonly {
    readonly member: PlainMember | undefined;
    readonly type: Primitive;
    readonly code: string;
  }[];
};

/** Of the model's own properties; what a tenant has added, `customParts` knows. */
export function partsOf(type: EntityType): Parts {
  return ownParts(type.custom?.base ?? type);
}

const ownParts = derived((type: EntityType): Parts => {
  const byDefault = type.properties.filter((row) => row.served === 'default');
  const beta = byDefault.filter((row) => row.versions === 'beta').map(textOf);
  const partly = byDefault.filter((row) => hiddenIn(row).length > 0);
  return Object.freeze({
    all: type.properties,
    json: byDefault.filter((row) => row.versions === 'both').map(textOf),
    beta,
    rest: [...partly, ...type.properties.filter((row) => row.served === 'select')].map(textOf),
    partly,
    columns: type.properties.flatMap((row) => columnsFor(type, row)),
    collections: type.properties.filter((row) => row.collection && isIndexedCollection(row)).map(collectionOf(type)),
    searched: type.properties
      .filter((row) => row.search === 'words')
      .map((property) => ({ property, code: codeOf(type, property) })),
    betaEmpty: membersText(beta, {}),
  });
});

function columnsFor(type: EntityType, row: Property): readonly Column[] {
  // The id has a column and an index of its own.
  if (row.collection || row.name === 'id') return [];
  if (typeof row.type !== 'string') {
    return row.type.members
      .filter(isPlain)
      .filter((member) => member.filter ?? member.index)
      .map((member) => ({
        name: `${row.name}/${member.name}`,
        property: row,
        member,
        type: member.type,
        index: member.index,
        code: codeOf(type, row, member),
      }));
  }
  if (!(row.filter ?? row.sort ?? row.index)) return [];
  return [
    { name: row.name, property: row, member: undefined, type: row.type, index: row.index, code: codeOf(type, row) },
  ];
}

function isIndexedCollection(row: Property): boolean {
  return row.filter !== undefined || row.index !== undefined;
}

function collectionOf(type: EntityType): (property: Property) => Collection {
  return (property) => {
    const code = codeOf(type, property);
    if (typeof property.type === 'string') {
      return { property, code, items: [{ member: undefined, type: property.type, code }] };
    }
    const members = property.type.members.filter(isPlain).filter((member) => hasTerms(member.index));
    const items = members.map((member) => ({ member, type: member.type, code: codeOf(type, property, member) }));
    return { property, code, items };
  };
}

/** A column, and where among the type's columns it stands. */
export type PlacedColumn = { readonly index: number; readonly column: Column };

const placed = derived((_: EntityType) => new Map<Index, readonly PlacedColumn[]>());

/** The columns that are found in that way. */
export function columnsBy(type: EntityType, way: Index): readonly PlacedColumn[] {
  const ways = placed(type);
  const known = ways.get(way);
  if (known) return known;
  const made = partsOf(type)
    .columns.map((column, index) => ({ column, index }))
    .filter(({ column }) => column.index === way);
  ways.set(way, made);
  return made;
}

/** The column of a field; undefined for collections and for what can't be compared. */
export function columnOf(type: EntityType, field: Field): Column | undefined {
  const name = field.member === undefined ? field.property : `${field.property}/${field.member}`;
  const own = partsOf(type).columns.find((column) => column.name === name);
  if (own || !type.custom) return own;
  const row = type.custom.shown.get(field.property);
  return row && customParts(type, row).columns.find(({ member }) => member?.name === field.member);
}

/** What of a property that a tenant has added is compared. Its values have no column, but terms. */
export type CustomParts = { readonly columns: readonly Column[]; readonly collection: Collection | undefined };

const customs = new WeakMap<Property, CustomParts>();

export function customParts(type: EntityType, row: Property): CustomParts {
  const known = customs.get(row);
  if (known) return known;
  const made = { columns: columnsFor(type, row), collection: row.collection ? collectionOf(type)(row) : undefined };
  customs.set(row, made);
  return made;
}

/** The collection, if terms know its items. */
export function collectionNamed(type: EntityType, name: string): Collection | undefined {
  const row = type.custom?.shown.get(name);
  if (row) return customParts(type, row).collection;
  return partsOf(type).collections.find(({ property }) => property.name === name);
}

/** What a value is made of: a property's, a member's. */
type Slot = Pick<Member, 'type'> & { readonly collection?: boolean };

/** The value of a property that was never set, as Graph sends it: null, an empty array, an object of empty values. */
export function emptyValue(row: Property): unknown {
  const isAdded = row.number !== undefined && !row.collection;
  return row.secret || isAdded ? null : emptyOf(row);
}

function emptyOf({ type, collection }: Slot): unknown {
  if (collection) return [];
  if (typeof type === 'string' || type.nullable) return null;
  return Object.fromEntries(type.members.map((member) => [member.name, emptyMember(member)]));
}

/** What a member holds until it is set. */
export function emptyMember(member: Member): unknown {
  return member.initial ?? emptyOf(member);
}

export function isEmpty({ type, collection }: Slot, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (collection) return (value as readonly unknown[]).length === 0;
  if (typeof type === 'string' || type.nullable) return false;
  return type.members.every((member) => {
    const held = rowOf(value as Values, member.name);
    return held === member.initial || isEmpty(member, held);
  });
}

/** The value with every member that its type has, in their order. */
export function completed({ type, collection }: Slot, value: unknown): unknown {
  if (typeof type === 'string' || value === null || value === undefined) return value;
  if (collection) return (value as readonly unknown[]).map((item) => completed({ type }, item));
  const whole: Record<string, unknown> = {};
  for (const member of type.members) {
    whole[member.name] = completed(member, rowOf(value as Values, member.name)) ?? emptyMember(member);
  }
  return whole;
}

/** An object's values, each as a whole: members that the model has gained since are there, too. */
export function completedValues(type: EntityType, values: Values): Values {
  return {
    ...values,
    ...Object.fromEntries(type.properties.map((row) => [row.name, completed(row, values[row.name])])),
  };
}

function hiddenIn({ type }: Slot): readonly Member[] {
  return typeof type === 'string' ? [] : type.members.filter((member) => member.served === 'select');
}

/** The value without the members that are sent on `$select` only. */
export function shown(row: Property, value: unknown): unknown {
  const hidden = hiddenIn(row);
  if (hidden.length === 0) return value;
  const empty = Object.fromEntries(hidden.map((member) => [member.name, emptyMember(member)]));
  const one = (item: unknown) => ({ ...(item as Values), ...empty });
  return row.collection ? (value as readonly unknown[]).map(one) : one(value);
}

const CODE_DIGITS = 2;
const CODE_BASE = 36;

function codeOf(type: EntityType, row: Property, member?: Member): string {
  if (row.number !== undefined)
    return customCode(row.number, member && (row.type as ComplexType).members.indexOf(member));
  const digits = (index: number) => index.toString(CODE_BASE).padStart(CODE_DIGITS, '0');
  const inner = member ? (row.type as ComplexType).members.indexOf(member) + 1 : 0;
  return digits(type.properties.indexOf(row)) + digits(inner);
}

/** No code of the model's own begins so; a number ends with it, so that no code is the beginning of another. */
export const CUSTOM_CODE = 'z';

function customCode(number: number, member: number | undefined): string {
  const own = `${CUSTOM_CODE}${number}${CUSTOM_CODE}`;
  return member === undefined ? own : `${own}${member}${CUSTOM_CODE}`;
}

/** The code of a property, or of a member of it, as its terms have it. */
export function fieldCode(type: EntityType, { property, member }: Field): string {
  const row = propertyOf(type, property);
  if (!row) throw new Error(`the model has no property ${type.name}.${property}`);
  const found = typeof row.type === 'string' ? undefined : row.type.members.find(({ name }) => name === member);
  return codeOf(type, row, found);
}

/** Whether a property's values are terms; those of the others are found by an index of their column. */
export function hasTerms(index: Index | undefined): boolean {
  return index === 'counted' || index === 'term';
}

/** A property, and what is the same of it in every object's text, behind a comma: made once, not once an object. */
type Text = { readonly row: Property; readonly name: string; readonly empty: string };

function textOf(row: Property): Text {
  const name = `,${JSON.stringify(row.name)}:`;
  return { row, name, empty: `${name}${JSON.stringify(emptyValue(row))}` };
}

/** JSON members without braces, in the order of the rows. @param as how values are shown */
export function membersText(
  texts: readonly Text[],
  values: Values,
  as?: (row: Property, value: unknown) => unknown,
): string {
  let text = '';
  for (const { row, name, empty } of texts) {
    const value = values[row.name] ?? null;
    text += value === null ? empty : name + JSON.stringify(as ? as(row, value) : value);
  }
  return text.slice(1);
}

/** The same without those that are empty. */
export function heldText(texts: readonly Text[], values: Values): string {
  let text = '';
  for (const { row, name } of texts) {
    const value = values[row.name];
    if (!isEmpty(row, value)) text += name + JSON.stringify(value);
  }
  return text.slice(1);
}
