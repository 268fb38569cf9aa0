import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '../../src/lib/instant.ts';

/** Edm.DateTimeOffset as it is sent, and as it is sent back: in UTC, to 100 ns; undefined for what is no instant. */

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [text: string, read: string | undefined])[] = [
  ['2026-11-21T21:54:00Z',             '2026-11-21T21:54:00Z'],
  ['2026-11-21t21:54:00z',             '2026-11-21T21:54:00Z'],
  ['2026-11-21T21:54Z',                '2026-11-21T21:54:00Z'],
  ['2026-11-21T21:54:00.1200Z',        '2026-11-21T21:54:00.12Z'],
  ['2026-11-21T21:54:00.123456789Z',   '2026-11-21T21:54:00.1234567Z'],
  ['2026-11-21T21:54:00.5+02:00',      '2026-11-21T19:54:00.5Z'],
  ['2026-12-31T23:30:00-01:00',        '2027-01-01T00:30:00Z'],
  ['0000-02-29T00:00:00Z',             '0000-02-29T00:00:00Z'],
  ['2024-02-29T00:00:00Z',             '2024-02-29T00:00:00Z'],
  ['2000-02-29T00:00:00Z',             '2000-02-29T00:00:00Z'],
  ['1900-02-29T00:00:00Z',             undefined],
  ['2023-02-29T00:00:00Z',             undefined],
  ['2026-02-30T00:00:00Z',             undefined],
  ['2026-04-31T00:00:00Z',             undefined],
  ['2026-00-01T00:00:00Z',             undefined],
  ['2026-13-01T00:00:00Z',             undefined],
  ['2026-01-00T00:00:00Z',             undefined],
  ['2026-01-32T00:00:00Z',             undefined],
  ['2026-01-01T24:00:00Z',             undefined],
  ['2026-01-01T00:60:00Z',             undefined],
  ['2026-01-01T00:00:60Z',             undefined],
  ['9999-12-31T23:59:59-01:00',        undefined],
  ['0000-01-01T00:00:00+01:00',        undefined],
  ['2026-01-01T00:00:00+25:00',        undefined],
  ['2026-01-01T00:00:00',              undefined],
  ['2026-01-01',                       undefined],
  ['26-01-01T00:00:00Z',               undefined],
  ['',                                 undefined],
];

for (const [text, read] of ROWS) {
  test(`'${text}' is ${read ?? 'no instant'}`, () => assert.equal(instant(text), read));
}
