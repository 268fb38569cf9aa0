import type { Address, Within } from '../directory/world.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold, isGuid, percentDecode } from '../lib/text.ts';
import { ACTIONS, type BoundAction } from '../model/actions.ts';
import {
  alternateKeysOf,
  containerSegments,
  DIRECTORY_OBJECT_TYPES,
  DIRECTORY_OBJECTS,
  ENTITY_TYPES,
  entityType,
  existsIn,
  NOT_BUILT,
  pathOfSet,
  propertyOf,
  relationOf,
  typeOfSet,
} from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import type { EntityType, Property, Relation, Version } from '../model/shape.ts';
import { type OpenPlace, openAt, openIn } from './open.ts';

/**
 * What a path names, found by walking the model, whatever is done there.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
 */

/** The place that a path names: a set, an object of it, a property or a relation of that, an object in the relation. */
export type Place = {
  /** The set as the model spells it, for `@odata.context`. */
  readonly set: string;
  /** Undefined for the set of all directory objects. */
  readonly type: EntityType | undefined;
  /** A tenant named in the path; it must be the caller's own. */
  readonly tenantId: string | undefined;
  readonly object: Address | undefined;
  readonly relation: Relation | undefined;
  /** Where the objects live in another one: that, by the relation of its type. */
  readonly below: { readonly type: EntityType; readonly relation: Relation; readonly within: Within } | undefined;
  readonly member: Address | undefined;
  /** Of several types, the one that is asked for: `/microsoft.graph.user`. */
  readonly cast: EntityType | undefined;
  readonly action: BoundAction | undefined;
  readonly property: Property | undefined;
  /** What applications keep beside the object. */
  readonly open: OpenPlace | undefined;
  /** What the path ends in. */
  readonly ending: '$ref' | '$count' | '$value' | undefined;
};

/** Behind an object that the path names, what applications keep beside it. */
export function walkOpen(segments: readonly string[], version: Version): Place | undefined {
  const at = openAt(segments);
  if (at === undefined) return undefined;
  const place = walk(segments.slice(0, at), version);
  const isObject = place.object && !place.relation && !place.action && !place.property && !place.ending;
  return isObject ? { ...place, open: openIn(place, segments.slice(at)) } : undefined;
}

type Step = { readonly name: string; readonly key: string | undefined };

export function walk(segments: readonly string[], version: Version): Place {
  const steps = segments.map(readStep);
  const tenantId = steps[0] && isGuid(steps[0].name) ? fold(steps[0].name) : undefined;
  const rest = tenantId === undefined ? steps : steps.slice(1);
  // `directory/administrativeUnits` and `administrativeUnits` are the same set.
  const depth = containerSegments(rest);
  const [head, ...afterSet] = rest.slice(depth);
  if (!head) throw new Refusal(ERRORS.segmentUnknown, { segment: '' });
  const type = typeOfSet(head.name, depth > 0);
  const set =
    (type && pathOfSet(type)) ?? (fold(head.name) === fold(DIRECTORY_OBJECTS.set) ? DIRECTORY_OBJECTS.set : undefined);
  if (set === undefined) throw unknownSegment(head.name);
  const start: Place = { ...NOWHERE, set, type, tenantId };
  const [next] = afterSet;
  // Most addresses name one object by its id, which is nothing else.
  const isMany = !next || (!isGuid(next.name) && (isEnding(next) || castOf(next) || actionOf(next, 'collection')));
  if (head.key === undefined && isMany) {
    return walkMany(start, type ? [type] : DIRECTORY_OBJECT_TYPES, afterSet);
  }
  const [keyText, afterObject] = takeKey(head, afterSet);
  return walkObject({ ...start, object: addressOf(type, keyText ?? '') }, afterObject, version);
}

const NOWHERE: Omit<Place, 'set'> = {
  type: undefined,
  tenantId: undefined,
  object: undefined,
  relation: undefined,
  below: undefined,
  member: undefined,
  cast: undefined,
  action: undefined,
  property: undefined,
  open: undefined,
  ending: undefined,
};

/** Behind many objects: a cast, an action, `$count`, `$ref`, in this order. */
function walkMany(place: Place, types: readonly EntityType[], steps: readonly Step[]): Place {
  const [first, ...others] = steps;
  if (!first) return place;
  const cast = place.cast ? undefined : castOf(first);
  if (cast) {
    if (!types.includes(cast)) throw unknownSegment(first.name);
    return walkMany({ ...place, cast }, [cast], others);
  }
  if (others.length > 0) throw new Refusal(ERRORS.segmentAfterMany, { segment: first.name });
  const action = place.relation ? undefined : actionOf(first, 'collection');
  if (action) return { ...place, action };
  const ending = endingOf(first);
  if (!ending) throw unknownSegment(first.name);
  return { ...place, ending };
}

function walkObject(place: Place, steps: readonly Step[], version: Version): Place {
  const [first, ...others] = steps;
  if (!first || !place.object) return place;
  const cast = castOf(first);
  if (cast && (!place.type || place.type === cast)) {
    return walkObject(
      { ...place, set: pathOfSet(cast) ?? place.set, type: cast, object: { ...place.object, type: cast } },
      others,
      version,
    );
  }
  const action = actionOf(first, 'object');
  if (action && others.length === 0) return { ...place, action };
  const relation = place.type && relationOf(place.type, first.name);
  const property = place.type && first.key === undefined ? propertyOf(place.type, first.name) : undefined;
  if (property && existsIn(property, version)) return walkProperty({ ...place, property }, property, others);
  const exists = relation && (relation.versions === undefined || relation.versions === version);
  if (!exists) throw place.type ? unknownSegment(first.name) : unknownStep(DIRECTORY_OBJECT_TYPES, first.name);
  if (place.type && relation.contains) {
    const within = { owner: place.object, property: relation.contains };
    return walkContained(place, { type: place.type, relation, within }, first, others, version);
  }
  return walkRelation({ ...place, relation }, relation, first, others);
}

/** What lives in an object is a set of its own. */
function walkContained(
  place: Place,
  below: NonNullable<Place['below']>,
  step: Step,
  rest: readonly Step[],
  version: Version,
): Place {
  const type = entityType(below.relation.accepts[0] ?? '');
  const set = type.set ?? `${place.set}(${keyText(below.within.owner)})/${below.relation.name}`;
  const start: Place = { ...NOWHERE, set, type, tenantId: place.tenantId, below };
  const [next] = rest;
  if (step.key === undefined && (!next || isEnding(next))) return walkMany(start, [type], rest);
  const [key = '', afterObject] = takeKey(step, rest);
  return walkObject({ ...start, object: { ...addressOf(type, key), within: below.within } }, afterObject, version);
}

/** A key as contexts write it: whatever it holds, it stays within its quotes. */
function keyText({ key: { property, value } }: Address): string {
  const text = `'${encodeURIComponent(value).replaceAll("'", "''")}'`;
  return property === 'id' ? text : `${property}=${text}`;
}

/** One property, and behind it `$value`: the bare text of what is neither a list nor an object. */
function walkProperty(place: Place, { collection, type }: Property, steps: readonly Step[]): Place {
  const [last, ...beyond] = steps;
  if (!last) return place;
  const isBare = !collection && typeof type === 'string';
  const isValue = last.key === undefined && fold(last.name) === '$value';
  if (!isBare || !isValue || beyond.length > 0) throw unknownSegment(last.name);
  return { ...place, ending: '$value' };
}

function walkRelation(place: Place, relation: Relation, step: Step, rest: readonly Step[]): Place {
  const types = relation.accepts.map(entityType);
  const [first] = rest;
  if (relation.single) {
    if (step.key !== undefined || first) throw unknownStep(types, first?.name ?? step.name);
    return place;
  }
  if (step.key === undefined && (!first || isEnding(first) || castOf(first))) return walkMany(place, types, rest);
  const [keyText = '', afterMember] = takeKey(step, rest);
  const value = unquoted(keyText);
  if (!isGuid(value))
    throw isBuilt(value) ? new Refusal(ERRORS.idInvalid, { id: value }) : new Refusal(ERRORS.notBuilt);
  const member: Address = { type: undefined, key: { property: 'id', value: fold(value) } };
  const [last, ...beyond] = afterMember;
  if (!last) return { ...place, member };
  const cast = castOf(last);
  if (cast && types.includes(cast) && beyond.length === 0) return { ...place, member, cast };
  if (endingOf(last) !== '$ref') throw unknownStep(types, last.name);
  if (beyond.length > 0) throw new Refusal(ERRORS.segmentAfterMany, { segment: last.name });
  return { ...place, member, ending: '$ref' };
}

function endingOf(step: Step): Place['ending'] {
  const name = fold(step.name);
  return step.key === undefined && (name === '$ref' || name === '$count') ? name : undefined;
}

function isEnding(step: Step): boolean {
  return endingOf(step) !== undefined;
}

/** `microsoft.graph.user`, `graph.user` */
function castOf({ name, key }: Step): EntityType | undefined {
  const [, bare] = /^(?:microsoft\.)?graph\.(\w+)$/i.exec(name) ?? [];
  if (bare === undefined || key !== undefined) return undefined;
  return DIRECTORY_OBJECT_TYPES.find((type) => fold(type.name) === fold(bare));
}

/** Actions are written with and without their namespace. */
function actionOf({ name, key }: Step, boundTo: BoundAction['boundTo']): BoundAction | undefined {
  if (key !== undefined) return undefined;
  const bare = fold(name).replace(/^(microsoft\.)?graph\./, '');
  return ACTIONS.find((action) => action.boundTo === boundTo && fold(action.name) === bare);
}

/** A key stands in parentheses, or as the next segment. */
function takeKey(step: Step, rest: readonly Step[]): readonly [string | undefined, readonly Step[]] {
  if (step.key !== undefined) return [step.key, rest];
  const [next, ...others] = rest;
  if (!next) return [undefined, rest];
  if (next.key !== undefined) throw unknownSegment(`${next.name}(${next.key})`);
  return [next.name, others];
}

/** `'…'` and `name='…'` in parentheses arrive here as they stand; anything else is an id or a name in its place. */
function addressOf(type: EntityType | undefined, keyText: string): Address {
  const alternate = /^(\w+)='(.*)'$/s.exec(keyText);
  if (alternate) return alternateAddress(type, alternate[1] ?? '', unquoted(`'${alternate[2]}'`));
  // `directoryRoles/roleTemplateId={id}`: so Graph's own pages write it.
  const [, bareName, bareId = ''] = /^(\w+)=([\w-]+)$/.exec(keyText) ?? [];
  if (bareName !== undefined && isGuid(bareId)) return alternateAddress(type, bareName, fold(bareId));
  const value = unquoted(keyText);
  if (type?.ids === 'opaque' && OPAQUE_ID.test(value)) return { type, key: { property: 'id', value } };
  if (isGuid(value)) return { type, key: { property: 'id', value: fold(value) } };
  if (type?.nameKey !== undefined && value.includes('@')) return { type, key: { property: type.nameKey, value } };
  throw isBuilt(value) ? new Refusal(ERRORS.idInvalid, { id: value }) : new Refusal(ERRORS.notBuilt);
}

const OPAQUE_ID = /^[\w-]{1,128}$/;

function alternateAddress(type: EntityType | undefined, name: string, value: string): Address {
  if (name === 'id') return addressOf(type, value);
  const property = type && alternateKeysOf(type).find((row) => row.name === name);
  if (!property) throw new Refusal(ERRORS.propertyUndeclared, { name });
  return { type, key: { property: property.name, value } };
}

/** In a quoted key a quote is written twice. */
function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith("'") || !text.endsWith("'")) return text;
  return text.slice(1, -1).replaceAll("''", "'");
}

function readStep(segment: string): Step {
  const text = percentDecode(segment);
  if (text === undefined) throw new Refusal(ERRORS.segmentMalformed, { segment });
  const open = text.indexOf('(');
  if (open < 0 || !text.endsWith(')')) return { name: text, key: undefined };
  const key = text.slice(open + 1, -1);
  return { name: text.slice(0, open), key: key === '' ? undefined : key };
}

/** `microsoft.graph.delta`, `graph.delta` and `delta` are the same function; a cast is not built at all. */
function isBuilt(name: string): boolean {
  const bare = fold(name).replace(/^(microsoft\.)?graph\./, '');
  return !NOT_BUILT.has(bare) && !ENTITY_TYPES.some((type) => fold(type.name) === bare);
}

export function unknownSegment(name: string): Refusal {
  return isBuilt(name) ? new Refusal(ERRORS.segmentUnknown, { segment: name }) : new Refusal(ERRORS.notBuilt);
}

/** After an object: a property or a relation of its own exists in Graph, and is not built. */
function unknownStep(types: readonly EntityType[], name: string): Refusal {
  const exists = types.some((type) => propertyOf(type, name) ?? relationOf(type, name));
  return exists ? new Refusal(ERRORS.notBuilt) : unknownSegment(name);
}
