import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AsciiText } from '../../src/lib/asciiText.ts';

/** A text put together byte by byte: hexadecimal digits of any text, and of any length. */

const LONG = 100_000;

// biome-ignore format: a table is read by its columns
const HEX: readonly (readonly [what: string, text: string, end: number | undefined, hex: string])[] = [
  ['nothing',                    '',                undefined, ''],
  ['ASCII',                      'a-Z\x00\x7f',     undefined, '612d5a007f'],
  ['a start of it',              'abc',             2,         '6162'],
  ['two bytes',                  'aé',              undefined, '61c3a9'],
  ['three bytes',                '日本',             undefined, 'e697a5e69cac'],
  ['four bytes',                 'a😀',             undefined, '61f09f9880'],
  ['a start without the others', 'ab日',            2,         '6162'],
  ['half a character',           '😀',              1,         'efbfbd'],
  ['a long text',                'x'.repeat(LONG),  undefined, '78'.repeat(LONG)],
  ['a long text of three bytes', '日'.repeat(LONG), undefined, 'e697a5'.repeat(LONG)],
];

for (const [what, given, end, hex] of HEX) {
  test(`${what} in hexadecimal digits, between other texts`, () => {
    const text = new AsciiText();
    for (const round of ['first', 'second']) {
      text.begin();
      text.add(`${round} `);
      text.addHex(given, end);
      text.add(' end');
      assert.equal(text.toString(), `${round} ${hex} end`);
      assert.equal(text.length, round.length + hex.length + ' end '.length);
    }
  });
}
