import { instant } from '../lib/instant.ts';
import { Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { isGuid } from '../lib/text.ts';
import type { BoundAction } from '../model/actions.ts';
import { existsIn, propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { ComplexType, EntityType, Fidelity, Member, Primitive, Property, Version } from '../model/shape.ts';
import { emptyValue, isEmpty } from '../store/columns.ts';
import { UNSHOWN, type Values } from '../store/contract.ts';

/**
 * A body's values, held against the model's rows: names, types, lengths, and who may write what.
 * https://learn.microsoft.com/graph/api/device-post-devices, https://learn.microsoft.com/graph/api/device-update
 */

type Setting = { readonly version: Version; readonly fidelity: Fidelity };

/** The values of a new object: only what the caller may say; what the service sets comes on top. */
export function valuesToCreate(type: EntityType, body: Values, setting: Setting): Values {
  const given = namedValues(type, body, setting);
  const values: Record<string, unknown> = {};
  for (const [property, value] of given) {
    if (property.create === 'ignored') continue;
    const converted = merge(property, undefined, convert(type, property, value, setting));
    if (property.create === 'refused' && !isEmpty(property, converted)) throw readOnly(property);
    if (property.closed && !isEmpty(property, converted)) throw unavailable(property.name);
    values[property.name] = converted;
  }
  checkCount(type, values);
  for (const property of type.properties) {
    if (isRequired(property, setting) && isMissing(values[property.name])) throw required(type, property);
  }
  return values;
}

/** The values that an update changes, `current` being the object's own. */
export function valuesToUpdate(type: EntityType, body: Values, current: Values, setting: Setting): Values {
  const values: Record<string, unknown> = {};
  for (const [property, value] of namedValues(type, body, setting)) {
    if (property.update === 'ignored') continue;
    const converted = merge(property, current[property.name], convert(type, property, value, setting));
    if (isSame(property, converted, current[property.name])) continue;
    // A read-only property may be sent with the value it has, as clients do that send back what they read.
    if (property.update === 'refused') throw readOnly(property);
    if (property.create.startsWith('required') && isMissing(converted)) throw required(type, property);
    if (property.closed && isEmpty(property, current[property.name])) throw unavailable(property.name);
    values[property.name] = converted;
  }
  checkCount(type, { ...current, ...values });
  return values;
}

/** The body's members with their properties. Annotations say nothing that is stored, but a type must be right. */
function namedValues(type: EntityType, body: Values, { version }: Setting): readonly (readonly [Property, unknown])[] {
  return Object.keys(body).flatMap((name) => {
    const value = body[name];
    if (name === '@odata.type') checkType(type, value);
    if (isAnnotation(name, (of) => propertyOf(type, of) !== undefined)) return [];
    const property = propertyOf(type, name);
    if (property && existsIn(property, version)) return [[property, value] as const];
    if (name.startsWith(DIRECTORY_EXTENSION)) throw unavailable(name);
    throw new Refusal(ERRORS.propertyInvalid, { name: literalText(name) });
  });
}

/** How the names of all directory extensions begin. */
const DIRECTORY_EXTENSION = 'extension_';

function unavailable(name: string): Refusal {
  return new Refusal(ERRORS.extensionUnknown, { name: literalText(name) });
}

/** An object has so many values of what its tenant has added, no more; those that aren't shown any more count, too. */
function checkCount({ custom }: EntityType, values: Values): void {
  if (!custom) return;
  let count = Object.keys((values[UNSHOWN] ?? {}) as Values).filter((number) =>
    custom.numbered.has(Number(number)),
  ).length;
  for (const row of custom.shown.values()) count += countOf(row, values[row.name]);
  if (count <= LIMITS.extensionValues) return;
  throw new Refusal(ERRORS.extensionsTooMany, { count: String(count), most: String(LIMITS.extensionValues) });
}

function countOf(row: Property, value: unknown): number {
  if (isEmpty(row, value)) return 0;
  if (typeof row.type === 'string') return 1;
  return Object.values(value as Values).filter((one) => one !== null).length;
}

/** What clients send back of what they read. (`@odata.bind` isn't one of them: it would change a relation.) */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '@odata.context',
  '@odata.editLink',
  '@odata.etag',
  '@odata.id',
  '@odata.type',
]);

const TYPE_SUFFIX = '@odata.type';

/** The type may also be said of one property: `physicalIds@odata.type`. */
function isAnnotation(name: string, isProperty: (name: string) => boolean): boolean {
  return ANNOTATIONS.has(name) || (name.endsWith(TYPE_SUFFIX) && isProperty(name.slice(0, -TYPE_SUFFIX.length)));
}

function checkType(type: EntityType, value: unknown): void {
  const expected = `#microsoft.graph.${type.name}`;
  if (typeof value === 'string' && `#${value.replace(/^#/, '')}`.toLowerCase() === expected.toLowerCase()) return;
  throw new Refusal(ERRORS.typeMismatch, { type: literalText(value), expected });
}

function isRequired(property: Property, { version, fidelity }: Setting): boolean {
  if (property.create === 'required') return true;
  return property.create === 'requiredUnlessSample' && (version === 'v1.0' || fidelity === 'live');
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function required(type: EntityType, property: Property): Refusal {
  return new Refusal(ERRORS.valueRequired, { name: property.name, resource: type.title });
}

function readOnly(property: Property): Refusal {
  return new Refusal(ERRORS.propertyReadOnly, { name: property.name });
}

/** An update of a complex value changes the members that it names and leaves the others. */
function merge(property: Property, current: unknown, value: unknown): unknown {
  if (property.collection || typeof property.type === 'string' || value === null) return value;
  const before = (current ?? {}) as Values;
  const merged = Object.create(null) as Record<string, unknown>;
  for (const { name } of property.type.members) {
    merged[name] = rowOf(Object.hasOwn(value as Values, name) ? (value as Values) : before, name) ?? null;
  }
  return merged;
}

function convert(type: EntityType, property: Property, value: unknown, setting: Setting): unknown {
  if (property.collection) return convertMany(type, property, value, setting);
  if (value === null) return null;
  return convertOne(type, property, value, setting);
}

function convertMany(type: EntityType, property: Property, value: unknown, setting: Setting): unknown {
  // What a tenant has added is removed by null.
  if (value === null && property.number !== undefined) return [];
  if (value === null) throw required(type, property);
  if (!Array.isArray(value)) {
    throw new Refusal(ERRORS.collectionExpected, { name: property.name, type: edmName(property.type) });
  }
  if (property.number !== undefined && value.length > LIMITS.extensionItems) {
    throw new Refusal(ERRORS.valueTooLong, { name: property.name, resource: type.title });
  }
  return value.map((item: unknown) => convertOne(type, property, item, setting));
}

function convertOne(type: EntityType, property: Property, value: unknown, setting: Setting): unknown {
  const { type: itemType } = property;
  if (typeof itemType !== 'string') return convertComplex(type, property, itemType, value, setting);
  const converted = convertPrimitive(itemType, value, setting);
  checkLength(type, property, converted);
  return converted;
}

function convertMember(of: EntityType, member: Member, value: unknown, setting: Setting): unknown {
  if (value === null) return null;
  const converted = convertPrimitive(member.type, value, setting);
  checkLength(of, member, converted);
  return converted;
}

function checkLength(of: EntityType, row: Pick<Property, 'name' | 'most'> & { type: unknown }, value: unknown): void {
  const { name, most, type } = row;
  if (most === undefined || typeof value !== 'string') return;
  const length = type === 'Binary' ? Buffer.byteLength(value, 'base64') : value.length;
  if (length <= most) return;
  throw new Refusal(ERRORS.valueTooLong, { name, resource: of.title });
}

function convertComplex(
  of: EntityType,
  property: Property,
  type: ComplexType,
  value: unknown,
  setting: Setting,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(ERRORS.complexExpected, { name: property.name, type: edmName(type) });
  }
  const given = value as Values;
  for (const name of Object.keys(given)) {
    const isMember = (one: string) => type.members.some((member) => member.name === one);
    const known = isMember(name) || isAnnotation(name, isMember);
    if (!known) throw new Refusal(ERRORS.propertyInvalid, { name: literalText(name) });
  }
  const converted = Object.create(null) as Record<string, unknown>;
  for (const member of type.members) {
    const { name } = member;
    if (Object.hasOwn(given, name)) converted[name] = convertMember(of, member, given[name], setting);
    else if (property.collection) converted[name] = null;
  }
  return converted;
}

const MOST_INT32 = 2 ** 31 - 1;
const LEAST_INT32 = -(2 ** 31);

/** The parameters of an action, each of its type; one that isn't needed may be missing. */
export function parametersOf(action: BoundAction, body: Values): Values {
  for (const name of Object.keys(body)) {
    if (!action.parameters.some((one) => one.name === name) && !name.startsWith('@')) {
      throw new Refusal(ERRORS.propertyInvalid, { name: literalText(name) });
    }
  }
  const values: Record<string, unknown> = {};
  for (const { name, type, collection, required, most } of action.parameters) {
    const value = body[name] ?? null;
    if (value === null && !required) continue;
    if (value === null) throw new Refusal(ERRORS.valueRequired, { name, resource: action.name });
    if (collection && !Array.isArray(value)) {
      throw new Refusal(ERRORS.collectionExpected, { name, type: `Edm.${type === 'Guid' ? 'String' : type}` });
    }
    const items = collection ? (value as readonly unknown[]) : [value];
    if (most !== undefined && items.length > LIMITS[most]) {
      throw new Refusal(ERRORS.tooManyIds, { name, most: String(LIMITS[most]) });
    }
    const converted = items.map((item) => convertParameter(type, item));
    values[name] = collection ? converted : converted[0];
  }
  return values;
}

function convertParameter(type: BoundAction['parameters'][number]['type'], value: unknown): unknown {
  if (type === 'Guid' && !(typeof value === 'string' && isGuid(value))) {
    throw new Refusal(ERRORS.idInvalid, { id: literalText(value) });
  }
  return convertPrimitive(type as Primitive, value, PARAMETERS);
}

/** Parameters mean the same in both versions and fidelities. */
const PARAMETERS: Setting = { version: 'v1.0', fidelity: 'documented' };

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= LEAST_INT32 && (value as number) <= MOST_INT32;
}

function convertPrimitive(type: Primitive, value: unknown, { fidelity }: Setting): unknown {
  const converted = fitting(type, value, fidelity);
  if (converted === undefined) throw new Refusal(ERRORS.literal, { value: literalText(value), type: `Edm.${type}` });
  return converted;
}

/** The value as the directory keeps it; undefined where it isn't of that type. */
function fitting(type: Primitive, value: unknown, fidelity: Fidelity): unknown {
  switch (type) {
    case 'String':
    case 'Guid':
      return typeof value === 'string' ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'Int32':
      return isInt32(value) ? value : undefined;
    case 'Int64':
      return Number.isSafeInteger(value) ? value : undefined;
    case 'DateTimeOffset':
      return typeof value === 'string' ? instant(value) : undefined;
    case 'Binary':
      return typeof value === 'string' && isBinary(value, fidelity) ? value : undefined;
  }
}

/** Microsoft's own sample isn't whole base64 (its length is no multiple of four); live Graph refuses it. */
function isBinary(text: string, fidelity: Fidelity): boolean {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return false;
  return fidelity === 'documented' || text.length % 4 === 0;
}

function edmName(type: Primitive | ComplexType): string {
  return typeof type === 'string' ? `Edm.${type}` : `microsoft.graph.${type.name}`;
}

const LITERAL_CHARACTERS = 100;

function literalText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LITERAL_CHARACTERS ? `${text.slice(0, LITERAL_CHARACTERS)}…` : text;
}

/** What was never set is the same as null, or as an empty collection. */
function isSame(property: Property, one: unknown, other: unknown): boolean {
  const empty = emptyValue(property);
  return JSON.stringify(one ?? empty) === JSON.stringify(other ?? empty);
}
