import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Attempt, createAttempts } from '../../src/identity/attempts.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { SIGN_IN_ERRORS } from '../../src/model/errors.ts';
import { openBrowser, signInAs, type View } from '../support/browser.ts';
import { DEV, type Desk, heldClock, type Reply } from '../support/rollcall.ts';
import { authorizeUrl, openSignInDesk } from './authorizing.ts';

/**
 * Limits on attempts: smart lock-out as Microsoft Entra ID has it.
 * https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout
 */

let desk: Desk;
beforeEach(async () => {
  desk = await openSignInDesk();
});
afterEach(() => desk.close());

const RIGHT = 'Rollcall-dev-1';
const MINUTE = 60_000;

async function onPage(user: string, password: string, address?: string): Promise<View> {
  const browser = openBrowser(desk, address === undefined ? {} : { address });
  return signInAs(browser, await browser.get(authorizeUrl('native', { login_hint: user })), user, password);
}

function token(form: Readonly<Record<string, string>>): Promise<Reply> {
  const body = new URLSearchParams({ scope: 'https://graph.microsoft.com/.default', ...form }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return desk.ask('POST', `/${DEV.tenant}/oauth2/v2.0/token`, { body, headers });
}

const byPassword = (user: string, password: string) =>
  token({ grant_type: 'password', client_id: DEV.console, username: `${user}@contoso.example`, password });

const bySecret = (client_secret: string) =>
  token({ grant_type: 'client_credentials', client_id: DEV.daemon, client_secret });

/** A number for each attempt, so that no two are the same. */
const wrong = (count: number) => `wrong-${count}`;

test('ten wrong passwords close an account for a minute, whatever the password; then it is open again', async () => {
  for (let count = 0; count < 10; count++) {
    assert.ok((await onPage('member', wrong(count))).words.includes('AADSTS50126'), String(count));
  }
  assert.ok((await onPage('member', RIGHT)).words.includes('AADSTS50053'));
  assert.equal((await onPage('guest', RIGHT)).status, 303, 'nobody else');
  desk.clock.advance(MINUTE + 1);
  assert.equal((await onPage('member', RIGHT)).status, 303);
});

test('pages and the password grant count together', async () => {
  for (let count = 0; count < 5; count++) await onPage('member', wrong(count));
  for (let count = 5; count < 10; count++) {
    assert.deepEqual((await byPassword('member', wrong(count))).json.error_codes, [50126]);
  }
  const reply = await byPassword('member', RIGHT);
  assert.deepEqual([reply.status, reply.json.error, reply.json.error_codes], [400, 'invalid_grant', [50053]]);
  assert.ok((await onPage('member', RIGHT)).words.includes('AADSTS50053'));
});

test('the same wrong password again is no further attempt, as of a program that has an old one', async () => {
  for (let count = 0; count < 11; count++) await byPassword('member', 'the old one');
  assert.equal((await byPassword('member', RIGHT)).status, 200);
});

test('the right password makes the wrong ones forgotten', async () => {
  for (let round = 0; round < 2; round++) {
    for (let count = 0; count < 9; count++) await byPassword('member', wrong(round * 9 + count));
    assert.equal((await byPassword('member', RIGHT)).status, 200, String(round));
  }
});

test('an account that is not there is closed like one that is', async () => {
  for (let count = 0; count < 10; count++) await onPage('nobody', wrong(count));
  assert.ok((await onPage('nobody', RIGHT)).words.includes('AADSTS50053'));
});

test('secrets of an application are counted for each address by itself', async () => {
  for (let count = 0; count < 10; count++) {
    assert.deepEqual((await bySecret(wrong(count))).json.error_codes, [7000215]);
  }
  const reply = await bySecret('rollcall-dev-daemon-secret');
  assert.deepEqual([reply.status, reply.json.error, reply.json.error_codes], [401, 'invalid_client', [50053]]);
  desk.clock.advance(MINUTE + 1);
  assert.equal((await bySecret('rollcall-dev-daemon-secret')).status, 200);
});

// -- the counting itself -----------------------------------------------------------------------------------------

function counting() {
  const clock = heldClock();
  const { guard } = createAttempts({ clock, random: systemRandom });
  const attempt = (secret: string, more: Partial<Attempt> = {}): Attempt => ({
    of: 'somebody',
    known: true,
    address: undefined,
    secret,
    closed: SIGN_IN_ERRORS.accountLocked,
    ...more,
  });
  /** right, wrong, or closed. */
  const attempting = async (secret: string, more: Partial<Attempt> = {}) => {
    try {
      return (await guard(attempt(secret, more), async () => secret === RIGHT)) ? 'right' : 'wrong';
    } catch {
      return 'closed';
    }
  };
  return { clock, guard, attempt, attempting };
}

test('each further failure closes it for twice as long, for an hour at most', async () => {
  const { clock, attempting } = counting();
  for (let count = 0; count < 10; count++) await attempting(wrong(count));
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    assert.equal(await attempting(RIGHT), 'closed');
    clock.advance(minutes * MINUTE - 1);
    assert.equal(await attempting(RIGHT), 'closed', `${minutes} minutes less a millisecond`);
    clock.advance(1);
    assert.equal(await attempting(wrong(100 + minutes + clock.now())), 'wrong', `after ${minutes} minutes`);
  }
});

test('of many that come at once no more are looked at than may be wrong', async () => {
  const { guard, attempt } = counting();
  let looked = 0;
  let atOnce = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, count) =>
      guard(attempt(wrong(count)), async () => {
        looked++;
        atOnce++;
        await new Promise((resolve) => setImmediate(resolve));
        assert.ok(atOnce <= 10);
        atOnce--;
        return false;
      }),
    ),
  );
  assert.equal(looked, 10);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 90);
});

test('many right ones at once all pass', async () => {
  const { attempting } = counting();
  const results = await Promise.all(Array.from({ length: 100 }, () => attempting(RIGHT)));
  assert.ok(results.every((result) => result === 'right'));
});

// biome-ignore format: a table is read by its columns
const NEIGHBOURS: readonly (readonly [one: string, other: string, same: boolean])[] = [
  ['192.0.2.1',        '192.0.2.1',              true],
  ['192.0.2.1',        '192.0.2.2',              false],
  ['192.0.2.1',        '::ffff:192.0.2.1',       true],
  ['2001:db8:1:2::1',  '2001:db8:1:2:3:4:5:6',   true],
  ['2001:db8:1:2::1',  '2001:db8:1:3::1',        false],
  ['2001:db8::1',      '2001:db8:0:0:ffff::',    true],
  ['::1',              '0:0:0:0:1::',            true],
];

for (const [one, other, same] of NEIGHBOURS) {
  test(`${one} and ${other} ${same ? 'are one address' : 'are two'}: a hundred failures close it for every account`, async () => {
    const { attempting } = counting();
    for (let count = 0; count < 100; count++) await attempting('x', { of: `user ${count}`, address: one });
    assert.equal(await attempting(RIGHT, { of: 'another', address: other }), same ? 'closed' : 'right');
  });
}

test('names out of nowhere make no real account forgotten', async () => {
  const { attempting } = counting();
  for (let count = 0; count < 10; count++) await attempting(wrong(count));
  for (let count = 0; count < 20_000; count++) await attempting('x', { of: `nobody ${count}`, known: false });
  assert.equal(await attempting(RIGHT), 'closed');
});

test('after a day without an attempt the earlier ones are forgotten', async () => {
  const { clock, attempting } = counting();
  for (let count = 0; count < 9; count++) await attempting(wrong(count));
  clock.advance(24 * 3600_000);
  for (let count = 0; count < 9; count++) await attempting(wrong(count));
  assert.equal(await attempting(RIGHT), 'right');
});
