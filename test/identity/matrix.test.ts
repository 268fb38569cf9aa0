import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { placesIn } from '../../src/describe/places.ts';
import { signToken } from '../../src/identity/token.ts';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { ENTITY_TYPES } from '../../src/model/directory.ts';
import { checkOperations, NOT_BUILT_OPERATIONS, possibleOperations } from '../../src/model/operations.ts';
import { OPERATIONS, PERMISSION_NAMES } from '../../src/model/permissions.ts';
import { actionsThatDo } from '../../src/model/resourceActions.ts';
import { ROLES } from '../../src/model/roles.ts';
import type { EntityType } from '../../src/model/shape.ts';
import { GRAPH_URL, makeGroup, makeUser, NOBODY } from '../graph/expect.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { type Cell, cells, isAllowed, matrixText, type Objects } from './matrix.ts';

/**
 * Who may do what, all of it, as text that a person has read: `matrix.txt`. After a wanted change, `ROLLCALL_GOLDEN=write
 * npm test` writes it anew; read the difference before it is committed.
 */

const GOLDEN = new URL('./matrix.txt', import.meta.url);

let desk: Desk;
let objects: Objects;
before(async () => {
  desk = await openDesk();
  const own = await makeGroup(desk, { 'owners@odata.bind': [`${GRAPH_URL}/users/${DEV.member}`] });
  objects = {
    ...Object.fromEntries(ENTITY_TYPES.map(({ name }) => [name, { other: NOBODY }])),
    directoryObject: { other: NOBODY },
    device: { own: DEV.kiosk, other: DEV.buildAgent },
    group: { own, other: DEV.kiosks },
    user: { own: DEV.member, other: DEV.registrar },
  };
});
after(() => desk.close());

test('the matrix is the one in matrix.txt', async () => {
  const text = await matrixText(desk, objects);
  if (process.env['ROLLCALL_GOLDEN'] === 'write') writeFileSync(GOLDEN, text);
  assert.equal(text, readFileSync(GOLDEN, 'utf8'));
});

// -- the same through the whole service --------------------------------------------------------------------------------

const CELLS = 200;

/** https://en.wikipedia.org/wiki/Linear_congruential_generator */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('cells that are picked by chance are decided in the same way by a request', async () => {
  const seed = Number(process.env['ROLLCALL_SEED'] ?? Date.now() % 1e9);
  const next = random(seed);
  const users = await holders();
  // What is done to nobody is refused after the permission, and never with 403.
  const nobody: Objects = Object.fromEntries(Object.keys(objects).map((name) => [name, { other: NOBODY }]));
  const known = cells().filter(({ deed }) => deed.kind === undefined);
  const allowed: Cell[] = [];
  const refused: Cell[] = [];
  while (allowed.length + refused.length < CELLS) {
    const cell = known[Math.floor(next() * known.length)] as Cell;
    const may = await isAllowed(desk, nobody, cell);
    // Most cells refuse; half of those that are asked shall not.
    if (may ? allowed.length < CELLS / 2 : refused.length < CELLS / 2) (may ? allowed : refused).push(cell);
  }
  for (const cell of [...allowed, ...refused]) {
    const { method, url, body } = requestOf(cell);
    const token = await tokenOf(cell, users);
    const reply = await desk.ask(method, url, { token, ...(body === undefined ? {} : { body }) });
    const { permission, role, deed } = cell;
    const what = `seed ${seed}: ${permission} as ${role?.name ?? 'application'} ${deed.operation} ${deed.shown}: ${reply.text}`;
    assert.notEqual(reply.status, 401, what);
    assert.equal(reply.status !== 403, allowed.includes(cell), what);
  }
});

/** A user for each role, who has it. */
async function holders(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const role of Object.values(ROLES)) {
    const more = role.id === ROLES.guestUser.id ? { userType: 'Guest' } : {};
    const id = await makeUser(desk, more);
    found.set(role.id, id);
    if ('implicit' in role) continue;
    const body = { principalId: id, roleDefinitionId: role.id, directoryScopeId: '/' };
    const url = '/v1.0/roleManagement/directory/roleAssignments';
    const reply = await desk.ask('POST', url, { as: 'global.admin', body });
    assert.equal(reply.status, 201, reply.text);
  }
  return found;
}

function tokenOf({ permission, role }: Cell, users: ReadonlyMap<string, string>): Promise<string> {
  const now = desk.clock.now() / 1000;
  const who = role
    ? { oid: users.get(role.id), idtyp: 'user', scp: permission }
    : { oid: fixedGuid(`principal:${DEV.daemon}`), idtyp: 'app', roles: [permission] };
  const iss = `https://sts.windows.net/${DEV.tenant}/`;
  const times = { iat: now, nbf: now, exp: now + 3600 };
  const claims = { aud: 'https://graph.microsoft.com', iss, tid: DEV.tenant, appid: DEV.console, ...times, ...who };
  return signToken(claims, desk.rollcall.world.keys);
}

function requestOf({ deed }: Cell): { method: string; url: string; body: unknown } {
  const place = placesIn('beta', ENTITY_TYPES).find(({ operation }) => operation === deed.operation);
  assert.ok(place, deed.operation);
  const url = `/beta${place.path.replace(/\{[\w-]+\}/g, NOBODY)}`;
  const reference = { '@odata.id': `${GRAPH_URL}/directoryObjects/${NOBODY}` };
  const body = { create: {}, update: deed.changes, link: reference, action: {} }[place.kind as string];
  if (place.kind === 'unlink') return { method: 'DELETE', url: `${url}?@odata.id=${reference['@odata.id']}`, body };
  return { method: place.method.toUpperCase(), url, body };
}

// -- no operation without a row --------------------------------------------------------------------------------------------

test('an operation without a row stops the start, and is named', () => {
  assert.doesNotThrow(() => checkOperations());
  const [device] = ENTITY_TYPES as [EntityType];
  const more = { ...device, relations: [...device.relations, { name: 'drawers', accepts: ['user'] }] };
  const gadget: EntityType = { name: 'gadget', title: 'Gadget', set: 'gadgets', properties: [], relations: [] };
  assert.throws(
    () => checkOperations([more, gadget]),
    /^Error: no row says who may do device\.drawers\.list, device\.drawers\.link, device\.drawers\.unlink, gadget\.list, gadget\.get, gadget\.create, gadget\.update, gadget\.delete\. /,
  );
});

test('each row is of an operation that there is, and none of them is called not built', () => {
  const possible = new Set(possibleOperations(ENTITY_TYPES));
  const both = [...NOT_BUILT_OPERATIONS].filter((name) => Object.hasOwn(OPERATIONS, name));
  const unknown = [...Object.keys(OPERATIONS), ...NOT_BUILT_OPERATIONS].filter((name) => !possible.has(name));
  assert.deepEqual({ both, unknown }, { both: [], unknown: [] });
});

test('each row names permissions that there are, and an action that some role allows', () => {
  const held = new Set(
    Object.values(ROLES).flatMap(({ actions }) => (actions === 'all' ? [] : [...actions])) as string[],
  );
  for (const [name, { delegated, application, own = [], action }] of Object.entries(OPERATIONS)) {
    for (const permission of [...delegated, ...application, ...own])
      assert.ok(PERMISSION_NAMES.includes(permission), name);
    if (action !== 'byProperty')
      assert.ok(
        actionsThatDo(action, undefined).some((one) => held.has(one)),
        `${name}: ${action}`,
      );
  }
});
