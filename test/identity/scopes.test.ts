import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertDone, GRAPH_URL, makeDevice, makeGroup, makeUser } from '../graph/expect.ts';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * Roles that count for some objects only, and what follows from owning one:
 * https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-assign-roles,
 * https://learn.microsoft.com/entra/fundamentals/users-default-permissions
 */

const ROLES = '/v1.0/roleManagement/directory';
const UNITS = '/v1.0/directory/administrativeUnits';
const CLOUD_DEVICE = '7698a772-787b-4ac8-901f-60d6b08affd2';
const GROUPS = 'fdd7a751-b60b-444a-984c-02652fe8fa1c';
const USERS = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const INTUNE = '3a2c62db-5318-420d-8d74-23affee5d9d5';

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

type Who = { readonly id: string; readonly name: string; readonly token: string };

/** A user of this test's own, and a token that is used before anything is given to them. */
async function makePerson(more: Record<string, unknown> = {}): Promise<Who> {
  const name = `${crypto.randomUUID()}@contoso.example`;
  const id = await makeUser(desk, { userPrincipalName: name, ...more });
  const token = await desk.tokenOf(name);
  await desk.ask('GET', '/v1.0/devices', { token });
  return { id, name, token };
}

const admin = (method: string, url: string, body?: unknown) =>
  desk.ask(method, url, { as: 'global.admin', ...(body === undefined ? {} : { body }) });

async function made(reply: Promise<Reply>): Promise<string> {
  const { status, json, text } = await reply;
  assert.equal(status, 201, text);
  return json.id;
}

const makeUnit = () => made(admin('POST', UNITS, { displayName: 'Unit' }));
const assign = (principalId: string, roleDefinitionId: string, directoryScopeId: string) =>
  made(admin('POST', `${ROLES}/roleAssignments`, { principalId, roleDefinitionId, directoryScopeId }));
const makeRole = (...names: readonly string[]) => {
  const rolePermissions = [{ allowedResourceActions: names.map((name) => `microsoft.directory/${name}`) }];
  return made(admin('POST', `${ROLES}/roleDefinitions`, { displayName: 'Custom', isEnabled: true, rolePermissions }));
};
const reference = (id: string) => ({ '@odata.id': `${GRAPH_URL}/directoryObjects/${id}` });
const join = (unit: string, id: string) => admin('POST', `${UNITS}/${unit}/members/$ref`, reference(id));
const disable = async ({ token }: Who, path: string) =>
  (await desk.ask('PATCH', path, { token, body: { accountEnabled: false } })).status;
const remove = async ({ token }: Who, path: string) => (await desk.ask('DELETE', path, { token })).status;

// -- administrative units ------------------------------------------------------------------------------------------

test('a role over a unit counts for the devices in it', async () => {
  const [person, unit, inside, outside] = [
    await makePerson(),
    await makeUnit(),
    await makeDevice(desk),
    await makeDevice(desk),
  ];
  assert.equal(await disable(person, inside.path), 403);
  await join(unit, inside.id);
  await assign(person.id, CLOUD_DEVICE, `/administrativeUnits/${unit}`);
  assert.equal(await disable(person, inside.path), 204);
  assert.equal(await disable(person, `/beta/devices(deviceId='${inside.deviceId}')`), 204);
  assert.equal(await disable(person, outside.path), 403);
  const rename = { token: person.token, body: { displayName: 'A' } };
  assert.equal((await desk.ask('PATCH', inside.path, rename)).status, 403, 'the role has no such action');
  assert.equal(await remove(person, outside.path), 403);
  assert.equal(await remove(person, inside.path), 204);
});

test('what is put into a unit, or taken out of it, is felt at once', async () => {
  const [person, unit, device] = [await makePerson(), await makeUnit(), await makeDevice(desk)];
  await assign(person.id, CLOUD_DEVICE, `/administrativeUnits/${unit}`);
  for (const _ of [1, 2]) {
    assert.equal(await disable(person, device.path), 403);
    assertDone(await join(unit, device.id));
    assert.equal(await disable(person, device.path), 204);
    assertDone(await admin('DELETE', `${UNITS}/${unit}/members/${device.id}/$ref`));
  }
  assert.equal(await disable(person, device.path), 403);
});

test('members of a group that is in a unit are not in it themselves', async () => {
  const [person, unit, device] = [await makePerson(), await makeUnit(), await makeDevice(desk)];
  const group = await makeGroup(desk, { 'members@odata.bind': [`${GRAPH_URL}/devices/${device.id}`] });
  await join(unit, group);
  await assign(person.id, CLOUD_DEVICE, `/administrativeUnits/${unit}`);
  assert.equal(await disable(person, device.path), 403);
});

test('neither the unit itself, nor lists, nor new objects are in a scope', async () => {
  const [person, unit] = [await makePerson({ userType: 'Guest' }), await makeUnit()];
  for (const role of [CLOUD_DEVICE, GROUPS, USERS]) await assign(person.id, role, `/administrativeUnits/${unit}`);
  const { token } = person;
  assert.equal((await desk.ask('PATCH', `${UNITS}/${unit}`, { token, body: { displayName: 'A' } })).status, 403);
  assert.equal((await desk.ask('DELETE', `${UNITS}/${unit}`, { token })).status, 403);
  for (const url of ['/v1.0/devices', '/v1.0/groups', '/v1.0/users']) {
    assert.equal((await desk.ask('GET', url, { token })).status, 403, url);
    assert.equal((await desk.ask('POST', url, { token, body: {} })).status, 403, url);
  }
});

test('users and groups of a unit, by roles over it', async () => {
  const [person, unit] = [await makePerson(), await makeUnit()];
  const [user, other] = [await makeUser(desk), await makeUser(desk)];
  const [group, unified, assignable] = [
    await makeGroup(desk),
    await makeGroup(desk, { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false }),
    await makeGroup(desk, { isAssignableToRole: true }),
  ];
  for (const id of [user, group, unified, assignable]) await join(unit, id);
  await assign(person.id, USERS, `/administrativeUnits/${unit}`);
  const patch = async (url: string, body: unknown) =>
    (await desk.ask('PATCH', url, { token: person.token, body })).status;
  const password = { passwordProfile: { password: 'New-pass-1' } };
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [url: string, body: unknown, status: number])[] = [
    [`/v1.0/users/${user}`,        { displayName: 'A' }, 204],
    [`/v1.0/users/${user}`,        password,             204],
    [`/v1.0/users/${other}`,       { displayName: 'A' }, 403],
    [`/v1.0/users/${other}`,       password,             403],
    [`/v1.0/groups/${group}`,      { displayName: 'A' }, 204],
    [`/v1.0/groups/${unified}`,    { displayName: 'A' }, 204],
    [`/v1.0/groups/${assignable}`, { displayName: 'A' }, 403],
    [`/v1.0/groups/${DEV.kiosks}`, { displayName: 'A' }, 403],
  ];
  for (const [url, body, status] of rows) assert.equal(await patch(url, body), status, url);
  // Whoever has a role, over whatever, is an administrator.
  await assign(user, CLOUD_DEVICE, `/administrativeUnits/${unit}`);
  assert.equal(await patch(`/v1.0/users/${user}`, password), 403);
  const add = (id: string) =>
    desk.ask('POST', `/v1.0/groups/${id}/members/$ref`, { token: person.token, body: reference(other) });
  assertDone(await add(group));
  assert.equal((await add(DEV.kiosks)).status, 403);
});

test('roles over several units count each for its own', async () => {
  const [person, one, two] = [await makePerson(), await makeUnit(), await makeUnit()];
  const [first, second] = [await makeDevice(desk), await makeDevice(desk)];
  await join(one, first.id);
  await join(two, second.id);
  await assign(person.id, CLOUD_DEVICE, `/administrativeUnits/${one}`);
  await assign(person.id, await makeRole('devices/disable'), `/administrativeUnits/${two}`);
  assert.deepEqual([await disable(person, first.path), await disable(person, second.path)], [204, 204]);
  assert.deepEqual([await remove(person, second.path), await remove(person, first.path)], [403, 204]);
});

// -- one device ------------------------------------------------------------------------------------------------------

test('a custom role over one device counts for that one', async () => {
  const [person, device, other] = [await makePerson(), await makeDevice(desk), await makeDevice(desk)];
  const role = await makeRole('devices/registeredUsers/update', 'devices/basic/update');
  await assign(person.id, role, `/${device.id}`);
  for (const [path, status] of [
    [device.path, 204],
    [other.path, 403],
  ] as const) {
    const { token } = person;
    const link = await desk.ask('POST', `${path}/registeredUsers/$ref`, { token, body: reference(DEV.member) });
    assert.equal(link.status, status, link.text);
    assert.equal((await desk.ask('PATCH', path, { token, body: { displayName: 'A' } })).status, status);
    assert.equal((await desk.ask('PATCH', path, { token, body: {} })).status, status);
    assert.equal(await remove(person, path), 403);
  }
});

// -- what changes is felt at once --------------------------------------------------------------------------------------

test('an assignment that ends, a role that is changed, disabled, deleted', async () => {
  const [person, device] = [await makePerson(), await makeDevice(desk)];
  const role = await makeRole('devices/disable');
  const definition = `${ROLES}/roleDefinitions/${role}`;
  const assignment = await assign(person.id, role, '/');
  assert.equal(await disable(person, device.path), 204);
  assertDone(await admin('PATCH', definition, { isEnabled: false }));
  assert.equal(await disable(person, device.path), 403);
  assertDone(await admin('PATCH', definition, { isEnabled: true }));
  assert.equal(await disable(person, device.path), 204);
  const rolePermissions = [{ allowedResourceActions: ['microsoft.directory/devices/delete'] }];
  assertDone(await admin('PATCH', definition, { rolePermissions }));
  assert.equal(await disable(person, device.path), 403);
  assertDone(await admin('DELETE', `${ROLES}/roleAssignments/${assignment}`));
  assert.equal(await remove(person, device.path), 403);
  await assign(person.id, role, `/${device.id}`);
  assertDone(await admin('DELETE', definition));
  assert.equal(await remove(person, device.path), 403);
});

test('a membership in a role-assignable group', async () => {
  const [person, device] = [await makePerson(), await makeDevice(desk)];
  const group = await makeGroup(desk, { isAssignableToRole: true });
  await assign(group, INTUNE, '/');
  const members = `/v1.0/groups/${group}/members`;
  assert.equal(await disable(person, device.path), 403);
  assertDone(await admin('POST', `${members}/$ref`, reference(person.id)));
  assert.equal(await disable(person, device.path), 204);
  assertDone(await admin('DELETE', `${members}/${person.id}/$ref`));
  assert.equal(await disable(person, device.path), 403);
  assertDone(
    await admin('PATCH', `/v1.0/groups/${group}`, { 'members@odata.bind': [`${GRAPH_URL}/users/${person.id}`] }),
  );
  assert.equal(await disable(person, device.path), 204);
  assertDone(await admin('DELETE', `/v1.0/groups/${group}`));
  assert.equal(await disable(person, device.path), 403);
});

test('nobody but a Global Administrator sets the password of somebody in such a group, or of its owner', async () => {
  const [helper, member, owner] = [await makePerson(), await makePerson(), await makePerson()];
  await assign(helper.id, USERS, '/');
  const set = async ({ id }: Who) => {
    const body = { passwordProfile: { password: 'New-pass-1' } };
    return (await desk.ask('PATCH', `/v1.0/users/${id}`, { token: helper.token, body })).status;
  };
  assert.deepEqual([await set(member), await set(owner)], [204, 204]);
  const bonds = {
    'members@odata.bind': [`${GRAPH_URL}/users/${member.id}`],
    'owners@odata.bind': [`${GRAPH_URL}/users/${owner.id}`],
  };
  await makeGroup(desk, { isAssignableToRole: true, ...bonds });
  assert.deepEqual([await set(member), await set(owner)], [403, 403]);
});

test('its roles over a unit, too', async () => {
  const [person, unit, device] = [await makePerson(), await makeUnit(), await makeDevice(desk)];
  const group = await makeGroup(desk, { isAssignableToRole: true });
  await assign(group, CLOUD_DEVICE, `/administrativeUnits/${unit}`);
  await join(unit, device.id);
  assertDone(await admin('POST', `/v1.0/groups/${group}/members/$ref`, reference(person.id)));
  assert.equal(await disable(person, device.path), 204);
});

test('membership of another group gives nothing, and nobody adds themselves to one that does', async () => {
  const [person, device] = [await makePerson(), await makeDevice(desk)];
  const group = await makeGroup(desk, { isAssignableToRole: true });
  await assign(group, INTUNE, '/');
  const nested = await makeGroup(desk, { 'members@odata.bind': [`${GRAPH_URL}/users/${person.id}`] });
  assertDone(await admin('POST', `/v1.0/groups/${group}/members/$ref`, reference(nested)));
  assert.equal(await disable(person, device.path), 403);
  const { token } = person;
  const body = reference(person.id);
  assert.equal((await desk.ask('POST', `/v1.0/groups/${group}/members/$ref`, { token, body })).status, 403);
});

// -- owners ----------------------------------------------------------------------------------------------------------------

test('an owner disables and deletes its device, and does nothing else to it', async () => {
  const [person, device, other] = [await makePerson(), await makeDevice(desk), await makeDevice(desk)];
  const owners = `${device.path}/registeredOwners`;
  assert.equal(await disable(person, device.path), 403);
  assertDone(await admin('POST', `${owners}/$ref`, reference(person.id)));
  assert.equal(await disable(person, device.path), 204);
  const { token } = person;
  for (const body of [{ accountEnabled: true }, { displayName: 'A' }, { accountEnabled: false, displayName: 'A' }]) {
    assert.equal((await desk.ask('PATCH', device.path, { token, body })).status, 403, JSON.stringify(body));
  }
  assert.equal((await desk.ask('POST', `${owners}/$ref`, { token, body: reference(DEV.member) })).status, 403);
  assert.equal(await remove(person, other.path), 403);
  assertDone(await admin('DELETE', `${owners}/${person.id}/$ref`));
  assert.equal(await remove(person, device.path), 403);
  assertDone(await admin('POST', `${owners}/$ref`, reference(person.id)));
  assert.equal(await remove(person, device.path), 204);
});

test('being a registered user is not owning, and a token needs its scope as ever', async () => {
  const [person, device] = [await makePerson(), await makeDevice(desk)];
  assertDone(await admin('POST', `${device.path}/registeredUsers/$ref`, reference(person.id)));
  assert.equal(await remove(person, device.path), 403);
  assertDone(await admin('POST', `${device.path}/registeredOwners/$ref`, reference(person.id)));
  const token = await desk.tokenOf(person.name, { app: DEV.reader });
  const refused = await desk.ask('DELETE', device.path, { token });
  assert.deepEqual(
    refused.json.error.details.map(({ code }: { code: string }) => code),
    ['MissingPermission'],
  );
});

test('a guest that owns a device may not, and an owner of a group manages it', async () => {
  const [guest, person] = [await makePerson({ userType: 'Guest' }), await makePerson()];
  const device = await makeDevice(desk);
  assertDone(await admin('POST', `${device.path}/registeredOwners/$ref`, reference(guest.id)));
  assert.equal(await remove(guest, device.path), 403);
  const group = await makeGroup(desk, { 'owners@odata.bind': [`${GRAPH_URL}/users/${person.id}`] });
  const { token } = person;
  const path = `/v1.0/groups/${group}`;
  assertDone(await desk.ask('PATCH', path, { token, body: { displayName: 'Mine' } }));
  assertDone(await desk.ask('POST', `${path}/members/$ref`, { token, body: reference(DEV.member) }));
  assert.equal((await desk.ask('PATCH', path, { token, body: { membershipRule: 'a' } })).status, 403);
  assertDone(await desk.ask('DELETE', path, { token }));
});

// -- guests and disabled accounts ------------------------------------------------------------------------------------------

test('a guest sees of somebody else a name and how to write to them', async () => {
  const { json } = await desk.ask('GET', '/v1.0/users/member@contoso.example', { as: 'guest' });
  const { '@odata.context': _, ...seen } = json;
  assert.deepEqual(
    Object.entries(seen).filter(([, value]) => value !== null && !Array.isArray(value)),
    [
      ['displayName', 'Member'],
      ['userPrincipalName', 'member@contoso.example'],
      ['id', DEV.member],
    ],
  );
  const select = '?$select=id,userType,accountEnabled,createdDateTime';
  const some = (await desk.ask('GET', `/v1.0/users/${DEV.member}${select}`, { as: 'guest' })).json;
  assert.deepEqual([some.userType, some.accountEnabled, some.createdDateTime], ['Member', null, null]);
  assert.equal((await desk.ask('GET', `/v1.0/users/${DEV.member}/displayName`, { as: 'guest' })).json.value, 'Member');
  assert.equal((await desk.ask('GET', `/v1.0/users/${DEV.member}/accountEnabled`, { as: 'guest' })).status, 204);
  const own = (await desk.ask('GET', `/v1.0/users/guest@contoso.example${select}`, { as: 'guest' })).json;
  assert.deepEqual([own.userType, own.accountEnabled], ['Guest', true]);
});

test('a guest with a role may what the role may', async () => {
  const [guest, device] = [await makePerson({ userType: 'Guest' }), await makeDevice(desk)];
  await assign(guest.id, INTUNE, '/');
  assert.equal((await desk.ask('GET', '/v1.0/devices', { token: guest.token })).status, 200);
  assert.equal(await disable(guest, device.path), 204);
  const other = (await desk.ask('GET', `/v1.0/users/${DEV.member}?$select=accountEnabled`, { token: guest.token }))
    .json;
  assert.equal(other.accountEnabled, true);
});

test('a disabled account may nothing, whatever roles it has', async () => {
  const [person, device] = [await makePerson(), await makeDevice(desk)];
  await assign(person.id, INTUNE, '/');
  assert.equal(await disable(person, device.path), 204);
  assertDone(await admin('PATCH', `/v1.0/users/${person.id}`, { accountEnabled: false }));
  assert.equal(await disable(person, device.path), 401);
});

// -- what a refusal tells ---------------------------------------------------------------------------------------------------

test('who has a role over something else is told so', async () => {
  const [person, unit, device, other] = [
    await makePerson(),
    await makeUnit(),
    await makeDevice(desk),
    await makeDevice(desk),
  ];
  await assign(person.id, CLOUD_DEVICE, `/administrativeUnits/${unit}`);
  await assign(person.id, await makeRole('devices/delete'), `/${other.id}`);
  await assign(person.id, GROUPS, `/administrativeUnits/${unit}`);
  const reply = await desk.ask('DELETE', device.path, { token: person.token });
  assert.equal(reply.status, 403);
  const [role, ...hints] = reply.json.error.details;
  assert.equal(role.code, 'MissingRole');
  assert.deepEqual(hints, [
    {
      code: 'MissingOwnership',
      target: 'registeredOwners',
      message: 'An owner of the object may do this, too, and the signed-in user is none of its registeredOwners.',
    },
    {
      code: 'MissingScope',
      target: `/administrativeUnits/${unit}`,
      message: `The signed-in user has the role Cloud Device Administrator over /administrativeUnits/${unit} only, and the object is no member of that administrative unit.`,
    },
    {
      code: 'MissingScope',
      target: `/${other.id}`,
      message: `The signed-in user has the role Custom over /${other.id} only, and this is another object.`,
    },
  ]);
});
