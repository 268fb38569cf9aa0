import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertRefused, GUID, ORIGIN, userBody } from './expect.ts';

/** https://learn.microsoft.com/graph/api/user-post-users */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const post = (body: unknown, as = 'global.admin') => desk.ask('POST', '/v1.0/users', { as, body });

test("the page's sample: the default set, and nothing of the password", async () => {
  const made = await post({
    accountEnabled: true,
    displayName: 'Adele Vance',
    mailNickname: 'AdeleV',
    userPrincipalName: 'AdeleV@contoso.example',
    passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
  });
  assert.equal(made.status, 201, made.text);
  const { id, ...user } = made.json;
  assert.match(id, GUID);
  assert.deepEqual(user, {
    '@odata.context': `${ORIGIN}/v1.0/$metadata#users/$entity`,
    businessPhones: [],
    displayName: 'Adele Vance',
    givenName: null,
    jobTitle: null,
    mail: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: 'AdeleV@contoso.example',
  });
  const select = 'accountEnabled,createdDateTime,lastPasswordChangeDateTime,mailNickname,passwordProfile,userType';
  const read = await desk.ask('GET', `/v1.0/users/${id}?$select=${select}`, { as: 'member' });
  const { '@odata.context': _, ...values } = read.json;
  assert.deepEqual(values, {
    accountEnabled: true,
    createdDateTime: '2026-11-21T12:00:00Z',
    lastPasswordChangeDateTime: '2026-11-21T12:00:00Z',
    mailNickname: 'AdeleV',
    passwordProfile: null,
    userType: 'Member',
  });
});

test('the new user signs in with the password, and with no other', async () => {
  const body = userBody();
  assert.equal((await post(body)).status, 201);
  const sign = (password: string) =>
    desk.ask('POST', '/contoso.example/oauth2/v2.0/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: DEV.console,
        scope: 'https://graph.microsoft.com/.default',
        username: String(body['userPrincipalName']),
        password,
      }).toString(),
    });
  const signed = await sign('xWwvJ]6NMw+bWH-d');
  assert.equal(signed.status, 200, signed.text);
  assert.equal((await desk.ask('GET', '/v1.0/devices', { token: signed.json.access_token })).status, 200);
  assert.equal((await sign('xWwvJ]6NMw+bWH-e')).status, 400);
});

test('the password is in no row of the journal', async () => {
  assert.equal((await post(userBody())).status, 201);
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  const text = JSON.stringify(await desk.store.journal(tenant, 0, 100_000));
  assert.ok(!text.includes('xWwvJ'));
});

// biome-ignore format: a table is read by its columns
const KEPT: readonly (readonly [name: string, value: unknown])[] = [
  ['businessPhones',   ['+1 425 555 0109']],
  ['city',             'Seattle'],
  ['companyName',      'Contoso'],
  ['country',          'United States'],
  ['department',       'Sales & Marketing'],
  ['employeeHireDate', '2026-01-01T00:00:00Z'],
  ['employeeId',       '1017'],
  ['givenName',        'Adele'],
  ['jobTitle',         'Retail Manager'],
  ['mail',             'adele@contoso.example'],
  ['mobilePhone',      '+1 425 555 0110'],
  ['officeLocation',   '18/2111'],
  ['otherMails',       ['a@example.com']],
  ['passwordPolicies', 'DisablePasswordExpiration'],
  ['preferredLanguage', 'en-US'],
  ['state',            'WA'],
  ['surname',          'Vance'],
  ['usageLocation',    'US'],
  ['userType',         'Guest'],
  ['accountEnabled',   false],
];

for (const [name, value] of KEPT) {
  test(`${name} is kept`, async () => {
    const made = await post(userBody({ [name]: value }));
    assert.equal(made.status, 201, made.text);
    const read = await desk.ask('GET', `/v1.0/users/${made.json.id}?$select=${name}`, { as: 'member' });
    assert.deepEqual(read.json[name], value);
  });
}

const required = (name: string) => `A value is required for property '${name}' of resource 'User'.`;
const wrong = (name: string) => `Invalid value specified for property '${name}' of resource 'User'.`;
const DOMAIN =
  'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.';
const MISSING = 'A password must be specified to create a new user.';
const WEAK =
  'The specified password does not comply with password complexity requirements. Please provide a different password.';

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [more: Record<string, unknown>, message: string])[] = [
  [{ accountEnabled: undefined },                          required('accountEnabled')],
  [{ displayName: '' },                                    required('displayName')],
  [{ mailNickname: undefined },                            required('mailNickname')],
  [{ userPrincipalName: undefined },                       required('userPrincipalName')],
  [{ userPrincipalName: 'adele@fabrikam.example' },        DOMAIN],
  [{ userPrincipalName: 'adele@sub.contoso.example' },     DOMAIN],
  [{ userPrincipalName: 'adele@' },                        DOMAIN],
  [{ userPrincipalName: 'adele' },                         wrong('userPrincipalName')],
  [{ userPrincipalName: '@contoso.example' },              wrong('userPrincipalName')],
  [{ userPrincipalName: 'a b@contoso.example' },           wrong('userPrincipalName')],
  [{ userPrincipalName: `${'x'.repeat(65)}@contoso.example` }, wrong('userPrincipalName')],
  [{ passwordProfile: undefined },                         MISSING],
  [{ passwordProfile: null },                              MISSING],
  [{ passwordProfile: {} },                                MISSING],
  [{ passwordProfile: { password: '' } },                  MISSING],
  [{ passwordProfile: { password: 'short1A' } },           WEAK],
  [{ passwordProfile: { password: 'onlylowercase' } },     WEAK],
  [{ passwordProfile: { password: 'lowerUPPER' } },        WEAK],
  [{ passwordProfile: { password: `aA1${'x'.repeat(254)}` } }, WEAK],
  [{ passwordProfile: { password: 1 } },                   "Cannot convert the literal '1' to the expected type 'Edm.String'."],
  [{ passwordProfile: { hash: 'a' } },                     "Invalid property 'hash'."],
  [{ proxyAddresses: ['SMTP:a@contoso.example'] },         "Property 'proxyAddresses' is read-only and cannot be set."],
  [{ usageLocation: 'USA' },                               wrong('usageLocation')],
  [{ colour: 'red' },                                      "Invalid property 'colour'."],
  [{ 'memberOf@odata.bind': [] },                          "Invalid property 'memberOf@odata.bind'."],
];

for (const [more, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 80)} is refused`, async () => {
    assertRefused(await post(userBody(more)), 400, 'Request_BadRequest', message);
  });
}

test('a weaker password, for whom the policy allows it', async () => {
  const more = { passwordProfile: { password: 'onlylowercase' }, passwordPolicies: 'DisableStrongPassword' };
  assert.equal((await post(userBody(more))).status, 201);
});

test('userPrincipalName is unique, whatever its case, and the answer says so twice', async () => {
  const message = 'Another object with the same value for property userPrincipalName already exists.';
  for (const userPrincipalName of ['member@contoso.example', 'MEMBER@Contoso.example']) {
    const reply = await post(userBody({ userPrincipalName }));
    assertRefused(reply, 400, 'Request_BadRequest', message);
    assert.deepEqual(reply.json.error.details, [{ code: 'ObjectConflict', message, target: 'userPrincipalName' }]);
  }
});

test('who may', async () => {
  for (const as of ['intune.admin', 'device.admin', 'registrar', 'member', 'guest']) {
    assertRefused(await post(userBody(), as), 403, 'Authorization_RequestDenied');
  }
  const by = async (app: string) =>
    desk.ask('POST', '/v1.0/users', { token: await desk.tokenOfApp(app), body: userBody() });
  assert.equal((await by(DEV.daemon)).status, 201);
  assert.equal((await by(DEV.unconsented)).status, 403);
});
