import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readSessions, startSession } from '../../src/identity/sessions.ts';
import { userWithId } from '../../src/identity/users.ts';
import { type Browser, hiddenFields, offered, openBrowser, signInAs, toldTo, type View } from '../support/browser.ts';
import { DEV, type Desk } from '../support/rollcall.ts';
import { authorizeUrl, type More, openSignInDesk } from './authorizing.ts';

/** What people see when they sign in, and what their browser keeps. */

let desk: Desk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const HOME = 'http://localhost:5555';
const open = (origin?: string): Browser => openBrowser(desk, origin === undefined ? {} : { origin });
const url = (more: More = {}, tenant?: string) => authorizeUrl('native', more, '', tenant);

/** A browser in which those are signed in, the last one most lately. */
async function browserOf(...users: readonly string[]): Promise<Browser> {
  const browser = open();
  for (const user of users) {
    const view = await browser.get(url({ prompt: 'select_account' }));
    assert.ok('code' in toldTo(await signInAs(browser, view, user), HOME), user);
  }
  return browser;
}

// -- which page comes first --------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const FIRST_PAGES: readonly (readonly [what: string, users: readonly string[], more: More, sees: string])[] = [
  ['nobody is signed in',                      [],                   {},                                                  'Choose an account'],
  ['nobody, and the name is known',            [],                   { login_hint: 'member@contoso.example' },            'Sign in'],
  ['one is signed in',                         ['member'],           {},                                                  'code'],
  ['one, who was meant',                       ['member'],           { login_hint: 'MEMBER@contoso.example' },            'code'],
  ['one, who was meant by id',                 ['member'],           { login_hint: DEV.member },                          'code'],
  ['one, another was meant',                   ['member'],           { login_hint: 'guest@contoso.example' },             'Sign in'],
  ['one, who has to prove it again',           ['member'],           { prompt: 'login' },                                 'Sign in'],
  ['one, who signed in too long ago',          ['member'],           { max_age: '60' },                                   'Sign in'],
  ['one, who may choose',                      ['member'],           { prompt: 'select_account' },                        'Choose an account'],
  ['one, who is asked again',                  ['member'],           { prompt: 'consent' },                               'Permissions asked for'],
  ['two are signed in',                        ['member', 'guest'],  {},                                                  'Choose an account'],
  ['two, one was meant',                       ['member', 'guest'],  { login_hint: 'guest@contoso.example' },             'code'],
  ['silently, nobody',                         [],                   { prompt: 'none' },                                  'login_required'],
  ['silently, one',                            ['member'],           { prompt: 'none' },                                  'code'],
  ['silently, one too long ago',               ['member'],           { prompt: 'none', max_age: '60' },                   'login_required'],
  ['silently, another was meant',              ['member'],           { prompt: 'none', login_hint: 'guest@contoso.example' }, 'login_required'],
  ['silently, two',                            ['member', 'guest'],  { prompt: 'none' },                                  'interaction_required'],
  ['silently, two, one was meant',             ['member', 'guest'],  { prompt: 'none', login_hint: 'member@contoso.example' }, 'code'],
  ['silently, without consent',                ['member'],           { prompt: 'none', scope: 'User.ReadBasic.All' },     'consent_required'],
];

for (const [what, users, more, sees] of FIRST_PAGES) {
  test(`${what}: ${sees}`, async () => {
    const browser = await browserOf(...users);
    desk.clock.advance(61_000);
    const view = await browser.get(url(more));
    if (view.location === undefined) return assert.ok(view.words.startsWith(`${sees} · Rollcall`), view.words);
    const told = toldTo(view, HOME);
    assert.ok(sees in told || told['error'] === sees, JSON.stringify(told));
  });
}

test('in development everybody is offered, with the roles that they have, and the password is filled in', async () => {
  const browser = open();
  const view = await browser.get(url());
  const names = ['global.admin', 'intune.admin', 'w365.admin', 'device.admin', 'registrar', 'global.reader', 'member'];
  const expected = [...names, 'guest', 'disabled'].map((name) => `${name}@contoso.example`);
  assert.deepEqual(offered(view), expected);
  assert.match(view.words, /Intune Admin intune\.admin@contoso\.example Intune Administrator/);
  const form = await browser.submit(view, { account: 'intune.admin@contoso.example' });
  assert.match(form.text, /name="name" value="intune\.admin@contoso\.example"/);
  assert.match(form.text, /name="password" value="Rollcall-dev-1"/);
});

test('an account that was made later is not offered, and its password is nowhere', async () => {
  const browser = open();
  const view = await browser.submit(await browser.get(url()), { account: 'somebody@contoso.example' });
  assert.match(view.text, /name="name" value="somebody@contoso\.example"/);
  assert.match(view.text, /name="password" value=""/);
});

test('a tenant is open to its own people; "common" to everybody, "organizations" to all but personal accounts', async () => {
  const personal = 'personal@outlook.example';
  assert.ok(!offered(await open().get(url({}, DEV.tenant))).includes(personal));
  assert.ok(!offered(await open().get(url({}, 'organizations'))).includes(personal));
  assert.ok(offered(await open().get(url({}, 'common'))).includes(personal));
  const browser = open();
  const view = await signInAs(browser, await browser.get(url({}, 'organizations')), personal);
  assert.ok(view.words.includes('AADSTS50126'), view.words);
});

test('a session is one of its tenant, and known at no address of another', async () => {
  const browser = open();
  const at = (tenant: string, more: More = {}) =>
    authorizeUrl('native', { client_id: DEV.console, ...more }, '', tenant);
  const view = await signInAs(browser, await browser.get(at('common')), 'personal@outlook.example');
  assert.ok('code' in toldTo(view, HOME), view.words);
  assert.ok('code' in toldTo(await browser.get(at('consumers', { prompt: 'none' })), HOME));
  for (const tenant of [DEV.tenant, 'contoso.example', 'organizations']) {
    const told = toldTo(await browser.get(at(tenant, { prompt: 'none' })), HOME);
    assert.equal(told['error'], 'login_required', tenant);
    assert.ok(!offered(await browser.get(at(tenant))).includes('personal@outlook.example'), tenant);
  }
});

test('an application that knows the domain has its accounts offered', async () => {
  const view = await open().get(url({ domain_hint: 'OUTLOOK.example' }, 'common'));
  assert.deepEqual(offered(view), ['personal@outlook.example']);
});

test('an application that the tenant of whoever signs in does not have gets nothing', async () => {
  const browser = open();
  const view = await signInAs(browser, await browser.get(url({}, 'common')), 'personal@outlook.example');
  assert.equal(view.status, 400);
  assert.ok(view.words.includes('AADSTS700016'), view.words);
  assert.equal(view.location, undefined);
});

// -- who may enter ---------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, user: string, password: string, number: number])[] = [
  ['a wrong password',                        'member',              'wrong',          50126],
  ['an empty password',                       'member',              '',               50126],
  ['a hash in its place',                     'member',              'scrypt$16384$8$5$32Dzrydi-o-odJmFWkIh6Q$9cn23KLJ8fdXNuEHA0f1QgjuzmIyAvOe2Bo_PPB_iCk', 50126],
  ['nobody of that name',                     'nobody',              'Rollcall-dev-1', 50126],
  ['no domain of ours',                       'member@evil.example', 'Rollcall-dev-1', 50126],
  ['somebody disabled, by a wrong password',  'disabled',            'wrong',          50126],
  ['somebody disabled, by the right one',     'disabled',            'Rollcall-dev-1', 50057],
];

for (const [what, user, password, number] of REFUSED) {
  test(`${what}: AADSTS${number}, and the form once more`, async () => {
    const browser = open();
    const view = await signInAs(browser, await browser.get(url()), user, password);
    assert.equal(view.status, 400);
    assert.ok(view.words.includes(`AADSTS${number}:`), view.words);
    assert.match(view.text, /aria-invalid="true" aria-describedby="problem"/);
    assert.ok(!browser.jar.has('rollcall-session'));
  });
}

test('the page says the same of a wrong password and of an account that is not there', async () => {
  const words = async (name: string) => {
    const browser = open();
    const view = await browser.submit(await browser.get(url({ login_hint: 'x@contoso.example' })), {
      name,
      password: 'wrong',
    });
    return view.text.replaceAll(name, 'NAME').replace(/name="rollcall_form" value="[^"]*"/, '');
  };
  assert.equal(await words('member@contoso.example'), await words('membex@contoso.example'));
});

test('a guest signs in like a member', async () => {
  const browser = open();
  assert.ok('code' in toldTo(await signInAs(browser, await browser.get(url()), 'guest'), HOME));
});

// -- headers and cookies (OWASP session management, clickjacking) ------------------------------------------------

test('every page keeps itself from being framed, kept, sniffed, and from running anything', async () => {
  const browser = open();
  const picker = await browser.get(url());
  const form = await browser.submit(picker, { account: 'member@contoso.example' });
  const wrong = await browser.submit(form, { name: 'member@contoso.example', password: 'x' });
  const consent = await (await browserOf('member')).get(url({ prompt: 'consent' }));
  const pages = [
    picker,
    form,
    wrong,
    consent,
    await open().get('/devicelogin'),
    await open().get(authorizeUrl('careless')),
  ];
  for (const view of [...pages, await open().get(`/${DEV.tenant}/oauth2/v2.0/logout`)]) {
    const policy = view.headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/);
    assert.match(policy, /; base-uri 'none'; frame-ancestors 'none'$/);
    assert.doesNotMatch(policy, /script-src|unsafe/);
    assert.equal(view.headers.get('x-frame-options'), 'DENY');
    assert.equal(view.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(view.headers.get('cache-control'), 'no-store');
    assert.equal(view.headers.get('referrer-policy'), 'same-origin');
    assert.equal(view.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.doesNotMatch(view.text, /<script|style="|onclick=|https?:\/\/(?!www\.w3\.org)[^"']*\.(css|js|png)/);
  }
});

test('over HTTPS cookies have the prefix __Host- and Secure; over HTTP, where browsers take neither, they are HttpOnly', async () => {
  const browser = open('https://rollcall.test');
  const view = await signInAs(browser, await browser.get(url()), 'member');
  assert.equal(view.cookies.length, 2);
  for (const line of view.cookies) {
    assert.match(line, /^__Host-rollcall-(session|browser)=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  }
  const plain = await open().get(url());
  assert.match(plain.cookies[0] ?? '', /^rollcall-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
});

test('of a session the directory keeps its hash alone', async () => {
  const browser = await browserOf('member');
  const secret = browser.jar.get('rollcall-session') ?? '';
  assert.equal(Buffer.from(secret.split('.').at(-1) ?? '', 'base64url').length, 32);
  const [tenant] = await desk.store.tenants();
  assert.ok(tenant);
  assert.equal(await desk.store.ticket(tenant, { use: 'session', hash: secret }), undefined);
});

test('a new id at each sign-in: one that was planted before means nothing after it', async () => {
  const browser = await browserOf('member');
  const before = new Map(browser.jar);
  const again = await browser.get(url({ prompt: 'login' }));
  await signInAs(browser, again, 'member');
  assert.notEqual(browser.jar.get('rollcall-session'), before.get('rollcall-session'));
  assert.notEqual(browser.jar.get('rollcall-browser'), before.get('rollcall-browser'));
  const thief = open();
  for (const [name, value] of before) thief.jar.set(name, value);
  assert.equal(toldTo(await thief.get(url({ prompt: 'none' })), HOME)['error'], 'login_required');
  const planted = open();
  planted.jar.set('rollcall-session', 'planted').set('rollcall-browser', 'planted');
  await signInAs(planted, await planted.get(url()), 'member');
  assert.notEqual(planted.jar.get('rollcall-browser'), 'planted');
  assert.ok(!planted.jar.get('rollcall-session')?.includes('planted'));
});

// biome-ignore format: a table is read by its columns
const NO_SESSIONS: readonly (readonly [what: string, change: (secret: string) => string])[] = [
  ['an invented id',         () => `1.${'A'.repeat(22)}.${'B'.repeat(22)}.${'C'.repeat(43)}`],
  ['another last character', (secret) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'E' : 'A'}`],
  ['SQL',                    () => "' or 1=1 --"],
  ['nothing',                () => ''],
  ['a thousand of them',     (secret) => Array(1000).fill(`${secret}x`).join('~')],
];

for (const [what, change] of NO_SESSIONS) {
  test(`a session cookie that is ${what} is nobody's`, async () => {
    const browser = await browserOf('member');
    browser.jar.set('rollcall-session', change(browser.jar.get('rollcall-session') ?? ''));
    assert.equal(toldTo(await browser.get(url({ prompt: 'none' })), HOME)['error'], 'login_required');
  });
}

const silent = async (browser: Browser) => toldTo(await browser.get(url({ prompt: 'none' })), HOME)['error'] ?? 'code';

test('a session ends two hours after its last use, and after a day in any case', async () => {
  const idle = await browserOf('member');
  desk.clock.advance(2 * 3600_000 + 1000);
  assert.equal(await silent(idle), 'login_required');
  const busy = await browserOf('member');
  for (let hours = 0; hours < 23; hours++) {
    desk.clock.advance(3600_000);
    assert.equal(await silent(busy), 'code', `after ${hours + 1} hours`);
  }
  desk.clock.advance(3600_000 + 1000);
  assert.equal(await silent(busy), 'login_required');
});

test('a session ends with its password, and with the account', async () => {
  const browser = await browserOf('w365.admin');
  const id = 'd4562f6f-e3ef-4cf9-9f9e-b9efd928b68a';
  desk.clock.advance(2000);
  const body = { passwordProfile: { password: 'Another-pass-2' } };
  assert.equal((await desk.ask('PATCH', `/v1.0/users/${id}`, { as: 'global.admin', body })).status, 204);
  assert.equal(await silent(browser), 'login_required');

  const other = await browserOf('registrar');
  assert.equal(await silent(other), 'code');
  const off = { accountEnabled: false };
  assert.equal(
    (await desk.ask('PATCH', `/v1.0/users/${DEV.registrar}`, { as: 'global.admin', body: off })).status,
    204,
  );
  assert.equal(await silent(other), 'login_required');
});

test('whoever signs in once more takes their own place', async () => {
  const browser = await browserOf('member', 'guest');
  await signInAs(browser, await browser.get(url({ prompt: 'login', login_hint: 'guest@contoso.example' })), 'guest');
  assert.equal(browser.jar.get('rollcall-session')?.split('~').length, 2);
});

test('ten sessions at most are kept in one browser: a further one ends the oldest', async () => {
  const { world } = desk.rollcall;
  const tenant = world.tenants.get(DEV.tenant);
  assert.ok(tenant);
  const account = await userWithId(world, tenant, DEV.member);
  const secrets: string[] = [];
  while (secrets.length < 10) secrets.push((await startSession(world, tenant, account, undefined)).secret);
  const browser = open();
  browser.jar.set('rollcall-session', secrets.join('~'));
  await signInAs(browser, await browser.get(url({ login_hint: 'guest@contoso.example' })), 'guest');
  const kept = browser.jar.get('rollcall-session')?.split('~') ?? [];
  assert.equal(kept.length, 10);
  assert.ok(!kept.includes(secrets[0] ?? '') && kept.includes(secrets[1] ?? ''));
  assert.equal((await readSessions(world, secrets)).length, 9, 'ended in the directory, too');
});

// -- forms are this browser's own (OWASP cross-site request forgery) ---------------------------------------------

async function passwordForm(browser: Browser, more: More = {}): Promise<View> {
  return browser.get(url({ login_hint: 'member@contoso.example', ...more }));
}

const LOGIN = { name: 'member@contoso.example', password: 'Rollcall-dev-1' };

// biome-ignore format: a table is read by its columns
const FORGED: readonly (readonly [what: string, send: (browser: Browser, view: View) => Promise<View>])[] = [
  ['without a token',                   (browser, view) => browser.post(view.url, { ...hiddenFields(view), ...LOGIN, rollcall_form: 'x' })],
  ['with a token of another browser',   async (browser, view) => browser.submit(view, { ...LOGIN, rollcall_form: hiddenFields(await passwordForm(open()))['rollcall_form'] ?? '' })],
  ['with a token of another request',   async (browser, view) => browser.submit(view, { ...LOGIN, rollcall_form: hiddenFields(await passwordForm(browser, { state: 'other' }))['rollcall_form'] ?? '' })],
  ['without the cookie of the browser', (browser, view) => { browser.jar.clear(); return browser.submit(view, LOGIN); }],
  ['from another site, by Sec-Fetch',   (browser, view) => browser.submit(view, LOGIN, { 'sec-fetch-site': 'cross-site' })],
  ['from a sibling of the host',        (browser, view) => browser.submit(view, LOGIN, { 'sec-fetch-site': 'same-site' })],
  ['from another site, by Origin',      (browser, view) => browser.submit(view, LOGIN, { origin: 'https://evil.example' })],
  ['from nowhere that is told',         (browser, view) => browser.submit(view, LOGIN, { origin: 'null' })],
  ['after more than an hour',           (browser, view) => { desk.clock.advance(3600_000 + 1000); return browser.submit(view, LOGIN); }],
  ['with a time that is none',          (browser, view) => browser.submit(view, { ...LOGIN, rollcall_form: `.${hiddenFields(view)['rollcall_form']?.split('.')[1]}` })],
  ['about a session that it is not',    (browser, view) => browser.submit(view, { ...LOGIN, step: 'consent', session: 'x', answer: 'accept' })],
];

for (const [what, send] of FORGED) {
  test(`a form that is sent ${what} signs nobody in`, async () => {
    const browser = open();
    const view = await send(browser, await passwordForm(browser));
    assert.equal(view.status, 400, view.words);
    assert.ok(view.words.includes('AADSTS90036'), view.words);
    assert.equal(view.location, undefined);
    assert.ok(!browser.jar.has('rollcall-session'));
  });
}

test('a form that was sent before a sign-in is of no use after it', async () => {
  const browser = open();
  const view = await passwordForm(browser);
  assert.equal((await browser.submit(view, LOGIN)).status, 303);
  const late = await browser.submit(view, LOGIN);
  assert.ok(late.words.includes('AADSTS90036'));
  const [, again = ''] = /<a href="([^"]+)">Start again/.exec(late.text) ?? [];
  const next = await browser.get(again.replaceAll('&amp;', '&').slice('http://rollcall.test'.length));
  assert.ok('code' in toldTo(next, HOME), 'who begins anew goes on');
});

test('a browser that says nothing about itself may send its form', async () => {
  const browser = open();
  assert.equal((await browser.submit(await passwordForm(browser), LOGIN, {})).status, 303);
});

test('consent is given by the browser that was asked, for the account that was asked', async () => {
  const browser = await browserOf('member', 'guest');
  const pick = await browser.get(url({ prompt: 'consent' }));
  const asked = await browser.submit(pick, { account: 'member@contoso.example' });
  const other = await browser.submit(pick, { account: 'guest@contoso.example' });
  const mixed = await browser.submit(asked, { answer: 'accept', session: hiddenFields(other)['session'] ?? '' });
  assert.ok(mixed.words.includes('AADSTS90036'), mixed.words);
});
