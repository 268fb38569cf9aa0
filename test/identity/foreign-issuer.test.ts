import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, type TestContext, test } from 'node:test';
import Provider, { type Context } from 'oidc-provider';
import { createIssuerKeys } from '../../src/identity/issuerKeys.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { DEV, heldClock } from '../support/rollcall.ts';
import {
  AUDIENCE,
  ecKey,
  type Issuer,
  openIssuer,
  openTrustingDesk,
  publicJwk,
  rsaKey,
  type SigningKey,
  signed,
  type TrustingDesk,
} from './foreignIssuer.ts';

/**
 * Tokens of an identity provider that isn't ours: https://openid.net/specs/openid-connect-discovery-1_0.html,
 * https://www.rfc-editor.org/rfc/rfc9068. First a real one, `oidc-provider`, on a real port; then one that misbehaves.
 */

type Json = Readonly<Record<string, unknown>>;

describe('oidc-provider', () => {
  let desk: TrustingDesk;
  let issuer: string;
  let close: () => Promise<void>;

  before(async () => {
    const opened = await openProvider();
    ({ issuer, close } = opened);
    desk = await openTrustingDesk([issuer]);
  });
  after(async () => {
    await desk.rollcall.close();
    await close();
  });

  async function tokenOf(form: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams({ client_id: DEV.daemon, client_secret: 'theirs', ...form });
    const response = await fetch(`${issuer}/token`, { method: 'POST', body });
    const json = (await response.json()) as Json;
    assert.equal(response.status, 200, JSON.stringify(json));
    return String(json['access_token']);
  }

  test("a user's token has the user's rights here and the permissions that it carries", async () => {
    const scope = 'Device.Read.All Directory.AccessAsUser.All';
    const reader = await tokenOf({
      grant_type: 'client_credentials',
      user: 'member@contoso.example',
      scope,
      resource: AUDIENCE,
    });
    assert.equal((await desk.ask(reader)).status, 200);
    const path = `/v1.0/devices/${DEV.buildAgent}`;
    assert.equal((await desk.ask(reader, 'DELETE', path)).status, 403);
    const admin = await tokenOf({
      grant_type: 'client_credentials',
      user: 'intune.admin@contoso.example',
      scope,
      resource: AUDIENCE,
    });
    assert.equal((await desk.ask(admin, 'DELETE', path)).status, 204);
  });

  test("an application's token: by its appId, with the permissions of its roles claim", async () => {
    const token = await tokenOf({ grant_type: 'client_credentials', resource: AUDIENCE });
    assert.equal((await desk.ask(token)).status, 200);
    assert.equal((await desk.ask(token, 'GET', '/v1.0/groups')).status, 403);
  });

  test('for another resource: refused', async () => {
    const token = await tokenOf({ grant_type: 'client_credentials', resource: 'api://else' });
    const { status, json } = await desk.ask(token);
    assert.deepEqual([status, json.error.message], [401, 'Access token validation failure. Invalid audience.']);
  });

  test('a user whom the directory does not know: refused, and told what is missing', async () => {
    const scope = 'Device.Read.All';
    const token = await tokenOf({
      grant_type: 'client_credentials',
      user: 'nobody@contoso.example',
      scope,
      resource: AUDIENCE,
    });
    const { status, json } = await desk.ask(token);
    assert.equal(status, 401);
    assert.deepEqual([json.error.details[0].code, json.error.details[0].target], ['PrincipalUnknown', 'upn']);
  });
});

/**
 * A provider with one client. A token for a user is had by naming the user, for the pages on which people sign in aren't
 * what is tested here.
 */
async function openProvider() {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const scope = 'Device.Read.All Directory.AccessAsUser.All';
  const key = rsaKey().privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: DEV.daemon,
        client_secret: 'theirs',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'first' }] },
    scopes: scope.split(' '),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: Context, audience: string) => ({
          audience,
          scope,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: ({ oidc }: Context) => {
      const user = oidc.body?.['user'];
      return user === undefined ? { roles: ['Device.Read.All'] } : { upn: user };
    },
  });
  const server = await new Promise<Server>((resolve) => {
    const made: Server = provider.listen(port, '127.0.0.1', () => resolve(made));
  });
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { issuer, close };
}

/** Its issuer's name holds the port, so that has to be known first. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

// -- what a token must be ----------------------------------------------------------------------------------------

describe('a token', () => {
  let issuer: Issuer;
  let desk: TrustingDesk;
  let key: SigningKey;
  const others = { ec: ecKey(), pss: rsaKey('PS256') };
  before(async () => {
    issuer = await openIssuer();
    [key] = issuer.keys as readonly [SigningKey];
    issuer.keys = [key, others.ec, others.pss];
    desk = await openTrustingDesk([issuer.url]);
  });
  after(async () => {
    await desk.rollcall.close();
    await issuer.close();
  });

  const now = () => Math.floor(Date.now() / 1000);
  // biome-ignore format: a table is read by its columns
  const taken: readonly (readonly [string, () => string])[] = [
    ['by RS256',                          () => issuer.sign()],
    ['by ES256',                          () => issuer.sign({}, others.ec)],
    ['by PS256',                          () => issuer.sign({}, others.pss)],
    ['of type JWT',                       () => issuer.sign({}, key, { typ: 'JWT' })],
    ['of type application/at+jwt',        () => issuer.sign({}, key, { typ: 'application/at+jwt' })],
    ['for several, us among them',        () => issuer.sign({ aud: ['account', AUDIENCE] })],
    ['whose user is named by id',         () => issuer.sign({ upn: DEV.member })],
    ['whose user is named in capitals',   () => issuer.sign({ upn: 'MEMBER@contoso.example' })],
    ['whose permissions are a list',      () => issuer.sign({ scope: ['openid', 'Device.Read.All'] })],
    ['without nbf',                       () => issuer.sign({ nbf: undefined })],
    ['of an application',                 () => issuer.sign({ upn: undefined, client_id: DEV.daemon, roles: ['Device.Read.All'] })],
  ];
  for (const [what, make] of taken) {
    test(`${what}: taken`, async () => {
      const { status, json } = await desk.ask(make());
      assert.equal(status, 200, JSON.stringify(json));
    });
  }

  // biome-ignore format: a table is read by its columns
  const refused: readonly (readonly [string, () => string])[] = [
    ['for somebody else',                 () => issuer.sign({ aud: 'api://else' })],
    ['for several, none of them us',      () => issuer.sign({ aud: ['account', `${AUDIENCE}/`] })],
    ['for nobody',                        () => issuer.sign({ aud: undefined })],
    ['for Graph itself',                  () => issuer.sign({ aud: 'https://graph.microsoft.com' })],
    ['that has expired',                  () => issuer.sign({ exp: now() - 60 })],
    ['that is not yet valid',             () => issuer.sign({ nbf: now() + 60 })],
    ['from the future',                   () => issuer.sign({ iat: now() + 60 })],
    ['without an end',                    () => issuer.sign({ exp: undefined })],
    ['without a beginning',               () => issuer.sign({ iat: undefined })],
    ['that lives for days',               () => issuer.sign({ exp: now() + 100 * 3600 })],
    ['whose end is no whole number',      () => issuer.sign({ exp: now() + 0.5 })],
    ['of another type',                   () => issuer.sign({}, key, { typ: 'id_token+jwt' })],
    ['of no type',                        () => issuer.sign({}, key, { typ: undefined })],
    ['by a key that is not published',    () => issuer.sign({}, rsaKey())],
    ['by another key of the same name',   () => issuer.sign({}, { ...rsaKey(), kid: key.kid })],
    ['with its key in its head',          () => signedWithOwnKey(issuer)],
    ['without the name of its key',       () => issuer.sign({}, key, { kid: undefined, alg: 'RS384' })],
    ['by no algorithm',                   () => `${issuer.sign({}, key, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    ['with a critical header',            () => issuer.sign({}, key, { crit: ['x'], x: 1 })],
    ['that names our own issuer',         () => issuer.sign({ iss: `https://sts.windows.net/${DEV.tenant}/` })],
    ['that names an issuer like this one', () => issuer.sign({ iss: `${issuer.url}/` })],
    ['that names nobody',                 () => issuer.sign({ iss: undefined })],
    ['that names its issuer in a list',   () => issuer.sign({ iss: [issuer.url] })],
    ['of a user who is not here',         () => issuer.sign({ upn: 'nobody@contoso.example' })],
    ['of a user who is disabled',         () => issuer.sign({ upn: 'disabled@contoso.example' })],
    ['whose user is no text',             () => issuer.sign({ upn: 7 })],
    ['whose user is empty',               () => issuer.sign({ upn: '' })],
    ['whose user is null',                () => issuer.sign({ upn: null })],
    ['whose user is the id of a device',  () => issuer.sign({ upn: DEV.kiosk })],
    ['of an application that is not here', () => issuer.sign({ upn: undefined })],
    ['of an application without a name',  () => issuer.sign({ upn: undefined, client_id: undefined })],
  ];
  for (const [what, make] of refused) {
    test(`${what}: refused`, async () => {
      const { status, json } = await desk.ask(make());
      assert.deepEqual([status, json.error.code], [401, 'InvalidAuthenticationToken'], JSON.stringify(json));
    });
  }

  test('without the permission: 403; and what an application is given counts for no user', async () => {
    assert.equal((await desk.ask(issuer.sign({ scope: 'openid' }))).status, 403);
    assert.equal((await desk.ask(issuer.sign({ scope: undefined, roles: ['Device.Read.All'] }))).status, 403);
    const application = { upn: undefined, client_id: DEV.daemon, scope: 'Device.Read.All' };
    assert.equal((await desk.ask(issuer.sign(application))).status, 403);
  });

  test('of a user is refused where no claim was named that says who that is', async () => {
    const other = await openTrustingDesk([issuer.url], { userClaim: undefined });
    assert.equal((await other.ask(issuer.sign())).status, 401);
    await other.rollcall.close();
  });

  test("of the directory's own is taken as before", async () => {
    const { issueToken } = await import('../../src/cli/token.ts');
    const { token } = await issueToken(desk.rollcall.world, { user: 'member@contoso.example' });
    assert.equal((await desk.ask(token)).status, 200);
  });
});

function signedWithOwnKey(issuer: Issuer): string {
  const own = rsaKey();
  return signed(own, issuer.claims(), { jwk: publicJwk(own), jku: `${issuer.url}/keys`, kid: 'unknown' });
}

// -- how its keys come and go ------------------------------------------------------------------------------------

describe('the issuer', { concurrency: true }, () => {
  async function opened(t: TestContext, patience?: number): Promise<{ issuer: Issuer; desk: TrustingDesk }> {
    const issuer = await openIssuer();
    const desk = await openTrustingDesk([issuer.url], {}, patience);
    t.after(async () => {
      await desk.rollcall.close();
      await issuer.close();
    });
    return { issuer, desk };
  }

  test('is asked once for any number of tokens', async (t) => {
    const { issuer, desk } = await opened(t);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => desk.ask(issuer.sign({ jti: n }))));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.deepEqual(issuer.asked, ['/.well-known/openid-configuration', '/keys']);
  });

  test('has a new key: it is asked for at the first token by it', async (t) => {
    const { issuer, desk } = await opened(t);
    assert.equal((await desk.ask(issuer.sign())).status, 200);
    issuer.keys = [ecKey(), ...issuer.keys];
    desk.clock.advance(LIMITS.issuerAskMilliseconds);
    assert.equal((await desk.ask(issuer.sign())).status, 200);
  });

  test('has taken a key back: its tokens end, seen before or not', async (t) => {
    const { issuer, desk } = await opened(t);
    const [old] = issuer.keys;
    const [seen, unseen] = [issuer.sign(), issuer.sign({ jti: 'unseen' })];
    assert.equal((await desk.ask(seen)).status, 200);
    issuer.keys = [ecKey()];
    desk.clock.advance(LIMITS.issuerAskMilliseconds);
    assert.equal((await desk.ask(issuer.sign())).status, 200);
    assert.equal((await desk.ask(seen)).status, 401);
    assert.equal((await desk.ask(unseen)).status, 401);
    assert.ok(old);
  });

  test('is not asked again and again for keys that it never had', async (t) => {
    const { issuer, desk } = await opened(t);
    assert.equal((await desk.ask(issuer.sign())).status, 200);
    for (let n = 0; n < 20; n++) assert.equal((await desk.ask(issuer.sign({}, ecKey()))).status, 401);
    assert.equal(issuer.asked.length, 2);
    desk.clock.advance(LIMITS.issuerAskMilliseconds);
    for (let n = 0; n < 20; n++) assert.equal((await desk.ask(issuer.sign({}, ecKey()))).status, 401);
    assert.equal(issuer.asked.length, 4);
  });

  test('is down from the start: 503, until it is up', async (t) => {
    const { issuer, desk } = await opened(t);
    issuer.description = (response: { destroy: () => void }) => response.destroy();
    const { status, json } = await desk.ask(issuer.sign());
    assert.deepEqual([status, json.error.code], [503, 'ServiceUnavailable']);
    assert.equal(desk.log[0]?.['issuer'], issuer.url);
    issuer.description = undefined;
    assert.equal((await desk.ask(issuer.sign())).status, 503, 'it is not asked again at once');
    desk.clock.advance(LIMITS.issuerAskMilliseconds);
    assert.equal((await desk.ask(issuer.sign())).status, 200);
  });

  test('goes down: what it said last holds for a day', async (t) => {
    const { issuer, desk } = await opened(t);
    const claims = () => {
      const now = Math.floor(desk.clock.now() / 1000);
      return { iat: now, nbf: now, exp: now + 600 };
    };
    assert.equal((await desk.ask(issuer.sign(claims()))).status, 200);
    issuer.published = (response: { destroy: () => void }) => response.destroy();
    desk.clock.advance(LIMITS.issuerKeysFreshMilliseconds + 1);
    assert.equal((await desk.ask(issuer.sign(claims()))).status, 200);
    assert.equal(desk.log.length, 1);
    desk.clock.advance(LIMITS.issuerKeysStaleMilliseconds);
    assert.equal((await desk.ask(issuer.sign(claims()))).status, 503);
  });

  const big = `{"issuer":"","keys":["${'x'.repeat(LIMITS.issuerBytes)}"]}`;
  type Response = {
    statusCode: number;
    setHeader: (name: string, value: string) => void;
    write: (text: string) => void;
    end: (text?: string) => void;
  };
  // biome-ignore format: a table is read by its columns
  const misbehaving: readonly (readonly [string, (issuer: Issuer) => void])[] = [
    ['that calls itself something else',  (issuer) => { issuer.description = { issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/keys` }; }],
    ['that does not say who it is',       (issuer) => { issuer.description = { jwks_uri: `${issuer.url}/keys` }; }],
    ['that describes nothing',            (issuer) => { issuer.description = null; issuer.description = []; }],
    ['without the address of its keys',   (issuer) => { issuer.description = { issuer: issuer.url }; }],
    ['whose keys are elsewhere, by http', (issuer) => { issuer.description = { issuer: issuer.url, jwks_uri: 'http://keys.example/' }; }],
    ['whose keys are in a file',          (issuer) => { issuer.description = { issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }; }],
    ['that sends us elsewhere',           (issuer) => { issuer.published = (response: Response) => { response.statusCode = 302; response.setHeader('location', `${issuer.url}/other`); response.end(); }; }],
    ['that answers 500',                  (issuer) => { issuer.published = (response: Response) => { response.statusCode = 500; response.end('{"keys":[]}'); }; }],
    ['that answers no JSON',              (issuer) => { issuer.published = (response: Response) => response.end('<html>'); }],
    ['that has keys of no kind',          (issuer) => { issuer.published = { keys: [1, null, 'x'] }; }],
    ['that has a key of its own kind only', (issuer) => { issuer.published = { keys: 'all' }; }],
    ['that has far too many keys',        (issuer) => { issuer.published = { keys: Array.from({ length: LIMITS.issuerKeys + 1 }, () => ({ kty: 'RSA' })) }; }],
    ['that says far too much',            (issuer) => { issuer.published = (response: Response) => response.end(big); }],
    ['that never ends saying it',         (issuer) => { issuer.published = (response: Response) => { response.write('{"keys":['); }; }],
    ['that never answers',                (issuer) => { issuer.published = () => {}; }],
  ];
  for (const [what, act] of misbehaving) {
    test(`${what}: none of its tokens is taken, and the operator hears of it`, async (t) => {
      const { issuer, desk } = await opened(t, what.includes('never') ? 0.1 : undefined);
      act(issuer);
      const { status } = await desk.ask(issuer.sign());
      assert.equal(status, 503);
      assert.equal(desk.log[0]?.['code'], 'issuer');
    });
  }

  test('with a shared secret among its keys: nobody can sign with that', async (t) => {
    const { issuer, desk } = await opened(t);
    const k = Buffer.from('secret').toString('base64url');
    issuer.published = { keys: [{ kty: 'oct', kid: 'shared', alg: 'HS256', k }] };
    const head = Buffer.from(JSON.stringify({ typ: 'at+jwt', alg: 'HS256', kid: 'shared' })).toString('base64url');
    const text = `${head}.${Buffer.from(JSON.stringify(issuer.claims())).toString('base64url')}`;
    const signature = createHmac('sha256', 'secret').update(text).digest('base64url');
    assert.equal((await desk.ask(`${text}.${signature}`)).status, 401);
  });

  test('elsewhere sends nobody to the ports of this machine', async () => {
    const asked: string[] = [];
    const issuer = 'https://idp.example';
    const outbound = async (url: string) => {
      asked.push(url);
      return { issuer, jwks_uri: 'http://127.0.0.1:8585/keys' };
    };
    const keys = createIssuerKeys(issuer, { outbound, clock: heldClock(), log: () => {}, changed: () => {} });
    await assert.rejects(keys.current(), { message: /can't be asked for its keys/ });
    assert.deepEqual(asked, ['https://idp.example/.well-known/openid-configuration']);
  });

  test('and another one beside it are told apart', async (t) => {
    const [one, two] = [await openIssuer(), await openIssuer()];
    const desk = await openTrustingDesk([one.url, two.url]);
    t.after(async () => {
      await desk.rollcall.close();
      for (const issuer of [one, two]) await issuer.close();
    });
    assert.equal((await desk.ask(one.sign())).status, 200);
    assert.equal((await desk.ask(two.sign())).status, 200);
    assert.equal((await desk.ask(one.sign({ iss: two.url }))).status, 401);
  });
});
