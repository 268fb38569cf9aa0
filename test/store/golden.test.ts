import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ENTITY_TYPES, entityType } from '../../src/model/directory.ts';
import type { PagePlan } from '../../src/store/contract.ts';
import { loadSql, pageSql, readSql, typeOfSql } from '../../src/store/sqlite/compile.ts';
import { migrate } from '../../src/store/sqlite/schema.ts';
import { DEVICES, linked, OWNERS, USERS, viewOf } from './contract/room.ts';

/**
 * The SQL of each shape of plan, as text that a person has read: `golden.sql`. After a wanted change,
 * `ROLLCALL_GOLDEN=write npm test` writes it anew; read the difference before it is committed.
 */

const GOLDEN = new URL('./golden.sql', import.meta.url);
const BETA = viewOf({ version: 'beta' });
const MEMBERS = { type: 'group', relation: 'members' };
const USER_SET: PagePlan['from'] = { kind: 'set', type: 'user' };

function page(from: PagePlan['from'], view = viewOf()): string {
  return pageSql({ view, from, after: undefined, limit: 100 });
}

const device = entityType('device');

// biome-ignore format: a table is read by its columns
const STATEMENTS: Readonly<Record<string, string>> = {
  'read a device by id, v1.0':                    readSql(device, 'id', viewOf()),
  'read a device by id, beta':                    readSql(device, 'id', BETA),
  'read a device by deviceId, v1.0, typed':       readSql(device, 'deviceId', viewOf({ typed: true })),
  'read a device by id, beta, typed':             readSql(device, 'id', viewOf({ version: 'beta', typed: true })),
  'read a device, $select of each kind':          readSql(device, 'id', viewOf({ version: 'beta', select: ['displayName', 'hostnames', 'isManagementRestricted', 'kind', 'physicalIds'] })),
  'read a user, $select that a device has':       readSql(entityType('user'), 'userPrincipalName', viewOf({ select: ['operatingSystem'], typed: true })),
  'read a user, beta has nothing more':           readSql(entityType('user'), 'id', BETA),
  'load a device by id':                          loadSql(device, 'id'),
  'load by an index that is not unique':          loadSql(entityType('appRoleAssignment'), 'principalId'),
  'the type of a directory object':               typeOfSql(),
  'page of devices, v1.0':                        page(DEVICES),
  'page of devices, beta':                        page(DEVICES, BETA),
  'page of devices, $select':                     page(DEVICES, viewOf({ select: ['id', 'displayName'] })),
  'page of users':                                page(USER_SET),
  'page of registered users':                     page(linked(USERS, ''), viewOf({ typed: true })),
  'page of registered users, $select':            page(linked(USERS, ''), viewOf({ typed: true, select: ['id', 'userPrincipalName'] })),
  'page of registered users, users hidden':       page(linked(USERS, ''), viewOf({ typed: true, hidden: ['user'] })),
  'page of owned devices, beta':                  page(linked(OWNERS, '', true), viewOf({ version: 'beta', typed: true })),
  'page of members, four types':                  page(linked(MEMBERS, ''), viewOf({ typed: true })),
};

test('the SQL of each plan is the one in golden.sql', () => {
  const text = Object.entries(STATEMENTS)
    .map(([name, sql]) => `-- ${name}\n${sql.replace(/\n\s+/g, '\n  ')};\n`)
    .join('\n');
  if (process.env['ROLLCALL_GOLDEN'] === 'write') writeFileSync(GOLDEN, text);
  assert.equal(text, readFileSync(GOLDEN, 'utf8'));
});

test('each plan finds its rows by an index, and sorts nothing', async (t) => {
  const database = new DatabaseSync(':memory:');
  migrate(database, () => {});
  const tables = new Set([...ENTITY_TYPES.map((type) => type.name), 'link', 'l', 't']);
  for (const [name, sql] of Object.entries(STATEMENTS)) {
    await t.test(name, () => {
      const steps = database
        .prepare(`explain query plan ${sql}`)
        .all()
        .map((row) => String(row['detail']));
      for (const step of steps) {
        const [, scanned] = /^SCAN (\S+)/.exec(step) ?? [];
        assert.ok(scanned === undefined || !tables.has(scanned.replace(/\d+$/, '')), step);
        assert.doesNotMatch(step, /TEMP B-TREE/);
      }
      assert.ok(
        steps.some((step) => step.startsWith('SEARCH')),
        steps.join('\n'),
      );
    });
  }
  database.close();
});
