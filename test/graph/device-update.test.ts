import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, makeDevice, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/api/device-update */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const patch = (url: string, body: unknown, as = 'intune.admin') => desk.ask('PATCH', url, { as, body });
const read = async (url: string) => (await desk.ask('GET', url, { as: 'member' })).json;
const numberOfChanges = async () => {
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  return (await desk.store.journal(tenant, 0, 100_000)).length;
};

// biome-ignore format: a table is read by its columns
const UPDATABLE: readonly (readonly [name: string, value: unknown])[] = [
  ['accountEnabled',         false],
  ['displayName',            'Renamed'],
  ['operatingSystem',        'Linux'],
  ['operatingSystemVersion', '6.12'],
  ['isCompliant',            true],
  ['isCompliant',            false],
  ['isManaged',              true],
  ['physicalIds',            ['[ZTDID]:1', '[OrderId]:2']],
];

for (const version of ['v1.0', 'beta']) {
  for (const [name, value] of UPDATABLE) {
    test(`${version}: ${name} becomes ${JSON.stringify(value)}, and nothing else changes`, async () => {
      const { id } = await makeDevice(desk);
      const before = await read(`/${version}/devices/${id}`);
      assertDone(await patch(`/${version}/devices/${id}`, { [name]: value }));
      assert.deepEqual(await read(`/${version}/devices/${id}`), { ...before, [name]: value });
    });
  }
}

test('several properties at once', async () => {
  const { path } = await makeDevice(desk);
  const changes = { displayName: 'A', operatingSystemVersion: '11', isManaged: true };
  assertDone(await patch(path, { ...changes, '@odata.type': '#microsoft.graph.device' }));
  const { displayName, operatingSystemVersion, isManaged } = await read(path);
  assert.deepEqual({ displayName, operatingSystemVersion, isManaged }, changes);
});

test('all changes or none: one that is refused takes the others with it', async () => {
  const { path } = await makeDevice(desk);
  const before = await read(path);
  assertRefused(await patch(path, { displayName: 'A', isManaged: 'yes' }), 400, 'Request_BadRequest');
  assert.deepEqual(await read(path), before);
});

test('extension attributes: those that are named change, the others stay', async () => {
  const { path } = await makeDevice(desk, {
    extensionAttributes: { extensionAttribute1: 'a', extensionAttribute2: 'b' },
  });
  const attributes = async () => {
    const all: Record<string, unknown> = (await read(path)).extensionAttributes;
    assert.equal(Object.keys(all).length, 15);
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  };
  assertDone(await patch(path, { extensionAttributes: { extensionAttribute2: 'B', extensionAttribute15: 'o' } }));
  assert.deepEqual(await attributes(), {
    extensionAttribute1: 'a',
    extensionAttribute2: 'B',
    extensionAttribute15: 'o',
  });
  assertDone(await patch(path, { extensionAttributes: { extensionAttribute1: null } }));
  assert.deepEqual(await attributes(), { extensionAttribute2: 'B', extensionAttribute15: 'o' });
  assertDone(await patch(path, { extensionAttributes: {} }));
  assert.deepEqual(await attributes(), { extensionAttribute2: 'B', extensionAttribute15: 'o' });
  assertDone(await patch(path, { extensionAttributes: null }));
  assert.deepEqual(await attributes(), {});
});

test('null clears what need not be there', async () => {
  const { path } = await makeDevice(desk);
  for (const name of ['isCompliant', 'isManaged']) {
    assertDone(await patch(path, { [name]: true }));
    assertDone(await patch(path, { [name]: null }));
    assert.equal((await read(path))[name], null);
  }
  assertDone(await patch(path, { physicalIds: ['a'] }));
  assertDone(await patch(path, { physicalIds: [] }));
  assert.deepEqual((await read(path)).physicalIds, []);
});

for (const name of ['accountEnabled', 'displayName', 'operatingSystem', 'operatingSystemVersion', 'physicalIds']) {
  test(`null doesn't clear ${name}: a device must have it`, async () => {
    const { path } = await makeDevice(desk);
    const message = `A value is required for property '${name}' of resource 'Device'.`;
    assertRefused(await patch(path, { [name]: null }), 400, 'Request_BadRequest', message);
  });
}

// biome-ignore format: a table is read by its columns
const READ_ONLY: readonly (readonly [name: string, value: unknown])[] = [
  ['deviceId',                      'another'],
  ['alternativeSecurityIds',        []],
  ['approximateLastSignInDateTime', '2016-10-19T10:37:00Z'],
  ['deviceMetadata',                'a'],
  ['deviceVersion',                 1],
  ['profileType',                   'IoT'],
  ['trustType',                     'ServerAd'],
  ['systemLabels',                  ['a']],
  ['onPremisesSyncEnabled',         true],
  ['isManagementRestricted',        true],
  ['mdmAppId',                      'a'],
  ['isRooted',                      true],
];

for (const [name, value] of READ_ONLY) {
  test(`${name} is read-only`, async () => {
    const { path } = await makeDevice(desk);
    const message = `Property '${name}' is read-only and cannot be set.`;
    assertRefused(await patch(path, { [name]: value }), 400, 'Request_BadRequest', message);
  });
}

test('id and the dates that the service sets mean nothing in a body', async () => {
  const { path, id } = await makeDevice(desk);
  const before = await read(path);
  assertDone(await patch(path, { id: NOBODY, createdDateTime: '2000-01-01T00:00:00Z', deletedDateTime: null }));
  assert.deepEqual(await read(path), before);
  assert.equal((await read(path)).id, id);
});

for (const version of ['v1.0', 'beta']) {
  test(`${version}: what was read may be sent back as it is, and changes nothing`, async () => {
    for (const id of [DEV.kiosk, (await makeDevice(desk)).id]) {
      const whole = await read(`/${version}/devices/${id}`);
      const changes = await numberOfChanges();
      assertDone(await patch(`/${version}/devices/${id}`, whole));
      assert.deepEqual(await read(`/${version}/devices/${id}`), whole);
      assert.equal(await numberOfChanges(), changes);
    }
  });
}

test('an empty change is no change', async () => {
  const changes = await numberOfChanges();
  assertDone(await patch(`/v1.0/devices/${DEV.kiosk}`, {}));
  assert.equal(await numberOfChanges(), changes);
});

test('by alternate key', async () => {
  const { deviceId, path } = await makeDevice(desk);
  assertDone(await patch(`/v1.0/devices(deviceId='${deviceId}')`, { displayName: 'By deviceId' }));
  assert.equal((await read(path)).displayName, 'By deviceId');
});

test('nothing there: an unknown key never makes a device', async () => {
  assertNotFound(await patch(`/v1.0/devices/${NOBODY}`, { displayName: 'A' }), NOBODY);
  assertNotFound(await patch(`/v1.0/devices(deviceId='${NOBODY}')`, { displayName: 'A' }), NOBODY);
  const headers = { prefer: 'create-if-missing' };
  const url = `/v1.0/devices(deviceId='${NOBODY}')`;
  const reply = await desk.ask('PATCH', url, { as: 'intune.admin', headers, body: { displayName: 'A' } });
  assertNotFound(reply, NOBODY);
});

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string])[] = [
  [{ accountEnabled: 'false' },                            "Cannot convert the literal 'false' to the expected type 'Edm.Boolean'."],
  [{ displayName: 1 },                                     "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ displayName: 'x'.repeat(257) },                       "Invalid value specified for property 'displayName' of resource 'Device'."],
  [{ physicalIds: 'a' },                                   "The value of property 'physicalIds' must be a JSON array of 'Edm.String'."],
  [{ extensionAttributes: { extensionAttribute1: 1 } },    "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ extensionAttributes: { extensionAttribute16: 'a' } }, "Invalid property 'extensionAttribute16'."],
  [{ extensionAttributes: 'a' },                           "The value of property 'extensionAttributes' must be a JSON object of type 'microsoft.graph.onPremisesExtensionAttributes'."],
  [{ colour: 'red' },                                      "Invalid property 'colour'."],
  [{ hostnames: [] },                                      "Invalid property 'hostnames'."],
  [{ 'registeredOwners@odata.bind': [] },                  "Invalid property 'registeredOwners@odata.bind'."],
  [{ extension_0a_colour: 'red' },                         'The following extension properties are not available: extension_0a_colour.'],
];

for (const [body, message] of WRONG) {
  test(`${JSON.stringify(body).slice(0, 60)} is refused`, async () => {
    assertRefused(await patch(`/v1.0/devices/${DEV.kiosk}`, body), 400, 'Request_BadRequest', message);
  });
}

test('a PATCH takes no options', async () => {
  const message = "'$select' is not supported by the service.";
  const reply = await patch(`/v1.0/devices/${DEV.kiosk}?$select=id`, { displayName: 'A' });
  assertRefused(reply, 400, 'Request_BadRequest', message);
});

// -- applications ----------------------------------------------------------------------------------------------

const WINDOWS_ONLY =
  'Properties other than AccountEnabled and ExtensionAttribute1..15 can be modified only on windows devices';

// biome-ignore format: a table is read by its columns
const BY_APPLICATION: readonly (readonly [system: string, body: Record<string, unknown>, allowed: boolean])[] = [
  ['Windows', { displayName: 'A' },                                                 true],
  ['windows', { operatingSystemVersion: '11' },                                     true],
  ['Linux',   { accountEnabled: false },                                            true],
  ['Linux',   { extensionAttributes: { extensionAttribute15: 'a' } },               true],
  ['Linux',   { accountEnabled: false, extensionAttributes: { extensionAttribute1: 'a' } }, true],
  ['Linux',   { displayName: 'A' },                                                 false],
  ['Linux',   { operatingSystem: 'Windows', displayName: 'A' },                     false],
  ['Linux',   { accountEnabled: false, isManaged: true },                           false],
  ['MacMDM',  { operatingSystemVersion: '15' },                                     false],
];

for (const [operatingSystem, body, allowed] of BY_APPLICATION) {
  test(`an application ${allowed ? 'may' : "mayn't"} send ${JSON.stringify(body)} to a ${operatingSystem} device`, async () => {
    const { path } = await makeDevice(desk, { operatingSystem });
    const reply = await desk.ask('PATCH', path, { token: await desk.tokenOfApp(DEV.daemon), body });
    if (allowed) assertDone(reply);
    else assertRefused(reply, 400, 'Request_BadRequest', WINDOWS_ONLY);
    assertDone(await patch(path, body));
  });
}
