import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, makeDevice, makeGroup, makeUser, ORIGIN } from './expect.ts';
import { assertUnharmed, WEIRD_NAMES } from './extensions.ts';

/** https://learn.microsoft.com/graph/api/resources/opentypeextension */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const as = 'global.admin';
const ask = (method: string, path: string, body?: unknown, who = as) => desk.ask(method, path, { as: who, body });
const TYPE = '#microsoft.graph.openTypeExtension';
const NAME = 'com.contoso.roaming';
const shown = (name: string, data: object) => ({ '@odata.type': TYPE, id: name, extensionName: name, ...data });

test('one is made, read, listed, replaced and deleted', async () => {
  const { id, path } = await makeDevice(desk);
  const body = { '@odata.type': TYPE, extensionName: NAME, theme: 'dark', size: 3, tags: ['a', 'b'], on: true };
  const made = await ask('POST', `${path}/extensions`, body);
  assert.equal(made.status, 201, made.text);
  const data = { theme: 'dark', size: 3, tags: ['a', 'b'], on: true };
  const context = `${ORIGIN}/v1.0/$metadata#devices('${id}')/extensions`;
  assert.deepEqual(made.json, { '@odata.context': `${context}/$entity`, ...shown(NAME, data) });
  assert.deepEqual((await ask('GET', `${path}/extensions/${NAME}`)).json, made.json);
  const long = `${path}/extensions/microsoft.graph.openTypeExtension.${NAME}`;
  assert.deepEqual((await ask('GET', long)).json, made.json);
  assert.deepEqual((await ask('GET', `${path}/extensions('${NAME}')`)).json, made.json);
  const all = await ask('GET', `${path}/extensions`);
  assert.deepEqual(all.json, { '@odata.context': context, value: [shown(NAME, data)] });
  assertDone(await ask('PATCH', `${path}/extensions/${NAME}`, { theme: 'light', gone: null }));
  assert.deepEqual((await ask('GET', `${path}/extensions`)).json.value, [shown(NAME, { theme: 'light' })]);
  assertDone(await ask('DELETE', `${path}/extensions/${NAME}`));
  assert.deepEqual((await ask('GET', `${path}/extensions`)).json.value, []);
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    assertNotFound(await ask(method, `${path}/extensions/${NAME}`, method === 'PATCH' ? {} : undefined), NAME);
  }
});

test('$expand=extensions shows them within the object, alone and in lists', async () => {
  const { id, path } = await makeDevice(desk);
  await ask('POST', `${path}/extensions`, { extensionName: NAME, quote: '"\\', Käse: 'Öl' });
  const extensions = [shown(NAME, { quote: '"\\', Käse: 'Öl' })];
  const one = await ask('GET', `${path}?$select=id&$expand=extensions`);
  assert.deepEqual(one.json, { '@odata.context': one.json['@odata.context'], id, extensions });
  const list = await ask('GET', `/v1.0/devices?$expand=extensions&$filter=id eq '${id}'&$select=id`);
  assert.deepEqual(list.json.value, [{ id, extensions }]);
  const { path: other } = await makeDevice(desk);
  assert.deepEqual((await ask('GET', `${other}?$expand=extensions`)).json.extensions, []);
  assert.equal((await ask('GET', `${path}?$expand=extensions($select=id)`)).status, 400);
});

test('users, groups and administrative units have them, too', async () => {
  const unit = await ask('POST', '/v1.0/administrativeUnits', { displayName: 'A' });
  for (const path of [
    `/v1.0/users/${await makeUser(desk)}`,
    `/v1.0/groups/${await makeGroup(desk)}`,
    `/v1.0/administrativeUnits/${unit.json.id}`,
  ]) {
    assert.equal((await ask('POST', `${path}/extensions`, { extensionName: NAME, a: 1 })).status, 201);
    assert.deepEqual((await ask('GET', `${path}?$expand=extensions`)).json.extensions, [shown(NAME, { a: 1 })]);
  }
  const segment = "Resource not found for the segment 'extensions'.";
  const { json } = await ask('GET', '/v1.0/applications?$top=1');
  assertRefused(await ask('GET', `/v1.0/applications/${json.value[0].id}/extensions`), 400, 'BadRequest', segment);
});

// -- with a new object -----------------------------------------------------------------------------------------

test('documented: a device is made with them, as the page promises', async () => {
  const extensions = [{ '@odata.type': TYPE, extensionName: NAME, a: 1 }, { extensionName: 'com.b' }];
  const made = await ask('POST', '/v1.0/devices', deviceBody({ extensions }));
  assert.equal(made.status, 201, made.text);
  const found = await ask('GET', `/v1.0/devices/${made.json.id}?$expand=extensions`);
  assert.deepEqual(found.json.extensions, [shown(NAME, { a: 1 }), shown('com.b', {})]);
});

test('live: a device is made without them', async () => {
  const live = await openDesk({ fidelity: 'live' });
  const body = deviceBody({ extensions: [{ extensionName: NAME }] });
  const reply = await live.ask('POST', '/v1.0/devices', { as, body });
  assertRefused(reply, 400, 'Request_BadRequest', "Invalid property 'extensions'.");
  await live.close();
});

test('a wrong one leaves no device; an update takes none', async () => {
  for (const extensions of ['a', [1], [{}], [{ extensionName: NAME }, { extensionName: NAME }]]) {
    const body = deviceBody({ extensions });
    assert.equal((await ask('POST', '/v1.0/devices', body)).status, 400, JSON.stringify(extensions));
    const filter = `deviceId eq '${String(body['deviceId'])}'`;
    assert.deepEqual((await ask('GET', `/v1.0/devices?$filter=${filter}`)).json.value, []);
  }
  const { path } = await makeDevice(desk);
  const reply = await ask('PATCH', path, { extensions: [{ extensionName: NAME }] });
  assertRefused(reply, 400, 'Request_BadRequest', "Invalid property 'extensions'.");
});

// -- bad input -------------------------------------------------------------------------------------------------

const strange = (name: string) => `The extension name '${name}' is not valid.`;

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string])[] = [
  [{},                                            "A value is required for property 'extensionName' of resource 'openTypeExtension'."],
  [{ extensionName: '' },                         strange('')],
  [{ extensionName: 1 },                          strange('1')],
  [{ extensionName: 'a/b' },                      strange('a/b')],
  [{ extensionName: 'a b' },                      strange('a b')],
  [{ extensionName: "a'b" },                      strange("a'b")],
  [{ extensionName: '$count' },                   strange('$count')],
  [{ extensionName: 'x'.repeat(129) },            strange('x'.repeat(129))],
  [{ extensionName: 'a', id: 'b' },               strange('b')],
  [{ extensionName: 'a', 'b@odata.type': 'c' },   "Invalid property 'b@odata.type'."],
  [{ extensionName: 'a', text: 'x'.repeat(2040) }, "The open extension 'a' is larger than the 2048 bytes that are allowed."],
];

for (const [body, message] of WRONG) {
  test(`${JSON.stringify(body).slice(0, 60)} is refused`, async () => {
    const reply = await ask('POST', `/v1.0/devices/${DEV.kiosk}/extensions`, body);
    assertRefused(reply, 400, 'Request_BadRequest', message);
  });
}

test('of another type, or of an object that is not there', async () => {
  const path = `/v1.0/devices/${DEV.kiosk}/extensions`;
  const other = { '@odata.type': '#microsoft.graph.device', extensionName: 'a' };
  assertRefused(await ask('POST', path, other), 400, 'BadRequest');
  const nobody = '00000000-0000-4000-8000-000000000000';
  assertNotFound(await ask('POST', `/v1.0/devices/${nobody}/extensions`, { extensionName: 'a' }), nobody);
  assertNotFound(await ask('GET', `/v1.0/devices/${nobody}/extensions`), nobody);
});

test('the same name again, and more than two of one application, are refused; another application has its own two', async () => {
  const { path } = await makeDevice(desk);
  const add = (extensionName: string) => ask('POST', `${path}/extensions`, { extensionName });
  assert.equal((await add('one')).status, 201);
  const message = 'Another object with the same value for property one already exists.';
  assertRefused(await add('one'), 400, 'Request_BadRequest', message);
  assert.equal((await add('two')).status, 201);
  const quota =
    "Unable to perform operation as '3' would exceed the maximum quota count '2' for open extensions of one application.";
  assertRefused(await add('three'), 403, 'Directory_QuotaExceeded', quota);
  const token = await desk.tokenOfApp(DEV.daemon);
  const reply = await desk.ask('POST', `${path}/extensions`, { token, body: { extensionName: 'three' } });
  assert.equal(reply.status, 201, reply.text);
  assert.equal((await ask('GET', `${path}/extensions`)).json.value.length, 3);
});

for (const name of WEIRD_NAMES) {
  test(`${name}, as a name and within one, is data`, async () => {
    const { path } = await makeDevice(desk);
    const body = `{"extensionName":"${name}","${name}":{"polluted":"yes"},"inner":{"${name}":1}}`;
    assert.equal((await ask('POST', `${path}/extensions`, body)).status, 201);
    const { text } = await ask('GET', `${path}/extensions/${name}`);
    const found = JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value));
    assert.equal(found.id, name);
    assert.ok(text.includes(`"${name}":{"polluted":"yes"}`) && text.includes(`"inner":{"${name}":1}`), text);
    const expanded = await ask('GET', `${path}?$expand=extensions`);
    assert.ok(expanded.text.includes(`"${name}":{"polluted":"yes"}`));
    assertDone(await ask('PATCH', path, { displayName: 'Changed' }));
    assert.equal((await ask('GET', `${path}/extensions/${name}`)).text, text);
    assertUnharmed();
  });
}

test('who may not change the object may not keep anything beside it; who may read it reads it', async () => {
  const { path } = await makeDevice(desk);
  assertRefused(
    await ask('POST', `${path}/extensions`, { extensionName: 'a' }, 'member'),
    403,
    'Authorization_RequestDenied',
  );
  assert.equal((await ask('POST', `${path}/extensions`, { extensionName: 'a' }, 'intune.admin')).status, 201);
  assert.equal((await ask('GET', `${path}/extensions/a`, undefined, 'global.reader')).status, 200);
  assertRefused(
    await ask('DELETE', `${path}/extensions/a`, undefined, 'global.reader'),
    403,
    'Authorization_RequestDenied',
  );
  assertRefused(await ask('GET', `${path}?$expand=extensions`, undefined, 'guest'), 403, 'Authorization_RequestDenied');
});

test('two applications that add one at once both do', async () => {
  const { path } = await makeDevice(desk);
  const names = ['a', 'b'];
  await Promise.all(names.map((extensionName) => ask('POST', `${path}/extensions`, { extensionName })));
  const { json } = await ask('GET', `${path}/extensions`);
  assert.deepEqual(json.value.map(({ id }: { id: string }) => id).toSorted(), names);
});
