import type { ERRORS } from './errors.ts';

/**
 * The shape of the model's rows. What they mean is said here once; the rows stand in the files beside.
 */

export type Version = 'v1.0' | 'beta';
export const VERSIONS = ['v1.0', 'beta'] as const satisfies readonly Version[];

/** `documented`: what Microsoft's pages show works. `live`: refuse also what the live service was seen to refuse. */
export type Fidelity = 'documented' | 'live';
export const FIDELITIES = ['documented', 'live'] as const satisfies readonly Fidelity[];

export type Primitive = 'String' | 'Boolean' | 'Int32' | 'Int64' | 'DateTimeOffset' | 'Binary' | 'Guid';

/** A member of a complex type: a value, an object within the object, or a collection of either. */
export type Member = {
  readonly name: string;
  readonly type: Primitive | ComplexType;
  readonly collection?: true;
  /** What it holds until it is set; without it null, an empty collection, or an object of such values. */
  readonly initial?: string | boolean;
  /** Sent only when `$select` names the property. */
  readonly served?: 'select';
  /** Longest text, in characters; of binary values, bytes. */
  readonly most?: number;
  /** What may be asked of a single primitive value; of others, nothing. */
  readonly filter?: Filter;
  readonly index?: Index;
};

export type ComplexType = {
  readonly name: string;
  readonly members: readonly Member[];
  /** What was never set is null, not an object of empty values. */
  readonly nullable?: true;
};

/** A member that holds one primitive value. */
export type PlainMember = Member & { readonly type: Primitive };

export function isPlain(member: Member): member is PlainMember {
  return typeof member.type === 'string' && !member.collection;
}

/** The member of that name that holds one primitive value. */
export function plainMember(type: Primitive | ComplexType, name: string | undefined): PlainMember | undefined {
  if (typeof type === 'string') return undefined;
  return type.members.filter(isPlain).find((member) => member.name === name);
}

export type Property = {
  readonly name: string;
  readonly type: Primitive | ComplexType;
  readonly collection: boolean;
  /** beta: the property doesn't exist in v1.0. none: it exists in no version, and is kept for the directory's own use. */
  readonly versions: 'both' | 'beta' | 'none';
  /** default: part of an answer without `$select`, in the order of the rows. select: sent only when asked for. */
  readonly served: 'default' | 'select';
  readonly create: CreateRule;
  readonly update: UpdateRule;
  /** Value of a new object when the caller gives none: a constant, the time of its creation, the security identifier that Windows makes of its id. */
  readonly initial?: string | boolean | { readonly now: true } | { readonly sid: true };
  /** Longest text, in characters; of binary values, bytes. */
  readonly most?: number;
  readonly index?: Index;
  /** The row of `ERRORS` that refuses a value which another object has, where it isn't `duplicate`. */
  readonly taken?: keyof typeof ERRORS;
  /** What `$filter` may ask of it; without it, nothing. Of a collection: of its items, within `any`. */
  readonly filter?: Filter;
  /** Whether `$orderby` may name it, and whether only in advanced query mode. */
  readonly sort?: Mode;
  /** `$search` finds it by its words; any other property that takes `startsWith`, by how its value starts. */
  readonly search?: 'words';
  /**
   * It is never kept as a value: the text in that member becomes a secret that the object proves itself with. dated: the
   * property that says since when.
   */
  readonly secret?: { readonly kind: 'password'; readonly member: string; readonly dated: string };
  /** A property that a tenant has added: the number under which its values lie. */
  readonly number?: number;
  /** A property that a tenant has added: values stay and change, and no object gets one that has none. */
  readonly closed?: true;
};

/**
 * How a store finds objects by a property.
 * unique: no two objects of a tenant share it, and it is an alternate key. indexed: in order, for ranges and sorting.
 * counted: it has few values (hundreds); for each, its objects and their number are known.
 * term: it has many values, asked for one by one; the values of collections are found so.
 */
export type Index = 'unique' | 'indexed' | 'counted' | 'term';

/** default: always. advanced: in advanced query mode only. https://learn.microsoft.com/graph/aad-advanced-queries */
export type Mode = 'default' | 'advanced';

/**
 * What a filter may do with a property. `null`: compare with null. `not`: stand below a `not`. `count`: `/$count` of a
 * collection, compared with a number. `ge` and `le` stand for `gt` and `lt` too.
 */
export const FILTER_OPERATORS = [
  'eq',
  'ne',
  'not',
  'ge',
  'le',
  'in',
  'startsWith',
  'endsWith',
  'contains',
  'null',
  'count',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];
export type Filter = Readonly<Partial<Record<FilterOperator, Mode>>>;

/** `'eq in startsWith ne+ not+'` → a filter cell; a plus sign says: in advanced query mode only. */
export function filterable(text: string): Filter {
  const cell: Partial<Record<FilterOperator, Mode>> = {};
  for (const word of text.split(' ')) {
    const name = FILTER_OPERATORS.find((known) => word === known || word === `${known}+`);
    if (!name) throw new Error(`the model says '${word}', which is no filter operator`);
    cell[name] = word.endsWith('+') ? 'advanced' : 'default';
  }
  return Object.freeze(cell);
}

/**
 * What a caller may say of a property in a create body.
 * required: must be there, not null. requiredUnlessSample: the same, but for beta under the documented fidelity,
 * where Microsoft's sample leaves it out. ignored: may be there and means nothing, as with Graph's own samples.
 * refused: read-only.
 */
export type CreateRule = 'required' | 'requiredUnlessSample' | 'optional' | 'ignored' | 'refused';

/**
 * What a caller may say of it in an update: refused, ignored, or the resource action that its role must allow;
 * where the action depends on the value, one for each value (`true`, `false`) or each member of a complex value.
 */
export type UpdateRule = 'refused' | 'ignored' | Action | Readonly<Record<string, Action>>;

/** A resource action of Microsoft Entra roles, such as `microsoft.directory/devices/create`. */
export type Action = `microsoft.directory/${string}`;

/** A navigation property. */
export type Relation = {
  readonly name: string;
  /** Types that the other end may have. */
  readonly accepts: readonly string[];
  /** The relations that it is the other side of; it can't be written. */
  readonly inverseOf?: readonly LinkName[];
  /** The relation of the same type that it follows again and again; it can't be written. */
  readonly through?: string;
  /** It leads to one object at most. */
  readonly single?: true;
  /**
   * The objects at the other end, of one type, live here: they hold this object's id in that property, and are made,
   * changed and deleted at addresses below it.
   */
  readonly contains?: string;
  /** Filtering, sorting and casting need advanced query mode. */
  readonly advanced?: true;
  /** The relation is missing in v1.0. */
  readonly versions?: 'beta';
  /** The bodies in which `{name}@odata.bind` may add to it. */
  readonly bind?: readonly ('create' | 'update')[];
};

/** A relation that is written, by the type that has it. */
export type LinkName = { readonly type: string; readonly relation: string };

export type EntityType = {
  readonly name: string;
  /** As error texts call it: `Device`. */
  readonly title: string;
  /** The entity set in the URL; undefined for a type that has no address of its own yet. */
  readonly set?: string;
  /** The segments in front of the entity set, which may be left out. */
  readonly container?: string;
  /** They may not: the set is no set of its own, but a part of what they name. */
  readonly contained?: true;
  /** The property whose value may stand where the id stands in a URL. */
  readonly nameKey?: string;
  /** Ids are words that tell upper and lower case apart, and no GUIDs. */
  readonly ids?: 'opaque';
  readonly properties: readonly Property[];
  readonly relations: readonly Relation[];
  /** Tenants may add properties to it. */
  readonly extensible?: Extensible;
  /** What a tenant has added: the type as that tenant has it. */
  readonly custom?: Custom;
};

/** How a type can be extended: https://learn.microsoft.com/graph/extensibility-overview#comparison-of-extension-types */
export type Extensible = {
  /** directory: single properties. schema: complex ones. open: whatever an application keeps beside an object. */
  readonly by: readonly ('directory' | 'schema' | 'open')[];
  /** What a role must allow to change such a value. */
  readonly action: Action;
};

/** The properties that a tenant has added to a type; `store/definitions.ts` makes them of its definitions. */
export type Custom = {
  /** The type as the model has it. */
  readonly base: EntityType;
  /** By their names. */
  readonly shown: ReadonlyMap<string, Property>;
  /** By their numbers; those, too, whose definitions are gone, since their values aren't. */
  readonly numbered: ReadonlyMap<number, Property>;
};

/** The cells that many rows leave out; a filter as `filterable` reads it. */
export type PropertyMore = Pick<Property, 'initial' | 'most' | 'index' | 'taken' | 'sort' | 'search' | 'secret'> & {
  readonly filter?: string;
};

/** The short way to write a property's row; the order of its cells is that of the tables' headings. */
export function property(
  name: string,
  type: Primitive | ComplexType | readonly [Primitive | ComplexType],
  versions: Property['versions'],
  served: Property['served'],
  create: CreateRule,
  update: UpdateRule,
  more: PropertyMore = {},
): Property {
  const collection = Array.isArray(type);
  const single = collection ? (type as readonly [Primitive | ComplexType])[0] : (type as Primitive | ComplexType);
  const { filter, ...others } = more;
  const cells = { name, type: single, collection, versions, served, create, update, ...others };
  return propertyRow(filter === undefined ? cells : { ...cells, filter: filterable(filter) });
}

/** Each row with all cells, in one order: they are read in every request, and V8 reads objects of one layout the quickest. */
export function propertyRow(cells: Property): Property {
  const row: { [Cell in keyof Required<Property>]: Property[Cell] | undefined } = {
    name: cells.name,
    type: cells.type,
    collection: cells.collection,
    versions: cells.versions,
    served: cells.served,
    create: cells.create,
    update: cells.update,
    initial: cells.initial,
    most: cells.most,
    index: cells.index,
    taken: cells.taken,
    filter: cells.filter,
    sort: cells.sort,
    search: cells.search,
    secret: cells.secret,
    number: cells.number,
    closed: cells.closed,
  };
  return Object.freeze(row) as Property;
}
