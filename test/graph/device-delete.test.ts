import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GRAPH_URL, idsOf, makeDevice, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/api/device-delete */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const remove = (url: string) => desk.ask('DELETE', url, { as: 'intune.admin' });
const get = (url: string) => desk.ask('GET', url, { as: 'intune.admin' });

test('gone from every address, and a second time there is nothing to delete', async () => {
  const { id, deviceId, path } = await makeDevice(desk);
  assertDone(await remove(path));
  assertNotFound(await get(path), id);
  assertNotFound(await get(`/beta/devices(deviceId='${deviceId}')`), deviceId);
  assertNotFound(await get(`/v1.0/directoryObjects/${id}`), id);
  assertNotFound(await get(`${path}/registeredUsers`), id);
  assertNotFound(await remove(path), id);
  assertNotFound(await desk.ask('PATCH', path, { as: 'intune.admin', body: { displayName: 'A' } }), id);
  assert.ok(!idsOf(await get('/v1.0/devices')).includes(id));
});

test('by alternate key, on beta', async () => {
  const { deviceId, path, id } = await makeDevice(desk);
  assertDone(await remove(`/beta/devices(deviceId='${deviceId.toUpperCase()}')`));
  assertNotFound(await get(path), id);
});

test('its links go with it: nobody has it registered or owns it any more', async () => {
  const { id, path } = await makeDevice(desk);
  const body = { '@odata.id': `${GRAPH_URL}/directoryObjects/${DEV.registrar}` };
  for (const relation of ['registeredUsers', 'registeredOwners']) {
    assertDone(await desk.ask('POST', `${path}/${relation}/$ref`, { as: 'intune.admin', body }));
  }
  const theirs = [`/v1.0/users/${DEV.registrar}/registeredDevices`, `/v1.0/users/${DEV.registrar}/ownedDevices`];
  for (const url of theirs) assert.deepEqual(idsOf(await get(url)), [id]);
  assertDone(await remove(path));
  for (const url of theirs) assert.deepEqual(idsOf(await get(url)), []);
});

test('its deviceId is free again, for an object with an id of its own and no links', async () => {
  const { id, deviceId, path } = await makeDevice(desk);
  const user = { '@odata.id': `${GRAPH_URL}/users/${DEV.member}` };
  assertDone(await desk.ask('POST', `${path}/registeredUsers/$ref`, { as: 'intune.admin', body: user }));
  assertDone(await remove(path));
  const again = await desk.ask('POST', '/v1.0/devices', { as: 'intune.admin', body: deviceBody({ deviceId }) });
  assert.equal(again.status, 201, again.text);
  assert.notEqual(again.json.id, id);
  assert.deepEqual(idsOf(await get(`/v1.0/devices/${again.json.id}/registeredUsers`)), []);
});

test('each change is in the journal: the links first, then the device', async () => {
  const { id, path } = await makeDevice(desk);
  const user = { '@odata.id': `${GRAPH_URL}/users/${DEV.member}` };
  assertDone(await desk.ask('POST', `${path}/registeredUsers/$ref`, { as: 'intune.admin', body: user }));
  assertDone(await remove(path));
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  const rows = (await desk.store.journal(tenant, 0, 100_000)).filter(({ object }) => object === id);
  assert.deepEqual(
    rows.map(({ operation, relation, target, principal, app }) => [operation, relation, target, principal, app]),
    [
      ['insert', null, null, DEV.intuneAdmin, DEV.console],
      ['link', 'registeredUsers', DEV.member, DEV.intuneAdmin, DEV.console],
      ['unlink', 'registeredUsers', DEV.member, DEV.intuneAdmin, DEV.console],
      ['delete', null, null, DEV.intuneAdmin, DEV.console],
    ],
  );
  const numbers = rows.map(({ number }) => number);
  const [first = 0] = numbers;
  assert.deepEqual(numbers, [first, first + 1, first + 2, first + 3]);
});

test('nothing there', async () => {
  assertNotFound(await remove(`/v1.0/devices/${NOBODY}`), NOBODY);
  assertNotFound(await remove(`/v1.0/devices(deviceId='${NOBODY}')`), NOBODY);
  assertNotFound(await remove(`/v1.0/devices/${DEV.member}`), DEV.member);
  assertRefused(await remove('/v1.0/devices/x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
});

test('a body or an option is refused, and deletes nothing', async () => {
  const { path } = await makeDevice(desk);
  const reply = await desk.ask('DELETE', path, { as: 'intune.admin', body: { reason: 'lost' } });
  assertRefused(reply, 400, 'BadRequest', 'A DELETE request must not carry a body.');
  assertRefused(await remove(`${path}?force=true`), 400, 'Request_BadRequest');
  assert.equal((await get(path)).status, 200);
});

test('a whole set is not deleted', async () => {
  const reply = await remove('/v1.0/devices');
  const message = 'Specified HTTP method is not allowed for the request target.';
  assertRefused(reply, 405, 'Request_BadRequest', message);
  assert.equal(reply.headers.get('allow'), 'GET, POST');
});
