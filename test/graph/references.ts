import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import {
  assertDone,
  assertNotFound,
  assertRefused,
  GRAPH_URL,
  idsOf,
  type Made,
  makeDevice,
  NOBODY,
} from './expect.ts';

/**
 * Adding, listing and removing by reference: the same for `registeredUsers` and `registeredOwners`, each of which has
 * pages of its own, and a test file of its own that calls this.
 */

const HEAD_OFFICE = '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad';
/** The service principal of the Inventory Daemon. */
const DAEMON_PRINCIPAL = fixedGuid(`principal:${DEV.daemon}`);
const INVALID_URL = 'Invalid URL format specified in payload.';
const NOT_BUILT = 'This operation target is not yet supported.';

let desk: Desk;

const ask = (method: string, url: string, body?: unknown) =>
  desk.ask(method, url, { as: 'intune.admin', ...(body === undefined ? {} : { body }) });
const reference = (url: unknown) => ({ '@odata.id': url });
const member = reference(`${GRAPH_URL}/directoryObjects/${DEV.member}`);

/** Each way to write the user's address. */
const FORMS: readonly string[] = [
  `https://graph.microsoft.com/v1.0/directoryObjects/${DEV.member}`,
  `https://graph.microsoft.com/beta/directoryObjects/${DEV.member}`,
  `https://graph.microsoft.com/v1.0/users/${DEV.member}`,
  'https://graph.microsoft.com/v1.0/users/member@contoso.example',
  `https://graph.microsoft.com/v1.0/${DEV.tenant}/directoryObjects/${DEV.member}`,
  `https://graph.microsoft.com/v1.0/directoryObjects('${DEV.member}')`,
  `https://graph.microsoft.com/v1.0/DirectoryObjects/${DEV.member.toUpperCase()}`,
  `https://graph.microsoft.us/v1.0/directoryObjects/${DEV.member}`,
  `https://microsoftgraph.chinacloudapi.cn/v1.0/users/${DEV.member}`,
  `http://127.0.0.1:8585/v1.0/directoryObjects/${DEV.member}`,
  `http://rollcall.test/beta/users/${DEV.member}/`,
  `HTTPS://example.com/v1.0//directoryObjects//${DEV.member}`,
];

/** Addresses that mean no object at all. */
const NO_ADDRESS: readonly unknown[] = [
  DEV.member,
  `/v1.0/directoryObjects/${DEV.member}`,
  `directoryObjects/${DEV.member}`,
  `users/${DEV.member}`,
  `//graph.microsoft.com/v1.0/users/${DEV.member}`,
  `ftp://graph.microsoft.com/v1.0/users/${DEV.member}`,
  `https://graph.microsoft.com/users/${DEV.member}`,
  `https://graph.microsoft.com/v2.0/users/${DEV.member}`,
  'https://graph.microsoft.com/v1.0/users',
  'https://graph.microsoft.com/v1.0/directoryObjects',
  `https://graph.microsoft.com/v1.0/users/${DEV.member}/registeredDevices`,
  'https://',
  '',
  null,
  7,
  [`https://graph.microsoft.com/v1.0/users/${DEV.member}`],
  { url: `https://graph.microsoft.com/v1.0/users/${DEV.member}` },
];

/** Bodies that are no reference. */
const NO_REFERENCE: readonly (readonly [body: unknown, message: string])[] = [
  [{}, INVALID_URL],
  [{ id: DEV.member }, "Invalid property 'id'."],
  [{ ...member, displayName: 'Member' }, "Invalid property 'displayName'."],
  [{ '@odata.ID': `${GRAPH_URL}/users/${DEV.member}` }, "Invalid property '@odata.ID'."],
  [[], 'Unable to read JSON request payload. The body must be one JSON object.'],
  ['', 'Empty Payload. JSON content expected.'],
];

/** Objects that may not be there, by the way they are called in the refusal. */
const WRONG_TARGETS: readonly (readonly [url: string, target: string, type: string])[] = [
  [`directoryObjects/${DEV.kiosks}`, `Group_${DEV.kiosks}`, 'Group'],
  [`directoryObjects/${DEV.buildAgent}`, `Device_${DEV.buildAgent}`, 'Device'],
  [`devices/${DEV.buildAgent}`, `Device_${DEV.buildAgent}`, 'Device'],
  [`devices(deviceId='${DEV.kioskDeviceId}')`, `Device_${DEV.kiosk}`, 'Device'],
  [`directoryObjects/${HEAD_OFFICE}`, `AdministrativeUnit_${HEAD_OFFICE}`, 'AdministrativeUnit'],
];

export function testReferences(relation: string, inverse: string): void {
  before(async () => {
    desk = await openDesk();
  });
  after(() => desk.close());
  testAdding(relation, inverse);
  testAddingRefused(relation);
  testTargetsRefused(relation);
  testListing(relation);
  testRemoving(relation, inverse);
  testRemovingRefused(relation);
  testAddresses(relation);
}

/** The page's two addresses, on both versions. */
function addressesOf({ id, deviceId }: Made): readonly string[] {
  const addresses = [`/devices/${id}`, `/devices(deviceId='${deviceId}')`];
  return ['/v1.0', '/beta'].flatMap((version) => addresses.map((address) => version + address));
}

function testAdding(relation: string, inverse: string): void {
  test(`POST …/${relation}/$ref, by id and by deviceId, on v1.0 and beta`, async () => {
    const made = await makeDevice(desk);
    for (const address of addressesOf(made)) {
      assertDone(await ask('POST', `${address}/${relation}/$ref`, member));
      assert.deepEqual(idsOf(await ask('GET', `${address}/${relation}`)), [DEV.member]);
      assert.ok(idsOf(await ask('GET', `/v1.0/users/${DEV.member}/${inverse}`)).includes(made.id));
      assertDone(await ask('DELETE', `${address}/${relation}/${DEV.member}/$ref`));
      assert.deepEqual(idsOf(await ask('GET', `${address}/${relation}`)), []);
    }
  });

  for (const form of FORMS) {
    test(`${relation}: @odata.id ${form}`, async () => {
      const { path } = await makeDevice(desk);
      assertDone(await ask('POST', `${path}/${relation}/$ref`, reference(form)));
      assert.deepEqual(idsOf(await ask('GET', `${path}/${relation}`)), [DEV.member]);
    });
  }

  test(`a service principal may be one of the ${relation}`, async () => {
    const { path } = await makeDevice(desk);
    const url = `${GRAPH_URL}/directoryObjects/${DAEMON_PRINCIPAL}`;
    assertDone(await ask('POST', `${path}/${relation}/$ref`, reference(url)));
    const [only] = (await ask('GET', `${path}/${relation}?$select=id,displayName`)).json.value;
    const type = '#microsoft.graph.servicePrincipal';
    assert.deepEqual(only, { '@odata.type': type, id: DAEMON_PRINCIPAL, displayName: 'Inventory Daemon' });
  });
}

function testAddingRefused(relation: string): void {
  const add = (body: unknown) => ask('POST', `/v1.0/devices/${DEV.buildAgent}/${relation}/$ref`, body);
  const message = `One or more added object references already exist for the following modified properties: '${relation}'.`;

  test(`already one of the ${relation}`, async () => {
    const { path } = await makeDevice(desk);
    assertDone(await ask('POST', `${path}/${relation}/$ref`, member));
    for (const form of FORMS) {
      const reply = await ask('POST', `${path}/${relation}/$ref`, reference(form));
      assertRefused(reply, 400, 'Request_BadRequest', message);
    }
    assert.deepEqual(idsOf(await ask('GET', `${path}/${relation}`)), [DEV.member]);
  });

  for (const url of NO_ADDRESS) {
    test(`${relation}: @odata.id ${JSON.stringify(url)} is refused`, async () => {
      assertRefused(await add(reference(url)), 400, 'BadRequest', INVALID_URL);
    });
  }

  for (const [body, words] of NO_REFERENCE) {
    test(`${relation}: the body ${JSON.stringify(body)} is refused`, async () => {
      const reply = await add(body);
      assert.equal(reply.status, 400, reply.text);
      assert.equal(reply.json.error.message, words);
    });
  }
}

function testTargetsRefused(relation: string): void {
  const add = (body: unknown) => ask('POST', `/v1.0/devices/${DEV.buildAgent}/${relation}/$ref`, body);

  for (const [url, target, type] of WRONG_TARGETS) {
    test(`${relation}: ${url} may not be there`, async () => {
      const words = `The reference target '${target}' of type '${type}' is invalid for the '${relation}' reference.`;
      assertRefused(await add(reference(`${GRAPH_URL}/${url}`)), 400, 'Request_BadRequest', words);
    });
  }

  test(`${relation}: the target, or the device, is missing`, async () => {
    assertNotFound(await add(reference(`${GRAPH_URL}/directoryObjects/${NOBODY}`)), NOBODY);
    assertNotFound(await add(reference(`${GRAPH_URL}/users/${NOBODY}`)), NOBODY);
    assertNotFound(await add(reference(`${GRAPH_URL}/users/${DEV.kiosk}`)), DEV.kiosk);
    assertNotFound(await add(reference(`${GRAPH_URL}/users/nobody@contoso.example`)), 'nobody@contoso.example');
    assertNotFound(await ask('POST', `/v1.0/devices/${NOBODY}/${relation}/$ref`, member), NOBODY);
    assertNotFound(await ask('POST', `/v1.0/devices(deviceId='x')/${relation}/$ref`, member), 'x');
  });

  test(`${relation}: an object of another tenant isn't found, whatever its id`, async () => {
    const { path } = await makeDevice(desk);
    const url = `${GRAPH_URL}/${NOBODY}/directoryObjects/${DEV.member}`;
    const added = await ask('POST', `${path}/${relation}/$ref`, reference(url));
    assertRefused(added, 404, 'Request_ResourceNotFound');
    assertDone(await ask('POST', `${path}/${relation}/$ref`, member));
    const removed = await ask('DELETE', `${path}/${relation}/$ref?@odata.id=${url}`);
    assertRefused(removed, 404, 'Request_ResourceNotFound');
  });

  test(`${relation}: a name that is no id`, async () => {
    const reply = await add(reference(`${GRAPH_URL}/users/member`));
    assertRefused(reply, 400, 'Request_BadRequest', "Invalid object identifier 'member'.");
  });

  test(`${relation}: nothing of all that has added anything`, async () => {
    assert.deepEqual(idsOf(await ask('GET', `/v1.0/devices/${DEV.buildAgent}/${relation}`)), []);
  });
}

function testListing(relation: string): void {
  test(`GET …/${relation}: each with its type, in the context of directoryObjects`, async () => {
    const reply = await desk.ask('GET', `/v1.0/devices/${DEV.kiosk}/${relation}`, { as: 'member' });
    assert.equal(reply.status, 200, reply.text);
    const user = (await ask('GET', `/v1.0/users/${DEV.member}`)).json;
    const { '@odata.context': _, ...values } = user;
    const context = 'http://rollcall.test/v1.0/$metadata#directoryObjects';
    assert.deepEqual(reply.json, {
      '@odata.context': context,
      value: [{ '@odata.type': '#microsoft.graph.user', ...values }],
    });
    assert.equal(Object.keys(reply.json.value[0])[0], '@odata.type');
  });

  test(`GET …/${relation} in pages, with $select`, async () => {
    const { path } = await makeDevice(desk);
    const users = [DEV.member, DEV.registrar, DEV.globalAdmin, DEV.intuneAdmin, DAEMON_PRINCIPAL];
    for (const id of users) {
      assertDone(await ask('POST', `${path}/${relation}/$ref`, reference(`${GRAPH_URL}/directoryObjects/${id}`)));
    }
    const found: string[] = [];
    let url: string | undefined = `${path}/${relation}?$top=2&$select=id`;
    for (; url !== undefined; url = url?.replace('http://rollcall.test', '')) {
      const { json } = await ask('GET', url);
      assert.equal(json['@odata.context'], 'http://rollcall.test/v1.0/$metadata#directoryObjects(id)');
      found.push(...json.value.map(({ id }: { id: string }) => id));
      url = json['@odata.nextLink'];
    }
    assert.deepEqual([...found].sort(), [...users].sort());
    const unknown = await ask('GET', `${path}/${relation}?$select=deviceId`);
    const words = "Property 'deviceId' does not exist as a declared property or extension property.";
    assertRefused(unknown, 400, 'Request_UnsupportedQuery', words);
  });

  test(`GET …/${relation} of no device`, async () => {
    assertNotFound(await ask('GET', `/v1.0/devices/${NOBODY}/${relation}`), NOBODY);
  });
}

function testRemoving(relation: string, inverse: string): void {
  const user = `${GRAPH_URL}/users/${DEV.registrar}`;
  const removals: readonly string[] = [
    `${relation}/${DEV.registrar}/$ref`,
    `${relation}/${DEV.registrar.toUpperCase()}/$ref`,
    `${relation}(${DEV.registrar})/$ref`,
    `${relation}('${DEV.registrar}')/$ref`,
    ...['@odata.id', '%40odata.id', '@id', '%40id'].flatMap((name) => [
      `${relation}/$ref?${name}=${user}`,
      `${relation}/$ref?${name}=${encodeURIComponent(user)}`,
      `${relation}/$ref?${name}=${GRAPH_URL}/directoryObjects/${DEV.registrar}`,
    ]),
  ];
  for (const removal of removals) {
    test(`DELETE …/${removal}`, async () => {
      const made = await makeDevice(desk);
      for (const id of [DEV.member, DEV.registrar]) {
        const body = reference(`${GRAPH_URL}/directoryObjects/${id}`);
        assertDone(await ask('POST', `${made.path}/${relation}/$ref`, body));
      }
      assertDone(await ask('DELETE', `${made.path}/${removal}`));
      assert.deepEqual(idsOf(await ask('GET', `${made.path}/${relation}`)), [DEV.member]);
      assert.ok(!idsOf(await ask('GET', `/v1.0/users/${DEV.registrar}/${inverse}`)).includes(made.id));
      assertNotFound(await ask('DELETE', `${made.path}/${removal}`), DEV.registrar);
      assert.equal((await ask('GET', `/v1.0/users/${DEV.registrar}`)).status, 200, 'the user itself is still there');
    });
  }
}

function testRemovingRefused(relation: string): void {
  const remove = (rest: string) => ask('DELETE', `/v1.0/devices/${DEV.kiosk}/${relation}/${rest}`);

  test(`DELETE: not one of the ${relation}, or not there at all`, async () => {
    assertNotFound(await remove(`${DEV.registrar}/$ref`), DEV.registrar);
    assertNotFound(await remove(`${NOBODY}/$ref`), NOBODY);
    assertNotFound(await remove(`$ref?@odata.id=${GRAPH_URL}/users/${DEV.registrar}`), DEV.registrar);
    assertNotFound(await ask('DELETE', `/v1.0/devices/${NOBODY}/${relation}/${DEV.member}/$ref`), NOBODY);
    assertRefused(await remove('x/$ref'), 400, 'Request_BadRequest', "Invalid object identifier 'x'.");
  });

  const both = `$ref?@odata.id=${GRAPH_URL}/users/${DEV.member}&@id=${GRAPH_URL}/users/${DEV.member}`;
  for (const rest of [
    '$ref',
    '$ref?@odata.id=',
    `$ref?@odata.id=${DEV.member}`,
    `$ref?@id=users/${DEV.member}`,
    both,
  ]) {
    test(`DELETE …/${relation}/${rest} names nobody to remove`, async () => {
      assertRefused(await remove(rest), 400, 'BadRequest', INVALID_URL);
    });
  }

  test(`DELETE …/${relation}/{id}/$ref takes no second name, and no other option`, async () => {
    const words = "'@odata.id' is not supported by the service.";
    const twice = await remove(`${DEV.member}/$ref?@odata.id=${GRAPH_URL}/users/${DEV.member}`);
    assertRefused(twice, 400, 'Request_BadRequest', words);
    assertRefused(await remove(`${DEV.member}/$ref?$top=1`), 400, 'Request_BadRequest');
  });

  test(`DELETE …/${relation}/{id} without $ref would delete the user, and is not built`, async () => {
    assertRefused(await remove(DEV.member), 501, 'NotImplemented', NOT_BUILT);
    assert.equal((await ask('GET', `/v1.0/users/${DEV.member}`)).status, 200);
  });

  test(`nothing of all that has removed anything from ${relation}`, async () => {
    assert.deepEqual(idsOf(await ask('GET', `/v1.0/devices/${DEV.kiosk}/${relation}`)), [DEV.member]);
  });
}

function testAddresses(relation: string): void {
  const here = `/v1.0/devices/${DEV.kiosk}/${relation}`;

  test(`writing to ${relation} without $ref`, async () => {
    for (const [method, url] of [
      ['POST', here],
      ['PUT', here],
      ['PATCH', here],
      ['PATCH', `${here}/${DEV.member}`],
    ] as const) {
      const words = 'Write requests are only supported on contained entities';
      assertRefused(await ask(method, url, member), 400, 'BadRequest', words);
    }
  });

  for (const rest of ['microsoft.graph.user/$ref', 'microsoft.graph.device', `${DEV.member}/displayName`]) {
    test(`GET …/${relation}/${rest} is not built`, async () => {
      assertRefused(await ask('GET', `${here}/${rest}`), 501, 'NotImplemented', NOT_BUILT);
    });
  }

  test(`GET …/${relation}/$ref: where each of them is`, async () => {
    const place = `http://rollcall.test/v2/${DEV.tenant}/directoryObjects/${DEV.member}/Microsoft.DirectoryServices.User`;
    assert.deepEqual((await ask('GET', `${here}/$ref`)).json, {
      '@odata.context': 'http://rollcall.test/v1.0/$metadata#Collection($ref)',
      value: [{ '@odata.id': place }],
    });
  });

  test(`GET …/${relation}/{id}: it, if it is there`, async () => {
    const { '@odata.context': _, ...user } = (await ask('GET', `/v1.0/users/${DEV.member}`)).json;
    for (const address of [`${here}/${DEV.member}`, `${here}('${DEV.member.toUpperCase()}')`]) {
      assert.deepEqual((await ask('GET', address)).json, {
        '@odata.context': 'http://rollcall.test/v1.0/$metadata#directoryObjects/$entity',
        '@odata.type': '#microsoft.graph.user',
        ...user,
      });
    }
    assert.deepEqual((await ask('GET', `${here}/${DEV.member}/graph.user?$select=id`)).json, {
      '@odata.context': 'http://rollcall.test/v1.0/$metadata#users(id)/$entity',
      id: DEV.member,
    });
    assertNotFound(await ask('GET', `${here}/${DEV.registrar}`), DEV.registrar);
    assertNotFound(await ask('GET', `${here}/${NOBODY}`), NOBODY);
    assertNotFound(await ask('GET', `${here}/${DEV.member}/graph.servicePrincipal`), DEV.member);
    assertNotFound(await ask('GET', `/v1.0/devices/${NOBODY}/${relation}/${DEV.member}`), NOBODY);
  });

  test(`GET …/${relation}/microsoft.graph.user: those of that type, in its context`, async () => {
    const { '@odata.context': _, ...user } = (await ask('GET', `/v1.0/users/${DEV.member}`)).json;
    for (const cast of ['microsoft.graph.user', 'graph.user', 'Microsoft.Graph.User']) {
      const context = 'http://rollcall.test/v1.0/$metadata#users';
      assert.deepEqual((await ask('GET', `${here}/${cast}`)).json, { '@odata.context': context, value: [user] });
    }
    assert.deepEqual(idsOf(await ask('GET', `${here}/graph.servicePrincipal`)), []);
  });

  test(`GET …/${relation}/$count: with its header`, async () => {
    const headers = { consistencylevel: 'eventual' };
    for (const [path, count] of [
      ['$count', '1'],
      ['graph.user/$count', '1'],
      ['graph.servicePrincipal/$count', '0'],
    ]) {
      const reply = await desk.ask('GET', `${here}/${path}`, { as: 'member', headers });
      assert.deepEqual([reply.status, reply.text], [200, count]);
    }
    const words = '$count is not currently supported.';
    assertRefused(await ask('GET', `${here}/$count`), 400, 'Request_BadRequest', words);
  });

  test(`a key in parentheses is never overlooked`, async () => {
    const { path } = await makeDevice(desk);
    for (const address of [`${relation}(${DEV.member})/$ref`, `${relation}/$ref(${DEV.member})`]) {
      const reply = await ask('POST', `${path}/${address}`, reference(`${GRAPH_URL}/users/${DEV.registrar}`));
      assert.ok(reply.status >= 400, `${address}: ${reply.status}`);
    }
    assert.deepEqual(idsOf(await ask('GET', `${path}/${relation}`)), []);
  });

  test(`methods that ${relation}/$ref doesn't know`, async () => {
    const words = 'Specified HTTP method is not allowed for the request target.';
    for (const method of ['PUT', 'PATCH']) {
      assertRefused(await ask(method, `${here}/$ref`, member), 405, 'Request_BadRequest', words);
    }
    const reply = await ask('POST', `${here}/${DEV.member}/$ref`, member);
    assertRefused(reply, 405, 'Request_BadRequest', words);
    assert.equal(reply.headers.get('allow'), 'DELETE');
  });
}
