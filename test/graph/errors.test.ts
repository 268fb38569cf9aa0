import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk, type Reply } from '../support/rollcall.ts';
import { GRAPH_URL, GUID, NOBODY } from './expect.ts';

/** https://learn.microsoft.com/graph/errors: the form of each refusal, whatever was wrong. */

type Bad = readonly [method: string, url: string, body?: unknown, headers?: Readonly<Record<string, string>>];

const reference = (id: string) => ({ '@odata.id': `${GRAPH_URL}/directoryObjects/${id}` });
const quote = `'";--<script>\u0000\ud800😀`;

const QUOTED = encodeURIComponent(quote.replace('\ud800', ''));

// biome-ignore format: a table is read by its columns
const BAD: readonly Bad[] = [
  ['GET',    '/'],
  ['GET',    '/%zz'],
  ['GET',    '/v1.0'],
  ['GET',    '/v9.9/devices'],
  ['GET',    '/v1.0/oauth2/v2.0/token'],
  ['GET',    '/v1.0/colours'],
  ['GET',    '/v1.0/groups/delta'],
  ['GET',    '/v1.0/devices/%'],
  ['GET',    '/v1.0/devices/x'],
  ['GET',    `/v1.0/devices/${NOBODY}`],
  ['GET',    `/v1.0/devices(deviceId='${'x'.repeat(10_000)}')`],
  ['GET',    "/v1.0/devices(deviceId='%00')"],
  ['GET',    "/v1.0/devices(deviceId='''; drop table device;--')"],
  ['GET',    '/v1.0/devices?$select=id;drop'],
  ['GET',    "/v1.0/devices?$select=id,'x'"],
  ['GET',    '/v1.0/devices?$top=99999999999999999999'],
  ['GET',    "/v1.0/devices?$filter=colour eq 'a'"],
  ['GET',    "/v1.0/devices?$filter=displayName eq 'a"],
  ['GET',    `/v1.0/devices?$filter=${'('.repeat(5_000)}`],
  ['GET',    `/v1.0/devices?$filter=displayName eq '${'a'.repeat(20_000)}'`],
  ['GET',    `/v1.0/devices?$filter=${QUOTED}`],
  ['GET',    `/v1.0/devices?$orderby=${QUOTED}`],
  ['GET',    `/v1.0/devices?$expand=${QUOTED}`],
  ['GET',    `/v1.0/devices?$search=${QUOTED}`, undefined, { consistencylevel: 'eventual' }],
  ['GET',    '/v1.0/devices?$search="displayName:a"'],
  ['GET',    '/v1.0/devices?$format=xml'],
  ['GET',    '/v1.0/devices/$count'],
  ['GET',    `/v1.0/devices/${DEV.kiosk}/memberOf/microsoft.graph.group`],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/checkMemberGroups`, { groupIds: [quote] }],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/checkMemberGroups`, { groupIds: null }],
  ['POST',   `/v1.0/devices/${NOBODY}/getMemberGroups`, {}],
  ['POST',   '/v1.0/directoryObjects/getByIds', { ids: [quote] }],
  ['GET',    '/v1.0/devices?$skiptoken=x'],
  ['GET',    '/v1.0/devices?%'],
  ['GET',    `/v1.0/devices?${'a&'.repeat(5_000)}`],
  ['GET',    '/v1.0/devices', 'a body'],
  ['PUT',    '/v1.0/devices', {}],
  ['POST',   '/v1.0/devices', {}],
  ['POST',   '/v1.0/devices', ''],
  ['POST',   '/v1.0/devices', '{'],
  ['POST',   '/v1.0/devices', '['.repeat(100_000)],
  ['POST',   '/v1.0/devices', '{"a":'.repeat(100_000)],
  ['POST',   '/v1.0/devices', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ['POST',   '/v1.0/devices', Uint8Array.of(0xff, 0xfe)],
  ['POST',   '/v1.0/devices', deviceBody(), { 'content-type': 'text/plain' }],
  ['POST',   '/v1.0/devices', deviceBody(), { 'content-encoding': 'gzip' }],
  ['POST',   '/v1.0/devices', deviceBody(), { 'if-match': '"a"' }],
  ['POST',   '/v1.0/devices', deviceBody(), { accept: 'application/json;odata.metadata=some' }],
  ['POST',   '/v1.0/devices', deviceBody({ deviceId: DEV.kioskDeviceId })],
  ['POST',   '/v1.0/devices', deviceBody({ [quote]: 1 })],
  ['POST',   '/v1.0/devices', deviceBody({ accountEnabled: quote })],
  ['POST',   '/v1.0/devices', deviceBody({ accountEnabled: 'x'.repeat(100_000) })],
  ['POST',   '/v1.0/devices', deviceBody({ deviceVersion: 1e308 })],
  ['POST',   '/v1.0/devices', `{"deviceVersion":1e999,${JSON.stringify(deviceBody()).slice(1)}`],
  ['POST',   '/v1.0/devices', `{"__proto__":null,${JSON.stringify(deviceBody()).slice(1)}`],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/registeredUsers`, reference(DEV.registrar)],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref`, reference(DEV.member)],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref`, reference(NOBODY)],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref`, reference(DEV.kiosks)],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref`, { '@odata.id': 'https://[/v1.0/users/x' }],
  ['POST',   `/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref`, { '@odata.id': 'https://a/v1.0/users/%' }],
  ['DELETE', `/v1.0/devices/${DEV.kiosk}/registeredUsers/$ref`],
  ['DELETE', `/v1.0/devices/${DEV.kiosk}/registeredUsers/${NOBODY}/$ref`],
  ['DELETE', `/v1.0/devices/${NOBODY}`],
  ['PATCH',  `/v1.0/devices/${DEV.kiosk}`, { deviceId: quote }],
  ['PATCH',  `/v1.0/devices/${DEV.kiosk}`, { displayName: null }],
  ['PATCH',  `/v1.0/devices/${NOBODY}`, {}],
];

const CLIENT = '6f1c1d3e-5a5b-4b7e-9d3f-0123456789ab';

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

for (const [method, url, body, headers] of BAD) {
  const shown = body === undefined ? '' : ` ${JSON.stringify(body).slice(0, 40)} ${JSON.stringify(headers ?? {})}`;
  test(`${method} ${url.slice(0, 80)}${shown}`, async () => {
    const sent = { ...(body === undefined ? {} : { body }), headers: { ...headers, 'client-request-id': CLIENT } };
    for (const as of ['intune.admin', 'guest', 'personal@outlook.example', undefined]) {
      const reply = await desk.ask(method, url, { ...sent, ...(as === undefined ? {} : { as }) });
      assert.ok((reply.status >= 400 && reply.status < 500) || reply.status === 501, `${as}: ${reply.status}`);
      assertGraphError(reply);
    }
  });
}

function assertGraphError(reply: Reply): void {
  assert.equal(reply.headers.get('content-type'), 'application/json');
  assert.equal(reply.headers.get('cache-control'), 'no-cache');
  assert.match(reply.headers.get('request-id') ?? '', GUID);
  assert.equal(reply.headers.get('client-request-id'), CLIENT);
  assert.deepEqual(Object.keys(reply.json), ['error']);
  const { code, message, details, innerError, ...others } = reply.json.error;
  assert.deepEqual(others, {});
  assert.match(code, /^[A-Z]\w+$/);
  assert.equal(typeof message, 'string');
  assert.ok(message.length > 0);
  // No place in the words was left without its value; the path of sign-in is printed as it is.
  assert.doesNotMatch(message.replace('/{tenant}/', ''), /\{\w+\}/);
  for (const detail of details ?? []) assert.deepEqual(typeof detail.code + typeof detail.message, 'stringstring');
  assert.deepEqual(innerError, {
    date: '2026-11-21T12:00:00',
    'request-id': reply.headers.get('request-id'),
    'client-request-id': CLIENT,
  });
  // What a caller must never see: stacks, files, statements, the words of SQLite and of Node.
  assert.doesNotMatch(reply.text, /\bat \S+ \(|node:|\.ts\b|node_modules|SQLITE|constraint|\bselect .* from\b/i);
  assert.doesNotMatch(reply.text, /TypeError|RangeError|SyntaxError|undefined|\[object/);
}

test('after all that, everything is as it was', async () => {
  const devices = await desk.ask('GET', '/v1.0/devices?$select=id,displayName', { as: 'member' });
  const names = devices.json.value.map(({ displayName }: { displayName: string }) => displayName);
  assert.deepEqual(names, ['KIOSK-01', 'build-agent-7']);
  const users = await desk.ask('GET', `/v1.0/devices/${DEV.kiosk}/registeredUsers?$select=id`, { as: 'member' });
  assert.deepEqual(users.json.value, [{ '@odata.type': '#microsoft.graph.user', id: DEV.member }]);
});

test('each request has an id of its own', async () => {
  const ids = new Set<string | undefined>();
  for (let n = 0; n < 20; n++) ids.add((await desk.ask('GET', '/v1.0/devices')).headers.get('request-id'));
  assert.equal(ids.size, 20);
});

// biome-ignore format: a table is read by its columns
const ECHOES: readonly (readonly [sent: string | undefined, echoed: boolean])[] = [
  [CLIENT,              true],
  ['job-17.step:4',     true],
  [undefined,           false],
  ['',                  false],
  ['two words',         false],
  ['<script>',          false],
  ['x'.repeat(65),      false],
];

for (const [sent, echoed] of ECHOES) {
  test(`client-request-id ${sent ?? 'left out'} is ${echoed ? 'echoed' : 'replaced by the request-id'}`, async () => {
    const headers = sent === undefined ? {} : { 'client-request-id': sent };
    for (const as of ['member', 'guest']) {
      const reply = await desk.ask('GET', '/v1.0/devices', { as, headers });
      const expected = echoed ? sent : reply.headers.get('request-id');
      assert.equal(reply.headers.get('client-request-id'), expected);
      if (as === 'guest') assert.equal(reply.json.error.innerError['client-request-id'], expected);
    }
  });
}

test('answers that succeed have the ids, too', async () => {
  const reply = await desk.ask('GET', '/v1.0/devices', { as: 'member', headers: { 'client-request-id': CLIENT } });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('client-request-id'), CLIENT);
  assert.match(reply.headers.get('request-id') ?? '', GUID);
});

/** https://learn.microsoft.com/graph/errors doesn't say in which order; here it is: 401, 400, 403, 404, 400 for values. */
// biome-ignore format: a table is read by its columns
const ORDER: readonly (readonly [as: string | undefined, method: string, url: string, body: unknown, status: number])[] = [
  [undefined,      'POST',  '/v1.0/colours?$top=x',                  '{',                    401],
  ['guest',        'POST',  '/v1.0/colours?$top=x',                  '{',                    400],
  ['guest',        'POST',  '/v1.0/devices?$top=1',                  deviceBody(),           400],
  ['guest',        'POST',  '/v1.0/devices',                         '{',                    400],
  ['guest',        'POST',  '/v1.0/devices',                         {},                     403],
  ['intune.admin', 'POST',  '/v1.0/devices',                         {},                     400],
  ['guest',        'GET',   `/v1.0/devices/${NOBODY}?$select=x`,     undefined,              400],
  ['guest',        'GET',   `/v1.0/devices/${NOBODY}`,               undefined,              403],
  ['member',       'GET',   `/v1.0/devices/${NOBODY}`,               undefined,              404],
  ['guest',        'PATCH', `/v1.0/devices/${NOBODY}`,               { accountEnabled: 'x' }, 403],
  ['intune.admin', 'PATCH', `/v1.0/devices/${NOBODY}`,               { accountEnabled: 'x' }, 404],
  ['intune.admin', 'PATCH', `/v1.0/devices/${DEV.kiosk}`,            { accountEnabled: 'x' }, 400],
];

for (const [as, method, url, body, status] of ORDER) {
  test(`${as ?? 'nobody'}: ${method} ${url} ${JSON.stringify(body)?.slice(0, 20) ?? ''} is a ${status} first`, async () => {
    const reply = await desk.ask(method, url, {
      ...(as === undefined ? {} : { as }),
      ...(body === undefined ? {} : { body }),
    });
    assert.equal(reply.status, status, reply.text);
  });
}
