import type { Address } from '../directory/world.ts';
import { Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { fold, percentDecode } from '../lib/text.ts';
import { CLOUDS, type CloudName } from '../model/clouds.ts';
import { DIRECTORY_OBJECTS } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { OPERATIONS } from '../model/permissions.ts';
import { VERSIONS, type Version } from '../model/shape.ts';
import type { TenantTypes } from '../store/definitions.ts';
import { type Place, unknownSegment, walk, walkOpen } from './place.ts';

/** A method and a path to what is asked: a kind of request, at a place, by an operation of the permission table. */

/** What a request does to the directory; each is a row of the pipeline's matrix. */
export type GraphKind =
  | 'get'
  | 'list'
  | 'count'
  | 'references'
  | 'member'
  | 'property'
  | 'create'
  | 'update'
  | 'delete'
  | 'link'
  | 'unlink'
  | 'act'
  | 'openRead'
  | 'openWrite'
  | 'openDelete';

/** Kinds that need what another kind needs. */
const PERMITTED_AS: Readonly<Partial<Record<GraphKind, GraphKind>>> = {
  count: 'list',
  references: 'list',
  member: 'list',
  property: 'get',
};

export type GraphRoute = Place & {
  readonly kind: GraphKind;
  /** The model's types as the caller's tenant has them, once it is known who calls. */
  readonly types?: TenantTypes;
  readonly version: Version;
  /** The name of the operation's row in the permission table. */
  readonly operation: string;
};

/** A Graph address that means nothing here. It is refused only after the token, as Graph does. */
type LostRoute = { readonly kind: 'lost'; readonly refusal: Refusal };

export type ServiceRoute =
  | { readonly kind: 'health' }
  /** Of sign-in, if it is anything: `signIn.ts` knows its addresses. */
  | { readonly kind: 'signIn'; readonly segments: readonly string[] }
  | { readonly kind: 'metadata' | 'openapi'; readonly of: Version }
  | { readonly kind: 'nothing'; readonly refusal: Refusal };

export type Route = GraphRoute | LostRoute | ServiceRoute;

export function findRoute(method: string, path: string, cloud: CloudName): Route {
  const segments = segmentsOf(path);
  const version = versionIn(segments);
  const description = descriptionRoute(method, version, version ? segments.slice(1) : segments);
  if (description) return description;
  if (version) return graphRoute(method, version, segments.slice(1), cloud);
  const first = fold(segments[0] ?? '');
  if (/^v\d+(\.\d+)?$/.test(first)) {
    return { kind: 'lost', refusal: new Refusal(ERRORS.versionUnknown, { version: first }) };
  }
  return serviceRoute(method, segments);
}

/** Whether the path is one of Graph's, be there anything or not. */
export function isGraph(path: string): boolean {
  return versionIn(segmentsOf(path)) !== undefined;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function versionIn([first = '']: readonly string[]): Version | undefined {
  return VERSIONS.find((name) => name === fold(first));
}

/** The object that a URL in a body or a query option means. Its host and version are the caller's affair. */
export function findReference(url: string): Address {
  const parsed = /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  const segments = segmentsOf(parsed?.pathname ?? '');
  if (!versionIn(segments)) throw new Refusal(ERRORS.referenceInvalid);
  const place = walk(segments.slice(1), 'beta');
  if (!place.object || place.relation || place.action || place.property || place.ending)
    throw new Refusal(ERRORS.referenceInvalid);
  return { ...place.object, tenantId: place.tenantId };
}

function graphRoute(
  method: string,
  version: Version,
  segments: readonly string[],
  cloud: CloudName,
): GraphRoute | LostRoute {
  try {
    const lacking = segments.find((segment) => (CLOUDS[cloud].lacks as readonly string[]).includes(fold(segment)));
    if (lacking !== undefined) throw new Refusal(ERRORS.segmentUnknown, { segment: lacking });
    const place = walkOpen(segments, version) ?? walk(segments, version);
    const kind = kindOf(method, place);
    const operation = operationOf(place, kind, method);
    if (!rowOf(OPERATIONS, operation)) throw new Refusal(ERRORS.notBuilt);
    return { ...place, kind, version, operation };
  } catch (problem) {
    if (problem instanceof Refusal) return { kind: 'lost', refusal: problem };
    throw problem;
  }
}

/** What is done to open extensions, as the permission table calls it. */
const OPEN_DEEDS: Readonly<Record<string, string>> = { GET: 'get', POST: 'create', PATCH: 'update', DELETE: 'delete' };

function operationOf({ type, relation, below, action, open }: Place, kind: GraphKind, method: string): string {
  if (open) {
    const deed = method === 'GET' && open.key === undefined ? 'list' : OPEN_DEEDS[method];
    return [type?.name, open.relation, deed].join('.');
  }
  const last = action?.name ?? PERMITTED_AS[kind] ?? kind;
  // Who may list what lives in an object may read each of it.
  if (below) return [below.type.name, below.relation.name, last === 'get' ? 'list' : last].join('.');
  const of = type?.name ?? DIRECTORY_OBJECTS.name;
  return relation ? `${of}.${relation.name}.${last}` : `${of}.${last}`;
}

/** Descriptions of a version; without one, OpenAPI describes the first. */
function descriptionRoute(
  method: string,
  version: Version | undefined,
  segments: readonly string[],
): ServiceRoute | undefined {
  const name = segments.length === 1 ? fold(percentDecode(segments[0] ?? '') ?? '') : '';
  const kind = name === 'openapi.json' ? 'openapi' : name === '$metadata' && version ? 'metadata' : undefined;
  if (!kind) return undefined;
  if (method !== 'GET') return { kind: 'nothing', refusal: notAllowed(['GET']) };
  return { kind, of: version ?? VERSIONS[0] };
}

function serviceRoute(method: string, segments: readonly string[]): ServiceRoute {
  const names = segments.map((segment) => percentDecode(segment) ?? segment);
  if (names.length !== 1 || fold(names[0] ?? '') !== 'health') return { kind: 'signIn', segments: names };
  return method === 'GET' ? { kind: 'health' } : { kind: 'nothing', refusal: notAllowed(['GET']) };
}

// -- methods ---------------------------------------------------------------------------------------------------

type Shape =
  | 'set'
  | 'object'
  | 'relation'
  | 'single'
  | 'member'
  | 'count'
  | 'relationReference'
  | 'castReference'
  | 'memberReference'
  | 'property'
  | 'action'
  | 'openExtensions'
  | 'openExtension';

/** refused: Graph writes what an object contains at that place, and a relation contains nothing. */
type Meaning = GraphKind | 'notBuilt' | 'refused';

// biome-ignore format: a table is read by its columns
const MEANINGS: Readonly<Record<Shape, Readonly<Record<string, Meaning>>>> = {
  set:               { GET: 'list',       POST: 'create' },
  object:            { GET: 'get',        PATCH: 'update',  DELETE: 'delete' },
  relation:          { GET: 'list',       POST: 'refused',  PUT: 'refused',   PATCH: 'refused' },
  single:            { GET: 'member',     PUT: 'notBuilt',  PATCH: 'notBuilt', DELETE: 'notBuilt' },
  member:            { GET: 'member',     POST: 'refused',  PUT: 'refused',   PATCH: 'refused', DELETE: 'notBuilt' },
  count:             { GET: 'count' },
  relationReference: { GET: 'references', POST: 'link',     DELETE: 'unlink' },
  castReference:     { GET: 'notBuilt' },
  memberReference:   { DELETE: 'unlink' },
  property:          { GET: 'property',   PUT: 'notBuilt',  PATCH: 'notBuilt',  DELETE: 'notBuilt' },
  action:            { POST: 'act' },
  openExtensions:    { GET: 'openRead',   POST: 'openWrite' },
  openExtension:     { GET: 'openRead',   PATCH: 'openWrite',   DELETE: 'openDelete' },
};

function kindOf(method: string, place: Place): GraphKind {
  const methods = MEANINGS[shapeOf(place)];
  const meaning = rowOf(methods, method);
  if (meaning === undefined) throw notAllowed(allowedMethods(methods));
  const { relation } = place;
  const isRead = relation?.inverseOf !== undefined || relation?.through !== undefined;
  if (isRead && (meaning === 'link' || meaning === 'unlink')) throw notAllowed(['GET']);
  if (meaning === 'notBuilt') throw new Refusal(ERRORS.notBuilt);
  if (meaning === 'refused') throw new Refusal(ERRORS.writeNotContained);
  return meaning;
}

function allowedMethods(methods: Readonly<Record<string, Meaning>>): readonly string[] {
  return Object.keys(methods).filter((method) => methods[method] !== 'refused' && methods[method] !== 'notBuilt');
}

function shapeOf({ object, relation, member, cast, action, property, open, ending }: Place): Shape {
  if (open) return open.key === undefined ? 'openExtensions' : 'openExtension';
  if (action) return 'action';
  if (property) return 'property';
  if (ending === '$count') return 'count';
  if (member) return ending ? 'memberReference' : 'member';
  if (relation?.single) return 'single';
  if (relation) return ending ? (cast ? 'castReference' : 'relationReference') : 'relation';
  if (ending) throw unknownSegment(ending);
  return object ? 'object' : 'set';
}

function notAllowed(methods: readonly string[]): Refusal {
  return new Refusal(ERRORS.methodNotAllowed, {}, { headers: ['Allow', methods.join(', ')] });
}

/** What Graph's addresses may be asked by. */
export const GRAPH_METHODS: readonly string[] = [...new Set(Object.values(MEANINGS).flatMap(Object.keys))];
