import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertRefused, EVENTUAL, makeUser, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/user-list: the queries that SDKs and tools really send */

let desk: Desk;
before(async () => {
  desk = await openDesk();
  const adele = { displayName: 'Adele Vance', givenName: 'Adele', surname: 'Vance', mailNickname: 'adelev' };
  await makeUser(desk, {
    ...adele,
    mail: 'adelev@contoso.example',
    department: 'Sales',
    city: 'Berlin',
    employeeId: '17',
  });
  await makeUser(desk, {
    displayName: 'Ben Walters',
    mailNickname: 'benw',
    otherMails: ['ben@home.example'],
    mobilePhone: '+49 1',
  });
  await makeUser(desk, {
    displayName: "Conan O'Brien",
    mailNickname: 'conan',
    usageLocation: 'DE',
    accountEnabled: false,
  });
});
after(() => desk.close());

const ask = (query: string, headers: Readonly<Record<string, string>> = {}) =>
  desk.ask('GET', `/v1.0/users?${query}`, { as: 'member', headers });

// biome-ignore format: a table is read by its columns
const FOUND: readonly (readonly [filter: string, names: readonly string[]])[] = [
  ["userPrincipalName eq 'member@contoso.example'",                         ['Member']],
  ["userPrincipalName eq 'MEMBER@CONTOSO.EXAMPLE'",                         ['Member']],
  ["mail eq 'adelev@contoso.example'",                                      ['Adele Vance']],
  ["mail eq 'adelev@contoso.example' or userPrincipalName eq 'guest@contoso.example'", ['Adele Vance', 'Guest']],
  ["startsWith(displayName,'a')",                                           ['Adele Vance']],
  ["startswith(displayName,'ade') or startswith(givenName,'ade') or startswith(surname,'ade') or startswith(mail,'ade') or startswith(userPrincipalName,'ade')", ['Adele Vance']],
  ["displayName eq 'Conan O''Brien'",                                       ["Conan O'Brien"]],
  [`id eq '${DEV.member}'`,                                                 ['Member']],
  [`id in ('${DEV.member}', '${DEV.registrar}')`,                           ['Device Registrar', 'Member']],
  ["userType eq 'Guest'",                                                   ['Guest']],
  ['accountEnabled eq false',                                               ["Conan O'Brien", 'Disabled']],
  ["accountEnabled eq true and department eq 'Sales'",                      ['Adele Vance']],
  ["city in ('Berlin','Paris')",                                            ['Adele Vance']],
  ["employeeId eq '17'",                                                    ['Adele Vance']],
  ["mailNickname eq 'BenW'",                                                ['Ben Walters']],
  ["usageLocation eq 'DE'",                                                 ["Conan O'Brien"]],
  ["otherMails/any(m:m eq 'ben@home.example')",                             ['Ben Walters']],
  ['createdDateTime lt 2020-01-01T00:00:00Z',                               []],
  ["onPremisesImmutableId eq 'x'",                                          []],
];

for (const [filter, names] of FOUND) {
  test(`$filter=${filter}`, async () => {
    const reply = await ask(`$select=displayName&$filter=${encodeURIComponent(filter)}`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#users(displayName)`);
    const found = reply.json.value.map(({ displayName }: { displayName: string }) => displayName);
    assert.deepEqual(found.toSorted(), names);
  });
}

// biome-ignore format: a table is read by its columns
const ADVANCED: readonly (readonly [query: string, count: number])[] = [
  ["$filter=endsWith(mail,'@contoso.example')",                             1],
  ["$filter=endsWith(userPrincipalName,'@contoso.example')",                12],
  ["$filter=otherMails/any(m:endsWith(m,'.example'))",                      1],
  ["$filter=mobilePhone eq '%2B49 1'",                                      1],
  ["$filter=userType ne 'Guest' and accountEnabled eq true",                9],
  ["$filter=mail ne null",                                                  1],
  ["$filter=not(city eq 'Berlin')&$orderby=userPrincipalName",              11],
  ['$search="displayName:walt" OR "mail:adele"',                            2],
];

for (const [query, count] of ADVANCED) {
  test(`advanced: ${query}`, async () => {
    const reply = await ask(`$count=true&$select=id&${query}`, EVENTUAL);
    assert.deepEqual(
      [reply.status, reply.json['@odata.count'], reply.json.value?.length],
      [200, count, count],
      reply.text,
    );
    const plain = await ask(`$select=id&${query}`);
    assertRefused(plain, 400, 'Request_UnsupportedQuery');
  });
}

test('$orderby=displayName and userPrincipalName by default, both directions', async () => {
  const names = async (query: string): Promise<string[]> =>
    (await ask(`${query}&$select=displayName&$top=999`)).json.value.map(
      (one: { displayName: string }) => one.displayName,
    );
  const sorted = await names('$orderby=displayName');
  assert.deepEqual(sorted.slice(0, 3), ['Adele Vance', 'Ben Walters', 'Cloud Device Admin']);
  assert.deepEqual(await names('$orderby=displayName desc'), sorted.toReversed());
  assert.equal((await names('$orderby=userPrincipalName')).length, 12);
});

test('who may not read users finds none of them', async () => {
  const reply = await desk.ask('GET', "/v1.0/users?$filter=startsWith(displayName,'a')", { as: 'guest' });
  assertRefused(reply, 403, 'Authorization_RequestDenied');
});
