import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Browser, hiddenFields, openBrowser, signInAs, type View } from '../support/browser.ts';
import { DEV, type Desk, type Reply } from '../support/rollcall.ts';
import { appIdOf, openSignInDesk } from './authorizing.ts';

/**
 * The page of the device code flow: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code,
 * https://www.rfc-editor.org/rfc/rfc8628#section-5
 */

let desk: Desk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());
beforeEach(() => desk.clock.advance(10_000));

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

type Codes = { readonly user_code: string; readonly device_code: string; readonly verification_uri: string };

async function start(scope = 'User.Read openid', tenant: string = DEV.tenant): Promise<Codes> {
  const body = new URLSearchParams({ client_id: appIdOf('native'), scope }).toString();
  const reply = await desk.ask('POST', `/${tenant}/oauth2/v2.0/devicecode`, { body, headers: FORM });
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

function poll({ device_code }: Codes): Promise<Reply> {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: appIdOf('native'),
    device_code,
  };
  const body = new URLSearchParams(form).toString();
  return desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, { body, headers: FORM });
}

async function type(browser: Browser, code: string): Promise<View> {
  return browser.submit(await browser.get('/devicelogin'), { typed: code });
}

test('code, sign-in, confirmation: the device has its token', async () => {
  const codes = await start();
  assert.equal(codes.verification_uri, 'http://rollcall.test/devicelogin');
  assert.equal((await poll(codes)).json.error, 'authorization_pending');
  const browser = openBrowser(desk);
  const picker = await type(browser, codes.user_code);
  assert.ok(picker.words.includes('to go on to Program'), picker.words);
  const confirm = await signInAs(browser, picker, 'member');
  assert.ok(confirm.words.includes('Are you signing in to Program ?'), confirm.words);
  assert.ok(confirm.words.includes(codes.user_code));
  assert.equal((await poll(codes)).json.error, 'authorization_pending', 'not before it is confirmed');
  const done = await browser.submit(confirm, { answer: 'accept' });
  assert.ok(done.words.includes('You are signed in to Program'), done.words);
  desk.clock.advance(10_000);
  const reply = await poll(codes);
  assert.equal(reply.status, 200, reply.text);
});

test('a code is taken in any case, with blanks and hyphens', async () => {
  const { user_code: code } = await start();
  const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
  assert.ok((await type(openBrowser(desk), typed)).words.includes('Choose an account'));
});

test('whoever is signed in already chooses whom to be, and confirms', async () => {
  const browser = openBrowser(desk);
  await signInAs(browser, await type(browser, (await start()).user_code), 'guest');
  const codes = await start();
  const picker = await type(browser, codes.user_code);
  const confirm = await browser.submit(picker, { account: 'guest@contoso.example' });
  assert.ok(confirm.words.includes('Are you signing in to Program ?'), confirm.words);
});

test('who says no declines the device', async () => {
  const codes = await start();
  const browser = openBrowser(desk);
  const confirm = await signInAs(browser, await type(browser, codes.user_code), 'member');
  const done = await browser.submit(confirm, { answer: 'cancel' });
  assert.ok(done.words.includes('The device was not signed in'), done.words);
  assert.equal((await poll(codes)).json.error, 'authorization_declined');
});

test('what the device asks for that was not granted is asked, too', async () => {
  const codes = await start('User.ReadBasic.All');
  const browser = openBrowser(desk);
  const confirm = await signInAs(browser, await type(browser, codes.user_code), 'member');
  const consent = await browser.submit(confirm, { answer: 'accept' });
  assert.ok(consent.words.includes("Read all users' basic profiles"), consent.words);
  assert.equal((await poll(codes)).json.error, 'authorization_pending');
  desk.clock.advance(10_000);
  await browser.submit(consent, { answer: 'accept' });
  assert.equal((await poll(codes)).status, 200);
});

test('what only an administrator can grant is not granted by way of a device', async () => {
  const codes = await start('Group.ReadWrite.All');
  const browser = openBrowser(desk);
  const confirm = await signInAs(browser, await type(browser, codes.user_code), 'member');
  const consent = await browser.submit(confirm, { answer: 'accept' });
  assert.ok(consent.words.includes('An administrator has to approve this'), consent.words);
  const forced = await browser.submit(consent, { answer: 'accept' });
  assert.ok(forced.words.includes('AADSTS90094'), forced.words);
  assert.equal((await poll(codes)).json.error, 'authorization_pending');
});

test('a code does for one answer, and for a quarter of an hour', async () => {
  const used = await start();
  const browser = openBrowser(desk);
  const confirm = await signInAs(browser, await type(browser, used.user_code), 'member');
  await browser.submit(confirm, { answer: 'accept' });
  const again = await browser.submit(confirm, { answer: 'accept' });
  assert.ok(again.words.includes('That code is not valid'), again.words);
  assert.ok((await type(browser, used.user_code)).words.includes('That code is not valid'));
  const late = await start();
  desk.clock.advance(15 * 60_000 + 1000);
  assert.ok((await type(browser, late.user_code)).words.includes('That code is not valid'));
});

test('a code never comes by way of a link, nor by a form of somebody else', async () => {
  const { user_code: code } = await start();
  const view = await openBrowser(desk).get(`/devicelogin?user_code=${code}&code=${code}`);
  assert.ok(!view.text.includes(code));
  const victim = openBrowser(desk);
  const own = await victim.get('/devicelogin');
  const foreign = await victim.submit(own, { step: 'pick', code, account: 'member@contoso.example' });
  assert.ok(foreign.words.includes('AADSTS90036'), foreign.words);
  const attacker = await type(openBrowser(desk), code);
  const planted = await victim.post('/devicelogin', { ...hiddenFields(attacker), account: 'member@contoso.example' });
  assert.ok(planted.words.includes('AADSTS90036'), planted.words);
});

test('codes are not for guessing: ten wrong ones close the page for the address', async () => {
  const browser = openBrowser(desk, { address: '192.0.2.7' });
  for (let count = 0; count < 10; count++) {
    assert.ok((await type(browser, `BBBBBBBB${count}`)).words.includes('That code is not valid'));
  }
  const { user_code: code } = await start();
  assert.ok((await type(browser, code)).words.includes('Too many wrong codes'));
  assert.ok((await type(openBrowser(desk, { address: '192.0.2.7' }), code)).words.includes('Too many wrong codes'));
  assert.ok((await type(openBrowser(desk, { address: '192.0.2.8' }), code)).words.includes('Choose an account'));
  desk.clock.advance(61_000);
  assert.ok((await type(browser, code)).words.includes('Choose an account'));
});

test('markup that is typed as a code stays text', async () => {
  const view = await type(openBrowser(desk, { address: '192.0.2.9' }), '"><script>alert(1)</script>');
  assert.doesNotMatch(view.text, /<script/);
});
