import { comparable } from '../lib/comparable.ts';
import { instant } from '../lib/instant.ts';
import { type Detail, Refusal } from '../lib/refusal.ts';
import { existsIn, propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import {
  type ComplexType,
  type EntityType,
  type Filter,
  type FilterOperator,
  type PlainMember,
  type Primitive,
  type Property,
  plainMember,
  type Version,
} from '../model/shape.ts';
import type { CompareOperator, Condition, Field, Scalar } from '../store/contract.ts';
import type { FilterNode, Literal, Path } from './syntax.ts';

/**
 * A parsed filter held against the model: each name a property, each operator one that the property takes, in the
 * query mode of the request, each literal of the property's type.
 * https://learn.microsoft.com/graph/aad-advanced-queries
 */

export type Scope = {
  /** The types whose objects are asked for; a property of any of them may be named. */
  readonly types: readonly EntityType[];
  readonly version: Version;
  /** `ConsistencyLevel: eventual` and `$count=true`. */
  readonly advanced: boolean;
  /** Below a `not`, which not every property takes. */
  readonly negated?: boolean;
};

/** What a path in a filter leads to. */
type Target = {
  readonly field: Field;
  /** As the request wrote it, for errors. */
  readonly name: string;
  readonly type: Primitive;
  readonly filter: Filter | undefined;
  readonly resource: string;
};

/** Within `any`: its variable and the collection whose items it stands for. */
type Lambda = { readonly variable: string; readonly property: Property; readonly resource: string };

export function checkFilter(node: FilterNode, scope: Scope, lambda?: Lambda): Condition {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, items: node.items.map((item) => checkFilter(item, scope, lambda)) };
    case 'not':
      return negated(node, scope, lambda);
    case 'compare':
      return node.path.count ? counted(node, scope) : compared(node, scope, lambda);
    case 'in': {
      const target = targetOf(node.path, scope, lambda);
      demand(target, 'in', scope);
      return {
        kind: 'in',
        field: target.field,
        values: node.literals.map((one) => literalValue(target, one, 'Equal')),
      };
    }
    case 'match': {
      const target = targetOf(node.path, scope, lambda);
      demand(target, node.how, scope);
      const value = literalValue(target, node.literal, node.how);
      if (typeof value !== 'string') throw incompatible(target, node.literal, node.how);
      return { kind: 'match', how: node.how, field: target.field, value };
    }
    case 'any':
      return someItem(node, scope, lambda);
    case 'isof':
      return { kind: 'type', type: typeNamed(node.type, scope) };
  }
}

function negated(node: Extract<FilterNode, { kind: 'not' }>, scope: Scope, lambda: Lambda | undefined): Condition {
  if (!scope.advanced) throw new Refusal(ERRORS.filterOperator, { operator: 'not' });
  return { kind: 'not', item: checkFilter(node.item, { ...scope, negated: true }, lambda) };
}

function compared(
  { operator, path, literal }: Extract<FilterNode, { kind: 'compare' }>,
  scope: Scope,
  lambda: Lambda | undefined,
): Condition {
  const target = targetOf(path, scope, lambda);
  if (literal.value === null) {
    demand(target, 'null', scope);
    if (operator === 'ne') demand(target, 'ne', scope);
    if (operator !== 'eq' && operator !== 'ne') throw incompatible(target, literal, KINDS[operator]);
  } else demand(target, OPERATORS[operator], scope);
  return { kind: 'compare', operator, field: target.field, value: literalValue(target, literal, KINDS[operator]) };
}

/** `physicalIds/$count eq 0` */
function counted({ operator, path, literal }: Extract<FilterNode, { kind: 'compare' }>, scope: Scope): Condition {
  const { property, resource } = propertyAt(path, scope);
  const name = path.names.join('/');
  if (!property.collection || path.names.length > 1 || property.filter?.count === undefined) {
    throw new Refusal(ERRORS.filterProperty, { name, resource });
  }
  if (!scope.advanced) throw new Refusal(ERRORS.filterOperator, { operator: '$count' });
  const target = {
    field: { property: property.name },
    name,
    type: 'Int32',
    filter: property.filter,
    resource,
  } as const;
  const value = literalValue(target, literal, KINDS[operator]);
  if (typeof value !== 'number') throw incompatible(target, literal, KINDS[operator]);
  // Graph counts no further than whether there are any.
  if (value !== 0 || (operator !== 'eq' && operator !== 'ne'))
    throw new Refusal(ERRORS.filterProperty, { name, resource });
  return { kind: 'count', operator, field: target.field, value };
}

function someItem(
  { path, variable, item }: Extract<FilterNode, { kind: 'any' }>,
  scope: Scope,
  lambda: Lambda | undefined,
): Condition {
  if (lambda) throw new Refusal(ERRORS.filterUnsupported, { name: 'any' });
  const { property, resource } = propertyAt(path, scope);
  const name = path.names.join('/');
  if (!property.collection || path.names.length > 1 || property.filter === undefined) {
    throw new Refusal(ERRORS.filterProperty, { name, resource });
  }
  if (item === undefined && !scope.advanced) throw new Refusal(ERRORS.filterOperator, { operator: 'any' });
  const field = { property: property.name };
  return { kind: 'any', field, item: item && checkFilter(item, scope, { variable, property, resource }) };
}

// -- paths -----------------------------------------------------------------------------------------------------

function targetOf(path: Path, scope: Scope, lambda: Lambda | undefined): Target {
  if (path.count) throw new Refusal(ERRORS.filterUnsupported, { name: '$count' });
  return lambda ? itemTarget(path, lambda) : ownTarget(path, scope);
}

function ownTarget(path: Path, scope: Scope): Target {
  const { property, resource } = propertyAt(path, scope);
  const name = path.names.join('/');
  const [, memberName, ...beyond] = path.names;
  if (property.collection || beyond.length > 0) throw new Refusal(ERRORS.filterProperty, { name, resource });
  if (typeof property.type === 'string') {
    if (memberName !== undefined) throw undeclared(memberName);
    return { field: { property: property.name }, name, type: property.type, filter: property.filter, resource };
  }
  if (memberName === undefined) throw new Refusal(ERRORS.filterProperty, { name, resource });
  const member = memberNamed(property.type, memberName, { name, resource });
  return { ...memberCells(member), field: { property: property.name, member: member.name }, name, resource };
}

function itemTarget(path: Path, { variable, property, resource }: Lambda): Target {
  const [first, memberName, ...beyond] = path.names;
  const name = path.names.join('/');
  if (first !== variable || beyond.length > 0) throw new Refusal(ERRORS.filterUnsupported, { name });
  if (typeof property.type === 'string') {
    if (memberName !== undefined) throw undeclared(memberName);
    return { field: { property: '' }, name: property.name, type: property.type, filter: property.filter, resource };
  }
  if (memberName === undefined) throw new Refusal(ERRORS.filterProperty, { name: property.name, resource });
  const member = memberNamed(property.type, memberName, { name: property.name, resource });
  const field = { property: '', member: member.name };
  return { ...memberCells(member), field, name: `${property.name}/${member.name}`, resource };
}

function memberCells({ type, filter }: PlainMember): Pick<Target, 'type' | 'filter'> {
  return { type, filter };
}

function memberNamed(type: ComplexType, name: string, what: { name: string; resource: string }): PlainMember {
  if (!type.members.some((one) => one.name === name)) throw undeclared(name);
  const member = plainMember(type, name);
  if (!member) throw new Refusal(ERRORS.filterProperty, what);
  return member;
}

/** The property that a path begins with, as the first of the types has it. */
export function propertyAt(path: Path, { types, version }: Scope): { property: Property; resource: string } {
  const [name = ''] = path.names;
  for (const type of types) {
    const property = propertyOf(type, name);
    if (property && existsIn(property, version)) return { property, resource: type.title };
  }
  throw undeclared(name);
}

function undeclared(name: string): Refusal {
  return new Refusal(ERRORS.propertyUndeclared, { name });
}

/** `microsoft.graph.user`, `graph.user` */
function typeNamed(name: string, { types }: Scope): string {
  const bare = name.replace(/^(microsoft\.)?graph\./, '');
  const type = types.find((one) => one.name === bare);
  if (!type) throw undeclared(name);
  return type.name;
}

// -- operators -------------------------------------------------------------------------------------------------

/** What the model calls an operator; the model says of `ge` and `le` what holds for `gt` and `lt`, too. */
const OPERATORS: Readonly<Record<CompareOperator, FilterOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'ge',
  ge: 'ge',
  lt: 'le',
  le: 'le',
};

/** As OData's own errors call them. */
const KINDS: Readonly<Record<CompareOperator, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};

/** Operators that need advanced query mode whatever the property. */
const ALWAYS_ADVANCED: ReadonlySet<FilterOperator> = new Set(['ne', 'endsWith']);

/** What Graph's own words leave out: that the same query would be taken in advanced query mode. */
export function advancedHint(option: string): Detail {
  const message = 'Send the header ConsistencyLevel: eventual and the query parameter $count=true.';
  return { code: 'AdvancedQueryNeeded', target: option, message };
}

function demand({ filter, name, resource }: Target, operator: FilterOperator, { advanced, negated }: Scope): void {
  if (negated && filter?.not === undefined) throw new Refusal(ERRORS.filterProperty, { name, resource });
  const mode = filter?.[operator];
  if (mode === 'default' || (mode === 'advanced' && advanced)) return;
  if (mode && ALWAYS_ADVANCED.has(operator)) throw new Refusal(ERRORS.filterOperator, { operator });
  throw new Refusal(ERRORS.filterProperty, { name, resource }, mode ? { details: [advancedHint('$filter')] } : {});
}

// -- literals --------------------------------------------------------------------------------------------------

const EDM_TYPES: Readonly<Record<Literal['type'], string>> = {
  null: 'null',
  boolean: 'Edm.Boolean',
  number: 'Edm.Int32',
  string: 'Edm.String',
  guid: 'Edm.Guid',
  date: 'Edm.Date',
  dateTimeOffset: 'Edm.DateTimeOffset',
  other: 'Edm.Untyped',
};

/** A GUID is text in Graph's model, and is written so. */
const FITTING: Readonly<Record<Primitive, readonly Literal['type'][]>> = {
  String: ['string'],
  Guid: ['string', 'guid'],
  Binary: ['string'],
  Boolean: ['boolean'],
  Int32: ['number'],
  Int64: ['number'],
  DateTimeOffset: ['dateTimeOffset', 'date'],
};

function literalValue(target: Target, literal: Literal, operator: string): Scalar {
  if (literal.value === null) return null;
  if (!FITTING[target.type].includes(literal.type)) throw incompatible(target, literal, operator);
  if (target.type !== 'DateTimeOffset') return comparable(target.type, literal.value);
  const text = String(literal.value);
  const found = instant(literal.type === 'date' ? `${text}T00:00:00Z` : text);
  if (found === undefined) throw new Refusal(ERRORS.filterInstant, { value: text });
  return comparable(target.type, found);
}

function incompatible({ type }: Target, literal: Literal, operator: string): Refusal {
  const left = type === 'Guid' ? 'Edm.String' : `Edm.${type}`;
  return new Refusal(ERRORS.filterTypes, { left, right: EDM_TYPES[literal.type], operator });
}
