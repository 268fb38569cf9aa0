import type { BoundAction } from '../model/actions.ts';
import { DIRECTORY_OBJECT_TYPES, DIRECTORY_OBJECTS, ENTITY_TYPES, entityType } from '../model/directory.ts';
import { OPEN_EXTENSIONS } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import { QUERY_OPTIONS, type QueryOption } from '../model/options.ts';
import { PERMISSION_NAMES, PERMISSIONS } from '../model/permissions.ts';
import type { EntityType, Version } from '../model/shape.ts';
import { idName, type Kind, type Place, placesIn } from './places.ts';
import { isOpen, isOperation, isUpdatable, optionsOn, propertiesIn, relationsIn } from './rows.ts';
import {
  actionValueSchema,
  ERROR_SCHEMA,
  listOf,
  pageSchema,
  REFERENCE_SCHEMA,
  relatedSchema,
  type Schema,
  schemaOf,
  schemasIn,
  typeName,
} from './schemas.ts';

/** The model as OpenAPI: each operation that has a row, at each of its addresses. https://spec.openapis.org/oas/v3.1.0 */

/**
 * @param origin where this service is: `http://127.0.0.1:8585`
 * @param all the model's types, as they are or as a tenant has them
 */
export function openapi(version: Version, origin: string, all: readonly EntityType[] = ENTITY_TYPES): Schema {
  const places = placesIn(version, all);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall',
      version,
      description: 'A device directory that speaks Microsoft Graph: what it serves, and what each request needs.',
    },
    servers: [{ url: `${origin}/${version}` }],
    tags: [...new Set(places.map(({ set }) => set.name))].map((name) => ({ name })),
    paths: pathsOf(places, version),
    components: {
      schemas: schemasIn(version, all),
      responses: { error: errorResponse() },
      securitySchemes: securitySchemes(origin),
    },
  };
}

function pathsOf(places: readonly Place[], version: Version): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const place of places) {
    paths[place.path] ??= { parameters: pathParameters(place) };
    Object.assign(paths[place.path] ?? {}, { [place.method]: operation(place, version) });
  }
  return paths;
}

function operation(place: Place, version: Version): Schema {
  const { row } = place;
  const parameters = [...headerParameters(place), ...queryParameters(place, version)];
  const body = bodyOf(place);
  return {
    tags: [place.set.name],
    operationId: operationId(place),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: responsesOf(place),
    security: [
      ...[...row.delegated, ...(row.own ?? [])].map((name) => ({ delegated: [name] })),
      ...row.application.map((name) => ({ application: [name] })),
    ],
    'x-rollcall-operation': place.operation,
    'x-rollcall-permissions': permissionsOf(place, version),
  };
}

// -- names -----------------------------------------------------------------------------------------------------

const VERBS: Readonly<Record<Kind, string>> = {
  list: 'List',
  count: 'GetCount',
  references: 'List',
  member: 'Get',
  get: 'Get',
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
  link: 'Create',
  unlink: 'Delete',
  action: '',
  open: '',
};

/** As Microsoft's own description has it: `device.ListDevice`, `device.CreateRegisteredUserByRef`. */
function operationId(place: Place): string {
  const { typeName: name } = place.set;
  const { open } = place;
  const verb = place.kind === 'open' ? (open === 'one' ? 'Get' : 'List') : VERBS[place.kind];
  if (place.action) return `${name}.${place.action.name}`;
  const by = place.alternateKey ? `By${capital(place.alternateKey.name)}` : '';
  const one = place.relation?.name.replace(/s$/, '') ?? (open && OPEN_EXTENSIONS.base);
  if (place.kind === 'count') return [name, one, verb].filter((part) => part !== undefined).join('.');
  if (one === undefined) return `${name}.${verb}${capital(name)}${by}`;
  if (place.member && place.kind === 'unlink') return `${name}.${one}.${verb}${capital(DIRECTORY_OBJECTS.name)}ByRef`;
  return `${name}.${verb}${capital(one)}${BY_REFERENCE.has(place.kind) ? 'ByRef' : ''}`;
}

const BY_REFERENCE: ReadonlySet<Kind> = new Set(['references', 'link', 'unlink']);

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// -- parameters ------------------------------------------------------------------------------------------------

function pathParameters({ set, type, path, relation, alternateKey, member, open }: Place): readonly Schema[] {
  const required = true;
  const string = { type: 'string' };
  const id = { name: idName(set.typeName), in: 'path', required, schema: string, description: idText(type) };
  const other = relation?.contains ? (relation.accepts[0] ?? '') : DIRECTORY_OBJECTS.name;
  const otherEnd = { name: idName(other), in: 'path', required, schema: string };
  if (alternateKey) return [{ name: alternateKey.name, in: 'path', required, schema: string }];
  const inner = open === 'one' ? [{ name: idName(OPEN_EXTENSIONS.base), in: 'path', required, schema: string }] : [];
  return [...(path.includes(`{${id.name}}`) ? [id] : []), ...(member ? [otherEnd] : []), ...inner];
}

function idText(type: EntityType | undefined): string {
  return type?.nameKey === undefined ? 'The id.' : `The id, or the ${type.nameKey}.`;
}

/** Counting, searching and the rest of advanced queries need the header: https://learn.microsoft.com/graph/aad-advanced-queries */
function headerParameters({ kind }: Place): readonly Schema[] {
  if (kind !== 'list' && kind !== 'count' && kind !== 'references') return [];
  const schema = { type: 'string', enum: ['eventual'] };
  const description = 'For $search; with $count=true also for whatever needs advanced query mode.';
  if (kind === 'count') return [{ name: CONSISTENCY, in: 'header', required: true, schema }];
  return [{ name: CONSISTENCY, in: 'header', description, schema }];
}

const CONSISTENCY = 'ConsistencyLevel';

function queryParameters(place: Place, version: Version): readonly Schema[] {
  // Where the path names the object that is taken out, no option does.
  if (place.member && place.kind === 'unlink') return [];
  const types = typesAnswered(place);
  return optionsOn(place.kind).flatMap((name) => {
    const option = QUERY_OPTIONS[name];
    // Directory objects have no relations until a cast says what they are.
    const isNothing = !option || (option.value === 'relations' && !hasRelations(place));
    return isNothing ? [] : [queryParameter(name, option, place, types, version)];
  });
}

function hasRelations({ type, relation, open }: Place): boolean {
  return relation === undefined && !open && type !== undefined && type.relations.length > 0;
}

function queryParameter(
  name: string,
  option: QueryOption,
  { kind }: Place,
  types: readonly EntityType[],
  version: Version,
): Schema {
  const isList = LISTS.has(option.value);
  return {
    name,
    in: 'query',
    description: option.says,
    ...(kind === 'unlink' ? { required: true } : {}),
    ...(isList ? { style: 'form', explode: false } : {}),
    schema: OPTION_SCHEMAS[option.value](types, version),
  };
}

const LISTS: ReadonlySet<QueryOption['value']> = new Set(['properties', 'relations', 'sorting']);

const OPTION_SCHEMAS: Readonly<
  Record<QueryOption['value'], (types: readonly EntityType[], version: Version) => Schema>
> = {
  properties: (types, version) =>
    namesList(types.flatMap((type) => propertiesIn(type, version).map((row) => row.name))),
  relations: (types, version) => namesList(types.flatMap((type) => listedRelations(type, version))),
  sorting: (types, version) => namesList(types.flatMap((type) => sortings(type, version))),
  count: () => ({ type: 'integer', minimum: 1, maximum: LIMITS.pageMost, default: LIMITS.pageDefault }),
  text: () => ({ type: 'string' }),
  url: () => ({ type: 'string', format: 'uri' }),
  boolean: () => ({ type: 'boolean' }),
};

function namesList(names: readonly string[]): Schema {
  return { ...listOf({ type: 'string', enum: [...new Set(names)] }), uniqueItems: true };
}

function listedRelations(type: EntityType, version: Version): readonly string[] {
  const names = relationsIn(type, version).flatMap((row) => (row.through === undefined ? [row.name] : []));
  const open = isOpen(type) ? [OPEN_EXTENSIONS.relation.name] : [];
  return [...names, ...open].filter((name) => isOperation(`${type.name}.${name}.list`));
}

function sortings(type: EntityType, version: Version): readonly string[] {
  const sorted = propertiesIn(type, version).filter((row) => row.sort !== undefined);
  return sorted.flatMap(({ name }) => [name, `${name} asc`, `${name} desc`]);
}

/** The types whose objects the answer may hold. */
function typesAnswered({ type, relation, open }: Place): readonly EntityType[] {
  if (open) return [];
  if (relation) return relation.accepts.map(entityType);
  return type ? [type] : DIRECTORY_OBJECT_TYPES;
}

// -- bodies and answers ----------------------------------------------------------------------------------------

function bodyOf({ kind, set, relation, action, open }: Place): Schema | undefined {
  const isWritten = kind === 'create' || kind === 'update';
  if (open && isWritten) return schemaOf(OPEN_EXTENSIONS.type);
  const name = relation?.contains ? (relation.accepts[0] ?? '') : set.typeName;
  if (isWritten) return schemaOf(`${typeName(name)}.${kind}`);
  if (kind === 'link') return REFERENCE_SCHEMA;
  if (!action || action.parameters.length === 0) return undefined;
  const required = action.parameters.filter((row) => row.required).map((row) => row.name);
  const properties = Object.fromEntries(action.parameters.map((row) => [row.name, actionValueSchema(row)]));
  return { type: 'object', ...(required.length > 0 ? { required } : {}), properties };
}

function responsesOf(place: Place): Schema {
  const error = { $ref: '#/components/responses/error' };
  return { ...successOf(place), '4XX': error, '5XX': error };
}

function successOf({ kind, set, relation, action, open }: Place): Schema {
  const one = schemaOf(open ? OPEN_EXTENSIONS.type : set.typeName);
  switch (kind) {
    case 'list':
      return { 200: answer('A page.', pageSchema(relation ? relatedSchema(relation) : one)) };
    case 'count':
      return {
        200: { description: 'How many there are.', content: { 'text/plain': { schema: { type: 'integer' } } } },
      };
    case 'references':
      return { 200: answer('A page of references.', pageSchema(REFERENCE_SCHEMA)) };
    case 'member':
      return { 200: answer('The object.', relation ? relatedSchema(relation) : one) };
    case 'get':
      return { 200: answer('The object.', one) };
    case 'open':
      return { 200: open === 'one' ? answer('The extension.', one) : answer('All of them.', pageSchema(one)) };
    case 'create':
      return { 201: answer('The object that was made.', relation ? relatedSchema(relation) : one) };
    case 'action':
      return action?.returns
        ? { 200: answer('What the action found or made.', returned(action.returns)) }
        : { 204: { description: 'Done.' } };
    default:
      return { 204: { description: 'Done.' } };
  }
}

/** A list stands in an object, an object for itself. */
function returned(returns: NonNullable<BoundAction['returns']>): Schema {
  const value = actionValueSchema(returns);
  return returns.collection ? { type: 'object', properties: { value } } : value;
}

function answer(description: string, schema: Schema): Schema {
  return { description, content: { 'application/json': { schema } } };
}

function errorResponse(): Schema {
  return answer('Refused, and why.', ERROR_SCHEMA);
}

// -- permissions -----------------------------------------------------------------------------------------------

/** The row, least privilege first; a user needs a role that allows the action too. */
function permissionsOf({ row, type }: Place, version: Version): Schema {
  const { delegated, application, own = [], action } = row;
  const rows = type && action === 'byProperty' ? propertiesIn(type, version).filter(isUpdatable) : [];
  const actions = action === 'byProperty' ? Object.fromEntries(rows.map(({ name, update }) => [name, update])) : action;
  return { delegated, application, own, action: actions };
}

/** A token of this service's own; the tenant's id may stand in place of `organizations`, and for an application must. */
function securitySchemes(origin: string): Schema {
  const tokenUrl = `${origin}/organizations/oauth2/v2.0/token`;
  const delegated = PERMISSION_NAMES.filter((name) => PERMISSIONS[name].delegated);
  const application = PERMISSION_NAMES.filter((name) => 'appRole' in PERMISSIONS[name]);
  const scopes = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
  return {
    delegated: {
      type: 'oauth2',
      description: 'For a signed-in user, whose directory roles count too.',
      flows: { password: { tokenUrl, scopes: scopes(delegated) } },
    },
    application: {
      type: 'oauth2',
      description: "For an application itself. Put the tenant's id in place of 'organizations'.",
      flows: { clientCredentials: { tokenUrl, scopes: scopes(application) } },
    },
  };
}
