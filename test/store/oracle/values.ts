import { DIRECTORY_OBJECT_TYPES } from '../../../src/model/directory.ts';
import type { ComplexType, EntityType, Member, Primitive, Property } from '../../../src/model/shape.ts';
import { emptyMember } from '../../../src/store/columns.ts';
import type { Values } from '../../../src/store/contract.ts';
import type { Random } from '../../query/generate.ts';
import { EXTENDED, rowsOf } from './extended.ts';

/** Values at random: few of each property, so that conditions find several objects, and odd ones among them. */

/** 64 bytes are the longest value that a term holds as it is; beyond, it holds a digest. */
const LONG = 'long'.repeat(16);

export const TEXTS: readonly string[] = [
  '',
  ' ',
  'a',
  'A',
  'ab',
  'aB',
  'Windows',
  'WINDOWS',
  'Windows Server',
  'windows-11',
  'PC-1',
  'pc-10',
  'PC-2',
  'pc-\u{10ffff}',
  'é',
  'É',
  'e\u0301',
  'Übung',
  'Straße',
  'STRASSE',
  'İstanbul',
  'ΟΔΟΣ',
  'οδοσ',
  '😀',
  '😁a',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '𝒜𝒜bc',
  '李四(David Li)',
  "O'Neil",
  "''",
  '"',
  '"a" OR b*',
  '%',
  '_',
  'a%b',
  'a_b',
  '\\',
  '\\u0061',
  'a\u0000b',
  'a\u0000c',
  '\u0000',
  'line\nbreak',
  '{"a":1}',
  'HelloWorld 2b',
  'a.b.c',
  'AaBbCcDdEeFfGgHhIiJjKkLl',
  'n0b00',
  'e',
  'null',
  '1',
  LONG,
  `${LONG}a`,
  `${LONG}B`,
  `${LONG}é`,
];

const INSTANTS: readonly string[] = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.05Z',
  '2026-01-01T00:00:00.5Z',
  '2026-01-01T00:00:00.5000001Z',
  '2026-01-01T00:00:01Z',
  '2026-01-10T00:00:00Z',
  '2025-12-31T23:59:59.9999999Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
];

const KEYS: readonly string[] = ['WDUwOTo=', 'wduwoto=', 'AbC=', 'abc='];

/** How many of the texts one property has. */
const TEXTS_OF_A_PROPERTY = 14;

export function randomSingle(random: Random, type: Primitive, name: string): string | number | boolean {
  if (type === 'Boolean') return random.chance(50);
  if (type === 'Int32' || type === 'Int64') return random.below(5) - 1;
  if (type === 'DateTimeOffset') return random.pick(INSTANTS);
  if (type === 'Binary') return random.pick(KEYS);
  if (type === 'Guid') return guid(random);
  return textOf(random, name);
}

/** Names begin at different places of the list, so that each has other texts and shares some with its neighbour. */
function textOf(random: Random, name: string): string {
  const start = [...name].reduce((sum, character) => sum + character.charCodeAt(0), 0);
  return TEXTS[(start + random.below(TEXTS_OF_A_PROPERTY)) % TEXTS.length] ?? '';
}

export function guid(random: Random): string {
  const digits = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const NULL_PERCENT = 30;

/** A value of that property as the directory would keep it. */
export function randomValue(random: Random, row: Property): unknown {
  const { name, type, collection, index } = row;
  if (index === 'unique') return random.chance(10) ? null : `${textOf(random, name)}${guid(random).slice(0, 8)}`;
  if (collection) {
    const length = random.chance(2) ? 60 : random.pick([0, 0, 1, 1, 2, 3, 5]);
    return Array.from({ length }, () => single(random, type, name));
  }
  return random.chance(NULL_PERCENT) ? null : single(random, type, name);
}

function single(random: Random, type: Primitive | ComplexType, name: string): unknown {
  if (typeof type === 'string') return randomSingle(random, type, name);
  return Object.fromEntries(type.members.map((member) => [member.name, randomMember(random, member)]));
}

function randomMember(random: Random, member: Member): unknown {
  if (random.chance(NULL_PERCENT)) return emptyMember(member);
  const one = () => single(random, member.type, member.name);
  return member.collection ? Array.from({ length: random.below(3) }, one) : one();
}

/** As both tenants have them. */
export const TYPES: readonly EntityType[] = DIRECTORY_OBJECT_TYPES.map(EXTENDED.of);

export function randomValues(random: Random, type: EntityType): Values {
  const cells = rowsOf(type)
    .filter(({ name }) => name !== 'id')
    .map((row) => [row.name, randomValue(random, row)]);
  return Object.fromEntries(cells);
}
