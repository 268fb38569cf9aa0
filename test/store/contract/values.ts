import assert from 'node:assert/strict';
import type { Values } from '../../../src/store/contract.ts';
import { seeded } from '../seeded.ts';
import {
  byId,
  changeOf,
  DEVICES,
  journalOf,
  newDevice,
  onePage,
  put,
  type Room,
  readJson,
  roomTest,
  type Shared,
  stored,
  viewOf,
} from './room.ts';

const CONTROLS = String.fromCharCode(...Array.from({ length: 31 }, (_, n) => n + 1), 127, 128, 159);

const TEXTS: Readonly<Record<string, string>> = {
  'quotes of every kind': `'"\`''""\\"\\'`,
  backslashes: '\\ \\\\ \\u0041 \\n C:\\temp\\',
  'control characters': CONTROLS,
  'SQL and its parameters': `'); drop table device; -- ? ?1 :tenant $1 @a`,
  'wildcards and templates': `% _ * \${x} {name} %s %00`,
  'letters of many scripts': 'Ünïcödé Ελληνικά Кириллица עברית العربية हिन्दी 日本語 한국어 ไทย',
  'composed and decomposed': 'é é Å Å',
  'beyond the first plane': '👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🏳️‍🌈',
  'half a surrogate pair': `\ud83d and \udc69`,
  'separators and byte order marks': '\u2028\u2029\u00a0\ufeff\ufffe\uffff',
  'JSON in text': '{"a":[1,null,"b"]}',
  'commas and braces': '},{"id":"x"},',
  'the empty text': '',
  blanks: '  leading and trailing  ',
  'a long text': 'é'.repeat(100_000),
};

/** Values come back as they went in, in whatever way they are read. */
export function valueTests(shared: Shared): void {
  for (const [name, text] of Object.entries(TEXTS)) {
    roomTest(shared, `${name}: in every kind of property and every way of reading`, (room) => roundTrip(room, text));
  }

  roomTest(shared, 'random text comes back as it went in', async (room, t) => {
    const random = seeded(t);
    for (let n = 0; n < 100; n++) {
      const units = Array.from({ length: 1 + random.below(40) }, () => 1 + random.below(0xffff));
      await roundTrip(room, String.fromCharCode(...units));
    }
  });

  roomTest(shared, 'text in an alternate key is found again', async (room) => {
    for (const text of Object.values(TEXTS).filter((one) => one !== '' && one.isWellFormed())) {
      const made = newDevice({ deviceId: text });
      await put(room, made.change);
      assert.equal((await readJson(room, 'device', { property: 'deviceId', value: text }))?.['id'], made.id);
    }
  });

  roomTest(shared, 'numbers and truth values keep their type', async (room) => {
    for (const deviceVersion of [0, -1, 1, 2 ** 31 - 1, -(2 ** 31)]) {
      const made = newDevice({ deviceVersion, accountEnabled: false, isManaged: true });
      await put(room, made.change);
      const { values } = await stored(room, 'device', byId(made.id));
      assert.deepEqual(
        [values['deviceVersion'], values['accountEnabled'], values['isManaged']],
        [deviceVersion, false, true],
      );
    }
  });

  prototypeTests(shared);
}

async function roundTrip(room: Room, text: string): Promise<void> {
  const given: Values = {
    displayName: text,
    physicalIds: [text, text],
    extensionAttributes: { ...noAttributes(), extensionAttribute1: text },
    hostnames: [text],
    name: text,
  };
  const made = newDevice(given);
  await put(room, made.change);
  const loaded = await stored(room, 'device', byId(made.id));
  for (const [property, value] of Object.entries(given)) {
    const view = viewOf({ version: 'beta', select: [property] });
    const served = await room.store.read(room.tenant, 'device', byId(made.id), view);
    assert.equal(served, JSON.stringify({ [property]: value }));
    if (text !== '') assert.deepEqual(loaded.values[property], value);
  }
  const { objects } = await onePage(room, DEVICES, {
    limit: 999,
    view: viewOf({ version: 'beta' }),
  });
  const seen = objects.find((object) => object['id'] === made.id);
  assert.equal(seen?.['displayName'], text);
  assert.deepEqual(seen['hostnames'], [text]);
  await put(room, changeOf('device', loaded, { model: text }));
  assert.deepEqual(JSON.parse((await journalOf(room)).at(-1)?.after ?? ''), { model: text });
}

function noAttributes(): Values {
  return Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`extensionAttribute${n + 1}`, null]));
}

function prototypeTests(shared: Shared): void {
  roomTest(shared, '__proto__ inside a value is a member like another', async (room) => {
    const member = JSON.parse('{"type":2,"key":"QQ==","__proto__":{"polluted":true}}') as unknown;
    const made = newDevice({ alternativeSecurityIds: [member] });
    await put(room, made.change);
    const { values } = await stored(room, 'device', byId(made.id));
    assert.equal(JSON.stringify(values['alternativeSecurityIds']), JSON.stringify([member]));
    const view = viewOf({ select: ['alternativeSecurityIds'] });
    const text = await room.store.read(room.tenant, 'device', byId(made.id), view);
    assert.equal(text, `{"alternativeSecurityIds":${JSON.stringify([member])}}`);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  roomTest(shared, 'names that the model does not have are not stored, whatever they are called', async (room) => {
    const strange = JSON.parse('{"__proto__":{"model":"x"},"constructor":"x","toString":"x"}') as Values;
    const made = newDevice(strange);
    await put(room, made.change);
    const { values } = await stored(room, 'device', byId(made.id));
    assert.deepEqual(Object.keys(values).toSorted(), ['accountEnabled', 'deviceId', 'displayName', 'id']);
    assert.equal((await readJson(room, 'device', byId(made.id)))?.['model'], null);
  });

  roomTest(shared, 'a value that stands in the prototype only is not stored', async (room) => {
    const made = newDevice({ displayName: 'own' });
    await put(room, made.change);
    const { values } = await stored(room, 'device', byId(made.id));
    assert.equal(values['toString'], undefined);
  });
}
