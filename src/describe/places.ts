import { ACTIONS, type BoundAction } from '../model/actions.ts';
import { alternateKeysOf, DIRECTORY_OBJECTS, relationOf } from '../model/directory.ts';
import { OPERATIONS, type Operation } from '../model/permissions.ts';
import type { EntityType, Property, Relation, Version } from '../model/shape.ts';
import { type EntitySet, entitySets, propertiesIn, relationsIn } from './rows.ts';

/** Each operation's row with the addresses at which it is done. `http/route.ts` walks the same addresses the other way. */

export type Place = {
  /** The name of the operation's row, and the row. */
  readonly operation: string;
  readonly row: Operation;
  /** get, list and so on; `action` where the row is one of an action. */
  readonly kind: Kind | 'action';
  readonly method: Method;
  /** Below the version, with names in braces: `/devices/{device-id}`. */
  readonly path: string;
  readonly set: EntitySet;
  readonly type: EntityType | undefined;
  readonly relation: Relation | undefined;
  readonly action: BoundAction | undefined;
  /** The key in the path that isn't the id. */
  readonly alternateKey: Property | undefined;
  /** The path names the other end of the relation. */
  readonly member: boolean;
};

export type Kind = 'get' | 'list' | 'create' | 'update' | 'delete' | 'link' | 'unlink';
type Method = 'get' | 'post' | 'patch' | 'delete';

/** What each kind is at a set and its objects. */
const AT_SET: Readonly<Partial<Record<string, { readonly method: Method; readonly of: 'set' | 'object' }>>> = {
  list: { method: 'get', of: 'set' },
  create: { method: 'post', of: 'set' },
  get: { method: 'get', of: 'object' },
  update: { method: 'patch', of: 'object' },
  delete: { method: 'delete', of: 'object' },
};

/** What each kind is at a relation: the method, and what follows the relation's name in the path. */
const MEMBER = `/{${idName(DIRECTORY_OBJECTS.name)}}/$ref`;
const AT_RELATION: Readonly<Partial<Record<string, readonly (readonly [method: Method, tail: string])[]>>> = {
  list: [['get', '']],
  link: [['post', '/$ref']],
  unlink: [
    ['delete', '/$ref'],
    ['delete', MEMBER],
  ],
};

/** The name of the id in the path of an object of that type. */
export function idName(typeName: string): string {
  return `${typeName}-id`;
}

export function placesIn(version: Version): readonly Place[] {
  return Object.entries(OPERATIONS).flatMap(([name, row]) => placesOf(name, row, version));
}

/** @param name `device.get`, `device.registeredUsers.link`, or an action: `device.checkMemberGroups` */
function placesOf(name: string, row: Operation, version: Version): readonly Place[] {
  const [typeName = '', ...rest] = name.split('.');
  const set = entitySets().find((candidate) => candidate.typeName === typeName);
  const kind = rest.at(-1) ?? '';
  if (!set) return [];
  const start = { operation: name, row, set, type: set.type, relation: undefined, action: undefined, member: false };
  const [relationName] = rest.slice(0, -1);
  if (relationName !== undefined) return atRelation(start, relationName, kind as Kind, version);
  const action = ACTIONS.find((candidate) => candidate.name === kind);
  if (action) return [atAction(start, action)];
  return atSet(start, kind as Kind, version);
}

type Start = Omit<Place, 'path' | 'alternateKey' | 'method' | 'kind'>;

function atSet(start: Start, kind: Kind, version: Version): readonly Place[] {
  const { set } = start;
  const form = AT_SET[kind];
  if (!form) return [];
  const place = { ...start, kind, method: form.method, alternateKey: undefined };
  if (form.of === 'set') return [{ ...place, path: `/${set.name}` }];
  const alternates = alternateKeysIn(set, version);
  return [
    { ...place, path: objectPath(set) },
    ...alternates.map((row) => ({ ...place, path: `/${set.name}(${row.name}='{${row.name}}')`, alternateKey: row })),
  ];
}

function alternateKeysIn({ type }: EntitySet, version: Version): readonly Property[] {
  if (!type) return [];
  const rows = propertiesIn(type, version);
  return alternateKeysOf(type).filter((row) => rows.includes(row));
}

function atRelation(start: Start, name: string, kind: Kind, version: Version): readonly Place[] {
  const relation = start.type && relationOf(start.type, name);
  if (!start.type || !relation || !relationsIn(start.type, version).includes(relation)) return [];
  const path = `${objectPath(start.set)}/${relation.name}`;
  return (AT_RELATION[kind] ?? []).map(([method, tail]) => {
    const member = tail === MEMBER;
    return { ...start, kind, method, relation, member, alternateKey: undefined, path: `${path}${tail}` };
  });
}

function atAction(start: Start, action: BoundAction): Place {
  const at = action.boundTo === 'collection' ? `/${start.set.name}` : objectPath(start.set);
  return { ...start, kind: 'action', method: 'post', action, alternateKey: undefined, path: `${at}/${action.name}` };
}

function objectPath(set: EntitySet): string {
  return `/${set.name}/{${idName(set.typeName)}}`;
}
