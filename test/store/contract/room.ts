import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { entityType, relationOf } from '../../../src/model/directory.ts';
import type { LinkName } from '../../../src/model/shape.ts';
import type {
  Change,
  JournalRow,
  Key,
  Outcome,
  PagePlan,
  Store,
  Stored,
  Tenant,
  Values,
  View,
} from '../../../src/store/contract.ts';
import { MODEL_TYPES, type TenantTypes } from '../../../src/store/definitions.ts';
import { lay } from '../../../src/store/layout.ts';

/** Two empty tenants of a store: what each test of the contract starts with. */
export type Room = { readonly store: Store; readonly tenant: Tenant; readonly other: Tenant };

/** Opens an empty store. */
export type Open = () => Promise<Store>;

/** What a group of tests runs on: one store, in which each test has two tenants of its own. */
export type Shared = { readonly store: () => Store; readonly open: Open };

export const AT = '2026-11-21T12:00:00Z';
export const PRINCIPAL = 'ccc8d8d9-a9ce-4efd-894d-b76c7c3326ec';
export const APP = '1e909665-fe9f-4dd7-b789-24f2dae8ddc0';

/** A view that is v1.0's default set but for what is said. */
export function viewOf(more: Partial<View> = {}): View {
  return { version: 'v1.0', select: null, typed: false, hidden: [], ...more };
}

export const USERS: LinkName = { type: 'device', relation: 'registeredUsers' };
export const OWNERS: LinkName = { type: 'device', relation: 'registeredOwners' };
export const DONE: Outcome = { done: true };

export function roomTest(shared: Shared, name: string, body: (room: Room, t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    const store = shared.store();
    await body({ store, ...(await twoTenants(store)) }, t);
  });
}

async function twoTenants(store: Store): Promise<Omit<Room, 'store'>> {
  const add = (displayName: string, defaultDomain: string) =>
    store.addTenant({ id: randomUUID(), displayName, defaultDomain });
  return { tenant: await add('Contoso', 'contoso.example'), other: await add('Fabrikam', 'fabrikam.example') };
}

export function write({ store, tenant }: Room, ...changes: readonly Change[]): Promise<Outcome> {
  return store.write({ tenant, at: AT, principal: PRINCIPAL, app: APP, changes });
}

/** Writes what must succeed. */
export async function put(room: Room, ...changes: readonly Change[]): Promise<void> {
  assert.deepEqual(await write(room, ...changes), DONE);
}

/** The same room seen by its other tenant. */
export function otherSide({ store, tenant, other }: Room): Room {
  return { store, tenant: other, other: tenant };
}

// -- changes ---------------------------------------------------------------------------------------------------

export type Made = { readonly id: string; readonly values: Values; readonly change: Change };

/** @param types the model's, or as the tenant has them */
export function newObject(type: string, given: Values = {}, types: TenantTypes = MODEL_TYPES): Made {
  const values: Values = { id: randomUUID(), ...given };
  const id = String(values['id']);
  const row = lay(types.named(type), values);
  return { id, values, change: { kind: 'insert', type, id, row, after: JSON.stringify(values) } };
}

export function newDevice(given: Values = {}): Made {
  return newObject('device', { deviceId: randomUUID(), accountEnabled: true, displayName: 'Device', ...given });
}

export function newUser(given: Values = {}): Made {
  const name = randomUUID();
  return newObject('user', { userPrincipalName: `${name}@contoso.example`, displayName: 'User', ...given });
}

export function changeOf(type: string, stored: Stored, changes: Values, types: TenantTypes = MODEL_TYPES): Change {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, stored.values[name] ?? null]));
  return {
    kind: 'update',
    type,
    id: stored.id,
    since: stored.changed,
    row: lay(types.named(type), { ...stored.values, ...changes }),
    was: lay(types.named(type), stored.values),
    before: JSON.stringify(before),
    after: JSON.stringify(changes),
  };
}

export function deletion(type: string, id: string): Change {
  return { kind: 'delete', type, id };
}

export function linking(kind: 'link' | 'unlink', link: LinkName, source: string, target: string, to = 'user'): Change {
  return { kind, link, source, target, targetType: to };
}

// -- looking ---------------------------------------------------------------------------------------------------

export function byId(value: string): Key {
  return { property: 'id', value };
}

export async function readJson(
  { store, tenant }: Room,
  type: string,
  by: Key,
  view: View = viewOf(),
): Promise<Values | undefined> {
  const text = await store.read(tenant, type, by, view);
  return text === undefined ? undefined : (JSON.parse(text) as Values);
}

/** The object as it is stored; there must be just one. */
export async function stored({ store, tenant }: Room, type: string, by: Key): Promise<Stored> {
  const found = await store.load(tenant, type, by);
  assert.equal(found.length, 1);
  return found[0] as Stored;
}

export async function journalOf({ store, tenant }: Room): Promise<readonly JournalRow[]> {
  return store.journal(tenant, 0, 1_000_000);
}

export const DEVICES: PagePlan['from'] = { kind: 'set', types: ['device'] };

/** @param to the type of the object that is asked, where the relation is read backwards */
export function linked(link: LinkName, id: string, backwards = false, to = 'user'): PagePlan['from'] {
  const accepts = relationOf(entityType(link.type), link.relation)?.accepts ?? [];
  const of = { type: backwards ? to : link.type, id };
  return { kind: 'links', links: [link], of, backwards, transitive: false, types: backwards ? [link.type] : accepts };
}

export type Seen = { readonly objects: readonly Values[]; readonly count: number; readonly last: string | undefined };

export async function onePage(
  { store, tenant }: Room,
  from: PagePlan['from'],
  plan: Partial<Omit<PagePlan, 'from'>> = {},
): Promise<Seen> {
  const { view = viewOf(), after, limit = 100, where, order = [] } = plan;
  const page = await store.page(tenant, { view, from, after, limit, where, order });
  assert.ok('items' in page);
  const objects = JSON.parse(`[${Buffer.from(page.items).toString()}]`) as Values[];
  return { objects, count: page.count, last: page.last };
}

/** All pages, one after the other; `between` is run after each page that another one follows. */
export async function allPages(
  room: Room,
  from: PagePlan['from'],
  limit: () => number,
  between: () => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const most = limit();
    const { objects, count, last } = await onePage(room, from, { after, limit: most });
    assert.equal(objects.length, count);
    assert.ok(count <= most, `a page of ${count}, asked for ${most}`);
    if (last !== undefined) assert.equal(count, most, 'a page that another one follows is full');
    ids.push(...objects.map((object) => String(object['id'])));
    after = last;
    if (after !== undefined) await between();
  } while (after !== undefined);
  return ids;
}
