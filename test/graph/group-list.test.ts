import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import {
  assertNotFound,
  assertRefused,
  EVENTUAL,
  follow,
  idsOf,
  JSON_TYPE,
  makeGroup,
  NOBODY,
  ORIGIN,
} from './expect.ts';

/** https://learn.microsoft.com/graph/api/group-list, https://learn.microsoft.com/graph/api/group-get */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const get = (url: string, as = 'member') => desk.ask('GET', url, { as });

test('GET /groups: all of them, in pages', async () => {
  const whole = await get('/v1.0/groups');
  assert.equal(whole.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#groups`);
  const names = whole.json.value.map(({ displayName }: { displayName: string }) => displayName);
  assert.deepEqual(names, ['All Devices', 'Kiosks', 'Engineering']);
  const found: string[] = [];
  let url: string | undefined = '/v1.0/groups?$top=2&$select=id';
  while (url !== undefined) {
    const reply = await get(url);
    found.push(...idsOf(reply));
    url = reply.json['@odata.nextLink'] && follow(reply.json['@odata.nextLink']);
  }
  assert.deepEqual(found, idsOf(whole));
});

for (const version of ['v1.0', 'beta']) {
  test(`GET /${version}/groups/{id}`, async () => {
    const reply = await get(`/${version}/groups/${DEV.kiosks}`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.headers.get('content-type'), JSON_TYPE);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/${version}/$metadata#groups/$entity`);
    assert.equal(reply.json.displayName, 'Kiosks');
    assert.deepEqual([reply.json.securityEnabled, reply.json.mailEnabled], [true, false]);
  });
}

test('the security identifier is made of the id, as Windows makes it', async () => {
  const { json } = await get(`/v1.0/groups/${DEV.kiosks}?$select=securityIdentifier`);
  // 002ae664-bf16-4a25-86d2-33efb77176db
  const parts = [0x002ae664, 0x4a25bf16, 0xef33d286, 0xdb7671b7];
  assert.equal(json.securityIdentifier, `S-1-12-1-${parts.join('-')}`);
});

test('nothing there', async () => {
  assertNotFound(await get(`/v1.0/groups/${NOBODY}`), NOBODY);
  assertNotFound(await get(`/v1.0/groups/${DEV.kiosk}`), DEV.kiosk);
  assertRefused(await get('/v1.0/groups/x'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
});

test('who may', async () => {
  for (const url of ['/v1.0/groups', `/v1.0/groups/${DEV.kiosks}`]) {
    // A guest reads the group that it can name, and lists none.
    assert.equal((await get(url, 'guest')).status, url.endsWith('/groups') ? 403 : 200);
    assert.equal((await desk.ask('GET', url, { token: await desk.tokenOfApp(DEV.daemon) })).status, 200);
    assert.equal((await desk.ask('GET', url, { token: await desk.tokenOfApp(DEV.unconsented) })).status, 403);
    assert.equal(
      (await desk.ask('GET', url, { token: await desk.tokenOf('global.admin', { app: DEV.reader }) })).status,
      403,
    );
  }
});

// -- queries that SDKs and tools really send -----------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const FOUND: readonly (readonly [query: string, names: readonly string[]])[] = [
  ["$filter=displayName eq 'kiosks'",                                      ['Kiosks']],
  ["$filter=startsWith(displayName,'all')",                                ['All Devices']],
  ["$filter=groupTypes/any(c:c eq 'Unified')",                             ['Mail']],
  ["$filter=groupTypes/any(a:a eq 'unified')",                             ['Mail']],
  ["$filter=groupTypes/any(c:c eq 'DynamicMembership')",                   []],
  ['$filter=securityEnabled eq true',                                      ['All Devices', 'Kiosks', 'Engineering']],
  ['$filter=mailEnabled eq true and securityEnabled eq false',             ['Mail']],
  ["$filter=mail eq 'mail@contoso.example'",                               ['Mail']],
  ["$filter=mailNickname eq 'mail' or mailNickname eq 'nothing'",          ['Mail']],
  [`$filter=id in ('${DEV.kiosks}','${NOBODY}')`,                          ['Kiosks']],
  ['$filter=isAssignableToRole eq true',                                   []],
  ['$orderby=displayName',                                                 ['All Devices', 'Engineering', 'Kiosks', 'Mail']],
  ['$orderby=displayName desc&$top=2',                                     ['Mail', 'Kiosks']],
];

test('filters and orders', async () => {
  const desk = await openDesk();
  const unified = { displayName: 'Mail', mailNickname: 'mail', groupTypes: ['Unified'] };
  await makeGroup(desk, { ...unified, mailEnabled: true, securityEnabled: false });
  for (const [query, names] of FOUND) {
    const reply = await desk.ask('GET', `/v1.0/groups?$select=displayName&${query}`, { as: 'member' });
    assert.equal(reply.status, 200, `${query}: ${reply.text}`);
    const found = reply.json.value.map(({ displayName }: { displayName: string }) => displayName);
    assert.deepEqual(found, names, query);
  }
  const not = "/v1.0/groups?$count=true&$select=displayName&$filter=NOT(groupTypes/any(c:c eq 'Unified'))";
  const { json } = await desk.ask('GET', not, { as: 'member', headers: EVENTUAL });
  assert.deepEqual([json['@odata.count'], json.value.length], [3, 3]);
  await desk.close();
});
