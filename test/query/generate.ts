import { type EntityType, isPlain, type Primitive } from '../../src/model/shape.ts';
import { rowsOf } from '../store/oracle/extended.ts';

/** Query texts at random, the same for the same seed: legal ones by the grammar, spoilt ones, and none at all. */

export const KINDS = ['filter', 'search', 'orderBy', 'expand'] as const;
export type Kind = (typeof KINDS)[number];

export type Random = {
  /** From 0 up to that number, without it. */
  readonly below: (most: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly chance: (percent: number) => boolean;
};

/** mulberry32: small, fast, and its whole state is one number. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  };
  return { below, pick, chance: (percent) => below(100) < percent };
}

/** What a filter may name: a property or a member of one, and what it holds. */
export type PathRow = {
  readonly path: string;
  readonly type: Primitive;
  /** Of a collection: the members of its items, '' for the item itself; undefined for a single value. */
  readonly items?: readonly { readonly member: string; readonly type: Primitive }[];
};

export function pathsOf(type: EntityType): readonly PathRow[] {
  return rowsOf(type).flatMap((row): readonly PathRow[] => {
    const { name, type } = row;
    if (typeof type === 'string') {
      return [row.collection ? { path: name, type, items: [{ member: '', type }] } : { path: name, type }];
    }
    const members = type.members.filter(isPlain).map((member) => ({ member: member.name, type: member.type }));
    if (row.collection) return [{ path: name, type: 'String', items: members }];
    return members.map((member) => ({ path: `${name}/${member.member}`, type: member.type }));
  });
}

/** A text of that kind: most of them legal or nearly so. */
export function queryText(random: Random, kind: Kind, paths: readonly PathRow[]): string {
  if (random.chance(10)) return noise(random);
  let text = legalText(random, kind, paths);
  for (let times = random.pick([0, 0, 1, 1, 2, 5]); times > 0; times -= 1) text = spoilt(random, text);
  return text;
}

export function legalText(random: Random, kind: Kind, paths: readonly PathRow[]): string {
  if (kind === 'filter') return filterText(random, paths);
  if (kind === 'search') return searchText(random, paths);
  if (kind === 'orderBy')
    return listText(random, () => `${random.pick(paths).path}${random.pick(['', ' asc', ' desc'])}`);
  return listText(random, () => {
    const name = random.pick(paths).path.split('/')[0] ?? '';
    if (random.chance(60)) return name;
    return `${name}(${random.pick(['$', ''])}select=${listText(random, () => random.pick(paths).path)})`;
  });
}

// -- $filter --------------------------------------------------------------------------------------------------

const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const MATCHES = ['startsWith', 'endsWith', 'contains', 'startswith', 'CONTAINS'];

export function filterText(random: Random, paths: readonly PathRow[], depth = 3): string {
  const form = depth === 0 ? 0 : random.below(8);
  if (form === 1 || form === 2) {
    const count = 2 + random.below(3);
    const terms = Array.from({ length: count }, () => filterText(random, paths, depth - 1));
    return `(${terms.join(random.pick([' and ', ' or ', ' AND ']))})`;
  }
  if (form === 3) return `not (${filterText(random, paths, depth - 1)})`;
  if (form === 4)
    return `${filterText(random, paths, 0)}${random.pick([' and ', ' or '])}${filterText(random, paths, 0)}`;
  return leafText(random, random.pick(paths));
}

function leafText(random: Random, { path, type, items }: PathRow): string {
  if (!items) return testText(random, path, type);
  if (random.chance(20)) return `${path}/$count ${random.pick(OPERATORS)} ${random.below(5)}`;
  if (random.chance(10)) return `${path}/any()`;
  const variable = random.pick(['x', 'p', 'item']);
  const { member, type: itemType } = random.pick(items);
  return `${path}/any(${variable}:${testText(random, member === '' ? variable : `${variable}/${member}`, itemType)})`;
}

function testText(random: Random, path: string, type: Primitive): string {
  const literal = (): string => (random.chance(8) ? 'null' : literalText(random, type));
  const form = random.below(6);
  if (form === 0) return `${path} in (${listText(random, literal)})`;
  if (form === 1 && type === 'String') {
    return `${random.pick(MATCHES)}(${path},${literalText(random, type)})${random.pick(['', '', ' eq true', ' eq false'])}`;
  }
  if (form === 2) return `${literal()} ${random.pick(OPERATORS)} ${path}`;
  return `${path} ${random.pick(OPERATORS)} ${literal()}`;
}

function literalText(random: Random, type: Primitive): string {
  if (type === 'Boolean') return random.pick(['true', 'false']);
  if (type === 'Int32' || type === 'Int64') return String(random.below(2000) - 1000);
  if (type === 'Guid')
    return `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`;
  if (type === 'DateTimeOffset') return instantText(random);
  return `'${word(random).replaceAll("'", "''")}'`;
}

function instantText(random: Random): string {
  const two = (most: number, from = 0): string => String(from + random.below(most)).padStart(2, '0');
  const date = `20${two(50)}-${two(12, 1)}-${two(28, 1)}`;
  if (random.chance(15)) return date;
  const fraction = random.pick(['', '', '.5', '.1234567']);
  return `${date}T${two(24)}:${two(60)}:${two(60)}${fraction}${random.pick(['Z', 'Z', '+02:00', '-08:30', ' 01:00'])}`;
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.pick([...'0123456789abcdefABCDEF'])).join('');
}

// -- $search --------------------------------------------------------------------------------------------------

function searchText(random: Random, paths: readonly PathRow[], depth = 3): string {
  if (depth > 0 && random.chance(40)) {
    const terms = Array.from({ length: 2 + random.below(2) }, () => searchText(random, paths, depth - 1));
    const whole = terms.join(random.pick([' AND ', ' OR ']));
    return random.chance(60) ? `(${whole})` : whole;
  }
  const text = word(random).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${random.pick(paths).path}:${text}"`;
}

// -- words, and what nobody means -----------------------------------------------------------------------------

const WORDS = [
  'Windows',
  'DESKTOP-ABC123',
  "O'Neil",
  'HelloWorld',
  '李四(David Li)',
  'a b',
  'ß',
  'é',
  '😀',
  '"',
  '\\',
  '%',
  'İ',
  '\uffff',
];

function word(random: Random): string {
  return random.chance(70) ? random.pick(WORDS) : `x${random.below(1000)}`;
}

function listText(random: Random, item: () => string): string {
  return Array.from({ length: 1 + random.below(4) }, item).join(random.pick([',', ', ', ' , ']));
}

const PIECES = [
  ...[
    "'",
    '"',
    '(',
    ')',
    ',',
    '/',
    ':',
    ';',
    '=',
    '*',
    '-',
    '+',
    '.',
    '$',
    '@',
    '#',
    '\\',
    '%',
    '&',
    '{',
    '}',
    '[',
    ']',
  ],
  ...[' ', '\t', '\n', '\u0000', '\u00a0', '\u200d', '\ufeff', '\ud800', '\udc00', '😀', 'Ω', '٣', '²'],
  ...[
    ' and ',
    ' or ',
    ' not ',
    'not(',
    ' eq ',
    ' in ',
    ' has ',
    ' add ',
    'null',
    'true',
    'INF',
    'NaN',
    '1e999',
    '-1',
    '0x1',
  ],
  ...['/any(', '/all(', 'x:', '$count', '/$count', '$it', '$root', '@p', 'isof(', 'cast(', 'tolower(', 'geo.distance('],
  ...[
    "duration'",
    "binary'T'",
    '2026-02-30',
    '2026-01-01T00:00:00',
    '12:00:00',
    '00000000-0000-0000-0000-000000000000',
  ],
  ...[
    'AND',
    'OR',
    'NOT',
    '"a:',
    ' desc',
    ' asc',
    '($select=',
    '$levels=',
    '$ref',
    '__proto__',
    'constructor',
    'toString',
  ],
];

/** One small change: a piece put in, taken out, doubled or moved. */
export function spoilt(random: Random, text: string): string {
  const from = random.below(text.length + 1);
  const to = from + random.below(Math.min(20, text.length - from + 1));
  const way = random.below(6);
  if (way === 0) return text.slice(0, from) + text.slice(to);
  if (way === 1) return text.slice(0, to) + text.slice(from, to) + text.slice(to);
  if (way === 2) return text.slice(0, from);
  if (way === 3) return text.slice(0, from) + random.pick(PIECES) + text.slice(to);
  if (way === 4 && random.chance(5)) return text + random.pick(PIECES).repeat(1 + random.below(3000));
  return text.slice(0, from) + random.pick(PIECES) + text.slice(from);
}

function noise(random: Random): string {
  const length = random.pick([1, 5, 20, 100, 1000]);
  const character = random.pick([
    () => String.fromCharCode(random.below(0x10000)),
    () => String.fromCodePoint(random.below(0x110000)),
    () => String.fromCharCode(32 + random.below(95)),
    () => random.pick(PIECES),
  ]);
  return Array.from({ length: random.below(length) + 1 }, character).join('');
}
