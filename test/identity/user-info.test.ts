import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Reply } from '../support/rollcall.ts';
import { APP, openSignInDesk, payloadOf, REDIRECT, SECRET, type SignInDesk } from './signInDesk.ts';

/** Who has signed in, as programs ask: https://learn.microsoft.com/entra/identity-platform/userinfo */

const NAMES = { givenName: 'Mem', surname: 'Ber', mail: 'member@contoso.example' };

let desk: SignInDesk;
before(async () => {
  desk = await openSignInDesk();
  const changed = await desk.ask('PATCH', `/v1.0/users/${DEV.member}`, { as: 'global.admin', body: NAMES });
  assert.equal(changed.status, 204, changed.text);
});
after(() => desk.close());

async function tokensFor(scope: string): Promise<{ readonly access: string; readonly sub: unknown }> {
  const code = await desk.code({ app: APP.portal, redirect: REDIRECT.portal, scope });
  const client = { client_id: APP.portal, client_secret: SECRET, redirect_uri: REDIRECT.portal };
  const { status, json, text } = await desk.post({ grant_type: 'authorization_code', ...client, code });
  assert.equal(status, 200, text);
  return { access: json.access_token, sub: json.id_token && payloadOf(json.id_token)['sub'] };
}

const ask = (token: string, method = 'GET'): Promise<Reply> => desk.ask(method, '/oidc/userinfo', { token });

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [scope: string, said: object])[] = [
  ['openid User.Read',               {}],
  ['openid profile User.Read',       { name: 'Member', given_name: 'Mem', family_name: 'Ber' }],
  ['openid email User.Read',         { email: 'member@contoso.example' }],
  ['openid profile email User.Read', { name: 'Member', given_name: 'Mem', family_name: 'Ber', email: 'member@contoso.example' }],
];

for (const [scope, said] of ROWS) {
  test(`${scope}: the same person as in the ID token, and ${JSON.stringify(said)}`, async () => {
    const { access, sub } = await tokensFor(scope);
    for (const method of ['GET', 'POST']) {
      const { status, json, text, headers } = await ask(access, method);
      assert.equal(status, 200, text);
      assert.deepEqual(json, { sub, ...said });
      assert.equal(headers.get('access-control-allow-origin'), '*');
      assert.equal(headers.get('cache-control'), 'no-store');
    }
  });
}

test('refused: no token, one without openid, one of an application, another method', async () => {
  const none = await desk.ask('GET', '/oidc/userinfo');
  assert.deepEqual([none.status, none.json.error.code], [401, 'InvalidAuthenticationToken']);
  assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer /);
  const { access } = await tokensFor('User.Read');
  const app = await desk.post({
    grant_type: 'client_credentials',
    client_id: APP.portal,
    client_secret: SECRET,
    scope: 'https://graph.microsoft.com/.default',
  });
  for (const token of [access, app.json.access_token]) {
    const { status, json } = await ask(token);
    assert.deepEqual([status, json.error.code], [403, 'Authorization_RequestDenied']);
    assert.equal(json.error.details[0].code, 'MissingScope');
  }
  const { status, headers } = await desk.ask('PUT', '/oidc/userinfo', { token: access });
  assert.deepEqual([status, headers.get('allow')], [405, 'GET, POST']);
});

test('a user who is gone, or may not sign in any more, is nobody', async () => {
  const { access } = await tokensFor('openid User.Read');
  const path = `/v1.0/users/${DEV.member}`;
  const disabled = await desk.ask('PATCH', path, { as: 'global.admin', body: { accountEnabled: false } });
  assert.equal(disabled.status, 204, disabled.text);
  assert.equal((await ask(access)).status, 401);
});
