import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertRefused, makeDevice, makeUser } from './expect.ts';

/** https://learn.microsoft.com/graph/api/resources/onpremisesextensionattributes: of users; of devices they are called extensionAttributes. */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const PROPERTY = 'onPremisesExtensionAttributes';
const NONE = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`extensionAttribute${n + 1}`, null]));
const patch = (id: string, body: unknown) => desk.ask('PATCH', `/v1.0/users/${id}`, { as: 'global.admin', body });
const read = async (id: string) =>
  (await desk.ask('GET', `/v1.0/users/${id}?$select=${PROPERTY}`, { as: 'global.reader' })).json[PROPERTY];

test('a new user has none; those that a body names change, the others stay; null removes', async () => {
  const id = await makeUser(desk);
  assert.deepEqual(await read(id), NONE);
  assertDone(await patch(id, { [PROPERTY]: { extensionAttribute1: 'a', extensionAttribute15: 'o' } }));
  assertDone(await patch(id, { [PROPERTY]: { extensionAttribute1: 'b' } }));
  assert.deepEqual(await read(id), { ...NONE, extensionAttribute1: 'b', extensionAttribute15: 'o' });
  assertDone(await patch(id, { [PROPERTY]: { extensionAttribute1: null } }));
  assert.deepEqual(await read(id), { ...NONE, extensionAttribute15: 'o' });
});

test('a user is made with them, and found by them in advanced query mode', async () => {
  const id = await makeUser(desk, { [PROPERTY]: { extensionAttribute7: 'Käse' } });
  const filter = encodeURIComponent(`${PROPERTY}/extensionAttribute7 eq 'KÄSE'`);
  const url = `/v1.0/users?$filter=${filter}&$select=id&$count=true`;
  const { json } = await desk.ask('GET', url, { as: 'global.reader', headers: { ConsistencyLevel: 'eventual' } });
  assert.deepEqual(json.value, [{ id }]);
  assert.equal((await desk.ask('GET', url, { as: 'global.reader' })).status, 400);
});

for (const name of ['constructor', 'hasOwnProperty', 'toString', '__proto__', 'extensionAttribute16']) {
  test(`${name} is no extension attribute`, async () => {
    const { path } = await makeDevice(desk);
    const body = `{"extensionAttributes":{"${name}":"a"}}`;
    const reply = await desk.ask('PATCH', path, { as: 'global.admin', body });
    assertRefused(reply, 400, 'Request_BadRequest', `Invalid property '${name}'.`);
  });
}

for (const [length, fits] of [
  [1024, true],
  [1025, false],
] as const) {
  test(`one of ${length} characters ${fits ? 'is taken' : 'is refused'}`, async () => {
    const { path } = await makeDevice(desk);
    const body = { extensionAttributes: { extensionAttribute3: 'x'.repeat(length) } };
    const reply = await desk.ask('PATCH', path, { as: 'global.admin', body });
    const message = "Invalid value specified for property 'extensionAttribute3' of resource 'Device'.";
    if (fits) assertDone(reply);
    else assertRefused(reply, 400, 'Request_BadRequest', message);
  });
}
