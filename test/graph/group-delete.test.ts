import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GRAPH_URL, idsOf, makeGroup, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/api/group-delete */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const remove = (id: string, as = 'global.admin') => desk.ask('DELETE', `/v1.0/groups/${id}`, { as });

test('gone, with all that led to it and from it', async () => {
  const bind = [`${GRAPH_URL}/users/${DEV.member}`];
  const id = await makeGroup(desk, { 'members@odata.bind': bind, 'owners@odata.bind': bind });
  const outer = await makeGroup(desk, { 'members@odata.bind': [`${GRAPH_URL}/groups/${id}`] });
  assertDone(await remove(id));
  assertNotFound(await desk.ask('GET', `/v1.0/groups/${id}`, { as: 'member' }), id);
  assertNotFound(await desk.ask('GET', `/v1.0/directoryObjects/${id}`, { as: 'member' }), id);
  assert.deepEqual(idsOf(await desk.ask('GET', `/v1.0/groups/${outer}/members`, { as: 'member' })), []);
  assertNotFound(await remove(id), id);
});

test('nothing there', async () => {
  assertNotFound(await remove(NOBODY), NOBODY);
  assertNotFound(await remove(DEV.kiosk), DEV.kiosk);
  assertRefused(await remove('x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
});

const UNIFIED = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false };

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [as: string, security: number, unified: number])[] = [
  ['intune.admin', 204, 403],
  ['device.admin', 403, 403],
  ['member',       403, 403],
  ['guest',        403, 403],
  ['global.admin', 204, 204],
];

for (const [as, ...statuses] of WHO) {
  test(`${as} deletes a security group and a Microsoft 365 group`, async () => {
    for (const [at, more] of [{}, UNIFIED].entries()) {
      const id = await makeGroup(desk, more);
      assert.equal((await remove(id, as)).status, statuses[at]);
      const status = statuses[at] === 204 ? 404 : 200;
      assert.equal((await desk.ask('GET', `/v1.0/groups/${id}`, { as: 'member' })).status, status);
    }
  });
}

test('Directory.ReadWrite.All does not let an application delete a group', async () => {
  const id = await makeGroup(desk);
  const reply = await desk.ask('DELETE', `/v1.0/groups/${id}`, { token: await desk.tokenOfApp(DEV.daemon) });
  assertRefused(reply, 403, 'Authorization_RequestDenied');
});
