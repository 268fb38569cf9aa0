import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { define, defineSchema, ownerOf } from '../graph/extensions.ts';
import { type Desk, openDesk } from '../support/rollcall.ts';

/** What a tenant has defined is described to those of the tenant, and to nobody else. */

let desk: Desk;
let name: string;
let schema: string;
before(async () => {
  desk = await openDesk();
  const owner = await ownerOf(desk);
  name = (await define(desk, owner, 'assetTag')).name;
  await define(desk, owner, 'sizes', { dataType: 'LargeInteger', isMultiValued: true });
  schema = await defineSchema(desk, { targetTypes: ['device', 'user'] });
});
after(() => desk.close());

test('$metadata has it on the types that it was defined for, once each', async () => {
  const { text } = await desk.ask('GET', '/v1.0/$metadata', { as: 'global.reader' });
  const device = text.slice(text.indexOf('<EntityType Name="device"'), text.indexOf('<EntityType Name="user"'));
  assert.ok(device.includes(`<Property Name="${name}" Type="Edm.String" MaxLength="256"`), device.slice(-900));
  assert.match(device, /_sizes" Type="Collection\(Edm.Int64\)" Nullable="false"/);
  assert.ok(device.includes(`<Property Name="${schema}" Type="graph.${schema}"`));
  assert.equal(text.split(`<Property Name="${name}"`).length, 2, 'of devices alone');
  assert.equal(text.split(`<ComplexType Name="${schema}">`).length, 2);
  assert.match(text, new RegExp(`<ComplexType Name="${schema}">\\s*<Property Name="courseId" Type="Edm.Int32"`));
  assert.ok(
    device.includes('<NavigationProperty Name="extensions" Type="Collection(graph.extension)" ContainsTarget="true"'),
  );
});

test('OpenAPI has it in bodies, answers and lists of names', async () => {
  const { json } = await desk.ask('GET', '/beta/openapi.json', { as: 'global.reader' });
  const { schemas } = json.components;
  const text = { type: ['string', 'null'], maxLength: 256 };
  assert.deepEqual(schemas['microsoft.graph.device.create'].properties[name], text);
  assert.deepEqual(schemas['microsoft.graph.device.update'].properties[name], text);
  assert.equal(schemas['microsoft.graph.user'].properties[name], undefined);
  assert.deepEqual(Object.keys(schemas[`microsoft.graph.${schema}`].properties), ['courseId', 'courseName']);
  const select = json.paths['/devices'].get.parameters.find((one: { name: string }) => one.name === '$select');
  assert.ok(select.schema.items.enum.includes(name));
});

test('without a token there is the model alone; a wrong token is refused', async () => {
  for (const path of ['/v1.0/$metadata', '/v1.0/openapi.json']) {
    const { text, status } = await desk.ask('GET', path);
    assert.equal(status, 200);
    assert.ok(!text.includes(name) && !text.includes(schema));
    assert.equal((await desk.ask('GET', path, { token: 'a.b.c' })).status, 401);
  }
});
