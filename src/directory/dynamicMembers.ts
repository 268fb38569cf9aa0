import { Refusal } from '../lib/refusal.ts';
import { entityType, propertyOf } from '../model/directory.ts';
import { LIMITS } from '../model/limits.ts';
import { DYNAMIC_GROUP } from '../model/membershipRules.ts';
import type { EntityType } from '../model/shape.ts';
import { meets } from '../query/evaluate.ts';
import { type MembershipRule, parseRule } from '../query/membershipRules.ts';
import type { Condition, LinkChange, PagePlan, Search, Source, Store, Tenant, Values } from '../store/contract.ts';
import { type TenantTypes, typesWith } from '../store/definitions.ts';
import { NOBODY } from './world.ts';

/**
 * Dynamic groups, and how their members become those that the rule finds: of one group all members, of one object all
 * groups. Everything here looks at what stands in the store now, so that doing it again does no harm.
 */
export type DynamicGroup = MembershipRule & { readonly id: string };

/** What the work stands on. */
export type Site = {
  readonly store: Store;
  readonly tenant: Tenant;
  /** The instant of a change, as the journal has it. */
  readonly at: () => string;
  /** Lets others have their turn; throws once the work is to end. */
  readonly breathe: () => Promise<void>;
};

/** Groups that their values make dynamic, as their rules find their members. */
export async function loadGroups(
  { store, tenant, breathe }: Site,
  { from, where, view }: Search,
): Promise<Map<string, DynamicGroup>> {
  const groups = new Map<string, DynamicGroup>();
  const types = typesWith(await store.definitions(tenant));
  for await (const page of pagesOf({ store, tenant, breathe }, from, where, view.select ?? [])) {
    for (const { id, values } of page) {
      const group = groupOf(id, values, types);
      if (group) groups.set(id, group);
    }
  }
  return groups;
}

/** Undefined: there is no such group, its members are named by hand, or it is paused. */
export async function loadGroup({ store, tenant }: Site, id: string): Promise<DynamicGroup | undefined> {
  const [stored] = await store.load(tenant, DYNAMIC_GROUP.type.name, { property: 'id', value: id });
  return stored && groupOf(id, stored.values, typesWith(await store.definitions(tenant)));
}

function groupOf(id: string, values: Values, types: TenantTypes): DynamicGroup | undefined {
  const kinds = (values[DYNAMIC_GROUP.kinds] ?? []) as readonly unknown[];
  const rule = values[DYNAMIC_GROUP.rule];
  if (!kinds.includes(DYNAMIC_GROUP.kind) || values[DYNAMIC_GROUP.state] === DYNAMIC_GROUP.paused) return undefined;
  try {
    return { id, ...parseRule(String(rule), types.of) };
  } catch (problem) {
    // A rule from before rules were checked: its group stays as it is.
    if (problem instanceof Refusal) return undefined;
    throw problem;
  }
}

const LINK = { type: DYNAMIC_GROUP.type.name, relation: DYNAMIC_GROUP.members };

/** Whom the relation may hold. */
const ACCEPTED = DYNAMIC_GROUP.type.relations.find(({ name }) => name === DYNAMIC_GROUP.members)?.accepts ?? [];

// -- one group --------------------------------------------------------------------------------------------------

/** Makes the group's members those that its rule finds. */
export async function settleGroup(site: Site, group: DynamicGroup): Promise<void> {
  const { id, type, condition } = group;
  for (const name of ACCEPTED) {
    const from: Source = { ...LINKS, backwards: false, of: { type: LINK.type, id }, types: [name] };
    const unwanted: Condition | undefined = name === type.name ? { kind: 'not', item: condition } : undefined;
    for await (const page of pagesOf(site, from, unwanted)) {
      await writeLinks(
        site,
        page.map((member) => changeOf('unlink', id, member.id, name)),
      );
    }
  }
  for await (const page of candidates(site, group)) {
    await writeLinks(
      site,
      page.map((found) => changeOf('link', id, found, type.name)),
    );
  }
}

const LINKS = { kind: 'links', links: [LINK], transitive: false } as const;

/** The ids of what the rule finds: by an index, or else by looking at each object of the type. */
async function* candidates(site: Site, { type, condition }: DynamicGroup): AsyncGenerator<readonly string[]> {
  const from: Source = { kind: 'set', types: [type.name] };
  try {
    for await (const page of pagesOf(site, from, condition)) yield page.map(({ id }) => id);
  } catch (problem) {
    if (!(problem instanceof TooCostly)) throw problem;
    const own = typesWith(await site.store.definitions(site.tenant)).of(type);
    for await (const page of pagesOf(site, from, undefined, namesIn(condition, own))) {
      yield page.filter(({ values }) => meets(condition, own, values)).map(({ id }) => id);
    }
  }
}

/** The properties that a condition looks at. */
function namesIn(condition: Condition, type: EntityType): readonly string[] {
  const names = new Set<string>();
  const open: Condition[] = [condition];
  for (let one = open.pop(); one; one = open.pop()) {
    if ('items' in one) open.push(...one.items);
    else if (one.kind === 'not') open.push(one.item);
    else if ('field' in one) names.add(one.field.property);
  }
  return [...names].filter((name) => propertyOf(type, name));
}

// -- objects ----------------------------------------------------------------------------------------------------

/**
 * Puts the objects into the groups whose rules they meet, and takes them out of the others.
 * @param objects ids, with the names of the types where they are known
 */
export async function settleObjects(
  site: Site,
  groups: ReadonlyMap<string, DynamicGroup>,
  objects: ReadonlyMap<string, string | undefined>,
): Promise<void> {
  let changes: LinkChange[] = [];
  for (const [id, type] of objects) {
    changes.push(...(await changesFor(site, groups, id, type)));
    if (changes.length < LIMITS.dynamicLinksPerWrite) continue;
    await writeLinks(site, changes);
    changes = [];
  }
  await writeLinks(site, changes);
}

async function changesFor(
  site: Site,
  groups: ReadonlyMap<string, DynamicGroup>,
  id: string,
  typeName: string | undefined,
): Promise<readonly LinkChange[]> {
  const { store, tenant } = site;
  const name = typeName ?? (await store.typeOf(tenant, id));
  const [stored] = name === undefined ? [] : await store.load(tenant, name, { property: 'id', value: id });
  if (name === undefined || !stored) return [];
  const types = typesWith(await store.definitions(tenant));
  const type = entityType(name);
  const current = await groupsOf(site, groups, type, id);
  const changes: LinkChange[] = [];
  for (const group of groups.values()) {
    const wanted = group.type === type && meets(group.condition, types.of(type), stored.values);
    if (wanted !== current.has(group.id)) changes.push(changeOf(wanted ? 'link' : 'unlink', group.id, id, name));
  }
  return changes;
}

/** The dynamic groups that the object is a member of now. */
async function groupsOf(
  site: Site,
  groups: ReadonlyMap<string, DynamicGroup>,
  type: EntityType,
  id: string,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const from: Source = { ...LINKS, backwards: true, of: { type: type.name, id }, types: [LINK.type] };
  for await (const page of pagesOf(site, from, undefined)) {
    for (const { id: group } of page) if (groups.has(group)) found.add(group);
  }
  return found;
}

// -- reading and writing ----------------------------------------------------------------------------------------

class TooCostly extends Error {}

type Shown = { readonly id: string; readonly values: Values };

/** Pages of what is asked for, with the values of those names. */
async function* pagesOf(
  { store, tenant, breathe }: Pick<Site, 'store' | 'tenant' | 'breathe'>,
  from: Source,
  where: Condition | undefined,
  names: readonly string[] = [],
): AsyncGenerator<readonly Shown[]> {
  const view = {
    version: 'beta',
    select: ['id', ...names.filter((name) => name !== 'id')],
    typed: false,
    hidden: [],
  } as const;
  const plan: PagePlan = { from, where, view, order: [], after: undefined, limit: LIMITS.dynamicObjectsPerStep };
  let after: string | undefined;
  do {
    await breathe();
    const page = await store.page(tenant, { ...plan, after });
    if ('tooCostly' in page) throw new TooCostly();
    const objects = JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[];
    yield objects.map((values) => ({ id: values.id, values }));
    after = page.last;
  } while (after !== undefined);
}

function changeOf(kind: LinkChange['kind'], group: string, member: string, type: string): LinkChange {
  return { kind, link: LINK, source: group, target: member, targetType: type };
}

/** Each in a request of its own, which share a commit: one that has been done already, or whose end is gone, stops no other. */
async function writeLinks({ store, tenant, at }: Site, changes: readonly LinkChange[]): Promise<void> {
  if (changes.length === 0) return;
  const request = { tenant, at: at(), principal: NOBODY, app: NOBODY };
  const outcomes = await Promise.all(changes.map((change) => store.write({ ...request, changes: [change] })));
  for (const outcome of outcomes) {
    if (!outcome.done && outcome.because === 'unavailable') throw new Error(outcome.cause);
  }
}
