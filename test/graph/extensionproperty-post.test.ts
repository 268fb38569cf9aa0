import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, EVENTUAL, NOBODY, ORIGIN } from './expect.ts';
import { assertUnharmed, define, type Owner, ownerOf, undefine, WEIRD_NAMES } from './extensions.ts';

/**
 * https://learn.microsoft.com/graph/api/application-post-extensionproperty, with its neighbours: list, get, delete, and
 * https://learn.microsoft.com/graph/api/directoryobject-getavailableextensionproperties
 */

let desk: Desk;
let owner: Owner;
let url: string;
before(async () => {
  desk = await openDesk();
  owner = await ownerOf(desk);
  url = `/v1.0/applications/${owner.id}/extensionProperties`;
});
after(() => desk.close());

const post = (body: unknown, as = 'global.admin') => desk.ask('POST', url, { as, body });
const get = (path: string, headers = {}) => desk.ask('GET', path, { as: 'global.reader', headers });

test('a definition is made, read, listed and deleted', async () => {
  const made = await post({ name: 'jobGroup', dataType: 'String', targetObjects: ['User', 'Device'] });
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, id, ...values } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#applications('${owner.id}')/extensionProperties/$entity`);
  assert.deepEqual(values, {
    deletedDateTime: null,
    appDisplayName: 'Device Console',
    dataType: 'String',
    isMultiValued: false,
    isSyncedFromOnPremises: false,
    name: `extension_${owner.digits}_jobGroup`,
    targetObjects: ['User', 'Device'],
  });
  const one = await get(`${url}/${id}`);
  assert.deepEqual(one.json, made.json);
  const all = await get(url);
  assert.equal(all.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#applications('${owner.id}')/extensionProperties`);
  assert.deepEqual(all.json.value, [{ id, ...values }]);
  assertDone(await desk.ask('DELETE', `${url}/${id}`, { as: 'global.admin' }));
  assertNotFound(await get(`${url}/${id}`), id);
  assert.deepEqual((await get(url)).json.value, []);
});

for (const dataType of ['Binary', 'Boolean', 'DateTime', 'Integer', 'LargeInteger', 'String']) {
  for (const isMultiValued of [false, true]) {
    test(`${dataType}, ${isMultiValued ? 'multi-valued' : 'single'}`, async () => {
      const name = `t${dataType}${isMultiValued}`;
      const made = await post({ name, dataType, isMultiValued, targetObjects: ['Device'] });
      assert.deepEqual([made.status, made.json.dataType, made.json.isMultiValued], [201, dataType, isMultiValued]);
    });
  }
}

for (const target of ['User', 'Group', 'AdministrativeUnit', 'Application', 'Device', 'Organization']) {
  test(`the target ${target}`, async () => {
    const made = await post({ name: `for${target}`, dataType: 'String', targetObjects: [target] });
    assert.deepEqual([made.status, made.json.targetObjects], [201, [target]]);
  });
}

const invalid = (name: string) => `Invalid value specified for property '${name}' of resource 'ExtensionProperty'.`;
const missing = (name: string) => `A value is required for property '${name}' of resource 'ExtensionProperty'.`;
const whole = { name: 'fine', dataType: 'String', targetObjects: ['Device'] };

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [more: Record<string, unknown>, message: string])[] = [
  [{ name: undefined },                    missing('name')],
  [{ dataType: undefined },                missing('dataType')],
  [{ targetObjects: undefined },           missing('targetObjects')],
  [{ name: null },                         missing('name')],
  [{ name: 1 },                            "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ name: '' },                           missing('name')],
  [{ name: 'with blank' },                 invalid('name')],
  [{ name: 'with-hyphen' },                invalid('name')],
  [{ name: 'with.dot' },                   invalid('name')],
  [{ name: 'Käse' },                       invalid('name')],
  [{ name: "quote'" },                     invalid('name')],
  [{ name: 'x'.repeat(129) },              invalid('name')],
  [{ dataType: 'Text' },                   invalid('dataType')],
  [{ dataType: 'constructor' },            invalid('dataType')],
  [{ dataType: '__proto__' },              invalid('dataType')],
  [{ targetObjects: [] },                  invalid('targetObjects')],
  [{ targetObjects: ['Device', 'Planet'] }, invalid('targetObjects')],
  [{ targetObjects: ['__proto__'] },       invalid('targetObjects')],
  [{ targetObjects: 'Device' },            "The value of property 'targetObjects' must be a JSON array of 'Edm.String'."],
  [{ isMultiValued: 'yes' },               "Cannot convert the literal 'yes' to the expected type 'Edm.Boolean'."],
  [{ ownerApplication: NOBODY },           "Invalid property 'ownerApplication'."],
  [{ constructor: 'a' },                   "Invalid property 'constructor'."],
];

for (const [more, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 60)} is refused`, async () => {
    assertRefused(await post({ ...whole, ...more }), 400, 'Request_BadRequest', message);
  });
}

test('the same name again is refused, whatever its case; of another application it is another', async () => {
  await define(desk, owner, 'twice');
  const message = 'Another object with the same value for property name already exists.';
  assertRefused(await post({ ...whole, name: 'TWICE' }), 400, 'Request_BadRequest', message);
  const other = await ownerOf(desk, DEV.reader);
  const { name } = await define(desk, other, 'twice');
  assert.equal(name, `extension_${other.digits}_twice`);
});

for (const name of WEIRD_NAMES) {
  test(`${name} is a name like others`, async () => {
    const defined = await define(desk, owner, name);
    assert.equal(defined.name, `extension_${owner.digits}_${name}`);
    await undefine(desk, owner, defined);
    assertUnharmed();
  });
}

test('definitions are found by their properties, selected and counted; nobody sees what is not theirs', async () => {
  const other = await ownerOf(desk, DEV.daemon);
  const { id, name } = await define(desk, other, 'mine', { dataType: 'Integer' });
  await define(desk, other, 'yours');
  const here = `/v1.0/applications/${other.id}/extensionProperties`;
  const found = await get(`${here}?$filter=dataType eq 'Integer'&$select=name`);
  assert.deepEqual(found.json.value, [{ name }]);
  assert.equal((await get(`${here}/$count`, EVENTUAL)).text, '2');
  assertNotFound(await get(`${url}/${id}`), id);
  assertNotFound(await desk.ask('DELETE', `${url}/${id}`, { as: 'global.admin' }), id);
  const hidden = "Property 'ownerApplication' does not exist as a declared property or extension property.";
  assertRefused(await get(`${here}?$select=ownerApplication`), 400, 'Request_UnsupportedQuery', hidden);
});

test('an application that is not there has no definitions', async () => {
  assertNotFound(await get(`/v1.0/applications/${NOBODY}/extensionProperties`), NOBODY);
  assertNotFound(
    await desk.ask('POST', `/v1.0/applications/${NOBODY}/extensionProperties`, { as: 'global.admin', body: whole }),
    NOBODY,
  );
  assertRefused(await get(`${url}/abc`), 400, 'Request_BadRequest', "Invalid object identifier 'abc'.");
  const segment = "Resource not found for the segment 'extensionProperties'.";
  assertRefused(await get(`/v1.0/devices/${DEV.kiosk}/extensionProperties`), 400, 'BadRequest', segment);
});

test('all definitions of the tenant are available', async () => {
  const action = '/v1.0/directoryObjects/getAvailableExtensionProperties';
  const all = await desk.ask('POST', action, { as: 'global.reader', body: {} });
  assert.equal(all.status, 200, all.text);
  const names: string[] = all.json.value.map(({ name }: { name: string }) => name);
  assert.ok(names.includes(`extension_${owner.digits}_twice`) && names.length > 10);
  const synced = await desk.ask('POST', action, { as: 'global.reader', body: { isSyncedFromOnPremises: true } });
  assert.deepEqual(synced.json.value, []);
});

test('who may not manage applications may not define', async () => {
  assertRefused(await post(whole, 'member'), 403, 'Authorization_RequestDenied');
  assertRefused(await post(whole, 'intune.admin'), 403, 'Authorization_RequestDenied');
  assert.equal((await desk.ask('GET', url, {})).status, 401);
});
