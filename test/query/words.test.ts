import assert from 'node:assert/strict';
import { test } from 'node:test';
import { words } from '../../src/lib/words.ts';
import { LIMITS } from '../../src/model/limits.ts';

/** https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections */

// biome-ignore format: a table is read by its columns
const CUT: readonly (readonly [text: string, words: readonly string[]])[] = [
  // -- Microsoft's own
  ['hello world',      ['hello', 'world']],
  ['HelloWorld',       ['hello', 'world']],
  ['helloWORLD',       ['hello', 'world']],
  ['HELLOworld',       ['helloworld']],
  ['HelloWORld',       ['hello', 'world']],
  ['hello.world',      ['hello', '.', 'world', 'helloworld']],
  ['hello-world',      ['hello', '-', 'world', 'helloworld']],
  ['hello123world',    ['hello', '123', 'world']],
  ['OneVideo',         ['one', 'video']],
  ['李四(David Li)',    ['李四', '(', 'david', 'li', ')', '李四david']],
  // -- ours
  ['',                 []],
  ['  \t\n\u00a0 ',    []],
  ['Hello hello',      ['hello']],
  ['DESKTOP-ABC123',   ['desktop', '-', 'abc', '123', 'desktopabc123']],
  ['a.b.c',            ['a', '.', 'b', 'c', 'abc', 'ab', 'bc']],
  ['a..b',             ['a', '.', 'b', 'ab']],
  ['(a)',              ['(', 'a', ')']],
  ['.',                ['.']],
  ['Ünïted42',         ['ünïted', '42']],
  ['straßeÖl',         ['straße', 'öl']],
  ['e\u0301X',         ['e\u0301', 'x']],
  ['٣abc',             ['٣', 'abc']],
  ['a😀b',             ['a', '😀', 'b', 'ab']],
];

for (const [text, expected] of CUT) {
  test(`cut: ${JSON.stringify(text)}`, () => assert.deepEqual(words(text, LIMITS), expected));
}

/** Whether a search for the one finds the other. */
const finds = (search: string, value: string) =>
  words(search, LIMITS).every((word) => words(value, LIMITS).includes(word));

// biome-ignore format: a table is read by its columns
const FOUND: readonly (readonly [search: string, value: string, found: boolean])[] = [
  // -- Microsoft's own
  ['李四(David Li)', '李四(David Li)', true],
  ['李四',           '李四(David Li)', true],
  ['David',         '李四(David Li)', true],
  ['Li',            '李四(David Li)', true],
  ['David)',        '李四(David Li)', true],
  ['(李四',          '李四(David Li)', true],
  ['helloworld',    'hello-world',   true],
  ['helloworld',    'hello.world',   true],
  ['OneVideo',      'video no. one', true],
  // -- ours
  ['b.c',           'a.b.c.d',       true],
  ['a.b',           'a b',           false],
  ['helloworld',    'hello world',   false],
  ['DESKTOP',       'desktop-1',     true],
];

for (const [search, value, found] of FOUND) {
  test(`${search} ${found ? 'finds' : 'does not find'} ${value}`, () => assert.equal(finds(search, value), found));
}

test('a text has no more words than the limit, and long ones are read in part', () => {
  const many = Array.from({ length: 500 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('.');
  assert.equal(words(many, LIMITS).length, LIMITS.wordsPerText);
  assert.deepEqual(words('x'.repeat(2000), LIMITS), ['x'.repeat(LIMITS.wordsTextCharacters)]);
  assert.deepEqual(words(`${'x'.repeat(1023)}😀`, LIMITS), ['x'.repeat(1023)]);
});

test('a hostile text takes no time', () => {
  const started = performance.now();
  for (const text of ['a.'.repeat(500_000), 'aB'.repeat(500_000), '\u0301'.repeat(1_000_000), '-'.repeat(1_000_000)]) {
    words(text, LIMITS);
  }
  assert.ok(performance.now() - started < 500);
});
