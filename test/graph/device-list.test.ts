import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRollcall } from '../../src/app.ts';
import { issueToken } from '../../src/cli/token.ts';
import { seedTenant } from '../../src/directory/seed.ts';
import { headersOf, NO_BODY } from '../../src/http/message.ts';
import { DEV_TENANT } from '../../src/model/devTenant.ts';
import { DEV, type Desk, openDesk } from '../support/rollcall.ts';
import { assertRefused, follow, idsOf, JSON_TYPE, makeDevice, ORIGIN } from './expect.ts';

/** https://learn.microsoft.com/graph/api/device-list, https://learn.microsoft.com/graph/paging */

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const get = (url: string, at = desk) => at.ask('GET', url, { as: 'member' });

/** A desk with so many devices beside the development tenant's two, and their ids. */
async function deskWith(count: number): Promise<{ desk: Desk; ids: string[] }> {
  const desk = await openDesk();
  const ids: string[] = [DEV.kiosk, DEV.buildAgent];
  for (let n = 0; n < count; n++) ids.push((await makeDevice(desk, { displayName: `D${n}` })).id);
  return { desk, ids };
}

/** The ids of all pages from there on; between two pages something may happen. */
async function allPages(at: Desk, url: string, between = async (_page: number) => {}): Promise<string[][]> {
  const pages: string[][] = [];
  let next: string | undefined = url;
  while (next !== undefined) {
    const reply = await get(next, at);
    pages.push([...idsOf(reply)]);
    next = reply.json['@odata.nextLink'] === undefined ? undefined : follow(reply.json['@odata.nextLink']);
    await between(pages.length);
  }
  return pages;
}

test('GET /devices', async () => {
  for (const version of ['v1.0', 'beta']) {
    const reply = await get(`/${version}/devices`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.headers.get('content-type'), JSON_TYPE);
    assert.equal(reply.headers.get('odata-version'), '4.0');
    assert.deepEqual(Object.keys(reply.json), ['@odata.context', 'value']);
    assert.equal(reply.json['@odata.context'], `${ORIGIN}/${version}/$metadata#devices`);
    const alone = await get(`/${version}/devices/${DEV.kiosk}`);
    const { '@odata.context': _, ...kiosk } = alone.json;
    assert.deepEqual(reply.json.value[0], kiosk);
    assert.equal(reply.json.value.length, 2);
  }
});

test('$select: only those, in that order, and the context names them', async () => {
  const reply = await get('/v1.0/devices?$select=displayName,id');
  assert.equal(reply.json['@odata.context'], `${ORIGIN}/v1.0/$metadata#devices(displayName,id)`);
  const value = [
    { displayName: 'KIOSK-01', id: DEV.kiosk },
    { displayName: 'build-agent-7', id: DEV.buildAgent },
  ];
  assert.deepEqual(reply.json.value, value);
  assert.deepEqual(Object.keys(reply.json.value[0]), ['displayName', 'id']);
});

test('pages by @odata.nextLink: each object once, in the same order as without pages', async () => {
  const { desk, ids } = await deskWith(11);
  assert.deepEqual((await allPages(desk, '/v1.0/devices')).flat(), ids);
  for (const top of [1, 2, 5, 12, 13, 14, 999]) {
    const pages = await allPages(desk, `/v1.0/devices?$top=${top}`);
    assert.deepEqual(pages.flat(), ids, `$top=${top}`);
    assert.equal(pages.length, Math.ceil(ids.length / top), `$top=${top}`);
  }
  await desk.close();
});

test('a page holds 100 unless asked otherwise, and no link leads to an empty page', async () => {
  const { desk, ids } = await deskWith(99);
  const sizes = (await allPages(desk, '/v1.0/devices')).map((page) => page.length);
  assert.deepEqual(sizes, [100, 1]);
  assert.equal((await desk.ask('DELETE', `/v1.0/devices/${ids[0]}`, { as: 'intune.admin' })).status, 204);
  assert.deepEqual(
    (await allPages(desk, '/v1.0/devices')).map((page) => page.length),
    [100],
  );
  await desk.close();
});

test('the next link keeps the options and the version', async () => {
  const first = await get('/beta/devices?$top=1&%24select=id');
  const link: string = first.json['@odata.nextLink'];
  assert.ok(link.startsWith(`${ORIGIN}/beta/devices?$top=1&%24select=id&$skiptoken=`), link);
  const second = await get(follow(link));
  assert.deepEqual(second.json, {
    '@odata.context': `${ORIGIN}/beta/$metadata#devices(id)`,
    value: [{ id: DEV.buildAgent }],
  });
});

for (const written of ['skiptoken', '%24skiptoken', '$SkipToken', '$sk%69ptoken']) {
  test(`a token that was sent as ${written} makes room for the next one`, async () => {
    const { desk, ids } = await deskWith(1);
    const first = await get('/v1.0/devices?$top=1', desk);
    const second = await get(follow(first.json['@odata.nextLink']).replace('$skiptoken', written), desk);
    assert.deepEqual(idsOf(second), [ids[1]]);
    assert.deepEqual(idsOf(await get(follow(second.json['@odata.nextLink']), desk)), [ids[2]]);
    await desk.close();
  });
}

test('objects that are created or deleted between two pages: none twice, none of the others lost', async () => {
  const { desk, ids } = await deskWith(10);
  const [seen, unseen] = [ids[1], ids[9]];
  let created = '';
  const pages = await allPages(desk, '/v1.0/devices?$top=3', async (page) => {
    if (page !== 1) return;
    for (const id of [seen, unseen]) await desk.ask('DELETE', `/v1.0/devices/${id}`, { as: 'intune.admin' });
    created = (await makeDevice(desk)).id;
  });
  assert.deepEqual(pages.flat(), [...ids.filter((id) => id !== unseen), created]);
  await desk.close();
});

test('the object at which a page ended may be gone', async () => {
  const { desk, ids } = await deskWith(2);
  const first = await get('/v1.0/devices?$top=2', desk);
  await desk.ask('DELETE', `/v1.0/devices/${ids[1]}`, { as: 'intune.admin' });
  assert.deepEqual(idsOf(await get(follow(first.json['@odata.nextLink']), desk)), ids.slice(2));
  await desk.close();
});

// -- $top ------------------------------------------------------------------------------------------------------

const size = (value: string) => `Invalid page size specified: '${value}'. Must be between 1 and 999 inclusive.`;
const number = (value: string) =>
  `Invalid value '${value}' for $top query option found. The $top query option requires a non-negative integer value.`;

// biome-ignore format: a table is read by its columns
const TOPS: readonly (readonly [value: string, code: string, message: string])[] = [
  ['0',          'Request_UnsupportedQuery', size('0')],
  ['1000',       'Request_UnsupportedQuery', size('1000')],
  ['999999999',  'Request_UnsupportedQuery', size('999999999')],
  ['-1',         'BadRequest',               number('-1')],
  ['abc',        'BadRequest',               number('abc')],
  ['1.5',        'BadRequest',               number('1.5')],
  ['1e2',        'BadRequest',               number('1e2')],
  ['0x10',       'BadRequest',               number('0x10')],
  ['',           'BadRequest',               number('')],
];

for (const [value, code, message] of TOPS) {
  test(`$top=${value} is refused`, async () => {
    assertRefused(await get(`/v1.0/devices?$top=${value}`), 400, code, message);
  });
}

test('$top=1 and $top=999 are the bounds', async () => {
  assert.equal(idsOf(await get('/v1.0/devices?$top=1')).length, 1);
  assert.equal(idsOf(await get('/v1.0/devices?top=999')).length, 2);
});

// -- skip tokens -----------------------------------------------------------------------------------------------

async function skipToken(at = desk, url = '/v1.0/devices?$top=1'): Promise<string> {
  const link: string = (await get(url, at)).json['@odata.nextLink'];
  return link.slice(link.indexOf('$skiptoken=') + '$skiptoken='.length);
}

test('a skip token is good for its own query only', async () => {
  const token = await skipToken();
  assert.equal((await get(`/v1.0/devices?$top=1&$skiptoken=${token}`)).status, 200);
  const others = [
    '/v1.0/devices?$top=2',
    '/beta/devices?$top=1',
    '/v1.0/devices?$top=1&$select=id',
    '/v1.0/users?$top=1',
    `/v1.0/devices/${DEV.kiosk}/registeredUsers?$top=1`,
  ];
  for (const other of others) assertExpired(await get(`${other}&$skiptoken=${token}`));
  assertExpired(await get(`/v1.0/devices?$skiptoken=${token}`));
});

test('a skip token that nobody gave out', async () => {
  const token = await skipToken();
  const bytes = Buffer.from(token, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assertExpired(await get(`/v1.0/devices?$top=1&$skiptoken=${changed.toString('base64url')}`));
  }
  for (const made of ['', 'x', 'RFNwdAoAAQ', token.slice(0, 20), `${token}AAAA`, '%00']) {
    assertExpired(await get(`/v1.0/devices?$top=1&$skiptoken=${made}`));
  }
});

test('a skip token expires after a day', async () => {
  const desk = await openDesk();
  const token = await skipToken(desk);
  desk.clock.advance(24 * 3600 * 1000);
  const fresh = () => desk.tokenOf('member');
  const url = `/v1.0/devices?$top=1&$skiptoken=${token}`;
  assert.equal((await desk.ask('GET', url, { token: await fresh() })).status, 200);
  desk.clock.advance(1);
  assertExpired(await desk.ask('GET', url, { token: await fresh() }));
  await desk.close();
});

test("a skip token of another tenant's caller", async () => {
  const desk = await openDesk();
  await seedTenant(desk.store, fabrikam(), desk.clock.now());
  const { clock, store } = desk;
  const both = await createRollcall({ store, cloud: 'global', fidelity: 'documented', development: true, clock });
  const { token } = await issueToken(both.world, { user: 'intune.admin@fabrikam.example' });
  const ask = async (query: string) => {
    const headers = headersOf([['authorization', `Bearer ${token}`]]);
    const request = { method: 'GET', path: '/v1.0/devices', query, headers, origin: ORIGIN, body: NO_BODY };
    const answer = await both.handle(request);
    return {
      status: answer.status,
      json: JSON.parse(Buffer.concat(answer.body.map((part) => Buffer.from(part))).toString()),
    };
  };
  assert.deepEqual((await ask('$top=1')).json.value, [], "and it doesn't see the other tenant's devices");
  const { status, json } = await ask(`$top=1&$skiptoken=${await skipToken(desk)}`);
  assert.deepEqual([status, json.error.code], [400, 'Directory_ExpiredPageToken']);
  await desk.close();
});

function assertExpired(reply: Awaited<ReturnType<typeof get>>): void {
  assertRefused(reply, 400, 'Directory_ExpiredPageToken');
}

/** The development tenant once more, under another name, without its devices. */
function fabrikam(): typeof DEV_TENANT {
  const objects = DEV_TENANT.objects
    .filter(({ type }) => type !== 'device')
    .map(({ type, values }) => {
      const name = values['userPrincipalName'];
      const moved = typeof name === 'string' ? { userPrincipalName: name.replace('contoso', 'fabrikam') } : {};
      return { type, values: { ...values, ...moved } };
    });
  const id = '7f9a8b6c-1d2e-4f30-8a4b-5c6d7e8f9a0b';
  return { ...DEV_TENANT, id, displayName: 'Fabrikam', defaultDomain: 'fabrikam.example', objects, links: [] };
}

// -- options ---------------------------------------------------------------------------------------------------

const UNBUILT = ['$skip', '$apply', '$compute', '$deltatoken'];

for (const option of UNBUILT) {
  test(`${option} is not built: refused by name, with and without its $`, async () => {
    const message = `'${option}' is not supported by the service.`;
    for (const written of [option, option.replace('$', '%24'), option.slice(1), option.toUpperCase()]) {
      assertRefused(await get(`/v1.0/devices?${written}=1`), 400, 'Request_BadRequest', message);
    }
  });
}

test("an option that isn't OData's is refused by the name it was sent with", async () => {
  for (const name of ['$nothing', 'nothing', 'Top_', '__proto__', 'constructor']) {
    const message = `'${name}' is not supported by the service.`;
    assertRefused(await get(`/v1.0/devices?${name}=1`), 400, 'Request_BadRequest', message);
  }
});

for (const query of ['$top=1&$top=1', '$top=1&top=2', '%24top=1&$TOP=1']) {
  test(`an option that stands twice is refused: ${query}`, async () => {
    const message = "Query option '$top' was specified more than once, but it must be specified at most once.";
    assertRefused(await get(`/v1.0/devices?${query}`), 400, 'Request_BadRequest', message);
  });
}

for (const pair of ['$select=%zz', '$select=%', '%e4top=1', '$select=%ff']) {
  test(`percent-encoding that is none is refused: ${pair}`, async () => {
    const message = `The query option '${pair}' is not well-formed percent-encoded text.`;
    assertRefused(await get(`/v1.0/devices?${pair}`), 400, 'Request_BadRequest', message);
  });
}

test('an empty query, and empty pairs in it, ask for nothing', async () => {
  for (const query of ['?', '?&', '?&&$top=2&']) {
    assert.equal(idsOf(await get(`/v1.0/devices${query}`)).length, 2, query);
  }
});
