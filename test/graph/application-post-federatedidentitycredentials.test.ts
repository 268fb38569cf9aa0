import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, openDesk } from '../support/rollcall.ts';
import { invalid, makeApplication } from './applications.ts';
import { assertDone, assertNotFound, assertRefused, GUID, idsOf, NOBODY, ORIGIN } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/application-post-federatedidentitycredentials, and of list, get, update and delete:
 * https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
 */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const ask = (method: string, url: string, body?: unknown) =>
  desk.ask(method, `/v1.0/${url}`, { as: 'global.admin', ...(body === undefined ? {} : { body }) });

/** The request body of the page. */
const SAMPLE = {
  name: 'testing02',
  issuer: 'https://login.microsoftonline.com/3d1e2be9-a10a-4a0c-8380-7ce190f98ed9/v2.0',
  subject: 'a7d388c3-5e3f-4959-ac7d-786b3383006a',
  audiences: ['api://AzureADTokenExchange'],
};

test('made, listed, read, changed, deleted', async () => {
  const { id } = await makeApplication(desk);
  const set = `applications/${id}/federatedIdentityCredentials`;
  const made = await ask('POST', set, SAMPLE);
  assert.equal(made.status, 201, made.text);
  const { '@odata.context': context, ...json } = made.json;
  assert.equal(context, `${ORIGIN}/v1.0/$metadata#applications('${id}')/federatedIdentityCredentials/$entity`);
  assert.match(json.id, GUID);
  assert.deepEqual(json, { id: json.id, ...SAMPLE, description: null });
  assert.deepEqual((await ask('GET', set)).json.value, [json]);
  assert.deepEqual((await ask('GET', `${set}?$filter=name eq 'testing02'`)).json.value, [json]);
  assert.equal(
    (await desk.ask('GET', `/v1.0/${set}/$count`, { as: 'member', headers: { consistencylevel: 'eventual' } })).text,
    '1',
  );
  assert.deepEqual((await ask('GET', `${set}/${json.id}`)).json, made.json);
  assert.deepEqual(
    (await ask('GET', `applications/${id}?$expand=federatedIdentityCredentials`)).json.federatedIdentityCredentials[0]
      .name,
    'testing02',
  );
  assertDone(await ask('PATCH', `${set}/${json.id}`, { subject: 'repo:contoso/fleet:ref:refs/heads/main' }));
  assert.equal((await ask('GET', `${set}/${json.id}`)).json.subject, 'repo:contoso/fleet:ref:refs/heads/main');
  assertDone(await ask('DELETE', `${set}/${json.id}`));
  assert.deepEqual(idsOf(await ask('GET', set)), []);
  assertNotFound(await ask('GET', `${set}/${json.id}`), json.id);
});

test('each lives in its application, and goes with it', async () => {
  const [one, two] = [await makeApplication(desk), await makeApplication(desk)];
  const made = await ask('POST', `applications/${one.id}/federatedIdentityCredentials`, SAMPLE);
  const elsewhere = `applications/${two.id}/federatedIdentityCredentials/${made.json.id}`;
  for (const method of ['GET', 'DELETE']) assertNotFound(await ask(method, elsewhere), made.json.id);
  assertNotFound(await ask('PATCH', elsewhere, { subject: 'x' }), made.json.id);
  assert.deepEqual(idsOf(await ask('GET', `applications/${two.id}/federatedIdentityCredentials`)), []);
  // The same name in another application is another one.
  assert.equal((await ask('POST', `applications/${two.id}/federatedIdentityCredentials`, SAMPLE)).status, 201);
  assertDone(await ask('DELETE', `applications/${one.id}`));
  assertNotFound(await ask('GET', `applications/${one.id}/federatedIdentityCredentials`), one.id);
  assert.equal(idsOf(await ask('GET', `applications/${two.id}/federatedIdentityCredentials`)).length, 1);
});

const RESOURCE = 'FederatedIdentityCredential';

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [more: Record<string, unknown>, message: string])[] = [
  [{ name: undefined },                  `A value is required for property 'name' of resource '${RESOURCE}'.`],
  [{ issuer: undefined },                `A value is required for property 'issuer' of resource '${RESOURCE}'.`],
  [{ subject: '' },                      `A value is required for property 'subject' of resource '${RESOURCE}'.`],
  [{ audiences: undefined },             `A value is required for property 'audiences' of resource '${RESOURCE}'.`],
  [{ name: 'a b' },                      invalid('name', RESOURCE)],
  [{ name: 'x'.repeat(121) },            invalid('name', RESOURCE)],
  [{ issuer: 'http://a.example' },       invalid('issuer', RESOURCE)],
  [{ issuer: `https://a.example/${'x'.repeat(600)}` }, invalid('issuer', RESOURCE)],
  [{ audiences: ['a', 'b'] },            invalid('audiences', RESOURCE)],
  [{ audiences: [] },                    invalid('audiences', RESOURCE)],
  [{ applicationId: NOBODY },            "Invalid property 'applicationId'."],
];

for (const [more, message] of WRONG) {
  test(`${JSON.stringify(more).slice(0, 60)} is refused`, async () => {
    const { id } = await makeApplication(desk);
    const reply = await ask('POST', `applications/${id}/federatedIdentityCredentials`, { ...SAMPLE, ...more });
    assertRefused(reply, 400, 'Request_BadRequest', message);
  });
}

test('an application may be called by whatever names it', async () => {
  const name = `odd "name" {'\\`;
  const { appId } = await makeApplication(desk, [], { uniqueName: name });
  const key = `uniqueName='${encodeURIComponent(name).replaceAll("'", "''")}'`;
  const made = await ask('POST', `applications(${key})/federatedIdentityCredentials`, SAMPLE);
  assert.equal(made.status, 201, made.text);
  const page = await ask('GET', `applications(${key})/federatedIdentityCredentials`);
  assert.equal(
    page.json['@odata.context'],
    `${ORIGIN}/v1.0/$metadata#applications(${key})/federatedIdentityCredentials`,
  );
  assert.deepEqual(idsOf(page), [made.json.id]);
  const byAppId = await ask('GET', `applications(appId='${appId}')/federatedIdentityCredentials/${made.json.id}`);
  assert.equal(
    byAppId.json['@odata.context'],
    `${ORIGIN}/v1.0/$metadata#applications(appId='${appId}')/federatedIdentityCredentials/$entity`,
  );
});

test('each name once, and no more than twenty', async () => {
  const { id } = await makeApplication(desk);
  const set = `applications/${id}/federatedIdentityCredentials`;
  for (let n = 0; n < 20; n++) assert.equal((await ask('POST', set, { ...SAMPLE, name: `name-${n}` })).status, 201);
  const message = 'An application can have no more than 20 federated identity credentials.';
  assertRefused(await ask('POST', set, SAMPLE), 400, 'Request_BadRequest', message);
  const [first = ''] = idsOf(await ask('GET', set));
  assertDone(await ask('DELETE', `${set}/${first}`));
  const again = await ask('POST', set, { ...SAMPLE, name: 'Name-1' });
  assertRefused(
    again,
    409,
    'Request_MultipleObjectsWithSameKeyValue',
    'FederatedIdentityCredential with name Name-1 already exists.',
  );
  const renamed = await ask('PATCH', `${set}/${idsOf(await ask('GET', set))[0]}`, { name: 'other' });
  assertRefused(renamed, 400, 'Request_BadRequest', "Property 'name' is read-only and cannot be set.");
});
