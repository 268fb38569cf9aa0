import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRollcall } from '../../src/app.ts';
import { headersOf } from '../../src/http/message.ts';
import { DEV, type Desk, deviceBody, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * `POST /{tenant}/oauth2/v2.0/token`:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc
 */

type Form = Readonly<Record<string, string>>;

const SECRET = 'rollcall-dev-daemon-secret';
const PASSWORD = 'Rollcall-dev-1';
const GRAPH_DEFAULT = 'https://graph.microsoft.com/.default';
const FORM_TYPE = 'application/x-www-form-urlencoded';

const client: Form = {
  grant_type: 'client_credentials',
  client_id: DEV.daemon,
  client_secret: SECRET,
  scope: GRAPH_DEFAULT,
};
const password: Form = {
  grant_type: 'password',
  client_id: DEV.console,
  username: 'intune.admin@contoso.example',
  password: PASSWORD,
  scope: GRAPH_DEFAULT,
};
const without = (form: Form, ...names: string[]): Form =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)));

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

type Sent = { readonly tenant?: string; readonly headers?: Record<string, string> };

function post(form: Form | string, { tenant = DEV.tenant, headers = {} }: Sent = {}): Promise<Reply> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return desk.ask('POST', `/${tenant}/oauth2/v2.0/token`, { body, headers: { 'content-type': FORM_TYPE, ...headers } });
}

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

function claimsOf(reply: Reply): Record<string, unknown> {
  assert.equal(reply.status, 200, reply.text);
  return JSON.parse(Buffer.from(reply.json.access_token.split('.')[1], 'base64url').toString());
}

/** An error as Microsoft Entra ID words it: an OAuth 2.0 code, and its own number. */
function assertSignInError(reply: Reply, status: number, error: string, number: number): void {
  assert.equal(reply.status, status, reply.text);
  const { error_description: description, ...rest } = reply.json;
  const ids = { trace_id: reply.headers.get('request-id'), correlation_id: reply.headers.get('client-request-id') };
  const timestamp = '2026-11-21 12:00:00Z';
  const error_uri = `https://login.microsoftonline.com/error?code=${number}`;
  const mendable = number === 65001 ? { suberror: 'consent_required' } : {};
  assert.deepEqual(rest, { error, error_codes: [number], timestamp, ...ids, error_uri, ...mendable });
  assert.ok(description.startsWith(`AADSTS${number}: `), description);
  assert.ok(description.includes(`Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id}`), description);
  assert.ok(description.endsWith(`Timestamp: ${timestamp}`), description);
  assert.doesNotMatch(reply.text, /\bat \S+ \(|node:|\.ts\b|scrypt|sha256|undefined/);
}

// -- client credentials ----------------------------------------------------------------------------------------

test('client_credentials, the secret in the body', async () => {
  const reply = await post(client);
  assert.equal(reply.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(reply.headers.get('cache-control'), 'no-store');
  assert.equal(reply.headers.get('pragma'), 'no-cache');
  const { access_token: token, ...rest } = reply.json;
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600 });
  const { idtyp, appid, roles } = claimsOf(reply);
  assert.deepEqual([idtyp, appid], ['app', DEV.daemon]);
  assert.ok((roles as string[]).includes('Device.ReadWrite.All'));
  assert.equal((await desk.ask('GET', '/v1.0/devices', { token })).status, 200);
});

test('client_credentials, the secret in the header', async () => {
  const form = without(client, 'client_id', 'client_secret');
  const reply = await post(form, { headers: basic(DEV.daemon, SECRET) });
  assert.equal(claimsOf(reply)['appid'], DEV.daemon);
});

for (const tenant of [DEV.tenant, DEV.tenant.toUpperCase(), 'contoso.example', 'CONTOSO.example']) {
  test(`the tenant may be called ${tenant}`, async () => {
    assert.equal(claimsOf(await post(client, { tenant }))['tid'], DEV.tenant);
  });
}

const DEFAULT_SCOPES = [
  'https://graph.microsoft.com/.default',
  'https://graph.microsoft.com//.default',
  '00000003-0000-0000-c000-000000000000/.default',
  'api://00000003-0000-0000-c000-000000000000/.default',
  'http://127.0.0.1:8585/.default',
  'http://localhost:8585/.default',
  'http://[::1]:8585/.default',
  ' https://graph.microsoft.com/.default ',
];

for (const scope of DEFAULT_SCOPES) {
  test(`client_credentials, scope ${scope}`, async () => {
    const { aud, roles } = claimsOf(await post({ ...client, scope }));
    assert.equal(aud, 'https://graph.microsoft.com');
    assert.equal((roles as string[]).length, 4);
  });
}

test('an application that was granted nothing gets a token, without roles', async () => {
  const form = { ...client, client_id: DEV.unconsented, client_secret: 'rollcall-dev-unconsented-secret' };
  assert.ok(!('roles' in claimsOf(await post(form))));
});

// -- password --------------------------------------------------------------------------------------------------

test('password, in the development tenant: the way to a device', async () => {
  const reply = await post(password);
  const { upn, appid, idtyp } = claimsOf(reply);
  assert.deepEqual([upn, appid, idtyp], ['intune.admin@contoso.example', DEV.console, 'user']);
  assert.ok(reply.json.scope.split(' ').includes('https://graph.microsoft.com/Directory.AccessAsUser.All'));
  assert.equal(reply.json.token_type, 'Bearer');
  const token: string = reply.json.access_token;
  assert.equal((await desk.ask('POST', '/v1.0/devices', { token, body: deviceBody() })).status, 201);
});

/** What is asked for; the permissions in the token; what the answer says of them. `.default`: all of them. */
type UserScope = readonly [asked: string, scp: string, scope: string];

const GRAPH = 'https://graph.microsoft.com';
const ALL = 'Device.Read.All Directory.AccessAsUser.All Directory.Read.All Group.Read.All User.Read User.Read.All';
const withGraph = (names: string, prefix = `${GRAPH}/`) =>
  names
    .split(' ')
    .map((name) => `${prefix}${name}`)
    .join(' ');

// biome-ignore format: a table is read by its columns
const USER_SCOPES: readonly UserScope[] = [
  ['Device.Read.All',                                     'Device.Read.All',                  'Device.Read.All'],
  ['device.read.all',                                     'Device.Read.All',                  'Device.Read.All'],
  [`${GRAPH}/Device.Read.All`,                            'Device.Read.All',                  `${GRAPH}/Device.Read.All`],
  [`User.Read ${GRAPH}/Device.Read.All`,                  'Device.Read.All User.Read',        `User.Read ${GRAPH}/Device.Read.All`],
  ['User.Read openid profile',                            'User.Read openid profile',         'User.Read openid profile'],
  [`${GRAPH}/User.Read ${GRAPH}/openid`,                  'User.Read openid',                 `${GRAPH}/User.Read openid`],
  ['User.Read User.Read offline_access',                  'User.Read',                        'User.Read'],
  ['.default',                                            ALL,                                ALL],
  [`${GRAPH}/.default`,                                   ALL,                                withGraph(`.default ${ALL}`)],
  [`${GRAPH}//.default`,                                  ALL,                                withGraph(`.default ${ALL}`, `${GRAPH}//`)],
  ['00000003-0000-0000-c000-000000000000/.default',       ALL,                                withGraph(`.default ${ALL}`, '00000003-0000-0000-c000-000000000000/')],
  ['https://localhost:18443/.default openid',             `${ALL} openid`,                    `${withGraph(`.default ${ALL}`, 'https://localhost:18443/')} openid`],
  ['https://rollcall.test/.default',                      ALL,                                withGraph(`.default ${ALL}`, 'https://rollcall.test/')],
  ['openid profile email',                                'email openid profile',             'email openid profile'],
];

const sorted = (text: string) => text.split(' ').toSorted().join(' ');

for (const [asked, scp, scope] of USER_SCOPES) {
  test(`password, scope ${asked}`, async () => {
    const reply = await post({ ...password, scope: asked });
    assert.equal(sorted(String(claimsOf(reply)['scp'])), sorted(scp));
    assert.equal(sorted(reply.json.scope), sorted(scope));
  });
}

test('who asks for no permission is given none: sign-in scopes alone are no way to all that was granted', async () => {
  const reply = await post({ ...password, scope: 'openid profile offline_access' });
  const { scp } = reply.status === 200 ? claimsOf(reply) : {};
  assert.ok(!String(scp).split(' ').includes('Directory.AccessAsUser.All'), String(scp));
});

test('a user name is found whatever its case, and with a client that has a secret only with it', async () => {
  assert.equal(claimsOf(await post({ ...password, username: 'Intune.Admin@CONTOSO.example' }))['oid'], DEV.intuneAdmin);
  const daemon = { ...password, client_id: DEV.daemon };
  assertSignInError(await post(daemon), 401, 'invalid_client', 7000218);
});

// -- refusals --------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, form: Form | string, status: number, error: string, number: number])[] = [
  ['a wrong secret',             { ...client, client_secret: 'x' },                     401, 'invalid_client',         7000215],
  ['an empty secret',            { ...client, client_secret: '' },                      401, 'invalid_client',         7000215],
  ["another client's secret",    { ...client, client_secret: 'rollcall-dev-unconsented-secret' }, 401, 'invalid_client', 7000215],
  ["a hash in a secret's place", { ...client, client_secret: 'sha256$j4uJEwJg4y_79MNSHW_elAdbiktlVJ73UrldkaSZD5c' }, 401, 'invalid_client', 7000215],
  ['no secret',                  without(client, 'client_secret'),                      401, 'invalid_client',         7000218],
  ['a public client on its own', { ...without(client, 'client_secret'), client_id: DEV.console }, 401, 'invalid_client', 7000218],
  ['a secret for a public client', { ...client, client_id: DEV.console },               401, 'invalid_client',         7000215],
  ['an unknown client',          { ...client, client_id: DEV.member },                  400, 'unauthorized_client',    700016],
  ['a client that is no GUID',   { ...client, client_id: "' or 1=1" },                  400, 'unauthorized_client',    700016],
  ['no client',                  without(client, 'client_id'),                          400, 'invalid_request',        900144],
  ['no grant type',              without(client, 'grant_type'),                         400, 'invalid_request',        900144],
  ['nothing at all',             '',                                                    400, 'invalid_request',        900144],
  ['another grant type',         { ...client, grant_type: 'implicit' },                 400, 'unsupported_grant_type', 70003],
  ['a grant type of every object', { ...client, grant_type: 'constructor' },            400, 'unsupported_grant_type', 70003],
  ['no scope',                   without(client, 'scope'),                              400, 'invalid_request',        900144],
  ['a scope by name',            { ...client, scope: 'Device.Read.All' },               400, 'invalid_scope',          1002012],
  ['two scopes',                 { ...client, scope: `${GRAPH_DEFAULT} ${GRAPH_DEFAULT}` }, 400, 'invalid_scope',      1002012],
  ['.default and another',       { ...password, scope: `${GRAPH_DEFAULT} ${GRAPH_DEFAULT.replace('.default', 'User.Read')}` }, 400, 'invalid_scope', 70011],
  ['a resource alone',           { ...password, scope: 'https://graph.microsoft.com/' }, 400, 'invalid_scope',      70011],
  ['.default of nothing',        { ...client, scope: '.default' },                      400, 'invalid_scope',          1002012],
  ['another resource',           { ...client, scope: 'https://vault.azure.net/.default' }, 400, 'invalid_resource',    500011],
  ["another cloud's Graph",      { ...client, scope: 'https://graph.microsoft.us/.default' }, 400, 'invalid_resource', 500011],
  ['a parameter twice',          `${new URLSearchParams(client)}&scope=x`,              400, 'invalid_request',        9000411],
  ['a wrong password',           { ...password, password: 'x' },                        400, 'invalid_grant',          50126],
  ['no password',                without(password, 'password'),                         400, 'invalid_request',        900144],
  ['no user name',               without(password, 'username'),                         400, 'invalid_request',        900144],
  ['an unknown user',            { ...password, username: 'nobody@contoso.example' },   400, 'invalid_grant',          50034],
  ["another tenant's user",      { ...password, username: 'personal@outlook.example' }, 400, 'invalid_grant',          50034],
  ['a disabled user',            { ...password, username: 'disabled@contoso.example' }, 400, 'invalid_grant',          50057],
  ['a scope without consent',    { ...password, scope: 'Device.Read.All User.ReadWrite.All' }, 400, 'invalid_grant',   65001],
  ['a scope that is none',       { ...password, scope: 'Colours.Read' },                400, 'invalid_client',         650053],
  ["another resource's scope",   { ...password, scope: 'https://vault.azure.net/user_impersonation' }, 400, 'invalid_resource', 500011],
];

for (const [what, form, status, error, number] of REFUSED) {
  test(`refused: ${what}`, async () => assertSignInError(await post(form), status, error, number));
}

// biome-ignore format: a table is read by its columns
const TENANTS: readonly (readonly [tenant: string, error: string, number: number])[] = [
  ['fabrikam.example', 'invalid_request',     90002],
  [DEV.member,         'invalid_request',     90002],
  ['__proto__',        'invalid_request',     90002],
  ['%zz',              'invalid_request',     90002],
  ['common',           'unauthorized_client', 50059],
  ['organizations',    'unauthorized_client', 50059],
  ['consumers',        'unauthorized_client', 700016],
];

for (const [tenant, error, number] of TENANTS) {
  test(`refused: the tenant ${tenant}, for an application`, async () => {
    assertSignInError(await post(client, { tenant }), 400, error, number);
  });
}

// biome-ignore format: a table is read by its columns
const HEADERS: readonly (readonly [what: string, form: Form, headers: Record<string, string>, status: number, error: string, number: number])[] = [
  ['not a form',                    client,                             { 'content-type': 'application/json' },    400, 'invalid_request', 9002313],
  ['no Content-Type',               client,                             { 'content-type': '' },                    400, 'invalid_request', 9002313],
  ['a wrong secret in the header',  without(client, 'client_secret'),   basic(DEV.daemon, 'x'),                    401, 'invalid_client',  7000215],
  ['a secret in both places',       client,                             basic(DEV.daemon, SECRET),                 400, 'invalid_request', 9002313],
  ['no colon in the header',        without(client, 'client_secret'),   { authorization: 'Basic YQ==' },           400, 'invalid_request', 9002313],
  ['bad escapes in the header',     without(client, 'client_secret'),   { authorization: `Basic ${Buffer.from('%zz:a').toString('base64')}` }, 400, 'invalid_request', 9002313],
  ['another client in the header',  { ...without(client, 'client_secret'), client_id: DEV.unconsented }, basic(DEV.daemon, SECRET), 400, 'invalid_request', 9002313],
];

for (const [what, form, headers, status, error, number] of HEADERS) {
  test(`refused: ${what}`, async () => assertSignInError(await post(form, { headers }), status, error, number));
}

test('a form may say its character set', async () => {
  assert.equal((await post(client, { headers: { 'content-type': `${FORM_TYPE}; charset=utf-8` } })).status, 200);
});

test('errors have the same form however the address is written', async () => {
  const rows = [
    'contoso.example/oauth2//v2.0/token/',
    'contoso.example/OAuth2/v2.0/TOKEN',
    'contoso.example/oauth2/v2.0/t%6Fken',
  ];
  for (const address of rows) {
    const body = new URLSearchParams({ ...client, client_secret: 'x' }).toString();
    const headers = { 'content-type': FORM_TYPE };
    const reply = await desk.ask('POST', `/${address}`, { body, headers });
    assertSignInError(reply, 401, 'invalid_client', 7000215);
  }
});

test('an unknown tenant has no keys: the same error as for its tokens', async () => {
  const reply = await desk.ask('GET', '/fabrikam.example/discovery/v2.0/keys');
  assertSignInError(reply, 400, 'invalid_request', 90002);
});

test('no secret and no password comes back in an error', async () => {
  for (const form of [
    { ...client, client_id: DEV.member },
    { ...password, username: 'nobody@contoso.example' },
  ]) {
    const { text } = await post(form);
    assert.ok(!text.includes(SECRET) && !text.includes(PASSWORD), text);
  }
});

test('not in production: no password is traded for a token', async () => {
  const { store, clock } = desk;
  const production = await createRollcall({
    store,
    cloud: 'global',
    fidelity: 'documented',
    development: false,
    clock,
  });
  const ask = async (form: Form) => {
    const request = {
      method: 'POST',
      path: `/${DEV.tenant}/oauth2/v2.0/token`,
      query: '',
      origin: 'https://rollcall.test',
    };
    const body = Buffer.from(new URLSearchParams(form).toString());
    const answer = await production.handle({ ...request, headers: headersOf([['content-type', FORM_TYPE]]), body });
    return { status: answer.status, json: JSON.parse(answer.body.join('')) };
  };
  const refused = await ask(password);
  assert.deepEqual(
    [refused.status, refused.json.error, refused.json.error_codes],
    [400, 'unauthorized_client', [7000014]],
  );
  assert.deepEqual((await ask({ ...password, password: 'x' })).json.error_codes, [7000014], 'right or wrong');
  assert.equal((await ask(client)).status, 200);
});

test('a scope of many slashes is refused at once', async () => {
  const scope = `https://a${'/'.repeat(100_000)}b/.default`;
  const start = performance.now();
  assert.equal((await post({ ...client, scope })).status, 400);
  assert.ok(performance.now() - start < 2_000, `${performance.now() - start} ms`);
});
