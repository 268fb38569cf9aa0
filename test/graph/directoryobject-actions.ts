import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEV, type Desk, type Reply } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, JSON_TYPE, NOBODY, ORIGIN } from './expect.ts';
import { DAEMON_PRINCIPAL, PLACES } from './memberships.ts';

/** What the four actions about memberships have in common; each has a page, and a test file that calls this. */

export const AGENT = `devices/${DEV.buildAgent}`;

/** The ways to address what may be asked about. */
// biome-ignore format: a table is read by its columns
const OBJECTS: readonly string[] = [
  AGENT,
  "devices(deviceId='2246fdc7-b5ee-4288-ad8e-6e9c7340fba0')",
  `directoryObjects/${DEV.buildAgent}`,
  `users/${DEV.member}`,
  'users/member@contoso.example',
  `groups/${PLACES.Hall}`,
  `servicePrincipals/${DAEMON_PRINCIPAL}`,
  `servicePrincipals(appId='${DEV.daemon}')`,
];

export function testAction(desk: () => Desk, action: string, body: object): void {
  const ask = (address: string, sent: unknown = body, as = 'member') =>
    desk().ask('POST', `/v1.0/${address}/${action}`, { as, body: sent });

  for (const address of OBJECTS) {
    for (const written of [action, `microsoft.graph.${action}`, action.toUpperCase()]) {
      test(`POST /${address}/${written}`, async () => {
        const reply = await desk().ask('POST', `/v1.0/${address}/${written}`, { as: 'member', body });
        assert.equal(reply.status, 200, reply.text);
        assert.equal(reply.headers.get('content-type'), JSON_TYPE);
        assert.deepEqual(Object.keys(reply.json), ['@odata.context', 'value']);
        assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#Collection(Edm.String)`);
        assert.ok(reply.json.value.includes(PLACES.North), reply.text);
      });
    }
  }

  test(`${action} on beta, and with another metadata level`, async () => {
    const beta = await desk().ask('POST', `/beta/${AGENT}/${action}`, { as: 'member', body });
    assert.equal(beta.json['@odata.context'], `${ORIGIN}/beta/$metadata#Collection(Edm.String)`);
    const headers = { accept: 'application/json;odata.metadata=none' };
    const none = await desk().ask('POST', `/v1.0/${AGENT}/${action}`, { as: 'member', body, headers });
    assert.deepEqual(Object.keys(none.json), ['value']);
    assert.match(none.headers.get('content-type') ?? '', /odata\.metadata=none/);
  });

  test(`${action}: of nothing, and where there is no such action`, async () => {
    assertNotFound(await ask(`devices/${NOBODY}`), NOBODY);
    assertNotFound(await ask(`users/${DEV.buildAgent}`), DEV.buildAgent);
    assertRefused(await ask('devices/x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
    assertRefused(await ask('devices'), 400, 'Request_BadRequest', `Invalid object identifier '${action}'.`);
  });

  for (const method of ['GET', 'PATCH', 'DELETE']) {
    test(`${method} …/${action} is not allowed`, async () => {
      const reply = await desk().ask(method, `/v1.0/${AGENT}/${action}`, { as: 'global.admin' });
      const words = 'Specified HTTP method is not allowed for the request target.';
      assertRefused(reply, 405, 'Request_BadRequest', words);
      assert.equal(reply.headers.get('allow'), 'POST');
    });
  }

  test(`${action} takes no query option`, async () => {
    const reply = await desk().ask('POST', `/v1.0/${AGENT}/${action}?$select=id`, { as: 'member', body });
    assertRefused(reply, 400, 'Request_BadRequest', "'$select' is not supported by the service.");
  });

  for (const [sent, status, message] of [
    [[], 400, 'Unable to read JSON request payload. The body must be one JSON object.'],
    ['', 400, 'Empty Payload. JSON content expected.'],
    [{ ...body, colour: 'red' }, 400, "Invalid property 'colour'."],
  ] as const) {
    test(`${action}: the body ${JSON.stringify(sent)} is refused`, async () => {
      const reply = await ask(AGENT, sent);
      assert.deepEqual([reply.status, reply.json.error.message], [status, message]);
    });
  }

  test(`${action}: who may`, async () => {
    assertRefused(await ask(AGENT, body, 'guest'), 403, 'Authorization_RequestDenied');
    const tokens = {
      'Device.Read.All': await desk().tokenOf('member', { scope: 'Device.Read.All' }),
      application: await desk().tokenOfApp(DEV.daemon),
    };
    for (const [name, token] of Object.entries(tokens)) {
      const reply = await desk().ask('POST', `/v1.0/${AGENT}/${action}`, { token, body });
      assert.equal(reply.status, 200, `${name}: ${reply.text}`);
    }
    const token = await desk().tokenOfApp(DEV.unconsented);
    const reply = await desk().ask('POST', `/v1.0/${AGENT}/${action}`, { token, body });
    assertRefused(reply, 403, 'Authorization_RequestDenied');
  });

  test(`${action}: about oneself with User.Read, about others not`, async () => {
    const token = await desk().tokenOf('member', { scope: 'User.Read' });
    const about = (user: string) => desk().ask('POST', `/v1.0/users/${user}/${action}`, { token, body });
    assert.equal((await about(DEV.member)).status, 200);
    assertRefused(await about(DEV.registrar), 403, 'Authorization_RequestDenied');
  });
}

/** The ids that an action found, sorted. */
export function found(reply: Reply): readonly string[] {
  assert.equal(reply.status, 200, reply.text);
  return (reply.json.value as string[]).toSorted();
}
