import type { Awaitable } from '../lib/awaitable.ts';
import { LIMITS } from '../model/limits.ts';
import type { Store, Tenant } from '../store/contract.ts';
import { type Attempt, type authorize, permissionsThatDo } from './authorize.ts';
import type { Caller } from './caller.ts';
import { applicationName, grantedTo, userName } from './holders.ts';

/**
 * Which permissions were really used in a run, against those that were granted: so that an application can be cut down to
 * the least that it needs. https://learn.microsoft.com/graph/permissions-overview#best-practices-for-using-microsoft-graph-permissions
 */

export type Usage = {
  /** The same decision, noted. */
  readonly noting: (decide: typeof authorize) => typeof authorize;
  readonly report: (store: Store) => Promise<UsageReport>;
};

export type UsageReport = {
  readonly entries: readonly UsageEntry[];
  /** Decisions for callers beyond `LIMITS.reportedCallers`, of which nothing else is known. */
  readonly overlooked: number;
};

/** What one application did, for one user or for itself. */
export type UsageEntry = {
  readonly tenant: string;
  readonly application: string;
  readonly appId: string;
  /** Undefined: for itself. */
  readonly user: string | undefined;
  /** How often each operation was allowed, and refused for want of a permission or a role. */
  readonly allowed: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly granted: readonly string[];
  /** Of those, what allowed something, and what nothing that was done needed. */
  readonly used: readonly string[];
  readonly unused: readonly string[];
  /** The least privileged permissions that would have been enough for all that was allowed. */
  readonly enough: readonly string[];
};

type Noted = {
  readonly caller: Caller;
  readonly permissions: Set<string>;
  readonly allowed: Map<string, number>;
  readonly refused: Map<string, number>;
  /** Lists of permissions, of each of which one was needed; by their text. */
  readonly needs: Map<string, readonly string[]>;
};

export function createUsage(): Usage {
  const records = new Map<string, Noted>();
  let overlooked = 0;

  function recordOf(caller: Caller): Noted | undefined {
    const key = [caller.tenant.key, caller.app, caller.kind === 'delegated' ? caller.principal : ''].join(':');
    const known = records.get(key);
    if (known) return known;
    if (records.size >= LIMITS.reportedCallers) return undefined;
    const made = { caller, permissions: new Set<string>(), allowed: new Map(), refused: new Map(), needs: new Map() };
    records.set(key, made);
    return made;
  }

  function note(caller: Caller, attempt: Attempt, isAllowed: boolean): void {
    const record = recordOf(caller);
    if (!record) {
      overlooked++;
      return;
    }
    for (const name of caller.permissions) record.permissions.add(name);
    const counts = isAllowed ? record.allowed : record.refused;
    counts.set(attempt.operation, (counts.get(attempt.operation) ?? 0) + 1);
    if (!isAllowed) return;
    for (const names of permissionsThatDo(caller, attempt)) record.needs.set(names.join(), names);
  }

  return {
    noting: (decide) => (caller, attempt, store) =>
      noted(
        () => decide(caller, attempt, store),
        (isAllowed) => note(caller, attempt, isAllowed),
      ),
    report: async (store) => {
      const entries = await Promise.all([...records.values()].map((record) => entryOf(store, record)));
      return { entries, overlooked };
    },
  };
}

function noted(decide: () => Awaitable<void>, note: (isAllowed: boolean) => void): Awaitable<void> {
  const refuse = (problem: unknown): never => {
    note(false);
    throw problem;
  };
  try {
    const decided = decide();
    if (decided) return decided.then(() => note(true), refuse);
  } catch (problem) {
    return refuse(problem);
  }
  note(true);
}

async function entryOf(store: Store, record: Noted): Promise<UsageEntry> {
  const { caller, permissions, allowed, refused, needs } = record;
  const { tenant, app, principal } = caller;
  const user = caller.kind === 'delegated' ? principal : undefined;
  const granted = [...new Set([...(await grantedTo(store, tenant, app, user)), ...permissions])].sort();
  const useful = new Set([...needs.values()].flat());
  return {
    tenant: tenant.displayName,
    application: (await applicationName(store, tenant, app)) ?? app,
    appId: app,
    user: user === undefined ? undefined : await nameOf(store, tenant, user),
    allowed: Object.fromEntries(allowed),
    refused: Object.fromEntries(refused),
    granted,
    used: granted.filter((name) => useful.has(name)),
    unused: granted.filter((name) => !useful.has(name)),
    enough: leastOf([...needs.values()]),
  };
}

async function nameOf(store: Store, tenant: Tenant, id: string): Promise<string> {
  return (await userName(store, tenant, id)) ?? id;
}

/** Each list begins with the least privileged; one that was chosen for what has no other way serves the others, too. */
function leastOf(needs: readonly (readonly string[])[]): readonly string[] {
  const chosen = new Set<string>();
  for (const names of needs.toSorted((one, other) => one.length - other.length)) {
    const [least] = names;
    if (least !== undefined && !names.some((name) => chosen.has(name))) chosen.add(least);
  }
  return [...chosen].sort();
}
