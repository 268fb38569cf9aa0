import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import {
  assertDone,
  assertNotFound,
  assertRefused,
  GRAPH_URL,
  idsOf,
  makeDevice,
  makeGroup,
  makeUser,
  NOBODY,
  userBody,
} from './expect.ts';

/** https://learn.microsoft.com/graph/api/user-delete */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const remove = (id: string, as = 'global.admin') => desk.ask('DELETE', `/v1.0/users/${id}`, { as });

test('gone, with all that led to it', async () => {
  const id = await makeUser(desk);
  const { path } = await makeDevice(desk);
  const body = { '@odata.id': `${GRAPH_URL}/users/${id}` };
  assertDone(await desk.ask('POST', `${path}/registeredUsers/$ref`, { as: 'global.admin', body }));
  const group = await makeGroup(desk, { 'members@odata.bind': [body['@odata.id']] });
  assertDone(await remove(id));
  assertNotFound(await desk.ask('GET', `/v1.0/users/${id}`, { as: 'member' }), id);
  for (const url of [`${path}/registeredUsers`, `/v1.0/groups/${group}/members`]) {
    assert.deepEqual(idsOf(await desk.ask('GET', url, { as: 'member' })), []);
  }
  assertNotFound(await remove(id), id);
});

test('its tokens are worth nothing from then on', async () => {
  const body = userBody();
  const name = String(body['userPrincipalName']);
  assert.equal((await desk.ask('POST', '/v1.0/users', { as: 'global.admin', body })).status, 201);
  const token = await desk.tokenOf(name);
  assert.equal((await desk.ask('GET', '/v1.0/devices', { token })).status, 200);
  assertDone(await remove(name));
  assertRefused(await desk.ask('GET', '/v1.0/devices', { token }), 401, 'InvalidAuthenticationToken');
});

test('nothing there', async () => {
  assertNotFound(await remove(NOBODY), NOBODY);
  assertNotFound(await remove(DEV.kiosk), DEV.kiosk);
});

test('who may', async () => {
  const id = await makeUser(desk);
  for (const as of ['intune.admin', 'w365.admin', 'device.admin', 'member', 'guest']) {
    assertRefused(await remove(id, as), 403, 'Authorization_RequestDenied');
  }
  // Directory.ReadWrite.All isn't enough.
  const reply = await desk.ask('DELETE', `/v1.0/users/${id}`, { token: await desk.tokenOfApp(DEV.daemon) });
  assertRefused(reply, 403, 'Authorization_RequestDenied');
  assertDone(await remove(id));
});
