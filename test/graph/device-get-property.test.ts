import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, JSON_TYPE, makeDevice, NOBODY, ORIGIN } from './expect.ts';

/**
 * One property of an object, alone:
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_RequestingIndividualProperties
 */

let desk: Desk;
let own: string;
before(async () => {
  desk = await openDesk();
  const ids = ['[OrderId]:Front'];
  own = (await makeDevice(desk, { physicalIds: ids, extensionAttributes: { extensionAttribute1: 'Käse' } })).id;
});
after(() => desk.close());

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', `/v1.0/${url}`, { as: 'member', headers });

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [url: string, context: string, body: object])[] = [
  [`devices/${DEV.kiosk}/displayName`,                                `devices('${DEV.kiosk}')/displayName`,       { value: 'KIOSK-01' }],
  [`devices(deviceId='${DEV.kioskDeviceId}')/operatingSystem`,        `devices('${DEV.kiosk}')/operatingSystem`,   { value: 'Windows' }],
  [`devices/${DEV.kiosk.toUpperCase()}/accountEnabled`,               `devices('${DEV.kiosk}')/accountEnabled`,    { value: true }],
  [`devices/${DEV.kiosk}/id`,                                         `devices('${DEV.kiosk}')/id`,                { value: DEV.kiosk }],
  [`devices/${DEV.kiosk}/isManagementRestricted`,                     `devices('${DEV.kiosk}')/isManagementRestricted`, { value: false }],
  [`devices/${DEV.kiosk}/physicalIds`,                                `devices('${DEV.kiosk}')/physicalIds`,       { value: [] }],
  ['users/member@contoso.example/userPrincipalName',                  `users('${DEV.member}')/userPrincipalName`,  { value: 'member@contoso.example' }],
  [`groups/${DEV.kiosks}/groupTypes`,                                 `groups('${DEV.kiosks}')/groupTypes`,        { value: [] }],
  [`directoryObjects/${DEV.kiosk}/microsoft.graph.device/trustType`,  `devices('${DEV.kiosk}')/trustType`,         { value: 'AzureAd' }],
];

for (const [url, context, body] of ROWS) {
  test(`GET /${url}`, async () => {
    const reply = await get(url);
    assert.equal(reply.headers.get('content-type'), JSON_TYPE);
    assert.deepEqual(reply.json, { '@odata.context': `${ORIGIN}/v1.0/$metadata#${context}`, ...body });
    assert.deepEqual((await get(url, { accept: 'application/json;odata.metadata=none' })).json, body);
  });
}

test('lists and objects', async () => {
  assert.deepEqual((await get(`devices/${own}/physicalIds`)).json.value, ['[OrderId]:Front']);
  const { '@odata.context': _, ...attributes } = (await get(`devices/${own}/extensionAttributes`)).json;
  assert.equal(Object.keys(attributes).length, 15);
  assert.equal(attributes.extensionAttribute1, 'Käse');
});

test('what has no value has no content', async () => {
  for (const url of [
    `devices/${DEV.kiosk}/model`,
    `devices/${DEV.kiosk}/model/$value`,
    `users/${DEV.member}/passwordProfile`,
  ]) {
    const reply = await get(url);
    assert.deepEqual([reply.status, reply.text], [204, ''], url);
  }
});

for (const [url, text] of [
  [`devices/${DEV.kiosk}/displayName/$value`, 'KIOSK-01'],
  [`devices/${DEV.kiosk}/displayName/%24value`, 'KIOSK-01'],
  [`devices/${DEV.kiosk}/accountEnabled/$value`, 'true'],
  [`devices/${DEV.kiosk}/createdDateTime/$value`, '2026-11-21T12:00:00Z'],
] as const) {
  test(`GET /${url}: the bare text`, async () => {
    const reply = await get(url);
    assert.deepEqual([reply.status, reply.text], [200, text]);
    assert.equal(reply.headers.get('content-type'), 'text/plain;charset=utf-8');
  });
}

test('refused', async () => {
  assertNotFound(await get(`devices/${NOBODY}/displayName`), NOBODY);
  const colour = "Resource not found for the segment 'colour'.";
  assertRefused(await get(`devices/${DEV.kiosk}/colour`), 400, 'BadRequest', colour);
  assertRefused(await get(`devices/${DEV.kiosk}/displayName/colour`), 400, 'BadRequest', colour);
  const later = "Resource not found for the segment 'hostnames'.";
  assertRefused(await get(`devices/${DEV.kiosk}/hostnames`), 400, 'BadRequest', later);
  const words = "'$select' is not supported by the service.";
  assertRefused(await get(`devices/${DEV.kiosk}/displayName?$select=id`), 400, 'Request_BadRequest', words);
  const guest = await desk.ask('GET', `/v1.0/devices/${DEV.kiosk}/displayName`, { as: 'guest' });
  assertRefused(guest, 403, 'Authorization_RequestDenied');
});

for (const [method, url, status] of [
  ['GET', 'physicalIds/$value', 501],
  ['PATCH', 'displayName', 501],
  ['PUT', 'displayName', 501],
  ['DELETE', 'displayName', 501],
  ['POST', 'displayName', 405],
] as const) {
  test(`${method} …/${url}: ${status}`, async () => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : { value: 'x' };
    const reply = await desk.ask(method, `/v1.0/devices/${DEV.kiosk}/${url}`, { as: 'global.admin', body });
    assert.equal(reply.status, status, reply.text);
  });
}
