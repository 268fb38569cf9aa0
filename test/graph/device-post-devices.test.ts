import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import { assertRefused, GUID, JSON_TYPE, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/device-post-devices: what is created, and what is answered. */

/** The request body of the page, word for word. */
const SAMPLE = {
  accountEnabled: true,
  alternativeSecurityIds: [{ type: 99, identityProvider: 'identityProvider-value', key: 'base64Y3YxN2E1MWFlYw==' }],
  approximateLastSignInDateTime: '2016-10-19T10:37:00Z',
  deviceId: 'deviceId-value',
  deviceMetadata: 'deviceMetadata-value',
  deviceVersion: 99,
};

/** The request body of the same page for v1.0. */
const SAMPLE_V1 = {
  accountEnabled: false,
  alternativeSecurityIds: [{ type: 2, key: 'base64Y3YxN2E1MWFlYw==' }],
  deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff',
  displayName: 'Test device',
  operatingSystem: 'linux',
  operatingSystemVersion: '1',
};

const NO_ATTRIBUTES = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`extensionAttribute${n + 1}`, null]));

/** A device as v1.0 shows it: each property of the default set, in Graph's order, where nobody has set any. */
const DEFAULT_SET = {
  id: null,
  deletedDateTime: null,
  accountEnabled: null,
  approximateLastSignInDateTime: null,
  complianceExpirationDateTime: null,
  createdDateTime: null,
  deviceCategory: null,
  deviceId: null,
  deviceMetadata: null,
  deviceOwnership: null,
  deviceVersion: null,
  displayName: null,
  domainName: null,
  enrollmentProfileName: null,
  enrollmentType: null,
  externalSourceName: null,
  isCompliant: null,
  isManaged: null,
  isRooted: null,
  managementType: null,
  manufacturer: null,
  mdmAppId: null,
  model: null,
  onPremisesLastSyncDateTime: null,
  onPremisesSyncEnabled: null,
  operatingSystem: null,
  operatingSystemVersion: null,
  physicalIds: [],
  profileType: 'RegisteredDevice',
  registrationDateTime: null,
  sourceType: null,
  systemLabels: [],
  trustType: null,
  extensionAttributes: NO_ATTRIBUTES,
  alternativeSecurityIds: [],
};
const BETA_SET = { ...DEFAULT_SET, alternativeNames: [], exchangeActiveSyncIds: [], hostnames: [] };

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const post = (url: string, body: unknown) => desk.ask('POST', url, { as: 'intune.admin', body });

test("the page's own sample, word for word, on beta", async () => {
  const reply = await post('/beta/devices', SAMPLE);
  assert.equal(reply.status, 201, reply.text);
  const { '@odata.context': context, id, ...device } = reply.json;
  assert.equal(context, `${ORIGIN}/beta/$metadata#devices/$entity`);
  assert.match(id, GUID);
  for (const [name, value] of Object.entries(SAMPLE)) assert.deepEqual(device[name], value, name);
  assert.equal(reply.headers.get('content-type'), JSON_TYPE);
  assert.equal(reply.headers.get('odata-version'), '4.0');
  assert.equal(reply.headers.get('cache-control'), 'no-cache');
  const location = `${ORIGIN}/v2/${DEV.tenant}/directoryObjects/${id}/Microsoft.DirectoryServices.Device`;
  assert.equal(reply.headers.get('location'), location);
  assert.match(reply.headers.get('request-id') ?? '', GUID);
  const read = await desk.ask('GET', `/beta/devices/${id}`, { as: 'member' });
  assert.deepEqual(read.json, reply.json);
});

for (const version of ['v1.0', 'beta'] as const) {
  test(`the whole default set of ${version}, in Graph's order, with nulls and empty collections`, async () => {
    const given = { ...SAMPLE_V1, deviceId: crypto.randomUUID() };
    const reply = await post(`/${version}/devices`, given);
    assert.equal(reply.status, 201, reply.text);
    const { '@odata.context': context, ...device } = reply.json;
    assert.equal(context, `${ORIGIN}/${version}/$metadata#devices/$entity`);
    const known = version === 'beta' ? BETA_SET : DEFAULT_SET;
    const alternativeSecurityIds = [{ type: 2, identityProvider: null, key: 'base64Y3YxN2E1MWFlYw==' }];
    const set = { id: device.id, createdDateTime: '2026-11-21T12:00:00Z', alternativeSecurityIds };
    assert.deepEqual(device, { ...known, ...given, ...set });
    assert.deepEqual(Object.keys(reply.json), ['@odata.context', ...Object.keys(known)]);
  });
}

test('what is sent only on $select: not in the default set, and with its first value', async () => {
  const { json } = await post('/beta/devices', deviceBody());
  const names = ['isManagementRestricted', 'onPremisesSecurityIdentifier', 'kind', 'name', 'platform', 'status'];
  for (const name of names) assert.ok(!(name in json), name);
  const read = await desk.ask('GET', `/beta/devices/${json.id}?$select=${names.join()}`, { as: 'member' });
  const { '@odata.context': _, ...selected } = read.json;
  const unset = { onPremisesSecurityIdentifier: null, kind: null, name: null, platform: null, status: null };
  assert.deepEqual(selected, { isManagementRestricted: false, ...unset });
});

test('ids are made by the service, each its own', async () => {
  const [one, other] = [await post('/v1.0/devices', deviceBody()), await post('/v1.0/devices', deviceBody())];
  assert.notEqual(one.json.id, other.json.id);
  assert.notEqual(one.json.id, one.json.deviceId);
});

test('extension attributes: those that were given, and null for the others of the fifteen', async () => {
  const body = deviceBody({ extensionAttributes: { extensionAttribute1: 'a', extensionAttribute15: null } });
  const made = await post('/v1.0/devices', body);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(made.json.extensionAttributes, { ...NO_ATTRIBUTES, extensionAttribute1: 'a' });
});

// biome-ignore format: a table is read by its columns
const KEPT: readonly (readonly [name: string, sent: unknown, kept: unknown])[] = [
  ['physicalIds',                   ['[HWID]:h:1'],                       ['[HWID]:h:1']],
  ['profileType',                   'Shared',                             'Shared'],
  ['profileType',                   null,                                 'RegisteredDevice'],
  ['deviceVersion',                 2147483647,                           2147483647],
  ['deviceVersion',                 -2147483648,                          -2147483648],
  ['displayName',                   'Gerät „Ä" \\ \u0000 </script> 😀',    'Gerät „Ä" \\ \u0000 </script> 😀'],
  ['displayName',                   'x'.repeat(256),                      'x'.repeat(256)],
  ['approximateLastSignInDateTime', '2016-10-19T10:37:00Z',               '2016-10-19T10:37:00Z'],
  ['approximateLastSignInDateTime', '2016-10-19T12:37:00+02:00',          '2016-10-19T10:37:00Z'],
  ['approximateLastSignInDateTime', '2016-12-31T23:30:00-01:00',          '2017-01-01T00:30:00Z'],
  ['approximateLastSignInDateTime', '2016-10-19T10:37Z',                  '2016-10-19T10:37:00Z'],
  ['approximateLastSignInDateTime', '2016-10-19T10:37:00.1230Z',          '2016-10-19T10:37:00.123Z'],
  ['approximateLastSignInDateTime', '2016-10-19T10:37:00.123456789Z',     '2016-10-19T10:37:00.1234567Z'],
  ['approximateLastSignInDateTime', '2016-02-29T00:00:00Z',               '2016-02-29T00:00:00Z'],
  // Ignored: the service says these itself.
  ['createdDateTime',               '2000-01-01T00:00:00Z',               '2026-11-21T12:00:00Z'],
  ['deletedDateTime',               '2000-01-01T00:00:00Z',               null],
  // Read-only, but sent with nothing in it.
  ['trustType',                     null,                                 null],
  ['systemLabels',                  [],                                   []],
  ['isCompliant',                   null,                                 null],
];

for (const [name, sent, kept] of KEPT) {
  const shown = JSON.stringify(sent);
  test(`${name}: ${shown.slice(0, 40)} is kept as ${JSON.stringify(kept).slice(0, 40)}`, async () => {
    const made = await post('/v1.0/devices', deviceBody({ [name]: sent }));
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(made.json[name], kept);
    const read = await desk.ask('GET', `/v1.0/devices/${made.json.id}`, { as: 'member' });
    assert.deepEqual(read.json[name], kept);
  });
}

test('a text that looks like a name that stands twice is a text', async () => {
  const displayName = 'say "deviceId": "a", "deviceId": "b" \\';
  const made = await post('/v1.0/devices', deviceBody({ displayName }));
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.displayName, displayName);
});

test('a sent id means nothing: the service makes its own', async () => {
  const made = await post('/v1.0/devices', deviceBody({ id: DEV.kiosk }));
  assert.equal(made.status, 201, made.text);
  assert.notEqual(made.json.id, DEV.kiosk);
});

for (const name of ['#microsoft.graph.device', 'microsoft.graph.device', '#Microsoft.Graph.Device']) {
  test(`@odata.type ${name} says what is made anyway`, async () => {
    const made = await post('/v1.0/devices', deviceBody({ '@odata.type': name }));
    assert.equal(made.status, 201, made.text);
    assert.ok(!('@odata.type' in made.json));
  });
}

test('@odata.type of another type is refused', async () => {
  const message =
    "A type named '#microsoft.graph.user' is not what this request writes; it writes '#microsoft.graph.device'.";
  const reply = await post('/v1.0/devices', deviceBody({ '@odata.type': '#microsoft.graph.user' }));
  assertRefused(reply, 400, 'BadRequest', message);
});

test('deviceId is unique, whatever its case, and the answer says so twice', async () => {
  const deviceId = 'ABCDEF01-2345-4678-9abc-def012345678';
  assert.equal((await post('/v1.0/devices', deviceBody({ deviceId }))).status, 201);
  const message = 'Another object with the same value for property deviceId already exists.';
  for (const taken of [deviceId, deviceId.toLowerCase(), deviceId.toUpperCase()]) {
    const reply = await post('/beta/devices', deviceBody({ deviceId: taken }));
    assertRefused(reply, 400, 'Request_BadRequest', message);
    assert.deepEqual(reply.json.error.details, [{ code: 'ObjectConflict', message, target: 'deviceId' }]);
  }
});

test('beta takes the sample without a name and a system; v1.0 does not', async () => {
  const { displayName: _name, operatingSystem: _system, operatingSystemVersion: _version, ...rest } = deviceBody();
  assert.equal((await post('/beta/devices', rest)).status, 201);
  const message = "A value is required for property 'displayName' of resource 'Device'.";
  assertRefused(await post('/v1.0/devices', rest), 400, 'Request_BadRequest', message);
});
