import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GRAPH_URL, idsOf, makeGroup, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/api/group-update, and the second example of https://learn.microsoft.com/graph/api/group-post-members */

const UNIFIED = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false };
const DYNAMIC = { groupTypes: ['DynamicMembership'], membershipRule: 'user.department -eq "IT"' };
const url = (id: string, set = 'users') => `${GRAPH_URL}/${set}/${id}`;

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const patch = (id: string, body: unknown, as = 'global.admin') => desk.ask('PATCH', `/v1.0/groups/${id}`, { as, body });
const read = async (id: string) => (await desk.ask('GET', `/v1.0/groups/${id}`, { as: 'member' })).json;
const members = async (id: string) => idsOf(await desk.ask('GET', `/v1.0/groups/${id}/members`, { as: 'member' }));

// biome-ignore format: a table is read by its columns
const UPDATABLE: readonly (readonly [name: string, value: unknown, more?: Record<string, unknown>])[] = [
  ['displayName',                   'Renamed'],
  ['description',                   'What it is for'],
  ['mailNickname',                  'renamed'],
  ['classification',                'high'],
  ['preferredLanguage',             'en-US'],
  ['preferredDataLocation',         'EUR'],
  ['theme',                         'Teal'],
  ['visibility',                    'Private'],
  ['securityEnabled',               true, UNIFIED],
  ['membershipRule',                'user.department -eq "HR"', DYNAMIC],
  ['membershipRuleProcessingState', 'Paused', DYNAMIC],
];

for (const version of ['v1.0', 'beta']) {
  for (const [name, value, more] of UPDATABLE) {
    test(`${version}: ${name} becomes ${JSON.stringify(value)}, and nothing else changes`, async () => {
      const id = await makeGroup(desk, more);
      const before = await read(id);
      assertDone(await desk.ask('PATCH', `/${version}/groups/${id}`, { as: 'global.admin', body: { [name]: value } }));
      assert.deepEqual(await read(id), { ...before, [name]: value });
    });
  }
}

test('a group becomes dynamic, and assigned again', async () => {
  const id = await makeGroup(desk, { 'members@odata.bind': [url(DEV.member)] });
  const membershipRule = `user.objectId -eq "${DEV.member}"`;
  assertDone(await patch(id, { ...DYNAMIC, membershipRule, membershipRuleProcessingState: 'On' }));
  assert.deepEqual((await read(id)).groupTypes, ['DynamicMembership']);
  assertDone(await patch(id, { groupTypes: [], membershipRuleProcessingState: 'Paused' }));
  assert.deepEqual((await read(id)).groupTypes, []);
  assert.deepEqual(await members(id), [DEV.member]);
});

test('what was read may be sent back as it is', async () => {
  for (const id of [
    DEV.kiosks,
    await makeGroup(desk),
    await makeGroup(desk, UNIFIED),
    await makeGroup(desk, DYNAMIC),
  ]) {
    const whole = await read(id);
    assertDone(await patch(id, whole));
    assert.deepEqual(await read(id), whole);
  }
});

const wrong = (name: string) => `Invalid value specified for property '${name}' of resource 'Group'.`;
const readOnly = (name: string) => `Property '${name}' is read-only and cannot be set.`;
const required = (name: string) => `A value is required for property '${name}' of resource 'Group'.`;
const SEVERAL = 'One or more property values specified are invalid.';

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string, more?: Record<string, unknown>])[] = [
  [{ displayName: null },                          required('displayName')],
  [{ mailNickname: '' },                           required('mailNickname')],
  [{ mailNickname: 'a b' },                        wrong('mailNickname')],
  [{ groupTypes: ['Unified'] },                    SEVERAL],
  [{ groupTypes: [] },                             SEVERAL, UNIFIED],
  [{ groupTypes: ['DynamicMembership'] },          required('membershipRule')],
  [{ groupTypes: ['Other'] },                      wrong('groupTypes')],
  [{ membershipRule: null },                       required('membershipRule'), DYNAMIC],
  [{ membershipRuleProcessingState: 'Maybe' },     wrong('membershipRuleProcessingState'), DYNAMIC],
  [{ visibility: 'HiddenMembership' },             wrong('visibility'), UNIFIED],
  [{ isAssignableToRole: true },                   readOnly('isAssignableToRole')],
  [{ uniqueName: 'a' },                            readOnly('uniqueName')],
  [{ resourceProvisioningOptions: ['Team'] },      readOnly('resourceProvisioningOptions')],
  [{ securityIdentifier: 'S-1' },                  readOnly('securityIdentifier')],
  [{ proxyAddresses: ['SMTP:a@contoso.example'] }, readOnly('proxyAddresses')],
  [{ 'owners@odata.bind': [url(DEV.member)] },     "Invalid property 'owners@odata.bind'."],
];

for (const [body, message, more] of WRONG) {
  test(`${JSON.stringify(body)} is refused${more ? ` of ${JSON.stringify(more)}` : ''}`, async () => {
    const id = await makeGroup(desk, more);
    const before = await read(id);
    assertRefused(await patch(id, body), 400, 'Request_BadRequest', message);
    assert.deepEqual(await read(id), before);
  });
}

test('nothing there', async () => {
  assertNotFound(await patch(NOBODY, { displayName: 'A' }), NOBODY);
  assertNotFound(await patch(DEV.kiosk, { displayName: 'A' }), DEV.kiosk);
});

// -- members in one request -------------------------------------------------------------------------------------

test('several members, and a value beside them', async () => {
  const id = await makeGroup(desk);
  const bound = [url(DEV.member), url(DEV.kiosk, 'directoryObjects'), url(DEV.kiosks, 'groups')];
  assertDone(await patch(id, { 'members@odata.bind': bound, description: 'Three' }));
  assert.deepEqual((await members(id)).toSorted(), [DEV.member, DEV.kiosk, DEV.kiosks].toSorted());
  assert.equal((await read(id)).description, 'Three');
});

test('twenty at once, and not one more', async () => {
  const devices = Array.from({ length: 21 }, () => url(crypto.randomUUID(), 'devices'));
  const message = 'A resource cannot contain more than 20 link changes.';
  const id = await makeGroup(desk);
  assertRefused(await patch(id, { 'members@odata.bind': devices }), 400, 'Request_BadRequest', message);
  assertRefused(await patch(id, { 'members@odata.bind': devices.slice(1) }), 404, 'Request_ResourceNotFound');
});

test('one that is a member already, or is not there, takes all the others with it', async () => {
  const id = await makeGroup(desk, { 'members@odata.bind': [url(DEV.member)] });
  const message = "One or more added object references already exist for the following modified properties: 'members'.";
  const again = { 'members@odata.bind': [url(DEV.registrar), url(DEV.member)], description: 'New' };
  assertRefused(await patch(id, again), 400, 'Request_BadRequest', message);
  const absent = { 'members@odata.bind': [url(DEV.registrar), url(NOBODY)], description: 'New' };
  assertNotFound(await patch(id, absent), NOBODY);
  assert.deepEqual(await members(id), [DEV.member]);
  assert.equal((await read(id)).description, null);
});

test('a group is no member of itself', async () => {
  const id = await makeGroup(desk);
  const message = "An invalid operation was included in the following modified references: 'members'.";
  assertRefused(await patch(id, { 'members@odata.bind': [url(id, 'groups')] }), 400, 'Request_BadRequest', message);
});

// -- who may ----------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [as: string, body: Record<string, unknown>, security: number, unified: number, assignable: number])[] = [
  ['global.admin', { displayName: 'A' },                            204, 204, 204],
  ['intune.admin', { displayName: 'A' },                            204, 403, 403],
  ['intune.admin', { 'members@odata.bind': [url(DEV.registrar)] },  204, 403, 403],
  ['w365.admin',   { visibility: 'Private' },                       204, 403, 403],
  ['intune.admin', {},                                              204, 403, 403],
  ['device.admin', { displayName: 'A' },                            403, 403, 403],
  ['member',       { displayName: 'A' },                            403, 403, 403],
  ['guest',        { displayName: 'A' },                            403, 403, 403],
  ['daemon',       { displayName: 'A' },                            204, 204, 403],
];

for (const [as, body, ...statuses] of WHO) {
  test(`${as} sends ${JSON.stringify(body)} to a security, a Microsoft 365 and a role-assignable group`, async () => {
    const token = as === 'daemon' ? await desk.tokenOfApp(DEV.daemon) : await desk.tokenOf(as);
    const ids = [{}, UNIFIED, { isAssignableToRole: true }].map((more) => makeGroup(desk, more));
    for (const [at, id] of (await Promise.all(ids)).entries()) {
      const reply = await desk.ask('PATCH', `/v1.0/groups/${id}`, { token, body });
      assert.equal(reply.status, statuses[at], reply.text);
    }
  });
}
