import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Program, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { runClient } from './childRun.ts';

/**
 * `@microsoft/microsoft-graph-client`, as it is. It sends its token over https only, and to the hosts only that
 * `customHosts` names; all that it is told of the program's certificate authority is NODE_EXTRA_CA_CERTS.
 */

type Refusal = {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  readonly date: string;
  readonly body: string;
};
type Thing = Readonly<Record<string, unknown>>;
type Seen = {
  readonly made: readonly Thing[];
  readonly nothing: boolean;
  /** The addresses that it asked, in order. */
  readonly asked: readonly string[];
  readonly listed: readonly string[];
  readonly users: readonly Thing[];
  readonly usersAfter: readonly Thing[];
  readonly beta: Thing;
  readonly queries: {
    readonly filtered: readonly string[];
    readonly ordered: readonly string[];
    readonly searched: Thing & { readonly value: readonly Thing[] };
    readonly counted: unknown;
    readonly expanded: Thing;
    readonly memberships: Thing;
    readonly checked: Thing;
  };
  readonly advanced: Refusal;
  readonly forbidden: Refusal;
  readonly missing: Refusal;
  readonly withoutToken: Refusal;
};

let program: Program;
let origin: string;
let seen: Seen;

before(async () => {
  program = await startProgram();
  origin = await program.secureOrigin();
  const [admin, member] = [await program.tokenOf('intune.admin'), await program.tokenOf('member')];
  const task = { origin, admin, member, user: DEV.member, kiosk: DEV.kiosk, group: DEV.kiosks };
  seen = await runClient<Seen>(program, './graphClientRun.ts', task);
});
after(() => program?.dispose());

test('it creates devices', () => {
  assert.deepEqual(
    seen.made.map(({ displayName }) => displayName),
    ['Client 0', 'Client 1', 'Client 2', 'Client 3', 'Client 4'],
  );
  for (const { id } of seen.made) assert.match(String(id), /^[0-9a-f-]{36}$/);
});

test('its page iterator goes through all pages, by links that name the address it came by', () => {
  const kiosks = [DEV.kiosk, DEV.buildAgent];
  assert.deepEqual(seen.listed, [...kiosks, ...seen.made.map(({ id }) => id)]);
  const pages = seen.asked.filter((line) => /^https:[^?]*\/v1\.0\/devices\?(?!.*(filter|search|orderby))/.test(line));
  assert.equal(pages.length, 4, 'seven devices, two a page');
  assert.match(pages[1] ?? '', /\$skiptoken=/);
});

test('its page iterator goes through a filtered list, and through an ordered one with its header', () => {
  const ids = seen.made.map(({ id }) => id);
  assert.deepEqual(seen.queries.filtered, ids);
  assert.deepEqual(seen.queries.ordered, ids.toReversed());
});

test('it searches, counts, expands, casts, and calls an action', () => {
  const { searched, counted, expanded, memberships, checked } = seen.queries;
  const ids = seen.made.map(({ id }) => id);
  assert.deepEqual([searched['@odata.count'], searched.value.map(({ id }) => id)], [5, ids]);
  assert.equal(String(counted), '7');
  assert.deepEqual(expanded, {
    '@odata.context': `${origin}/v1.0/$metadata#devices(id,registeredUsers(id))/$entity`,
    id: ids[0],
    registeredUsers: [{ '@odata.type': '#microsoft.graph.user', id: DEV.member }],
  });
  assert.deepEqual(memberships, {
    '@odata.context': `${origin}/v1.0/$metadata#groups(displayName)`,
    '@odata.count': 2,
    value: [{ displayName: 'All Devices' }, { displayName: 'Kiosks' }],
  });
  assert.deepEqual(checked['value'], [DEV.kiosks]);
});

test('its GraphError tells of advanced query mode', () => {
  const { statusCode, code, message, body } = seen.advanced;
  assert.deepEqual([statusCode, code], [400, 'Request_UnsupportedQuery']);
  assert.equal(message, 'Sorting not supported for current query.');
  assert.match(body, /ConsistencyLevel: eventual/);
});

test('it adds a user by reference, reads it, and removes it', () => {
  assert.equal(seen.nothing, true, '204 is undefined');
  assert.deepEqual(
    seen.users.map((user) => [user['@odata.type'], user['id'], user['displayName']]),
    [['#microsoft.graph.user', DEV.member, 'Member']],
  );
  assert.deepEqual(seen.usersAfter, []);
});

test('it updates, and selects on beta', () => {
  const { '@odata.context': context, ...values } = seen.beta;
  assert.deepEqual(values, { id: seen.made[0]?.['id'], displayName: 'Renamed', hostnames: [] });
  assert.equal(context, `${origin}/beta/$metadata#devices(id,displayName,hostnames)/$entity`);
});

test('its GraphError says what was wrong: 403, 404, and 401 for a token that it did not send', () => {
  const { forbidden, missing, withoutToken } = seen;
  assert.deepEqual([forbidden.statusCode, forbidden.code], [403, 'Authorization_RequestDenied']);
  assert.equal(forbidden.message, 'Insufficient privileges to complete the operation.');
  assert.match(forbidden.body, /Intune Administrator/);
  assert.deepEqual([missing.statusCode, missing.code], [404, 'Request_ResourceNotFound']);
  assert.equal(
    missing.message,
    `Resource '${String(seen.made[0]?.['id'])}' does not exist or one of its queried reference-property objects are not present.`,
  );
  assert.deepEqual([withoutToken.statusCode, withoutToken.code], [401, 'InvalidAuthenticationToken']);
  assert.match(withoutToken.body, /customHosts/);
  for (const refusal of [forbidden, missing, withoutToken]) {
    assert.match(refusal.requestId, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(refusal.date) - Date.now()) < 24 * 3_600_000, refusal.date);
  }
});
