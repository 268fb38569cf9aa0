import { DIRECTORY_OBJECT_TYPES, DIRECTORY_OBJECTS, ENTITY, entityType } from '../model/directory.ts';
import { OPEN_EXTENSIONS } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import type { ComplexType, EntityType, Primitive, Property, Relation, Version } from '../model/shape.ts';
import {
  complexTypesIn,
  isCreatable,
  isDirectoryObject,
  isRequired,
  isUpdatable,
  isWritten,
  NAMESPACE,
  propertiesIn,
} from './rows.ts';

/** The model as JSON Schema: https://spec.openapis.org/oas/v3.1.0#schema-object */

export type Schema = Readonly<Record<string, unknown>>;

const PRIMITIVES: Readonly<Record<Primitive, { readonly type: string } & Schema>> = {
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  Int32: { type: 'integer', format: 'int32' },
  Int64: { type: 'integer', format: 'int64' },
  DateTimeOffset: { type: 'string', format: 'date-time' },
  Binary: { type: 'string', contentEncoding: 'base64' },
  Guid: { type: 'string', format: 'uuid' },
};

const ERROR = `${NAMESPACE}.ODataErrors.ODataError`;
const REFERENCE = 'ReferenceCreate';

export const ERROR_SCHEMA = schemaOf(ERROR);
export const REFERENCE_SCHEMA = schemaOf(REFERENCE);

/** The schemas that operations point at, by name. */
export function schemasIn(version: Version, all: readonly EntityType[]): Readonly<Record<string, Schema>> {
  const entries = [
    ...all.flatMap((type) => typeSchemas(type, version)),
    [typeName(OPEN_EXTENSIONS.type), openExtensionSchema()],
    ...complexTypesIn(version, all).map((type): Entry => [typeName(type.name), complexSchema(type)]),
    [typeName(DIRECTORY_OBJECTS.name), anyOf(DIRECTORY_OBJECT_TYPES)],
    [REFERENCE, referenceSchema()],
    [ERROR, errorSchema()],
  ] satisfies readonly Entry[];
  return Object.fromEntries(entries);
}

type Entry = readonly [name: string, schema: Schema];

function typeSchemas(type: EntityType, version: Version): readonly Entry[] {
  const rows = propertiesIn(type, version);
  const name = typeName(type.name);
  const entries: Entry[] = [[name, readSchema(type, rows)]];
  if (isWritten(type, 'create')) entries.push([`${name}.create`, createSchema(rows, version)]);
  if (isWritten(type, 'update')) entries.push([`${name}.update`, updateSchema(rows)]);
  return entries;
}

function readSchema(type: EntityType, rows: readonly Property[]): Schema {
  const odataType = { type: 'string', const: `#${NAMESPACE}.${type.name}` };
  const properties = { '@odata.type': odataType, ...propertySchemas(rows, readPropertySchema) };
  return { title: type.name, type: 'object', properties };
}

function createSchema(rows: readonly Property[], version: Version): Schema {
  const required = rows.filter((row) => isRequired(row, version)).map((row) => row.name);
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: propertySchemas(rows.filter(isCreatable), (row) => valueSchema(row, !isRequired(row, version))),
  };
}

function updateSchema(rows: readonly Property[]): Schema {
  return { type: 'object', minProperties: 1, properties: propertySchemas(rows.filter(isUpdatable), valueSchema) };
}

function propertySchemas(rows: readonly Property[], schema: (row: Property) => Schema): Schema {
  return Object.fromEntries(rows.map((row) => [row.name, schema(row)]));
}

function readPropertySchema(row: Property): Schema {
  return {
    ...valueSchema(row, row.name !== ENTITY.key),
    ...(isCreatable(row) || isUpdatable(row) ? {} : { readOnly: true }),
    ...(row.served === 'select' ? { description: 'Sent only when $select names it.' } : {}),
  };
}

/** A value: a collection is never null, and neither are most complex values, whose members are. */
function valueSchema(row: Pick<Property, 'type' | 'collection' | 'most'>, nullable = true): Schema {
  const { type, collection, most } = row;
  if (typeof type !== 'string') {
    const one = schemaOf(type.name);
    return collection ? listOf(one) : type.nullable ? { anyOf: [one, { type: 'null' }] } : one;
  }
  const plain = { ...PRIMITIVES[type], ...(most === undefined ? {} : { maxLength: most }) };
  if (collection) return listOf(plain);
  return nullable ? orNull(plain) : plain;
}

function orNull(schema: { readonly type: string } & Schema): Schema {
  return { ...schema, type: [schema.type, 'null'] };
}

function complexSchema({ name, members }: ComplexType): Schema {
  const properties = Object.fromEntries(
    members.map((member) => [member.name, valueSchema({ ...member, collection: member.collection ?? false })]),
  );
  return { title: name, type: 'object', properties };
}

// -- answers and bodies ----------------------------------------------------------------------------------------

/** One page of objects. */
export function pageSchema(items: Schema): Schema {
  const link = { type: 'string', format: 'uri', description: 'The address of the next page; not there on the last.' };
  const count = { type: 'integer', description: 'Of all pages; on the first, where it was asked for.' };
  const head = { '@odata.context': { type: 'string' }, '@odata.count': count, '@odata.nextLink': link };
  return { type: 'object', required: ['value'], properties: { ...head, value: listOf(items) } };
}

/** The objects that a relation holds; of types that the caller may not read, the type and the id only. */
export function relatedSchema({ accepts }: Relation): Schema {
  const types = accepts.map(entityType);
  if (types.length === DIRECTORY_OBJECT_TYPES.length && types.every(isDirectoryObject)) {
    return schemaOf(DIRECTORY_OBJECTS.name);
  }
  return types.length === 1 ? schemaOf(accepts[0] ?? '') : anyOf(types);
}

/** The value of an action's parameter, or what it returns. */
export function actionValueSchema(value: {
  readonly type: string | ComplexType;
  readonly collection: boolean;
  readonly most?: keyof typeof LIMITS;
}): Schema {
  const name = typeof value.type === 'string' ? value.type : value.type.name;
  const primitive = Object.hasOwn(PRIMITIVES, name) ? PRIMITIVES[name as Primitive] : undefined;
  const one = primitive ?? schemaOf(name);
  if (!value.collection) return one;
  return { ...listOf(one), ...(value.most === undefined ? {} : { maxItems: LIMITS[value.most] }) };
}

/** An application's own members stand beside the name. */
function openExtensionSchema(): Schema {
  const string = { type: 'string' };
  const odataType = { ...string, const: `#${NAMESPACE}.${OPEN_EXTENSIONS.type}` };
  const properties = { '@odata.type': odataType, [OPEN_EXTENSIONS.id]: string, [OPEN_EXTENSIONS.name]: string };
  return { title: OPEN_EXTENSIONS.type, type: 'object', properties, additionalProperties: true };
}

function anyOf(types: readonly EntityType[]): Schema {
  return { anyOf: types.map((type) => schemaOf(type.name)) };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

function referenceSchema(): Schema {
  const description = 'The address of the object, such as …/directoryObjects/{id}.';
  return {
    type: 'object',
    required: ['@odata.id'],
    properties: { '@odata.id': { type: 'string', format: 'uri', description } },
  };
}

function errorSchema(): Schema {
  const string = { type: 'string' };
  const detail = { type: 'object', properties: { code: string, message: string, target: string } };
  const ids = { date: string, 'request-id': string, 'client-request-id': string };
  const error = {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: string,
      message: string,
      details: listOf(detail),
      innerError: { type: 'object', properties: ids },
    },
  };
  return { type: 'object', required: ['error'], properties: { error } };
}

/** A pointer at a schema by its name, or at a type's by the type's. */
export function schemaOf(name: string): Schema {
  return { $ref: `#/components/schemas/${name.includes('.') || name === REFERENCE ? name : typeName(name)}` };
}

export function typeName(name: string): string {
  return `${NAMESPACE}.${name}`;
}
