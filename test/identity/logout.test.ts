import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Browser, openBrowser, signInAs, toldTo } from '../support/browser.ts';
import { DEV, type Desk } from '../support/rollcall.ts';
import { appIdOf, authorizeUrl, openSignInDesk } from './authorizing.ts';

/**
 * `/{tenant}/oauth2/v2.0/logout`:
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
 */

let desk: Desk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const LOGOUT = `/${DEV.tenant}/oauth2/v2.0/logout`;

async function browserOf(...users: readonly string[]): Promise<Browser> {
  const browser = openBrowser(desk);
  for (const user of users)
    await signInAs(browser, await browser.get(authorizeUrl('native', { prompt: 'select_account' })), user);
  return browser;
}

const silent = async (browser: Browser) => {
  const told = toldTo(await browser.get(authorizeUrl('native', { prompt: 'none' })), 'http://localhost:5555');
  return told['error'] ?? 'code';
};

const query = (fields: Readonly<Record<string, string>>) => `${LOGOUT}?${new URLSearchParams(fields)}`;

test('the session ends here and in the directory', async () => {
  const browser = await browserOf('member');
  const before = new Map(browser.jar);
  const view = await browser.get(LOGOUT);
  assert.ok(view.words.includes('You are signed out'), view.words);
  assert.ok(!browser.jar.has('rollcall-session'));
  const thief = openBrowser(desk);
  for (const [name, value] of before) thief.jar.set(name, value);
  assert.equal(await silent(thief), 'login_required');
});

test('whoever is meant leaves alone', async () => {
  const browser = await browserOf('member', 'guest');
  await browser.get(query({ logout_hint: 'GUEST@contoso.example' }));
  assert.equal(browser.jar.get('rollcall-session')?.split('~').length, 1);
  assert.equal(await silent(browser), 'code');
});

test('an application that was entered, or that is named, says where to go', async () => {
  const entered = await (await browserOf('member')).get(query({ post_logout_redirect_uri: 'http://localhost:7777/' }));
  assert.deepEqual([entered.status, entered.location], [303, 'http://localhost:7777/']);
  const named = query({ post_logout_redirect_uri: 'https://app.example/cb', client_id: appIdOf('web'), state: 'a&b' });
  assert.equal((await openBrowser(desk).get(named)).location, 'https://app.example/cb?state=a%26b');
  const hint = `e30.${Buffer.from(JSON.stringify({ aud: appIdOf('spa') })).toString('base64url')}.x`;
  const hinted = query({ post_logout_redirect_uri: 'https://spa.example/', id_token_hint: hint });
  assert.equal((await openBrowser(desk).get(hinted)).location, 'https://spa.example/');
});

// biome-ignore format: a table is read by its columns
const NOWHERE: readonly (readonly [what: string, fields: Readonly<Record<string, string>>])[] = [
  ['an address of nobody',                  { post_logout_redirect_uri: 'https://evil.example/' }],
  ['an address of an application not met',  { post_logout_redirect_uri: 'https://app.example/cb' }],
  ["an address that isn't the one named's", { post_logout_redirect_uri: 'https://app.example/cb', client_id: appIdOf('spa') }],
  ['one that only begins like it',          { post_logout_redirect_uri: 'https://app.example/cb.evil', client_id: appIdOf('web') }],
  ['one with a user in it',                 { post_logout_redirect_uri: 'https://app.example/cb@evil.example', client_id: appIdOf('web') }],
  ['one without a host',                    { post_logout_redirect_uri: '//evil.example/', client_id: appIdOf('web') }],
  ['a script',                              { post_logout_redirect_uri: 'javascript:alert(1)', client_id: appIdOf('careless') }],
  ['an address without TLS',                { post_logout_redirect_uri: 'http://app.example/cb', client_id: appIdOf('careless') }],
  ['an ID token that is none',              { post_logout_redirect_uri: 'https://spa.example/', id_token_hint: 'x.{}.y' }],
  ['an unknown application',                { post_logout_redirect_uri: 'https://spa.example/', client_id: 'x' }],
];

for (const [what, fields] of NOWHERE) {
  test(`${what}: the session ends, and leads nowhere`, async () => {
    const browser = await browserOf('member');
    const view = await browser.get(query(fields));
    assert.equal(view.location, undefined);
    assert.ok(view.words.includes('You are signed out'), view.words);
    assert.equal(await silent(browser), 'login_required');
  });
}

test('an application may post it', async () => {
  const view = await (await browserOf('member')).post(
    LOGOUT,
    { post_logout_redirect_uri: 'http://localhost:1234' },
    {},
  );
  assert.equal(view.location, 'http://localhost:1234');
});
