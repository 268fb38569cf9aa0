import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV } from '../support/rollcall.ts';
import {
  APP,
  assertRefused,
  claimsOf,
  type Form,
  openSignInDesk,
  REDIRECT,
  SECRET,
  type SignInDesk,
} from './signInDesk.ts';

/**
 * An application that was called calls the next one in the same user's name:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 */

let desk: SignInDesk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const warehouse: Form = {
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  client_id: APP.warehouse,
  client_secret: SECRET,
  scope: 'User.Read',
};

/** What the portal was given for a user, for that resource. */
async function portalTokens(scope = 'api://warehouse.example/Stock.Read openid', user = DEV.member) {
  const code = await desk.code({ app: APP.portal, redirect: REDIRECT.portal, scope, user });
  const form = { grant_type: 'authorization_code', client_id: APP.portal, client_secret: SECRET, code };
  return (await desk.post({ ...form, redirect_uri: REDIRECT.portal })).json;
}

test('the token that it was called with becomes one of its own, for the same user', async () => {
  const { access_token: assertion } = await portalTokens();
  const reply = await desk.post({ ...warehouse, assertion, scope: 'User.Read openid offline_access' });
  const { oid, scp, appid, appidacr } = claimsOf(reply);
  assert.deepEqual([oid, scp, appid, appidacr], [DEV.member, 'User.Read openid', APP.warehouse, '1']);
  const token: string = reply.json.access_token;
  assert.equal((await desk.ask('GET', `/v1.0/users/${DEV.member}`, { token })).status, 200);
  const { refresh_token } = reply.json;
  const next = { grant_type: 'refresh_token', client_id: APP.warehouse, client_secret: SECRET, refresh_token };
  assert.equal(claimsOf(await desk.post(next))['scp'], 'User.Read openid');
});

for (const scope of [
  `${APP.warehouse}/Stock.Read`,
  'https://warehouse.example/api/.default',
  `api://${APP.warehouse}/Stock.Read`,
]) {
  test(`whatever the resource was called: ${scope}`, async () => {
    const { access_token: assertion } = await portalTokens(scope);
    assert.equal(claimsOf(await desk.post({ ...warehouse, assertion }, { tenant: 'common' }))['oid'], DEV.member);
  });
}

test('a v2.0 token does as well', async () => {
  const { access_token: assertion } = await portalTokens('api://factory.example/Run');
  const reply = await desk.post({ ...warehouse, client_id: APP.factory, assertion, scope: 'openid' });
  assert.equal(claimsOf(reply)['oid'], DEV.member);
});

test('refused: what is no token for the application', async () => {
  const tokens = await portalTokens();
  const graph = (await portalTokens('User.Read')).access_token;
  const appOnly = { grant_type: 'client_credentials', client_id: APP.portal, client_secret: SECRET };
  const application = (await desk.post({ ...appOnly, scope: 'api://warehouse.example/.default' })).json.access_token;
  const [head, body, signature] = tokens.access_token.split('.');
  const forged = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [what: string, more: Form, error: string, number: number, status?: number])[] = [
    ['no token',                { assertion: 'x' },                             'invalid_grant',   50013],
    ['a forged one',            { assertion: forged },                          'invalid_grant',   50013],
    ['one for Graph',           { assertion: graph },                           'invalid_grant',   500131],
    ['one of an application',   { assertion: application },                     'invalid_grant',   7000114],
    ['an id token',             { assertion: tokens.id_token },                 'invalid_grant',   500131],
    ['nothing',                 { assertion: undefined },                       'invalid_request', 900144],
    ['another use',             { assertion: tokens.access_token, requested_token_use: 'x' }, 'invalid_request', 7000113],
    ['no use',                  { assertion: tokens.access_token, requested_token_use: undefined }, 'invalid_request', 900144],
    ['no secret',               { assertion: tokens.access_token, client_secret: undefined }, 'invalid_client', 7000218, 401],
    ['a wrong secret',          { assertion: tokens.access_token, client_secret: 'x' }, 'invalid_client', 7000215, 401],
    ['another application',     { assertion: tokens.access_token, client_id: APP.factory }, 'invalid_grant', 500131],
    ['a public client',         { assertion: tokens.access_token, client_id: APP.tool, client_secret: undefined }, 'invalid_client', 7000218, 401],
    ['without consent',         { assertion: tokens.access_token, scope: 'Device.Read.All' }, 'invalid_grant', 65001],
  ];
  for (const [what, more, error, number, status] of rows) {
    await test(what, async () => assertRefused(await desk.post({ ...warehouse, ...more }), error, number, status));
  }
});

test('an id token that the application got for itself calls nobody', async () => {
  const code = await desk.code({ app: APP.portal, redirect: REDIRECT.portal, scope: 'openid' });
  const own = { client_id: APP.portal, client_secret: SECRET };
  const sent = { grant_type: 'authorization_code', ...own, code, redirect_uri: REDIRECT.portal };
  const { id_token: assertion } = (await desk.post(sent)).json;
  assertRefused(await desk.post({ ...warehouse, ...own, assertion }), 'invalid_grant', 7000114);
});

test('a token that has expired is none, and neither is that of a user who may not sign in', async () => {
  const { access_token: assertion } = await portalTokens();
  desk.clock.advance(3606_000);
  assertRefused(await desk.post({ ...warehouse, assertion }), 'invalid_grant', 500133);
});
