import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { assertRefused, JSON_TYPE, NOBODY, ORIGIN } from './expect.ts';
import { DAEMON_PRINCIPAL, HEAD_OFFICE, openMemberships, PLACES } from './memberships.ts';

/** https://learn.microsoft.com/graph/api/directoryobject-getbyids */

const DAEMON = 'af2053e4-0f91-4e8e-bea6-2cbf01cf6b84';

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (body: unknown, as = 'member', headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('POST', '/v1.0/directoryObjects/getByIds', { as, body, headers });

const ids = [DEV.kiosk, DEV.member, DEV.kiosks, HEAD_OFFICE, DAEMON_PRINCIPAL, DAEMON];

test('objects of any type, each with its type and as it is under its own address', async () => {
  const reply = await ask({ ids });
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.headers.get('content-type'), JSON_TYPE);
  assert.deepEqual(Object.keys(reply.json), ['@odata.context', 'value']);
  assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#directoryObjects`);
  const own = new Map<string, unknown>();
  for (const id of ids) {
    const { '@odata.context': _, ...object } = (await desk.ask('GET', `/v1.0/directoryObjects/${id}`, { as: 'member' }))
      .json;
    own.set(id, object);
  }
  assert.equal(reply.json.value.length, ids.length);
  for (const object of reply.json.value) assert.deepEqual(object, own.get(object.id));
});

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [name: string, body: object, found: readonly string[]])[] = [
  ['of one type',                    { ids, types: ['device'] },                             [DEV.kiosk]],
  ['of two',                         { ids, types: ['user', 'group'] },                      [DEV.kiosks, DEV.member]],
  ['types in any case',              { ids, types: ['DEVICE', 'ServicePrincipal'] },         [DEV.kiosk, DAEMON_PRINCIPAL]],
  ['of all directory objects',       { ids, types: ['directoryObject'] },                    ids],
  ['types null',                     { ids: [DEV.kiosk], types: null },                      [DEV.kiosk]],
  ['no type at all',                 { ids: [DEV.kiosk], types: [] },                        [DEV.kiosk]],
  ['unknown ids are left out',       { ids: [NOBODY, DEV.member, PLACES.Site.replace(/^./, 'f')] }, [DEV.member]],
  ['ids in capitals, and twice',     { ids: [DEV.kiosk.toUpperCase(), DEV.kiosk] },          [DEV.kiosk]],
  ['a type that none of them has',   { ids: [DEV.kiosk], types: ['user'] },                  []],
  ['a type that is not kept here',   { ids: [DEV.kiosk], types: ['orgContact'] },            []],
  ['no ids',                         { ids: [] },                                            []],
];

for (const [name, body, found] of ROWS) {
  test(name, async () => {
    const reply = await ask(body);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(reply.json.value.map(({ id }: { id: string }) => id).toSorted(), found.toSorted());
  });
}

test('a thousand ids, and no more', async () => {
  const many = (count: number) => ({ ids: Array.from({ length: count }, () => crypto.randomUUID()) });
  assert.deepEqual((await ask(many(1000))).json.value, []);
  const words = "Too many values were given for the parameter 'ids': the limit is 1000.";
  assertRefused(await ask(many(1001)), 400, 'Request_BadRequest', words);
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [body: object, message: string])[] = [
  [{},                                     "A value is required for property 'ids' of resource 'getByIds'."],
  [{ ids: null },                          "A value is required for property 'ids' of resource 'getByIds'."],
  [{ ids: ['x'] },                         "Invalid object identifier 'x'."],
  [{ ids: DEV.kiosk },                     "The value of property 'ids' must be a JSON array of 'Edm.String'."],
  [{ ids: [], types: 'device' },           "The value of property 'types' must be a JSON array of 'Edm.String'."],
  [{ ids: [], types: [1] },                "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ ids: [], colour: 'red' },             "Invalid property 'colour'."],
];

for (const [body, message] of REFUSED) {
  test(`${JSON.stringify(body)} is refused`, async () => {
    assertRefused(await ask(body), 400, 'Request_BadRequest', message);
  });
}

test('$select is not available', async () => {
  const reply = await desk.ask('POST', '/v1.0/directoryObjects/getByIds?$select=id', { as: 'member', body: { ids } });
  assertRefused(reply, 400, 'Request_BadRequest', "'$select' is not supported by the service.");
});

test('metadata levels', async () => {
  const none = await ask({ ids: [DEV.kiosk] }, 'member', { accept: 'application/json;odata.metadata=none' });
  assert.deepEqual(Object.keys(none.json), ['value']);
  assert.equal(none.json.value[0]['@odata.type'], undefined);
  const full = await ask({ ids: [DEV.kiosk] }, 'member', { accept: 'application/json;odata.metadata=full' });
  assert.equal(full.json.value[0]['@odata.id'], `${ORIGIN}/v1.0/devices/${DEV.kiosk}`);
});

test('who may: Directory.Read.All and a role, or an application that has it', async () => {
  assertRefused(await ask({ ids }, 'guest'), 403, 'Authorization_RequestDenied');
  const narrow = await desk.tokenOf('member', { scope: 'Device.Read.All' });
  const reply = await desk.ask('POST', '/v1.0/directoryObjects/getByIds', { token: narrow, body: { ids } });
  assertRefused(reply, 403, 'Authorization_RequestDenied');
  const token = await desk.tokenOfApp(DEV.daemon);
  assert.equal((await desk.ask('POST', '/v1.0/directoryObjects/getByIds', { token, body: { ids } })).status, 200);
});
