import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { rememberIdentity } from '../../src/identity/remember.ts';
import type { Store } from '../../src/store/contract.ts';
import { heardBy } from '../../src/store/heard.ts';
import { DEV } from '../support/rollcall.ts';
import {
  APP,
  assertRefused,
  claimsOf,
  type Form,
  GRAPH,
  hashOf,
  objectOf,
  openSignInDesk,
  REDIRECT,
  SECRET,
  type SignInDesk,
} from './signInDesk.ts';

/** What sign-in remembers is forgotten at once: the next token is by what the directory says now. */

let desk: SignInDesk;
before(async () => {
  desk = await openSignInDesk();
});
after(() => desk.close());

const intranet = { client_id: APP.intranet, client_secret: SECRET };
const daemon: Form = { grant_type: 'client_credentials', ...intranet, scope: `${GRAPH}/.default` };

async function patch(path: string, body: object): Promise<void> {
  const { status, text } = await desk.ask('PATCH', `/v1.0/${path}`, { as: 'global.admin', token: await admin(), body });
  assert.equal(status, 204, text);
}

/** A token of the one who may do everything, by an application that was granted everything. */
const admin = () => desk.tokenOf('global.admin', { app: '14d82eec-204b-4c2f-b7e8-296a70dab67e' });

test('a secret that was added proves the client at once, and one that was removed no longer', async () => {
  const path = `/v1.0/applications/${objectOf(APP.intranet)}`;
  const token = await admin();
  const added = await desk.ask('POST', `${path}/addPassword`, { token, body: {} });
  assert.equal(added.status, 200, added.text);
  const { secretText: client_secret, keyId } = added.json;
  assert.equal((await desk.post({ ...daemon, client_secret })).status, 200);
  assert.equal((await desk.post(daemon)).status, 200, 'the other one, too');
  const removed = await desk.ask('POST', `${path}/removePassword`, { token, body: { keyId } });
  assert.equal(removed.status, 204, removed.text);
  assertRefused(await desk.post({ ...daemon, client_secret }), 'invalid_client', 7000215, 401);
});

test('a secret is good until it ends', async () => {
  const { store, tenant, clock } = desk;
  const ends = new Date(clock.now() + 60_000).toISOString().replace('.000', '');
  const credential = { kind: 'secret', hash: hashOf('for a minute'), key: randomUUID(), ends } as const;
  const change = { kind: 'credential', owner: objectOf(APP.intranet), credential } as const;
  const at = { at: ends, principal: DEV.globalAdmin, app: DEV.console };
  assert.ok((await desk.rollcall.world.store.write({ tenant, ...at, changes: [change] })).done);
  assert.ok((await store.credentials(tenant, objectOf(APP.intranet))).length > 1);
  const form = { ...daemon, client_secret: 'for a minute' };
  assert.equal((await desk.post(form)).status, 200);
  clock.advance(60_000);
  assertRefused(await desk.post(form), 'invalid_client', 7000222, 401);
});

test('a grant that was changed changes the next token, and with it the refresh tokens of before', async () => {
  const token = await admin();
  const scope = 'User.Read offline_access';
  const code = await desk.code({ app: APP.intranet, redirect: REDIRECT.intranet, scope });
  const first = await desk.post({
    grant_type: 'authorization_code',
    ...intranet,
    code,
    redirect_uri: REDIRECT.intranet,
  });
  const { refresh_token } = first.json;
  const all = await desk.ask('GET', `/v1.0/servicePrincipals(appId='${APP.intranet}')/oauth2PermissionGrants`, {
    token,
  });
  assert.equal(all.status, 200, all.text);
  const [grant] = all.json.value;
  await patch(`oauth2PermissionGrants/${grant.id}`, { scope: 'Device.Read.All' });
  const refresh = { grant_type: 'refresh_token', ...intranet, refresh_token };
  assertRefused(await desk.post(refresh), 'invalid_grant', 65001);
  const asked = await desk.post({ ...refresh, scope: 'Device.Read.All' });
  assert.equal(claimsOf(asked)['scp'], 'Device.Read.All');
});

test('a client that was disabled gets nothing, and again what it had once it is enabled', async () => {
  const principal = `servicePrincipals(appId='${APP.intranet}')`;
  await patch(principal, { accountEnabled: false });
  assertRefused(await desk.post(daemon), 'unauthorized_client', 7000112);
  await patch(principal, { accountEnabled: true });
  assert.equal((await desk.post(daemon)).status, 200);
});

test('the store is asked once, until something that matters is written', async () => {
  const { store, tenant } = desk;
  let asked = 0;
  const counted: Store = {
    ...store,
    load: (...args) => {
      asked++;
      return store.load(...args);
    },
  };
  const memory = rememberIdentity(counted);
  const remembering = heardBy([memory.hear], memory.store);
  const by = { property: 'id', value: DEV.member };
  for (let n = 0; n < 3; n++) await remembering.load(tenant, 'user', by);
  assert.equal(asked, 1);
  for (let n = 0; n < 3; n++) await remembering.load(tenant, 'device', by);
  assert.equal(asked, 4, 'devices are none of its affair');
  const write = { tenant, at: '2026-11-21T12:00:00Z', principal: DEV.member, app: DEV.console };
  await remembering.write({ ...write, changes: [{ kind: 'endTickets', family: 'x' }] });
  await remembering.load(tenant, 'user', by);
  assert.equal(asked, 4);
  const credential = { kind: 'secret', hash: 'sha256$x' } as const;
  await remembering.write({ ...write, changes: [{ kind: 'credential', owner: DEV.member, credential }] });
  await remembering.load(tenant, 'user', by);
  assert.equal(asked, 5);
});
