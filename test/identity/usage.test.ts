import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageEntry } from '../../src/identity/usage.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { makeDevice } from '../graph/expect.ts';
import { runProgram, startProgram } from '../support/process.ts';
import { DEV, type Desk, deviceBody, openDesk } from '../support/rollcall.ts';

/** `--report permissions`: which permissions a run really used, against those that were granted. */

async function entriesOf(desk: Desk): Promise<readonly UsageEntry[]> {
  const report = await desk.rollcall.permissionsUsed();
  assert.ok(report);
  assert.equal(report.overlooked, 0);
  return report.entries;
}

test('an application by itself: what it used, what it did not need, what would have been enough', async () => {
  const desk = await openDesk({ report: 'permissions' });
  const token = await desk.tokenOfApp(DEV.daemon);
  for (const url of ['/v1.0/devices', '/v1.0/devices', `/v1.0/devices/${DEV.kiosk}`])
    await desk.ask('GET', url, { token });
  await desk.ask('PATCH', `/v1.0/devices/${DEV.kiosk}`, { token, body: { accountEnabled: true } });
  await desk.ask('POST', '/v1.0/devices', { token, body: deviceBody() });
  const [entry, ...others] = await entriesOf(desk);
  assert.deepEqual(others, []);
  assert.deepEqual(entry, {
    tenant: 'Contoso',
    application: 'Inventory Daemon',
    appId: DEV.daemon,
    user: undefined,
    allowed: { 'device.list': 2, 'device.get': 1, 'device.update': 1 },
    refused: { 'device.create': 1 },
    granted: ['Device.ReadWrite.All', 'Directory.ReadWrite.All', 'Group.Read.All', 'User.Read.All'],
    used: ['Device.ReadWrite.All', 'Directory.ReadWrite.All'],
    unused: ['Group.Read.All', 'User.Read.All'],
    enough: ['Device.ReadWrite.All'],
  });
  await desk.close();
});

test('each user of an application apart, with what the token left out of what was granted', async () => {
  const desk = await openDesk({ report: 'permissions' });
  const token = await desk.tokenOf('member', { scope: 'Device.Read.All' });
  await desk.ask('GET', '/v1.0/devices?$expand=registeredOwners', { token });
  await desk.ask('DELETE', `/v1.0/devices/${DEV.buildAgent}`, { token });
  const own = await desk.tokenOf('guest', { app: DEV.reader });
  await desk.ask('GET', '/v1.0/users/guest@contoso.example', { token: own });
  const [console, reader, ...others] = await entriesOf(desk);
  assert.deepEqual(others, []);
  assert.deepEqual([console?.application, console?.user], ['Device Console', 'member@contoso.example']);
  assert.deepEqual(console?.allowed, { 'device.list': 1, 'device.registeredOwners.list': 1 });
  assert.deepEqual(console?.refused, { 'device.delete': 1 });
  assert.deepEqual(console?.enough, ['Device.Read.All']);
  assert.ok(console?.granted.includes('User.Read.All'));
  assert.deepEqual(console?.unused, ['Group.Read.All', 'User.Read', 'User.Read.All']);
  assert.deepEqual(
    [reader?.user, reader?.enough, reader?.unused],
    ['guest@contoso.example', ['User.Read'], ['Device.Read.All']],
  );
  await desk.close();
});

test('what has one way only decides what is enough', async () => {
  const desk = await openDesk({ report: 'permissions' });
  const as = 'intune.admin';
  await desk.ask('GET', '/v1.0/groups', { as });
  await makeDevice(desk);
  const [entry] = await entriesOf(desk);
  assert.deepEqual(entry?.enough, ['Directory.AccessAsUser.All']);
  await desk.close();
});

test('more callers than are kept apart are counted', async () => {
  const desk = await openDesk({ report: 'permissions' });
  const { authorize, callers } = desk.rollcall.world;
  const caller = await callers.identify(`Bearer ${await desk.tokenOf('member')}`);
  const attempt = { operation: 'device.list', type: undefined, object: undefined, changes: {} };
  for (let n = 0; n < LIMITS.reportedCallers + 3; n++)
    await authorize({ ...caller, app: `app ${n}` }, attempt, desk.store);
  const report = await desk.rollcall.permissionsUsed();
  assert.deepEqual([report?.entries.length, report?.overlooked], [LIMITS.reportedCallers, 3]);
  await desk.close();
});

test('it is told when the service is closed; without being asked for there is none', async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const desk = await openDesk({ report: 'permissions', log: (line) => lines.push(line) });
  await desk.ask('GET', '/v1.0/devices', { as: 'member' });
  await desk.close();
  assert.equal(lines.length, 1);
  assert.deepEqual([lines[0]?.['report'], lines[0]?.['allowed']], ['permissions', { 'device.list': 1 }]);
  const silent = await openDesk();
  await silent.ask('GET', '/v1.0/devices', { as: 'member' });
  assert.equal(await silent.rollcall.permissionsUsed(), undefined);
  await silent.close();
});

test('rollcall start --report permissions tells it on SIGTERM', async () => {
  const program = await startProgram({ args: ['--dev', '--report', 'permissions'] });
  const headers = { authorization: `Bearer ${await program.tokenOf('member')}` };
  assert.equal((await fetch(`${program.origin}/v1.0/devices`, { headers })).status, 200);
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
  const line = program
    .stderr()
    .split('\n')
    .find((text) => text.includes('"report"'));
  const { time, report, user, allowed, enough } = JSON.parse(line ?? '{}');
  assert.deepEqual([report, user, allowed], ['permissions', 'member@contoso.example', { 'device.list': 1 }]);
  assert.deepEqual(enough, ['Device.Read.All']);
  assert.ok(Date.parse(time) > 0);
  await program.dispose();
  const wrong = await runProgram(['start', '--report', 'weather']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /--report.*permissions/s);
});
