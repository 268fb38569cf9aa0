import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { csdl } from '../../src/describe/csdl.ts';
import { openapi } from '../../src/describe/openapi.ts';
import { headersOf } from '../../src/http/message.ts';
import { assertRefused } from '../graph/expect.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';

/** The descriptions as they are served: to anybody, since a client reads them before it has a token. */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

async function get(path: string, origin = 'http://rollcall.test') {
  const request = { method: 'GET', path, query: '', headers: headersOf([]), origin, body: new Uint8Array() };
  const { status, headers, body } = await desk.rollcall.handle(request);
  const header = (name: string) => headers[headers.indexOf(name) + 1];
  return { status, header, text: body.join('') };
}

for (const [path, version] of [
  ['/v1.0/$metadata', 'v1.0'],
  ['/beta/$metadata', 'beta'],
  ['/BETA/%24Metadata/', 'beta'],
] as const) {
  test(`GET ${path}`, async () => {
    const { status, header, text } = await get(path);
    assert.equal(status, 200, text);
    assert.equal(header('Content-Type'), 'application/xml;charset=utf-8');
    assert.equal(header('OData-Version'), '4.0');
    assert.equal(text, csdl(version));
  });
}

for (const [path, version] of [
  ['/openapi.json', 'v1.0'],
  ['/v1.0/openapi.json', 'v1.0'],
  ['/beta/openapi.json', 'beta'],
] as const) {
  test(`GET ${path}, by whatever name the caller calls this service`, async () => {
    for (const origin of ['http://rollcall.test', 'https://graph.contoso.example', 'http://"\\']) {
      const { status, header, text } = await get(path, origin);
      assert.equal(status, 200, text);
      assert.equal(header('Content-Type'), 'application/json');
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(openapi(version, origin))));
    }
  });
}

const PATHS = ['/v1.0/$metadata', '/beta/openapi.json', '/openapi.json'];

for (const path of PATHS) {
  test(`${path} takes GET only, and no query options`, async () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const reply = await desk.ask(method, path);
      assert.equal(reply.headers.get('allow'), 'GET');
      assertRefused(reply, 405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
    }
    const reply = await desk.ask('GET', `${path}?$format=json`);
    assertRefused(reply, 400, 'Request_BadRequest', "'$format' is not supported by the service.");
  });
}

test('what stands beside them means what it meant', async () => {
  for (const path of ['/$metadata', '/openapi.json/more', '/openapi']) {
    assert.equal((await desk.ask('GET', path)).status, 404, path);
  }
  for (const path of ['/v1.0/$metadata/devices', '/v1.0/openapi', `/v1.0/${DEV.tenant}/openapi.json`]) {
    assertRefused(await desk.ask('GET', path), 401, 'InvalidAuthenticationToken');
    assert.ok([400, 501].includes((await desk.ask('GET', path, { as: 'global.admin' })).status), path);
  }
});
