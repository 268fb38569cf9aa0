import assert from 'node:assert/strict';
import { DIRECTORY_OBJECT_TYPES } from '../../src/model/directory.ts';
import type { EntityType } from '../../src/model/shape.ts';
import type { Tenant, Values } from '../../src/store/contract.ts';
import { typesWith } from '../../src/store/definitions.ts';
import { linking, newObject, put } from '../store/contract/room.ts';
import { DEFINITIONS, EXTENDED } from '../store/oracle/extended.ts';
import { type Mirror, valuesIn } from '../store/oracle/mirror.ts';
import { guid, randomValues, TYPES } from '../store/oracle/values.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import type { Target } from './fuzz.ts';
import { createRandom, type Kind, legalText, pathsOf, type Random, spoilt } from './generate.ts';
import { legalFilter, legalOrderBy, legalSearch, type Setting } from './legal.ts';

/** The whole service as a target: requests of a global administrator to a directory of odd objects. */

export type Service = {
  readonly desk: Desk;
  readonly places: readonly Place[];
  /** What the directory holds. */
  readonly mirror: Mirror;
  readonly target: Target;
  readonly ask: (url: string, eventual: boolean) => Promise<Reply>;
  readonly close: () => Promise<void>;
};

export type Place = { readonly path: string; readonly types: readonly EntityType[] };

const FILLED = ['device', 'device', 'device', 'user', 'group'];
const OBJECTS = 80;
const OWNERS = { type: 'device', relation: 'registeredOwners' };

export async function openService(seed: number): Promise<Service> {
  const desk = await openDesk();
  const random = createRandom(seed);
  const tenant = (await desk.store.tenants()).find(({ id }) => id === DEV.tenant);
  assert.ok(tenant);
  await fill(desk, tenant, random);
  const ask: Service['ask'] = (url, eventual) =>
    desk.ask('GET', url, { as: 'global.admin', headers: eventual ? { ConsistencyLevel: 'eventual' } : {} });
  const places: Place[] = [];
  for (const place of candidates()) if ((await ask(place.path, true)).status === 200) places.push(place);
  const mirror = { things: await thingsIn(desk, tenant), links: [] };
  const target: Target = (kind, text) => {
    const place = random.pick(places);
    const { types } = place;
    const setting = { random, types, advanced: random.chance(70), known: (name: string) => valuesIn(mirror, name) };
    const legal = random.chance(LEGAL_PERCENT) ? legalOf(kind, setting) : undefined;
    const sent = legal !== undefined && random.chance(50) ? spoilt(random, legal) : (legal ?? text);
    return fuzzed(ask, setting, place, kind, sent);
  };
  return { desk, places, mirror, target, ask, close: () => desk.close() };
}

/** Places that this version of the service may not have are left out. */
function candidates(): readonly Place[] {
  const sets = ['devices', 'users', 'groups', 'directoryObjects'].map((set) => ({
    path: `/v1.0/${set}`,
    types: TYPES.filter((type) => set === 'directoryObjects' || type.set === set),
  }));
  const relations = [`/beta/devices/${DEV.kiosk}/registeredOwners`, `/v1.0/users/${DEV.member}/ownedDevices`];
  const related = [['user', 'servicePrincipal'], ['device']];
  return [...sets, ...relations.map((path, at) => ({ path, types: (related[at] ?? []).map(EXTENDED.named) }))];
}

async function fill({ store }: Desk, tenant: Tenant, random: Random): Promise<void> {
  const room = { store, tenant, other: tenant };
  await put(room, ...DEFINITIONS);
  const types = typesWith(await store.definitions(tenant));
  const made = Array.from({ length: OBJECTS }, () => {
    const type = types.named(random.pick(FILLED));
    return { type: type.name, ...newObject(type.name, { ...randomValues(random, type), id: guid(random) }, types) };
  });
  await put(room, ...made.map(({ change }) => change));
  const [devices, users] = ['device', 'user'].map((type) => made.filter((one) => one.type === type));
  for (const device of devices ?? []) await put(room, linking('link', OWNERS, device.id, random.pick(users ?? []).id));
}

async function thingsIn({ store }: Desk, tenant: Tenant): Promise<Mirror['things']> {
  const things: Mirror['things'] = [];
  // All types at once: the order of the mirror is that of the numbers, whatever the types.
  const from = { kind: 'set', types: DIRECTORY_OBJECT_TYPES.map(({ name }) => name) } as const;
  const view = { version: 'v1.0', select: ['id'], typed: true, hidden: [] } as const;
  const page = await store.page(tenant, { from, where: undefined, view, order: [], after: undefined, limit: 999 });
  assert.ok('items' in page && page.last === undefined);
  type Shown = { readonly id: string; readonly '@odata.type': string };
  for (const { id, '@odata.type': name } of JSON.parse(`[${Buffer.from(page.items).toString()}]`) as Shown[]) {
    const type = name.replace('#microsoft.graph.', '');
    const [stored] = await store.load(tenant, type, { property: 'id', value: id });
    assert.ok(stored);
    things.push({ type, id, values: stored.values as Values });
  }
  return things;
}

/** What the model allows, beside what the grammar does. */
const LEGAL_PERCENT = 60;

function legalOf(kind: Kind, setting: Setting): string | undefined {
  if (kind === 'filter') return legalFilter(setting);
  if (kind === 'search') return legalSearch(setting);
  return kind === 'orderBy' ? legalOrderBy(setting) : undefined;
}

// -- requests --------------------------------------------------------------------------------------------------

const OPTIONS: Readonly<Record<Kind, string>> = {
  filter: '$filter',
  search: '$search',
  orderBy: '$orderby',
  expand: '$expand',
};

const TOPS = ['1', '5', '999', '1000', '0', '-1', 'x', ''];
const SELECTS = ['id', 'displayName,id', 'id,alternativeSecurityIds', 'nothing', '*', ''];

/** One request with the text in its option, others beside it, some of them wrong. → how it was answered */
async function fuzzed(
  ask: Service['ask'],
  { random, advanced }: Setting,
  place: Place,
  kind: Kind,
  text: string,
): Promise<string> {
  const options = new Map([[OPTIONS[kind], text]]);
  const paths = place.types.flatMap(pathsOf);
  const other = random.pick(['filter', 'search', 'orderBy', 'expand'] as const);
  if (random.chance(20) && other !== kind) options.set(OPTIONS[other], legalText(random, other, paths));
  if (random.chance(60)) options.set('$count', random.pick(['true', 'true', 'true', 'false', 'TRUE', 'maybe']));
  if (random.chance(25)) options.set('$top', random.pick(TOPS));
  if (random.chance(25)) options.set('$select', random.pick(SELECTS));
  const ending = random.chance(10) ? '/$count' : '';
  const encode = random.chance(5) ? (value: string) => value : encoded;
  const query = [...options].map(([name, value]) => `${name}=${encode(value)}`).join('&');
  const url = `${place.path}${ending}?${query}`;
  const reply = await ask(url, advanced);
  const outcome = outcomeOf(reply, url);
  const next = reply.status === 200 && reply.json?.['@odata.nextLink'];
  if (next && random.chance(20)) {
    const again = await ask(String(next).replace('http://rollcall.test', ''), options.get('$count') === 'true');
    if (again.status >= 500) throw new Error(`${next} → ${again.status} ${again.text}`);
  }
  return outcome;
}

/** What isn't Unicode can't be percent-encoded. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const TOO_COSTLY = 'no index leads to';

/** Throws for an answer that nobody should get. */
function outcomeOf({ status, text, json }: Reply, url: string): string {
  const wrong = (what: string) => new Error(`${what}: ${url} → ${status} ${text.slice(0, 500)}`);
  if (status === 200) return 'taken';
  if (status >= 500) throw wrong('a failure');
  const error = json?.error;
  if (status !== 400 && status !== 403) throw wrong('a status that no query has');
  if (typeof error?.code !== 'string' || typeof error.message !== 'string' || !error.innerError)
    throw wrong('no error');
  if (error.message.includes(TOO_COSTLY)) throw wrong('taken, and then refused by the store');
  if (/\{\w+\}/.test(error.message) && !/\{|%7b/i.test(url)) throw wrong('a placeholder without its value');
  return error.code;
}

/** What may be asked for at a place: for `legal.ts`. */
export function settingOf({ mirror }: Service, { types }: Place, random: Random, advanced: boolean) {
  return { random, types, advanced, known: (property: string) => valuesIn(mirror, property) };
}
