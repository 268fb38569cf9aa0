import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearch } from '../../src/query/search.ts';
import type { SearchNode } from '../../src/query/syntax.ts';
import { assertRefuses } from './refusals.ts';

/** https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections */

function shape(node: SearchNode): string {
  if (node.kind === 'clause') return `${node.property}<${node.text}>`;
  return `(${node.items.map(shape).join(` ${node.kind} `)})`;
}

// biome-ignore format: a table is read by its columns
const UNDERSTOOD: readonly (readonly [text: string, tree: string])[] = [
  ['"displayName:OneVideo"',                             'displayName<OneVideo>'],
  ['  "displayName:foo"  ',                              'displayName<foo>'],
  ['"displayName:OneVideo" OR "mail:onevideo"',          '(displayName<OneVideo> or mail<onevideo>)'],
  ['"description:One" AND ("displayName:Video" OR "displayName:Drive")', '(description<One> and (displayName<Video> or displayName<Drive>))'],
  ['"a:1" AND "b:2" OR "c:3"',                           '((a<1> and b<2>) or c<3>)'],
  ['"a:1" OR "b:2" AND "c:3"',                           '(a<1> or (b<2> and c<3>))'],
  ['"a:1" OR "b:2" OR "c:3"',                            '(a<1> or b<2> or c<3>)'],
  ['("a:1" OR "b:2") AND "c:3"',                         '((a<1> or b<2>) and c<3>)'],
  ['((("a:1")))',                                        'a<1>'],
  ['"a:1"AND"b:2"',                                      '(a<1> and b<2>)'],
  ['"a:x\\"y"',                                          'a<x"y>'],
  ['"a:x\\\\y"',                                         'a<x\\y>'],
  ['"a:\\\\\\""',                                        'a<\\">'],
  ['"a:x:y"',                                            'a<x:y>'],
  ['"a:x AND y (z) \'q\' & 李四"',                        "a<x AND y (z) 'q' & 李四>"],
  ['"a: x "',                                            'a< x >'],
];

for (const [text, tree] of UNDERSTOOD) {
  test(`understood: ${text}`, () => assert.equal(shape(parseSearch(text)), tree));
}

test('positions are those of the first operator and of the opening quotes', () => {
  assert.deepEqual(parseSearch('"a:1" OR ("b:2" AND "c:3" AND "d:4") OR "e:5"'), {
    kind: 'or',
    at: 6,
    items: [
      { kind: 'clause', property: 'a', text: '1', at: 0 },
      {
        kind: 'and',
        at: 16,
        items: [
          { kind: 'clause', property: 'b', text: '2', at: 10 },
          { kind: 'clause', property: 'c', text: '3', at: 20 },
          { kind: 'clause', property: 'd', text: '4', at: 30 },
        ],
      },
      { kind: 'clause', property: 'e', text: '5', at: 40 },
    ],
  });
});

const character = (text: string, one: string, position: number) =>
  `Syntax error: character '${one}' is not valid at position ${position} in '${text}'.`;
const expected = (text: string, position: number) => `Expression expected at position ${position} in '${text}'.`;
const clause = (text: string, position: number) =>
  `The $search clause at position ${position} in '${text}' must have the form "property:text", in double quotes.`;
const unterminated = (text: string, position: number) =>
  `There is an unterminated string literal at position ${position} in '${text}'.`;
const NOT = "The $search operator 'NOT' is not supported by the service.";

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [text: string, code: string, message: string])[] = [
  ['',                      'BadRequest', expected('', 0)],
  ['  ',                    'BadRequest', expected('  ', 2)],
  ['"a:1" AND',             'BadRequest', expected('"a:1" AND', 9)],
  ['("a:1"',                'BadRequest', expected('("a:1"', 6)],
  ['(',                     'BadRequest', expected('(', 1)],
  ['()',                    'BadRequest', character('()', ')', 1)],
  ['"a:1")',                'BadRequest', character('"a:1")', ')', 5)],
  ['"a:1" "b:2"',           'BadRequest', character('"a:1" "b:2"', '"', 6)],
  ['"a:1" and "b:2"',       'BadRequest', character('"a:1" and "b:2"', 'a', 6)],
  ['"a:1" ANDY "b:2"',      'BadRequest', character('"a:1" ANDY "b:2"', 'A', 6)],
  ['AND "b:2"',             'BadRequest', character('AND "b:2"', 'A', 0)],
  ['"a:1" AND OR "b:2"',    'BadRequest', character('"a:1" AND OR "b:2"', 'O', 10)],
  ['"a:1" 😀',              'BadRequest', character('"a:1" 😀', '😀', 6)],
  ['displayName:foo',       'BadRequest', character('displayName:foo', ':', 11)],
  ['*',                     'BadRequest', character('*', '*', 0)],
  ["'displayName:foo'",     'BadRequest', character("'displayName:foo'", "'", 0)],
  ['"a:x\\n"',              'BadRequest', character('"a:x\\n"', 'n', 5)],
  ['"a:1',                  'BadRequest', unterminated('"a:1', 0)],
  ['"a:1" AND "b:2\\"',     'BadRequest', unterminated('"a:1" AND "b:2\\"', 10)],
  ['"a:1\\',                'BadRequest', unterminated('"a:1\\', 0)],
  ['"pizza"',               'Request_UnsupportedQuery', clause('"pizza"', 0)],
  ['"a:1" OR "pizza"',      'Request_UnsupportedQuery', clause('"a:1" OR "pizza"', 9)],
  ['pizza',                 'Request_UnsupportedQuery', clause('pizza', 0)],
  ['":x"',                  'Request_UnsupportedQuery', clause('":x"', 0)],
  ['"a:"',                  'Request_UnsupportedQuery', clause('"a:"', 0)],
  ['"a: "',                 'Request_UnsupportedQuery', clause('"a: "', 0)],
  ['""',                    'Request_UnsupportedQuery', clause('""', 0)],
  ['NOT "a:1"',             'Request_UnsupportedQuery', NOT],
  ['"a:1" AND NOT "b:2"',   'Request_UnsupportedQuery', NOT],
  ['"a:1" NOT "b:2"',       'Request_UnsupportedQuery', NOT],
  [`"a:${'x'.repeat(2045)}"`, 'Request_UnsupportedQuery', "The query option '$search' is longer than the 2048 characters that are allowed."],
  [`${'('.repeat(21)}"a:1"${')'.repeat(21)}`, 'Request_UnsupportedQuery', "The query option '$search' has more than the 20 levels of nesting that are allowed."],
  [Array(101).fill('"a:1"').join(' OR '), 'Request_UnsupportedQuery', "The query option '$search' has more than the 100 clauses that are allowed."],
];

for (const [text, code, message] of REFUSED) {
  test(`refused: ${text.slice(0, 60)}`, () => assertRefuses(() => parseSearch(text), code, message));
}

test('a search may be so long, so deep and of so many clauses', () => {
  parseSearch(`"a:${'x'.repeat(2044)}"`);
  parseSearch(`${'('.repeat(20)}"a:1"${')'.repeat(20)}`);
  parseSearch(Array(100).fill('"a:1"').join(' OR '));
});
