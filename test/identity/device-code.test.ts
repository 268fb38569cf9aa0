import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerDevice, approval, pendingDevice } from '../../src/identity/deviceCodes.ts';
import { DEV, type Reply } from '../support/rollcall.ts';
import {
  APP,
  assertRefused,
  claimsOf,
  type Form,
  GRAPH,
  ORIGIN,
  openSignInDesk,
  SECRET,
  SIGN_IN_SCOPES,
  type SignInDesk,
} from './signInDesk.ts';

/** Devices without a browser: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code */

let desk: SignInDesk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const DEVICE = { to: 'oauth2/v2.0/devicecode' };
const NAMES = ['urn:ietf:params:oauth:grant-type:device_code', 'device_code'];
const asked: Form = { client_id: APP.tool, scope: `User.Read ${SIGN_IN_SCOPES}` };

type Codes = { readonly device_code: string; readonly user_code: string };

async function start(form: Form = asked, tenant: string = DEV.tenant): Promise<Codes> {
  const reply = await desk.post(form, { ...DEVICE, tenant });
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

function poll({ device_code }: Codes, more: Form = {}, tenant: string = DEV.tenant): Promise<Reply> {
  return desk.post({ grant_type: 'device_code', client_id: APP.tool, device_code, ...more }, { tenant });
}

const world = () => desk.rollcall.world;
const approve = ({ user_code }: Codes, user: string = DEV.member) =>
  answerDevice(world(), user_code, approval(world(), desk.tenant, user, ['pwd']));

test('a device is told its codes, where they are typed, and how often to ask', async () => {
  const { device_code, user_code, ...rest } = (await desk.post(asked, DEVICE)).json;
  assert.deepEqual(rest, {
    verification_uri: `${ORIGIN}/devicelogin`,
    expires_in: 900,
    interval: 5,
    message: `To sign in, use a web browser to open the page ${ORIGIN}/devicelogin and enter the code ${user_code} to authenticate.`,
  });
  assert.match(user_code, /^[B-DF-HJ-NP-TV-Z2-9]{9}$/);
  assert.ok(device_code.length > 80 && !device_code.includes(user_code));
});

test("v1.0 calls the page's address a URL, and writes numbers as texts", async () => {
  const form = { client_id: APP.tool, resource: GRAPH };
  const { json } = await desk.post(form, { to: 'oauth2/devicecode' });
  assert.deepEqual([json.verification_url, json.expires_in, json.interval], [`${ORIGIN}/devicelogin`, '900', '5']);
  await approve(json);
  const sent = { grant_type: 'device_code', client_id: APP.tool, code: json.device_code, resource: GRAPH };
  const reply = await desk.post(sent, { to: 'oauth2/token' });
  assert.deepEqual([reply.json.resource, reply.json.scope], [GRAPH, 'User.Read Device.Read.All']);
});

for (const grant_type of NAMES) {
  test(`${grant_type}: pending, approved, used up`, async () => {
    const codes = await start();
    assertRefused(await poll(codes, { grant_type }), 'authorization_pending', 70016);
    assertRefused(await poll(codes, { grant_type }), 'authorization_pending', 70016);
    assert.equal(await approve(codes), true);
    const reply = await poll(codes, { grant_type, client_info: '1' });
    const { scp, oid, appid } = claimsOf(reply);
    assert.deepEqual([scp, oid, appid], ['User.Read openid profile', DEV.member, APP.tool]);
    assert.ok(reply.json.id_token && reply.json.refresh_token && reply.json.client_info);
    assertRefused(await poll(codes, { grant_type }), 'bad_verification_code', 70018);
  });
}

for (const tenant of ['common', 'organizations', 'contoso.example']) {
  test(`a device may leave the tenant open: /${tenant}`, async () => {
    const codes = await start(asked, tenant);
    await approve(codes);
    assert.equal(claimsOf(await poll(codes, {}, tenant))['tid'], DEV.tenant);
  });
}

test('what is asked for is shown to whoever types the code, in any case, with blanks and dashes', async () => {
  const codes = await start();
  const request = { appId: APP.tool, scope: asked['scope'], tenantName: DEV.tenant };
  const code = codes.user_code;
  for (const typed of [code, code.toLowerCase(), ` ${code.slice(0, 4)}-${code.slice(4)} `]) {
    assert.deepEqual(await pendingDevice(world(), typed), request);
  }
  assert.equal(await pendingDevice(world(), 'BCDFGHJKL'), undefined);
  await approve(codes);
  assert.equal(await pendingDevice(world(), code), undefined);
});

test('a device that asked for one tenant, or asks at another, is given nobody of a third', async () => {
  const console = DEV.console;
  const codes = await start({ ...asked, client_id: console, scope: 'User.Read' }, 'consumers');
  await approve(codes);
  for (const tenant of ['consumers', 'common']) {
    assertRefused(await poll(codes, { client_id: console }, tenant), 'invalid_grant', 700005);
  }
});

test('declined is declined', async () => {
  const codes = await start();
  assert.equal(await answerDevice(world(), codes.user_code, { declined: true }), true);
  assertRefused(await poll(codes), 'authorization_declined', 70017);
  assert.equal(await approve(codes), false, 'it has been answered');
});

test('of many answers at once one counts, and of many devices that ask one is told', async () => {
  const codes = await start();
  const users = [DEV.member, DEV.intuneAdmin, DEV.globalAdmin, DEV.registrar];
  const counted = await Promise.all(users.map((user) => approve(codes, user)));
  assert.equal(counted.filter(Boolean).length, 1);
  const replies = await Promise.all(users.map(() => poll(codes)));
  assert.equal(replies.filter(({ status }) => status === 200).length, 1);
  for (const reply of replies.filter(({ status }) => status !== 200)) {
    assertRefused(reply, 'bad_verification_code', 70018);
  }
});

test('after fifteen minutes a code is good for nothing', async () => {
  const [codes, approved] = [await start(), await start()];
  desk.clock.advance(890_000);
  await approve(approved);
  desk.clock.advance(10_000);
  assertRefused(await poll(codes), 'expired_token', 70020);
  assertRefused(await poll(approved), 'expired_token', 70020);
  assert.equal(await approve(codes), false);
});

test('refused: what is no code, the code of another client, a code in the place of another', async () => {
  const codes = await start();
  await approve(codes);
  const code = await desk.code({ app: APP.tool, redirect: 'http://localhost' });
  const forged = `${codes.device_code.slice(0, -1)}${codes.device_code.endsWith('A') ? 'B' : 'A'}`;
  for (const device_code of ['x', codes.user_code, code, forged]) {
    assertRefused(await poll({ ...codes, device_code }), 'bad_verification_code', 70018);
  }
  const other = { client_id: '14d82eec-204b-4c2f-b7e8-296a70dab67e' };
  assertRefused(await poll(codes, other), 'bad_verification_code', 70018);
  assertRefused(await poll(codes, { client_id: APP.warehouse, client_secret: SECRET }), 'bad_verification_code', 70018);
  assert.equal((await poll(codes)).status, 200);
});

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [what: string, form: Form, error: string, number: number])[] = [
  ['no client',             { scope: 'User.Read' },                              'invalid_request',     900144],
  ['an unknown client',     { ...asked, client_id: DEV.member },                 'unauthorized_client', 700016],
  ['no scope',              { client_id: APP.tool },                             'invalid_request',     900144],
  ['an unknown resource',   { ...asked, scope: 'api://nowhere.example/x' },      'invalid_resource',    500011],
  ['two resources',         { ...asked, scope: 'User.Read api://factory.example/Run' }, 'invalid_request', 28000],
];

for (const [what, form, error, number] of REFUSED) {
  test(`no code for ${what}`, async () => assertRefused(await desk.post(form, DEVICE), error, number));
}
