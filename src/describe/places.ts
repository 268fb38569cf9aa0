import { ACTIONS, type BoundAction } from '../model/actions.ts';
import { alternateKeysOf, DIRECTORY_OBJECTS, relationOf } from '../model/directory.ts';
import { OPEN_EXTENSIONS } from '../model/extension.ts';
import { OPERATIONS, type Operation } from '../model/permissions.ts';
import type { EntityType, Property, Relation, Version } from '../model/shape.ts';
import { type EntitySet, entitySets, isOpen, propertiesIn, relationsIn } from './rows.ts';

/** Each operation's row with the addresses at which it is done. `http/route.ts` walks the same addresses the other way. */

export type Place = {
  /** The name of the operation's row, and the row. */
  readonly operation: string;
  readonly row: Operation;
  readonly kind: Kind;
  readonly method: Method;
  /** Below the version, with names in braces: `/devices/{device-id}`. */
  readonly path: string;
  readonly set: EntitySet;
  readonly type: EntityType | undefined;
  readonly relation: Relation | undefined;
  /** What applications keep beside an object: all of it, or one. */
  readonly open: 'all' | 'one' | undefined;
  readonly action: BoundAction | undefined;
  /** The key in the path that isn't the id. */
  readonly alternateKey: Property | undefined;
  /** The path names the other end of the relation. */
  readonly member: boolean;
};

/** What is done at a place: the row's own kind, or one that needs what listing needs. */
export type Kind =
  | 'get'
  | 'list'
  | 'count'
  | 'references'
  | 'member'
  | 'create'
  | 'update'
  | 'delete'
  | 'link'
  | 'unlink'
  | 'action'
  | 'open';
type Method = 'get' | 'post' | 'patch' | 'delete';

type Request = readonly [kind: Kind, method: Method, tail: string];

/** What each row allows at a set: the requests, and what follows the set's name in the path. */
const AT_SET: Readonly<Partial<Record<string, readonly Request[]>>> = {
  list: [
    ['list', 'get', ''],
    ['count', 'get', '/$count'],
  ],
  create: [['create', 'post', '']],
};

/** At an object of it, however it is addressed. */
const AT_OBJECT: Readonly<Partial<Record<string, Request>>> = {
  get: ['get', 'get', ''],
  update: ['update', 'patch', ''],
  delete: ['delete', 'delete', ''],
};

/** At a relation of an object. */
const MEMBER = `/{${idName(DIRECTORY_OBJECTS.name)}}`;
const AT_RELATION: Readonly<Partial<Record<string, readonly Request[]>>> = {
  list: [
    ['list', 'get', ''],
    ['count', 'get', '/$count'],
    ['references', 'get', '/$ref'],
    ['member', 'get', MEMBER],
  ],
  link: [['link', 'post', '/$ref']],
  unlink: [
    ['unlink', 'delete', '/$ref'],
    ['unlink', 'delete', `${MEMBER}/$ref`],
  ],
};

const SINGLE: readonly Request[] = [['member', 'get', '']];
/** At a relation whose objects live in the object: they are made, changed and deleted there. */
function withinObject({ accepts }: Relation): typeof AT_RELATION {
  const one = `/{${idName(accepts[0] ?? '')}}`;
  return {
    list: [
      ['list', 'get', ''],
      ['count', 'get', '/$count'],
      ['member', 'get', one],
    ],
    create: [['create', 'post', '']],
    update: [['update', 'patch', one]],
    delete: [['delete', 'delete', one]],
  };
}

/** The name of the id in the path of an object of that type. */
export function idName(typeName: string): string {
  return `${typeName}-id`;
}

/** @param all the model's types, as they are or as a tenant has them */
export function placesIn(version: Version, all: readonly EntityType[]): readonly Place[] {
  const sets = entitySets(all);
  return Object.entries(OPERATIONS).flatMap(([name, row]) => placesOf(name, row, version, sets));
}

/** @param name `device.get`, `device.registeredUsers.link`, or an action: `device.checkMemberGroups` */
function placesOf(name: string, row: Operation, version: Version, sets: readonly EntitySet[]): readonly Place[] {
  const [typeName = '', ...rest] = name.split('.');
  const set = sets.find((candidate) => candidate.typeName === typeName);
  const kind = rest.at(-1) ?? '';
  if (!set) return [];
  const start = { operation: name, row, set, type: set.type, ...NOTHING_MORE };
  const [relationName] = rest.slice(0, -1);
  if (set.type && isOpen(set.type) && relationName === OPEN_EXTENSIONS.relation.name) return [atOpen(start, kind)];
  if (relationName !== undefined) return atRelation(start, relationName, kind, version);
  const action = ACTIONS.find((candidate) => candidate.name === kind);
  if (action) return [atAction(start, action)];
  return atSet(start, kind, version);
}

const NOTHING_MORE = { relation: undefined, open: undefined, action: undefined, member: false } as const;

type Start = Omit<Place, 'path' | 'alternateKey' | 'method' | 'kind'>;

function atSet(start: Start, name: string, version: Version): readonly Place[] {
  const { set } = start;
  const atObject = AT_OBJECT[name];
  if (!atObject) {
    return (AT_SET[name] ?? []).map(([kind, method, tail]) => {
      return { ...start, kind, method, alternateKey: undefined, path: `/${set.path}${tail}` };
    });
  }
  const [kind, method] = atObject;
  const alternates = alternateKeysIn(set, version);
  return [
    { ...start, kind, method, alternateKey: undefined, path: objectPath(set) },
    ...alternates.map((row) => {
      return { ...start, kind, method, alternateKey: row, path: `/${set.path}(${row.name}='{${row.name}}')` };
    }),
  ];
}

function alternateKeysIn({ type }: EntitySet, version: Version): readonly Property[] {
  if (!type) return [];
  const rows = propertiesIn(type, version);
  return alternateKeysOf(type).filter((row) => rows.includes(row));
}

function atRelation(start: Start, name: string, row: string, version: Version): readonly Place[] {
  const relation = start.type && relationOf(start.type, name);
  if (!start.type || !relation || !relationsIn(start.type, version).includes(relation)) return [];
  const path = `${objectPath(start.set)}/${relation.name}`;
  const requests = relation.contains ? withinObject(relation) : AT_RELATION;
  const known = relation.single && row === 'list' ? SINGLE : (requests[row] ?? []);
  return known.map(([kind, method, tail]) => {
    const member = tail.startsWith('/{');
    return { ...start, kind, method, relation, member, alternateKey: undefined, path: `${path}${tail}` };
  });
}

/** What applications keep beside an object can't be asked for anything. */
function atOpen(start: Start, name: string): Place {
  const { relation, base } = OPEN_EXTENSIONS;
  const path = `${objectPath(start.set)}/${relation.name}`;
  const atOne = AT_OBJECT[name];
  const [kind, method] = atOne ?? (name === 'create' ? (['create', 'post'] as const) : (['list', 'get'] as const));
  const asked = method === 'get' ? 'open' : kind;
  const tail = atOne ? `/{${idName(base)}}` : '';
  const open = atOne ? 'one' : 'all';
  return { ...start, kind: asked, method, open, alternateKey: undefined, path: `${path}${tail}` };
}

function atAction(start: Start, action: BoundAction): Place {
  const at = action.boundTo === 'collection' ? `/${start.set.path}` : objectPath(start.set);
  return { ...start, kind: 'action', method: 'post', action, alternateKey: undefined, path: `${at}/${action.name}` };
}

function objectPath(set: EntitySet): string {
  return `/${set.path}/{${idName(set.typeName)}}`;
}
