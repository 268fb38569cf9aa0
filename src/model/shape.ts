/**
 * The shape of the model's rows. What they mean is said here once; the rows stand in the files beside.
 */

export type Version = 'v1.0' | 'beta';
export const VERSIONS = ['v1.0', 'beta'] as const satisfies readonly Version[];

/** `documented`: what Microsoft's pages show works. `live`: refuse also what the live service was seen to refuse. */
export type Fidelity = 'documented' | 'live';
export const FIDELITIES = ['documented', 'live'] as const satisfies readonly Fidelity[];

export type Primitive = 'String' | 'Boolean' | 'Int32' | 'DateTimeOffset' | 'Binary' | 'Guid';

/** A member of a complex type. */
export type Member = { readonly name: string; readonly type: Primitive };

export type ComplexType = { readonly name: string; readonly members: readonly Member[] };

export type Property = {
  readonly name: string;
  readonly type: Primitive | ComplexType;
  readonly collection: boolean;
  /** beta: the property doesn't exist in v1.0. */
  readonly versions: 'both' | 'beta';
  /** default: part of an answer without `$select`, in the order of the rows. select: sent only when asked for. */
  readonly served: 'default' | 'select';
  readonly create: CreateRule;
  readonly update: UpdateRule;
  /** Value of a new object when the caller gives none: a constant, or the time of its creation. */
  readonly initial?: string | boolean | { readonly now: true };
  /** Longest text, in characters. */
  readonly most?: number;
  /** indexed: identity finds rows by it. unique: no two objects of a tenant share it, and it is an alternate key. */
  readonly index?: 'indexed' | 'unique';
};

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
  /**
   * The table of links that it reads: its own name for the side that is written, and for the other side the name
   * of that relation and the type it belongs to.
   */
  readonly inverseOf?: { readonly type: string; readonly relation: string };
};

export type EntityType = {
  readonly name: string;
  /** As error texts call it: `Device`. */
  readonly title: string;
  /** The entity set in the URL; undefined for a type that has no address of its own yet. */
  readonly set?: string;
  /** The property whose value may stand where the id stands in a URL. */
  readonly nameKey?: string;
  readonly properties: readonly Property[];
  readonly relations: readonly Relation[];
};

/** The short way to write a property's row; the order of its cells is that of the tables' headings. */
export function property(
  name: string,
  type: Primitive | ComplexType | readonly [Primitive | ComplexType],
  versions: Property['versions'],
  served: Property['served'],
  create: CreateRule,
  update: UpdateRule,
  more: Pick<Property, 'initial' | 'most' | 'index'> = {},
): Property {
  const collection = Array.isArray(type);
  const single = collection ? (type as readonly [Primitive | ComplexType])[0] : (type as Primitive | ComplexType);
  return Object.freeze({ name, type: single, collection, versions, served, create, update, ...more });
}
