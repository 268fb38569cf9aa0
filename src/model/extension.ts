import { table } from '../lib/table.ts';
import { LIMITS } from './limits.ts';
import {
  type ComplexType,
  type EntityType,
  type Extensible,
  filterable,
  type Member,
  type Mode,
  type Primitive,
  type Property,
  property as p,
  propertyRow,
  type Relation,
} from './shape.ts';

/**
 * What tenants add to the model's types: https://learn.microsoft.com/graph/extensibility-overview. A definition is an object
 * like any other; the properties that follow from it have the shape of the model's own rows.
 */

/** https://learn.microsoft.com/graph/api/resources/extensionproperty */
export const extensionProperty: EntityType = {
  name: 'extensionProperty',
  title: 'ExtensionProperty',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name                     type              versions  served     create      update     more
    p('id',                     'Guid',           'both',   'default', 'ignored',  'ignored', { filter: 'eq ne+ not+ in' }),
    p('deletedDateTime',        'DateTimeOffset', 'both',   'default', 'ignored',  'ignored'),
    p('appDisplayName',         'String',         'both',   'default', 'ignored',  'refused'),
    p('dataType',               'String',         'both',   'default', 'required', 'refused', { filter: 'eq ne+ not+ in', index: 'counted' }),
    p('isMultiValued',          'Boolean',        'both',   'default', 'optional', 'refused', { initial: false, filter: 'eq ne+ not+ in', index: 'counted' }),
    p('isSyncedFromOnPremises', 'Boolean',        'both',   'default', 'ignored',  'refused', { initial: false, filter: 'eq ne+ not+ in', index: 'counted' }),
    p('name',                   'String',         'both',   'default', 'required', 'refused', { index: 'unique', filter: 'eq ne+ not+ in startsWith' }),
    p('targetObjects',          ['String'],       'both',   'default', 'required', 'refused', { filter: 'eq ne+ not+', index: 'term' }),
    p('ownerApplication',       'Guid',           'none',   'select',  'ignored',  'ignored', { filter: 'eq', index: 'indexed' }),
  ],
  relations: [],
};

const extensionSchemaProperty: ComplexType = {
  name: 'extensionSchemaProperty',
  members: [
    { name: 'name', type: 'String' },
    { name: 'type', type: 'String' },
  ],
};

/** https://learn.microsoft.com/graph/api/resources/schemaextension */
export const schemaExtension: EntityType = {
  name: 'schemaExtension',
  title: 'SchemaExtension',
  set: 'schemaExtensions',
  ids: 'opaque',
  // biome-ignore format: a table is read by its columns
  properties: [
    // name         type                       versions  served     create      update     more
    p('id',          'String',                  'both',   'default', 'required', 'ignored', { filter: 'eq in' }),
    p('description', 'String',                  'both',   'default', 'optional', 'microsoft.directory/applications/extensionProperties/update', { most: 128, filter: 'eq', index: 'term' }),
    p('targetTypes', ['String'],                'both',   'default', 'required', 'microsoft.directory/applications/extensionProperties/update', { filter: 'eq', index: 'term' }),
    p('status',      'String',                  'both',   'default', 'ignored',  'microsoft.directory/applications/extensionProperties/update', { initial: 'InDevelopment', filter: 'eq', index: 'counted' }),
    p('owner',       'String',                  'both',   'default', 'optional', 'refused', { filter: 'eq', index: 'indexed' }),
    p('properties',  [extensionSchemaProperty], 'both',   'default', 'required', 'microsoft.directory/applications/extensionProperties/update'),
  ],
  relations: [],
};

/** The bodies of definitions, by what a rule must know of them. */
export const EXTENSION_STATES = Object.freeze({
  first: 'InDevelopment',
  /** What each state may become: https://learn.microsoft.com/graph/api/resources/schemaextension#schema-extensions-lifecycle */
  next: table<
    Record<string, { readonly states: readonly string[]; readonly deletable: boolean; readonly changes: boolean }>
  >({
    InDevelopment: { states: ['Available'], deletable: true, changes: true },
    Available: { states: ['Deprecated'], deletable: false, changes: true },
    Deprecated: { states: ['Available'], deletable: false, changes: false },
  }),
});

/** The part of an object that holds what applications keep beside it. */
export const OPEN_EXTENSIONS = Object.freeze({
  relation: Object.freeze({ name: 'extensions', accepts: [] as readonly string[] }),
  /** The type of each, the abstract type above it, and the members that its body may have beside the application's own. */
  type: 'openTypeExtension',
  base: 'extension',
  name: 'extensionName',
  id: 'id',
});

/** What applications keep beside an object, as a relation of it; undefined where that is another name, or nothing is kept. */
export function openExtensionsOf(type: EntityType, name: string): Relation | undefined {
  const { relation } = OPEN_EXTENSIONS;
  const isOpen = type.extensible?.by.includes('open') && name.toLowerCase() === relation.name;
  return isOpen ? relation : undefined;
}

/** Target objects that have no type here; what is defined for them is defined in vain. */
const TARGETS_ELSEWHERE = {
  directory: ['Organization'],
  schema: ['contact', 'event', 'message', 'organization', 'post', 'todoTask', 'todoTaskList'],
} as const;

export function isTargetElsewhere(by: 'directory' | 'schema', name: string): boolean {
  return TARGETS_ELSEWHERE[by].some((one) => one.toLowerCase() === name.toLowerCase());
}

// -- what is defined -------------------------------------------------------------------------------------------

type DataRow = {
  readonly type: Primitive;
  readonly most?: number;
  readonly filter: string;
  /** Of a multi-valued property. */
  readonly items: string;
  readonly sort?: Mode;
};

/** https://learn.microsoft.com/graph/api/resources/extensionproperty#properties, `dataType` */
// biome-ignore format: a table is read by its columns
export const DATA_TYPES = table<Record<string, DataRow>>({
  Binary:       { type: 'Binary',         filter: 'eq ne+ not+ null+',                          items: 'eq ne+ not+ count+', most: LIMITS.extensionBytes },
  Boolean:      { type: 'Boolean',        filter: 'eq ne+ not+ in null+',                       items: 'eq ne+ not+ count+' },
  DateTime:     { type: 'DateTimeOffset', filter: 'eq ne+ not+ ge+ le+ in null+',               items: 'eq ne+ not+ count+', sort: 'advanced' },
  Integer:      { type: 'Int32',          filter: 'eq ne+ not+ ge+ le+ in null+',               items: 'eq ne+ not+ count+', sort: 'advanced' },
  LargeInteger: { type: 'Int64',          filter: 'eq ne+ not+ ge+ le+ in null+',               items: 'eq ne+ not+ count+', sort: 'advanced' },
  String:       { type: 'String',         filter: 'eq ne+ not+ ge+ le+ in startsWith null+',    items: 'eq ne+ not+ startsWith+ count+', most: LIMITS.extensionCharacters, sort: 'advanced' },
});

/** What a tenant has defined, as a store keeps it. */
export type Definition = {
  /** Small, and never another definition's in this tenant: values and terms name the property by it. */
  readonly number: number;
  readonly name: string;
  /** The types that have the property. */
  readonly types: readonly string[];
  readonly form: Form;
  /** False once the definition is gone; its values stay, and are seen again when the same is defined again. */
  readonly shown: boolean;
};

/** What values the property takes. */
export type Form =
  | { readonly kind: 'directory'; readonly dataType: string; readonly collection: boolean }
  | {
      readonly kind: 'schema';
      readonly members: readonly { readonly name: string; readonly dataType: string }[];
      /** No object gets one that has none. */
      readonly closed?: true;
    };

/** Whether values of the one form are read rightly by the other: the same, or with more members at its end. */
export function continues(before: Form, after: Form): boolean {
  if (before.kind === 'directory' || after.kind === 'directory')
    return JSON.stringify(before) === JSON.stringify(after);
  return before.members.every((member, index) => {
    const same = after.members[index];
    return same?.name === member.name && same.dataType === member.dataType;
  });
}

/** The row of a property that a tenant has added to a type. */
export function customProperty({ number, name, form, shown }: Definition, { action }: Extensible): Property {
  const common = { served: 'select', create: 'optional', update: action, number } as const;
  const own = { name: shown ? name : `#${number}`, versions: 'both', ...common } as const;
  if (form.kind === 'schema') {
    const type: ComplexType = { name, members: form.members.map((row) => memberOf(row.name, row.dataType)) };
    return propertyRow({ ...own, type, collection: false, ...(form.closed ? { closed: true as const } : {}) });
  }
  const row = dataRow(form.dataType);
  const { type, most } = row;
  const cells = { ...own, type, collection: form.collection, index: 'term' as const, ...(most ? { most } : {}) };
  if (form.collection) return propertyRow({ ...cells, filter: filterable(row.items) });
  return propertyRow({ ...cells, filter: filterable(row.filter), ...(row.sort ? { sort: row.sort } : {}) });
}

function memberOf(name: string, dataType: string): Member {
  const { type, most, filter } = dataRow(dataType);
  return { name, type, filter: filterable(filter), index: 'term', ...(most ? { most } : {}) };
}

function dataRow(name: string): DataRow {
  const row = DATA_TYPES[name];
  if (!row) throw new Error(`there is no data type '${name}'`);
  return row;
}
