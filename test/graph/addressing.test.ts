import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GRAPH_URL, idsOf, makeDevice, NOBODY } from './expect.ts';

/**
 * How things are addressed: https://learn.microsoft.com/graph/use-the-api and
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string) => desk.ask(method, url, { as: 'global.admin' });

// -- ways to write the same -----------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const SAME: readonly string[] = [
  '/v1.0/devices',
  '/v1.0/devices/',
  '/v1.0/devices()',
  '//v1.0//devices//',
  '/V1.0/Devices',
  '/v1.0/DEVICES',
  '/v1.0/dev%69ces',
  `/v1.0/${DEV.tenant}/devices`,
  `/v1.0/${DEV.tenant.toUpperCase()}/devices`,
  '/v1.0/devices/microsoft.graph.device',
  '/v1.0/devices/graph.device',
  '/v1.0/directoryObjects/microsoft.graph.device',
];

for (const path of SAME) {
  test(`GET ${path} lists the devices`, async () => {
    const reply = await ask('GET', path);
    assert.deepEqual(idsOf(reply), [DEV.kiosk, DEV.buildAgent]);
    assert.equal(reply.json['@odata.context'], 'http://rollcall.test/v1.0/$metadata#devices');
  });
}

const REFERENCES = ['registeredUsers/$ref', 'registeredUsers/%24ref', 'REGISTEREDUSERS/$REF', 'registeredUsers//$ref/'];

for (const reference of REFERENCES) {
  test(`POST …/${reference}`, async () => {
    const { id, path } = await makeDevice(desk);
    const body = { '@odata.id': `${GRAPH_URL}/users/${DEV.member}` };
    assertDone(await desk.ask('POST', `/Beta/Devices/${id}/${reference}`, { as: 'global.admin', body }));
    assert.deepEqual(idsOf(await ask('GET', `${path}/registeredUsers`)), [DEV.member]);
    assertDone(await ask('DELETE', path));
  });
}

// -- addresses that mean nothing ------------------------------------------------------------------------------

const segment = (name: string) => `Resource not found for the segment '${name}'.`;
const malformed = (name: string) => `The request URI is not valid: '${name}' is not a well-formed path segment.`;
const afterMany = (name: string) =>
  `The request URI is not valid. Since the segment '${name}' refers to a collection, this must be the last segment in the request URI or it must be followed by an function or action that can be bound to it otherwise all intermediate segments must refer to a single resource.`;
const identifier = (id: string) => `Invalid object identifier '${id}'.`;

// biome-ignore format: a table is read by its columns
const MEANINGLESS: readonly (readonly [path: string, code: string, message: string])[] = [
  ['/v1.0/colours',                                          'BadRequest',         segment('colours')],
  ['/beta/colours/1',                                        'BadRequest',         segment('colours')],
  ['/v1.0/__proto__',                                        'BadRequest',         segment('__proto__')],
  ['/v1.0/constructor',                                      'BadRequest',         segment('constructor')],
  ['/v1.0/device',                                           'NotImplemented',     'This operation target is not yet supported.'],
  [`/v1.0/devices/${DEV.kiosk}/colours`,                     'BadRequest',         segment('colours')],
  [`/v1.0/devices/${DEV.kiosk}/toString`,                    'BadRequest',         segment('toString')],
  [`/v1.0/devices/${DEV.kiosk}/registeredUsers/${DEV.member}/colours`, 'BadRequest', segment('colours')],
  [`/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref/more`,   'Request_BadRequest', afterMany('$ref')],
  [`/v1.0/users/${DEV.member}/colours`,                      'BadRequest',         segment('colours')],
  [`/v1.0/${DEV.tenant}/colours`,                            'BadRequest',         segment('colours')],
  ['/v1.0/devices/x',                                        'Request_BadRequest', identifier('x')],
  ['/v1.0/devices/x/registeredUsers',                        'Request_BadRequest', identifier('x')],
  ["/v1.0/devices('x')",                                     'Request_BadRequest', identifier('x')],
  [`/v1.0/devices/${DEV.kiosk}%20`,                          'Request_BadRequest', identifier(`${DEV.kiosk} `)],
  [`/v1.0/devices/{${DEV.kiosk}}`,                           'Request_BadRequest', identifier(`{${DEV.kiosk}}`)],
  [`/v1.0/devices/${DEV.kiosk.replaceAll('-', '')}`,         'Request_BadRequest', identifier(DEV.kiosk.replaceAll('-', ''))],
  ["/v1.0/devices/1'%20or%20'1'='1",                         'Request_BadRequest', identifier("1' or '1'='1")],
  [`/v1.0/devices/${DEV.kiosk}/registeredUsers/x/$ref`,      'Request_BadRequest', identifier('x')],
  ['/v1.0/devices/..',                                       'Request_BadRequest', identifier('..')],
  ['/v1.0/devices/%zz',                                      'BadRequest',         malformed('%zz')],
  ['/v1.0/%',                                                'BadRequest',         malformed('%')],
  ['/v1.0/devices/%ff',                                      'BadRequest',         malformed('%ff')],
  ['/v2.0/devices',                                          'BadRequest',         'Invalid version: v2.0'],
  ['/v1/devices',                                            'BadRequest',         'Invalid version: v1'],
];

for (const [path, code, message] of MEANINGLESS) {
  test(`GET ${path}`, async () => {
    assertRefused(await ask('GET', path), code === 'NotImplemented' ? 501 : 400, code, message);
    // Who doesn't say who they are learns nothing about addresses.
    const reply = await desk.ask('GET', path);
    assertRefused(reply, 401, 'InvalidAuthenticationToken', 'Access token is empty.');
  });
}

test('another tenant in the path is nothing that is there', async () => {
  assertNotFound(await ask('GET', `/v1.0/${NOBODY}/devices`), NOBODY);
  assertNotFound(await ask('GET', `/v1.0/${NOBODY}/devices/${DEV.kiosk}`), NOBODY);
  assertNotFound(await ask('DELETE', `/v1.0/${NOBODY}/devices/${DEV.kiosk}`), NOBODY);
  assert.equal((await ask('GET', `/v1.0/devices/${DEV.kiosk}`)).status, 200);
});

for (const path of ['/', '/colours', '/favicon.ico', '/contoso.example', '/betas/devices', '/health/more', '/%zz']) {
  test(`GET ${path}: nothing is served there, token or none`, async () => {
    const words = `Nothing is served at '${path}'. Microsoft Graph is at /v1.0 and /beta, sign-in at /{tenant}/oauth2/v2.0/token.`;
    assertRefused(await desk.ask('GET', path), 404, 'ResourceNotFound', words);
    assertRefused(await ask('GET', path), 404, 'ResourceNotFound', words);
  });
}

test('GET /health', async () => {
  const reply = await desk.ask('GET', '/health');
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.json, { status: 'ok' });
});

// -- parts of Graph that are not built ------------------------------------------------------------------------

const NOT_BUILT = [
  '$batch',
  'directory/deletedItems/microsoft.graph.device',
  'directory/devices',
  'groups/delta',
  'roleManagement/entitlementManagement/roleAssignments',
  'subscriptions',
  'organization',
  'domains',
  'devices/delta',
  'devices/microsoft.graph.delta',
  'devices/graph.delta()',
  'devices/microsoft.graph.user',
  `devices/${DEV.kiosk}/graph.user`,
  `devices/${DEV.kiosk}/usageRights`,
  `devices/${DEV.kiosk}/physicalIds/$value`,
];

for (const path of NOT_BUILT) {
  test(`/${path} is not built: refused, whatever the method`, async () => {
    for (const method of ['GET', 'POST']) {
      const reply = await ask(method, `/v1.0/${path}`);
      assertRefused(reply, 501, 'NotImplemented', 'This operation target is not yet supported.');
    }
  });
}

// -- methods ---------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const METHODS: readonly (readonly [method: string, path: string, allow: string])[] = [
  ['PUT',     '/v1.0/devices',                                          'GET, POST'],
  ['PATCH',   '/v1.0/devices',                                          'GET, POST'],
  ['DELETE',  '/v1.0/devices',                                          'GET, POST'],
  ['HEAD',    '/v1.0/devices',                                          'GET, POST'],
  ['OPTIONS', '/v1.0/devices',                                          'GET, POST'],
  ['TRACE',   '/v1.0/devices',                                          'GET, POST'],
  ['get',     '/v1.0/devices',                                          'GET, POST'],
  ['constructor', '/v1.0/devices',                                      'GET, POST'],
  ['POST',    `/v1.0/devices/${DEV.kiosk}`,                             'GET, PATCH, DELETE'],
  ['PUT',     `/v1.0/devices(deviceId='${DEV.kioskDeviceId}')`,         'GET, PATCH, DELETE'],
  ['POST',    `/v1.0/devices/${DEV.kiosk}/registeredUsers/${DEV.member}/$ref`, 'DELETE'],
  ['GET',     `/v1.0/devices/${DEV.kiosk}/checkMemberGroups`,           'POST'],
  ['GET',     '/v1.0/directoryObjects/getByIds',                        'POST'],
  ['POST',    '/v1.0/devices/$count',                                   'GET'],
  ['PUT',     `/v1.0/devices/${DEV.kiosk}/extensions`,                  'GET, POST'],
  ['POST',    `/v1.0/devices/${DEV.kiosk}/extensions/a`,                'GET, PATCH, DELETE'],
  ['PATCH',   `/v1.0/applications/${DEV.kiosk}/extensionProperties`,    'GET, POST'],
  ['PUT',     '/health',                                                'GET'],
];

for (const [method, path, allow] of METHODS) {
  test(`${method} ${path} is not allowed`, async () => {
    const reply = await ask(method, path);
    assert.equal(reply.status, 405, reply.text);
    assert.equal(reply.headers.get('allow'), allow);
    if (path.endsWith('/token')) return;
    const message = 'Specified HTTP method is not allowed for the request target.';
    assertRefused(reply, 405, 'Request_BadRequest', message);
  });
}

test('Allow names no method that is refused at that address', async () => {
  const places = ['devices', `devices/${DEV.kiosk}`, `devices/${DEV.kiosk}/registeredUsers`];
  for (const place of places) {
    const path = `/v1.0/${place}`;
    const allow = (await ask('OPTIONS', path)).headers.get('allow') ?? '';
    for (const method of allow.split(', ')) {
      const reply = await desk.ask(method, path, { as: 'guest', body: method === 'GET' ? undefined : {} });
      assert.ok([200, 403].includes(reply.status) || method === 'DELETE', `${method} ${path}: ${reply.text}`);
    }
  }
});
