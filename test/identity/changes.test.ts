import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { entityType } from '../../src/model/directory.ts';
import type { Change } from '../../src/store/contract.ts';
import { lay } from '../../src/store/layout.ts';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';

/** What changes about a user is felt at once, by tokens that were issued and seen before, too. */

const INTUNE_ADMINISTRATOR = '3a2c62db-5318-420d-8d74-23affee5d9d5';
const ASSIGNMENT = '7d0c8f6e-4b7f-4c59-8a56-0f6d1d1c8f11';
const TYPE = 'unifiedRoleAssignment';

let desk: Desk;

before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

async function change(made: Change): Promise<void> {
  const { world } = desk.rollcall;
  const [tenant] = await world.store.tenants();
  assert.ok(tenant);
  const outcome = await world.store.write({
    tenant,
    at: '2026-11-21T12:00:00Z',
    principal: DEV.globalAdmin,
    app: DEV.console,
    changes: [made],
  });
  assert.deepEqual(outcome, { done: true });
}

const create = async () => (await desk.ask('POST', '/v1.0/devices', { as: 'member', body: deviceBody() })).status;

test('a role that is given and taken away', async () => {
  assert.equal(await create(), 403);
  const values = {
    id: ASSIGNMENT,
    principalId: DEV.member,
    roleDefinitionId: INTUNE_ADMINISTRATOR,
    directoryScopeId: '/',
  };
  await change({ kind: 'insert', type: TYPE, id: ASSIGNMENT, row: lay(entityType(TYPE), values), after: '{}' });
  assert.equal(await create(), 201);
  await change({ kind: 'delete', type: TYPE, id: ASSIGNMENT });
  assert.equal(await create(), 403);
});

test('an account that is disabled', async () => {
  const read = async () => (await desk.ask('GET', '/v1.0/devices', { as: 'member' })).status;
  assert.equal(await read(), 200);
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  const [stored] = await desk.store.load(tenant, 'user', { property: 'id', value: DEV.member });
  assert.ok(stored);
  const row = lay(entityType('user'), { ...stored.values, accountEnabled: false });
  const was = lay(entityType('user'), stored.values);
  const { changed: since } = stored;
  await change({ kind: 'update', type: 'user', id: DEV.member, since, row, was, before: '{}', after: '{}' });
  assert.equal(await read(), 401);
});
