import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device } from '../../src/model/device.ts';
import { user } from '../../src/model/user.ts';
import { meets } from '../../src/query/evaluate.ts';
import type { CompareOperator, Condition, Field, Scalar } from '../../src/store/contract.ts';

/** Two-valued logic over one object, as the comment on `Condition` has it. */

const VALUES = {
  id: 'b62c7ad5-0e85-4f4b-a3ee-9fd9a6d0c5f1',
  displayName: 'Kiosk-42 Übung',
  accountEnabled: true,
  isCompliant: null,
  deviceVersion: 2,
  createdDateTime: '2026-01-01T00:00:00.5Z',
  registrationDateTime: '2026-01-01T00:00:00Z',
  physicalIds: ['[ZTDID]:One', '[OrderId]:Two'],
  systemLabels: [],
  extensionAttributes: { extensionAttribute1: 'Berlin', extensionAttribute2: null },
  alternativeSecurityIds: [
    { type: 2, identityProvider: null, key: 'AbC=' },
    { type: 1, identityProvider: 'Other', key: 'xyz=' },
  ],
};

const compare = (field: Field, operator: CompareOperator, value: Scalar): Condition => ({
  kind: 'compare',
  operator,
  field,
  value,
});
const on = (property: string, member?: string): Field => (member === undefined ? { property } : { property, member });
const ITEM = on('');
const any = (property: string, item?: Condition): Condition => ({ kind: 'any', field: on(property), item });
const not = (item: Condition): Condition => ({ kind: 'not', item });
const both = (...items: readonly Condition[]): Condition => ({ kind: 'and', items });
const either = (...items: readonly Condition[]): Condition => ({ kind: 'or', items });
const match = (field: Field, how: 'startsWith' | 'endsWith' | 'contains', value: string): Condition => ({
  kind: 'match',
  how,
  field,
  value,
});
const count = (property: string, operator: CompareOperator, value: number): Condition => ({
  kind: 'count',
  operator,
  field: on(property),
  value,
});
const word = (property: string, text: string): Condition => ({ kind: 'word', field: on(property), word: text });
const within = (field: Field, ...values: readonly Scalar[]): Condition => ({ kind: 'in', field, values });

const name = on('displayName');
const city = on('extensionAttributes', 'extensionAttribute1');
const NOTHING = [
  on('isCompliant'),
  on('extensionAttributes', 'extensionAttribute2'),
  on('model'),
  on('nonsense'),
  ITEM,
];

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [what: string, condition: Condition, holds: boolean])[] = [
  // -- comparisons, folded
  ['text eq',                   compare(name, 'eq', 'kiosk-42 übung'), true],
  ['text eq, not folded',       compare(name, 'eq', 'Kiosk-42 Übung'), false],
  ['text ne',                   compare(name, 'ne', 'kiosk-42 übung'), false],
  ['text gt',                   compare(name, 'gt', 'kiosk-4'), true],
  ['text lt',                   compare(name, 'lt', 'kiosk-5'), true],
  ['text ge itself',            compare(name, 'ge', 'kiosk-42 übung'), true],
  ['text le itself',            compare(name, 'le', 'kiosk-42 übung'), true],
  ['text gt itself',            compare(name, 'gt', 'kiosk-42 übung'), false],
  ['text lt itself',            compare(name, 'lt', 'kiosk-42 übung'), false],
  ['boolean eq',                compare(on('accountEnabled'), 'eq', true), true],
  ['boolean ne',                compare(on('accountEnabled'), 'ne', true), false],
  ['number eq',                 compare(on('deviceVersion'), 'eq', 2), true],
  ['number lt',                 compare(on('deviceVersion'), 'lt', 10), true],
  ['number and text',           compare(on('deviceVersion'), 'lt', '9'), false],
  ['instant eq',                compare(on('createdDateTime'), 'eq', '2026-01-01T00:00:00.5'), true],
  ['instant gt a shorter one',  compare(on('createdDateTime'), 'gt', '2026-01-01T00:00:00'), true],
  ['instant lt a longer one',   compare(on('registrationDateTime'), 'lt', '2026-01-01T00:00:00.1'), true],
  ['a member',                  compare(city, 'eq', 'berlin'), true],
  ['a member of another name',  compare(on('extensionAttributes', 'extensionAttribute99'), 'eq', null), true],
  ['a complex value itself',    compare(on('extensionAttributes'), 'eq', null), true],
  ['__proto__',                 compare(on('__proto__'), 'eq', null), true],
  ['another type\'s property',  compare(on('userPrincipalName'), 'eq', null), true],
  // -- null
  ['value eq null',             compare(name, 'eq', null), false],
  ['value ne null',             compare(name, 'ne', null), true],
  ...NOTHING.flatMap((field, index) => [
    [`null ${index} eq null`,   compare(field, 'eq', null), true] as const,
    [`null ${index} ne null`,   compare(field, 'ne', null), false] as const,
    [`null ${index} eq value`,  compare(field, 'eq', 'a'), false] as const,
    [`null ${index} ne value`,  compare(field, 'ne', 'a'), true] as const,
    [`null ${index} not eq`,    not(compare(field, 'eq', 'a')), true] as const,
    ...(['gt', 'ge', 'lt', 'le'] as const).map((operator) => [`null ${index} ${operator} value`, compare(field, operator, 'a'), false] as const),
    [`null ${index} startsWith`, match(field, 'startsWith', ''), false] as const,
    [`null ${index} in`,        within(field, 'a', 'b'), false] as const,
    [`null ${index} in null`,   within(field, 'a', null), true] as const,
  ]),
  ['value ge null',             compare(name, 'ge', null), false],
  ['null ge null',              compare(on('isCompliant'), 'ge', null), false],
  // -- in, match
  ['in',                        within(city, 'paris', 'berlin'), true],
  ['in others',                 within(city, 'paris', 'rome'), false],
  ['in none',                   within(city), false],
  ['startsWith',                match(name, 'startsWith', 'kiosk'), true],
  ['startsWith inside',         match(name, 'startsWith', '42'), false],
  ['endsWith',                  match(name, 'endsWith', 'übung'), true],
  ['contains',                  match(name, 'contains', '42 ü'), true],
  ['contains no number',        match(on('deviceVersion'), 'contains', '2'), false],
  // -- collections
  ['any',                       any('physicalIds'), true],
  ['any of none',               any('systemLabels'), false],
  ['any of what is missing',    any('hostnames'), false],
  ['any of a single value',     any('displayName'), false],
  ['any item eq',               any('physicalIds', compare(ITEM, 'eq', '[ztdid]:one')), true],
  ['any item ne',               any('physicalIds', compare(ITEM, 'ne', '[ztdid]:one')), true],
  ['not any item eq',           not(any('physicalIds', compare(ITEM, 'eq', '[ztdid]:one'))), false],
  ['any item startsWith',       any('physicalIds', match(ITEM, 'startsWith', '[orderid]')), true],
  ['any item of none ne',       any('systemLabels', compare(ITEM, 'ne', 'a')), false],
  ['any member',                any('alternativeSecurityIds', compare(on('', 'type'), 'eq', 2)), true],
  ['any two members of one',    any('alternativeSecurityIds', both(compare(on('', 'type'), 'eq', 1), compare(on('', 'identityProvider'), 'eq', 'other'))), true],
  ['any two members of two',    any('alternativeSecurityIds', both(compare(on('', 'type'), 'eq', 2), compare(on('', 'identityProvider'), 'eq', 'other'))), false],
  ['any binary, with its case', any('alternativeSecurityIds', compare(on('', 'key'), 'eq', 'AbC=')), true],
  ['any binary, folded',        any('alternativeSecurityIds', compare(on('', 'key'), 'eq', 'abc=')), false],
  ['any complex item itself',   any('alternativeSecurityIds', compare(ITEM, 'eq', null)), true],
  ['count eq',                  count('physicalIds', 'eq', 2), true],
  ['count of none',             count('systemLabels', 'eq', 0), true],
  ['count of what is missing',  count('hostnames', 'eq', 0), true],
  ['count gt',                  count('physicalIds', 'gt', 2), false],
  ['count ne',                  count('physicalIds', 'ne', 0), true],
  // -- words, types
  ['word',                      word('displayName', 'kiosk'), true],
  ['word between symbols',      word('displayName', 'kiosk42'), true],
  ['the start of a word',       word('displayName', 'kios'), true],
  ['the end of a word',         word('displayName', 'iosk'), false],
  ['word of null',              word('model', 'kiosk'), false],
  ['type',                      { kind: 'type', type: 'device' }, true],
  ['another type',              { kind: 'type', type: 'user' }, false],
  // -- and, or, not
  ['and',                       both(compare(city, 'eq', 'berlin'), compare(name, 'ne', null)), true],
  ['and with one false',        both(compare(city, 'eq', 'berlin'), compare(name, 'eq', null)), false],
  ['or with one true',          either(compare(name, 'eq', null), compare(city, 'eq', 'berlin')), true],
  ['or',                        either(compare(name, 'eq', null), compare(city, 'eq', 'rome')), false],
  ['and of nothing',            both(), true],
  ['or of nothing',             either(), false],
];

for (const [what, condition, holds] of ROWS) {
  test(`${what}: ${holds}`, () => assert.equal(meets(condition, device, VALUES), holds));
}

test('the type is the one that is given', () => {
  assert.ok(meets({ kind: 'type', type: 'user' }, user, {}));
  assert.ok(meets(compare(on('userPrincipalName'), 'eq', 'a@b'), user, { userPrincipalName: 'A@b' }));
});

/** By code point, as UTF-8 has it; in UTF-16, U+E000 and U+FFFF would come last. */
const ORDERED = [
  '',
  'a',
  'a\u0000',
  'ab',
  'b',
  'é',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '😀',
  '😁',
  '\u{10ffff}',
];

for (const [index, text] of ORDERED.entries()) {
  for (const [otherIndex, other] of ORDERED.entries()) {
    test(`${JSON.stringify(text)} beside ${JSON.stringify(other)}`, () => {
      const values = { displayName: text };
      assert.equal(meets(compare(name, 'lt', other), device, values), index < otherIndex);
      assert.equal(meets(compare(name, 'le', other), device, values), index <= otherIndex);
      assert.equal(meets(compare(name, 'gt', other), device, values), index > otherIndex);
      assert.equal(Buffer.compare(Buffer.from(text), Buffer.from(other)) < 0, index < otherIndex);
    });
  }
}
