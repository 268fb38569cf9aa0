import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { type BoundAction, SECURITY_ENABLED } from '../model/actions.ts';
import { DIRECTORY_OBJECT_TYPES, DIRECTORY_OBJECTS } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { extensionProperty } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Relation } from '../model/shape.ts';
import type { Condition, Source, Values, View } from '../store/contract.ts';
import { followed } from './read.ts';
import { parametersOf } from './values.ts';
import { type Address, type DirectoryWorld, find } from './world.ts';

/**
 * What an object is a member of, by whatever way: https://learn.microsoft.com/graph/api/directoryobject-getmembergroups
 * and its neighbours.
 */
export async function memberships(
  world: DirectoryWorld,
  caller: Caller,
  action: BoundAction,
  address: Address,
  body: Values,
): Promise<readonly string[]> {
  const values = parametersOf(action, body);
  const { type, id } = await find(world, caller, address);
  const relation = type.relations.find(({ through }) => through !== undefined && isUpwards(type, through));
  if (!relation) return [];
  const types = relation.accepts.filter((name) => action.among === undefined || action.among.includes(name));
  const from: Source = { kind: 'links', ...followed(type, relation), of: { type: type.name, id }, types };
  if (action.does === 'get') return allIds(world, caller, from, securityOnly(values));
  const wanted = Object.values(values).flat().map(String);
  const found = await allIds(world, caller, from, { kind: 'in', field: ID, values: wanted.map(fold) });
  return wanted.filter((one) => found.includes(fold(one)));
}

const ID = { property: 'id' } as const;

function isUpwards(type: EntityType, through: string): boolean {
  return type.relations.some(({ name, inverseOf }: Relation) => name === through && inverseOf !== undefined);
}

function securityOnly(values: Values): Condition | undefined {
  const only = Object.values(values).includes(true);
  return only ? { kind: 'compare', operator: 'eq', field: { property: SECURITY_ENABLED }, value: true } : undefined;
}

async function allIds(
  world: DirectoryWorld,
  caller: Caller,
  from: Source,
  where: Condition | undefined,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const plan = { from, where, view: IDS, order: [], after, limit: LIMITS.pageMost };
    const page = await world.store.page(caller.tenant, plan);
    if ('tooCostly' in page) throw new Refusal(ERRORS.queryTooCostly, { rows: String(page.rows) });
    const objects = JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[];
    ids.push(...objects.map(({ id }) => id));
    if (ids.length > LIMITS.membershipIds) {
      throw new Refusal(ERRORS.resultSizeLimit, { most: String(LIMITS.membershipIds) });
    }
    after = page.last;
  } while (after !== undefined);
  return ids;
}

const IDS: View = { version: 'v1.0', select: ['id'], typed: false, hidden: [] };

/** The definitions of directory extensions that the tenant has: https://learn.microsoft.com/graph/api/directoryobject-getavailableextensionproperties */
export async function availableDefinitions(
  world: DirectoryWorld,
  caller: Caller,
  action: BoundAction,
  body: Values,
): Promise<Uint8Array> {
  const [isSynced] = Object.values(parametersOf(action, body));
  // None comes from an on-premises directory.
  if (isSynced === true) return Buffer.alloc(0);
  const from: Source = { kind: 'set', types: [extensionProperty.name] };
  const view: View = { version: 'v1.0', select: null, typed: false, hidden: [] };
  const plan = { from, where: undefined, view, order: [], after: undefined, limit: LIMITS.definitionsPerTenant };
  const page = await world.store.page(caller.tenant, plan);
  if ('tooCostly' in page) throw new Refusal(ERRORS.queryTooCostly, { rows: String(page.rows) });
  return page.items;
}

/** Objects by their ids, of any type or of some; unknown ids are left out. https://learn.microsoft.com/graph/api/directoryobject-getbyids */
export async function findByIds(
  world: DirectoryWorld,
  caller: Caller,
  action: BoundAction,
  body: Values,
  view: View,
): Promise<Uint8Array> {
  const values = parametersOf(action, body);
  const [ids = [], names = []] = action.parameters.map(({ name }) => values[name] as readonly string[] | undefined);
  const asked = names.map(fold);
  const isAll = asked.length === 0 || asked.includes(fold(DIRECTORY_OBJECTS.name));
  const known = DIRECTORY_OBJECT_TYPES.map(({ name }) => name);
  const types = isAll ? known : known.filter((name) => asked.includes(fold(name)));
  const where: Condition = { kind: 'in', field: ID, values: ids.map(fold) };
  const from: Source = { kind: 'set', types };
  const page = await world.store.page(caller.tenant, {
    from,
    where,
    view,
    order: [],
    after: undefined,
    limit: LIMITS.idsAtOnce,
  });
  if ('tooCostly' in page) throw new Refusal(ERRORS.queryTooCostly, { rows: String(page.rows) });
  return page.items;
}
