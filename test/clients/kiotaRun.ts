import { ClientSecretCredential, UsernamePasswordCredential } from '@azure/identity';
import { type Headers, HttpMethod, type Parsable, RequestInformation } from '@microsoft/kiota-abstractions';
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk';
import {
  createDeviceCollectionResponseFromDiscriminatorValue,
  createDeviceFromDiscriminatorValue,
  createDirectoryObjectCollectionResponseFromDiscriminatorValue,
  createUserCollectionResponseFromDiscriminatorValue,
  type Device,
  type DeviceCollectionResponse,
  type DirectoryObjectCollectionResponse,
  type ReferenceCreate,
  serializeDevice,
  serializeReferenceCreate,
  type User,
} from '@microsoft/msgraph-sdk/models/index.js';
import {
  createODataErrorFromDiscriminatorValue,
  type ODataError,
} from '@microsoft/msgraph-sdk/models/oDataErrors/index.js';
import {
  GraphAzureIdentityAuthenticationProvider,
  type PageCollection,
  PageIterator,
} from '@microsoft/msgraph-sdk-core';
import '@microsoft/msgraph-sdk-users';
import { DEV } from '../support/rollcall.ts';
import { taskOf } from './childRun.ts';
import type { Portal } from './portal.ts';

/**
 * Microsoft's Kiota SDK for TypeScript at work. The package of the builders for `/devices` is not published, so requests for
 * these are put together as it does: of the SDK's adapter, models and errors. Those for `/users` are its own.
 */

const { origin, http, portal, password } = taskOf<{
  readonly origin: string;
  readonly http: string;
  readonly portal: Portal;
  readonly password: string;
}>();

const here = { authorityHost: origin, disableInstanceDiscovery: true };
const admin = new UsernamePasswordCredential(DEV.tenant, DEV.console, 'intune.admin@contoso.example', password, here);
const bySecret = new ClientSecretCredential(DEV.tenant, portal.appId, portal.secret, here);

type Credential = typeof admin | typeof bySecret;

/** All that points it here: the base address, and which host may see the token. Scopes: undefined asks for its own. */
function adapterOf(
  credential: Credential,
  base = origin,
  scopes?: string[],
  hosts = ['localhost'],
): GraphRequestAdapter {
  const provider = new GraphAzureIdentityAuthenticationProvider(credential, scopes, undefined, new Set(hosts));
  const adapter = new GraphRequestAdapter(provider);
  adapter.baseUrl = `${base}/v1.0`;
  return adapter;
}

const adapter = adapterOf(admin);
const errors = { XXX: createODataErrorFromDiscriminatorValue };

function requestOf(method: HttpMethod, path: string, on = adapter): RequestInformation {
  const request = new RequestInformation(method, `{+baseurl}${path}`, { baseurl: on.baseUrl });
  request.headers.tryAdd('Accept', 'application/json');
  return request;
}

async function create(device: Device, on = adapter): Promise<Device | undefined> {
  const request = requestOf(HttpMethod.POST, '/devices', on);
  request.setContentFromParsable(on, 'application/json', device, serializeDevice);
  return on.send<Device>(request, createDeviceFromDiscriminatorValue, errors);
}

async function link(device: string, user: string): Promise<void> {
  const request = requestOf(HttpMethod.POST, `/devices/${device}/registeredUsers/$ref`);
  const reference: ReferenceCreate = { odataId: `https://graph.microsoft.com/v1.0/directoryObjects/${user}` };
  request.setContentFromParsable(adapter, 'application/json', reference, serializeReferenceCreate);
  await adapter.sendNoResponseContent(request, errors);
}

/** As its builders take a reference away: the object is named in the query. */
async function unlink(device: string, user: string): Promise<void> {
  const reference = encodeURIComponent(`https://graph.microsoft.com/v1.0/directoryObjects/${user}`);
  const request = requestOf(HttpMethod.DELETE, `/devices/${device}/registeredUsers/$ref?@id=${reference}`);
  await adapter.sendNoResponseContent(request, errors);
}

async function usersOf(device: string): Promise<readonly unknown[]> {
  const request = requestOf(HttpMethod.GET, `/devices/${device}/registeredUsers`);
  const create = createDirectoryObjectCollectionResponseFromDiscriminatorValue;
  const page = await adapter.send<DirectoryObjectCollectionResponse>(request, create, errors);
  return (page?.value ?? []).map((one) => [one.odataType, one.id]);
}

/** Every object of all pages, by its iterator. */
async function all<T extends Parsable>(
  first: PageCollection<T>,
  create: typeof createDeviceCollectionResponseFromDiscriminatorValue,
  headers?: Headers,
): Promise<T[]> {
  const found: T[] = [];
  const collect = (one: T) => found.push(one) > 0;
  const options = headers === undefined ? {} : { headers };
  // Its type asks for the collection's own factory, which is what this is.
  const factory = create as unknown as ConstructorParameters<typeof PageIterator<T>>[3];
  await new PageIterator<T>(adapter, first, collect, factory, errors, options).iterate();
  return found;
}

async function listed(): Promise<readonly unknown[]> {
  const request = requestOf(HttpMethod.GET, '/devices?%24top=2&%24select=id,displayName');
  const create = createDeviceCollectionResponseFromDiscriminatorValue;
  const first = await adapter.send<DeviceCollectionResponse>(request, create, errors);
  const devices = await all<Device>(first as PageCollection<Device>, create);
  return devices.map(({ displayName }) => displayName);
}

async function refused(work: Promise<unknown>): Promise<unknown> {
  try {
    return { done: await work };
  } catch (problem) {
    const { responseStatusCode, errorEscaped } = problem as ODataError;
    if (errorEscaped === undefined) throw problem;
    const { code, message, innerError } = errorEscaped ?? {};
    return { status: responseStatusCode, code, message, requestId: innerError?.requestId };
  }
}

const deviceOf = (n: number): Device => ({
  accountEnabled: true,
  alternativeSecurityIds: [{ type: 2, key: new TextEncoder().encode('X509:').buffer }],
  deviceId: crypto.randomUUID(),
  displayName: `Kiota ${n}`,
  operatingSystem: 'linux',
  operatingSystemVersion: '1',
});

const client = createGraphServiceClient(adapter);
const first = await create(deviceOf(1));
for (let n = 2; n <= 4; n++) await create(deviceOf(n));
const id = first?.id ?? '';
await link(id, DEV.member);
const usersBefore = await usersOf(id);
const ofMember = client.users.byUserId(DEV.member).registeredDevices;
const registered = await ofMember.get();
const cast = await ofMember.graphDevice.get({
  headers: { ConsistencyLevel: 'eventual' },
  queryParameters: { count: true, filter: "startsWith(displayName,'Kiota')", select: ['displayName'] },
});
await unlink(id, DEV.member);
const firstUsers = await client.users.get({ queryParameters: { top: 2, select: ['displayName'] } });
const users = await all<User>(firstUsers as PageCollection<User>, createUserCollectionResponseFromDiscriminatorValue);

const seen = {
  made: { id, displayName: first?.displayName, type: first?.odataType },
  usersBefore,
  registered: registered?.value?.map((one) => [one.odataType, one.id]),
  cast: cast?.value?.map(({ displayName }) => displayName),
  usersAfter: await usersOf(id),
  listed: await listed(),
  users: users.map(({ displayName }) => displayName),
  counted: await client.users.count.get({ headers: { ConsistencyLevel: 'eventual' } }),
  graphScope: (await create(deviceOf(5), adapterOf(admin, origin, ['https://graph.microsoft.com/.default'])))
    ?.displayName,
  plain: (await create(deviceOf(6), adapterOf(admin, http)))?.displayName,
  refusals: {
    application: await refused(create(deviceOf(7), adapterOf(bySecret))),
    missing: await refused(client.users.byUserId(crypto.randomUUID()).get()),
    withoutToken: await refused(create(deviceOf(8), adapterOf(admin, origin, undefined, ['example.com']))),
  },
};
process.stdout.write(JSON.stringify(seen));
