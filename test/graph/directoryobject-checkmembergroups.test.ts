import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk } from '../support/rollcall.ts';
import { AGENT, found, testAction } from './directoryobject-actions.ts';
import { assertRefused, NOBODY } from './expect.ts';
import { ALL_DEVICES, HEAD_OFFICE, openMemberships, PLACES } from './memberships.ts';

/** https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups */

let desk: Desk;
before(async () => {
  desk = await openMemberships();
});
after(() => desk.close());

const ask = (address: string, body: unknown) =>
  desk.ask('POST', `/v1.0/${address}/checkMemberGroups`, { as: 'member', body });

testAction(() => desk, 'checkMemberGroups', { groupIds: [PLACES.North] });

const { North, South, Site, Hall, Mail, Europe } = PLACES;

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [name: string, ids: readonly string[], members: readonly string[]])[] = [
  ['directly and by others, in the order of the question', [Site, Hall, North], [Site, Hall, North]],
  ['Microsoft 365 groups, too',                            [Mail],              [Mail]],
  ['one asked for twice',                                  [Hall, Hall],        [Hall, Hall]],
  ['groups that it is not in',                             [DEV.kiosks, ALL_DEVICES], []],
  ['administrative units',                                 [HEAD_OFFICE, Europe], []],
  ['what is no group, and what is nothing',                [DEV.member, DEV.buildAgent, NOBODY], []],
  ['nothing',                                              [],                  []],
];

for (const [name, ids, members] of ROWS) {
  test(`checkMemberGroups: ${name}`, async () => {
    const reply = await ask(AGENT, { groupIds: ids });
    assert.deepEqual([reply.status, reply.json.value], [200, members], reply.text);
  });
}

test('ids are told as they were asked, whatever their case', async () => {
  const shouted = South.toUpperCase();
  assert.deepEqual((await ask(AGENT, { groupIds: [shouted] })).json.value, [shouted]);
});

test('twenty ids, and no more', async () => {
  const ids = (count: number) => Array.from({ length: count }, () => North);
  assert.equal(found(await ask(AGENT, { groupIds: ids(20) })).length, 20);
  const words = "Too many values were given for the parameter 'groupIds': the limit is 20.";
  assertRefused(await ask(AGENT, { groupIds: ids(21) }), 400, 'Request_BadRequest', words);
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [body: object, message: string])[] = [
  [{},                          "A value is required for property 'groupIds' of resource 'checkMemberGroups'."],
  [{ groupIds: null },          "A value is required for property 'groupIds' of resource 'checkMemberGroups'."],
  [{ groupIds: North },         "The value of property 'groupIds' must be a JSON array of 'Edm.String'."],
  [{ groupIds: ['x'] },         "Invalid object identifier 'x'."],
  [{ groupIds: [1] },           "Invalid object identifier '1'."],
  [{ groupIds: [[North]] },     `Invalid object identifier '["${North}"]'.`],
  [{ ids: [North] }, "Invalid property 'ids'."],
];

for (const [body, message] of REFUSED) {
  test(`checkMemberGroups: ${JSON.stringify(body)} is refused`, async () => {
    assertRefused(await ask(AGENT, body), 400, 'Request_BadRequest', message);
  });
}
