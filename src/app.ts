import { createDynamicGroups } from './directory/dynamicGroups.ts';
import type { World } from './http/call.ts';
import { failureAnswer, type Ids, type Log } from './http/failure.ts';
import type { Answer, Request } from './http/message.ts';
import { answerRequest } from './http/pipeline.ts';
import { createCallers } from './identity/caller.ts';
import { openKeys } from './identity/keys.ts';
import { watchIdentity } from './identity/watch.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { type Random, systemRandom } from './lib/random.ts';
import type { CloudName } from './model/clouds.ts';
import type { Fidelity } from './model/shape.ts';
import { createCursors } from './query/cursor.ts';
import type { Store } from './store/contract.ts';

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
};

const CURSOR_KEY = 'cursorKey';
const CURSOR_KEY_BYTES = 32;

export async function createRollcall(options: RollcallOptions): Promise<Rollcall> {
  const { store, cloud, clock = systemClock, random = systemRandom, log = () => {} } = options;
  const keys = await openKeys(store);
  const cursorKey = await openCursorKey(store, random);
  const tenants = new Map((await store.tenants()).map((tenant) => [tenant.id, tenant]));
  const callers = createCallers({ store, keys, cloud, clock, tenants });
  const dynamicGroups = createDynamicGroups({ store, clock, log }, tenants.values());
  const world: World = Object.freeze({
    ...options,
    store: watchIdentity(dynamicGroups.store, callers.forget),
    clock,
    random,
    keys,
    tenants,
    callers,
    cursors: createCursors(cursorKey, clock.now),
  });
  dynamicGroups.start();

  const fail = (problem: unknown, ids: Ids) => withIds(failureAnswer(problem, ids, clock.now(), log), ids);

  return {
    handle: async (request) => {
      const ids = idsOf(request, random);
      try {
        return withIds(await answerRequest(request, world), ids);
      } catch (problem) {
        return fail(problem, ids);
      }
    },
    refuse: (problem) => {
      const id = random.guid();
      return fail(problem, { requestId: id, clientRequestId: id });
    },
    world,
    idle: dynamicGroups.idle,
    close: async () => {
      await dynamicGroups.stop();
      await store.close();
    },
  };
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
