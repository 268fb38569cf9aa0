import { timedGuid } from '../src/lib/random.ts';
import { device } from '../src/model/device.ts';
import type { Values } from '../src/store/contract.ts';

/**
 * Devices as organizations have them, each out of a seed and its number alone: the same ones on every machine,
 * and any of them can be named again without having kept a list.
 */

type Draw = {
  /** A whole number from 0 to `below` - 1. */
  readonly number: (below: number) => number;
  /** `count` is a multiple of four. */
  readonly bytes: (count: number) => Buffer;
  readonly guid: () => string;
  readonly one: <T>(choices: readonly [T, ...T[]]) => T;
};

/** Steps of the number generator below (mulberry32), and an odd factor that spreads neighbouring devices. */
const STEP = 0x6d2b79f5;
const SPREAD = 0x9e3779b1;
const TWO_TO_32 = 2 ** 32;
const WORD_BYTES = 4;
const GUID_BYTES = 16;

function drawer(seed: number, index: number): Draw {
  let state = (Math.imul(seed + 1, STEP) ^ Math.imul(index + 1, SPREAD)) >>> 0;
  const next = (): number => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const number = (below: number) => Math.floor((next() / TWO_TO_32) * below);
  const bytes = (count: number) => {
    const made = Buffer.allocUnsafe(count);
    for (let at = 0; at < count; at += WORD_BYTES) made.writeUInt32BE(next(), at);
    return made;
  };
  const guid = () => {
    const hex = bytes(GUID_BYTES).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  return { number, bytes, guid, one: (choices) => choices[number(choices.length)] ?? choices[0] };
}

type Kind = {
  readonly system: string;
  readonly versions: readonly [string, ...string[]];
  readonly manufacturer: string;
  readonly models: readonly [string, ...string[]];
  readonly trustType: string;
};

// biome-ignore format: a table is read by its columns
const KINDS: readonly [Kind, ...Kind[]] = [
  { system: 'Windows', versions: ['10.0.26100.4652', '10.0.22631.5624', '10.0.19045.6093'], manufacturer: 'Microsoft Corporation', models: ['Surface Laptop 6', 'Surface Pro 10'],         trustType: 'AzureAd' },
  { system: 'Windows', versions: ['10.0.26100.4652', '10.0.22631.5624'],                    manufacturer: 'LENOVO',                models: ['ThinkPad T14 Gen 5', 'ThinkCentre M75q'],     trustType: 'ServerAd' },
  { system: 'IPhone',  versions: ['18.5', '18.6', '17.7.2'],                                manufacturer: 'Apple',                 models: ['iPhone 15', 'iPhone 16 Pro'],                trustType: 'Workplace' },
  { system: 'MacMDM',  versions: ['15.5.0', '14.7.6'],                                      manufacturer: 'Apple',                 models: ['MacBook Pro (14-inch, 2024)', 'MacBook Air'], trustType: 'Workplace' },
  { system: 'Android', versions: ['15', '14'],                                              manufacturer: 'samsung',               models: ['SM-S921B', 'SM-X716B'],                      trustType: 'Workplace' },
];

const SITES = ['Zürich', 'Rotterdam', 'Sapporo', 'Québec', 'Nairobi', 'Austin'] as const;
const KEY_BYTES = 60;
/** Devices were registered within these two years, in whole seconds. */
const FIRST_DAY = Date.parse('2024-01-01T00:00:00Z');
const SECONDS_OF_TWO_YEARS = 2 * 365 * 24 * 3600;

export function deviceId(seed: number, index: number): string {
  return objectId(drawer(seed, index), index);
}

/** As Rollcall makes ids: one after the other, a millisecond apart. */
function objectId(draw: Draw, index: number): string {
  const random = { guid: draw.guid, bytes: draw.bytes };
  return timedGuid(random, FIRST_DAY + index);
}

/** All that is known of the device with that number; `id` is `deviceId(seed, index)`. */
export function deviceValues(seed: number, index: number): Values {
  const draw = drawer(seed, index);
  const id = objectId(draw, index);
  const own = draw.guid();
  const kind = draw.one(KINDS);
  const registered = instant(draw);
  return {
    id,
    accountEnabled: draw.number(20) > 0,
    approximateLastSignInDateTime: instant(draw),
    createdDateTime: registered,
    deviceId: own,
    deviceOwnership: 'Company',
    displayName: `${kind.system.toUpperCase()}-${index.toString(36).toUpperCase().padStart(7, '0')}`,
    enrollmentType: 'AzureDomainJoined',
    isCompliant: draw.number(10) > 0,
    isManaged: true,
    managementType: 'MDM',
    manufacturer: kind.manufacturer,
    mdmAppId: '0000000a-0000-0000-c000-000000000000',
    model: draw.one(kind.models),
    operatingSystem: kind.system,
    operatingSystemVersion: draw.one(kind.versions),
    physicalIds: [`[USER-GID]:${draw.guid()}:${draw.number(TWO_TO_32)}`, `[HWID]:h:${draw.number(TWO_TO_32)}`],
    profileType: 'RegisteredDevice',
    registrationDateTime: registered,
    trustType: kind.trustType,
    extensionAttributes: { extensionAttribute1: draw.one(SITES), extensionAttribute2: `CC-${draw.number(900) + 100}` },
    alternativeSecurityIds: [{ type: 2, identityProvider: null, key: draw.bytes(KEY_BYTES).toString('base64') }],
  };
}

/** What the create rounds post: a body of about 600 bytes, its `deviceId` left to the load generator. */
export function createBody(seed: number, deviceIdText: string): string {
  const values = deviceValues(seed, 0);
  const sent = device.properties.filter((row) => row.create === 'required' || row.create === 'optional');
  const names = [...sent.map((row) => row.name), 'displayName', 'operatingSystem', 'operatingSystemVersion'];
  const known = names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]);
  return JSON.stringify({ ...Object.fromEntries(known), deviceId: deviceIdText });
}

function instant(draw: Draw): string {
  const time = FIRST_DAY + draw.number(SECONDS_OF_TWO_YEARS) * 1000;
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
