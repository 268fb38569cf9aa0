import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createDynamicGroups } from '../../src/directory/dynamicGroups.ts';
import { entityType } from '../../src/model/directory.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { EntityType } from '../../src/model/shape.ts';
import type { Store, WriteRequest } from '../../src/store/contract.ts';
import { lay } from '../../src/store/layout.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { createRandom, type Random } from '../query/generate.ts';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import {
  assertDone,
  assertRefused,
  follow,
  GRAPH_URL,
  groupBody,
  idsOf,
  makeDevice,
  makeGroup,
  makeUser,
} from './expect.ts';

/** https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const dynamic = (membershipRule: string, more: Readonly<Record<string, unknown>> = {}) => ({
  groupTypes: ['DynamicMembership'],
  membershipRule,
  membershipRuleProcessingState: 'On',
  ...more,
});
const patch = async (path: string, body: unknown, of = desk) =>
  assertDone(await of.ask('PATCH', `/v1.0/${path}`, { as: 'global.admin', body }));
const remove = async (path: string) => assertDone(await desk.ask('DELETE', `/v1.0/${path}`, { as: 'global.admin' }));

/** All members, once nothing is left to do. */
async function members(group: string, of = desk): Promise<readonly string[]> {
  await of.rollcall.idle();
  const ids: string[] = [];
  let path = `/v1.0/groups/${group}/members?$select=id&$top=999`;
  while (path !== '') {
    const reply = await of.ask('GET', path, { as: 'global.admin' });
    ids.push(...idsOf(reply));
    path = reply.json['@odata.nextLink'] === undefined ? '' : follow(reply.json['@odata.nextLink']);
  }
  return ids.toSorted();
}

/** A word that no other test's objects have. */
let words = 0;
const word = () => `word${++words}x`;

// -- devices and rules -----------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const DEVICES = {
  windows:  { operatingSystem: 'Windows', operatingSystemVersion: '10.0.19045', accountEnabled: true,  displayName: 'KIOSK-1' },
  disabled: { operatingSystem: 'windows', operatingSystemVersion: '10.0.26100', accountEnabled: false, displayName: 'kiosk-2' },
  mac:      { operatingSystem: 'MacOS',   operatingSystemVersion: '15.1',       accountEnabled: true,  displayName: 'Desk "7"' },
  autopilot:{ operatingSystem: 'Windows', operatingSystemVersion: '10.0.22631', accountEnabled: true,  displayName: 'New',
              physicalIds: ['[ZTDId]:a', '[OrderID]:179887111881'] },
  tagged:   { operatingSystem: 'Linux',   operatingSystemVersion: '6',          accountEnabled: true,  displayName: 'Server',
              physicalIds: ['[OrderID]:1'], extensionAttributes: { extensionAttribute1: 'Berlin', extensionAttribute15: 'x' } },
} as const;
type Name = keyof typeof DEVICES;

// biome-ignore format: a table is read by its columns
const RULES: readonly (readonly [rule: string, found: readonly Name[]])[] = [
  ['(device.operatingSystem -eq "Windows") -and (device.accountEnabled -eq true)', ['windows', 'autopilot']],
  ['device.deviceOSType -eq "WINDOWS"',                            ['windows', 'disabled', 'autopilot']],
  ['device.deviceOSVersion -startsWith "10.0.2"',                  ['disabled', 'autopilot']],
  ['device.displayName -startsWith "kiosk" -and -not (device.accountEnabled -eq true)', ['disabled']],
  ['device.displayName -contains "`"7`""',                         ['mac']],
  ['device.displayName -match "^.*-2$" -or device.displayName -match "^New$"', ['disabled', 'autopilot']],
  ['device.displayName -match "^KIOSK-"',                          ['windows', 'disabled']],
  ['device.displayName -endsWith "-1"',                            ['windows']],
  ['device.displayName -in ["new","SERVER"]',                      ['autopilot', 'tagged']],
  ['device.displayName -notIn ["new","server"]',                   ['windows', 'disabled', 'mac']],
  ['device.devicePhysicalIDs -any _ -startsWith "[ZTDId]"',        ['autopilot']],
  ['device.devicePhysicalIds -any (_ -contains "order" -and -not (_ -endsWith "1"))', []],
  ['device.devicePhysicalIds -all (_ -startsWith "[Order")',       ['windows', 'disabled', 'mac', 'tagged']],
  ['device.devicePhysicalIds -eq null',                            ['windows', 'disabled', 'mac']],
  ['device.extensionAttribute1 -eq "berlin"',                      ['tagged']],
  ['device.extensionAttribute15 -ne "y"',                          ['windows', 'disabled', 'mac', 'autopilot', 'tagged']],
  ['device.extensionAttribute15 -ne null',                         ['tagged']],
  ['device.objectId -eq null',                                     []],
  ['device.objectId -ne null',                                     ['windows', 'disabled', 'mac', 'autopilot', 'tagged']],
];

for (const when of ['before', 'after'] as const) {
  test(`devices that were there ${when} the group: those that the rule finds are members`, async () => {
    const own = await openDesk();
    try {
      const makeGroups = async () => {
        const ids: string[] = [];
        for (const [rule] of RULES) ids.push(await makeGroup(own, dynamic(rule)));
        return ids;
      };
      const made = when === 'after' ? await makeGroups() : [];
      const names = new Map<string, Name>();
      for (const name of Object.keys(DEVICES) as Name[]) names.set((await makeDevice(own, DEVICES[name])).id, name);
      for (const [at, id] of (when === 'after' ? made : await makeGroups()).entries()) {
        const found = (await members(id, own)).flatMap((member) => names.get(member) ?? []);
        assert.deepEqual(found.toSorted(), RULES[at]?.[1].toSorted(), RULES[at]?.[0]);
      }
    } finally {
      await own.close();
    }
  });
}

test('users, and nobody else', async () => {
  const department = word();
  const ada = await makeUser(desk, { department, jobTitle: 'SDE II' });
  const bob = await makeUser(desk, { department, jobTitle: 'Manager' });
  await makeUser(desk);
  const rule = `(user.department -eq "${department}") -and -not (user.jobTitle -startsWith "SDE")`;
  assert.deepEqual(await members(await makeGroup(desk, dynamic(rule))), [bob]);
  const both = await makeGroup(desk, dynamic(`user.department -eq "${department}"`));
  assert.deepEqual(await members(both), [ada, bob].toSorted());
  const unified = { groupTypes: ['Unified', 'DynamicMembership'], mailEnabled: true, securityEnabled: false };
  const team = await makeGroup(desk, dynamic(`user.department -eq "${department}"`, unified));
  assert.deepEqual(await members(team), [ada, bob].toSorted());
});

// -- what changes ----------------------------------------------------------------------------------------------

test('a device comes, changes, and goes', async () => {
  const name = word();
  const group = await makeGroup(desk, dynamic(`device.displayName -startsWith "${name}"`));
  const other = await makeGroup(desk, dynamic(`device.displayName -endsWith "${name}"`));
  assert.deepEqual(await members(group), []);
  const { id } = await makeDevice(desk, { displayName: `${name}-1` });
  assert.deepEqual([await members(group), await members(other)], [[id], []]);
  await patch(`devices/${id}`, { displayName: `1-${name}` });
  assert.deepEqual([await members(group), await members(other)], [[], [id]]);
  await patch(`devices/${id}`, { displayName: name });
  assert.deepEqual([await members(group), await members(other)], [[id], [id]]);
  await remove(`devices/${id}`);
  assert.deepEqual([await members(group), await members(other)], [[], []]);
});

test('the rule changes', async () => {
  const [one, two] = [word(), word()];
  const { id: first } = await makeDevice(desk, { displayName: one });
  const { id: second } = await makeDevice(desk, { displayName: two });
  const user = await makeUser(desk, { department: one });
  const group = await makeGroup(desk, dynamic(`device.displayName -eq "${one}"`));
  assert.deepEqual(await members(group), [first]);
  await patch(`groups/${group}`, { membershipRule: `device.displayName -in ["${one}","${two}"]` });
  assert.deepEqual(await members(group), [first, second].toSorted());
  await patch(`groups/${group}`, { membershipRule: `device.displayName -eq "${two}"` });
  assert.deepEqual(await members(group), [second]);
  await patch(`groups/${group}`, { membershipRule: `user.department -eq "${one}"` });
  assert.deepEqual(await members(group), [user]);
});

test('paused, a group stays as it is; on again, it catches up', async () => {
  const name = word();
  const group = await makeGroup(desk, dynamic(`device.displayName -eq "${name}"`));
  const { id: first } = await makeDevice(desk, { displayName: name });
  assert.deepEqual(await members(group), [first]);
  await patch(`groups/${group}`, { membershipRuleProcessingState: 'Paused' });
  const { id: second } = await makeDevice(desk, { displayName: name });
  await patch(`devices/${first}`, { displayName: 'Another' });
  await patch(`groups/${group}`, { membershipRule: `device.displayName -startsWith "${name}"` });
  assert.deepEqual(await members(group), [first]);
  await patch(`groups/${group}`, { membershipRuleProcessingState: 'On' });
  assert.deepEqual(await members(group), [second]);
});

test('a group becomes dynamic, which settles who is in it, and assigned again, which keeps its members', async () => {
  const name = word();
  const { id } = await makeDevice(desk, { displayName: name });
  const bound = [
    `${GRAPH_URL}/users/${DEV.member}`,
    `${GRAPH_URL}/groups/${DEV.kiosks}`,
    `${GRAPH_URL}/devices/${DEV.kiosk}`,
  ];
  const group = await makeGroup(desk, { 'members@odata.bind': bound });
  assert.equal((await members(group)).length, 3);
  await patch(`groups/${group}`, dynamic(`device.displayName -eq "${name}"`));
  assert.deepEqual(await members(group), [id]);
  await patch(`groups/${group}`, { groupTypes: [], membershipRuleProcessingState: 'Paused' });
  await patch(`devices/${id}`, { displayName: 'Another' });
  await makeDevice(desk, { displayName: name });
  assert.deepEqual(await members(group), [id]);
  assertDone(await desk.ask('DELETE', `/v1.0/groups/${group}/members/${id}/$ref`, { as: 'global.admin' }));
  assert.deepEqual(await members(group), []);
});

test('a group goes, and the devices that it held are members of nothing', async () => {
  const name = word();
  const { id } = await makeDevice(desk, { displayName: name });
  const group = await makeGroup(desk, dynamic(`device.displayName -eq "${name}"`));
  assert.deepEqual(await members(group), [id]);
  await remove(`groups/${group}`);
  await patch(`devices/${id}`, { displayName: `${name} again` });
  await desk.rollcall.idle();
  assert.deepEqual(idsOf(await desk.ask('GET', `/v1.0/devices/${id}/memberOf`, { as: 'global.admin' })), []);
});

test('the journal has a row for each member, in the name of nobody', async () => {
  const name = word();
  const group = await makeGroup(desk, dynamic(`device.displayName -eq "${name}"`));
  const { id } = await makeDevice(desk, { displayName: name });
  await desk.rollcall.idle();
  await patch(`devices/${id}`, { displayName: 'Another' });
  await desk.rollcall.idle();
  const [tenant] = (await desk.store.tenants()).filter((one) => one.id === DEV.tenant);
  assert.ok(tenant);
  const rows = (await desk.store.journal(tenant, 0, 100_000)).filter((row) => row.object === group && row.relation);
  const nobody = '00000000-0000-0000-0000-000000000000';
  assert.deepEqual(
    rows.map((row) => [row.operation, row.relation, row.target, row.principal, row.app]),
    [
      ['link', 'members', id, nobody, nobody],
      ['unlink', 'members', id, nobody, nobody],
    ],
  );
});

test('a member that came by hand while the group was becoming dynamic does not stay', async () => {
  const group = await makeGroup(desk, dynamic(`device.displayName -eq "${word()}"`));
  await desk.rollcall.idle();
  const [tenant] = (await desk.store.tenants()).filter((one) => one.id === DEV.tenant);
  assert.ok(tenant);
  const link = { type: 'group', relation: 'members' };
  const change = { kind: 'link', link, source: group, target: DEV.member, targetType: 'user' } as const;
  const request: WriteRequest = {
    tenant,
    at: '2026-11-21T12:00:00Z',
    principal: DEV.globalAdmin,
    app: DEV.console,
    changes: [change],
  };
  assert.deepEqual(await desk.rollcall.world.store.write(request), { done: true });
  assert.deepEqual(await members(group), []);
});

// -- what is refused -------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string])[] = [
  [dynamic('device.displayName -eq'),                                  "Syntax error at position 22 in 'device.displayName -eq'."],
  [dynamic('device.colour -eq "red"'),                                 "Wrong property applied. Property 'colour' cannot be applied to object 'Device'"],
  [dynamic('user.city -eq "a" -or device.displayName -eq "a"'),        'Invalid object type.'],
  [dynamic('device.displayName -eq "a"', { groupTypes: ['Unified', 'DynamicMembership'], mailEnabled: true, securityEnabled: false }), 'Invalid object type.'],
  [{ membershipRule: 'nonsense' },                                     'Invalid object type.'],
];

for (const [body, message] of WRONG) {
  test(`refused: ${String(body['membershipRule'])}`, async () => {
    const text = `Dynamic membership rule validation error: ${message}`;
    assertRefused(
      await desk.ask('POST', '/v1.0/groups', { as: 'global.admin', body: groupBody(body) }),
      400,
      'Request_BadRequest',
      text,
    );
    if (Object.hasOwn(body, 'mailEnabled')) return;
    const id = await makeGroup(desk, dynamic('device.displayName -eq "a"'));
    const { membershipRule } = body;
    const reply = await desk.ask('PATCH', `/v1.0/groups/${id}`, { as: 'global.admin', body: { membershipRule } });
    assertRefused(reply, 400, 'Request_BadRequest', text);
  });
}

// -- ends in the middle ----------------------------------------------------------------------------------------

/** A folder that goes when the test is over. */
function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-dynamic-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('what a process did not get to, the next one does', async (t) => {
  const folder = folderFor(t);
  let own = await openDesk({ folder });
  const name = word();
  const devices: string[] = [];
  for (let count = 0; count < 5; count += 1) devices.push((await makeDevice(own, { displayName: name })).id);
  // The group is made and the process ends before anything follows from it.
  const group = await makeGroup(own, dynamic(`device.displayName -eq "${name}"`));
  await own.close();
  own = await openDesk({ folder });
  assert.deepEqual(await members(group, own), devices.toSorted());
  // The same with a device that changes.
  await patch(`devices/${devices[0]}`, { displayName: 'Another' }, own);
  await own.close();
  own = await openDesk({ folder });
  assert.deepEqual(await members(group, own), devices.slice(1).toSorted());
  await own.close();
});

/** Makes an object straight in the store, so that the desk's own work hears nothing of it. */
async function insertUnheard(
  store: Store,
  type: EntityType,
  given: Readonly<Record<string, unknown>>,
): Promise<string> {
  const id = crypto.randomUUID();
  const values = { ...given, id };
  const [tenant] = (await store.tenants()).filter((one) => one.id === DEV.tenant);
  assert.ok(tenant);
  const row = lay(type, values);
  const change = { kind: 'insert', type: type.name, id, row, after: JSON.stringify(values) } as const;
  const request: WriteRequest = { tenant, at: AT, principal: DEV.globalAdmin, app: DEV.console, changes: [change] };
  assert.deepEqual(await store.write(request), { done: true });
  return id;
}

const AT = '2026-11-21T12:00:00Z';
const types = { device: entityType('device'), group: entityType('group') };

/** The store of a process that is killed after so many writes: nothing is written any more, and nothing noted. */
function killedAfter(store: Store, writes: number): { readonly store: Store; readonly killed: Promise<void> } {
  const never = new Promise<never>(() => {});
  let left = writes;
  let kill = () => {};
  const killed = new Promise<void>((resolve) => {
    kill = resolve;
  });
  const write: Store['write'] = (request) => {
    left -= 1;
    if (left >= 0) return store.write(request);
    kill();
    return never;
  };
  const setValue: Store['setValue'] = (name, text) => (left >= 0 ? store.setValue(name, text) : never);
  return { store: { ...store, write, setValue }, killed };
}

for (const writes of [0, 1, 7, 19]) {
  test(`killed after ${writes} of 20 members were written`, async (t) => {
    const folder = folderFor(t);
    let own = await openDesk({ folder });
    const name = word();
    const devices: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      devices.push((await makeDevice(own, { displayName: `${name} ${count}` })).id);
    }
    const values = { ...dynamic(`device.displayName -startsWith "${name}"`), securityEnabled: true };
    const group = await insertUnheard(own.store, types.group, values);
    await own.close();

    const store = openSqliteStore({ folder, clock: own.clock });
    const dying = killedAfter(store, writes);
    const log = () => {};
    const dynamicGroups = createDynamicGroups({ store: dying.store, clock: own.clock, log }, await store.tenants());
    dynamicGroups.start();
    const ends = [dying.killed.then(() => 'killed'), dynamicGroups.idle().then(() => 'idle')];
    assert.equal(await Promise.race(ends), 'killed');
    await store.close();

    own = await openDesk({ folder });
    assert.deepEqual(await members(group, own), devices.toSorted());
    await patch(`devices/${devices[3]}`, { displayName: 'Another' }, own);
    assert.deepEqual(await members(group, own), devices.toSpliced(3, 1).toSorted());
    await own.close();
  });
}

test('a disk that fails for a while', async () => {
  const own = await openDesk();
  const name = word();
  const group = await makeGroup(own, dynamic(`device.displayName -eq "${name}"`));
  await own.rollcall.idle();
  const problems: unknown[] = [];
  const retries: (() => void)[] = [];
  let isFull = false;
  const unavailable = { done: false, because: 'unavailable', cause: 'full' } as const;
  const store: Store = { ...own.store, write: async (request) => (isFull ? unavailable : own.store.write(request)) };
  const clock = {
    now: own.clock.now,
    after: (_: number, act: () => void) => {
      retries.push(act);
      return () => {};
    },
  };
  const dynamicGroups = createDynamicGroups(
    { store, clock, log: (entry) => problems.push(entry) },
    await own.store.tenants(),
  );
  dynamicGroups.start();
  await dynamicGroups.idle();
  const id = await insertUnheard(own.store, types.device, deviceBody({ displayName: name }));
  isFull = true;
  dynamicGroups.start();
  await dynamicGroups.idle();
  assert.deepEqual([problems.length, retries.length], [1, 1]);
  isFull = false;
  for (const retry of retries) retry();
  await dynamicGroups.idle();
  assert.deepEqual(await members(group, own), [id]);
  await own.close();
});

test('more objects than one step takes', async () => {
  const own = await openDesk();
  const name = word();
  const count = LIMITS.dynamicObjectsPerStep * 2 + 1;
  const bodies = Array.from({ length: count }, (_, at) => ({ displayName: `${name} ${at % 2}` }));
  const devices = await Promise.all(bodies.map((body) => makeDevice(own, body)));
  const group = await makeGroup(own, dynamic(`device.displayName -startsWith "${name}"`));
  assert.deepEqual(await members(group, own), devices.map(({ id }) => id).toSorted());
  await patch(`groups/${group}`, { membershipRule: `device.displayName -eq "${name} 1"` }, own);
  const odd = devices.filter((_, at) => at % 2 === 1).map(({ id }) => id);
  assert.deepEqual(await members(group, own), odd.toSorted());
  await own.close();
});

// -- at random -------------------------------------------------------------------------------------------------

const SEED = Number(process.env['ROLLCALL_SEED'] ?? Date.now() % 2 ** 31);

type Device = {
  readonly displayName: string;
  readonly operatingSystem: string;
  readonly accountEnabled: boolean;
  readonly physicalIds: readonly string[];
  readonly extensionAttributes: { readonly extensionAttribute1: string | null };
};

const TEXTS = ['a', 'A', 'ab', 'aB', 'ba', 'b', 'Übung', 'a-1'];

function randomDevice(random: Random): Device {
  return {
    displayName: random.pick(TEXTS),
    operatingSystem: random.pick(TEXTS),
    accountEnabled: random.chance(50),
    physicalIds: Array.from({ length: random.below(3) }, () => random.pick(TEXTS)),
    extensionAttributes: { extensionAttribute1: random.chance(50) ? random.pick(TEXTS) : null },
  };
}

/** A rule and, told apart from how Rollcall reads it, whether a device meets it. */
type Told = { readonly text: string; readonly holds: (device: Device) => boolean };

function randomRule(random: Random, depth = 3): Told {
  const form = depth === 0 ? 0 : random.below(6);
  if (form === 1) {
    const { text, holds } = randomRule(random, depth - 1);
    return { text: `-not (${text})`, holds: (one) => !holds(one) };
  }
  if (form === 2 || form === 3) {
    const [left, right] = [randomRule(random, depth - 1), randomRule(random, depth - 1)];
    return form === 2
      ? { text: `(${left.text}) -and (${right.text})`, holds: (one) => left.holds(one) && right.holds(one) }
      : { text: `(${left.text}) -or (${right.text})`, holds: (one) => left.holds(one) || right.holds(one) };
  }
  if (form === 4) {
    const value = random.chance(50);
    return { text: `device.accountEnabled -eq ${value}`, holds: (one) => one.accountEnabled === value };
  }
  const test = randomTest(random);
  if (form === 5) {
    const [word, every] = random.pick([
      ['any', false],
      ['all', true],
    ] as const);
    const met = (item: string) => test.meets(item);
    const holds = ({ physicalIds }: Device) => (every ? physicalIds.every(met) : physicalIds.some(met));
    return { text: `device.devicePhysicalIds -${word} (_ ${test.text})`, holds };
  }
  const [name, read] = random.pick([
    ['displayName', (one: Device) => one.displayName],
    ['deviceOSType', (one: Device) => one.operatingSystem],
    ['extensionAttribute1', (one: Device) => one.extensionAttributes.extensionAttribute1],
  ] as const);
  return { text: `device.${name} ${test.text}`, holds: (one) => test.meets(read(one)) };
}

function randomTest(random: Random): { readonly text: string; readonly meets: (value: string | null) => boolean } {
  const value = random.pick(TEXTS);
  const [low, isNegated] = [value.toLowerCase(), random.chance(40)];
  const tests: Record<string, (one: string) => boolean> = {
    startsWith: (one) => one.startsWith(low),
    endsWith: (one) => one.endsWith(low),
    contains: (one) => one.includes(low),
    in: (one) => one === low,
  };
  if (random.chance(20)) {
    return { text: isNegated ? '-ne null' : '-eq null', meets: (one) => (one === null) !== isNegated };
  }
  const name = random.pick(Object.keys(tests));
  const word = isNegated ? `-not${name[0]?.toUpperCase()}${name.slice(1)}` : `-${name}`;
  const text = `${word} ${name === 'in' ? `["${value}", "zzz"]` : `"${value}"`}`;
  return { text, meets: (one) => (one !== null && tests[name]?.(one.toLowerCase()) === true) !== isNegated };
}

test('random rules over random devices, as they come, change and go', async () => {
  const random = createRandom(SEED);
  const again = `ROLLCALL_SEED=${SEED} brings it back`;
  const own = await openDesk();
  await own.ask('DELETE', `/v1.0/devices/${DEV.kiosk}`, { as: 'global.admin' });
  const known = idsOf(await own.ask('GET', '/v1.0/devices', { as: 'global.admin' }));
  for (const id of known) await own.ask('DELETE', `/v1.0/devices/${id}`, { as: 'global.admin' });
  const devices = new Map<string, Device>();
  const groups = new Map<string, Told>();
  const add = async () => {
    const device = randomDevice(random);
    devices.set((await makeDevice(own, device)).id, device);
  };
  for (let round = 0; round < 30; round += 1) {
    for (let count = 0; count < 4; count += 1) await add();
    const rule = randomRule(random);
    groups.set(await makeGroup(own, dynamic(rule.text)), rule);
    const [changed, gone] = [random.pick([...devices.keys()]), random.pick([...devices.keys()])];
    const device = randomDevice(random);
    devices.set(changed, device);
    await patch(`devices/${changed}`, device, own);
    if (random.chance(50)) await own.rollcall.idle();
    assertDone(await own.ask('DELETE', `/v1.0/devices/${gone}`, { as: 'global.admin' }));
    devices.delete(gone);
    const group = random.pick([...groups.keys()]);
    const other = randomRule(random);
    groups.set(group, other);
    await patch(`groups/${group}`, { membershipRule: other.text }, own);
  }
  const assertAll = async () => {
    for (const [group, { text, holds }] of groups) {
      const expected = [...devices].filter(([, device]) => holds(device)).map(([id]) => id);
      assert.deepEqual(await members(group, own), expected.toSorted(), `${text}; ${again}`);
    }
  };
  await assertAll();
  await emptyGroups(own, [...groups.keys()]);
  await fillCostly(own);
  await assertAll();
  await own.close();
});

async function emptyGroups(own: Desk, groups: readonly string[]): Promise<void> {
  const [tenant] = (await own.store.tenants()).filter((one) => one.id === DEV.tenant);
  assert.ok(tenant);
  const link = { type: 'group', relation: 'members' };
  const request = { tenant, at: '2026-11-21T12:00:00Z', principal: DEV.globalAdmin, app: DEV.console };
  for (const source of groups) {
    for (const target of await members(source, own)) {
      const change = { kind: 'unlink', link, source, target, targetType: 'device' } as const;
      assert.deepEqual(await own.store.write({ ...request, changes: [change] }), { done: true });
    }
  }
}

/** Fills all groups anew from a store that has no index for any rule. */
async function fillCostly(own: Desk): Promise<void> {
  const { store, clock } = own;
  const page: Store['page'] = (tenant, plan) =>
    plan.where && plan.from.types[0] === 'device' && plan.from.kind === 'set'
      ? { tooCostly: true, rows: 1 }
      : store.page(tenant, plan);
  const value: Store['value'] = () => undefined;
  const costly: Store = { ...store, page, value };
  const dynamicGroups = createDynamicGroups(
    { store: costly, clock, log: (entry) => assert.fail(JSON.stringify(entry)) },
    await store.tenants(),
  );
  dynamicGroups.start();
  await dynamicGroups.idle();
}
