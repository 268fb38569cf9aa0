import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';

/** Pages of other origins, and what browsers ask for them: https://fetch.spec.whatwg.org/#http-cors-protocol */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const origin = 'https://page.example';

const NAMES = 'authorization,client-request-id,sdkversion,content-type';

// biome-ignore format: a table is read by its columns
const ASKED_BEFORE: readonly (readonly [method: string, path: string, names: string | undefined, shown: string | undefined])[] = [
  ['GET',    '/v1.0/devices',                         NAMES,              NAMES],
  ['POST',   '/beta/devices',                         'authorization',    'authorization'],
  ['PATCH',  `/v1.0/devices/${DEV.kiosk}`,            NAMES,              NAMES],
  ['PUT',    `/v1.0/devices/${DEV.kiosk}/displayName`, 'authorization', 'authorization'],
  ['DELETE', '//v1.0/devices',                        undefined,          undefined],
  ['GET',    '/v1.0/nothing/of/the/kind',             'a, b',             'a, b'],
  ['GET',    '/V1.0/devices',                         'a\r\nset-cookie: b', undefined],
  ['GET',    '/v1.0/devices',                         'x'.repeat(5_000),  'x'.repeat(5_000)],
];

for (const [method, path, names, shown] of ASKED_BEFORE) {
  test(`a browser may send ${method} ${path} with ${names?.slice(0, 60)}`, async () => {
    const asked = names === undefined ? {} : { 'access-control-request-headers': names };
    const headers = { origin, 'access-control-request-method': method, ...asked };
    const reply = await desk.ask('OPTIONS', path, { headers });
    assert.equal(reply.status, 204);
    assert.equal(reply.text, '');
    assert.equal(reply.headers.get('access-control-allow-origin'), '*');
    assert.match(reply.headers.get('access-control-allow-methods') ?? '', new RegExp(`\\b${method}\\b`));
    assert.equal(reply.headers.get('access-control-allow-headers'), shown);
    assert.equal(reply.headers.get('access-control-allow-credentials'), undefined);
    assert.equal(reply.headers.get('access-control-max-age'), '86400');
  });
}

// biome-ignore format: a table is read by its columns
const READ: readonly (readonly [status: number, method: string, path: string, as: string | undefined, body?: unknown])[] = [
  [200, 'GET',    '/v1.0/devices',          'intune.admin'],
  [201, 'POST',   '/v1.0/devices',          'intune.admin', deviceBody()],
  [400, 'GET',    '/v1.0/devices?$top=x',   'intune.admin'],
  [401, 'GET',    '/beta/devices',          undefined],
  [403, 'POST',   '/v1.0/devices',          'member', deviceBody()],
  [404, 'DELETE', `/v1.0/devices/${DEV.member}`, 'intune.admin'],
];

for (const [status, method, path, as, body] of READ) {
  test(`a page reads ${status} of ${method} ${path}, and its headers`, async () => {
    const who = as === undefined ? {} : { as };
    const reply = await desk.ask(method, path, { ...who, headers: { origin }, ...(body ? { body } : {}) });
    assert.equal(reply.status, status, reply.text);
    assert.equal(reply.headers.get('access-control-allow-origin'), '*');
    const exposed = (reply.headers.get('access-control-expose-headers') ?? '').toLowerCase().split(', ');
    for (const name of ['location', 'request-id', 'www-authenticate', 'retry-after'])
      assert.ok(exposed.includes(name), name);
  });
}

test('who names no origin is no page, and is told nothing of it', async () => {
  const { headers } = await desk.ask('GET', '/v1.0/devices', { as: 'intune.admin' });
  assert.deepEqual(
    [...headers.keys()].filter((name) => name.startsWith('access-control')),
    [],
  );
});

test('OPTIONS that is no question of a browser needs a token as any request does', async () => {
  const { status } = await desk.ask('OPTIONS', '/v1.0/devices', { headers: { origin } });
  assert.equal(status, 401);
});

test('pages on which people sign in are not for other pages', async () => {
  const { headers } = await desk.ask('GET', `/${DEV.tenant}/oauth2/v2.0/authorize`, { headers: { origin } });
  assert.equal(headers.get('access-control-allow-origin'), undefined);
});
