import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, JSON_TYPE, makeDevice, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/directoryobject-get */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const get = (url: string) => desk.ask('GET', url, { as: 'member' });

// biome-ignore format: a table is read by its columns
const OBJECTS: readonly (readonly [type: string, id: string, name: string])[] = [
  ['device',             DEV.kiosk,                              'KIOSK-01'],
  ['user',               DEV.member,                             'Member'],
  ['group',              DEV.kiosks,                             'Kiosks'],
  ['administrativeUnit', '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad', 'Head Office'],
  ['servicePrincipal',   fixedGuid(`principal:${DEV.daemon}`),   'Inventory Daemon'],
  ['application',        'af2053e4-0f91-4e8e-bea6-2cbf01cf6b84', 'Inventory Daemon'],
];

for (const [type, id, name] of OBJECTS) {
  test(`a ${type}, with its type`, async () => {
    for (const address of [`/${id}`, `/${id.toUpperCase()}`, `('${id}')`, `(${id})`]) {
      const reply = await get(`/v1.0/directoryObjects${address}`);
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.headers.get('content-type'), JSON_TYPE);
      assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#directoryObjects/$entity`);
      assert.equal(reply.json['@odata.type'], `#microsoft.graph.${type}`);
      assert.deepEqual([reply.json.id, reply.json.displayName], [id, name]);
      assert.deepEqual(Object.keys(reply.json).slice(0, 2), ['@odata.context', '@odata.type']);
    }
  });
}

test('a device is what it is under its own address', async () => {
  const { id } = await makeDevice(desk, { extensionAttributes: { extensionAttribute3: 'c' } });
  for (const version of ['v1.0', 'beta']) {
    const { '@odata.context': _, ...own } = (await get(`/${version}/devices/${id}`)).json;
    const generic = (await get(`/${version}/directoryObjects/${id}`)).json;
    const context = `${ORIGIN}/${version}/$metadata#directoryObjects/$entity`;
    assert.deepEqual(generic, { '@odata.context': context, '@odata.type': '#microsoft.graph.device', ...own });
  }
});

test('$select of any of the types', async () => {
  const reply = await get(`/v1.0/directoryObjects/${DEV.kiosk}?$select=id,trustType,userPrincipalName`);
  assert.deepEqual(reply.json, {
    '@odata.context': `${ORIGIN}/v1.0/$metadata#directoryObjects(id,trustType,userPrincipalName)/$entity`,
    '@odata.type': '#microsoft.graph.device',
    id: DEV.kiosk,
    trustType: 'AzureAd',
  });
  const unknown = await get(`/v1.0/directoryObjects/${DEV.kiosk}?$select=colour`);
  assertRefused(unknown, 400, 'Request_UnsupportedQuery');
});

test('with the tenant in the path, the own one', async () => {
  assert.equal((await get(`/v1.0/${DEV.tenant}/directoryObjects/${DEV.kiosk}`)).json.displayName, 'KIOSK-01');
  assertNotFound(await get(`/v1.0/${NOBODY}/directoryObjects/${DEV.kiosk}`), NOBODY);
});

test('nothing there: what is no directory object, and what is nothing at all', async () => {
  assertNotFound(await get(`/v1.0/directoryObjects/${NOBODY}`), NOBODY);
  // A role definition and a grant are kept, and are no directory objects.
  const kept = ['d9a1fb42-8e32-4e53-b17e-b8b20bcd1d0c', fixedGuid(`grant:${DEV.console}`)];
  for (const id of kept) assertNotFound(await get(`/v1.0/directoryObjects/${id}`), id);
  assertRefused(await get('/v1.0/directoryObjects/x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
});

// biome-ignore format: a table is read by its columns
const NOT_BUILT: readonly (readonly [method: string, path: string])[] = [
  ['DELETE', `directoryObjects/${DEV.kiosk}`],
  ['PATCH',  `directoryObjects/${DEV.kiosk}`],
  ['GET',    'directoryObjects/delta'],
  ['GET',    `directoryObjects/${DEV.kiosk}/memberOf`],
  ['GET',    `directoryObjects/${DEV.kiosk}/registeredUsers`],
];

for (const [method, path] of NOT_BUILT) {
  test(`${method} /${path} is not built`, async () => {
    const reply = await desk.ask(method, `/v1.0/${path}`, { as: 'global.admin' });
    assertRefused(reply, 501, 'NotImplemented', 'This operation target is not yet supported.');
  });
}
