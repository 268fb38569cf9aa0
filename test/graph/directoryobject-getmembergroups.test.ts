import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { AGENT, found, testAction } from './directoryobject-actions.ts';
import { assertRefused } from './expect.ts';
import { ALL_DEVICES, HEAD_OFFICE, openMemberships, PLACES } from './memberships.ts';

/** https://learn.microsoft.com/graph/api/directoryobject-getmembergroups */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (address: string, body: unknown) =>
  desk.ask('POST', `/v1.0/${address}/getMemberGroups`, { as: 'member', body });

testAction(() => desk, 'getMemberGroups', { securityEnabledOnly: false });

const { North, South, Site, Hall, Mail } = PLACES;
const SECURITY = [North, South, Site, Hall, PLACES['Loop 1'], PLACES['Loop 2']];
const sorted = (...ids: readonly string[]) => ids.toSorted();

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [address: string, only: boolean | undefined, ids: readonly string[]])[] = [
  [AGENT,                                 false,     sorted(...SECURITY, Mail)],
  [AGENT,                                 undefined, sorted(...SECURITY, Mail)],
  [AGENT,                                 true,      sorted(...SECURITY)],
  [`users/${DEV.member}`,                 false,     sorted(...SECURITY, Mail)],
  [`users/${DEV.member}`,                 true,      sorted(...SECURITY)],
  [`devices/${DEV.kiosk}`,                true,      sorted(DEV.kiosks, ALL_DEVICES)],
  [`groups/${Site}`,                      false,     sorted()],
  [`groups/${PLACES['Loop 1']}`,          false,     sorted(PLACES['Loop 2'])],
  [`users/${DEV.registrar}`,              false,     []],
  [`directoryObjects/${HEAD_OFFICE}`,     false,     []],
];

for (const [address, only, ids] of ROWS) {
  test(`POST /${address}/getMemberGroups, securityEnabledOnly ${only ?? 'left out'}`, async () => {
    assert.deepEqual(found(await ask(address, only === undefined ? {} : { securityEnabledOnly: only })), ids);
  });
}

test('securityEnabledOnly is true or false', async () => {
  for (const value of ['true', 1, [true]]) {
    const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const words = `Cannot convert the literal '${shown}' to the expected type 'Edm.Boolean'.`;
    assertRefused(await ask(AGENT, { securityEnabledOnly: value }), 400, 'Request_BadRequest', words);
  }
  assert.equal((await ask(AGENT, { securityEnabledOnly: null })).status, 200);
});
