import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import { assertRefused, EVENTUAL, makeDevice, makeGroup, makeUser } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/aad-advanced-queries: what needs the header `ConsistencyLevel: eventual`, what needs
 * `$count=true` beside it, and what is told to those who left one of them out.
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
  await makeDevice(desk, { displayName: 'Zebra', extensionAttributes: { extensionAttribute1: 'Berlin' } });
  await makeUser(desk, { displayName: 'Adele Vance', mailNickname: 'adele', city: 'Paris', companyName: 'Contoso' });
  await makeGroup(desk, { displayName: 'A team', description: 'The first' });
});
after(() => desk.close());

const ask = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', `/v1.0/${url}`, { as: 'member', headers });

const operator = (name: string) =>
  `Operator '${name}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information`;
const clause = (name: string, resource = 'Device') =>
  `Unsupported or invalid query filter clause specified for property '${name}' of resource '${resource}'.`;
const SEARCH =
  "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'";
const SORT = 'Sorting not supported for current query.';
const CAST =
  'OData cast is only supported with the $count=true query parameter and the ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information';
const RELATION = 'The specified filter to the reference property query is currently not supported.';
const kiosk = `devices/${DEV.kiosk}`;

/** What needs both, by the refusal of each request that has only one of them, or none. */
// biome-ignore format: a table is read by its columns
const BOTH: readonly (readonly [url: string, message: string])[] = [
  ["devices?$filter=displayName ne 'x'",                                    operator('ne')],
  ["devices?$filter=not(displayName eq 'x')",                               operator('not')],
  ["devices?$filter=not(startsWith(displayName,'x'))",                      operator('not')],
  ["users?$filter=endsWith(mail,'@contoso.example')",                       operator('endsWith')],
  ["users?$filter=endsWith(userPrincipalName,'@contoso.example')",          operator('endsWith')],
  ["users?$filter=proxyAddresses/any(p:endsWith(p,'@contoso.example'))",    operator('endsWith')],
  ['devices?$filter=physicalIds/$count eq 0',                               operator('$count')],
  ['groups?$filter=groupTypes/$count eq 0',                                 operator('$count')],
  ["devices?$filter=extensionAttributes/extensionAttribute1 eq 'Berlin'",   clause('extensionAttributes/extensionAttribute1')],
  ["devices?$filter=manufacturer eq 'Contoso'",                             clause('manufacturer')],
  ["devices?$filter=startsWith(model,'Surface')",                           clause('model')],
  ['devices?$filter=displayName eq null',                                   clause('displayName')],
  ["devices?$filter=displayName ge 'a'",                                    clause('displayName')],
  ["users?$filter=companyName eq 'Contoso'",                                clause('companyName', 'User')],
  ["groups?$filter=description eq 'The first'",                             clause('description', 'Group')],
  ['devices?$orderby=displayName',                                          SORT],
  ['devices?$orderby=createdDateTime desc',                                 SORT],
  ['devices?$orderby=approximateLastSignInDateTime,deletedDateTime',        SORT],
  ["users?$orderby=displayName&$filter=city eq 'Paris'",                    SORT],
  ["groups?$orderby=displayName&$filter=startsWith(displayName,'a')",       SORT],
  [`${kiosk}/memberOf?$orderby=displayName`,                                SORT],
  [`${kiosk}/memberOf?$filter=displayName eq 'Kiosks'`,                     RELATION],
  [`${kiosk}/transitiveMemberOf?$filter=startsWith(displayName,'a')`,       RELATION],
  [`groups/${DEV.kiosks}/members?$filter=displayName eq 'KIOSK-01'`,        RELATION],
  [`${kiosk}/memberOf/microsoft.graph.group`,                               CAST],
  [`${kiosk}/transitiveMemberOf/graph.administrativeUnit`,                  CAST],
  [`groups/${DEV.kiosks}/members/microsoft.graph.device`,                   CAST],
  [`groups/${DEV.kiosks}/transitiveMembers/microsoft.graph.user`,           CAST],
  [`users/${DEV.member}/memberOf/microsoft.graph.group`,                    CAST],
];

for (const [url, message] of BOTH) {
  test(`${url} needs the header and $count=true`, async () => {
    const counted = `${url}${url.includes('?') ? '&' : '?'}$count=true`;
    assertRefused(await ask(url), 400, 'Request_UnsupportedQuery', message);
    assertRefused(await ask(counted), 400, 'Request_UnsupportedQuery', message);
    assertRefused(await ask(url, EVENTUAL), 400, 'Request_UnsupportedQuery', message);
    const reply = await ask(counted, EVENTUAL);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json['@odata.count'], reply.json.value.length);
  });
}

/** What needs the header alone. */
for (const [url, code, message] of [
  ['devices?$search="displayName:zebra"', 'Request_UnsupportedQuery', SEARCH],
  [`${kiosk}/memberOf?$search="displayName:kiosks"`, 'Request_UnsupportedQuery', SEARCH],
  ['devices/$count', 'Request_BadRequest', '$count is not currently supported.'],
  [
    `${kiosk}/transitiveMemberOf/microsoft.graph.group/$count`,
    'Request_BadRequest',
    '$count is not currently supported.',
  ],
] as const) {
  test(`${url} needs the header`, async () => {
    assertRefused(await ask(url), 400, code, message);
    assert.equal((await ask(url, EVENTUAL)).status, 200);
  });
}

/** What needs none of them. */
for (const url of [
  "devices?$filter=displayName eq 'Zebra'",
  "devices?$filter=startsWith(displayName,'zeb')",
  "devices?$filter=operatingSystem in ('Windows','Linux')",
  'users?$orderby=displayName',
  'users?$orderby=userPrincipalName desc',
  'groups?$orderby=displayName',
  `${kiosk}/memberOf?$select=displayName&$top=5`,
  `${kiosk}/registeredOwners/microsoft.graph.user`,
  'devices?$expand=registeredOwners($select=id)',
]) {
  test(`${url} needs neither, and is taken with both as well, but for $expand`, async () => {
    assert.equal((await ask(url)).status, 200);
    const reply = await ask(`${url}${url.includes('?') ? '&' : '?'}$count=true`, EVENTUAL);
    if (!url.includes('$expand')) assert.equal(reply.status, 200, reply.text);
    else assertNoExpand(reply);
  });
}

function assertNoExpand(reply: Reply): void {
  const words =
    '$expand is not supported together with the advanced query parameters $search and $count=true with ConsistencyLevel:eventual.';
  assertRefused(reply, 400, 'Request_UnsupportedQuery', words);
}

test('$expand beside $search', async () => {
  assertNoExpand(await ask('devices?$expand=registeredOwners&$search="displayName:zebra"', EVENTUAL));
});

// biome-ignore format: a table is read by its columns
const NEVER: readonly (readonly [url: string, code: string, message: string])[] = [
  ["devices?$filter=endsWith(displayName,'a')",            'Request_UnsupportedQuery', clause('displayName')],
  ["devices?$filter=contains(displayName,'a')",            'Request_UnsupportedQuery', clause('displayName')],
  ['groups?$filter=createdDateTime ge 2020-01-01T00:00:00Z', 'Request_UnsupportedQuery', clause('createdDateTime', 'Group')],
  ["devices?$filter=physicalIds/all(p:p eq 'x')",          'Request_UnsupportedQuery', "Invalid filter clause: 'all' is not supported by the service."],
  ['devices?$orderby=operatingSystem',                     'Request_UnsupportedQuery', "Unsupported sort property 'operatingSystem' for 'Device'."],
  ['devices?$orderby=extensionAttributes/extensionAttribute1', 'Request_UnsupportedQuery', "Unsupported sort property 'extensionAttributes/extensionAttribute1' for 'Device'."],
  ['devices?$orderby=physicalIds/$count',                  'Request_UnsupportedQuery', "Unsupported sort property 'physicalIds' for 'Device'."],
  ['devices?$orderby=colour',                              'Request_UnsupportedQuery', "Property 'colour' does not exist as a declared property or extension property."],
  ['devices?$orderby=displayName up',                      'BadRequest',               "Invalid orderby clause: Syntax error at position 12 in 'displayName up'."],
  ['devices?$orderby=',                                    'BadRequest',               "Invalid orderby clause: Syntax error at position 0 in ''."],
  ['users?$orderby=surname',                               'Request_UnsupportedQuery', "Unsupported sort property 'surname' for 'User'."],
  ["devices?$filter=a eq 'b'",                             'Request_UnsupportedQuery', "Property 'a' does not exist as a declared property or extension property."],
];

for (const [url, code, message] of NEVER) {
  test(`${url} is refused in both modes`, async () => {
    assertRefused(await ask(url), 400, code, message);
    assertRefused(await ask(`${url}&$count=true`, EVENTUAL), 400, code, message);
  });
}

// -- what it finds -------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const FOUND: readonly (readonly [url: string, names: readonly string[]])[] = [
  ['devices?$orderby=displayName',                                          ['build-agent-7', 'KIOSK-01', 'Zebra']],
  ['devices?$orderby=displayName desc',                                     ['Zebra', 'KIOSK-01', 'build-agent-7']],
  ["devices?$orderby=displayName desc&$filter=operatingSystem eq 'Windows'", ['Zebra', 'KIOSK-01']],
  ["devices?$filter=extensionAttributes/extensionAttribute1 eq 'berlin'",   ['Zebra']],
  ["devices?$filter=not(startsWith(displayName,'k')) and accountEnabled eq true&$orderby=displayName", ['build-agent-7', 'Zebra']],
  ["users?$filter=endsWith(userPrincipalName,'@contoso.example') and city eq 'Paris'", ['Adele Vance']],
  ["users?$filter=companyName ne null",                                     ['Adele Vance']],
  ["groups?$search=\"displayName:team\"&$filter=securityEnabled eq true",   ['A team']],
  ["groups?$filter=NOT groupTypes/any(c:c eq 'Unified')&$orderby=displayName", ['A team', 'All Devices', 'Engineering', 'Kiosks']],
];

for (const [url, names] of FOUND) {
  test(`advanced: ${url}`, async () => {
    const reply = await ask(`${url}&$count=true&$select=displayName`, EVENTUAL);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(
      reply.json.value.map(({ displayName }: { displayName: string }) => displayName),
      names,
    );
    assert.equal(reply.json['@odata.count'], names.length);
  });
}
