import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertRefused, GRAPH_URL, GUID, groupBody, idsOf, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/group-post-groups */

/** The request body of the page's first example, word for word. */
const SAMPLE = {
  description: 'Self help community for library',
  displayName: 'Library Assist',
  groupTypes: ['Unified'],
  mailEnabled: true,
  mailNickname: 'library',
  securityEnabled: false,
};

const url = (id: string, set = 'users') => `${GRAPH_URL}/${set}/${id}`;

/** A security group as Graph shows it, in its order. */
const SECURITY_GROUP = {
  id: '',
  deletedDateTime: null,
  classification: null,
  createdDateTime: '2026-11-21T12:00:00Z',
  creationOptions: [],
  description: 'Group with designated owner and members',
  displayName: 'Operations group',
  expirationDateTime: null,
  groupTypes: [],
  isAssignableToRole: null,
  mail: null,
  mailEnabled: false,
  mailNickname: 'operations2019',
  membershipRule: null,
  membershipRuleProcessingState: null,
  onPremisesDomainName: null,
  onPremisesLastSyncDateTime: null,
  onPremisesNetBiosName: null,
  onPremisesSamAccountName: null,
  onPremisesSecurityIdentifier: null,
  onPremisesSyncEnabled: null,
  preferredDataLocation: null,
  preferredLanguage: null,
  proxyAddresses: [],
  renewedDateTime: '2026-11-21T12:00:00Z',
  resourceBehaviorOptions: [],
  resourceProvisioningOptions: [],
  securityEnabled: true,
  securityIdentifier: '',
  theme: null,
  uniqueName: null,
  visibility: null,
  onPremisesProvisioningErrors: [],
};

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const post = (body: unknown, as = 'global.admin') => desk.ask('POST', '/v1.0/groups', { as, body });
const get = (path: string) => desk.ask('GET', `/v1.0/groups/${path}`, { as: 'member' });

test("the page's first example: a Microsoft 365 group, with mail, that everybody sees and its maker owns", async () => {
  const made = await post(SAMPLE);
  assert.equal(made.status, 201, made.text);
  const { id, mail, proxyAddresses, visibility } = made.json;
  assert.equal(made.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#groups/$entity`);
  assert.match(id, GUID);
  for (const [name, value] of Object.entries(SAMPLE)) assert.deepEqual(made.json[name], value, name);
  assert.equal(mail, 'library@contoso.example');
  assert.deepEqual(proxyAddresses, ['SMTP:library@contoso.example']);
  assert.equal(visibility, 'Public');
  const location = `${ORIGIN}/v2/${DEV.tenant}/directoryObjects/${id}/Microsoft.DirectoryServices.Group`;
  assert.equal(made.headers.get('location'), location);
  assert.deepEqual((await get(id)).json, made.json);
  assert.deepEqual(idsOf(await get(`${id}/owners`)), [DEV.globalAdmin]);
});

test("the page's second example: a security group, with its owner and members in one request", async () => {
  const { id: _id, securityIdentifier: _sid, ...known } = SECURITY_GROUP;
  const made = await post({
    description: known.description,
    displayName: known.displayName,
    groupTypes: [],
    mailEnabled: false,
    mailNickname: known.mailNickname,
    securityEnabled: true,
    'owners@odata.bind': [url(DEV.registrar)],
    'members@odata.bind': [url(DEV.member), url(DEV.kiosk, 'devices'), url(DEV.kiosks, 'directoryObjects')],
  });
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': _, id, securityIdentifier, ...group } = made.json;
  assert.deepEqual(group, known);
  assert.deepEqual(Object.keys(made.json), ['@odata.context', ...Object.keys(SECURITY_GROUP)]);
  assert.match(securityIdentifier, /^S-1-12-1(-\d+){4}$/);
  assert.deepEqual(idsOf(await get(`${id}/owners`)), [DEV.registrar]);
  assert.deepEqual(idsOf(await get(`${id}/members`)).toSorted(), [DEV.kiosks, DEV.kiosk, DEV.member].toSorted());
});

test('a security group has no owner of its own accord', async () => {
  const { json } = await post(groupBody());
  assert.deepEqual(idsOf(await get(`${json.id}/owners`)), []);
});

test('a dynamic group keeps its rule, which is on', async () => {
  const membershipRule = 'device.displayName -startsWith "KIOSK"';
  const made = await post(groupBody({ groupTypes: ['DynamicMembership'], membershipRule }));
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.membershipRule, membershipRule);
  assert.equal(made.json.membershipRuleProcessingState, 'On');
  const paused = await post(
    groupBody({ groupTypes: ['DynamicMembership'], membershipRule, membershipRuleProcessingState: 'Paused' }),
  );
  assert.equal(paused.json.membershipRuleProcessingState, 'Paused');
});

test('a group that roles can be assigned to is private', async () => {
  const made = await post(groupBody({ isAssignableToRole: true }));
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.json.isAssignableToRole, made.json.visibility], [true, 'Private']);
});

test('what is sent only on $select', async () => {
  const { json } = await post(groupBody());
  assert.ok(!('infoCatalogs' in json) && !('isManagementRestricted' in json));
  const read = await get(`${json.id}?$select=infoCatalogs,isManagementRestricted`);
  assert.deepEqual([read.json.infoCatalogs, read.json.isManagementRestricted], [[], null]);
});

test('uniqueName is unique, and finds the group', async () => {
  const body = groupBody({ uniqueName: 'operations' });
  const { json } = await post(body);
  assert.equal((await get(json.id)).json.uniqueName, 'operations');
  const found = await desk.ask('GET', "/v1.0/groups(uniqueName='operations')", { as: 'member' });
  assert.equal(found.json.id, json.id);
  const message = 'Another object with the same value for property uniqueName already exists.';
  assertRefused(await post(body), 400, 'Request_BadRequest', message);
});

// -- what is refused -------------------------------------------------------------------------------------------

const required = (name: string) => `A value is required for property '${name}' of resource 'Group'.`;
const wrong = (name: string) => `Invalid value specified for property '${name}' of resource 'Group'.`;
const MAIL =
  'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.';
const SEVERAL = 'One or more property values specified are invalid.';
const many = (count: number) => Array.from({ length: count }, () => url(crypto.randomUUID()));

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [more: Record<string, unknown>, message: string])[] = [
  [{ displayName: undefined },                                             required('displayName')],
  [{ displayName: '' },                                                    required('displayName')],
  [{ mailEnabled: undefined },                                             required('mailEnabled')],
  [{ mailNickname: undefined },                                            required('mailNickname')],
  [{ securityEnabled: undefined },                                         required('securityEnabled')],
  [{ securityEnabled: null },                                              required('securityEnabled')],
  [{ mailEnabled: true },                                                  MAIL],
  [{ mailEnabled: true, securityEnabled: false },                          MAIL],
  [{ securityEnabled: false },                                             MAIL],
  [{ groupTypes: ['Unified'] },                                            wrong('mailEnabled')],
  [{ groupTypes: ['Security'] },                                           wrong('groupTypes')],
  [{ groupTypes: 'Unified' },                                              "The value of property 'groupTypes' must be a JSON array of 'Edm.String'."],
  [{ groupTypes: ['DynamicMembership'] },                                  required('membershipRule')],
  [{ membershipRuleProcessingState: 'Off' },                               wrong('membershipRuleProcessingState')],
  [{ visibility: 'Secret' },                                               wrong('visibility')],
  [{ visibility: 'HiddenMembership' },                                     wrong('visibility')],
  [{ mailNickname: 'two words' },                                          wrong('mailNickname')],
  [{ mailNickname: 'a@b' },                                                wrong('mailNickname')],
  [{ mailNickname: 'é' },                                                  wrong('mailNickname')],
  [{ mailNickname: 'x'.repeat(65) },                                       wrong('mailNickname')],
  [{ displayName: 'x'.repeat(257) },                                       wrong('displayName')],
  [{ description: 'x'.repeat(1025) },                                      wrong('description')],
  [{ isAssignableToRole: true, groupTypes: ['DynamicMembership'], membershipRule: 'a' }, SEVERAL],
  [{ mail: 'a@contoso.example' },                                          "Property 'mail' is read-only and cannot be set."],
  [{ colour: 'red' },                                                      "Invalid property 'colour'."],
  [{ 'memberOf@odata.bind': [] },                                          "Invalid property 'memberOf@odata.bind'."],
  [{ 'members@odata.bind': [url(DEV.member), url(DEV.member)] },           "One or more added object references already exist for the following modified properties: 'members'."],
  [{ 'members@odata.bind': many(21) },                                     'A resource cannot contain more than 20 link changes.'],
  [{ 'members@odata.bind': many(20), 'owners@odata.bind': many(1) },       'A resource cannot contain more than 20 link changes.'],
];

for (const [more, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 80)} is refused`, async () => {
    assertRefused(await post(groupBody(more)), 400, 'Request_BadRequest', message);
  });
}

test('binding what is no URL, is not there, or is of a type that the relation does not take', async () => {
  const bind = (name: string, value: unknown) => post(groupBody({ [`${name}@odata.bind`]: value }));
  for (const value of ['a', [1], [DEV.member], [`users/${DEV.member}`], url(DEV.member)]) {
    assertRefused(await bind('members', value), 400, 'BadRequest', 'Invalid URL format specified in payload.');
  }
  assertRefused(await bind('members', [url(NOBODY)]), 404, 'Request_ResourceNotFound');
  const message = `The reference target 'Device_${DEV.kiosk}' of type 'Device' is invalid for the 'owners' reference.`;
  assertRefused(await bind('owners', [url(DEV.kiosk, 'devices')]), 400, 'Request_BadRequest', message);
});

test('all or nothing: a member that is not there leaves no group behind', async () => {
  const before = idsOf(await get(''));
  const body = groupBody({ 'members@odata.bind': [url(DEV.member), url(NOBODY)] });
  assertRefused(await post(body), 404, 'Request_ResourceNotFound');
  assert.deepEqual(idsOf(await get('')), before);
});

test('the members of a dynamic group are not named by hand, whoever asks', async () => {
  const body = groupBody({
    groupTypes: ['DynamicMembership'],
    membershipRule: 'user.department -eq "IT"',
    'members@odata.bind': [url(DEV.member)],
  });
  const reply = await post(body);
  assertRefused(reply, 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
});

test('a Microsoft 365 group has users as members, and nothing else', async () => {
  const message = "An invalid operation was included in the following modified references: 'members'.";
  const body = { ...SAMPLE, 'members@odata.bind': [url(DEV.kiosk, 'devices')] };
  assertRefused(await post(body), 400, 'Request_BadRequest', message);
});

// -- who may ---------------------------------------------------------------------------------------------------

const ASSIGNABLE = groupBody({ isAssignableToRole: true });

// biome-ignore format: a table is read by its columns
const WHO: readonly (readonly [as: string, body: Record<string, unknown>, status: number])[] = [
  ['intune.admin', groupBody(), 201],
  ['intune.admin', SAMPLE,      403],
  ['intune.admin', ASSIGNABLE,  403],
  ['w365.admin',   groupBody(), 201],
  ['w365.admin',   SAMPLE,      403],
  ['device.admin', groupBody(), 403],
  ['member',       groupBody(), 403],
  ['guest',        groupBody(), 403],
];

for (const [as, body, status] of WHO) {
  const kind = body === SAMPLE ? 'Microsoft 365' : body === ASSIGNABLE ? 'role-assignable' : 'security';
  test(`${as} makes a ${kind} group: ${status}`, async () => {
    assert.equal((await post(body, as)).status, status);
  });
}

test('an application makes groups, but none that roles can be assigned to', async () => {
  const token = await desk.tokenOfApp(DEV.daemon);
  for (const [body, status] of [
    [groupBody(), 201],
    [SAMPLE, 201],
    [ASSIGNABLE, 403],
  ] as const) {
    assert.equal((await desk.ask('POST', '/v1.0/groups', { token, body })).status, status);
  }
});
