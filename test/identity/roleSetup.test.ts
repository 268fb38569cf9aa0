import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Store } from '../../src/store/contract.ts';
import { assertDone, idsOf } from '../graph/expect.ts';
import { makeFolder, removeFolder } from '../support/process.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';

/** What a directory is given of the model's roles when it is opened: once, and again when the rows have changed. */

const READERS = '/v1.0/directoryRoles/roleTemplateId=f2ef992c-3afb-46b9-b7cf-a126ee74c451/members';
const MARK = `roles:${DEV.tenant}`;

async function lastNumber(store: Store): Promise<number> {
  const tenant = (await store.tenants()).find(({ id }) => id === DEV.tenant);
  assert.ok(tenant);
  let last = 0;
  for (;;) {
    const rows = await store.journal(tenant, last, 999);
    if (rows.length === 0) return last;
    last = rows.at(-1)?.number ?? last;
  }
}

async function reopened(desk: Desk, folder: string, before: (store: Store) => Promise<void>): Promise<Desk> {
  await before(desk.store);
  await desk.close();
  return openDesk({ folder });
}

test('nothing is written when nothing has changed, and what is missing is made', async () => {
  const folder = join(makeFolder(), 'data');
  let desk = await openDesk({ folder });
  const members = idsOf(await desk.ask('GET', READERS, { as: 'member' }));
  assert.equal(members.length, 1);
  const number = await lastNumber(desk.store);
  desk = await reopened(desk, folder, async () => {});
  assert.equal(await lastNumber(desk.store), number);

  // As a directory is that knows roles by their assignments alone, or another version's.
  desk = await reopened(desk, folder, async (store) => {
    const tenant = (await store.tenants()).find(({ id }) => id === DEV.tenant);
    const [role] = tenant
      ? await store.load(tenant, 'directoryRole', { property: 'displayName', value: 'Global Reader' })
      : [];
    assert.ok(tenant && role);
    const changes = [
      { kind: 'delete', type: 'directoryRole', id: role.id },
      { kind: 'delete', type: 'unifiedRoleDefinition', id: '3a2c62db-5318-420d-8d74-23affee5d9d5' },
    ] as const;
    const at = '2026-11-21T12:00:00Z';
    const outcome = await store.write({ tenant, at, principal: DEV.globalAdmin, app: DEV.console, changes });
    assert.deepEqual(outcome, { done: true });
    await store.setValue(MARK, 'of another version');
  });
  assert.deepEqual(idsOf(await desk.ask('GET', READERS, { as: 'member' })), members);
  const definition = '/v1.0/roleManagement/directory/roleDefinitions/3a2c62db-5318-420d-8d74-23affee5d9d5';
  assert.equal((await desk.ask('GET', definition, { as: 'member' })).json.displayName, 'Intune Administrator');
  assertDone(await desk.ask('DELETE', `${READERS}/${members[0]}/$ref`, { as: 'global.admin' }));
  await desk.close();
  removeFolder(join(folder, '..'));
});
