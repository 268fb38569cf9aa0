import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Refusal } from '../../src/lib/refusal.ts';
import { DEV, type Reply } from '../support/rollcall.ts';
import {
  APP,
  type Asked,
  assertRefused,
  claimsOf,
  type Form,
  GRAPH,
  newPkce,
  openSignInDesk,
  PASSWORD,
  type Pkce,
  REDIRECT,
  SECRET,
  type SignInDesk,
} from './signInDesk.ts';

/**
 * The rules of https://www.rfc-editor.org/rfc/rfc9700 (Best Current Practice for OAuth 2.0 Security) that concern the
 * token endpoint and what stands behind the authorization endpoint, a row for each.
 */

let desk: SignInDesk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const asPortal: Asked = { app: APP.portal, redirect: REDIRECT.portal };
const asTool: Asked = { app: APP.tool, redirect: REDIRECT.tool };
const portal: Form = {
  grant_type: 'authorization_code',
  client_id: APP.portal,
  client_secret: SECRET,
  redirect_uri: REDIRECT.portal,
};
const tool: Form = { grant_type: 'authorization_code', client_id: APP.tool, redirect_uri: REDIRECT.tool };
const intranet: Form = { ...portal, client_id: APP.intranet, redirect_uri: REDIRECT.intranet };
const board: Form = { grant_type: 'authorization_code', client_id: APP.board, redirect_uri: REDIRECT.board };
const OTHER_TENANT = 'consumers';

const refreshOf = (form: Form, refresh_token: string): Form => ({
  ...form,
  grant_type: 'refresh_token',
  redirect_uri: undefined,
  refresh_token,
});

async function tokens(form: Form, asked: Asked, scope = 'User.Read Device.Read.All offline_access') {
  const reply = await desk.post({ ...form, code: await desk.code({ scope, ...asked }) });
  assert.equal(reply.status, 200, reply.text);
  return reply.json as { readonly access_token: string; readonly refresh_token: string };
}

// -- redirect addresses (§2.1, §4.1) -----------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const ADDRESSES: readonly (readonly [app: string, address: string, taken: boolean])[] = [
  [APP.portal, 'https://portal.example/signed-in',              true],
  [APP.portal, 'https://portal.example/other?a=1',              true],
  [APP.portal, 'https://portal.example/signed-in/',             false],
  [APP.portal, 'https://portal.example/signed-in/../x',         false],
  [APP.portal, 'https://portal.example/signed-in?a=1',          false],
  [APP.portal, 'https://portal.example/signed-in#a',            false],
  [APP.portal, 'https://portal.example/Signed-In',              false],
  [APP.portal, 'https://PORTAL.example/signed-in',              false],
  [APP.portal, 'https://portal.example:443/signed-in',          false],
  [APP.portal, 'http://portal.example/signed-in',               false],
  [APP.portal, 'https://portal.example.evil.example/signed-in', false],
  [APP.portal, 'https://portal.example@evil.example/signed-in', false],
  [APP.portal, 'https://portal.example/signed%2Din',            false],
  [APP.portal, ' https://portal.example/signed-in',             false],
  [APP.portal, 'https://portal.example/other',                  false],
  [APP.portal, 'https://portal.example/other?a=1&b=2',          false],
  [APP.portal, REDIRECT.intranet,                               false],
  [APP.portal, 'javascript:alert(1)',                           false],
  [APP.portal, 'http://localhost',                              false],
  [APP.tool,   'http://localhost',                              true],
  [APP.tool,   'http://localhost:61234',                        true],
  [APP.tool,   'http://localhost:61234/',                       true],
  [APP.tool,   'tool://signed-in',                              true],
  [APP.tool,   'http://localhost:61234/elsewhere',              false],
  [APP.tool,   'http://localhost:61234/?a=1',                   false],
  [APP.tool,   'https://localhost:61234',                       false],
  [APP.tool,   'http://127.0.0.1:61234',                        false],
  [APP.tool,   'http://localhost:80@evil.example/',             false],
  [APP.tool,   'http://localhost.evil.example/',                false],
  [APP.tool,   'http://localhost\\@evil.example/',              false],
  [APP.tool,   'http://localhost:123456/',                      false],
  [APP.tool,   'tool://signed-in/x',                            false],
];

describe('redirect addresses are compared to the letter, but for the port of a loopback address', () => {
  for (const [app, redirect, taken] of ADDRESSES) {
    test(`${taken ? 'taken' : 'refused'}: ${redirect}`, async () => {
      const asked = desk.code({ app, redirect });
      if (taken) assert.ok(await asked);
      else
        await assert.rejects(asked, (problem) => problem instanceof Refusal && /^AADSTS50011: /.test(problem.message));
    });
  }
});

// -- PKCE (§2.1.1, §4.5, §4.8) -----------------------------------------------------------------------------------

type Proving = { readonly challenge?: string; readonly method?: string; readonly verifier?: string | undefined };

// biome-ignore format: a table is read by its columns
const PKCE: readonly (readonly [what: string, proving: (pkce: Pkce, other: Pkce) => Proving, number: number | undefined])[] = [
  ['S256 and its verifier',                        (p) =>    ({ challenge: p.challenge, method: 'S256', verifier: p.verifier }),   undefined],
  ['plain and its verifier',                       (p) =>    ({ challenge: p.verifier, method: 'plain', verifier: p.verifier }),   undefined],
  ['no method is plain',                           (p) =>    ({ challenge: p.verifier, verifier: p.verifier }),                    undefined],
  ['another verifier',                             (p, o) => ({ challenge: p.challenge, method: 'S256', verifier: o.verifier }),   501481],
  ['no verifier',                                  (p) =>    ({ challenge: p.challenge, method: 'S256' }),                         501481],
  ['an empty verifier',                            (p) =>    ({ challenge: p.challenge, method: 'S256', verifier: '' }),           501491],
  ['the challenge as the verifier',                (p) =>    ({ challenge: p.challenge, method: 'S256', verifier: p.challenge }),  501481],
  ['the verifier cut short',                       (p) =>    ({ challenge: p.challenge, method: 'S256', verifier: p.verifier.slice(1) }), 501491],
  ['the verifier in another case',                 (p) =>    ({ challenge: p.challenge, method: 'S256', verifier: swapped(p.verifier) }), 501481],
  ['a verifier where the challenge was taken out', (p) =>    ({ verifier: p.verifier }),                                           501481],
  ['S256 where the challenge became plain',        (p) =>    ({ challenge: p.challenge, method: 'plain', verifier: p.verifier }),  501481],
  ['no method where S256 was meant',               (p) =>    ({ challenge: p.challenge, verifier: p.verifier }),                   501481],
];

const swapped = (text: string) =>
  text.replace(/[a-z]/i, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));

describe('a code is redeemed by who asked for it: PKCE', () => {
  for (const [what, proving, number] of PKCE) {
    for (const [kind, form, asked] of [
      ['program', tool, asTool],
      ['server', portal, asPortal],
    ] as const) {
      test(`${what}: a ${kind}`, async () => {
        const { verifier, ...request } = proving(newPkce(), newPkce());
        const code = await desk.code({ ...asked, ...request });
        const reply = await desk.post({ ...form, code, code_verifier: verifier });
        if (number === undefined) assert.equal(reply.status, 200, reply.text);
        else assert.deepEqual([reply.status, reply.json.error_codes], [400, [number]], reply.text);
      });
    }
  }

  test('a wrong verifier uses nothing up, and a right one afterwards does', async () => {
    const { challenge, verifier } = newPkce();
    const code = await desk.code({ ...asTool, challenge, method: 'S256' });
    assertRefused(await desk.post({ ...tool, code, code_verifier: newPkce().verifier }), 'invalid_grant', 501481);
    assert.equal((await desk.post({ ...tool, code, code_verifier: verifier })).status, 200);
  });

  // biome-ignore format: a table is read by its columns
  const CHALLENGES: readonly (readonly [what: string, asked: Pick<Asked, 'challenge' | 'method'>, number: number])[] = [
    ['an unknown method',        { challenge: 'a'.repeat(43), method: 'S512' },   50149],
    ['a method in another case', { challenge: 'a'.repeat(43), method: 's256' },   50149],
    ['a short challenge',        { challenge: 'a'.repeat(42), method: 'S256' },   501491],
    ['a long challenge',         { challenge: 'a'.repeat(129), method: 'S256' },  501491],
    ['other characters',         { challenge: `${'a'.repeat(43)}=`, method: 'S256' }, 501491],
    ['a method alone',           { method: 'S256' },                              501491],
  ];

  for (const [what, more, number] of CHALLENGES) {
    test(`no code for ${what}`, async () => {
      await assert.rejects(desk.code({ ...asTool, ...more }), new RegExp(`AADSTS${number}: `));
    });
  }

  test('no code for a page in a browser without PKCE, or with plain', async () => {
    const asked = { app: APP.board, redirect: REDIRECT.board };
    const plain = { ...asked, challenge: newPkce().verifier, method: 'plain' };
    for (const one of [asked, plain]) await assert.rejects(desk.code(one), /AADSTS9002325: /);
  });
});

// -- codes (§2.1.1, §4.2, §4.5; RFC 6749 §4.1.2, §10.5) ----------------------------------------------------------

describe('a code is good once, for its client, at its address', () => {
  test('a second redemption is refused, and ends what the first one gave', async () => {
    const code = await desk.code({ ...asTool, scope: 'User.Read offline_access' });
    const { refresh_token: token } = (await desk.post({ ...tool, code })).json;
    assertRefused(await desk.post({ ...tool, code }), 'invalid_grant', 54005);
    assert.equal((await desk.post(refreshOf(tool, token))).json.error, 'invalid_grant');
  });

  test('also after the tokens were refreshed in between', async () => {
    const code = await desk.code({ ...asTool, scope: 'User.Read offline_access' });
    const { refresh_token: first } = (await desk.post({ ...tool, code })).json;
    const { refresh_token: second } = (await desk.post(refreshOf(tool, first))).json;
    assertRefused(await desk.post({ ...tool, code }), 'invalid_grant', 54005);
    assert.equal((await desk.post(refreshOf(tool, second))).json.error, 'invalid_grant');
  });

  test('of fifty redemptions at once one succeeds at most, and none of its tokens can be refreshed', async () => {
    const code = await desk.code({ ...asPortal, scope: 'User.Read offline_access' });
    const replies = await Promise.all(Array.from({ length: 50 }, () => desk.post({ ...portal, code })));
    const won = replies.filter(({ status }) => status === 200);
    assert.equal(won.length, 1);
    for (const reply of replies.filter((one) => !won.includes(one))) assertRefused(reply, 'invalid_grant', 54005);
    for (const { json } of won) {
      assert.equal((await desk.post(refreshOf(portal, json.refresh_token))).json.error, 'invalid_grant');
    }
  });

  test('codes of the same user and client are independent of each other', async () => {
    const [one, two] = [await desk.code(asTool), await desk.code(asTool)];
    assert.equal((await desk.post({ ...tool, code: one })).status, 200);
    assertRefused(await desk.post({ ...tool, code: one }), 'invalid_grant', 54005);
    assert.equal((await desk.post({ ...tool, code: two })).status, 200);
  });

  // biome-ignore format: a table is read by its columns
  const OTHERS: readonly (readonly [what: string, form: Form, error: string, number: number, status?: number])[] = [
    ['another client, with its own secret',        intranet,                                                 'invalid_grant',  70000],
    ['another client, at the address of the code', { ...intranet, redirect_uri: REDIRECT.portal },           'invalid_grant',  70000],
    ['a public client',                            tool,                                                     'invalid_grant',  70000],
    ['the client without its secret',              { ...portal, client_secret: undefined },                  'invalid_client', 7000218, 401],
    ['the client with a wrong secret',             { ...portal, client_secret: 'x' },                        'invalid_client', 7000215, 401],
    ['another address of the client',              { ...portal, redirect_uri: 'https://portal.example/other?a=1' }, 'invalid_grant', 500112],
    ['the address with a slash at its end',        { ...portal, redirect_uri: `${REDIRECT.portal}/` },       'invalid_grant',  500112],
    ['somebody else\'s address',                   { ...portal, redirect_uri: 'https://evil.example/' },     'invalid_grant',  500112],
    ['no address',                                 { ...portal, redirect_uri: undefined },                   'invalid_request', 900144],
    ['no client',                                  { ...portal, client_id: undefined },                      'invalid_request', 900144],
    ['a client that is none',                      { ...portal, client_id: DEV.member },                     'unauthorized_client', 700016],
  ];

  for (const [what, form, error, number, status] of OTHERS) {
    test(`refused: ${what}; the code stays good for its client`, async () => {
      const code = await desk.code(asPortal);
      assertRefused(await desk.post({ ...form, code }), error, number, status);
      assert.equal((await desk.post({ ...portal, code })).status, 200);
    });
  }

  test('the port of a loopback address is part of it at the redemption', async () => {
    const code = await desk.code({ ...asTool, redirect: 'http://localhost:50001' });
    const at = (port: number) => ({ ...tool, redirect_uri: `http://localhost:${port}`, code });
    assertRefused(await desk.post(at(50002)), 'invalid_grant', 500112);
    assert.equal((await desk.post(at(50001))).status, 200);
  });

  test("a code is injected: somebody's own code in another session lacks that session's verifier", async () => {
    const [mine, theirs] = [newPkce(), newPkce()];
    const code = await desk.code({ ...asPortal, challenge: mine.challenge, method: 'S256' });
    assertRefused(await desk.post({ ...portal, code, code_verifier: theirs.verifier }), 'invalid_grant', 501481);
  });

  test('a code of another tenant is refused', async () => {
    const code = await desk.code(asTool);
    assertRefused(await desk.post({ ...tool, code }, { tenant: OTHER_TENANT }), 'invalid_grant', 700005);
  });

  test('a code stays a code: it is no refresh token, and a refresh token is no code', async () => {
    const code = await desk.code({ ...asTool, scope: 'User.Read offline_access' });
    assertRefused(await desk.post(refreshOf(tool, code)), 'invalid_grant', 70000);
    const { refresh_token } = await tokens(tool, asTool);
    assertRefused(await desk.post({ ...tool, code: refresh_token }), 'invalid_grant', 70000);
  });

  test('what was changed in a code is no code', async () => {
    const code = await desk.code(asTool);
    const [, ...parts] = code.split('.');
    const last = code.at(-1) === 'A' ? 'B' : 'A';
    // biome-ignore format: a table is read by its columns
    const forged = ['x', '1.2.3.4', `2.${parts.join('.')}`, `${code.slice(0, -1)}${last}`, `${code}A`, `${code} `, code.toLowerCase(), "1' or 1=1 --", '__proto__'];
    for (const one of forged) assertRefused(await desk.post({ ...tool, code: one }), 'invalid_grant', 70000);
    assert.equal((await desk.post({ ...tool, code })).status, 200);
  });

  test('neither codes nor refresh tokens are kept by the server: their hashes are', async () => {
    const code = await desk.code({ ...asTool, scope: 'User.Read offline_access' });
    const { refresh_token } = (await desk.post({ ...tool, code })).json;
    const { store, tenant } = desk;
    for (const [use, hash] of [
      ['code', code],
      ['refresh', refresh_token],
    ]) {
      assert.equal(await store.ticket(tenant, { use: String(use), hash: String(hash) }), undefined);
    }
  });
});

// -- refresh tokens (§2.2.2, §4.14) -----------------------------------------------------------------------------

describe('a refresh token is good once, for its client', () => {
  test('one that was replaced is refused, and ends its successors', async () => {
    const { refresh_token: first } = await tokens(tool, asTool);
    const { refresh_token: second } = (await desk.post(refreshOf(tool, first))).json;
    assertRefused(await desk.post(refreshOf(tool, first)), 'invalid_grant', 50173);
    assert.equal((await desk.post(refreshOf(tool, second))).json.error, 'invalid_grant');
  });

  test('also long after it was replaced, when nobody remembers it', async () => {
    const { refresh_token: first } = await tokens(tool, asTool);
    let { refresh_token: last } = (await desk.post(refreshOf(tool, first))).json;
    for (let week = 0; week < 3; week++) {
      desk.clock.advance(7 * 24 * 3600_000);
      last = (await desk.post(refreshOf(tool, last))).json.refresh_token;
      // What has expired is forgotten when something else is kept.
      for (let n = 0; n < 20; n++) await desk.code(asTool);
    }
    assertRefused(await desk.post(refreshOf(tool, first)), 'invalid_grant', 70000);
    assert.equal((await desk.post(refreshOf(tool, last))).json.error, 'invalid_grant');
  });

  test('of fifty uses at once one succeeds; that the others were too late is no theft, a use afterwards is', async () => {
    const { refresh_token: token } = await tokens(portal, asPortal);
    const replies = await Promise.all(Array.from({ length: 50 }, () => desk.post(refreshOf(portal, token))));
    const [won, ...others] = replies.filter(({ status }) => status === 200);
    assert.ok(won && others.length === 0);
    for (const reply of replies.filter((one) => one !== won)) assertRefused(reply, 'invalid_grant', 50173);
    const next = await desk.post(refreshOf(portal, won.json.refresh_token));
    assert.equal(next.status, 200, next.text);
    assertRefused(await desk.post(refreshOf(portal, token)), 'invalid_grant', 50173);
    assert.equal((await desk.post(refreshOf(portal, next.json.refresh_token))).json.error, 'invalid_grant');
  });

  test('another sign-in of the same user and client goes on', async () => {
    const [one, other] = [await tokens(tool, asTool), await tokens(tool, asTool)];
    await desk.post(refreshOf(tool, one.refresh_token));
    assertRefused(await desk.post(refreshOf(tool, one.refresh_token)), 'invalid_grant', 50173);
    assert.equal((await desk.post(refreshOf(tool, other.refresh_token))).status, 200);
  });

  // biome-ignore format: a table is read by its columns
  const OTHERS: readonly (readonly [what: string, form: Form, error: string, number: number, status?: number])[] = [
    ['another client, with its own secret', intranet,                                'invalid_grant',  70000],
    ['a public client',                     tool,                                    'invalid_grant',  70000],
    ['a page in a browser',                 board,                                   'invalid_grant',  70000],
    ['the client without its secret',       { ...portal, client_secret: undefined }, 'invalid_client', 7000218, 401],
    ['the client with a wrong secret',      { ...portal, client_secret: 'x' },       'invalid_client', 7000215, 401],
  ];

  for (const [what, form, error, number, status] of OTHERS) {
    test(`refused: ${what}; the token stays good for its client`, async () => {
      const { refresh_token: token } = await tokens(portal, asPortal);
      assertRefused(await desk.post(refreshOf(form, token)), error, number, status);
      assert.equal((await desk.post(refreshOf(portal, token))).status, 200);
    });
  }

  test('with less asked for, the token has less; with more than was granted, there is none', async () => {
    const { refresh_token: token } = await tokens(tool, asTool);
    assertRefused(await desk.post({ ...refreshOf(tool, token), scope: 'Directory.Read.All' }), 'invalid_grant', 65001);
    const reply = await desk.post({ ...refreshOf(tool, token), scope: 'User.Read' });
    assert.equal(claimsOf(reply)['scp'], 'User.Read');
  });

  test('nobody asked for it: no refresh token, and none by asking at the redemption', async () => {
    const code = await desk.code({ ...asTool, scope: 'User.Read' });
    const reply = await desk.post({ ...tool, code, scope: 'User.Read offline_access' });
    assert.deepEqual([reply.status, 'refresh_token' in reply.json], [200, false]);
  });

  test('a token of another tenant is refused', async () => {
    const { refresh_token: token } = await tokens(tool, asTool);
    assertRefused(await desk.post(refreshOf(tool, token), { tenant: OTHER_TENANT }), 'invalid_grant', 700005);
  });

  test('an access token is no refresh token', async () => {
    const { access_token: token } = await tokens(tool, asTool);
    assertRefused(await desk.post(refreshOf(tool, token)), 'invalid_grant', 70000);
  });

  test('a program in a browser elsewhere may not use what a server or a program was given', async () => {
    const headers = { origin: 'https://evil.example' };
    for (const [form, asked] of [
      [portal, asPortal],
      [tool, asTool],
    ] as const) {
      const code = await desk.code(asked);
      assertRefused(await desk.post({ ...form, code }, { headers }), 'invalid_request', 9002326);
      const { refresh_token: token } = await tokens(form, asked);
      assertRefused(await desk.post(refreshOf(form, token), { headers }), 'invalid_request', 9002326);
    }
  });
});

// -- clients and grants (§2.4, §2.5) ----------------------------------------------------------------------------

const daemon: Form = {
  grant_type: 'client_credentials',
  client_id: APP.portal,
  client_secret: SECRET,
  scope: `${GRAPH}/.default`,
};
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

describe('clients prove themselves, once, and are given what is theirs', () => {
  test('a secret stands in the body or in the header, and counts for the client that it names', async () => {
    assert.equal((await desk.post(daemon)).status, 200);
    const bare = { ...daemon, client_id: undefined, client_secret: undefined };
    assert.equal((await desk.post(bare, { headers: basic(APP.portal, SECRET) })).status, 200);
    const mixed = { ...bare, client_id: APP.intranet };
    assertRefused(await desk.post(mixed, { headers: basic(APP.portal, SECRET) }), 'invalid_request', 9002313);
    assertRefused(await desk.post(daemon, { headers: basic(APP.portal, SECRET) }), 'invalid_request', 9002313);
  });

  test('a secret beside an assertion is refused', async () => {
    const assertion = {
      client_assertion: 'x',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    assertRefused(await desk.post({ ...daemon, ...assertion }), 'invalid_request', 9002313);
  });

  test('a public client with a secret is refused, not believed', async () => {
    const code = await desk.code(asTool);
    assertRefused(await desk.post({ ...tool, code, client_secret: SECRET }), 'invalid_client', 700025, 401);
  });

  test('client credentials are for clients that have any', async () => {
    for (const client_id of [APP.tool, APP.board]) {
      const form = { ...daemon, client_id, client_secret: undefined };
      assertRefused(await desk.post(form), 'invalid_client', 7000218, 401);
    }
  });

  test("an application's token names the application, and is no user's", async () => {
    const claims = claimsOf(await desk.post(daemon));
    assert.deepEqual([claims['idtyp'], claims['scp'], claims['appid']], ['app', undefined, APP.portal]);
    assert.equal(claims['oid'], claims['sub']);
  });

  test('no refresh token and no id token for an application', async () => {
    const { json } = await desk.post(daemon);
    assert.deepEqual(Object.keys(json).toSorted(), ['access_token', 'expires_in', 'ext_expires_in', 'token_type']);
  });

  for (const name of ['client_id', 'scope', 'grant_type', 'client_secret']) {
    test(`a request with ${name} twice is refused`, async () => {
      const twice = `${new URLSearchParams(daemon as Record<string, string>)}&${name}=x`;
      assertRefused(await desk.post(twice), 'invalid_request', 9000411);
    });
  }

  for (const grant_type of ['implicit', 'token', 'urn:ietf:params:oauth:grant-type:token-exchange', '']) {
    test(`no grant '${grant_type}'`, async () => {
      const { status, json } = await desk.post({ ...daemon, grant_type });
      assert.equal(status, 400);
      assert.ok(['unsupported_grant_type', 'invalid_request'].includes(json.error));
    });
  }

  test('a request of too many parameters, or of too long ones, is refused', async () => {
    const many = Array.from({ length: 101 }, (_, n) => `p${n}=1`).join('&');
    assertRefused(await desk.post(many), 'invalid_request', 90015);
    assertRefused(await desk.post({ ...daemon, scope: 'a'.repeat(20_000) }), 'invalid_request', 90015);
  });

  test('what is answered with a token is kept by no cache', async () => {
    const { headers } = await desk.post(daemon);
    assert.deepEqual([headers.get('cache-control'), headers.get('pragma')], ['no-store', 'no-cache']);
  });

  test('a flood of passwords waits or is turned away: it never takes the memory', async () => {
    const form: Form = {
      grant_type: 'password',
      client_id: DEV.console,
      scope: 'User.Read',
    };
    const send = (username: string) =>
      desk.post({ ...form, username: `${username}@contoso.example`, password: PASSWORD });
    const replies: Reply[] = await Promise.all(Array.from({ length: 80 }, (_, n) => send(`nobody${n}`)));
    const counted = (status: number) => replies.filter((reply) => reply.status === status).length;
    assert.ok(counted(503) > 0 && counted(400) > 0, `${counted(503)} turned away`);
    assert.equal((await send('member')).status, 200, 'once it is over');
    const away = replies.find(({ status }) => status === 503);
    assert.equal(away?.json.error, 'temporarily_unavailable');
    assert.ok(away?.headers.get('retry-after'));
  });
});
