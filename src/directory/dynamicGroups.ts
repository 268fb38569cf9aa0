import { type Clock, instantText } from '../lib/clock.ts';
import { later } from '../lib/later.ts';
import { LIMITS } from '../model/limits.ts';
import { DYNAMIC_GROUP, RULE_TYPES } from '../model/membershipRules.ts';
import type { Change, JournalRow, Search, Store, Tenant, Values } from '../store/contract.ts';
import type { Listener } from '../store/heard.ts';
import type { DynamicGroup, Site } from './dynamicMembers.ts';
import { NOBODY } from './world.ts';

/** Loaded with the first dynamic group: in most tenants there is none. */
const working = later(() => import('./dynamicMembers.ts'));
const loadGroup = working((all) => all.loadGroup);
const loadGroups = working((all) => all.loadGroups);
const settleGroup = working((all) => all.settleGroup);
const settleObjects = working((all) => all.settleObjects);

/**
 * Keeps the members of dynamic groups up to date, after the request that changed something was answered, as Graph does.
 * Each tenant's journal is followed by number; how far is noted in the store now and then, so that a process that
 * was killed goes on where it was. A tenant without dynamic groups isn't followed at all.
 */
export type DynamicGroups = {
  /** Each write that concerns a dynamic group is followed. */
  readonly hear: Listener;
  /** Catches up with what happened before. */
  readonly start: () => void;
  /** Ends when there is nothing left to do, or it failed and waits to try again. */
  readonly idle: () => Promise<void>;
  /** Ends the work between two steps; the next process goes on. */
  readonly stop: () => Promise<void>;
};

type Setting = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
};

export function createDynamicGroups(setting: Setting, tenants: Iterable<Tenant>): DynamicGroups {
  const followers = new Map<number, Follower>();
  const followerOf = (tenant: Tenant): Follower => {
    const known = followers.get(tenant.key) ?? createFollower(setting, tenant);
    followers.set(tenant.key, known);
    return known;
  };
  return {
    hear: ({ tenant, changes }) => followerOf(tenant).hear(changes),
    start: () => {
      for (const tenant of tenants) followerOf(tenant).wake();
    },
    idle: async () => {
      const running = () => [...followers.values()].flatMap((one) => one.running() ?? []);
      for (let left = running(); left.length > 0; left = running()) await Promise.all(left);
    },
    stop: async () => {
      await Promise.all([...followers.values()].map((one) => one.stop()));
    },
  };
}

type Follower = {
  /** Something was written. */
  readonly hear: (changes: readonly Change[]) => undefined;
  readonly wake: () => void;
  /** The work under way. */
  readonly running: () => Promise<void> | undefined;
  readonly stop: () => Promise<void>;
};

const RULED: ReadonlySet<string> = new Set(RULE_TYPES.map(({ type }) => type.name));

/** Thrown between two steps of a work that is to end. */
const STOPPED = Symbol('stopped');

function createFollower({ store, clock, log }: Setting, tenant: Tenant): Follower {
  const mark = `dynamicGroups:${tenant.id}`;
  /** Undefined: not known yet. */
  let groups: Map<string, DynamicGroup> | undefined;
  /** The number of the last journal row that has been followed; undefined: none, or there is nothing to follow for. */
  let position: number | undefined;
  let marked: number | undefined;
  let running: Promise<void> | undefined;
  let isCalled = false;
  let isStopped = false;
  let cancelRetry = () => {};

  const breathe = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (isStopped) throw STOPPED;
  };
  const site: Site = { store, tenant, breathe, at: () => instantText(clock.now()) };

  function wake(): void {
    isCalled = true;
    if (!isStopped) running ??= run();
  }

  async function run(): Promise<void> {
    try {
      while (isCalled) {
        isCalled = false;
        await catchUp();
      }
    } catch (problem) {
      if (problem !== STOPPED) retry(problem);
    }
    running = undefined;
  }

  function tell(problem: unknown): void {
    log({ level: 'error', what: 'dynamic groups are not up to date', tenant: tenant.id, cause: String(problem) });
  }

  function retry(problem: unknown): void {
    tell(problem);
    cancelRetry();
    cancelRetry = clock.after(LIMITS.dynamicRetryMilliseconds, wake);
  }

  async function catchUp(): Promise<void> {
    await breathe();
    position ??= await begin();
    while (position !== undefined) {
      const rows: readonly JournalRow[] = await store.journal(tenant, position, LIMITS.dynamicRowsPerStep);
      if (rows.length === 0) return;
      const left = await follow(rows);
      position = left === 0 ? undefined : rows.at(-1)?.number;
      if (position !== undefined && position - (marked ?? 0) >= LIMITS.dynamicRowsPerMark) await note();
      await breathe();
    }
  }

  /** Where to begin: where the last process was; else every group is filled anew, and what comes after is followed. */
  async function begin(): Promise<number | undefined> {
    const text = await store.value(mark);
    marked = text === undefined ? undefined : Number(text);
    const isAny = (await store.count(tenant, DYNAMIC)) !== 0;
    const last = isAny ? await lastNumber(store, tenant) : 0;
    groups = isAny ? await loadGroups(site, DYNAMIC) : new Map();
    if (groups.size === 0) return undefined;
    if (marked !== undefined && last - marked <= LIMITS.dynamicRowsFollowed) return marked;
    for (const group of groups.values()) await settleGroup(site, group);
    position = last;
    await note();
    return last;
  }

  async function note(): Promise<void> {
    if (position === undefined || position === marked) return;
    await store.setValue(mark, String(position));
    marked = position;
  }

  /** Groups first: what they are now decides about the objects. @returns how many dynamic groups there are */
  async function follow(rows: readonly JournalRow[]): Promise<number> {
    const known = groups ?? new Map<string, DynamicGroup>();
    const { changed, objects } = concerned(rows, known);
    for (const id of changed) {
      const group = await loadGroup(site, id);
      if (!group) known.delete(id);
      else {
        known.set(id, group);
        await settleGroup(site, group);
      }
    }
    if (known.size > 0) await settleObjects(site, known, objects);
    return known.size;
  }

  return {
    hear: (changes) => {
      const isIdle = groups?.size === 0 && position === undefined && !changes.some(isAboutRule);
      if (!isIdle) wake();
    },
    wake,
    running: () => running,
    stop: async () => {
      isStopped = true;
      cancelRetry();
      await running;
      // Without the note the next process follows some rows again, no more.
      await note().catch(tell);
    },
  };
}

/** Which of a group's values say that it is dynamic, and how. */
const RULE_PROPERTIES = [DYNAMIC_GROUP.kinds, DYNAMIC_GROUP.rule, DYNAMIC_GROUP.state];

const DYNAMIC: Search = {
  from: { kind: 'set', types: [DYNAMIC_GROUP.type.name] },
  where: {
    kind: 'any',
    field: { property: DYNAMIC_GROUP.kinds },
    item: { kind: 'compare', operator: 'eq', field: { property: '' }, value: DYNAMIC_GROUP.kind.toLowerCase() },
  },
  view: { version: 'beta', select: RULE_PROPERTIES, typed: false, hidden: [] },
};

/** Whether values that were given to a group say anything about its rule. */
function touchesRule(after: string | null): boolean {
  if (after === null) return false;
  const values = JSON.parse(after) as Values;
  return RULE_PROPERTIES.some((name) => Object.hasOwn(values, name));
}

function isAboutRule(change: Change): boolean {
  if (change.kind !== 'insert' && change.kind !== 'update') return false;
  return change.type === DYNAMIC_GROUP.type.name && touchesRule(change.after);
}

type Concerned = {
  /** Groups whose rule may be another now. */
  readonly changed: ReadonlySet<string>;
  /** Objects whose memberships may be others now, with their types where they are known. */
  readonly objects: ReadonlyMap<string, string | undefined>;
};

function concerned(rows: readonly JournalRow[], groups: ReadonlyMap<string, DynamicGroup>): Concerned {
  const changed = new Set<string>();
  const objects = new Map<string, string | undefined>();
  for (const { operation, type, object, relation, target, principal, after } of rows) {
    const isWritten = operation === 'insert' || operation === 'update';
    if (type === DYNAMIC_GROUP.type.name) {
      if (operation === 'delete' || (isWritten && touchesRule(after))) changed.add(object);
      // Somebody named a member while the group was just becoming dynamic.
      const isByHand = relation === DYNAMIC_GROUP.members && principal !== NOBODY && groups.has(object);
      if (isByHand && target !== null) objects.set(target, objects.get(target));
    } else if (isWritten && RULED.has(type)) objects.set(object, type);
  }
  return { changed, objects };
}

/** The number of the journal's last row: numbers have no holes, so that a few look-ups find it. */
async function lastNumber(store: Store, tenant: Tenant): Promise<number> {
  const isBeyond = async (number: number) => (await store.journal(tenant, number, 1)).length === 0;
  let high = 1;
  while (!(await isBeyond(high))) high *= 2;
  let low = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isBeyond(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
