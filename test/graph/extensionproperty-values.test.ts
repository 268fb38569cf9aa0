import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import { assertDone, assertRefused, EVENTUAL, groupBody, idsOf, makeDevice, makeGroup, makeUser } from './expect.ts';
import { assertUnharmed, type Defined, define, type Owner, ownerOf, undefine, WEIRD_NAMES } from './extensions.ts';

/** Values of directory extensions: https://learn.microsoft.com/graph/extensibility-overview#directory-extensions */

let desk: Desk;
let owner: Owner;
before(async () => {
  desk = await openDesk();
  owner = await ownerOf(desk);
});
after(() => desk.close());

const as = 'global.admin';
const patch = (path: string, body: unknown, who = as) => desk.ask('PATCH', path, { as: who, body });
const get = (path: string, headers = {}) => desk.ask('GET', path, { as, headers });
const read = async (path: string, name: string) => (await get(`${path}?$select=${name}`)).json[name];
const found = async (filter: string, headers: Record<string, string> = EVENTUAL, set = 'devices') =>
  get(`/v1.0/${set}?$select=id&$count=true&$filter=${encodeURIComponent(filter)}`, headers);

// -- types -----------------------------------------------------------------------------------------------------

type TypeRow = {
  readonly dataType: string;
  /** Sent, and read again. */
  readonly values: readonly (readonly [sent: unknown, read: unknown])[];
  readonly wrong: readonly unknown[];
  /** The literals of the first two values in a filter. */
  readonly literals: readonly [string, string];
  readonly edm: string;
};

// biome-ignore format: a table is read by its columns
const TYPES: readonly TypeRow[] = [
  { dataType: 'String',       values: [['Käse', 'Käse'], ['b', 'b'], ['', ''], ['x'.repeat(256), 'x'.repeat(256)]], wrong: [1, true, ['a'], { a: 1 }],           literals: ["'käse'", "'b'"], edm: 'String' },
  { dataType: 'Integer',      values: [[7, 7], [-1, -1], [0, 0], [2147483647, 2147483647]],                         wrong: ['7', 1.5, 2147483648, true],         literals: ['7', '-1'], edm: 'Int32' },
  { dataType: 'LargeInteger', values: [[9007199254740991, 9007199254740991], [-5, -5]],                             wrong: ['7', 1.5, 9007199254740992],         literals: ['9007199254740991', '-5'], edm: 'Int64' },
  { dataType: 'Boolean',      values: [[true, true], [false, false]],                                               wrong: ['true', 1, 0],                       literals: ['true', 'false'], edm: 'Boolean' },
  { dataType: 'DateTime',     values: [['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'], ['2025-01-01T00:00:00+01:00', '2024-12-31T23:00:00Z']], wrong: ['yesterday', 1, '2026-13-01T00:00:00Z'], literals: ['2026-01-02T03:04:05Z', '2024-12-31T23:00:00Z'], edm: 'DateTimeOffset' },
  { dataType: 'Binary',       values: [['AQID', 'AQID'], ['BAUG', 'BAUG']],                                         wrong: ['nö', 1, true],                      literals: ["'AQID'", "'BAUG'"], edm: 'Binary' },
];

for (const { dataType, values, wrong, literals, edm } of TYPES) {
  test(`${dataType}: written when a device is made and by PATCH, read on $select alone, removed by null`, async () => {
    const { name } = await define(desk, owner, `single${dataType}`, { dataType });
    for (const [sent, expected] of values) {
      const { path } = await makeDevice(desk, { [name]: sent });
      assert.deepEqual(await read(path, name), expected);
      assert.ok(!(name in (await get(path)).json), 'not in the default set');
      assertDone(await patch(path, { [name]: null }));
      assert.equal(await read(path, name), null);
      assertDone(await patch(path, { [name]: sent }));
      assert.deepEqual(await read(path, name), expected);
    }
  });

  test(`${dataType}: any other value is refused by name, and nothing is written`, async () => {
    const { name } = await define(desk, owner, `wrong${dataType}`, { dataType });
    const { path } = await makeDevice(desk, { displayName: 'Before' });
    for (const value of wrong) {
      const literal = typeof value === 'string' ? value : JSON.stringify(value);
      const message = `Cannot convert the literal '${literal}' to the expected type 'Edm.${edm}'.`;
      const reply = await patch(path, { displayName: 'After', [name]: value });
      assertRefused(reply, 400, 'Request_BadRequest', message);
      const body = deviceBody({ [name]: value });
      assertRefused(await desk.ask('POST', '/v1.0/devices', { as, body }), 400, 'Request_BadRequest', message);
      const where = `deviceId eq '${String(body['deviceId'])}'`;
      assert.deepEqual(idsOf(await found(where)), [], 'no device is left half written');
    }
    assert.equal(await read(path, 'displayName'), 'Before');
  });

  test(`${dataType}: found by its value, by none, by several`, async () => {
    const { name } = await define(desk, owner, `found${dataType}`, { dataType });
    const [[one], [two]] = values as unknown as [[unknown], [unknown]];
    const a = await makeDevice(desk, { [name]: one });
    const b = await makeDevice(desk, { [name]: two });
    const [first, second] = literals;
    assert.deepEqual(idsOf(await found(`${name} eq ${first}`)), [a.id]);
    assert.deepEqual(idsOf(await found(`${name} eq ${second}`)), [b.id]);
    assert.deepEqual(idsOf(await found(`${name} ne null`)), [a.id, b.id]);
    const others = idsOf(await found(`${name} eq null`));
    assert.ok(others.length > 1 && !others.includes(a.id) && !others.includes(b.id));
    const not = idsOf(await found(`not(${name} eq ${first})`));
    assert.ok(not.includes(b.id) && !not.includes(a.id) && not.length === others.length + 1);
    if (dataType === 'Binary') return;
    assert.deepEqual(idsOf(await found(`${name} in (${first}, ${second})`)), [a.id, b.id]);
  });

  test(`${dataType}, multi-valued: a list, found by its items`, async () => {
    const { name } = await define(desk, owner, `many${dataType}`, { dataType, isMultiValued: true });
    const [[one, first], [two, second]] = values as unknown as [[unknown, unknown], [unknown, unknown]];
    const a = await makeDevice(desk, { [name]: [one, two] });
    const b = await makeDevice(desk, { [name]: [two] });
    assert.deepEqual(await read(a.path, name), [first, second]);
    assert.deepEqual(idsOf(await found(`${name}/any(x:x eq ${literals[0]})`)), [a.id]);
    assert.deepEqual(idsOf(await found(`${name}/any(x:x eq ${literals[1]})`)), [a.id, b.id]);
    assert.deepEqual(idsOf(await found(`${name}/$count ne 0`)), [a.id, b.id]);
    assertDone(await patch(b.path, { [name]: null }));
    assert.deepEqual(await read(b.path, name), []);
    assert.deepEqual(idsOf(await found(`${name}/$count ne 0`)), [a.id]);
    assertRefused(await patch(a.path, { [name]: one }), 400, 'Request_BadRequest');
    assertRefused(await patch(a.path, { [name]: [one, wrong[0]] }), 400, 'Request_BadRequest');
    assertDone(await patch(a.path, { [name]: [] }));
    assert.deepEqual(idsOf(await found(`${name}/$count ne 0`)), []);
  });
}

// -- queries ---------------------------------------------------------------------------------------------------

test('text is compared without case, by its start, in ranges, and gives an order', async () => {
  const { name } = await define(desk, owner, 'ordered');
  const long = `${'m'.repeat(200)}z`;
  const values = ['Apfel', 'birne', 'Birnenbaum', 'Ölbaum', long];
  const ids: string[] = [];
  for (const value of values) ids.push((await makeDevice(desk, { [name]: value })).id);
  const of = (...indexes: number[]) => indexes.map((index) => ids[index]);
  const rows: readonly (readonly [filter: string, ids: readonly unknown[]])[] = [
    [`${name} eq 'APFEL'`, of(0)],
    [`${name} eq '${long.toUpperCase()}'`, of(4)],
    [`startsWith(${name}, 'BIRNE')`, of(1, 2)],
    [`startsWith(${name}, 'öl')`, of(3)],
    [`startsWith(${name}, '${long.slice(0, 150)}')`, of(4)],
    [`startsWith(${name}, '')`, of(0, 1, 2, 3, 4)],
    [`startsWith(${name}, 'x')`, []],
    [`not(startsWith(${name}, 'b')) and ${name} ne null`, of(0, 3, 4)],
    [`${name} ge 'birne' and ${name} lt 'c'`, of(1, 2)],
    [`${name} gt 'birnenbaum'`, of(3, 4)],
    [`${name} eq 'apfel' or startsWith(${name}, 'birnen')`, of(0, 2)],
    [`${name} eq 'apfel' and displayName eq 'Test device'`, of(0)],
    [`${name} eq 'apfel' and accountEnabled eq false`, []],
  ];
  for (const [filter, expected] of rows) {
    const reply = await found(filter);
    assert.deepEqual(idsOf(reply), expected, filter);
    assert.equal(reply.json['@odata.count'], expected.length, filter);
    const url = `/v1.0/devices/$count?$filter=${encodeURIComponent(filter)}`;
    assert.equal((await get(url, EVENTUAL)).text, String(expected.length));
  }
  const sorted = `/v1.0/devices?$select=id&$count=true&$filter=${name} ne null&$orderby=${name}`;
  assert.deepEqual(idsOf(await get(sorted, EVENTUAL)), of(0, 1, 2, 4, 3));
  assert.deepEqual(idsOf(await get(`${sorted} desc`, EVENTUAL)), of(3, 4, 2, 1, 0));
  assert.deepEqual(idsOf(await found(`startsWith(${name}, 'a')`, {})), of(0), 'without advanced query mode');
});

test('numbers and instants are compared as such', async () => {
  const number = await define(desk, owner, 'number', { dataType: 'Integer' });
  const date = await define(desk, owner, 'date', { dataType: 'DateTime' });
  const low = await makeDevice(desk, { [number.name]: 9, [date.name]: '2026-01-01T00:00:00Z' });
  const high = await makeDevice(desk, { [number.name]: 10, [date.name]: '2026-01-01T00:00:00.5Z' });
  assert.deepEqual(idsOf(await found(`${number.name} gt 9`)), [high.id]);
  assert.deepEqual(idsOf(await found(`${number.name} le 9`)), [low.id]);
  assert.deepEqual(idsOf(await found(`${date.name} gt 2026-01-01T00:00:00Z`)), [high.id]);
  assert.deepEqual(idsOf(await found(`${date.name} eq 2026-01-01T00:00:00.50Z`)), [high.id]);
});

test('what a definition does not take is refused as of any property', async () => {
  const { name } = await define(desk, owner, 'refusing', { dataType: 'Boolean' });
  const many = await define(desk, owner, 'refusingMany', { isMultiValued: true });
  const clause = (of: string) =>
    `Unsupported or invalid query filter clause specified for property '${of}' of resource 'Device'.`;
  const rows: readonly (readonly [filter: string, message: string])[] = [
    [`${name} ge true`, clause(name)],
    [`startsWith(${name}, 'a')`, clause(name)],
    [
      `${name} eq 'true'`,
      "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'.",
    ],
    [`${many.name} eq 'a'`, clause(many.name)],
    [`${name}x eq true`, `Property '${name}x' does not exist as a declared property or extension property.`],
    [`${name}/toString eq true`, "Property 'toString' does not exist as a declared property or extension property."],
  ];
  for (const [filter, message] of rows) {
    const reply = await found(filter);
    assert.deepEqual([reply.status, reply.json.error?.message], [400, message], filter);
  }
  const order = await get(`/v1.0/devices?$count=true&$orderby=${name}`, EVENTUAL);
  assert.equal(order.json.error.message, `Unsupported sort property '${name}' for 'Device'.`);
  assert.equal((await found(`${name} ne true`, {})).status, 400, 'ne needs advanced query mode');
});

// -- of which objects ------------------------------------------------------------------------------------------

test('users, groups and administrative units have them out of the same rows', async () => {
  const targetObjects = ['User', 'Group', 'AdministrativeUnit'];
  const { name } = await define(desk, owner, 'everywhere', { targetObjects });
  const user = await makeUser(desk, { [name]: 'here' });
  const group = await makeGroup(desk, { [name]: 'here' });
  const unit = await desk.ask('POST', '/v1.0/administrativeUnits', { as, body: { displayName: 'A', [name]: 'here' } });
  for (const [set, id] of [
    ['users', user],
    ['groups', group],
    ['administrativeUnits', unit.json.id],
  ] as const) {
    assert.equal(await read(`/v1.0/${set}/${id}`, name), 'here');
    assert.deepEqual(idsOf(await found(`${name} eq 'HERE'`, EVENTUAL, set)), [id]);
    assertDone(await patch(`/v1.0/${set}/${id}`, { [name]: 'there' }));
    assert.deepEqual(idsOf(await found(`${name} eq 'here'`, EVENTUAL, set)), []);
    assert.equal(await read(`/v1.0/${set}/${id}`, name), 'there');
  }
  const members = `/v1.0/groups/${group}/members`;
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${user}` };
  assertDone(await desk.ask('POST', `${members}/$ref`, { as, body: reference }));
  const { json } = await get(`${members}?$select=id,${name}&$count=true&$filter=${name} eq 'there'`, EVENTUAL);
  assert.deepEqual(json.value, [{ '@odata.type': '#microsoft.graph.user', id: user, [name]: 'there' }]);
  const expanded = await get(`/v1.0/groups/${group}?$select=id&$expand=members($select=${name})`);
  assert.equal(expanded.json.members[0][name], 'there');
});

const unavailable = (name: string) => `The following extension properties are not available: ${name}.`;

test('what is not defined, or of another type, is not available', async () => {
  const { name } = await define(desk, owner, 'usersOnly', { targetObjects: ['User'] });
  const { path } = await makeDevice(desk);
  for (const one of [
    name,
    `${name}x`,
    name.toUpperCase().replace('EXTENSION', 'extension'),
    'extension_',
    'extension_a_b',
  ]) {
    assertRefused(await patch(path, { [one]: 'a' }), 400, 'Request_BadRequest', unavailable(one));
    const body = deviceBody({ [one]: 'a' });
    assertRefused(await desk.ask('POST', '/v1.0/devices', { as, body }), 400, 'Request_BadRequest', unavailable(one));
    const undeclared = `Property '${one}' does not exist as a declared property or extension property.`;
    assertRefused(await get(`${path}?$select=${one}`), 400, 'Request_UnsupportedQuery', undeclared);
  }
});

for (const own of WEIRD_NAMES) {
  test(`a property of the name ${own} is data like any other`, async () => {
    const { name } = await define(desk, owner, own);
    const { path, id } = await makeDevice(desk, { [name]: 'polluted' });
    assert.equal(await read(path, name), 'polluted');
    assert.deepEqual(idsOf(await found(`${name} eq 'polluted'`)), [id]);
    assertRefused(await patch(path, `{"${own}":"a"}`), 400, 'Request_BadRequest', `Invalid property '${own}'.`);
    const missing = `extension_${owner.digits}_${own}_`;
    assertRefused(await patch(path, { [missing]: 'a' }), 400, 'Request_BadRequest', unavailable(missing));
    assertUnharmed();
  });
}

// -- the life of a definition ----------------------------------------------------------------------------------

test('with its definition a property is gone; the same definition again shows its values', async () => {
  const first = await define(desk, owner, 'lost');
  const { name } = first;
  const { path, id } = await makeDevice(desk, { [name]: 'kept' });
  await undefine(desk, owner, first);
  assert.equal((await get(`${path}?$select=${name}`)).status, 400);
  assert.equal((await found(`${name} eq 'kept'`)).status, 400);
  assertRefused(await patch(path, { [name]: 'other' }), 400, 'Request_BadRequest', unavailable(name));
  assertDone(await patch(path, { displayName: 'Changed meanwhile' }));
  const wrong = await define(desk, owner, 'lost', { dataType: 'Integer' });
  assert.equal(await read(path, name), null, 'text is no number');
  assertDone(await patch(path, { [name]: 5 }));
  await undefine(desk, owner, wrong);
  await define(desk, owner, 'lost');
  assert.equal(await read(path, name), null, 'what was defined last counts');
  assert.deepEqual(idsOf(await found(`${name} eq 'kept'`)), []);
  const again = await define(desk, owner, 'found');
  assertDone(await patch(path, { [again.name]: 'kept' }));
  await undefine(desk, owner, again);
  assertDone(await patch(path, { displayName: 'Changed again' }));
  await define(desk, owner, 'found');
  assert.equal(await read(path, again.name), 'kept');
  assert.deepEqual(idsOf(await found(`${again.name} eq 'kept'`)), [id]);
});

// -- limits ----------------------------------------------------------------------------------------------------

test('a value has its greatest length', async () => {
  const text = await define(desk, owner, 'longText');
  const bytes = await define(desk, owner, 'longBytes', { dataType: 'Binary' });
  const many = await define(desk, owner, 'longList', { dataType: 'Integer', isMultiValued: true });
  const { path } = await makeDevice(desk);
  const tooLong = (name: string) => `Invalid value specified for property '${name}' of resource 'Device'.`;
  const rows: readonly (readonly [of: Defined, value: unknown])[] = [
    [text, 'x'.repeat(257)],
    [bytes, Buffer.alloc(257).toString('base64')],
    [many, Array.from({ length: 257 }, (_, n) => n)],
  ];
  for (const [{ name }, value] of rows) {
    assertRefused(await patch(path, { [name]: value }), 400, 'Request_BadRequest', tooLong(name));
  }
  assertDone(await patch(path, { [bytes.name]: Buffer.alloc(256).toString('base64') }));
  assertDone(await patch(path, { [many.name]: Array.from({ length: 256 }, (_, n) => n) }));
});

test('an object has 100 values, no more, and those of deleted definitions count', async () => {
  const other = await ownerOf(desk, DEV.reader);
  const all: Defined[] = [];
  for (let n = 0; n < 101; n++) all.push(await define(desk, other, `n${n}`));
  const values = (count: number) => Object.fromEntries(all.slice(0, count).map(({ name }) => [name, 'a']));
  const quota =
    "Unable to perform operation as '101' would exceed the maximum quota count '100' for extension property values.";
  const body = deviceBody(values(101));
  assertRefused(await desk.ask('POST', '/v1.0/devices', { as, body }), 403, 'Directory_QuotaExceeded', quota);
  const { path } = await makeDevice(desk, values(100));
  const last = all[100] as Defined;
  assertRefused(await patch(path, { [last.name]: 'a' }), 403, 'Directory_QuotaExceeded', quota);
  await undefine(desk, other, all[0] as Defined);
  assertRefused(await patch(path, { [last.name]: 'a' }), 403, 'Directory_QuotaExceeded', quota);
  assertDone(await patch(path, { [(all[1] as Defined).name]: null, [last.name]: 'a' }));
  assert.equal(await read(path, last.name), 'a');
});

// -- who may ---------------------------------------------------------------------------------------------------

test('whoever may change basic properties of a device may change them; an application only on Windows', async () => {
  const { name } = await define(desk, owner, 'allowed');
  const { path } = await makeDevice(desk, { operatingSystem: 'Linux' });
  assertDone(await patch(path, { [name]: 'a' }, 'intune.admin'));
  assertRefused(await patch(path, { [name]: 'b' }, 'member'), 403, 'Authorization_RequestDenied');
  assertRefused(await patch(path, { [name]: 'b' }, 'registrar'), 403, 'Authorization_RequestDenied');
  const token = await desk.tokenOfApp(DEV.daemon);
  const byApp = (at: string) => desk.ask('PATCH', at, { token, body: { [name]: 'c' } });
  assertRefused(await byApp(path), 400, 'Request_BadRequest');
  const windows = await makeDevice(desk);
  assertDone(await byApp(windows.path));
  assert.equal(await read(windows.path, name), 'c');
});

test('two who change different extension properties of one device at once both do', async () => {
  const one = await define(desk, owner, 'raceOne');
  const two = await define(desk, owner, 'raceTwo');
  const { path } = await makeDevice(desk);
  await Promise.all([patch(path, { [one.name]: 'a' }), patch(path, { [two.name]: 'b' })]);
  assert.deepEqual([await read(path, one.name), await read(path, two.name)], ['a', 'b']);
});

test('a group with an extension value keeps it through other changes', async () => {
  const { name } = await define(desk, owner, 'groupsOnly', { targetObjects: ['Group'] });
  const { json } = await desk.ask('POST', '/v1.0/groups', { as, body: groupBody({ [name]: 'a' }) });
  assertDone(await patch(`/v1.0/groups/${json.id}`, { description: 'Changed' }));
  assert.equal(await read(`/v1.0/groups/${json.id}`, name), 'a');
});

test('with its application a definition is gone, and its values are out of sight', async () => {
  const made = await desk.ask('POST', '/v1.0/applications', { as, body: { displayName: 'Owner' } });
  const gone = { id: made.json.id, digits: made.json.appId.replaceAll('-', '') };
  const { id, name } = await define(desk, gone, 'orphan');
  const { path } = await makeDevice(desk, { [name]: 'a' });
  assertDone(await desk.ask('DELETE', `/v1.0/applications/${gone.id}`, { as }));
  assert.equal((await get(`${path}?$select=${name}`)).status, 400);
  assertRefused(await patch(path, { [name]: 'b' }), 400, 'Request_BadRequest', unavailable(name));
  const { json } = await desk.ask('POST', '/v1.0/directoryObjects/getAvailableExtensionProperties', { as, body: {} });
  assert.ok(!json.value.some((one: { id: string }) => one.id === id));
});
