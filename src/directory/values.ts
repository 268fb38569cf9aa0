import { derived } from '../lib/derived.ts';
import { instant } from '../lib/instant.ts';
import { Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { isGuid } from '../lib/text.ts';
import type { BoundAction } from '../model/actions.ts';
import { existsIn, propertyOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { ComplexType, EntityType, Fidelity, Member, Primitive, Property, Version } from '../model/shape.ts';
import { completed, emptyMember, emptyValue, isEmpty } from '../store/columns.ts';
import { UNSHOWN, type Values } from '../store/contract.ts';

/**
 * A body's values, held against the model's rows: names, types, lengths, and who may write what.
 * https://learn.microsoft.com/graph/api/device-post-devices, https://learn.microsoft.com/graph/api/device-update
 */

type Setting = { readonly version: Version; readonly fidelity: Fidelity };

/** The values of a new object: only what the caller may say; what the service sets comes on top. */
export function valuesToCreate(type: EntityType, body: Values, setting: Setting): Values {
  const values: Record<string, unknown> = {};
  for (const { property, value } of namedValues(type, body, setting)) {
    if (property.create === 'ignored') continue;
    const converted = completed(property, convert(type.title, property, value, setting));
    if (property.create === 'refused' && !isEmpty(property, converted)) throw readOnly(property);
    if (property.closed && !isEmpty(property, converted)) throw unavailable(property.name);
    values[property.name] = converted;
  }
  checkCount(type, values);
  for (const property of everRequired(type)) {
    if (isRequired(property, setting) && isMissing(values[property.name])) throw required(type.title, property);
  }
  return values;
}

/** The values that an update changes, `current` being the object's own. */
export function valuesToUpdate(type: EntityType, body: Values, current: Values, setting: Setting): Values {
  const values: Record<string, unknown> = {};
  for (const { property, value } of namedValues(type, body, setting)) {
    if (property.update === 'ignored') continue;
    const converted = merge(property, current[property.name], convert(type.title, property, value, setting));
    if (isSame(property, converted, current[property.name])) continue;
    // A read-only property may be sent with the value it has, as clients do that send back what they read.
    if (property.update === 'refused') throw readOnly(property);
    if (property.create.startsWith('required') && isMissing(converted)) throw required(type.title, property);
    if (property.closed && isEmpty(property, current[property.name])) throw unavailable(property.name);
    values[property.name] = converted;
  }
  checkCount(type, { ...current, ...values });
  return values;
}

type Named = { readonly property: Property; readonly value: unknown };

/** The body's members with their properties. Annotations say nothing that is stored, but a type must be right. */
function namedValues(type: EntityType, body: Values, { version }: Setting): readonly Named[] {
  const named: Named[] = [];
  for (const name of Object.keys(body)) {
    const value = body[name];
    const property = propertyOf(type, name);
    if (property && existsIn(property, version)) named.push({ property, value });
    else if (name === '@odata.type') checkType(type, value);
    else if (!isAnnotation(name, (of) => propertyOf(type, of) !== undefined)) throw unknownName(name);
  }
  return named;
}

function unknownName(name: string): Refusal {
  if (name.startsWith(DIRECTORY_EXTENSION)) return unavailable(name);
  return new Refusal(ERRORS.propertyInvalid, { name: literalText(name) });
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

const everRequired = derived(({ properties }: EntityType) =>
  properties.filter(({ create }) => create === 'required' || create === 'requiredUnlessSample'),
);

function isRequired(property: Property, { version, fidelity }: Setting): boolean {
  if (property.create === 'required') return true;
  return property.create === 'requiredUnlessSample' && (version === 'v1.0' || fidelity === 'live');
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function required(resource: string, { name }: Pick<Slot, 'name'>): Refusal {
  return new Refusal(ERRORS.valueRequired, { name, resource });
}

function readOnly(property: Property): Refusal {
  return new Refusal(ERRORS.propertyReadOnly, { name: property.name });
}

/** An update of a complex value changes the members that it names and leaves the others, within the members, too. */
function merge({ type, collection = false }: Slot, current: unknown, value: unknown): unknown {
  if (collection || typeof type === 'string' || value === null) return value;
  const merged = Object.create(null) as Record<string, unknown>;
  for (const member of type.members) {
    const { name } = member;
    const given = rowOf(value as Values, name);
    const before = rowOf((current ?? {}) as Values, name) ?? emptyMember(member);
    merged[name] = given === undefined ? before : (merge(member, before, given) ?? emptyMember(member));
  }
  return merged;
}

/** A property, or a member of its value. */
type Slot = Pick<Member, 'name' | 'type' | 'most'> & { readonly collection?: boolean; readonly number?: number };

function convert(resource: string, slot: Slot, value: unknown, setting: Setting): unknown {
  if (slot.collection) return convertMany(resource, slot, value, setting);
  if (value === null) return null;
  return convertOne(resource, slot, value, setting);
}

function convertMany(resource: string, slot: Slot, value: unknown, setting: Setting): unknown {
  // What a tenant has added is removed by null.
  if (value === null && slot.number !== undefined) return [];
  if (value === null) throw required(resource, slot);
  if (!Array.isArray(value)) {
    throw new Refusal(ERRORS.collectionExpected, { name: slot.name, type: edmName(slot.type) });
  }
  if (slot.number !== undefined && value.length > LIMITS.extensionItems) {
    throw new Refusal(ERRORS.valueTooLong, { name: slot.name, resource });
  }
  return value.map((item: unknown) => completed(single(slot), convertOne(resource, slot, item, setting)));
}

function single({ type }: Slot): Pick<Slot, 'type'> {
  return { type };
}

function convertOne(resource: string, slot: Slot, value: unknown, setting: Setting): unknown {
  const { type: itemType } = slot;
  if (typeof itemType !== 'string') return convertComplex(resource, slot, itemType, value, setting);
  const converted = convertPrimitive(itemType, value, setting);
  checkLength(resource, slot, converted);
  return converted;
}

function checkLength(resource: string, { name, most, type }: Slot, value: unknown): void {
  if (most === undefined || typeof value !== 'string') return;
  const length = type === 'Binary' ? Buffer.byteLength(value, 'base64') : value.length;
  if (length > most) throw new Refusal(ERRORS.valueTooLong, { name, resource });
}

/** The members that are given, each of its type. */
function convertComplex(resource: string, slot: Slot, of: ComplexType, value: unknown, setting: Setting): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(ERRORS.complexExpected, { name: slot.name, type: edmName(of) });
  }
  const given = value as Values;
  const isMember = (name: string) => of.members.some((member) => member.name === name);
  for (const name of Object.keys(given)) {
    const known = isMember(name) || isAnnotation(name, isMember);
    if (!known) throw new Refusal(ERRORS.propertyInvalid, { name: literalText(name) });
  }
  const converted: Record<string, unknown> = {};
  for (const member of of.members) {
    if (!Object.hasOwn(given, member.name)) continue;
    converted[member.name] = convert(resource, member, given[member.name], setting);
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
      const itemType = typeof type === 'string' ? `Edm.${type === 'Guid' ? 'String' : type}` : edmName(type);
      throw new Refusal(ERRORS.collectionExpected, { name, type: itemType });
    }
    const items = collection ? (value as readonly unknown[]) : [value];
    if (most !== undefined && items.length > LIMITS[most]) {
      throw new Refusal(ERRORS.tooManyIds, { name, most: String(LIMITS[most]) });
    }
    const converted = items.map((item) => convertParameter(name, type, item));
    values[name] = collection ? converted : converted[0];
  }
  return values;
}

function convertParameter(name: string, type: BoundAction['parameters'][number]['type'], value: unknown): unknown {
  if (typeof type !== 'string') return convertComplex(name, { name, type }, type, value, PARAMETERS);
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
      return typeof value === 'string' ? value : undefined;
    case 'Guid':
      return typeof value === 'string' && isGuid(value) ? value : undefined;
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
