import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, openDesk } from '../support/rollcall.ts';
import { assertRefused, EVENTUAL, makeDevice, makeGroup, makeUser } from './expect.ts';

/** https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections */

let desk: Desk;
before(async () => {
  desk = await openDesk();
  for (const displayName of ['Adele Vance', 'Guido Oneill', 'OneVideo Adams', '10Gb link', 'john.doe-laptop']) {
    await makeDevice(desk, { displayName, operatingSystem: displayName === '10Gb link' ? 'Linux' : 'Windows' });
  }
  await makeGroup(desk, { displayName: 'Video production', description: 'One for all' });
  await makeGroup(desk, { displayName: 'Sales "EMEA"', description: 'prod\\staging' });
  await makeUser(desk, { displayName: 'Ada Lovelace', mailNickname: 'ada', otherMails: ['ada@engine.example'] });
});
after(() => desk.close());

const search = (set: string, text: string, more = '', headers: Readonly<Record<string, string>> = EVENTUAL) => {
  const query = `$search=${encodeURIComponent(text)}&$select=displayName${more}`;
  return desk.ask('GET', `/v1.0/${set}?${query}`, { as: 'member', headers });
};

// biome-ignore format: a table is read by its columns
const FOUND: readonly (readonly [set: string, text: string, names: readonly string[]])[] = [
  // Words: split at blanks, at digits, at capitals after small letters, at signs.
  ['devices', '"displayName:adele"',                          ['Adele Vance']],
  ['devices', '"displayName:ADELE"',                          ['Adele Vance']],
  ['devices', '"displayName:vance"',                          ['Adele Vance']],
  ['devices', '"displayName:vance adele"',                    ['Adele Vance']],
  ['devices', '"displayName:van"',                            ['Adele Vance']],
  ['devices', '"displayName:ance"',                           []],
  ['devices', '"displayName:one"',                            ['Guido Oneill', 'OneVideo Adams']],
  ['devices', '"displayName:video"',                          ['OneVideo Adams']],
  ['devices', '"displayName:OneVideo"',                       ['OneVideo Adams']],
  ['devices', '"displayName:onevideo"',                       []],
  ['devices', '"displayName:johndoelaptop"',                  ['john.doe-laptop']],
  ['devices', '"displayName:gb"',                             ['10Gb link']],
  ['devices', '"displayName:10"',                             ['10Gb link']],
  ['devices', '"displayName:doe"',                            ['john.doe-laptop']],
  ['devices', '"displayName:john.doe"',                       ['john.doe-laptop']],
  ['devices', '"displayName:laptop"',                         ['john.doe-laptop']],
  ['devices', '"displayName:nothing"',                        []],
  // AND, OR, parentheses.
  ['devices', '"displayName:one" AND "displayName:video"',    ['OneVideo Adams']],
  ['devices', '"displayName:adele" OR "displayName:video"',   ['Adele Vance', 'OneVideo Adams']],
  ['devices', '("displayName:adele" OR "displayName:one") AND "displayName:guido"', ['Guido Oneill']],
  ['devices', '"displayName:adele" OR "displayName:one" AND "displayName:video"', ['Adele Vance', 'OneVideo Adams']],
  // Other properties: how they start.
  ['devices', '"operatingSystem:lin"',                        ['10Gb link', 'build-agent-7']],
  ['devices', '"operatingSystem:inux"',                       []],
  ['devices', '"displayName:link" AND "operatingSystem:Linux"', ['10Gb link']],
  // Descriptions have words, too.
  ['groups',  '"description:one"',                            ['Video production']],
  ['groups',  '"displayName:one" OR "description:all"',       ['Video production']],
  ['groups',  '"displayName:\\"emea\\""',                     ['Sales "EMEA"']],
  ['groups',  '"description:prod\\\\staging"',                ['Sales "EMEA"']],
  ['users',   '"displayName:love"',                           ['Ada Lovelace']],
  ['users',   '"mailNickname:ada"',                           ['Ada Lovelace']],
  ['users',   '"userPrincipalName:guest@"',                   ['Guest']],
  ['users',   '"otherMails:ada@eng"',                         ['Ada Lovelace']],
  ['applications', '"displayName:daemon"',                    ['Inventory Daemon', 'Unconsented Daemon']],
  ['servicePrincipals', '"displayName:graph"',                ['Microsoft Graph', 'Microsoft Graph Command Line Tools']],
  ['directory/administrativeUnits', '"displayName:office"',   ['Head Office']],
];

for (const [set, text, names] of FOUND) {
  test(`/${set}?$search=${text}`, async () => {
    const reply = await search(set, text);
    assert.equal(reply.status, 200, reply.text);
    const found: string[] = reply.json.value.map(({ displayName }: { displayName: string }) => displayName);
    assert.deepEqual(found.toSorted(), names.toSorted());
    const counted = await desk.ask('GET', `/v1.0/${set}/$count?$search=${encodeURIComponent(text)}`, {
      as: 'member',
      headers: EVENTUAL,
    });
    assert.equal(counted.text, String(names.length));
  });
}

test('beside $filter, both hold; beside $orderby, in that order; with $count, counted', async () => {
  const both = await search(
    'devices',
    '"displayName:one" OR "displayName:adele"',
    "&$filter=startsWith(displayName,'a')",
  );
  assert.deepEqual(both.json.value, [{ displayName: 'Adele Vance' }]);
  const text = '"displayName:one" OR "displayName:adele"';
  const sorted = await search('devices', text, '&$count=true&$orderby=displayName desc&$top=2');
  assert.equal(sorted.json['@odata.count'], 3);
  assert.deepEqual(sorted.json.value, [{ displayName: 'OneVideo Adams' }, { displayName: 'Guido Oneill' }]);
});

const clauseAt = (at: number, text: string) =>
  `The $search clause at position ${at} in '${text}' must have the form "property:text", in double quotes.`;

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [text: string, code: string, message: string])[] = [
  ['adele',                              'Request_UnsupportedQuery', clauseAt(0, 'adele')],
  ['"adele"',                            'Request_UnsupportedQuery', clauseAt(0, '"adele"')],
  ['displayName:adele',                  'BadRequest',               "Syntax error: character ':' is not valid at position 11 in 'displayName:adele'."],
  ['"colour:red"',                       'Request_UnsupportedQuery', "Property 'colour' does not exist as a declared property or extension property."],
  ['"accountEnabled:true"',              'Request_UnsupportedQuery', "Property 'accountEnabled' of resource 'Device' can't be searched."],
  ['"deviceMetadata:x"',                 'Request_UnsupportedQuery', "Property 'deviceMetadata' of resource 'Device' can't be searched."],
  ['NOT "displayName:x"',                'Request_UnsupportedQuery', "The $search operator 'NOT' is not supported by the service."],
  ['"displayName:x',                     'BadRequest',               `There is an unterminated string literal at position 0 in '"displayName:x'.`],
  ['"displayName:x" AND',                'BadRequest',               `Expression expected at position 19 in '"displayName:x" AND'.`],
  ['',                                   'BadRequest',               "Expression expected at position 0 in ''."],
];

for (const [text, code, message] of REFUSED) {
  test(`$search=${text} is refused`, async () => {
    assertRefused(await search('devices', text), 400, code, message);
  });
}

test('the header is needed, before the text is looked at', async () => {
  const words =
    "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'";
  for (const text of ['"displayName:adele"', 'adele']) {
    assertRefused(await search('devices', text, '', {}), 400, 'Request_UnsupportedQuery', words);
  }
});
