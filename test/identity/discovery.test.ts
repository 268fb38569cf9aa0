import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk, type Reply } from '../support/rollcall.ts';

/**
 * What clients read before they ask for a token: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ORIGIN = 'http://rollcall.test';
const OWN = `${ORIGIN}/${DEV.tenant}`;
const get = (path: string): Promise<Reply> => desk.ask('GET', path);

// biome-ignore format: a table is read by its columns
const NAMES: readonly (readonly [name: string, base: string, issuer: string])[] = [
  [DEV.tenant,               OWN,                       `${OWN}/v2.0`],
  [DEV.tenant.toUpperCase(), OWN,                       `${OWN}/v2.0`],
  ['contoso.example',        OWN,                       `${OWN}/v2.0`],
  ['common',                 `${ORIGIN}/common`,        `${ORIGIN}/{tenantid}/v2.0`],
  ['organizations',          `${ORIGIN}/organizations`, `${ORIGIN}/{tenantid}/v2.0`],
  ['consumers',              `${ORIGIN}/9188040d-6c67-4c5b-b112-36a304b66dad`, `${ORIGIN}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`],
];

for (const [name, base, issuer] of NAMES) {
  test(`/${name}/v2.0/.well-known/openid-configuration`, async () => {
    const { status, json, headers } = await get(`/${name}/v2.0/.well-known/openid-configuration`);
    assert.equal(status, 200);
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.deepEqual(
      [json.issuer, json.token_endpoint, json.authorization_endpoint, json.device_authorization_endpoint],
      [issuer, `${base}/oauth2/v2.0/token`, `${base}/oauth2/v2.0/authorize`, `${base}/oauth2/v2.0/devicecode`],
    );
    assert.deepEqual(
      [json.jwks_uri, json.end_session_endpoint],
      [`${base}/discovery/v2.0/keys`, `${base}/oauth2/v2.0/logout`],
    );
    assert.ok(json.code_challenge_methods_supported.includes('S256'));
  });
}

test("v1.0's document names v1.0's addresses and issuer", async () => {
  const { json } = await get(`/${DEV.tenant}/.well-known/openid-configuration`);
  assert.deepEqual(
    [json.issuer, json.token_endpoint, json.jwks_uri],
    [`https://sts.windows.net/${DEV.tenant}/`, `${OWN}/oauth2/token`, `${OWN}/discovery/keys`],
  );
  const common = (await get('/common/.well-known/openid-configuration')).json;
  assert.equal(common.issuer, 'https://sts.windows.net/{tenantid}/');
});

test('every address of the documents is served', async () => {
  for (const version of ['v2.0/', '']) {
    const { json } = await get(`/${DEV.tenant}/${version}.well-known/openid-configuration`);
    const addresses = [json.token_endpoint, json.device_authorization_endpoint, json.jwks_uri];
    for (const address of addresses) {
      const { status } = await get(new URL(address).pathname);
      assert.ok(status === 200 || status === 405, `${address}: ${status}`);
    }
  }
});

test('the keys are the same at both addresses, and those that tokens name', async () => {
  const [one, two] = [await get('/common/discovery/v2.0/keys'), await get(`/${DEV.tenant}/discovery/keys`)];
  assert.deepEqual(one.json, two.json);
  const token = await desk.tokenOf('member');
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  assert.ok(one.json.keys.some((key: { kid: string }) => key.kid === kid));
  for (const key of one.json.keys) {
    assert.deepEqual(
      Object.keys(key).toSorted(),
      ['alg', 'e', 'kid', 'kty', 'n', 'use', 'x5t'].toSorted(),
      'no private part',
    );
  }
});

const INSTANCE = '/common/discovery/instance?api-version=1.1&authorization_endpoint=';

// biome-ignore format: a table is read by its columns
const AUTHORITIES: readonly (readonly [authority: string, discovery: string, host: string])[] = [
  [`${OWN}/oauth2/v2.0/authorize`,                                    `${OWN}/v2.0/.well-known/openid-configuration`,          'rollcall.test'],
  ['https://rollcall.test:8586/common/oauth2/authorize',              `${ORIGIN}/common/v2.0/.well-known/openid-configuration`, 'rollcall.test'],
  ['https://login.microsoftonline.com/common/oauth2/v2.0/authorize',  'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration', 'login.microsoftonline.com'],
];

for (const [authority, discovery, host] of AUTHORITIES) {
  test(`the authority ${authority} is known`, async () => {
    const { json } = await get(`${INSTANCE}${encodeURIComponent(authority)}`);
    assert.equal(json.tenant_discovery_endpoint, discovery);
    assert.deepEqual(json.metadata, [{ preferred_network: host, preferred_cache: host, aliases: [host] }]);
  });
}

for (const authority of [
  'https://login.example/common/oauth2/authorize',
  'nonsense',
  'https://login.microsoftonline.us/common',
]) {
  test(`the authority ${authority} is none of ours`, async () => {
    const { status, json } = await get(`${INSTANCE}${encodeURIComponent(authority)}`);
    assert.deepEqual([status, json.error, json.error_codes], [400, 'invalid_instance', [50049]]);
  });
}

test('the realm of a user: managed here, or unknown', async () => {
  const known = (await get('/common/UserRealm/Member@CONTOSO.example?api-version=1.0')).json;
  assert.deepEqual([known.account_type, known.domain_name], ['Managed', 'contoso.example']);
  assert.equal((await get('/common/userrealm/a%40fabrikam.example')).json.account_type, 'Unknown');
});

test('an unknown tenant has no documents', async () => {
  for (const path of ['v2.0/.well-known/openid-configuration', '.well-known/openid-configuration', 'discovery/keys']) {
    const { status, json } = await get(`/fabrikam.example/${path}`);
    assert.deepEqual([status, json.error_codes], [400, [90002]]);
  }
});

// biome-ignore format: a table is read by its columns
const METHODS: readonly (readonly [method: string, path: string, allowed: string])[] = [
  ['GET',    'oauth2/v2.0/token',                     'POST'],
  ['PUT',    'oauth2/token',                          'POST'],
  ['DELETE', 'oauth2/v2.0/devicecode',                'POST'],
  ['POST',   'discovery/v2.0/keys',                   'GET'],
  ['POST',   'v2.0/.well-known/openid-configuration', 'GET'],
];

for (const [method, path, allowed] of METHODS) {
  test(`${method} /{tenant}/${path} is refused as Microsoft Entra ID does`, async () => {
    const reply = await desk.ask(method, `/contoso.example/${path}`);
    assert.deepEqual([reply.status, reply.headers.get('allow'), reply.json.error_codes], [405, allowed, [900561]]);
    const words = `AADSTS900561: The endpoint only accepts ${allowed} requests. Received a ${method} request.`;
    assert.ok(reply.json.error_description.startsWith(words));
  });
}

test('a browser may ask beforehand whether a page may', async () => {
  const headers = { origin: 'https://board.example', 'access-control-request-method': 'POST' };
  const reply = await desk.ask('OPTIONS', '/common/oauth2/v2.0/token', { headers });
  assert.deepEqual([reply.status, reply.headers.get('access-control-allow-methods')], [204, 'POST, OPTIONS']);
  assert.equal(reply.headers.get('access-control-allow-origin'), '*');
  assert.equal(reply.headers.get('access-control-allow-credentials'), undefined);
});

// biome-ignore format: a table is read by its columns
const IN_THE_URL: readonly string[] = ['client_secret', 'password', 'code', 'refresh_token', 'client_assertion', 'assertion', 'device_code'];

for (const name of IN_THE_URL) {
  test(`${name} in the URL is refused`, async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const path = `/contoso.example/oauth2/v2.0/token?client-request-id=1&${name}=x`;
    const reply = await desk.ask('POST', path, { headers, body: 'grant_type=client_credentials' });
    assert.deepEqual([reply.status, reply.json.error_codes], [400, [9002313]]);
  });
}

test('Azure CLI asks for subscriptions before it has signed in: there are none', async () => {
  const { status, json } = await get('/subscriptions?api-version=2019-11-01');
  assert.deepEqual([status, json], [200, { value: [] }]);
});
