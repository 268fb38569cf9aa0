import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { DIRECTORY_OBJECT_TYPES, ENTITY_TYPES, entityType } from '../../src/model/directory.ts';
import type { Condition, Order, PagePlan, Scalar } from '../../src/store/contract.ts';
import { MODEL_TYPES } from '../../src/store/definitions.ts';
import type { Scout } from '../../src/store/sqlite/choose.ts';
import { countStatement, loadSql, pageStatement, readSql, typeOfSql } from '../../src/store/sqlite/compile.ts';
import { addFunctions } from '../../src/store/sqlite/functions.ts';
import { migrate } from '../../src/store/sqlite/schema.ts';
import { DEVICES, linked, OWNERS, USERS, viewOf } from './contract/room.ts';

/**
 * The SQL of each shape of plan, as text that a person has read: `golden.sql`. After a wanted change,
 * `ROLLCALL_GOLDEN=write npm test` writes it anew; read the difference before it is committed.
 */

const GOLDEN = new URL('./golden.sql', import.meta.url);
const BETA = viewOf({ version: 'beta' });
const MEMBERS = { type: 'group', relation: 'members' };
const USER_SET: PagePlan['from'] = { kind: 'set', types: ['user'] };
const ALL_SETS: PagePlan['from'] = { kind: 'set', types: DIRECTORY_OBJECT_TYPES.map(({ name }) => name) };
const TENANT = 1;

/** A large directory, where each range has many rows and each property few values. */
const LARGE: Scout = {
  tenant: TENANT,
  types: MODEL_TYPES,
  rows: (_sql, most) => most,
  places: () => [101, 102],
  kept: () => 10,
  total: () => 1_000_000,
  dictionary: () => () => ['windows', 'windows server'],
};

function page(from: PagePlan['from'], view = viewOf(), more: Partial<PagePlan> = {}, scout = LARGE): string {
  const plan = { view, from, where: undefined, order: [], after: undefined, limit: 100, ...more };
  const found = pageStatement(plan, TENANT, scout);
  return 'tooCostly' in found ? `too costly: ${found.rows} rows` : found.text;
}

function count(from: PagePlan['from'], where: Condition | undefined): string {
  const found = countStatement({ from, where, view: viewOf() }, TENANT, LARGE);
  return 'tooCostly' in found ? `too costly: ${found.rows} rows` : found.text;
}

const SMALL: Scout = { ...LARGE, rows: () => 10 };
const eq = (property: string, value: Scalar): Condition => ({
  kind: 'compare',
  operator: 'eq',
  field: { property },
  value,
});
const starts = (property: string, value: string): Condition => ({
  kind: 'match',
  how: 'startsWith',
  field: { property },
  value,
});
const NAME = { property: 'displayName' };
const WINDOWS = eq('operatingSystem', 'windows');
const by = (property: string, descending = false): Order => ({ field: { property }, descending });

const device = entityType('device');

// biome-ignore format: a table is read by its columns
const STATEMENTS: Readonly<Record<string, string>> = {
  'read a device by id, v1.0':                    readSql(device, 'id', viewOf(), MODEL_TYPES),
  'read a device by id, beta':                    readSql(device, 'id', BETA, MODEL_TYPES),
  'read a device by deviceId, v1.0, typed':       readSql(device, 'deviceId', viewOf({ typed: true }), MODEL_TYPES),
  'read a device by id, beta, typed':             readSql(device, 'id', viewOf({ version: 'beta', typed: true }), MODEL_TYPES),
  'read a device, $select of each kind':          readSql(device, 'id', viewOf({ version: 'beta', select: ['displayName', 'hostnames', 'isManagementRestricted', 'kind', 'physicalIds'] }), MODEL_TYPES),
  'read a user, $select that a device has':       readSql(entityType('user'), 'userPrincipalName', viewOf({ select: ['operatingSystem'], typed: true }), MODEL_TYPES),
  'read a user, beta has nothing more':           readSql(entityType('user'), 'id', BETA, MODEL_TYPES),
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
  'page of all directory objects':                page(ALL_SETS, viewOf({ typed: true })),
  'by an alternate key':                          page(DEVICES, viewOf(), { where: { kind: 'in', field: { property: 'deviceId' }, values: ['a', 'b'] } }),
  'by a term':                                    page(DEVICES, viewOf(), { where: WINDOWS }),
  'by values that start so':                      page(DEVICES, viewOf(), { where: starts('operatingSystem', 'win') }),
  'by terms and not by a term':                   page(DEVICES, viewOf(), { where: { kind: 'and', items: [eq('accountEnabled', true), { kind: 'not', item: WINDOWS }] } }),
  'by a term and the start of a name':            page(DEVICES, viewOf(), { where: { kind: 'and', items: [WINDOWS, starts('displayName', 'pc')] } }),
  'by the start of a name, few':                  page(DEVICES, viewOf(), { where: starts('displayName', 'pc') }, SMALL),
  'by the start of a name, many':                 page(DEVICES, viewOf(), { where: starts('displayName', 'pc') }),
  'by items of a collection':                     page(DEVICES, viewOf(), { where: { kind: 'any', field: { property: 'physicalIds' }, item: { kind: 'match', how: 'startsWith', field: { property: '' }, value: '[zt' } } }),
  'by members of the same item':                  page(DEVICES, viewOf(), { where: { kind: 'any', field: { property: 'alternativeSecurityIds' }, item: { kind: 'and', items: [{ kind: 'compare', operator: 'eq', field: { property: '', member: 'type' }, value: 2 }, { kind: 'compare', operator: 'eq', field: { property: '', member: 'identityProvider' }, value: null }] } } }),
  'by an empty collection':                       page(DEVICES, viewOf(), { where: { kind: 'count', operator: 'eq', field: { property: 'systemLabels' }, value: 0 } }),
  'by a word':                                    page(DEVICES, viewOf(), { where: { kind: 'word', field: NAME, word: 'pc' } }),
  'nothing leads there':                          page(DEVICES, viewOf(), { where: { kind: 'match', how: 'contains', field: NAME, value: 'x' } }),
  'in order of a name':                           page(DEVICES, viewOf(), { order: [by('displayName')] }),
  'in order of a name, the next page':            page(DEVICES, viewOf(), { order: [by('displayName')], after: '["pc",1]' }),
  'in order of a name downwards, with a filter':  page(DEVICES, viewOf(), { order: [by('displayName', true)], where: WINDOWS }),
  'transitive members':                           page({ ...linked(MEMBERS, ''), transitive: true } as PagePlan['from'], viewOf({ typed: true })),
  'transitive member of':                         page({ ...linked(MEMBERS, '', true, 'device'), transitive: true } as PagePlan['from'], viewOf({ typed: true })),
  'count all':                                    count(DEVICES, undefined),
  'count a term':                                 count(DEVICES, WINDOWS),
  'count two terms':                              count(DEVICES, { kind: 'and', items: [WINDOWS, eq('accountEnabled', true)] }),
  'count a range':                                count(DEVICES, starts('displayName', 'pc')),
  'count members':                                count(linked(MEMBERS, ''), undefined),
};

test('the SQL of each plan is the one in golden.sql', () => {
  const text = Object.entries(STATEMENTS)
    .map(([name, sql]) => `-- ${name}\n${sql.replace(/\n\s+/g, '\n  ')};\n`)
    .join('\n');
  if (process.env['ROLLCALL_GOLDEN'] === 'write') writeFileSync(GOLDEN, text);
  assert.equal(text, readFileSync(GOLDEN, 'utf8'));
});

/** What has to be sorted or told apart: few rows, or a way through links that no index has in order. */
const SORTED = new Set([
  'page of all directory objects',
  'by an alternate key',
  'by the start of a name, few',
  'transitive members',
  'transitive member of',
]);

const REFUSED = 'nothing leads there';

test('each plan finds its rows by an index, and sorts nothing that it need not', async (t) => {
  const database = new DatabaseSync(':memory:');
  migrate(database, () => {});
  addFunctions(database);
  const tables = new Set([...ENTITY_TYPES.map((type) => type.name), 'link', 'l', 't']);
  for (const [name, sql] of Object.entries(STATEMENTS)) {
    if (name === REFUSED) continue;
    await t.test(name, () => {
      const steps = database
        .prepare(`explain query plan ${sql}`)
        .all()
        .map((row) => String(row['detail']));
      for (const step of steps) {
        const [, scanned] = /^SCAN (\S+)/.exec(step) ?? [];
        assert.ok(scanned === undefined || !tables.has(scanned.replace(/\d+$/, '')), step);
        if (!SORTED.has(name)) assert.doesNotMatch(step, /TEMP B-TREE/);
      }
      assert.ok(
        steps.some((step) => step.startsWith('SEARCH') || / VIRTUAL TABLE INDEX 0:M/.test(step)),
        steps.join('\n'),
      );
    });
  }
  database.close();
});

/** SQLite plans a statement anew when it wants to know a parameter's value, which no result ever shows. */
test('each statement is planned once, however often it is run', async (t) => {
  const database = new DatabaseSync(':memory:');
  migrate(database, () => {});
  addFunctions(database);
  t.after(() => database.close());
  if (!('setAuthorizer' in database)) return t.skip('this Node.js has no setAuthorizer');
  let asked = 0;
  database.setAuthorizer(() => {
    asked++;
    return constants.SQLITE_OK;
  });
  for (const [name, sql] of Object.entries(STATEMENTS)) {
    if (name === REFUSED) continue;
    await t.test(name, () => {
      const statement = database.prepare(sql);
      const values = Array.from({ length: parametersIn(sql) }, () => 'x');
      statement.all(...values);
      asked = 0;
      statement.all(...values);
      assert.equal(asked, 0, 'SQLite asked what the statement may do, as it does when it plans one');
    });
  }
});

function parametersIn(sql: string): number {
  const numbers = new Set([...sql.matchAll(/\?(\d+)/g)].map(([, number]) => number));
  return numbers.size > 0 ? numbers.size : [...sql.matchAll(/\?/g)].length;
}
