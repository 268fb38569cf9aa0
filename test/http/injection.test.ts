import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fold } from '../../src/lib/text.ts';
import { words } from '../../src/lib/words.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { Tenant } from '../../src/store/contract.ts';
import { DEV, type Desk, deviceBody, openDesk, type Reply } from '../support/rollcall.ts';

/** Texts that mean something to a language below or above us, in every place where text comes in: they mean themselves. */

const PAYLOADS: readonly string[] = [
  // -- SQL
  "' OR '1'='1",
  "'; DROP TABLE device; --",
  "') UNION SELECT json FROM user --",
  "x' AND (SELECT count(*) FROM credential) > 0 --",
  "'||(select hash from credential)||'",
  '"; delete from "device"; --',
  '?1',
  ':tenant',
  '@p1',
  '$value',
  '%',
  '_',
  '%_%',
  '\\%',
  "x'6162'",
  '/* comment */ --',
  "like 'a%' escape '\\'",
  'NULL',
  '1e999',
  // -- full-text search
  '" OR *',
  '"a" OR "b"',
  'a*',
  '^a',
  'NEAR(a b, 5)',
  'NOT a',
  'a AND b',
  'terms : a',
  '{terms}: a',
  '- terms : e',
  't1xe',
  't2xe',
  'e',
  // -- JSON and its paths
  '$."displayName"',
  '$[0]',
  '$.*',
  '","admin":true,"x":"',
  '{"a":{"b":[1]}}',
  '\\u0022,\\u0022id\\u0022:\\u0022x',
  ']}',
  // -- OData
  "' or true",
  "'' eq ''",
  "') or startswith(displayName,'",
  'any(x:x eq 1)',
  '$filter=1 eq 1',
  '&$top=1',
  '#fragment',
  '?$select=id',
  "displayName eq 'a'",
  '@odata.id',
  // -- other languages
  '<script>alert(1)</script>',
  '$(7*7)',
  '{{7*7}}',
  '$(id)',
  '`id`',
  '../../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '%25%27',
  'a\r\nSet-Cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  // -- characters
  'a\u0000b',
  '\u0000',
  'a\u0000',
  '\u0001\u001f\u007f',
  'a\tb\nc',
  '\u202egnp.exe',
  '\u200b',
  '\ufeffa',
  'e\u0301',
  '\u212a', // the sign of Kelvin, a capital of k
  'İ',
  'ẞ',
  'Σ',
  '😀',
  '👩‍👩‍👧',
  '\uffff',
  '\u{10ffff}',
  '١٢٣',
  'ﷺ',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞',
  'a'.repeat(256),
  "'".repeat(256),
  '"'.repeat(256),
  '\\'.repeat(256),
  '('.repeat(256),
  '%27'.repeat(85),
];

type Named = { readonly id: string; readonly name: string };

let desk: Desk;
let tenant: Tenant;
let devices: readonly Named[];

const ask = (method: string, url: string, more: { headers?: Record<string, string>; body?: unknown } = {}) =>
  desk.ask(method, url, { as: 'global.admin', ...more });
const advanced = { headers: { ConsistencyLevel: 'eventual' } };

before(async () => {
  desk = await openDesk();
  tenant = (await desk.store.tenants()).find(({ id }) => id === DEV.tenant) as Tenant;
  const made: Named[] = [];
  for (const name of PAYLOADS) {
    const reply = await ask('POST', '/v1.0/devices', { body: deviceBody({ displayName: name }) });
    assert.equal(reply.status, 201, `${JSON.stringify(name)}: ${reply.text}`);
    assert.equal(reply.json.displayName, name);
    made.push({ id: reply.json.id, name });
  }
  const all = await ask('GET', '/v1.0/devices?$top=999&$select=id,displayName');
  devices = (all.json.value as { id: string; displayName: string }[]).map(({ id, displayName: name }) => ({
    id,
    name,
  }));
  assert.equal(devices.filter(({ id }) => made.some((one) => one.id === id)).length, PAYLOADS.length);
});
after(() => desk.close());

/** Runs it and sees that nothing was changed by it. */
async function unchanged(run: () => Promise<void>): Promise<void> {
  const before = await stateOf();
  await run();
  assert.deepEqual(await stateOf(), before);
}

async function stateOf(): Promise<readonly unknown[]> {
  const journal = await desk.store.journal(tenant, 0, 1_000_000);
  const reply = await ask('GET', '/v1.0/devices?$top=999&$select=id,displayName');
  return [journal.length, reply.text];
}

/** A literal of a filter: its quotes doubled. */
function literal(text: string): string {
  return encodeURIComponent(`'${text.replaceAll("'", "''")}'`);
}

/** A clause of a search: its quotes and backslashes led by a backslash. */
function clause(property: string, text: string): string {
  return encodeURIComponent(`"${property}:${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
}

function namesIn(reply: Reply, what: string): readonly string[] {
  assert.equal(reply.status, 200, `${what}: ${reply.text}`);
  return (reply.json.value as { displayName: string }[]).map(({ displayName }) => displayName).toSorted();
}

const namesWhere = (meets: (name: string) => boolean) =>
  devices
    .map(({ name }) => name)
    .filter(meets)
    .toSorted();

describe('a device whose name is such a text is found by it, and no other', () => {
  for (const name of PAYLOADS) {
    const folded = fold(name);
    // biome-ignore format: a table is read by its columns
    const filters: Readonly<Record<string, (other: string) => boolean>> = {
      [`displayName eq ${literal(name)}`]:                     (other) => other === folded,
      [`${literal(name)} eq displayName`]:                     (other) => other === folded,
      [`displayName in (${literal(name)}, ${literal('no')})`]: (other) => other === folded,
      [`displayName ge ${literal(name)} and displayName le ${literal(name)}`]: (other) => other === folded,
      [`not(displayName ne ${literal(name)})`]:                (other) => other === folded,
      [`startsWith(displayName,${literal(name)})`]:            (other) => other.startsWith(folded),
      [`startsWith(displayName,${literal(name)}) and not(displayName eq ${literal(name)})`]: (other) => other.startsWith(folded) && other !== folded,
      [`displayName ne ${literal(name)}`]:                     (other) => other !== folded,
      // Asked of properties that no device has it in.
      [`operatingSystem eq ${literal(name)}`]:                 () => false,
      [`startsWith(operatingSystem,${literal(name)})`]:        () => false,
      [`operatingSystem gt ${literal('\u{10ffff}')} and operatingSystem lt ${literal(name)}`]: () => false,
      [`deviceId eq ${literal(name)}`]:                        () => false,
      [`id eq ${literal(name)}`]:                              () => false,
      [`physicalIds/any(x:x eq ${literal(name)})`]:            () => false,
      [`physicalIds/any(x:startsWith(x,${literal(name)}))`]:   () => false,
      [`systemLabels/any(x:x eq ${literal(name)} or startsWith(x,${literal(name)}))`]: () => false,
      [`extensionAttributes/extensionAttribute1 eq ${literal(name)}`]: () => false,
      [`alternativeSecurityIds/any(x:x/identityProvider eq ${literal(name)} and x/type eq 2)`]: () => false,
    };
    test(`filter ${JSON.stringify(name.slice(0, 40))}`, () =>
      unchanged(async () => {
        for (const [filter, meets] of Object.entries(filters)) {
          const url = `/v1.0/devices?$filter=${filter}&$count=true&$top=999&$select=displayName`;
          const expected = namesWhere((other) => meets(fold(other)));
          const reply = await ask('GET', url, advanced);
          assert.deepEqual(namesIn(reply, filter), expected, decodeURIComponent(filter));
          assert.equal(reply.json['@odata.count'], expected.length, filter);
        }
      }));

    test(`search ${JSON.stringify(name.slice(0, 40))}`, () =>
      unchanged(async () => {
        const url = `/v1.0/devices?$search=${clause('displayName', name)}&$top=999&$select=displayName`;
        const reply = await ask('GET', url, advanced);
        if (name.trim() === '') return assert.equal(reply.status, 400);
        const wanted = words(name, LIMITS);
        const expected = namesWhere((other) => {
          const own = words(other, LIMITS);
          return wanted.every((word) => own.some((one) => one.startsWith(word)));
        });
        if (wanted.length > 0) assert.ok(expected.includes(name));
        assert.deepEqual(namesIn(reply, url), wanted.length > 0 ? expected : []);
      }));
  }
});

/** 501 says that Graph has such a place, and it isn't built: `$value`. */
const NOT_BUILT = 501;

/** Answered, or refused with Graph's error: no failure. */
function assertTold(reply: Reply, what: string): void {
  const isTold =
    (reply.status >= 200 && reply.status < 300) ||
    (reply.status >= 400 && reply.status < 500) ||
    reply.status === NOT_BUILT;
  assert.ok(isTold, `${what}: ${reply.status} ${reply.text}`);
  if (reply.status >= 400) assert.equal(typeof reply.json.error.message, 'string', what);
}

const READ: Readonly<Record<string, (text: string) => string>> = {
  'the whole filter': (text) => `devices?$filter=${text}&$count=true`,
  'a name in a filter': (text) => `devices?$filter=${text}%20eq%20'a'&$count=true`,
  'a variable in a filter': (text) => `devices?$filter=physicalIds/any(${text}:${text}%20eq%20'a')&$count=true`,
  'a type in a filter': (text) => `devices?$filter=isof(${text})&$count=true`,
  'a member in a filter': (text) => `devices?$filter=extensionAttributes/${text}%20eq%20null&$count=true`,
  'the whole search': (text) => `devices?$search=${text}`,
  'a name in a search': (text) => `devices?$search=%22${text}:a%22`,
  $orderby: (text) => `devices?$orderby=${text}&$count=true`,
  'a direction in $orderby': (text) => `devices?$orderby=displayName%20${text}&$count=true`,
  $select: (text) => `devices?$select=${text}`,
  'a name behind others in $select': (text) => `devices?$select=id,${text}`,
  $expand: (text) => `devices?$expand=${text}`,
  '$select within $expand': (text) => `devices?$expand=registeredOwners($select=${text})`,
  $count: (text) => `devices?$count=${text}`,
  $top: (text) => `devices?$top=${text}`,
  $skiptoken: (text) => `devices?$skiptoken=${text}`,
  $format: (text) => `devices?$format=${text}`,
  'the name of an option': (text) => `devices?${text}=1`,
  'a set': (text) => `${text}`,
  'a key': (text) => `devices/${text}`,
  'a key in parentheses': (text) => `devices(${text})`,
  'a quoted key': (text) => `devices('${text}')`,
  'an alternate key': (text) => `devices(deviceId='${text}')`,
  'the name of an alternate key': (text) => `devices(${text}='a')`,
  'a user principal name': (text) => `users/${text}@contoso.example`,
  'a relation': (text) => `devices/${DEV.kiosk}/${text}`,
  'a member of a relation': (text) => `devices/${DEV.kiosk}/registeredOwners/${text}`,
  'a cast': (text) => `devices/${DEV.kiosk}/registeredOwners/microsoft.graph.${text}`,
};

const HEADERS = [
  'authorization',
  'accept',
  'client-request-id',
  'consistencylevel',
  'content-type',
  'if-match',
  'prefer',
  'host',
];

describe('where such a text means nothing, it is refused or overlooked, and changes nothing', () => {
  for (const [place, url] of Object.entries(READ)) {
    test(place, () =>
      unchanged(async () => {
        for (const text of PAYLOADS) {
          const path = `/v1.0/${url(encodeURIComponent(text))}`;
          assertTold(await ask('GET', path, advanced), path);
        }
      }),
    );
  }

  for (const name of HEADERS) {
    test(`the header ${name}`, () =>
      unchanged(async () => {
        for (const text of PAYLOADS) {
          assertTold(await ask('GET', '/v1.0/devices?$top=1', { headers: { [name]: text } }), `${name}: ${text}`);
        }
      }));
  }

  test('a reference in a body', () =>
    unchanged(async () => {
      for (const text of PAYLOADS) {
        for (const id of [text, `https://a.example/v1.0/users/${text}`, `https://a.example/v1.0/users('${text}')`]) {
          const body = { '@odata.id': id };
          assertTold(await ask('POST', `/v1.0/devices/${DEV.kiosk}/registeredOwners/$ref`, { body }), id);
        }
      }
    }));

  test('the name of a property in a body', () =>
    unchanged(async () => {
      for (const text of PAYLOADS) {
        assertTold(await ask('PATCH', `/v1.0/devices/${DEV.kiosk}`, { body: { [text]: 'a' } }), text);
      }
    }));
});

test('as a value in a body it is kept as it is, and found by each property that can be asked for', async () => {
  for (const text of PAYLOADS) {
    const body = deviceBody({
      deviceId: `${text}${text.length}`,
      operatingSystem: text,
      operatingSystemVersion: text,
      physicalIds: [text, 'other'],
      extensionAttributes: { extensionAttribute7: text },
      alternativeSecurityIds: [{ type: 2, identityProvider: text, key: 'WDUwOTo=' }],
    });
    const made = await ask('POST', '/v1.0/devices', { body });
    assert.equal(made.status, 201, `${JSON.stringify(text)}: ${made.text}`);
    for (const filter of [
      `deviceId eq ${literal(`${text}${text.length}`)}`,
      `operatingSystem eq ${literal(text)}`,
      `startsWith(operatingSystemVersion,${literal(text)}) and operatingSystemVersion le ${literal(text)}`,
      `physicalIds/any(x:x eq ${literal(text)})`,
      `physicalIds/any(x:startsWith(x,${literal(text)}) and x le ${literal(text)})`,
      `extensionAttributes/extensionAttribute7 eq ${literal(text)}`,
      `alternativeSecurityIds/any(x:x/identityProvider eq ${literal(text)} and x/type eq 2)`,
    ]) {
      const reply = await ask('GET', `/v1.0/devices?$filter=${filter}&$count=true&$select=id`, advanced);
      assert.equal(reply.status, 200, `${decodeURIComponent(filter)}: ${reply.text}`);
      assert.deepEqual(reply.json.value, [{ id: made.json.id }], decodeURIComponent(filter));
    }
    const read = await ask(
      'GET',
      `/v1.0/devices(deviceId=${literal(`${text}${text.length}`)})?$select=operatingSystem`,
    );
    assert.equal(read.json.operatingSystem, text);
    const gone = await ask('DELETE', `/v1.0/devices/${made.json.id}`);
    assert.equal(gone.status, 204);
  }
});
