import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, JSON_TYPE, makeDevice, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/device-get */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const get = (url: string, headers: Record<string, string> = {}) => desk.ask('GET', url, { as: 'member', headers });

// biome-ignore format: a table is read by its columns
const ADDRESSES: readonly string[] = [
  `/v1.0/devices/${DEV.kiosk}`,
  `/v1.0/devices/${DEV.kiosk.toUpperCase()}`,
  `/v1.0/devices('${DEV.kiosk}')`,
  `/v1.0/devices(${DEV.kiosk})`,
  `/v1.0/devices(id='${DEV.kiosk}')`,
  `/v1.0/devices(deviceId='${DEV.kioskDeviceId}')`,
  `/v1.0/devices(deviceId='${DEV.kioskDeviceId.toUpperCase()}')`,
  `/v1.0/devices(deviceId=%27${DEV.kioskDeviceId}%27)`,
  `/v1.0/devices%28deviceId=%27${DEV.kioskDeviceId}%27%29`,
  `/v1.0/${DEV.tenant}/devices/${DEV.kiosk}`,
];

for (const address of ADDRESSES) {
  test(`GET ${address}`, async () => {
    const reply = await get(address);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.headers.get('content-type'), JSON_TYPE);
    assert.equal(reply.headers.get('odata-version'), '4.0');
    const { '@odata.context': context, id, displayName, trustType, operatingSystem } = reply.json;
    assert.equal(context, `${ORIGIN}/v1.0/$metadata#devices/$entity`);
    assert.deepEqual([id, displayName, trustType, operatingSystem], [DEV.kiosk, 'KIOSK-01', 'AzureAd', 'Windows']);
  });
}

test('beta shows what v1.0 shows, and its own properties after it', async () => {
  const [{ json: v1 }, { json: beta }] = [
    await get(`/v1.0/devices/${DEV.kiosk}`),
    await get(`/beta/devices/${DEV.kiosk}`),
  ];
  const context = `${ORIGIN}/beta/$metadata#devices/$entity`;
  assert.deepEqual(beta, {
    ...v1,
    '@odata.context': context,
    alternativeNames: [],
    exchangeActiveSyncIds: [],
    hostnames: [],
  });
});

// biome-ignore format: a table is read by its columns
const SELECTED: readonly (readonly [query: string, context: string, values: Record<string, unknown>])[] = [
  ['$select=displayName',                  'displayName',                 { displayName: 'KIOSK-01' }],
  ['%24select=displayName',                'displayName',                 { displayName: 'KIOSK-01' }],
  ['select=displayName',                   'displayName',                 { displayName: 'KIOSK-01' }],
  ['$SELECT=displayName',                  'displayName',                 { displayName: 'KIOSK-01' }],
  ['$select=trustType,id',                 'trustType,id',                { trustType: 'AzureAd', id: DEV.kiosk }],
  ['$select=id,%20trustType',              'id,trustType',                { id: DEV.kiosk, trustType: 'AzureAd' }],
  ['$select=id%2CtrustType',               'id,trustType',                { id: DEV.kiosk, trustType: 'AzureAd' }],
  ['$select=id,id,trustType,id',           'id,trustType',                { id: DEV.kiosk, trustType: 'AzureAd' }],
  ['$select=isManagementRestricted',       'isManagementRestricted',      { isManagementRestricted: false }],
  ['$select=onPremisesSecurityIdentifier', 'onPremisesSecurityIdentifier', { onPremisesSecurityIdentifier: null }],
  ['$select=systemLabels,model',           'systemLabels,model',          { systemLabels: [], model: null }],
];

for (const [query, names, values] of SELECTED) {
  test(`GET /devices/{id}?${query}`, async () => {
    const reply = await get(`/v1.0/devices/${DEV.kiosk}?${query}`);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(reply.json, { '@odata.context': `${ORIGIN}/v1.0/$metadata#devices(${names})/$entity`, ...values });
    assert.deepEqual(Object.keys(reply.json), ['@odata.context', ...names.split(',')]);
  });
}

test('extensionAttributes are selected as a whole: all fifteen come back', async () => {
  const { path } = await makeDevice(desk, { extensionAttributes: { extensionAttribute2: 'b' } });
  const { json } = await get(`${path}?$select=id,extensionAttributes`);
  assert.equal(json['@odata.context'], `${ORIGIN}/v1.0/$metadata#devices(id,extensionAttributes)/$entity`);
  assert.equal(Object.keys(json.extensionAttributes).length, 15);
  assert.equal(json.extensionAttributes.extensionAttribute2, 'b');
  assert.equal(json.extensionAttributes.extensionAttribute1, null);
});

const undeclared = (name: string) => `Property '${name}' does not exist as a declared property or extension property.`;

for (const name of ['colour', 'extensionAttribute1', 'hostnames', 'kind', 'registeredUsers', '*', '', '__proto__']) {
  test(`$select=id,${name} is refused by v1.0`, async () => {
    const reply = await get(`/v1.0/devices/${DEV.kiosk}?$select=id,${name}`);
    assertRefused(reply, 400, 'Request_UnsupportedQuery', undeclared(name));
  });
}

test('an empty $select is refused', async () => {
  assertRefused(await get(`/v1.0/devices/${DEV.kiosk}?$select=`), 400, 'BadRequest');
  assertRefused(await get(`/v1.0/devices/${DEV.kiosk}?$select`), 400, 'BadRequest');
});

const tooMuch = (option: string) => `'${option}' is not supported by the service.`;

for (const option of ['$top=1', '$orderby=displayName', '$filter=id%20eq%20%27a%27', '$count=true', 'colour=red']) {
  test(`?${option} is refused, not ignored`, async () => {
    const reply = await get(`/v1.0/devices/${DEV.kiosk}?${option}`);
    assertRefused(reply, 400, 'Request_BadRequest', tooMuch(option.slice(0, option.indexOf('='))));
  });
}

test('nothing there', async () => {
  assertNotFound(await get(`/v1.0/devices/${NOBODY}`), NOBODY);
  assertNotFound(await get(`/v1.0/devices/${DEV.member}`), DEV.member);
  assertNotFound(await get(`/v1.0/devices(deviceId='${NOBODY}')`), NOBODY);
  // The two keys are not mixed up.
  assertNotFound(await get(`/v1.0/devices/${DEV.kioskDeviceId}`), DEV.kioskDeviceId);
  assertNotFound(await get(`/v1.0/devices(deviceId='${DEV.kiosk}')`), DEV.kiosk);
});

test('a quote in a key is written twice', async () => {
  const { id } = await makeDevice(desk, { deviceId: "it's 1/2 (a)" });
  const reply = await get(`/v1.0/devices(deviceId='it''s%201%2F2%20(a)')`);
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.id, id);
});

test('a key that is no GUID, and a property that is no key', async () => {
  assertRefused(await get('/v1.0/devices/x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
  const byName = await get("/v1.0/devices(displayName='KIOSK-01')");
  assertRefused(byName, 400, 'Request_UnsupportedQuery', undeclared('displayName'));
});

test('If-Match says nothing about objects without a tag', async () => {
  const path = `/v1.0/devices/${DEV.kiosk}`;
  assert.equal((await get(path, { 'if-match': '*' })).status, 200);
  assertRefused(await get(path, { 'if-match': 'W/"1"' }), 412, 'Request_PreconditionFailed');
});

test('a body on GET is refused', async () => {
  const reply = await desk.ask('GET', `/v1.0/devices/${DEV.kiosk}`, { as: 'member', body: {} });
  assertRefused(reply, 400, 'BadRequest', 'A GET request must not carry a body.');
});
