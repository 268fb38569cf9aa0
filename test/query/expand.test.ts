import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpand } from '../../src/query/expand.ts';
import type { ExpandItem } from '../../src/query/syntax.ts';
import { assertRefuses } from './refusals.ts';

/** https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionexpand */

// biome-ignore format: a table is read by its columns
const UNDERSTOOD: readonly (readonly [text: string, items: readonly ExpandItem[]])[] = [
  ['registeredOwners',                              [{ relation: 'registeredOwners', select: null, at: 0 }]],
  [' registeredOwners , registeredUsers ',          [{ relation: 'registeredOwners', select: null, at: 1 }, { relation: 'registeredUsers', select: null, at: 20 }]],
  ['registeredOwners($select=id,displayName)',      [{ relation: 'registeredOwners', select: ['id', 'displayName'], at: 0 }]],
  ['registeredOwners(select=userPrincipalName)',    [{ relation: 'registeredOwners', select: ['userPrincipalName'], at: 0 }]],
  ['registeredOwners ( $SELECT = id , displayName ),memberOf', [{ relation: 'registeredOwners', select: ['id', 'displayName'], at: 0 }, { relation: 'memberOf', select: null, at: 48 }]],
  ['a($select=*)',                                  [{ relation: 'a', select: ['*'], at: 0 }]],
  ['a($select=b/c)',                                [{ relation: 'a', select: ['b/c'], at: 0 }]],
];

for (const [text, items] of UNDERSTOOD) {
  test(`understood: ${text}`, () => assert.deepEqual(parseExpand(text), items));
}

// biome-ignore format: a table is read by its columns
const MALFORMED: readonly (readonly [text: string, position: number])[] = [
  ['',                          0],
  ['a,',                        2],
  ['a b',                       2],
  ['a(',                        2],
  ['a($select)',                9],
  ['a($select=)',               10],
  ['a($select=b',               11],
  ['a($select=b,)',             12],
  ['a($select=b;)',             12],
  ['a($select=b;$select=c)',    12],
  ['a($select=b c)',            12],
  ['a($select=b))',             12],
  ["a($select='b')",            10],
  ["a('x",                      2],
  ["'a'",                       0],
  ['a/',                        2],
  ['a;b',                       1],
];

for (const [text, position] of MALFORMED) {
  test(`a syntax error at ${position}: ${text}`, () => {
    const message = `Parsing OData Select and Expand failed: Syntax error at position ${position} in '${text}'.`;
    assertRefuses(() => parseExpand(text), 'BadRequest', message);
  });
}

const unsupported = (text: string, name: string, position: number) =>
  `Parsing OData Select and Expand failed: '${name}' at position ${position} in '${text}' is not supported by the service.`;

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [text: string, code: string, message: string])[] = [
  ...['$levels=2', '$filter=a eq 1', '$top=1', '$skip=1', '$count=true', '$orderby=a', '$search=x', '$expand=b', '$compute=x', 'apply=x', 'FILTER=x'].map((option) => {
    const text = `a(${option})`;
    return [text, 'Request_UnsupportedQuery', unsupported(text, option.slice(0, option.indexOf('=')), 2)] as const;
  }),
  ['a($select=b;$top=1)', 'Request_UnsupportedQuery', unsupported('a($select=b;$top=1)', '$top', 12)],
  ['*',                   'Request_UnsupportedQuery', unsupported('*', '*', 0)],
  ['a,*',                 'Request_UnsupportedQuery', unsupported('a,*', '*', 2)],
  ['a/$ref',              'Request_UnsupportedQuery', unsupported('a/$ref', '/$ref', 1)],
  ['a/$count',            'Request_UnsupportedQuery', unsupported('a/$count', '/$count', 1)],
  ['a/microsoft.graph.user', 'Request_UnsupportedQuery', unsupported('a/microsoft.graph.user', '/microsoft.graph.user', 1)],
  ['a/*',                 'Request_UnsupportedQuery', unsupported('a/*', '/*', 1)],
  ['$ref',                'Request_UnsupportedQuery', unsupported('$ref', '$ref', 0)],
  ['a(foo=1)',            'BadRequest', "Parsing OData Select and Expand failed: Term 'foo' at position 2 in 'a(foo=1)' is not valid in a $select or $expand expression."],
  ['a($select=b;foo=1)',  'BadRequest', "Parsing OData Select and Expand failed: Term 'foo' at position 12 in 'a($select=b;foo=1)' is not valid in a $select or $expand expression."],
  ['a()',                 'BadRequest', "Parsing OData Select and Expand failed: Missing expand option on navigation property 'a'. If a parenthesis expression follows an expanded navigation property, then at least one expand option must be provided."],
  ['x'.repeat(4097),      'Request_UnsupportedQuery', "The query option '$expand' is longer than the 4096 characters that are allowed."],
  [Array(21).fill('a').join(','), 'Request_UnsupportedQuery', "The query option '$expand' has more than the 20 navigation properties that are allowed."],
  [`a($select=${Array(201).fill('b').join(',')})`, 'Request_UnsupportedQuery', "The query option '$expand' has more than the 200 names in $select that are allowed."],
];

for (const [text, code, message] of REFUSED) {
  test(`refused: ${text.slice(0, 60)}`, () => assertRefuses(() => parseExpand(text), code, message));
}
