import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

test('a user agrees to what needs no administrator, for themselves, once', async () => {
  const scope = 'openid profile User.Read';
  const { browser, view } = await asked('member', { scope });
  assert.ok(view.words.includes('Permissions asked for'), view.words);
  for (const text of ['Know who you are', 'See your profile', 'Sign you in and read your profile']) {
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
  assert.ok(view.words.includes('Read the basic profiles of everybody'), view.words);
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
