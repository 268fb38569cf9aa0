import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import { assertRefused, EVENTUAL, follow, idsOf, JSON_TYPE, makeDevice, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/query-parameters, https://learn.microsoft.com/graph/paging */

let desk: Desk;
before(async () => {
  desk = await openDesk();
  for (const name of ['Desk 1', 'Desk 2', 'Desk 3', 'Desk+4']) await makeDevice(desk, { displayName: name });
});
after(() => desk.close());

type Headers = Readonly<Record<string, string>>;
const get = (url: string, headers: Headers = {}) => desk.ask('GET', url, { as: 'member', headers });
const namesOf = (reply: Reply) => {
  assert.equal(reply.status, 200, reply.text);
  return reply.json.value.map(({ displayName }: { displayName: string }) => displayName);
};

// -- how an option is written --------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const SAME: readonly string[] = [
  "$filter=displayName%20eq%20'Desk%201'&$select=displayName",
  "$filter=displayName+eq+'Desk+1'&$select=displayName",
  "filter=displayName eq 'Desk 1'&select=displayName",
  "%24filter=displayName%20eq%20%27Desk%201%27&%24select=displayName",
  "$FILTER=displayName%20eq%20'Desk%201'&$Select=displayName",
  "$fil%74er=displayName%09eq%20'Desk%201'&%24select=displayName",
  "$select=displayName&$filter=  displayName  eq  'desk 1'  ",
  "$filter=displayName EQ 'Desk 1'&$select=displayName",
  "&&$filter=displayName eq 'Desk 1'&&$select=displayName&",
];

for (const version of ['v1.0', 'beta']) {
  for (const query of SAME) {
    test(`${version}: ?${query}`, async () => {
      assert.deepEqual((await get(`/${version}/devices?${query}`)).json, {
        '@odata.context': `${ORIGIN}/${version}/$metadata#devices(displayName)`,
        value: [{ displayName: 'Desk 1' }],
      });
    });
  }
}

test('%2B is a plus sign, + is a blank', async () => {
  assert.deepEqual(namesOf(await get("/v1.0/devices?$filter=displayName eq 'Desk%2B4'")), ['Desk+4']);
  assert.deepEqual(namesOf(await get("/v1.0/devices?$filter=displayName eq 'Desk+4'")), []);
});

for (const [first, second] of [
  ['$filter', 'filter'],
  ['$search', '%24search'],
  ['$orderby', '$ORDERBY'],
  ['$expand', '$expand'],
  ['$count', 'count'],
  ['$select', '$sel%65ct'],
] as const) {
  test(`${first} beside ${second} is refused`, async () => {
    const words = `Query option '${first}' was specified more than once, but it must be specified at most once.`;
    const reply = await get(`/v1.0/devices?${first}=a&${second}=b`, EVENTUAL);
    assertRefused(reply, 400, 'Request_BadRequest', words);
  });
}

test('$format is json', async () => {
  for (const format of ['json', 'JSON', 'application/json', 'application/json;odata.metadata=minimal']) {
    const reply = await get(`/v1.0/devices?$format=${format}&$select=id`);
    assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, JSON_TYPE], format);
  }
  for (const format of ['xml', 'atom', 'application/xml', '', 'jsonp']) {
    const words = `Invalid value '${format}' for $format query option found. Valid value is 'json'.`;
    assertRefused(await get(`/v1.0/devices?$format=${format}`), 400, 'BadRequest', words);
  }
});

test('$skip is refused', async () => {
  const words = "'$skip' is not supported by the service.";
  assertRefused(await get('/v1.0/devices?$skip=2'), 400, 'Request_BadRequest', words);
});

// -- $count --------------------------------------------------------------------------------------------------------

test('$count=true without the header is silently ignored', async () => {
  const reply = await get('/v1.0/devices?$count=true&$select=id');
  assert.deepEqual(Object.keys(reply.json), ['@odata.context', 'value']);
  assert.equal(idsOf(reply).length, 6);
});

test('$count=true with the header: @odata.count of all pages, on the first only', async () => {
  const first = await get("/v1.0/devices?$count=true&$top=4&$filter=displayName ne 'Desk 1'", EVENTUAL);
  assert.deepEqual(Object.keys(first.json), ['@odata.context', '@odata.count', '@odata.nextLink', 'value']);
  assert.equal(first.json['@odata.count'], 5);
  const second = await get(follow(first.json['@odata.nextLink']), EVENTUAL);
  assert.deepEqual(Object.keys(second.json), ['@odata.context', 'value']);
  assert.equal(idsOf(first).length + idsOf(second).length, 5);
});

test('the header is understood whatever its case; another value of it means nothing', async () => {
  for (const value of ['eventual', 'Eventual', ' EVENTUAL ']) {
    const reply = await get('/v1.0/devices?$count=TRUE&$top=1', { consistencylevel: value });
    assert.equal(reply.json['@odata.count'], 6);
  }
  for (const value of ['session', 'strong', '']) {
    const reply = await get('/v1.0/devices?$count=true&$top=1', { consistencylevel: value });
    assert.equal(reply.json['@odata.count'], undefined);
  }
});

test('$count=false asks for nothing, even with the header', async () => {
  assert.equal((await get('/v1.0/devices?$count=false', EVENTUAL)).json['@odata.count'], undefined);
  const words = (value: string) =>
    `Invalid value '${value}' for $count query option found. Valid values are 'true' and 'false'.`;
  for (const value of ['1', 'yes', '']) {
    assertRefused(await get(`/v1.0/devices?$count=${value}`, EVENTUAL), 400, 'BadRequest', words(value));
  }
});

for (const [path, count] of [
  ['/v1.0/devices/$count', '6'],
  ['/beta/devices/%24count', '6'],
  ["/v1.0/devices/$count?$filter=startswith(displayName,'Desk')", '4'],
  ["/v1.0/devices/$count?$filter=displayName ne 'Desk 1'", '5'],
  ['/v1.0/devices/$count?$search="displayName:desk"', '4'],
  [`/v1.0/devices/${DEV.kiosk}/memberOf/$count`, '1'],
  ['/v1.0/users/$count', '9'],
  ['/v1.0/groups/$count', '3'],
  ['/v1.0/directory/administrativeUnits/$count', '1'],
  ['/v1.0/applications/$count', '4'],
  ['/v1.0/servicePrincipals/$count', '7'],
  ['/v1.0/directoryObjects/microsoft.graph.device/$count', '6'],
] as const) {
  test(`GET ${path}: the number alone, as text`, async () => {
    const reply = await get(path, EVENTUAL);
    assert.deepEqual([reply.status, reply.headers.get('content-type'), reply.text], [200, 'text/plain', count]);
    const words = '$count is not currently supported.';
    assertRefused(await get(path), 400, 'Request_BadRequest', words);
  });
}

test('/$count takes a filter and a search, and nothing else', async () => {
  for (const option of ['$top=1', '$select=id', '$orderby=displayName', '$expand=memberOf', '$count=true']) {
    const words = `'${option.slice(0, option.indexOf('='))}' is not supported by the service.`;
    assertRefused(await get(`/v1.0/devices/$count?${option}`, EVENTUAL), 400, 'Request_BadRequest', words);
  }
});

// -- pages of a query ----------------------------------------------------------------------------------------------

const QUERY = "$count=true&$filter=startswith(displayName,'Desk')&$orderby=displayName desc&$select=displayName&$top=2";

test('the next link keeps the options as they were sent, and leads to the next objects in the same order', async () => {
  const first = await get(`/v1.0/devices?${QUERY}`, EVENTUAL);
  assert.deepEqual(namesOf(first), ['Desk+4', 'Desk 3']);
  const link = first.json['@odata.nextLink'];
  assert.ok(link.startsWith(`${ORIGIN}/v1.0/devices?${QUERY}&$skiptoken=`), link);
  const second = await get(follow(link), EVENTUAL);
  assert.deepEqual(namesOf(second), ['Desk 2', 'Desk 1']);
  assert.equal(second.json['@odata.nextLink'], undefined);
});

test('the header has to be sent with each page', async () => {
  const sorted = (await get(`/v1.0/devices?${QUERY}`, EVENTUAL)).json['@odata.nextLink'];
  const words = 'Sorting not supported for current query.';
  assertRefused(await get(follow(sorted)), 400, 'Request_UnsupportedQuery', words);
  const searched = await get('/v1.0/devices?$search="displayName:desk"&$top=1', EVENTUAL);
  assertRefused(await get(follow(searched.json['@odata.nextLink'])), 400, 'Request_UnsupportedQuery');
});

test('a skip token is good for its own query only, whatever the option', async () => {
  const link = follow((await get(`/v1.0/devices?${QUERY}`, EVENTUAL)).json['@odata.nextLink']);
  for (const [was, is] of [
    ['desc', 'asc'],
    ["'Desk'", "'De'"],
    ['$select=displayName', '$select=id'],
    ['$top=2', '$top=3'],
    ['/v1.0/', '/beta/'],
    ['/devices?', '/devices/microsoft.graph.device?'],
    ['&$filter=', `&$search="displayName:desk"&$filter=`],
  ] as const) {
    assert.ok(link.includes(was), was);
    const reply = await get(link.replace(was, is), EVENTUAL);
    assertRefused(reply, 400, 'Directory_ExpiredPageToken');
  }
  assert.equal((await get(link, EVENTUAL)).status, 200);
});

test('pages of a sorted list: each object once, though others come and go', async () => {
  const desk = await openDesk();
  for (let n = 0; n < 9; n++) await makeDevice(desk, { displayName: n % 3 === 0 ? 'Same' : `Name ${n}` });
  const ask = (url: string) => desk.ask('GET', url, { as: 'member', headers: EVENTUAL });
  const url = '/v1.0/devices?$count=true&$orderby=displayName&$select=id,displayName';
  const whole = idsOf(await ask(url));
  for (const top of [1, 2, 3, 5, 11]) {
    const found: string[] = [];
    for (let next: string | undefined = `${url}&$top=${top}`; next !== undefined; ) {
      const reply: Reply = await ask(next);
      found.push(...idsOf(reply));
      const link: string | undefined = reply.json['@odata.nextLink'];
      next = link === undefined ? undefined : follow(link);
    }
    assert.deepEqual(found, whole, `$top=${top}`);
  }
  await desk.close();
});

test('a token that expired while a filtered list was read', async () => {
  const desk = await openDesk();
  await makeDevice(desk);
  const first = await desk.ask('GET', '/v1.0/devices?$top=1&$filter=accountEnabled eq true', { as: 'member' });
  desk.clock.advance(24 * 3600 * 1000 + 1);
  const token = await desk.tokenOf('member');
  const reply = await desk.ask('GET', follow(first.json['@odata.nextLink']), { token });
  assertRefused(reply, 400, 'Directory_ExpiredPageToken');
  await desk.close();
});

// -- $select -------------------------------------------------------------------------------------------------------

const undeclared = (name: string) => `Property '${name}' does not exist as a declared property or extension property.`;

for (const name of [
  'colour',
  'extensionAttribute1',
  'extensionAttributes/extensionAttribute1',
  '*',
  'registeredOwners',
]) {
  test(`$select=${name} is refused in lists, too`, async () => {
    const reply = await get(`/v1.0/devices?$select=id,${name}`);
    assertRefused(reply, 400, 'Request_UnsupportedQuery', undeclared(name));
  });
}

test('Prefer asks for nothing that Graph does for devices', async () => {
  for (const value of ['return=minimal', 'odata.maxpagesize=1', 'omit-values=nulls', 'respond-async']) {
    const reply = await get('/v1.0/devices?$select=id', { prefer: value });
    assert.equal(idsOf(reply).length, 6);
    assert.equal(reply.headers.get('preference-applied'), undefined);
  }
});
