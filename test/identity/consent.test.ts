import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PERMISSIONS } from '../../src/model/permissions.ts';
import { type Browser, openBrowser, PASSWORD, signInAs, toldTo, type View } from '../support/browser.ts';
import { DEV, type Desk } from '../support/rollcall.ts';
import { appIdOf, authorizeUrl, CHALLENGE, type More, openSignInDesk, VERIFIER } from './authorizing.ts';

/**
 * Consent: https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview,
 * https://learn.microsoft.com/entra/identity/enterprise-apps/user-admin-consent-overview
 */

let desk: Desk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const HOME = 'https://app.example/cb';

async function asked(user: string, more: More): Promise<{ readonly browser: Browser; readonly view: View }> {
  const browser = openBrowser(desk);
  return { browser, view: await signInAs(browser, await browser.get(authorizeUrl('web', more)), user) };
}

test('an application that says nothing of what it needs is granted nothing by .default', async () => {
  const browser = openBrowser(desk);
  const view = await signInAs(
    browser,
    await browser.get(authorizeUrl('web', { scope: 'https://graph.microsoft.com/.default' })),
    'global.reader',
  );
  assert.equal(toldTo(view, HOME)['error'] ?? view.words, 'consent_required');
});

test('a user agrees to what needs no administrator, for themselves, once', async () => {
  const scope = 'openid profile User.Read';
  const { browser, view } = await asked('member', { scope });
  assert.ok(view.words.includes('Permissions asked for'), view.words);
  for (const text of ['Know who you are', 'See your profile', 'Sign in and read user profile']) {
    assert.ok(view.words.includes(text), text);
  }
  assert.ok(!view.text.includes('name="all"'), 'nobody but an administrator speaks for everybody');
  assert.ok('code' in toldTo(await browser.submit(view, { answer: 'accept', all: 'yes' }), HOME));
  assert.ok('code' in toldTo(await browser.get(authorizeUrl('web', { scope, prompt: 'none' })), HOME), 'asked once');
  const other = await asked('guest', { scope });
  assert.ok(other.view.words.includes('Permissions asked for'), 'it was for themselves alone');
});

test('what was agreed to is a grant in the directory, and in its journal in their name', async () => {
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  const rows = await desk.store.journal(tenant, 0, 1_000);
  const row = rows.find(({ principal, type }) => principal === DEV.member && type === 'oauth2PermissionGrant');
  assert.ok(row);
  assert.equal(row.app, appIdOf('web'));
  const values = JSON.parse(row.after ?? '{}');
  assert.deepEqual([values.consentType, values.principalId], ['Principal', DEV.member]);
  assert.deepEqual(values.scope.split(' ').sort(), ['User.Read', 'openid', 'profile']);
});

test('more is agreed to on top: what was granted stays', async () => {
  const more = { scope: 'openid User.ReadBasic.All' };
  const { browser, view } = await asked('member', more);
  assert.ok(view.words.includes("Read all users' basic profiles"), view.words);
  await browser.submit(view, { answer: 'accept' });
  const both = { scope: 'User.Read User.ReadBasic.All', prompt: 'none' };
  assert.ok('code' in toldTo(await browser.get(authorizeUrl('web', both)), HOME));
});

test('who says no sends the application away', async () => {
  const { browser, view } = await asked('guest', {});
  const told = toldTo(await browser.submit(view, { answer: 'cancel' }), HOME);
  assert.equal(told['error'], 'access_denied');
  assert.ok(told['error_description']?.startsWith('AADSTS65004:'));
  assert.equal(told['state'], 'st 1&2');
});

test('what only an administrator can grant is not for a user to agree to, whatever the form says', async () => {
  const { browser, view } = await asked('member', { scope: 'Group.ReadWrite.All' });
  assert.equal(view.status, 403);
  assert.ok(view.words.includes('An administrator has to approve this'), view.words);
  assert.ok(view.words.includes('AADSTS90094'));
  const told = toldTo(await browser.submit(view, { answer: 'accept', all: 'yes' }), HOME);
  assert.equal(told['error'], 'access_denied');
  assert.ok(told['error_description']?.startsWith('AADSTS90094:'));
  const picker = await browser.submit(view, { answer: 'accounts' });
  assert.ok(picker.words.startsWith('Choose an account'), picker.words);
});

test('an administrator agrees for themselves, or for everybody', async () => {
  const own = await asked('global.admin', { scope: 'Device.Read.All' });
  assert.ok(own.view.text.includes('name="all"'));
  assert.ok('code' in toldTo(await own.browser.submit(own.view, { answer: 'accept' }), HOME));
  const still = await asked('intune.admin', { scope: 'Device.Read.All' });
  assert.ok(still.view.words.includes('An administrator has to approve this'), still.view.words);
  const all = await asked('global.admin', { scope: 'Device.Read.All', prompt: 'consent' });
  await all.browser.submit(all.view, { answer: 'accept', all: 'yes' });
  const now = await asked('intune.admin', { scope: 'Device.Read.All' });
  assert.ok('code' in toldTo(now.view, HOME), now.view.words);
});

test('the code that came of it is redeemed for a token with what was agreed to', async () => {
  const browser = openBrowser(desk);
  const view = await signInAs(browser, await browser.get(authorizeUrl('native')), 'member');
  const { code = '' } = toldTo(view, 'http://localhost:5555');
  const form = { grant_type: 'authorization_code', client_id: appIdOf('native'), code, code_verifier: VERIFIER };
  const body = new URLSearchParams({ ...form, redirect_uri: 'http://localhost:5555' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, { body, headers });
  assert.equal(reply.status, 200, reply.text);
  const claims = JSON.parse(Buffer.from(reply.json.access_token.split('.')[1], 'base64url').toString());
  assert.equal(claims.oid, DEV.member);
  assert.ok(claims.scp.split(' ').includes('User.Read'), claims.scp);
  assert.equal((await desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, { body, headers })).status, 400, 'once');
});

test('v1.0 names a resource: what was granted on it, or the consent that it takes', async () => {
  const query = new URLSearchParams({
    client_id: appIdOf('native'),
    response_type: 'code',
    redirect_uri: 'http://localhost:5555',
    resource: 'https://graph.microsoft.com',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  const browser = openBrowser(desk);
  const view = await browser.get(`/${DEV.tenant}/oauth2/authorize?${query}`);
  const told = toldTo(await signInAs(browser, view, 'member', PASSWORD), 'http://localhost:5555');
  assert.deepEqual(Object.keys(told), ['code']);
});

// -- .default, and an administrator's consent ---------------------------------------------------------------------

const PLANNED = 'https://planned.example/cb';
const DEFAULT = 'https://graph.microsoft.com/.default';

function adminUrl(more: Readonly<Record<string, string>> = {}, path = 'v2.0/adminconsent'): string {
  const fields = { client_id: appIdOf('planned'), redirect_uri: PLANNED, scope: DEFAULT, state: 'st', ...more };
  return `/${DEV.tenant}/${path}?${new URLSearchParams(fields)}`;
}

test('.default asks for what the application says that it needs, where nothing was granted yet', async () => {
  const browser = openBrowser(desk);
  const view = await signInAs(browser, await browser.get(authorizeUrl('planned', { scope: DEFAULT })), 'member');
  assert.ok(view.words.includes('An administrator has to approve this'), view.words);
  for (const name of ['User.Read', 'Device.Read.All']) assert.ok(view.words.includes(name), name);
  assert.ok(!view.words.includes('.default'));
  const silent = await browser.get(authorizeUrl('web', { scope: 'api://nowhere/.default', prompt: 'none' }));
  assert.equal(toldTo(silent, HOME)['error'], 'invalid_resource');
});

test('who is no administrator grants nothing in the name of everybody', async () => {
  const browser = openBrowser(desk);
  const view = await signInAs(browser, await browser.get(adminUrl()), 'member');
  assert.ok(view.words.includes('An administrator has to approve this'), view.words);
  const told = toldTo(await browser.submit(view, { answer: 'accept' }), PLANNED);
  assert.deepEqual([told['error'], told['state']], ['access_denied', 'st']);
  assert.ok(told['error_description']?.startsWith('AADSTS90094:'));
});

test('an administrator who says no changes nothing', async () => {
  const browser = openBrowser(desk);
  const view = await signInAs(browser, await browser.get(adminUrl()), 'global.admin');
  const told = toldTo(await browser.submit(view, { answer: 'cancel' }), PLANNED);
  assert.ok(told['error_description']?.startsWith('AADSTS65004:'));
});

test('an administrator grants permissions for everybody, and to the application itself', async () => {
  const browser = openBrowser(desk);
  const view = await signInAs(browser, await browser.get(adminUrl()), 'global.admin');
  for (const name of ['User.Read', 'Device.Read.All', 'Device.ReadWrite.All'])
    assert.ok(view.words.includes(name), name);
  const told = toldTo(await browser.submit(view, { answer: 'accept' }), PLANNED);
  assert.deepEqual(told, { admin_consent: 'True', tenant: DEV.tenant, scope: DEFAULT, state: 'st' });
  const entered = openBrowser(desk);
  const page = await signInAs(entered, await entered.get(authorizeUrl('planned', { scope: DEFAULT })), 'member');
  assert.ok('code' in toldTo(page, PLANNED), page.words);
  const again = await browser.submit(await browser.get(adminUrl()), { account: 'global.admin@contoso.example' });
  assert.ok('admin_consent' in toldTo(await browser.submit(again, { answer: 'accept' }), PLANNED), 'twice is no harm');
});

test('the grants are those that Graph shows', async () => {
  const found = `/v1.0/servicePrincipals(appId='${appIdOf('planned')}')`;
  const principal = await desk.ask('GET', found, { as: 'global.admin' });
  assert.equal(principal.status, 200, principal.text);
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  const load = (type: string, property: string) =>
    desk.store.load(tenant, type, { property, value: principal.json.id });
  const [grant] = await load('oauth2PermissionGrant', 'clientId');
  assert.deepEqual(
    [grant?.values['consentType'], grant?.values['scope']],
    ['AllPrincipals', 'Device.Read.All User.Read'],
  );
  const [role] = await load('appRoleAssignment', 'principalId');
  assert.equal(role?.values['appRoleId'], PERMISSIONS['Device.ReadWrite.All'].appRole);
  assert.deepEqual(
    [role?.values['principalDisplayName'], role?.values['resourceDisplayName']],
    ['Planned', 'Microsoft Graph'],
  );
});

test("v1.0's address has no scope", async () => {
  const browser = openBrowser(desk);
  const picker = await browser.get(adminUrl({}, 'adminconsent'));
  const view = await signInAs(browser, picker, 'global.admin');
  assert.ok(view.words.includes('Device.ReadWrite.All'), view.words);
});

test('what is wrong with a request for it is told on a page', async () => {
  const wrong = await openBrowser(desk).get(adminUrl({ redirect_uri: 'https://evil.example/' }));
  assert.ok(wrong.words.includes('AADSTS50011'), wrong.words);
  assert.equal(wrong.location, undefined);
});
