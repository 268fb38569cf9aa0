import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, GRAPH_URL, makeDevice } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects:
 * objects of a type that the caller may not read are shown in relations by their type and id, and nothing else.
 */

const DAEMON_PRINCIPAL = fixedGuid(`principal:${DEV.daemon}`);
const USER = { '@odata.type': '#microsoft.graph.user', id: DEV.member };
const PRINCIPAL = { '@odata.type': '#microsoft.graph.servicePrincipal', id: DAEMON_PRINCIPAL };
const KIOSK = { '@odata.type': '#microsoft.graph.device', id: DEV.kiosk };

let desk: Desk;
let device: string;
before(async () => {
  desk = await openDesk();
  device = (await makeDevice(desk)).path;
  for (const id of [DEV.member, DAEMON_PRINCIPAL]) {
    const body = { '@odata.id': `${GRAPH_URL}/directoryObjects/${id}` };
    assertDone(await desk.ask('POST', `${device}/registeredUsers/$ref`, { as: 'intune.admin', body }));
  }
});
after(() => desk.close());

/** The values of a relation, by id, for a caller with those scopes. */
async function valuesOf(user: string, scope: string, url: string): Promise<Record<string, unknown>[]> {
  const reply = await desk.ask('GET', url, { token: await desk.tokenOf(user, { scope }) });
  assert.equal(reply.status, 200, reply.text);
  return reply.json.value.toSorted((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1));
}

const byId = (...rows: readonly { readonly id: string }[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));

for (const query of ['', '?$select=id,displayName', '?$top=999']) {
  test(`Device.Read.All shows who uses a device, and not what they are called: ${query}`, async () => {
    const values = await valuesOf('member', 'Device.Read.All', `${device}/registeredUsers${query}`);
    assert.deepEqual(values, byId(USER, PRINCIPAL));
  });
}

test('User.Read.All beside it shows the users; the service principal stays what it was', async () => {
  const url = `${device}/registeredUsers?$select=id,displayName`;
  const values = await valuesOf('member', 'Device.Read.All User.Read.All', url);
  assert.deepEqual(values, byId({ ...USER, displayName: 'Member' } as typeof USER, PRINCIPAL));
});

test('Directory.Read.All shows them all', async () => {
  const url = `${device}/registeredUsers?$select=id,displayName`;
  const values = await valuesOf('member', 'Directory.Read.All', url);
  assert.deepEqual(values.map(({ displayName }) => displayName).toSorted(), ['Inventory Daemon', 'Member']);
});

test("User.Read shows which devices are one's own, and not what they are called", async () => {
  for (const relation of ['ownedDevices', 'registeredDevices']) {
    const values = await valuesOf('member', 'User.Read', `/v1.0/users/${DEV.member}/${relation}`);
    assert.ok(values.some(({ id }) => id === DEV.kiosk));
    for (const value of values) assert.deepEqual(Object.keys(value), ['@odata.type', 'id']);
  }
});

test('Device.Read.All beside it shows the devices', async () => {
  const url = `/v1.0/users/${DEV.member}/ownedDevices?$select=id,displayName`;
  const values = await valuesOf('member', 'User.Read Device.Read.All', url);
  assert.deepEqual(values, [{ ...KIOSK, displayName: 'KIOSK-01' }]);
});

test('an application sees what its permissions read', async () => {
  const token = await desk.tokenOfApp(DEV.daemon);
  const reply = await desk.ask('GET', `${device}/registeredUsers?$select=displayName`, { token });
  const names = reply.json.value.map(({ displayName }: { displayName: string }) => displayName);
  assert.deepEqual(names.toSorted(), ['Inventory Daemon', 'Member'], 'Directory.ReadWrite.All reads all');
});
