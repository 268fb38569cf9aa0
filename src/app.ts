import { createDynamicGroups } from './directory/dynamicGroups.ts';
import { setUpRoles } from './directory/setUp.ts';
import type { World } from './http/call.ts';
import { graphPreflight, readable } from './http/crossOrigin.ts';
import { failureAnswer, type Ids, type Log } from './http/failure.ts';
import type { Answer, Request } from './http/message.ts';
import { answerRequest } from './http/pipeline.ts';
import { createAttempts } from './identity/attempts.ts';
import { authorize } from './identity/authorize.ts';
import { createCallers } from './identity/caller.ts';
import { createFederations } from './identity/federation.ts';
import { followKeys, openKeys } from './identity/keys.ts';
import { rememberIdentity } from './identity/remember.ts';
import type { TrustOptions } from './identity/trust.ts';
import type { UsageReport } from './identity/usage.ts';
import { watchIdentity } from './identity/watch.ts';
import { isLater } from './lib/awaitable.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { type Outbound, systemOutbound } from './lib/outbound.ts';
import { type Random, systemRandom } from './lib/random.ts';
import { fold, percentDecode } from './lib/text.ts';
import { type CloudName, hostsOf } from './model/clouds.ts';
import { checkOperations } from './model/operations.ts';
import type { Fidelity } from './model/shape.ts';
import { createCursors } from './query/cursor.ts';
import type { Store, Tenant } from './store/contract.ts';
import { heardBy } from './store/heard.ts';

/** The whole service, without sockets: what a server, a test or another program calls. */
export type Rollcall = {
  /** Answers every request, with an error where it must; never rejects. */
  readonly handle: (request: Request) => Promise<Answer>;
  /** The answer to something that could not be understood as a request. */
  readonly refuse: (problem: unknown) => Answer;
  /** What the service stands on, for commands that issue tokens. */
  readonly world: World;
  /** Ends when everything that follows from the requests answered so far has been done, too. */
  readonly idle: () => Promise<void>;
  /** Which permissions were really used so far; undefined where nobody asked for a report. */
  readonly permissionsUsed: () => Promise<UsageReport | undefined>;
  readonly close: () => Promise<void>;
};

export type RollcallOptions = {
  readonly store: Store;
  readonly cloud: CloudName;
  readonly fidelity: Fidelity;
  /** The directory holds the development tenant, whose password is public. */
  readonly development: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  /** Somebody else's identity providers whose tokens are taken. */
  readonly trust?: TrustOptions | undefined;
  readonly outbound?: Outbound;
  /** permissions: note which permissions are really used, and tell it when the service is closed. */
  readonly report?: 'permissions' | undefined;
};

const CURSOR_KEY = 'cursorKey';
const CURSOR_KEY_BYTES = 32;

export async function createRollcall(options: RollcallOptions): Promise<Rollcall> {
  checkOperations();
  const { store, cloud, clock = systemClock, random = systemRandom, log = () => {} } = options;
  const { outbound = systemOutbound(clock) } = options;
  const keys = await openKeys(store, clock);
  const cursorKey = await openCursorKey(store, random);
  const tenants = tenantsIn(cloud, await store.tenants());
  await setUpRoles(store, tenants.values(), clock);
  const usage = options.report === 'permissions' ? (await import('./identity/usage.ts')).createUsage() : undefined;
  const around = { store, clock, outbound, log, changed: () => callers.forget() };
  const trust = options.trust && (await import('./identity/trust.ts')).createTrust(options.trust, around);
  const callers = createCallers({ store, keys, cloud, clock, tenants, trust });
  const dynamicGroups = createDynamicGroups({ store, clock, log }, tenants.values());
  const memory = rememberIdentity(store);
  const world: World = Object.freeze({
    ...options,
    store: heardBy([dynamicGroups.hear, memory.hear, watchIdentity(memory.store, callers.forget)], memory.store),
    clock,
    random,
    keys,
    tenants,
    callers,
    attempts: createAttempts({ clock, random }),
    federations: createFederations({ outbound, clock, log, development: options.development }),
    cursors: createCursors(cursorKey, clock.now),
    authorize: usage ? usage.noting(authorize) : authorize,
  });
  dynamicGroups.start();
  const leaveKeys = followKeys(keys, clock, log);

  const fail = (problem: unknown, ids: Ids) => withIds(failureAnswer(problem, ids, { cloud, clock, log }), ids);

  return {
    handle: async (request) => {
      const ids = idsOf(request, random);
      try {
        const answer = graphPreflight(request) ?? answerRequest(request, world);
        return readable(request, withIds(isLater(answer) ? await answer : answer, ids));
      } catch (problem) {
        return readable(request, fail(problem, ids));
      }
    },
    refuse: (problem) => {
      const id = random.guid();
      return fail(problem, { requestId: id, clientRequestId: id });
    },
    world,
    idle: dynamicGroups.idle,
    permissionsUsed: async () => usage?.report(store),
    close: async () => {
      await leaveKeys();
      await dynamicGroups.stop();
      if (usage) tellUsage(await usage.report(store), log);
      await store.close();
    },
  };
}

export type CloudsOptions = Omit<RollcallOptions, 'cloud'> & {
  /** The first is asked at every address that isn't Microsoft's. */
  readonly clouds: readonly CloudName[];
};

/**
 * Several clouds over one directory, told apart by the host that is asked. Each is a service of its own, which knows the
 * tenants that live in it and no others.
 */
export async function createClouds({ clouds, store, ...options }: CloudsOptions): Promise<Rollcall> {
  const shared = { ...store, close: async () => {} };
  const made: Rollcall[] = [];
  for (const cloud of clouds) {
    const trust = options.trust?.tenant.cloud === cloud ? options.trust : undefined;
    made.push(await createRollcall({ ...options, store: shared, cloud, trust }));
  }
  const [home] = made;
  if (!home) throw new Error('no cloud is served');
  const each = async (act: (one: Rollcall) => Promise<void>) => {
    for (const one of made) await act(one);
  };
  return {
    ...home,
    handle: made.length === 1 ? home.handle : (request) => (cloudAsked(made, request) ?? home).handle(request),
    idle: () => each((one) => one.idle()),
    permissionsUsed: async () => joined(await Promise.all(made.map((one) => one.permissionsUsed()))),
    close: async () => {
      await each((one) => one.close());
      await store.close();
    },
  };
}

function joined(reports: readonly (UsageReport | undefined)[]): UsageReport | undefined {
  const known = reports.filter((report) => report !== undefined);
  if (known.length === 0) return undefined;
  const overlooked = known.reduce((sum, report) => sum + report.overlooked, 0);
  return { entries: known.flatMap(({ entries }) => entries), overlooked };
}

/** By Graph's host, or that of sign-in; where clouds share the latter, by the tenant that the path names. */
function cloudAsked(made: readonly Rollcall[], { origin, path }: Request): Rollcall | undefined {
  const { hostname } = new URL(origin);
  const found = made.filter(({ world }) => hostsOf(world.cloud).includes(hostname));
  const named = fold(percentDecode(path.split('/')[1] ?? '') ?? '');
  return found.find(({ world }) => [...world.tenants.values()].some((tenant) => isCalled(tenant, named))) ?? found[0];
}

function isCalled({ id, defaultDomain }: Tenant, name: string): boolean {
  return id === name || fold(defaultDomain) === name;
}

/** A tenant of another cloud is none that anybody here knows: so no token crosses over. */
export function tenantsIn(cloud: CloudName, all: readonly Tenant[]): ReadonlyMap<string, Tenant> {
  return new Map(all.filter((tenant) => tenant.cloud === cloud).map((tenant) => [tenant.id, tenant]));
}

/** A line for each application and user. */
function tellUsage({ entries, overlooked }: UsageReport, log: Log): void {
  for (const entry of entries) log({ report: 'permissions', ...entry });
  if (overlooked > 0) log({ report: 'permissions', overlooked });
}

async function openCursorKey(store: Store, random: Random): Promise<Buffer> {
  const known = await store.value(CURSOR_KEY);
  if (known !== undefined) return Buffer.from(known, 'base64url');
  const key = random.bytes(CURSOR_KEY_BYTES);
  await store.setValue(CURSOR_KEY, key.toString('base64url'));
  return key;
}

/** What is echoed: a GUID or another short word, nothing that a log or a page could stumble over. */
const ECHOED = /^[\w.:-]{1,64}$/;

/** Each answer has an id of ours, and echoes the caller's own. */
function idsOf({ headers }: Request, random: Random): Ids {
  const requestId = random.guid();
  const given = headers['client-request-id'];
  return { requestId, clientRequestId: given !== undefined && ECHOED.test(given) ? given : requestId };
}

function withIds(answer: Answer, { requestId, clientRequestId }: Ids): Answer {
  return {
    status: answer.status,
    headers: [...answer.headers, 'request-id', requestId, 'client-request-id', clientRequestId],
    body: answer.body,
  };
}
