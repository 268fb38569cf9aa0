import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV } from '../support/rollcall.ts';
import {
  APP,
  assertRefused,
  claimsOf,
  type Form,
  GRAPH,
  newPkce,
  ORIGIN,
  objectOf,
  openSignInDesk,
  payloadOf,
  REDIRECT,
  SECRET,
  SIGN_IN_SCOPES,
  type SignInDesk,
  WRITE,
} from './signInDesk.ts';

/**
 * Authorization codes at the token endpoint, and the refresh tokens that come of them:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */

let desk: SignInDesk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const portal: Form = {
  grant_type: 'authorization_code',
  client_id: APP.portal,
  client_secret: SECRET,
  redirect_uri: REDIRECT.portal,
};
const tool: Form = { grant_type: 'authorization_code', client_id: APP.tool, redirect_uri: REDIRECT.tool };
const asPortal = { app: APP.portal, redirect: REDIRECT.portal };
const asTool = { app: APP.tool, redirect: REDIRECT.tool };

test('a code is traded for tokens: the answer and what stands in them', async () => {
  const { verifier, challenge } = newPkce();
  const scope = `User.Read ${SIGN_IN_SCOPES} email`;
  const code = await desk.code({ ...asPortal, scope, challenge, method: 'S256', nonce: 'n-0S6' });
  const reply = await desk.post({ ...portal, code, code_verifier: verifier, client_info: '1' });
  assert.equal(reply.status, 200, reply.text);
  const { access_token: access, refresh_token: refresh, id_token: id, client_info: info, ...rest } = reply.json;
  assert.deepEqual(rest, {
    token_type: 'Bearer',
    scope: 'User.Read openid profile email',
    expires_in: 3600,
    ext_expires_in: 3600,
  });
  assert.match(refresh, /^1\./);
  assert.deepEqual(JSON.parse(Buffer.from(info, 'base64url').toString()), { uid: DEV.member, utid: DEV.tenant });
  const { scp, oid, appid, aud, appidacr, amr, tid, ver } = payloadOf(access);
  assert.deepEqual(
    [scp, oid, appid, aud, appidacr, amr, tid, ver],
    ['User.Read openid profile email', DEV.member, APP.portal, GRAPH, '1', ['pwd'], DEV.tenant, '1.0'],
  );
  const { sub, uti, iat, exp, nbf, ...said } = payloadOf(id);
  assert.deepEqual(said, {
    aud: APP.portal,
    iss: `${ORIGIN}/${DEV.tenant}/v2.0`,
    name: 'Member',
    auth_time: Date.parse('2026-11-21T12:00:00Z') / 1000,
    nonce: 'n-0S6',
    oid: DEV.member,
    preferred_username: 'member@contoso.example',
    tid: DEV.tenant,
    ver: '2.0',
  });
  assert.deepEqual([iat, nbf, Number(exp) - Number(iat)], [desk.clock.now() / 1000, iat, 3600]);
  assert.ok(typeof uti === 'string' && typeof sub === 'string' && sub !== DEV.member);
});

test('the subject of an id token is one for each application, and stays the same', async () => {
  const subjectFor = async (app: Form, asked: typeof asPortal | typeof asTool) => {
    const code = await desk.code({ ...asked, scope: 'openid' });
    return payloadOf((await desk.post({ ...app, code })).json.id_token)['sub'];
  };
  const [one, again, other] = [
    await subjectFor(portal, asPortal),
    await subjectFor(portal, asPortal),
    await subjectFor(tool, asTool),
  ];
  assert.equal(one, again);
  assert.notEqual(one, other);
});

// biome-ignore format: a table is read by its columns
const PARTS: readonly (readonly [scope: string, id: boolean, refresh: boolean])[] = [
  ['User.Read',                        false, false],
  ['User.Read openid',                 true,  false],
  ['User.Read offline_access',         false, true],
  ['openid offline_access',            true,  true],
];

for (const [scope, id, refresh] of PARTS) {
  test(`scope ${scope}: ${id ? 'an' : 'no'} id token, ${refresh ? 'a' : 'no'} refresh token`, async () => {
    const { json } = await desk.post({ ...tool, code: await desk.code({ ...asTool, scope }) });
    assert.deepEqual(['id_token' in json, 'refresh_token' in json], [id, refresh]);
  });
}

test('without profile, an id token says no names', async () => {
  const { json } = await desk.post({ ...tool, code: await desk.code({ ...asTool, scope: 'openid' }) });
  const claims = payloadOf(json.id_token);
  assert.deepEqual([claims['name'], claims['preferred_username'], claims['oid']], [undefined, undefined, DEV.member]);
});

for (const tenant of ['common', 'organizations', 'contoso.example', DEV.tenant.toUpperCase()]) {
  test(`the code says of which tenant it is: redeemed at /${tenant}`, async () => {
    const code = await desk.code(asTool);
    assert.equal(claimsOf(await desk.post({ ...tool, code }, { tenant }))['tid'], DEV.tenant);
  });
}

test('a code is good for ten minutes', async () => {
  const [soon, late] = [await desk.code(asTool), await desk.code(asTool)];
  desk.clock.advance(599_000);
  assert.equal((await desk.post({ ...tool, code: soon })).status, 200);
  desk.clock.advance(1_000);
  assert.equal((await desk.post({ ...tool, code: late })).json.error, 'invalid_grant');
});

test('another resource of the application, on v1.0 tokens and on v2.0 ones', async () => {
  const code = await desk.code({ ...asPortal, scope: `api://warehouse.example/Stock.Read ${SIGN_IN_SCOPES}` });
  const reply = await desk.post({ ...portal, code });
  const old = claimsOf(reply);
  assert.deepEqual([old['aud'], old['scp'], old['ver']], ['api://warehouse.example', 'Stock.Read', '1.0']);
  assert.equal(reply.json.scope, 'api://warehouse.example/Stock.Read openid profile');
  const refresh = { ...portal, grant_type: 'refresh_token', refresh_token: reply.json.refresh_token };
  const scope = `${APP.factory}/.default`;
  const next = claimsOf(await desk.post({ ...refresh, redirect_uri: undefined, scope }));
  const { aud, scp, ver, azp, iss, appid } = next;
  assert.deepEqual(
    [aud, scp, ver, azp, iss, appid],
    [APP.factory, 'Run', '2.0', APP.portal, `${ORIGIN}/${DEV.tenant}/v2.0`, undefined],
  );
});

test('a token for another application is none for Graph', async () => {
  const code = await desk.code({ ...asPortal, scope: 'api://warehouse.example/Stock.Read' });
  const token = (await desk.post({ ...portal, code })).json.access_token;
  assert.equal((await desk.ask('GET', '/v1.0/devices', { token })).status, 401);
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, scope: string, error: string, number: number])[] = [
  ['a permission that nobody consented to', 'Directory.Read.All',                                'invalid_grant',   65001],
  ['a permission of nobody\'s',              'Colours.Read',                                     'invalid_client',  650053],
  ['another application\'s, not consented',  'api://warehouse.example/Stock.Write',              'invalid_grant',   65001],
  ['another application\'s, that it lacks',  'api://warehouse.example/Stock.Burn',               'invalid_client',  650053],
  ['two resources',                          'User.Read api://warehouse.example/Stock.Read',     'invalid_request', 28000],
  ['.default among others',                  `${GRAPH}/.default User.Read`,                      'invalid_scope',   70011],
  ['a resource that is none',                'api://nowhere.example/.default',                   'invalid_resource', 500011],
];

for (const [what, scope, error, number] of REFUSED) {
  test(`a refresh asks for ${what}`, async () => {
    const code = await desk.code({ ...asPortal, scope: 'User.Read offline_access' });
    const { refresh_token } = (await desk.post({ ...portal, code })).json;
    const refresh = { ...portal, redirect_uri: undefined, grant_type: 'refresh_token', refresh_token };
    const refused = await desk.post({ ...refresh, scope });
    assertRefused(refused, error, number);
    assert.equal(refused.json.suberror, number === 65001 ? 'consent_required' : undefined, 'what a person can mend');
    assert.equal((await desk.post(refresh)).status, 200, 'a refused request uses nothing up');
  });
}

// -- refresh tokens --------------------------------------------------------------------------------------------

async function refreshToken(scope = 'User.Read Device.Read.All offline_access'): Promise<string> {
  return (await desk.post({ ...tool, code: await desk.code({ ...asTool, scope }) })).json.refresh_token;
}

const refreshing = (token: string, more: Form = {}): Form => ({
  grant_type: 'refresh_token',
  client_id: APP.tool,
  refresh_token: token,
  ...more,
});

test('a refresh token gives what was asked for at first, less on demand, and the next refresh token', async () => {
  const first = await refreshToken();
  const all = await desk.post(refreshing(first));
  assert.equal(claimsOf(all)['scp'], 'User.Read Device.Read.All');
  assert.notEqual(all.json.refresh_token, first);
  const less = await desk.post(refreshing(all.json.refresh_token, { scope: 'User.Read' }));
  assert.equal(claimsOf(less)['scp'], 'User.Read');
  const again = await desk.post(refreshing(less.json.refresh_token));
  assert.equal(claimsOf(again)['scp'], 'User.Read Device.Read.All', 'less was asked for once only');
});

test('a refresh token lasts 90 days from its last use', async () => {
  const first = await refreshToken();
  desk.clock.advance(89 * 24 * 3600_000);
  const { refresh_token: second } = (await desk.post(refreshing(first))).json;
  desk.clock.advance(89 * 24 * 3600_000);
  const { refresh_token: third } = (await desk.post(refreshing(second))).json;
  desk.clock.advance(91 * 24 * 3600_000);
  assert.equal((await desk.post(refreshing(third))).json.error, 'invalid_grant');
});

test('in a browser it lasts a day from the sign-in on, and is traded there only', async () => {
  const { verifier, challenge } = newPkce();
  const headers = { origin: 'https://board.example' };
  const board = { grant_type: 'authorization_code', client_id: APP.board, redirect_uri: REDIRECT.board };
  const asked = {
    app: APP.board,
    redirect: REDIRECT.board,
    scope: 'User.Read offline_access',
    challenge,
    method: 'S256',
  };
  const sent = { ...board, code: await desk.code(asked), code_verifier: verifier };
  assertRefused(await desk.post(sent), 'invalid_request', 9002327);
  const reply = await desk.post(sent, { headers });
  assert.equal(reply.headers.get('access-control-allow-origin'), '*');
  const refresh = { grant_type: 'refresh_token', client_id: APP.board, refresh_token: reply.json.refresh_token };
  assertRefused(await desk.post(refresh), 'invalid_request', 9002327);
  desk.clock.advance(23 * 3600_000);
  const next = await desk.post(refresh, { headers });
  assert.equal(next.status, 200, next.text);
  desk.clock.advance(3600_000);
  const late = await desk.post({ ...refresh, refresh_token: next.json.refresh_token }, { headers });
  assert.equal(late.json.error, 'invalid_grant');
});

test("a user's refresh tokens end with the password that they signed in with, and with the account", async () => {
  const name = 'somebody@contoso.example';
  const body = {
    accountEnabled: true,
    displayName: 'Somebody',
    mailNickname: 'somebody',
    userPrincipalName: name,
    passwordProfile: { password: 'Xw8-first-one' },
  };
  const made = await desk.ask('POST', '/v1.0/users', { as: 'global.admin', body });
  const user: string = made.json.id;
  const [one, two] = await Promise.all(
    [1, 2].map(async () => {
      const code = await desk.code({ ...asTool, user, scope: 'User.Read offline_access' });
      return (await desk.post({ ...tool, code })).json.refresh_token as string;
    }),
  );
  desk.clock.advance(1_000);
  const change = (values: object) => desk.ask('PATCH', `/v1.0/users/${user}`, { as: 'global.admin', body: values });
  assert.equal((await change({ passwordProfile: { password: 'Xw8-second-one' } })).status, 204);
  const refused = await desk.post(refreshing(one ?? ''));
  assertRefused(refused, 'invalid_grant', 50173);
  assert.equal(refused.json.suberror, 'bad_token', 'the libraries drop it, and ask the user');
  assert.equal((await change({ accountEnabled: false })).status, 204);
  assertRefused(await desk.post(refreshing(two ?? '')), 'invalid_grant', 50057);
  assert.equal((await desk.ask('DELETE', `/v1.0/users/${user}`, { as: 'global.admin' })).status, 204);
  assertRefused(await desk.post(refreshing(two ?? '')), 'invalid_grant', 50034);
});

// -- v1.0 ------------------------------------------------------------------------------------------------------

const V1 = { to: 'oauth2/token' };

test('v1.0: a resource in place of scopes, numbers as texts', async () => {
  const { client_secret, client_id } = portal;
  const form = {
    grant_type: 'client_credentials',
    client_id,
    client_secret,
    resource: 'https://warehouse.example/api',
  };
  const reply = await desk.post(form, V1);
  const { access_token: token, ...rest } = reply.json;
  const now = desk.clock.now() / 1000;
  assert.deepEqual(rest, {
    token_type: 'Bearer',
    expires_in: '3600',
    ext_expires_in: '3600',
    expires_on: String(now + 3600),
    not_before: String(now),
    resource: 'https://warehouse.example/api',
  });
  const { roles, aud, ver } = payloadOf(token);
  assert.deepEqual([roles, aud, ver], [['Audit.All'], 'https://warehouse.example/api', '1.0']);
});

test('v1.0: a code, and a refresh for another resource', async () => {
  const code = await desk.code({ ...asPortal, scope: `${GRAPH}/.default ${SIGN_IN_SCOPES}` });
  const reply = await desk.post({ ...portal, code, resource: GRAPH }, V1);
  assert.deepEqual([reply.json.scope, reply.json.resource], ['User.Read Device.Read.All', GRAPH]);
  const { iss, ver, upn, unique_name } = payloadOf(reply.json.id_token);
  const member = 'member@contoso.example';
  assert.deepEqual([iss, ver, upn, unique_name], [`https://sts.windows.net/${DEV.tenant}/`, '1.0', member, member]);
  const refresh = { ...portal, redirect_uri: undefined, grant_type: 'refresh_token' };
  const { refresh_token } = reply.json;
  const next = await desk.post({ ...refresh, refresh_token, resource: 'api://warehouse.example' }, V1);
  assert.deepEqual([next.json.scope, next.json.resource], ['Stock.Read', 'api://warehouse.example']);
});

test('v1.0: no resource, no application token', async () => {
  const form = { grant_type: 'client_credentials', client_id: APP.portal, client_secret: SECRET };
  assertRefused(await desk.post({ ...form, scope: `${GRAPH}/.default` }, V1), 'invalid_request', 900144);
});

test('an application that the resource has authorized beforehand needs no consent, for what it is authorized for', async () => {
  const tokens = await desk.post({ ...tool, code: await desk.code({ ...asTool, scope: 'User.Read offline_access' }) });
  let token = tokens.json.refresh_token;
  const renew = async (name: string) => {
    const scope = `api://warehouse.example/${name}`;
    const reply = await desk.post({ client_id: APP.tool, grant_type: 'refresh_token', refresh_token: token, scope });
    token = reply.json.refresh_token ?? token;
    return reply;
  };
  const authorize = async (preAuthorizedApplications: readonly object[]) => {
    const path = `/v1.0/applications/${objectOf(APP.warehouse)}`;
    const body = { api: { preAuthorizedApplications } };
    const token = await desk.tokenOf('global.admin', { app: '14d82eec-204b-4c2f-b7e8-296a70dab67e' });
    assert.equal((await desk.ask('PATCH', path, { token, body })).status, 204);
  };
  assertRefused(await renew('Stock.Write'), 'invalid_grant', 65001);
  await authorize([{ appId: APP.tool, delegatedPermissionIds: [WRITE.id] }]);
  assert.equal(claimsOf(await renew('Stock.Write'))['scp'], 'Stock.Write');
  assert.equal(claimsOf(await renew('.default'))['scp'], 'Stock.Write');
  assertRefused(await renew('Stock.Read'), 'invalid_grant', 65001);
  await authorize([{ appId: APP.board, delegatedPermissionIds: [WRITE.id] }]);
  assertRefused(await renew('Stock.Write'), 'invalid_grant', 65001);
  await authorize([{ appId: APP.tool.toUpperCase(), delegatedPermissionIds: [WRITE.id.toUpperCase()] }]);
  assert.equal(claimsOf(await renew('Stock.Write'))['scp'], 'Stock.Write', 'ids are the same in capitals');
});
