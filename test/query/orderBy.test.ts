import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOrderBy } from '../../src/query/orderBy.ts';
import { assertRefuses } from './refusals.ts';

/** https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionorderby */

// biome-ignore format: a table is read by its columns
const UNDERSTOOD: readonly (readonly [text: string, items: string])[] = [
  ['displayName',                        'displayName@0'],
  ['displayName asc',                    'displayName@0'],
  ['displayName desc',                   'displayName@0 desc'],
  ['displayName DESC',                   'displayName@0 desc'],
  ['displayName desc, createdDateTime',  'displayName@0 desc, createdDateTime@18'],
  [' a ,b desc,c ',                      'a@1, b@4 desc, c@11'],
  ['extensionAttributes/extensionAttribute1', 'extensionAttributes/extensionAttribute1@0'],
  ['physicalIds/$count desc',            'physicalIds/$count@0 desc'],
];

for (const [text, items] of UNDERSTOOD) {
  test(`understood: ${text}`, () => {
    const read = parseOrderBy(text).map(({ path, descending }) => {
      const name = path.names.join('/') + (path.count ? '/$count' : '');
      return `${name}@${path.at}${descending ? ' desc' : ''}`;
    });
    assert.equal(read.join(', '), items);
  });
}

// biome-ignore format: a table is read by its columns
const MALFORMED: readonly (readonly [text: string, position: number])[] = [
  ['',                 0],
  [',a',               0],
  ['a,',               2],
  ['a,,b',             2],
  ['a b',              2],
  ['a descending',     2],
  ['a desc desc',      7],
  ['a desc b',         7],
  ['a;b',              1],
  ['a/',               2],
  ['a/$count/b',       8],
  ["'a'",              0],
  ["a 'b",             2],
  ['1',                0],
  ['a eq 2026-13-01T00:00:00Z', 2],
  ['a desc 2026-02-30', 7],
  ['a desc 2026-13-01T00:00:00Z', 7],
  ['a desc)',          6],
  ['a"',               1],
];

for (const [text, position] of MALFORMED) {
  test(`a syntax error at ${position}: ${text}`, () => {
    const message = `Invalid orderby clause: Syntax error at position ${position} in '${text}'.`;
    assertRefuses(() => parseOrderBy(text), 'BadRequest', message);
  });
}

const unsupported = (name: string) => `Invalid orderby clause: '${name}' is not supported by the service.`;

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ['tolower(a)',             unsupported('tolower')],
  ['a/foo(1) desc',          unsupported('foo')],
  ['$it',                    unsupported('$it')],
  ['a/$value',               unsupported('$value')],
  ['@p',                     unsupported('@p')],
  ['x'.repeat(1025),         "The query option '$orderby' is longer than the 1024 characters that are allowed."],
  [Array(11).fill('a').join(','), "The query option '$orderby' has more than the 10 properties that are allowed."],
];

for (const [text, message] of REFUSED) {
  test(`refused: ${text.slice(0, 60)}`, () => {
    assertRefuses(() => parseOrderBy(text), 'Request_UnsupportedQuery', message);
  });
}

test('ten properties may be named', () => {
  assert.equal(parseOrderBy(Array(10).fill('a').join(',')).length, 10);
});
