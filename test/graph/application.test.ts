import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertNotFound, assertRefused, idsOf, NOBODY, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/application-list, https://learn.microsoft.com/graph/api/serviceprincipal-list, and of get */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const get = (url: string, as = 'member') => desk.ask('GET', url, { as });

// biome-ignore format: a table is read by its columns
const SETS: readonly (readonly [set: string, count: number])[] = [
  ['applications',      4],
  ['servicePrincipals', 7],
];

for (const [set, count] of SETS) {
  for (const version of ['v1.0', 'beta']) {
    test(`/${version}/${set}: listed, and read by id and appId`, async () => {
      const page = await get(`/${version}/${set}`);
      assert.equal(page.json['@odata.context'], `${ORIGIN}/${version}/$metadata#${set}`);
      assert.equal(idsOf(page).length, count);
      const one = page.json.value.find(({ appId }: { appId: string }) => appId === DEV.daemon);
      assert.equal(one.displayName, 'Inventory Daemon');
      for (const address of [`${set}/${one.id}`, `${set}(appId='${DEV.daemon}')`]) {
        const reply = await get(`/${version}/${address}`);
        assert.deepEqual(reply.json, { '@odata.context': `${ORIGIN}/${version}/$metadata#${set}/$entity`, ...one });
      }
    });
  }

  test(`/${set}: nothing there, and who may`, async () => {
    assertNotFound(await get(`/v1.0/${set}/${NOBODY}`), NOBODY);
    // Guests read what they can name, and list nothing.
    assertRefused(await get(`/v1.0/${set}`, 'guest'), 403, 'Authorization_RequestDenied');
    assertNotFound(await get(`/v1.0/${set}/${NOBODY}`, 'guest'), NOBODY);
    for (const path of [set, `${set}/${NOBODY}`]) {
      const token = await desk.tokenOfApp(DEV.unconsented);
      assertRefused(await desk.ask('GET', `/v1.0/${path}`, { token }), 403, 'Authorization_RequestDenied');
    }
  });
}

// biome-ignore format: a table is read by its columns
const FOUND: readonly (readonly [url: string, names: readonly string[]])[] = [
  [`servicePrincipals?$filter=appId eq '${DEV.daemon}'`,                        ['Inventory Daemon']],
  [`servicePrincipals?$filter=appId eq '${DEV.daemon.toUpperCase()}'`,          ['Inventory Daemon']],
  ["servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'", ['Microsoft Graph']],
  ["servicePrincipals?$filter=displayName eq 'Microsoft Graph'",                ['Microsoft Graph']],
  ["servicePrincipals?$filter=startsWith(displayName,'Inventory')&$orderby=id", []],
  ["servicePrincipals?$filter=startswith(displayName,'Inventory D')",           ['Inventory Daemon']],
  ["servicePrincipals?$filter=servicePrincipalType eq 'ManagedIdentity'",       []],
  ["servicePrincipals?$filter=servicePrincipalNames/any(n:n eq 'api://x')",     []],
  [`applications?$filter=appId eq '${DEV.reader}'`,                             ['Inventory Reader']],
  ["applications?$filter=displayName eq 'inventory reader'",                    ['Inventory Reader']],
  ["applications?$filter=identifierUris/any(u:u eq 'api://x')",                 []],
];

for (const [url, names] of FOUND) {
  test(`GET /${url}`, async () => {
    const reply = await get(`/v1.0/${url}&$select=displayName`);
    if (url.includes('$orderby')) {
      // An id sorts nothing.
      assertRefused(reply, 400, 'Request_UnsupportedQuery', "Unsupported sort property 'id' for 'ServicePrincipal'.");
      return;
    }
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(
      reply.json.value.map(({ displayName }: { displayName: string }) => displayName),
      names,
    );
  });
}
