import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClouds, type Rollcall } from '../../src/app.ts';
import { seedTenant } from '../../src/directory/seed.ts';
import { headersOf } from '../../src/http/message.ts';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { CLOUD_NAMES, CLOUDS, type CloudName, GRAPH_APP_ID } from '../../src/model/clouds.ts';
import { developmentTenants } from '../../src/model/devTenants.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { DEV, heldClock } from '../support/rollcall.ts';

/** National clouds, told apart by their hosts: https://learn.microsoft.com/graph/deployments */

const clock = heldClock();
let all: Rollcall;
before(async () => {
  const store = openSqliteStore({ folder: ':memory:', clock });
  for (const cloud of CLOUD_NAMES) {
    for (const tenant of developmentTenants(cloud)) await seedTenant(store, tenant, clock.now());
  }
  all = await createClouds({ store, clouds: CLOUD_NAMES, fidelity: 'documented', development: true, clock });
});
after(() => all.close());

type Asked = { readonly token?: string; readonly form?: Readonly<Record<string, string>> };

async function ask(url: string, { token, form }: Asked = {}) {
  const { origin, pathname, search } = new URL(url);
  const headers = headersOf([
    ...(token === undefined ? [] : ([['authorization', `Bearer ${token}`]] as const)),
    ...(form ? ([['content-type', 'application/x-www-form-urlencoded']] as const) : []),
  ]);
  const answer = await all.handle({
    method: form ? 'POST' : 'GET',
    path: pathname,
    query: search.slice(1),
    headers,
    origin,
    body: Buffer.from(form ? new URLSearchParams(form).toString() : ''),
  });
  const text = answer.body.map((piece) => Buffer.from(piece).toString()).join('');
  const challenge = answer.headers[answer.headers.indexOf('WWW-Authenticate') + 1];
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  return { status: answer.status, challenge, json: JSON.parse(text) as any };
}

const tenantIn = (cloud: CloudName) => (cloud === 'global' ? DEV.tenant : fixedGuid(`tenant:${cloud}`));

async function tokenOf(cloud: CloudName, login: string = CLOUDS[cloud].login): Promise<string> {
  const { json } = await ask(`${login}/${tenantIn(cloud)}/oauth2/v2.0/token`, {
    form: {
      grant_type: 'password',
      client_id: DEV.console,
      username: 'intune.admin@contoso.example',
      password: 'Rollcall-dev-1',
      scope: `${CLOUDS[cloud].graph}/.default`,
    },
  });
  assert.equal(typeof json.access_token, 'string', JSON.stringify(json));
  return json.access_token;
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

for (const cloud of CLOUD_NAMES) {
  const { graph, login, issuer } = CLOUDS[cloud];

  describe(`${cloud}, at ${graph}`, () => {
    test('its tokens name its Graph, its issuer and its tenant', async () => {
      const { aud, iss, tid } = claimsOf(await tokenOf(cloud));
      assert.deepEqual({ aud, iss, tid }, { aud: graph, iss: `${issuer}${tenantIn(cloud)}/`, tid: tenantIn(cloud) });
    });

    test('the links of its answers stay in it', async () => {
      const { status, json } = await ask(`${graph}/v1.0/devices?$top=1`, { token: await tokenOf(cloud) });
      assert.equal(status, 200);
      assert.equal(json['@odata.context'], `${graph}/v1.0/$metadata#devices`);
      assert.ok(json['@odata.nextLink'].startsWith(`${graph}/v1.0/devices?$top=1&$skiptoken=`));
      const next = await ask(json['@odata.nextLink'], { token: await tokenOf(cloud) });
      assert.deepEqual([next.status, next.json.value.length], [200, 1]);
    });

    test('whoever comes without a token is sent to its sign-in', async () => {
      const { status, challenge } = await ask(`${graph}/v1.0/devices`);
      assert.equal(status, 401);
      const expected = `Bearer realm="", authorization_uri="${login}/common/oauth2/authorize", client_id="${GRAPH_APP_ID}"`;
      assert.equal(challenge, expected);
    });

    for (const other of CLOUD_NAMES.filter((name) => name !== cloud)) {
      test(`a token of ${other} is refused`, async () => {
        const { status, json } = await ask(`${graph}/v1.0/devices`, { token: await tokenOf(other) });
        assert.deepEqual([status, json.error.code], [401, 'InvalidAuthenticationToken']);
      });

      test(`${CLOUDS[other].graph} is no resource of its tokens`, async () => {
        const { status, json } = await ask(`${login}/${tenantIn(cloud)}/oauth2/v2.0/token`, {
          form: {
            grant_type: 'password',
            client_id: DEV.console,
            username: 'member@contoso.example',
            password: 'Rollcall-dev-1',
            scope: `${CLOUDS[other].graph}/.default`,
          },
        });
        assert.deepEqual([status, json.error], [400, 'invalid_resource']);
      });
    }

    test('personal accounts exist in the global cloud only', async () => {
      const { status } = await ask(`${login}/consumers/discovery/v2.0/keys`);
      assert.equal(status, cloud === 'global' ? 200 : 400);
    });

    test('usageRights are known in the global cloud only', async () => {
      const url = `${graph}/beta/devices/${DEV.kiosk}/usageRights`;
      const { status, json } = await ask(url, { token: await tokenOf(cloud) });
      if (cloud === 'global') assert.equal(status, 501);
      else assert.deepEqual([status, json.error.message], [400, "Resource not found for the segment 'usageRights'."]);
    });
  });
}

test('where two clouds share their sign-in, the tenant in the path says which one is meant', async () => {
  assert.equal(CLOUDS.usgov.login, CLOUDS['usgov-dod'].login);
  assert.equal(claimsOf(await tokenOf('usgov-dod')).aud, CLOUDS['usgov-dod'].graph);
  const url = `${CLOUDS.usgov.login}/contoso.example/discovery/v2.0/keys`;
  assert.equal((await ask(url)).status, 200);
});

for (const [alias, cloud] of [
  ['login.windows.net', 'global'],
  ['login.partner.microsoftonline.cn', 'china'],
] as const) {
  test(`${alias} is the sign-in of ${cloud}, too`, async () => {
    assert.equal(claimsOf(await tokenOf(cloud, `https://${alias}`)).aud, CLOUDS[cloud].graph);
  });
}

test('a cloud does not sign in the tenants of another', async () => {
  const { status, json } = await ask(`${CLOUDS.china.login}/${DEV.tenant}/discovery/v2.0/keys`);
  assert.deepEqual([status, json.error_codes], [400, [90002]]);
});

test('what is changed in one cloud is not seen in another', async () => {
  const removed = await all.handle({
    method: 'DELETE',
    path: `/v1.0/devices/${DEV.buildAgent}`,
    query: '',
    headers: headersOf([['authorization', `Bearer ${await tokenOf('china')}`]]),
    origin: CLOUDS.china.graph,
    body: new Uint8Array(),
  });
  assert.equal(removed.status, 204);
  for (const cloud of CLOUD_NAMES) {
    const url = `${CLOUDS[cloud].graph}/v1.0/devices/${DEV.buildAgent}`;
    const { status } = await ask(url, { token: await tokenOf(cloud) });
    assert.equal(status, cloud === 'china' ? 404 : 200, cloud);
  }
});

for (const origin of [
  'http://127.0.0.1:8585',
  'https://localhost:8586',
  'https://graph.example',
  'http://[::1]:8585',
]) {
  test(`${origin} is the first of the clouds, and its links are those that were called`, async () => {
    const { status, json } = await ask(`${origin}/v1.0/devices`, { token: await tokenOf('global', origin) });
    assert.deepEqual([status, json['@odata.context']], [200, `${origin}/v1.0/$metadata#devices`]);
  });
}

test('a host is itself in any letters and on any port', async () => {
  const { status } = await ask('https://GRAPH.microsoft.us:8586/v1.0/devices', { token: await tokenOf('usgov') });
  assert.equal(status, 200);
});
