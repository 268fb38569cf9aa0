import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GRAPH_URL, idsOf, makeGroup, NOBODY, ORIGIN } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/group-list-members, https://learn.microsoft.com/graph/api/group-post-members,
 * https://learn.microsoft.com/graph/api/group-delete-members and their like for `owners`
 */

const PRINCIPAL = fixedGuid(`principal:${DEV.daemon}`);
const UNIFIED = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false };
const DYNAMIC = { groupTypes: ['DynamicMembership'], membershipRule: 'user.department -eq "IT"' };

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const reference = (id: string, set = 'directoryObjects') => ({ '@odata.id': `${GRAPH_URL}/${set}/${id}` });
const add = (group: string, id: string, relation = 'members', as = 'global.admin') =>
  desk.ask('POST', `/v1.0/groups/${group}/${relation}/$ref`, { as, body: reference(id) });
const remove = (group: string, id: string, relation = 'members', as = 'global.admin') =>
  desk.ask('DELETE', `/v1.0/groups/${group}/${relation}/${id}/$ref`, { as });
const list = (group: string, relation = 'members', query = '') =>
  desk.ask('GET', `/v1.0/groups/${group}/${relation}${query}`, { as: 'member' });

const DENIED = 'Insufficient privileges to complete the operation.';
const UNFIT = "An invalid operation was included in the following modified references: 'members'.";

// biome-ignore format: a table is read by its columns
const ENDS: readonly (readonly [type: string, id: string, set: string, members: boolean, unified: boolean, owners: boolean])[] = [
  ['user',               DEV.member,                             'users',               true,  true,  true],
  ['device',             DEV.kiosk,                              'devices',             true,  false, false],
  ['group',              DEV.kiosks,                             'groups',              true,  false, false],
  ['servicePrincipal',   PRINCIPAL,                              'servicePrincipals',   true,  false, true],
  ['administrativeUnit', '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad', 'administrativeUnits', false, false, false],
  ['application',        'af2053e4-0f91-4e8e-bea6-2cbf01cf6b84', 'applications',        false, false, false],
];

for (const [type, id, set, members, unified, owners] of ENDS) {
  for (const [more, relation, fits] of [
    [{}, 'members', members],
    [UNIFIED, 'members', unified],
    [{}, 'owners', owners],
  ] as const) {
    const kind = more === UNIFIED ? 'Microsoft 365' : 'security';
    test(`${type} among the ${relation} of a ${kind} group: ${fits ? 'added and removed' : 'refused'}`, async () => {
      const group = await makeGroup(desk, more);
      const url = `/v1.0/groups/${group}/${relation}/$ref`;
      const reply = await desk.ask('POST', url, { as: 'global.admin', body: reference(id, set) });
      if (!fits) {
        assertRefused(reply, 400, 'Request_BadRequest');
        assert.deepEqual(idsOf(await list(group)), []);
        return;
      }
      assertDone(reply);
      const page = await list(group, relation, '?$select=id');
      assert.deepEqual(page.json, {
        '@odata.context': `${ORIGIN}/v1.0/$metadata#directoryObjects(id)`,
        value: [{ '@odata.type': `#microsoft.graph.${type}`, id }],
      });
      const again = `One or more added object references already exist for the following modified properties: '${relation}'.`;
      assertRefused(await add(group, id, relation), 400, 'Request_BadRequest', again);
      assertDone(await remove(group, id, relation));
      assert.deepEqual(idsOf(await list(group, relation)), []);
      assertNotFound(await remove(group, id, relation), id);
    });
  }
}

test('a group is no member of itself; two may hold each other', async () => {
  const [one, other] = [await makeGroup(desk), await makeGroup(desk)];
  assertRefused(await add(one, one), 400, 'Request_BadRequest', UNFIT);
  assertDone(await add(one, other));
  assertDone(await add(other, one));
});

test('nobody adds to a dynamic group or takes anybody out of it; its owners are as those of any other', async () => {
  const group = await makeGroup(desk, DYNAMIC);
  assertRefused(await add(group, DEV.member), 403, 'Authorization_RequestDenied', DENIED);
  assertRefused(await remove(group, DEV.member), 403, 'Authorization_RequestDenied', DENIED);
  assertDone(await add(group, DEV.member, 'owners'));
  assertDone(await remove(group, DEV.member, 'owners'));
});

test('nothing there', async () => {
  assertNotFound(await add(NOBODY, DEV.member), NOBODY);
  assertNotFound(await add(DEV.kiosks, NOBODY), NOBODY);
  assertNotFound(await list(NOBODY), NOBODY);
});

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [as: string, security: number, unified: number])[] = [
  ['global.admin', 204, 204],
  ['intune.admin', 204, 403],
  ['w365.admin',   204, 403],
  ['device.admin', 403, 403],
  ['registrar',    403, 403],
  ['member',       403, 403],
  ['guest',        403, 403],
];

for (const [as, ...statuses] of WHO) {
  for (const relation of ['members', 'owners']) {
    test(`${as} adds and removes ${relation} of a security group and of a Microsoft 365 group`, async () => {
      for (const [at, more] of [{}, UNIFIED].entries()) {
        const group = await makeGroup(desk, more);
        assert.equal((await add(group, DEV.registrar, relation, as)).status, statuses[at]);
        if (statuses[at] === 403) assertDone(await add(group, DEV.registrar, relation));
        const isOwner = as === 'registrar' && relation === 'owners';
        assert.equal((await remove(group, DEV.registrar, relation, as)).status, isOwner ? 204 : statuses[at]);
      }
    });
  }
}

test('applications may, too', async () => {
  const token = await desk.tokenOfApp(DEV.daemon);
  const group = await makeGroup(desk);
  for (const relation of ['members', 'owners']) {
    const url = `/v1.0/groups/${group}/${relation}`;
    assertDone(await desk.ask('POST', `${url}/$ref`, { token, body: reference(DEV.member) }));
    assert.deepEqual(idsOf(await desk.ask('GET', url, { token })), [DEV.member]);
    assertDone(await desk.ask('DELETE', `${url}/${DEV.member}/$ref`, { token }));
    const other = await desk.tokenOfApp(DEV.unconsented);
    const reply = await desk.ask('POST', `${url}/$ref`, { token: other, body: reference(DEV.member) });
    assertRefused(reply, 403, 'Authorization_RequestDenied', DENIED);
  }
});
