import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { explain } from '../../src/http/explain.ts';
import { type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertRefused, groupBody, idsOf, makeDevice, makeGroup, makeUser } from './expect.ts';
import { define, defineSchema, type Owner, ownerOf, undefine } from './extensions.ts';

/**
 * Rules over directory extensions:
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#extension-attributes-and-custom-extension-properties
 */

let desk: Desk;
let owner: Owner;
before(async () => {
  desk = await openDesk();
  owner = await ownerOf(desk);
});
after(() => desk.close());

const as = 'global.admin';
const dynamic = (membershipRule: string) => ({
  groupTypes: ['DynamicMembership'],
  membershipRule,
  membershipRuleProcessingState: 'On',
});

async function members(group: string): Promise<readonly string[]> {
  await desk.rollcall.idle();
  return idsOf(await desk.ask('GET', `/v1.0/groups/${group}/members?$select=id`, { as })).toSorted();
}

test('who has the value is a member, from the moment that it is written until it is removed', async () => {
  const { name } = await define(desk, owner, 'team', { targetObjects: ['User'] });
  const early = await makeUser(desk, { [name]: 'Blue' });
  const group = await makeGroup(desk, dynamic(`user.${name} -eq "blue"`));
  const late = await makeUser(desk);
  assert.deepEqual(await members(group), [early]);
  assertDone(await desk.ask('PATCH', `/v1.0/users/${late}`, { as, body: { [name]: 'BLUE' } }));
  assert.deepEqual(await members(group), [early, late].toSorted());
  assertDone(await desk.ask('PATCH', `/v1.0/users/${early}`, { as, body: { [name]: null } }));
  assert.deepEqual(await members(group), [late]);
});

test('of devices; numbers, lists and lists of numbers', async () => {
  const size = await define(desk, owner, 'size', { dataType: 'Integer' });
  const tags = await define(desk, owner, 'tags', { isMultiValued: true });
  const small = await makeDevice(desk, { [size.name]: 5, [tags.name]: ['a', 'b'] });
  const large = await makeDevice(desk, { [size.name]: 50, [tags.name]: ['b'] });
  const rows: readonly (readonly [rule: string, ids: readonly string[]])[] = [
    [`device.${size.name} -eq 5`, [small.id]],
    [`device.${size.name} -ge 6`, [large.id]],
    [`device.${size.name} -in [5, 50]`, [small.id, large.id]],
    [`device.${tags.name} -any (_ -eq "a")`, [small.id]],
    [`device.${tags.name} -contains "b"`, [small.id, large.id]],
  ];
  for (const [rule, ids] of rows) {
    assert.deepEqual(await members(await makeGroup(desk, dynamic(rule))), ids.toSorted(), rule);
  }
});

test('a rule names what is defined for its type, and no schema extension', async () => {
  const devices = await define(desk, owner, 'devicesOnly');
  const schema = await defineSchema(desk, { targetTypes: ['user'] });
  const gone = await define(desk, owner, 'gone', { targetObjects: ['User'] });
  await undefine(desk, owner, gone);
  for (const name of [devices.name, schema, gone.name, `extension_${owner.digits}_never`]) {
    const body = groupBody(dynamic(`user.${name} -eq "a"`));
    const message = `Dynamic membership rule validation error: Wrong property applied. Property '${name}' cannot be applied to object 'User'`;
    assertRefused(await desk.ask('POST', '/v1.0/groups', { as, body }), 400, 'Request_BadRequest', message);
  }
});

test('rollcall explain says what leads to a value, and how far its index is', async () => {
  const { name } = await define(desk, owner, 'explained');
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  const ask = (filter: string) =>
    explain(desk.store, tenant, `/devices?$count=true&$filter=${encodeURIComponent(filter)}`, 'documented', () => 0);
  const equal = await ask(`${name} eq 'a'`);
  assert.deepEqual([equal.index, equal.extensions.length], ['terms', 1]);
  assert.match(equal.extensions[0] ?? '', new RegExp(`^${name}: its terms are complete`));
  assert.equal((await ask(`startsWith(${name}, 'a')`)).index, 'terms');
  assert.equal((await ask(`${name} ge 'a'`)).index, 'terms, and a look at each object that they lead to');
  assert.deepEqual((await ask("displayName eq 'a'")).extensions, []);
});
