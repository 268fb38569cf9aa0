import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, EVENTUAL, idsOf, makeDevice, makeUser, ORIGIN } from './expect.ts';
import { assertUnharmed, defineSchema, WEIRD_NAMES } from './extensions.ts';

/** https://learn.microsoft.com/graph/api/resources/schemaextension, and the values of what it defines */

let desk: Desk;
/** Each test begins without definitions: an owner may have five. */
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const as = 'global.admin';
const SCHEMAS = '/v1.0/schemaExtensions';
const ask = (method: string, path: string, body?: unknown, who = as) => desk.ask(method, path, { as: who, body });
const get = (path: string, headers = {}) => desk.ask('GET', path, { as, headers });
const read = async (path: string, name: string) => (await get(`${path}?$select=${name}`)).json[name];
const remove = async (id: string) => assertDone(await ask('DELETE', `${SCHEMAS}/${id}`));
const PROPERTIES = [
  { name: 'courseId', type: 'Integer' },
  { name: 'courseName', type: 'String' },
];
const whole = { id: 'courses', description: 'Courses', targetTypes: ['device'], properties: PROPERTIES };
const TYPE = { '@odata.type': '#microsoft.graph.ComplexExtensionValue' };

test('one is made in development, under a name that nobody can guess; read, listed, deleted', async () => {
  const made = await ask('POST', SCHEMAS, whole);
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, ...values } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#schemaExtensions/$entity`);
  assert.match(values.id, /^ext[a-z0-9]{8}_courses$/);
  assert.deepEqual(values, { ...whole, id: values.id, status: 'InDevelopment', owner: DEV.console });
  assert.deepEqual((await get(`${SCHEMAS}/${values.id}`)).json, made.json);
  assert.deepEqual((await get(SCHEMAS)).json.value, [values]);
  const filter = encodeURIComponent(`id eq '${values.id}' and status eq 'InDevelopment' and owner eq '${DEV.console}'`);
  assert.deepEqual((await get(`${SCHEMAS}?$filter=${filter}&$select=id`)).json.value, [{ id: values.id }]);
  await remove(values.id);
  assertNotFound(await get(`${SCHEMAS}/${values.id}`), values.id);
});

test('with a verified domain in front the name is what it is, and nobody has it twice', async () => {
  const id = await defineSchema(desk, { id: 'contoso_mySchema' });
  assert.equal(id, 'contoso_mySchema');
  assert.equal((await get(`${SCHEMAS}/contoso_mySchema`)).json.id, id);
  const message = 'Another object with the same value for property id already exists.';
  assertRefused(await ask('POST', SCHEMAS, { ...whole, id }), 400, 'Request_BadRequest', message);
  await remove(id);
});

const invalid = (name: string) => `Invalid value specified for property '${name}' of resource 'SchemaExtension'.`;
const missing = (name: string) => `A value is required for property '${name}' of resource 'SchemaExtension'.`;
const property = (name: unknown, type: unknown = 'String') => ({ properties: [{ name, type }] });

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [more: Record<string, unknown>, message: string])[] = [
  [{ id: undefined },                           missing('id')],
  [{ targetTypes: undefined },                  missing('targetTypes')],
  [{ properties: undefined },                   missing('properties')],
  [{ id: 'fabrikam_courses' },                  invalid('id')],
  [{ id: 'contoso_a_b' },                       invalid('id')],
  [{ id: '__proto__' },                         invalid('id')],
  [{ id: 'with blank' },                        invalid('id')],
  [{ id: '1course' },                           invalid('id')],
  [{ targetTypes: [] },                         invalid('targetTypes')],
  [{ targetTypes: ['device', 'planet'] },       invalid('targetTypes')],
  [{ targetTypes: ['constructor'] },            invalid('targetTypes')],
  [{ properties: [] },                          invalid('properties')],
  [property('a', 'Text'),                       invalid('properties')],
  [property('a', 'LargeInteger'),               invalid('properties')],
  [property('a', 'constructor'),                invalid('properties')],
  [property('__proto__'),                       invalid('properties')],
  [property(''),                                invalid('properties')],
  [property('with blank'),                      invalid('properties')],
  [property("quote'"),                          invalid('properties')],
  [{ properties: [PROPERTIES[0], PROPERTIES[0]] }, invalid('properties')],
  [{ properties: Array.from({ length: 101 }, (_, n) => ({ name: `p${n}`, type: 'String' })) }, invalid('properties')],
  [{ owner: DEV.kiosk },                        invalid('owner')],
  [{ description: 'x'.repeat(129) },            invalid('description')],
  [property(1),                                 "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ properties: [{ name: 'a', type: 'String', colour: 'red' }] }, "Invalid property 'colour'."],
];

for (const [more, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 60)} is refused`, async () => {
    assertRefused(await ask('POST', SCHEMAS, { ...whole, ...more }), 400, 'Request_BadRequest', message);
  });
}

test('an application owns five, no more; each of another application is another five', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(await defineSchema(desk, { id: `s${n}` }));
  const quota = "Unable to perform operation as '6' would exceed the maximum quota count '5' for schema extensions.";
  assertRefused(await ask('POST', SCHEMAS, whole), 403, 'Directory_QuotaExceeded', quota);
  ids.push(await defineSchema(desk, { owner: DEV.reader }));
  for (const id of ids) await remove(id);
});

// -- life ------------------------------------------------------------------------------------------------------

const DENIED = 'Cannot perform this extension schema write operation.';

test('InDevelopment, Available, Deprecated: what each may become, and what may be done in it', async () => {
  const id = await defineSchema(desk, { id: 'contoso_life' });
  const path = `${SCHEMAS}/${id}`;
  const become = (status: string) => ask('PATCH', path, { status });
  assertRefused(await become('Deprecated'), 400, 'Request_BadRequest', invalid('status'));
  assertRefused(await become('constructor'), 400, 'Request_BadRequest', invalid('status'));
  const added = [...PROPERTIES, { name: 'added', type: 'Boolean' }];
  assertDone(await ask('PATCH', path, { properties: added }));
  assertRefused(await ask('PATCH', path, { properties: PROPERTIES }), 400, 'Request_BadRequest', invalid('properties'));
  assertDone(await become('Available'));
  assertRefused(await become('InDevelopment'), 400, 'Request_BadRequest', invalid('status'));
  assertRefused(await ask('DELETE', path), 403, 'Authorization_RequestDenied', DENIED);
  assertDone(await ask('PATCH', path, { targetTypes: ['device', 'user'], description: 'More' }));
  assertRefused(await ask('PATCH', path, { targetTypes: ['user'] }), 400, 'Request_BadRequest', invalid('targetTypes'));
  const { path: old } = await makeDevice(desk, { [id]: { courseId: 1 } });
  const { path: other } = await makeDevice(desk);
  assertDone(await become('Deprecated'));
  assertRefused(await ask('PATCH', path, { description: 'No' }), 403, 'Authorization_RequestDenied', DENIED);
  assertRefused(await ask('DELETE', path), 403, 'Authorization_RequestDenied', DENIED);
  const unavailable = `The following extension properties are not available: ${id}.`;
  assertRefused(await ask('PATCH', other, { [id]: { courseId: 2 } }), 400, 'Request_BadRequest', unavailable);
  const body = deviceBody({ [id]: { courseId: 2 } });
  assertRefused(await ask('POST', '/v1.0/devices', body), 400, 'Request_BadRequest', unavailable);
  assertDone(await ask('PATCH', old, { [id]: { courseId: 3 } }));
  assert.equal((await read(old, id)).courseId, 3);
  assertDone(await ask('PATCH', old, { [id]: null }));
  assertDone(await become('Available'));
  assertDone(await ask('PATCH', other, { [id]: { added: true } }));
});

test('an application changes what it owns, and nothing else; nobody gives an extension away', async () => {
  const id = await defineSchema(desk, { owner: DEV.reader });
  const path = `${SCHEMAS}/${id}`;
  assertRefused(await ask('PATCH', path, { owner: DEV.console }), 400, 'Request_BadRequest');
  assertDone(await ask('PATCH', path, { owner: DEV.reader, description: 'By its owner' }));
  assertRefused(await ask('PATCH', path, { description: 'x' }, 'member'), 403, 'Authorization_RequestDenied');
  assertRefused(await ask('POST', SCHEMAS, whole, 'intune.admin'), 403, 'Authorization_RequestDenied');
  await remove(id);
});

// -- values ----------------------------------------------------------------------------------------------------

test('a value is written with a new device, merged by PATCH, and gone when all of it is null', async () => {
  const id = await defineSchema(desk);
  const { path } = await makeDevice(desk, { [id]: { courseId: 7, courseName: 'Käse' } });
  assert.deepEqual(await read(path, id), { ...TYPE, courseId: 7, courseName: 'Käse' });
  assert.ok(!(id in (await get(path)).json), 'not in the default set');
  assertDone(await ask('PATCH', path, { [id]: { courseId: 8 } }));
  assert.deepEqual(await read(path, id), { ...TYPE, courseId: 8, courseName: 'Käse' });
  assertDone(await ask('PATCH', path, { [id]: { courseName: null } }));
  assert.deepEqual(await read(path, id), { ...TYPE, courseId: 8, courseName: null });
  assertDone(await ask('PATCH', path, { [id]: { courseId: null } }));
  assert.equal(await read(path, id), null);
  assertDone(await ask('PATCH', path, { [id]: { ...TYPE, courseId: 9 } }));
  assertDone(await ask('PATCH', path, { [id]: null }));
  assert.equal(await read(path, id), null);
  await remove(id);
});

test('its members are found like properties', async () => {
  const id = await defineSchema(desk, { targetTypes: ['Device', 'user'] });
  const a = await makeDevice(desk, { [id]: { courseId: 1, courseName: 'Physics' } });
  const b = await makeDevice(desk, { [id]: { courseId: 2 } });
  const user = await makeUser(desk, { [id]: { courseId: 1 } });
  const found = async (filter: string, set = 'devices') =>
    idsOf(await get(`/v1.0/${set}?$select=id&$count=true&$filter=${encodeURIComponent(filter)}`, EVENTUAL));
  const rows: readonly (readonly [filter: string, ids: readonly string[]])[] = [
    [`${id}/courseId eq 1`, [a.id]],
    [`${id}/courseId gt 1`, [b.id]],
    [`${id}/courseId in (1, 2)`, [a.id, b.id]],
    [`${id}/courseName eq 'PHYSICS'`, [a.id]],
    [`startsWith(${id}/courseName, 'phy')`, [a.id]],
    [`${id}/courseName eq null and ${id}/courseId ne null`, [b.id]],
  ];
  for (const [filter, ids] of rows) assert.deepEqual(await found(filter), ids, filter);
  assert.deepEqual(await found(`${id}/courseId eq 1`, 'users'), [user]);
  const bad = async (filter: string) => (await get(`/v1.0/devices?$filter=${encodeURIComponent(filter)}`)).status;
  for (const filter of [`${id} eq 'a'`, `${id}/nothing eq 1`, `${id}/constructor eq 'a'`, `${id}/courseId eq 'a'`]) {
    assert.equal(await bad(filter), 400, filter);
  }
  await remove(id);
});

test('a wrong value is refused, and nothing is written', async () => {
  const id = await defineSchema(desk);
  const { path } = await makeDevice(desk, { [id]: { courseId: 1 }, displayName: 'Before' });
  const rows: readonly (readonly [value: unknown, message: string])[] = [
    [{ courseId: 'a' }, "Cannot convert the literal 'a' to the expected type 'Edm.Int32'."],
    [{ courseName: 1 }, "Cannot convert the literal '1' to the expected type 'Edm.String'."],
    [{ colour: 'red' }, "Invalid property 'colour'."],
    [{ courseName: 'x'.repeat(257) }, "Invalid value specified for property 'courseName' of resource 'Device'."],
    ['a', `The value of property '${id}' must be a JSON object of type 'microsoft.graph.${id}'.`],
    [[{ courseId: 1 }], `The value of property '${id}' must be a JSON object of type 'microsoft.graph.${id}'.`],
  ];
  for (const [value, message] of rows) {
    const reply = await ask('PATCH', path, { displayName: 'After', [id]: value });
    assertRefused(reply, 400, 'Request_BadRequest', message);
  }
  for (const name of WEIRD_NAMES) {
    const reply = await ask('PATCH', path, `{"${id}":{"${name}":"a"}}`);
    assertRefused(reply, 400, 'Request_BadRequest', `Invalid property '${name}'.`);
  }
  assert.equal(await read(path, 'displayName'), 'Before');
  await remove(id);
});

test('members that objects of JavaScript know by themselves are data', async () => {
  const names = WEIRD_NAMES.filter((name) => name !== '__proto__');
  const id = await defineSchema(desk, { properties: names.map((name) => ({ name, type: 'String' })) });
  const { path } = await makeDevice(desk, { [id]: { toString: 'a' } });
  const empty = Object.fromEntries(names.map((name) => [name, null]));
  assert.deepEqual(await read(path, id), { ...TYPE, ...empty, toString: 'a' });
  assertDone(await ask('PATCH', path, { [id]: { constructor: 'b' } }));
  assert.deepEqual(await read(path, id), { ...TYPE, ...empty, toString: 'a', constructor: 'b' });
  assertDone(await ask('PATCH', path, { [id]: { constructor: null, toString: null } }));
  assert.equal(await read(path, id), null);
  assertUnharmed();
  await remove(id);
});

test('with its definition a value is gone, and seen again when the same is defined under a domain', async () => {
  const id = await defineSchema(desk, { id: 'contoso_again' });
  const { path } = await makeDevice(desk, { [id]: { courseId: 5 } });
  await remove(id);
  assert.equal((await get(`${path}?$select=${id}`)).status, 400);
  assertRefused(
    await ask('PATCH', path, { [id]: { courseId: 6 } }),
    400,
    'Request_BadRequest',
    `Invalid property '${id}'.`,
  );
  await defineSchema(desk, { id, properties: [...PROPERTIES, { name: 'more', type: 'String' }] });
  assert.deepEqual(await read(path, id), { ...TYPE, courseId: 5, courseName: null });
  assertDone(await ask('PATCH', path, { [id]: { more: 'm' } }));
  assert.deepEqual(await read(path, id), { ...TYPE, courseId: 5, courseName: null, more: 'm' });
});
