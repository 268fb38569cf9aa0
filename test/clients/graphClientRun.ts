import {
  Client,
  GraphError,
  type GraphRequest,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { deviceBody } from '../support/rollcall.ts';
import { taskOf } from './childRun.ts';

/**
 * Microsoft's JavaScript client at work, in a process of its own: certificates that it trusts are read when a process
 * starts. Prints what it saw as JSON.
 */

type Task = Readonly<Record<'origin' | 'admin' | 'member' | 'user' | 'kiosk' | 'group', string>>;
type Thing = { readonly id: string; readonly displayName: string; readonly '@odata.type'?: string };

const { origin, admin, member, user, kiosk, group } = taskOf<Task>();

/** Notes where the client goes; what it sends is its own affair. */
const asked: string[] = [];
const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  asked.push(input instanceof Request ? input.url : String(input));
  return fetch(input, init);
};

function clientOf(token: string, hosts: readonly string[] = ['localhost']): Client {
  return Client.initWithMiddleware({
    baseUrl: origin,
    customHosts: new Set(hosts),
    authProvider: { getAccessToken: async () => token },
  });
}

/** What the client makes of a refusal. */
async function refusalOf(work: Promise<unknown>) {
  try {
    return { done: await work };
  } catch (problem) {
    if (!(problem instanceof GraphError)) throw problem;
    const { statusCode, code, message, requestId, date, body } = problem;
    return { statusCode, code, message, requestId, date: date.toISOString(), body: String(body) };
  }
}

async function idsOf(
  request: GraphRequest,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const first = (await request.headers(headers).top(2).get()) as PageCollection;
  const ids: string[] = [];
  const collect = (thing: Thing) => {
    ids.push(thing.id);
    return true;
  };
  // What isn't in the next link has to be sent again.
  await new PageIterator(client, first, collect, { headers }).iterate();
  return ids;
}

const EVENTUAL = { ConsistencyLevel: 'eventual' };

const client = clientOf(admin);
const made: Thing[] = [];
for (let n = 0; n < 5; n++) {
  const body = deviceBody({ displayName: `Client ${n}` });
  made.push((await client.api('/devices').post(body)) as Thing);
}
const first = `/devices/${made[0]?.id ?? ''}`;
const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user}` };
const linked = (await client.api(`${first}/registeredUsers/$ref`).post(reference)) as unknown;
const listed = await idsOf(client.api('/devices'));
const named = "startsWith(displayName,'Client')";
const queries = {
  filtered: await idsOf(client.api('/devices').filter(named)),
  ordered: await idsOf(client.api('/devices').filter(named).orderby('displayName desc').count(true), EVENTUAL),
  searched: await client
    .api('/devices')
    .headers(EVENTUAL)
    .search('"displayName:client"')
    .count(true)
    .select('id')
    .get(),
  counted: (await client.api('/devices/$count').headers(EVENTUAL).get()) as unknown,
  expanded: await client.api(first).expand('registeredUsers($select=id)').select(['id']).get(),
  memberships: await client
    .api(`/devices/${kiosk}/transitiveMemberOf/microsoft.graph.group`)
    .headers(EVENTUAL)
    .count(true)
    .orderby('displayName')
    .select('displayName')
    .get(),
  checked: await client.api(`/devices/${kiosk}/checkMemberGroups`).post({ groupIds: [group] }),
};
const users = (await client.api(`${first}/registeredUsers`).get()) as PageCollection;
const unlinked = (await client.api(`${first}/registeredUsers/${user}/$ref`).delete()) as unknown;
const usersAfter = (await client.api(`${first}/registeredUsers`).get()) as PageCollection;
const renamed = (await client.api(first).update({ displayName: 'Renamed' })) as unknown;
const beta = (await client.api(first).version('beta').select('id,displayName,hostnames').get()) as unknown;
const deleted = (await client.api(first).delete()) as unknown;

const seen = {
  made: made.map(({ id, displayName }) => ({ id, displayName })),
  nothing: [linked, unlinked, renamed, deleted].every((answer) => answer === undefined),
  asked,
  listed,
  queries,
  users: users.value as readonly Thing[],
  usersAfter: usersAfter.value as readonly Thing[],
  beta,
  forbidden: await refusalOf(clientOf(member).api('/devices').post(deviceBody())),
  missing: await refusalOf(client.api(first).get()),
  advanced: await refusalOf(client.api('/devices').orderby('displayName').get()),
  withoutToken: await refusalOf(clientOf(admin, ['example.com']).api('/devices').get()),
};
process.stdout.write(JSON.stringify(seen));
