import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertRefused, EVENTUAL, JSON_TYPE, makeDevice, ORIGIN } from './expect.ts';

/** How much an answer tells of itself: https://docs.oasis-open.org/odata/odata-json-format/v4.01 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
  await makeDevice(desk);
});
after(() => desk.close());

const KIOSK = `/v1.0/devices/${DEV.kiosk}`;
type Level = 'none' | 'minimal' | 'full';

/** The two ways to ask for a level. */
const WAYS = {
  Accept: (url: string, level: Level) => ask(url, { accept: `application/json;odata.metadata=${level}` }),
  $format: (url: string, level: Level) =>
    ask(`${url}${url.includes('?') ? '&' : '?'}$format=application/json;odata.metadata=${level}`, {}),
} as const;

function ask(url: string, headers: Readonly<Record<string, string>>) {
  return desk.ask('GET', url, { as: 'member', headers: { ...EVENTUAL, ...headers } });
}

/** What the full level says of an object of that set before its properties. */
function links(set: string, id: string, type: string, relations: readonly string[]): Record<string, string> {
  const place = `${ORIGIN}/v1.0/${set}/${id}`;
  return Object.fromEntries([
    ['@odata.type', `#microsoft.graph.${type}`],
    ['@odata.id', place],
    ['@odata.editLink', `${set}/${id}`],
    ...relations.flatMap((name) => [
      [`${name}@odata.navigationLink`, `${place}/${name}`],
      ...(CONTAINED.has(name) ? [] : [[`${name}@odata.associationLink`, `${place}/${name}/$ref`]]),
    ]),
  ]);
}

const DEVICE = ['registeredOwners', 'registeredUsers', 'memberOf', 'transitiveMemberOf'];
/** What lives in the object, and is not referred to. */
const CONTAINED: ReadonlySet<string> = new Set(['appRoleAssignments']);
const GROUP = ['appRoleAssignments', 'members', 'owners', 'transitiveMembers', 'memberOf', 'transitiveMemberOf'];

for (const [way, get] of Object.entries(WAYS)) {
  test(`${way}: an object`, async () => {
    const url = `${KIOSK}?$select=id,displayName`;
    const values = { id: DEV.kiosk, displayName: 'KIOSK-01' };
    const context = `${ORIGIN}/v1.0/$metadata#devices(id,displayName)/$entity`;
    const [none, minimal, full] = [await get(url, 'none'), await get(url, 'minimal'), await get(url, 'full')];
    assert.deepEqual(none.json, values);
    assert.deepEqual(minimal.json, { '@odata.context': context, ...values });
    const expected = { '@odata.context': context, ...links('devices', DEV.kiosk, 'device', DEVICE), ...values };
    assert.deepEqual(full.json, expected);
    assert.deepEqual(Object.keys(full.json), Object.keys(expected));
    assert.equal(minimal.headers.get('content-type'), JSON_TYPE);
    assert.equal(none.headers.get('content-type'), JSON_TYPE.replace('minimal', 'none'));
    assert.equal(full.headers.get('content-type'), JSON_TYPE.replace('minimal', 'full'));
  });

  test(`${way}: a list keeps its count and its next link`, async () => {
    const url = '/v1.0/devices?$count=true&$top=1&$select=id';
    const none = await get(url, 'none');
    assert.deepEqual(Object.keys(none.json), ['@odata.count', '@odata.nextLink', 'value']);
    assert.deepEqual(none.json.value, [{ id: DEV.kiosk }]);
    const full = await get(url, 'full');
    assert.deepEqual(Object.keys(full.json), ['@odata.context', '@odata.count', '@odata.nextLink', 'value']);
    assert.deepEqual(full.json.value, [{ ...links('devices', DEV.kiosk, 'device', DEVICE), id: DEV.kiosk }]);
  });

  test(`${way}: a relation`, async () => {
    const url = `${KIOSK}/memberOf?$select=id`;
    assert.deepEqual((await get(url, 'none')).json, { value: [{ id: DEV.kiosks }] });
    const group = { '@odata.type': '#microsoft.graph.group', id: DEV.kiosks };
    assert.deepEqual((await get(url, 'minimal')).json.value, [group]);
    assert.deepEqual((await get(url, 'full')).json.value, [
      { ...links('groups', DEV.kiosks, 'group', GROUP), id: DEV.kiosks },
    ]);
  });
}

test('references without their context', async () => {
  const reply = await WAYS.Accept(`${KIOSK}/registeredOwners/$ref`, 'none');
  assert.deepEqual(Object.keys(reply.json), ['value']);
});

test('the whole object keeps its order behind the links', async () => {
  const minimal = (await WAYS.Accept(KIOSK, 'minimal')).json;
  const full = (await WAYS.Accept(KIOSK, 'full')).json;
  const names = Object.keys(full).filter((name) => !name.includes('@'));
  assert.deepEqual(names, Object.keys(minimal).slice(1));
});

test('$format goes before Accept; what is no level is refused', async () => {
  const both = `${KIOSK}?$select=id&$format=application/json;odata.metadata=none`;
  const reply = await ask(both, { accept: 'application/json;odata.metadata=full' });
  assert.deepEqual(reply.json, { id: DEV.kiosk });
  const words = "The metadata level 'some' is not available; 'none', 'minimal' and 'full' are.";
  assertRefused(await ask(KIOSK, { accept: 'application/json;odata.metadata=some' }), 406, 'NotAcceptable', words);
});

for (const accept of [
  '*/*',
  'application/json',
  'text/html, */*;q=0.1',
  'application/json; odata.metadata=minimal',
  '',
]) {
  test(`Accept: ${accept} is answered as by default`, async () => {
    const reply = await ask(KIOSK, { accept });
    assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, JSON_TYPE]);
  });
}
