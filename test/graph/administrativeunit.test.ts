import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertDone, assertNotFound, assertRefused, GRAPH_URL, GUID, idsOf, NOBODY, ORIGIN } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/directory-post-administrativeunits and its neighbours, of get, list, update, delete
 * and of the members
 */

const SETS = [
  '/v1.0/directory/administrativeUnits',
  '/beta/administrativeUnits',
  '/V1.0/Directory/AdministrativeUnits',
];
const HEAD_OFFICE = '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad';

/** The request body of the page, word for word. */
const SAMPLE = {
  displayName: 'Seattle District Technical Schools',
  description: 'Seattle district technical schools administration',
  visibility: 'HiddenMembership',
};

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown, as = 'global.admin') =>
  desk.ask(method, url, { as, ...(body === undefined ? {} : { body }) });

for (const set of SETS) {
  test(`${set}: made, read, listed, changed, deleted`, async () => {
    const made = await ask('POST', set, SAMPLE);
    assert.equal(made.status, 201, made.text);
    const { '@odata.context': context, id, ...unit } = made.json;
    const version = set.startsWith('/beta') ? 'beta' : 'v1.0';
    assert.equal(context, `${ORIGIN}/${version}/$metadata#administrativeUnits/$entity`);
    assert.match(id, GUID);
    const unset = {
      deletedDateTime: null,
      isMemberManagementRestricted: null,
      membershipRule: null,
      membershipRuleProcessingState: null,
      membershipType: null,
    };
    assert.deepEqual(unit, { ...unset, ...SAMPLE });
    assert.deepEqual((await ask('GET', `${set}/${id}`)).json, made.json);
    assert.deepEqual(idsOf(await ask('GET', set)), [HEAD_OFFICE, id]);
    assertDone(await ask('PATCH', `${set}/${id}`, { displayName: 'Renamed' }));
    assert.equal((await ask('GET', `${set}/${id}`)).json.displayName, 'Renamed');
    assertDone(await ask('DELETE', `${set}/${id}`));
    assertNotFound(await ask('GET', `${set}/${id}`), id);
  });
}

const [SET = ''] = SETS;

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [body: Record<string, unknown>, message: string])[] = [
  [{},                                      "A value is required for property 'displayName' of resource 'AdministrativeUnit'."],
  [{ displayName: 1 },                      "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ displayName: 'x'.repeat(257) },        "Invalid value specified for property 'displayName' of resource 'AdministrativeUnit'."],
  [{ displayName: 'A', colour: 'red' },     "Invalid property 'colour'."],
];

for (const [body, message] of WRONG) {
  test(`${JSON.stringify(body).slice(0, 60)} is refused`, async () => {
    assertRefused(await ask('POST', SET, body), 400, 'Request_BadRequest', message);
  });
}

// biome-ignore format: a table is read by its columns
const ENDS: readonly (readonly [type: string, id: string, fits: boolean])[] = [
  ['user',             DEV.member,                          true],
  ['group',            DEV.kiosks,                          true],
  ['device',           DEV.kiosk,                           true],
  ['servicePrincipal', fixedGuid(`principal:${DEV.daemon}`), false],
];

for (const [type, id, fits] of ENDS) {
  test(`${type} as a member: ${fits ? 'added and removed' : 'refused'}`, async () => {
    const body = { '@odata.id': `${GRAPH_URL}/directoryObjects/${id}` };
    const added = await ask('POST', `${SET}/${HEAD_OFFICE}/members/$ref`, body);
    if (!fits) return assertRefused(added, 400, 'Request_BadRequest');
    assertDone(added);
    const page = await ask('GET', `${SET}/${HEAD_OFFICE}/members?$select=id`);
    assert.deepEqual(page.json.value, [{ '@odata.type': `#microsoft.graph.${type}`, id }]);
    assertDone(await ask('DELETE', `${SET}/${HEAD_OFFICE}/members/${id}/$ref`));
    assert.deepEqual(idsOf(await ask('GET', `${SET}/${HEAD_OFFICE}/members`)), []);
  });
}

test('nothing there', async () => {
  assertNotFound(await ask('GET', `${SET}/${NOBODY}`), NOBODY);
  assertNotFound(await ask('DELETE', `${SET}/${NOBODY}`), NOBODY);
  assertRefused(await ask('GET', '/v1.0/directory/colours'), 501, 'NotImplemented');
  assertRefused(await ask('GET', '/v1.0/directory/devices'), 501, 'NotImplemented');
});

test('who may', async () => {
  const unit = `${SET}/${HEAD_OFFICE}`;
  const member = { '@odata.id': `${GRAPH_URL}/users/${DEV.member}` };
  for (const [method, url, body] of [
    ['POST', SET, SAMPLE],
    ['PATCH', unit, { displayName: 'A' }],
    ['DELETE', unit, undefined],
    ['POST', `${unit}/members/$ref`, member],
    ['DELETE', `${unit}/members/${DEV.member}/$ref`, undefined],
  ] as const) {
    for (const as of ['intune.admin', 'member', 'guest']) {
      assertRefused(await ask(method, url, body, as), 403, 'Authorization_RequestDenied');
    }
    const token = await desk.tokenOfApp(DEV.daemon);
    const reply = await desk.ask(method, url, { token, ...(body === undefined ? {} : { body }) });
    assertRefused(reply, 403, 'Authorization_RequestDenied');
  }
  for (const url of [SET, unit, `${unit}/members`]) {
    assert.equal((await ask('GET', url, undefined, 'member')).status, 200);
    assert.equal((await ask('GET', url, undefined, 'guest')).status, 403);
    assert.equal((await desk.ask('GET', url, { token: await desk.tokenOfApp(DEV.daemon) })).status, 200);
  }
});

for (const [query, count] of [
  ["$filter=displayName eq 'head office'", 1],
  ["$filter=startsWith(displayName,'nowhere')", 0],
] as const) {
  test(`?${query}, with and without directory/ in front`, async () => {
    for (const path of ['directory/administrativeUnits', 'administrativeUnits']) {
      const reply = await desk.ask('GET', `/v1.0/${path}?${query}`, { as: 'member' });
      assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#administrativeUnits`);
      assert.equal(reply.json.value.length, count, reply.text);
    }
  });
}
