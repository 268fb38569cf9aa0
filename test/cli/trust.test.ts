import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AUDIENCE, type Issuer, openIssuer } from '../identity/foreignIssuer.ts';
import { runProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { folderFor, NO_STACK, startedIn } from './directory.ts';

/** `--trust-issuer` and what belongs to it, on the real program. */

let issuer: Issuer;
let other: Issuer;
before(async () => {
  [issuer, other] = [await openIssuer(), await openIssuer()];
});
after(async () => {
  await issuer.close();
  await other.close();
});

async function statusOf(origin: string, token: string): Promise<number> {
  const response = await fetch(`${origin}/v1.0/devices`, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status;
}

test('each setting means what it says', async (t) => {
  const claims = [
    '--trust-user-claim',
    'name',
    '--trust-app-claim',
    'app',
    '--trust-scope-claim',
    'scp',
    '--trust-roles-claim',
    'rights',
  ];
  const args = [
    '--dev',
    '--trust-issuer',
    issuer.url,
    '--trust-audience',
    'one',
    '--trust-audience',
    'two',
    '--trust-tenant',
    'contoso.example',
  ];
  const { origin } = await startedIn(t, { folder: folderFor(t).data, args: [...args, ...claims] });
  const more = { upn: undefined, scope: undefined, client_id: undefined };
  const user = { ...more, name: 'member@contoso.example', scp: 'Device.Read.All' };
  assert.equal(await statusOf(origin, issuer.sign({ ...user, aud: 'one' })), 200);
  assert.equal(await statusOf(origin, issuer.sign({ ...user, aud: 'two' })), 200);
  assert.equal(await statusOf(origin, issuer.sign({ ...user, aud: AUDIENCE })), 401);
  assert.equal(await statusOf(origin, other.sign({ ...user, aud: 'one' })), 401);
  const application = { ...more, aud: 'one', app: DEV.daemon, rights: ['Device.Read.All'] };
  assert.equal(await statusOf(origin, issuer.sign(application)), 200);
});

test('several issuers in one environment variable', async (t) => {
  const env = {
    ROLLCALL_TRUST_ISSUER: `${issuer.url} ${other.url}`,
    ROLLCALL_TRUST_AUDIENCE: AUDIENCE,
    ROLLCALL_TRUST_USER_CLAIM: 'upn',
  };
  const { origin } = await startedIn(t, { folder: folderFor(t).data, args: ['--dev'], env });
  for (const one of [issuer, other]) assert.equal(await statusOf(origin, one.sign()), 200);
});

test('nobody else is trusted when nothing is said', async (t) => {
  const { origin } = await startedIn(t, { folder: folderFor(t).data });
  const asked = issuer.asked.length;
  assert.equal(await statusOf(origin, issuer.sign()), 401);
  assert.equal(issuer.asked.length, asked);
});

describe('refused', { concurrency: true }, () => {
  const url = 'https://idp.example';
  const both = (address: string) => ['--trust-issuer', address, '--trust-audience', 'a'];
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an issuer without an audience',  ['--trust-issuer', url],                       /--trust-issuer needs --trust-audience/],
    ['an audience without an issuer',  ['--trust-audience', 'a'],                     /mean nothing without --trust-issuer/],
    ['a claim without an issuer',      ['--trust-user-claim', 'upn'],                 /mean nothing without --trust-issuer/],
    ['an empty issuer',                ['--trust-issuer', ' '],                       /It accepts an address/],
    ['an issuer by http',              both('http://idp.example'),                    /it accepts an https address \(http on loopback only\)/],
    ['an issuer that is no address',   both('idp.example'),                           /is no issuer/],
    ['an issuer with a query',         both(`${url}/?a=b`),                           /is no issuer/],
    ['an issuer with a password',      both('https://a:b@idp.example'),               /is no issuer/],
    ['this directory itself',          both(`https://sts.windows.net/${DEV.tenant}/`), /is this directory itself/],
    ['a tenant that is not here',      [...both(url), '--trust-tenant', 'fabrikam.example'], /--trust-tenant must name one tenant of this directory/],
    ['a claim without a name',         [...both(url), '--trust-user-claim', ''],      /It accepts the name of a claim/],
  ];
  for (const [what, args, message] of rows) {
    test(what, async (t) => {
      const { data, cwd } = folderFor(t);
      const { code, stdout, stderr } = await runProgram(['start', '--dev', '--port', '0', '--data', data, ...args], {
        cwd,
      });
      assert.deepEqual([code, stdout], [1, ''], stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }
});
