import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Browser, openBrowser, signInAs, toldTo, type View } from '../support/browser.ts';
import { DEV, type Desk } from '../support/rollcall.ts';
import {
  type AppName,
  appIdOf,
  authorizeUrl,
  CHALLENGE,
  type More,
  openSignInDesk,
  parametersOf,
} from './authorizing.ts';

/**
 * The rules of OAuth 2.0 and OpenID Connect for the authorization endpoint, a row for each:
 * https://www.rfc-editor.org/rfc/rfc9700, https://www.rfc-editor.org/rfc/rfc6749#section-4.1,
 * https://openid.net/specs/openid-connect-core-1_0.html#AuthRequestValidation
 */

let desk: Desk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const open = (): Browser => openBrowser(desk);

/** Told to the person: nothing is sent anywhere. */
function assertOnPage(view: View, number: number, what: string): void {
  assert.equal(view.status, 400, `${what}: ${view.words}`);
  assert.equal(view.location, undefined, what);
  assert.ok(view.words.includes(`AADSTS${number}:`), `${what}: ${view.words}`);
  assert.doesNotMatch(view.text, /<form|<script|http-equiv/, what);
}

/** Told to the application, at its address. */
function assertSentBack(view: View, redirect: string, error: string, number: number): Record<string, string> {
  const told = toldTo(view, redirect);
  assert.equal(told['error'], error, JSON.stringify(told));
  assert.ok(told['error_description']?.startsWith(`AADSTS${number}:`), told['error_description']);
  assert.ok(told['error_description']?.includes(`Trace ID: ${view.headers.get('request-id')}`));
  assert.equal(told['state'], 'st 1&2');
  assert.ok(!('code' in told) && !('id_token' in told));
  return told;
}

// -- redirect addresses: compared as texts (RFC 9700, 2.1; RFC 3986, 6.2.1) ------------------------------------

// biome-ignore format: a table is read by its columns
const WRONG_ADDRESSES: readonly (readonly [app: AppName, address: string])[] = [
  ['web', 'https://app.example/cb/'],
  ['web', 'https://app.example/CB'],
  ['web', 'https://APP.example/cb'],
  ['web', 'HTTPS://app.example/cb'],
  ['web', 'http://app.example/cb'],
  ['web', 'https://app.example'],
  ['web', 'https://app.example:443/cb'],
  ['web', 'https://app.example:8443/cb'],
  ['web', 'https://user@app.example/cb'],
  ['web', 'https://app.example@evil.example/cb'],
  ['web', 'https://app.example.evil.example/cb'],
  ['web', 'https://evil.example/https://app.example/cb'],
  ['web', 'https://app.example/cb/../evil'],
  ['web', 'https://app.example/x/../cb'],
  ['web', 'https://app.example/./cb'],
  ['web', 'https://app.example/%63b'],
  ['web', 'https://app.example//cb'],
  ['web', 'https://app.example\\cb'],
  ['web', 'https://app.example/cb?next=https://evil.example'],
  ['web', 'https://app.example/with'],
  ['web', 'https://app.example/with?x=1&y=2'],
  ['web', 'https://app.example/cb#part'],
  ['web', 'https://app.example/cb#'],
  ['web', 'https://app.example/cb\r\nSet-Cookie: a=b'],
  ['web', ' https://app.example/cb'],
  ['web', 'https://аpp.example/cb'],
  ['web', 'https://xn--pp-7lc.example/cb'],
  ['web', '//app.example/cb'],
  ['web', '/cb'],
  ['web', 'https://spa.example/'],
  ['web', 'https://127.0.0.1/cb'],
  ['native', 'http://localhost.evil.example:5555'],
  ['native', 'http://localhost:5555@evil.example'],
  ['native', 'http://localhost:123456'],
  ['native', 'http://localhost:5555/other'],
  ['native', 'http://localhost:5555?x=1'],
  ['native', 'http://LOCALHOST:5555'],
  ['native', 'https://localhost:5555'],
  ['native', 'http://127.0.0.1:5555'],
  ['native', 'http://127.1:5555/cb'],
  ['native', 'http://127.0.0.1:5555/cb/../x'],
  ['native', 'http://0.0.0.0:5555/cb'],
  ['native', 'myapp://auth/'],
  ['native', 'MYAPP://auth'],
  ['native', 'javascript:alert(1)'],
];

for (const [app, address] of WRONG_ADDRESSES) {
  test(`redirect_uri ${JSON.stringify(address)} is none of ${app}'s`, async () => {
    assertOnPage(await open().get(authorizeUrl(app, { redirect_uri: address })), 50011, address);
  });
}

for (const address of [
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'http://app.example/cb',
  'https://app.example/#part',
  'https://app.example/a b',
]) {
  test(`redirect_uri ${address} is refused even where it was registered`, async () => {
    assertOnPage(await open().get(authorizeUrl('careless', { redirect_uri: address })), 50011, address);
  });
}

// biome-ignore format: a table is read by its columns
const RIGHT_ADDRESSES: readonly (readonly [app: AppName, address: string])[] = [
  ['web',    'https://app.example/cb'],
  ['web',    'https://app.example/with?x=1'],
  ['web',    'http://localhost:3000/web'],
  ['spa',    'https://spa.example/'],
  ['native', 'http://localhost'],
  ['native', 'http://localhost/'],
  ['native', 'http://localhost:1'],
  ['native', 'http://localhost:65535/'],
  ['native', 'http://127.0.0.1:5555/cb'],
  ['native', 'http://[::1]:5555/cb'],
  ['native', 'myapp://auth'],
];

for (const [app, address] of RIGHT_ADDRESSES) {
  test(`redirect_uri ${address} is one of ${app}'s, and gets the answer to the letter`, async () => {
    const challenge = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    const view = await open().get(authorizeUrl(app, { redirect_uri: address, prompt: 'none', ...challenge }));
    assertSentBack(view, address, 'login_required', 50058);
  });
}

// -- who asks: told to the person, never sent (RFC 6749, 4.1.2.1) ----------------------------------------------

// biome-ignore format: a table is read by its columns
const ON_PAGE: readonly (readonly [what: string, url: () => string, number: number])[] = [
  ['no client',             () => authorizeUrl('web', { client_id: undefined }),                                  900144],
  ['an unknown client',     () => authorizeUrl('web', { client_id: '00000000-0000-4000-8000-000000000000' }),     700016],
  ['a client that is none', () => authorizeUrl('web', { client_id: "' or 1=1 --" }),                              700016],
  ['no address',            () => authorizeUrl('web', { redirect_uri: undefined }),                               900971],
  ['an empty address',      () => authorizeUrl('web', { redirect_uri: '' }),                                      900971],
  ['two clients',           () => authorizeUrl('web', {}, `&client_id=${appIdOf('spa')}`),                        9000411],
  ['two addresses',         () => authorizeUrl('web', {}, '&redirect_uri=https://evil.example/'),                 9000411],
  ['two states',            () => authorizeUrl('web', {}, '&state=other'),                                        9000411],
  ['two response modes',    () => authorizeUrl('web', { response_mode: 'query' }, '&response_mode=fragment'),     9000411],
  ['an unknown tenant',     () => authorizeUrl('web', {}, '', 'nobody.example'),                                  90002],
  ["another tenant's",      () => authorizeUrl('web', {}, '', 'consumers'),                                       700016],
  ['a client without any',  () => authorizeUrl('web', { client_id: DEV.daemon }),                                 500113],
];

for (const [what, url, number] of ON_PAGE) {
  test(`${what}: AADSTS${number} on a page`, async () => assertOnPage(await open().get(url()), number, what));
}

// -- everything else is told to the application ----------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const SENT_BACK: readonly (readonly [what: string, app: AppName, more: More, error: string, number: number, extra?: string])[] = [
  ['no response_type',          'web',    { response_type: undefined },             'invalid_request',           900144],
  ['an unknown response_type',  'web',    { response_type: 'magic' },               'unsupported_response_type', 70003],
  ['response_type twice over',  'web',    { response_type: 'code code' },           'unsupported_response_type', 70003],
  ['response_type token',       'web',    { response_type: 'token' },               'unsupported_response_type', 700054],
  ['id_token and token',        'web',    { response_type: 'id_token token' },      'unsupported_response_type', 700054],
  ['id_token, not registered',  'native', { response_type: 'id_token', nonce: 'n' }, 'unsupported_response_type', 700054],
  ['id_token without nonce',    'web',    { response_type: 'id_token' },            'invalid_request',           900144],
  ['id_token in the query',     'web',    { response_type: 'id_token', nonce: 'n', response_mode: 'query' }, 'unsupported_response_mode', 70007],
  ['an unknown response_mode',  'web',    { response_mode: 'web_message' },         'invalid_request',           90023],
  ['no scope',                  'web',    { scope: undefined },                     'invalid_request',           900144],
  ['an unknown resource',       'web',    { scope: 'https://evil.example/.default' }, 'invalid_resource',        500011],
  ['an unknown prompt',         'web',    { prompt: 'create' },                     'invalid_request',           90023],
  ['prompt none and login',     'web',    { prompt: 'none login' },                 'invalid_request',           90023],
  ['a request object',          'web',    { request: 'eyJhbGciOiJub25lIn0.e30.' },  'request_not_supported',     90023],
  ['a request by address',      'web',    { request_uri: 'https://evil.example/' }, 'request_uri_not_supported', 90023],
  ['max_age that is no number', 'web',    { max_age: '-1' },                        'invalid_request',           90023],
  ['two nonces',                'web',    { nonce: 'n' },                           'invalid_request',           9000411, '&nonce=m'],
  ['two scopes',                'web',    {},                                       'invalid_request',           9000411, '&scope=User.Read'],
  ['two challenges',            'native', {},                                       'invalid_request',           9000411, `&code_challenge=${CHALLENGE}`],
  ['spa without PKCE',          'spa',    { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request', 9002325],
  ['spa with plain PKCE',       'spa',    { code_challenge_method: 'plain' },       'invalid_request',           9002325],
  ['a program without PKCE',    'native', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request', 9002325],
  ['an unknown method of PKCE', 'native', { code_challenge_method: 's256' },        'invalid_request',           50149],
  ['a short challenge',         'native', { code_challenge: 'a'.repeat(42) },       'invalid_request',           501491],
  ['a long challenge',          'native', { code_challenge: 'a'.repeat(129) },      'invalid_request',           501491],
  ['a method alone',            'web',    { code_challenge_method: 'S256' },        'invalid_request',           501491],
];

for (const [what, app, more, error, number, extra = ''] of SENT_BACK) {
  test(`${what}: ${error} at the application's address`, async () => {
    const view = await open().get(authorizeUrl(app, more, extra));
    const redirect = parametersOf(app, more).get('redirect_uri') ?? '';
    assertSentBack(view, redirect, error, number);
    const inFragment = more['response_type']?.includes('token') === true;
    assert.equal(view.location?.[redirect.length], inFragment ? '#' : '?', view.location);
  });
}

test('parameters that mean nothing are ignored (RFC 6749, 3.1)', async () => {
  const view = await open().get(authorizeUrl('native', { 'x-client-SKU': 'msal.js.node', claims: '{}', clidata: '1' }));
  assert.equal(view.status, 200);
});

// -- response modes --------------------------------------------------------------------------------------------

async function signedIn(url: string, user = 'member'): Promise<View> {
  const browser = open();
  const view = await signInAs(browser, await browser.get(url), user);
  return view.words.includes('Permissions asked for') ? browser.submit(view, { answer: 'accept' }) : view;
}

// biome-ignore format: a table is read by its columns
const MODES: readonly (readonly [more: More, where: '?' | '#' | 'form', names: readonly string[]])[] = [
  [{},                                                              '?',    ['code']],
  [{ response_mode: 'query' },                                      '?',    ['code']],
  [{ response_mode: 'fragment' },                                   '#',    ['code']],
  [{ response_mode: 'form_post' },                                  'form', ['code']],
  [{ response_type: 'id_token', nonce: 'n' },                       '#',    ['id_token']],
  [{ response_type: 'id_token', nonce: 'n', response_mode: 'form_post' }, 'form', ['id_token']],
  [{ response_type: 'code id_token', nonce: 'n' },                  '#',    ['code', 'id_token']],
  [{ response_type: 'id_token code', nonce: 'n', response_mode: 'form_post' }, 'form', ['code', 'id_token']],
];

for (const [more, where, names] of MODES) {
  test(`${JSON.stringify(more)} is answered in ${where === '?' ? 'the query' : where === '#' ? 'the fragment' : 'a form'}`, async () => {
    const redirect = 'https://app.example/cb';
    const view = await signedIn(authorizeUrl('web', more));
    const told = toldTo(view, redirect);
    assert.deepEqual(Object.keys(told).sort(), [...names, 'iss', 'state'].sort());
    assert.equal(told['state'], 'st 1&2');
    if (where === 'form') assert.match(view.text, /<form method="post" action="https:\/\/app\.example\/cb">/);
    else assert.equal(view.location?.[redirect.length], where);
    if (names.includes('id_token')) {
      const claims = JSON.parse(Buffer.from(told['id_token']?.split('.')[1] ?? '', 'base64url').toString());
      assert.deepEqual([claims.aud, claims.nonce, claims.tid], [appIdOf('web'), 'n', DEV.tenant]);
      assert.equal(claims.auth_time, Math.floor(desk.clock.now() / 1000));
      const half = createHash('sha256')
        .update(told['code'] ?? '')
        .digest()
        .subarray(0, 16)
        .toString('base64url');
      assert.equal(claims.c_hash, names.includes('code') ? half : undefined);
    }
  });
}

test('an address with a query gets its answer behind it', async () => {
  const view = await signedIn(authorizeUrl('web', { redirect_uri: 'https://app.example/with?x=1' }));
  assert.match(view.location ?? '', /^https:\/\/app\.example\/with\?x=1&code=/);
});

test('a form that leaves by itself does so by one script that its policy names, and has a button', async () => {
  const view = await signedIn(authorizeUrl('web', { response_mode: 'form_post' }));
  const policy = view.headers.get('content-security-policy') ?? '';
  assert.match(policy, /script-src 'sha256-[A-Za-z0-9+/=]+';/);
  assert.equal(view.text.match(/<script>/g)?.length, 1);
  assert.match(view.text, /<button class="main">Continue<\/button>/);
  assert.doesNotMatch(policy, /unsafe|\*;|script-src[^;]*http/);
});

// -- mix-up (RFC 9207), codes ------------------------------------------------------------------------------------

test('an answer says whose it is, as discovery at the same address does', async () => {
  const told = toldTo(await signedIn(authorizeUrl('native')), 'http://localhost:5555');
  assert.equal(told['iss'], `http://rollcall.test/${DEV.tenant}/v2.0`);
  const byDomain = toldTo(await signedIn(authorizeUrl('native', {}, '', 'contoso.example')), 'http://localhost:5555');
  assert.equal(byDomain['iss'], told['iss']);
});

test('where the address leaves the tenant open, no issuer is named that discovery does not name', async () => {
  for (const tenant of ['common', 'organizations']) {
    const told = toldTo(await signedIn(authorizeUrl('native', {}, '', tenant)), 'http://localhost:5555');
    assert.deepEqual(Object.keys(told).sort(), ['code', 'state']);
  }
});

test('refusals say whose they are, too', async () => {
  const view = await open().get(authorizeUrl('native', { prompt: 'none' }));
  assert.equal(toldTo(view, 'http://localhost:5555')['iss'], `http://rollcall.test/${DEV.tenant}/v2.0`);
});

test('each request gets a code of its own, of 256 random bits, bound to its client, address and challenge', async () => {
  const browser = open();
  const first = toldTo(
    await signInAs(browser, await browser.get(authorizeUrl('native')), 'member'),
    'http://localhost:5555',
  );
  const second = toldTo(await browser.get(authorizeUrl('native')), 'http://localhost:5555');
  assert.notEqual(first['code'], second['code']);
  assert.equal(Buffer.from(first['code']?.split('.').at(-1) ?? '', 'base64url').length, 32);
});

test('no code stands in an address of ours, so that none can leave in a Referer; and nothing is kept', async () => {
  const view = await signedIn(authorizeUrl('native', { response_mode: 'form_post' }));
  assert.ok(!view.url.includes('code=1.'));
  assert.equal(view.headers.get('referrer-policy'), 'same-origin');
  const sent = await signedIn(authorizeUrl('native'));
  assert.equal(sent.headers.get('referrer-policy'), 'same-origin');
  assert.equal(sent.headers.get('cache-control'), 'no-store');
});

test('the answer to a form leaves with 303: nothing that was posted, such as a password, is posted on', async () => {
  assert.equal((await signedIn(authorizeUrl('native'))).status, 303);
});

// -- POST (OpenID Connect Core, 3.1.2.1) -----------------------------------------------------------------------

test('an application may have its request posted: the same rules, and the same page', async () => {
  const browser = open();
  const path = `/${DEV.tenant}/oauth2/v2.0/authorize`;
  const sent = await browser.post(path, parametersOf('native').toString(), { origin: 'https://app.example' });
  assert.equal(sent.status, 303);
  assert.equal(sent.location, `http://rollcall.test${path}?${parametersOf('native')}`);
  const view = await browser.get((sent.location ?? '').slice('http://rollcall.test'.length));
  assert.ok(view.words.startsWith('Choose an account'), view.words);
});

test('a posted request leads to nowhere else, whatever its path looks like', async () => {
  const sent = await open().post('//evil.example/oauth2/v2.0/authorize', 'client_id=x');
  assert.equal(sent.location, 'http://rollcall.test//evil.example/oauth2/v2.0/authorize?client_id=x');
});

test('a posted request with a parameter twice is refused like any other', async () => {
  const path = `/${DEV.tenant}/oauth2/v2.0/authorize`;
  const sent = await open().post(path, `${parametersOf('web')}&redirect_uri=https://evil.example/`);
  assertOnPage(await open().get((sent.location ?? '').slice('http://rollcall.test'.length)), 9000411, 'twice');
});

test('a posted request with line breaks makes no header, and one that no address could hold is refused', async () => {
  const path = `/${DEV.tenant}/oauth2/v2.0/authorize`;
  const sent = await open().post(path, 'client_id=x\r\nSet-Cookie: a=b&state=\u00fc');
  assert.equal(sent.location, `http://rollcall.test${path}?client_id=x%0D%0ASet-Cookie%3A+a%3Db&state=%C3%BC`);
  assertOnPage(await open().post(path, `state=${'a'.repeat(20_000)}`), 9002313, 'too long');
});

test('a body that is no form is refused on a page', async () => {
  const path = `/${DEV.tenant}/oauth2/v2.0/authorize`;
  const sent = await open().post(path, '{}', { 'content-type': 'application/json' });
  assertOnPage(sent, 9002313, 'json');
});

// -- markup in every parameter, and in names of the directory ---------------------------------------------------

const MARKUP = `"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;`;
const PARAMETERS = ['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'prompt',
  'login_hint', 'domain_hint', 'max_age', 'code_challenge', 'code_challenge_method', 'claims', MARKUP]; // biome-ignore format: a list of names

/** Of a request's text nothing becomes an element or leaves the value of an attribute. */
function assertInert(view: View, what: string): void {
  assert.doesNotMatch(view.text, /<script>alert|<img|onerror=alert\(2\)>|<b onclick|"'>/, `${what}: ${view.text}`);
}

for (const name of PARAMETERS) {
  test(`markup in ${name} stays text on every page that shows it`, async () => {
    const browser = open();
    const view = await browser.get(authorizeUrl('web', { [name]: MARKUP }));
    assertInert(view, name);
    if (view.status === 200 && view.words.includes('Choose an account')) {
      assertInert(await browser.submit(view, { account: MARKUP }), name);
    }
  });
}

test('markup in what is typed, and in the name of an application, stays text', async () => {
  const browser = open();
  const view = await browser.get(authorizeUrl('web', { prompt: 'consent' }));
  assert.ok(view.words.includes('Shop <b onclick="alert(1)">& "Co"</b>'), view.words);
  assertInert(view, 'the name');
  const wrong = await browser.submit(await browser.submit(view, { account: MARKUP }), { name: MARKUP, password: 'x' });
  assert.ok(wrong.words.includes('AADSTS50126'));
  assertInert(wrong, 'the user name');
  const consent = await signInAs(browser, wrong, 'member');
  assert.ok(consent.words.includes('Permissions asked for'), consent.words);
  assertInert(consent, 'consent');
});

test('markup in a state goes back to the application as it came, in a form as well', async () => {
  const told = toldTo(await signedIn(authorizeUrl('web', { state: MARKUP, response_mode: 'form_post' })), '');
  assert.equal(told['state'], MARKUP);
});

test('a line break in a state makes no header', async () => {
  const view = await open().get(authorizeUrl('native', { prompt: 'none', state: 'a\r\nSet-Cookie: x=y' }));
  assert.ok(view.location?.includes('state=a%0D%0ASet-Cookie%3A%20x%3Dy'), view.location);
});
