import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../src/model/limits.ts';
import { parseFilter } from '../../src/query/filter.ts';
import type { FilterNode, Literal, Path } from '../../src/query/syntax.ts';
import { assertRefuses } from './refusals.ts';

/** https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionfilter */

// -- what is understood -------------------------------------------------------------------------------------------

/** A tree as text: everything but the positions. */
function shape(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.items.map(shape).join(` ${node.kind} `)})`;
    case 'not':
      return `not ${shape(node.item)}`;
    case 'compare':
      return `[${pathShape(node.path)} ${node.operator} ${literalShape(node.literal)}]`;
    case 'in':
      return `[${pathShape(node.path)} in ${node.literals.map(literalShape).join(', ')}]`;
    case 'match':
      return `[${pathShape(node.path)} ${node.how} ${literalShape(node.literal)}]`;
    case 'any':
      return `[${pathShape(node.path)} any ${node.item ? `${node.variable}: ${shape(node.item)}` : 'item'}]`;
    case 'isof':
      return `[isof ${node.type}]`;
  }
}

const pathShape = ({ names, count }: Path) => names.join('/') + (count ? '/$count' : '');
const literalShape = ({ type, value }: Literal) => `${type}<${value}>`;

// biome-ignore format: a table is read by its columns
const UNDERSTOOD: readonly (readonly [text: string, tree: string])[] = [
  // -- comparisons
  ["displayName eq 'a'",                      '[displayName eq string<a>]'],
  ["displayName ne 'a'",                      '[displayName ne string<a>]'],
  ["displayName gt 'a'",                      '[displayName gt string<a>]'],
  ["displayName GE 'a'",                      '[displayName ge string<a>]'],
  ["displayName Lt 'a'",                      '[displayName lt string<a>]'],
  ["displayName le 'a'",                      '[displayName le string<a>]'],
  ["'a' eq displayName",                      '[displayName eq string<a>]'],
  ["'a' ne displayName",                      '[displayName ne string<a>]'],
  ["'a' gt displayName",                      '[displayName lt string<a>]'],
  ["'a' ge displayName",                      '[displayName le string<a>]'],
  ["'a' lt displayName",                      '[displayName gt string<a>]'],
  ["'a' le displayName",                      '[displayName ge string<a>]'],
  ["(displayName) eq ('a')",                  '[displayName eq string<a>]'],
  ["extensionAttributes/extensionAttribute1 eq 'a'", '[extensionAttributes/extensionAttribute1 eq string<a>]'],
  ['physicalIds/$count eq 0',                 '[physicalIds/$count eq number<0>]'],
  ['0 ne physicalIds/$COUNT',                 '[physicalIds/$count ne number<0>]'],
  ['Überschrift eq null',                     '[Überschrift eq null<null>]'],
  ['_x1 eq 1',                                '[_x1 eq number<1>]'],
  // -- literals
  ['a eq null',                               '[a eq null<null>]'],
  ['a eq true',                               '[a eq boolean<true>]'],
  ['a eq False',                              '[a eq boolean<false>]'],
  ["a eq ''",                                 '[a eq string<>]'],
  ["a eq ''''",                               "[a eq string<'>]"],
  ["a eq 'O''Neil'",                          "[a eq string<O'Neil>]"],
  ["a eq 'x and y eq (1)'",                   '[a eq string<x and y eq (1)>]'],
  ["a eq '😀 + %'",                           '[a eq string<😀 + %>]'],
  ['a eq 12',                                 '[a eq number<12>]'],
  ['a eq -12',                                '[a eq number<-12>]'],
  ['a eq +12',                                '[a eq number<12>]'],
  ['a eq 1.50',                               '[a eq number<1.5>]'],
  ['a eq 2e3',                                '[a eq number<2000>]'],
  ['a eq 2.5E-1',                             '[a eq number<0.25>]'],
  ['a eq 4c299165-6e8f-4b45-a5ba-c5d250a707ff', '[a eq guid<4c299165-6e8f-4b45-a5ba-c5d250a707ff>]'],
  ['a eq FC299165-6e8f-4b45-a5ba-c5d250a707ff', '[a eq guid<FC299165-6e8f-4b45-a5ba-c5d250a707ff>]'],
  ['a eq 12345678-6e8f-4b45-a5ba-c5d250a707ff', '[a eq guid<12345678-6e8f-4b45-a5ba-c5d250a707ff>]'],
  ['a eq 2026-01-31',                         '[a eq date<2026-01-31>]'],
  ['a ge 2026-01-01T00:00:00Z',               '[a ge dateTimeOffset<2026-01-01T00:00:00Z>]'],
  ['a ge 2026-01-01t00:00z',                  '[a ge dateTimeOffset<2026-01-01t00:00z>]'],
  ['a ge 2026-01-01T00:00:00.1234567Z',       '[a ge dateTimeOffset<2026-01-01T00:00:00.1234567Z>]'],
  ['a ge 2026-01-01T00:00:00-08:00',          '[a ge dateTimeOffset<2026-01-01T00:00:00-08:00>]'],
  ['a ge 2026-01-01T00:00:00+02:00',          '[a ge dateTimeOffset<2026-01-01T00:00:00+02:00>]'],
  ['a ge 2026-01-01T00:00:00 02:00',          '[a ge dateTimeOffset<2026-01-01T00:00:00+02:00>]'],
  ['a ge 2026-01-01T00:00:00 02:00 and b eq 1', '([a ge dateTimeOffset<2026-01-01T00:00:00+02:00>] and [b eq number<1>])'],
  ["a eq duration'PT1S'",                     "[a eq other<duration'PT1S'>]"],
  ["a eq binary'T0RhdGE'",                    "[a eq other<binary'T0RhdGE'>]"],
  ["a eq Sales.Pattern'Yellow'",              "[a eq other<Sales.Pattern'Yellow'>]"],
  ["a eq guid'x'",                            "[a eq other<guid'x'>]"],
  ['a eq 12:30:00.5',                         '[a eq other<12:30:00.5>]'],
  // -- in
  ["a in ('x')",                              '[a in string<x>]'],
  ["a in('x','y' , null)",                    '[a in string<x>, string<y>, null<null>]'],
  ['a IN (1,2)',                              '[a in number<1>, number<2>]'],
  // -- functions
  ["startsWith(a,'x')",                       '[a startsWith string<x>]'],
  ["startswith( a , 'x' )",                   '[a startsWith string<x>]'],
  ["ENDSWITH(a,'x')",                         '[a endsWith string<x>]'],
  ["contains(a/b,'x')",                       '[a/b contains string<x>]'],
  ["startsWith(a,'x') eq true",               '[a startsWith string<x>]'],
  ["startsWith(a,'x') ne false",              '[a startsWith string<x>]'],
  ["true eq startsWith(a,'x')",               '[a startsWith string<x>]'],
  ["startsWith(a,'x') eq false",              'not [a startsWith string<x>]'],
  ["startsWith(a,'x') eq false eq false",     '[a startsWith string<x>]'],
  ["(a eq 'x') eq false",                     'not [a eq string<x>]'],
  ["isof('microsoft.graph.device')",          '[isof microsoft.graph.device]'],
  ["isof('#microsoft.graph.device')",         '[isof microsoft.graph.device]'],
  ['ISOF(microsoft.graph.device)',            '[isof microsoft.graph.device]'],
  // -- lambdas
  ["a/any(x:x eq 'v')",                       '[a any x: [x eq string<v>]]'],
  ["a/any( x : x/b eq 1 and x/c eq 2 )",      '[a any x: ([x/b eq number<1>] and [x/c eq number<2>])]'],
  ["a/ANY(x:startsWith(x,'v')) eq true",      '[a any x: [x startsWith string<v>]]'],
  ['a/any()',                                 '[a any item]'],
  ['not a/any()',                             'not [a any item]'],
  ["a/any(x:x/b/any(y:y eq 'v'))",            '[a any x: [x/b any y: [y eq string<v>]]]'],
  ["a/any(x:x eq 1) and b/any(x:x eq 2)",     '([a any x: [x eq number<1>]] and [b any x: [x eq number<2>]])'],
  // -- and, or, not
  ['a eq 1 and b eq 2 and c eq 3',            '([a eq number<1>] and [b eq number<2>] and [c eq number<3>])'],
  ['a eq 1 or b eq 2 and c eq 3',             '([a eq number<1>] or ([b eq number<2>] and [c eq number<3>]))'],
  ['a eq 1 and b eq 2 or c eq 3',             '(([a eq number<1>] and [b eq number<2>]) or [c eq number<3>])'],
  ['a eq 1 and (b eq 2 or c eq 3)',           '([a eq number<1>] and ([b eq number<2>] or [c eq number<3>]))'],
  ['not (a eq 1) and b eq 2',                 '(not [a eq number<1>] and [b eq number<2>])'],
  ['not (a eq 1 and b eq 2)',                 'not ([a eq number<1>] and [b eq number<2>])'],
  ['NOT(a eq 1)OR(b eq 2)',                   '(not [a eq number<1>] or [b eq number<2>])'],
  ['not not (a eq 1)',                        'not not [a eq number<1>]'],
  ["not a in ('x')",                          'not [a in string<x>]'],
  ["not startsWith(a,'x') eq true",           'not [a startsWith string<x>]'],
  ['((((a eq 1))))',                          '[a eq number<1>]'],
  // -- blanks
  ["  a\teq  'x'  ",                          '[a eq string<x>]'],
  ["a eq'x'and b eq'y'",                      '([a eq string<x>] and [b eq string<y>])'],
  ['a/ b eq 1',                               '[a/b eq number<1>]'],
];

for (const [text, tree] of UNDERSTOOD) {
  test(`understood: ${text}`, () => assert.equal(shape(parseFilter(text)), tree));
}

test('positions are those of operators, functions, properties and literals', () => {
  assert.deepEqual(parseFilter("not (a/b eq 'x') or c/any(v:startsWith(v,'y')) or d in (1) or isof('t')"), {
    kind: 'or',
    at: 17,
    items: [
      {
        kind: 'not',
        at: 0,
        item: {
          kind: 'compare',
          operator: 'eq',
          at: 9,
          path: { names: ['a', 'b'], count: false, at: 5 },
          literal: { type: 'string', value: 'x', at: 12 },
        },
      },
      {
        kind: 'any',
        at: 22,
        path: { names: ['c'], count: false, at: 20 },
        variable: 'v',
        item: {
          kind: 'match',
          how: 'startsWith',
          at: 28,
          path: { names: ['v'], count: false, at: 39 },
          literal: { type: 'string', value: 'y', at: 41 },
        },
      },
      {
        kind: 'in',
        at: 52,
        path: { names: ['d'], count: false, at: 50 },
        literals: [{ type: 'number', value: 1, text: '1', at: 56 }],
      },
      { kind: 'isof', type: 't', at: 62 },
    ],
  });
});

// -- what isn't well formed ---------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const MALFORMED: readonly (readonly [text: string, position: number])[] = [
  ['',                          0],
  ['   ',                       3],
  ['a eq',                      4],
  ['a eq ',                     5],
  ["eq 'x'",                    0],
  ["a eq eq 'x'",               5],
  ["a eq 'x' b",                9],
  ["a eq 'x' and",              12],
  ["a eq 'x' and and b eq 'y'", 13],
  ["and a eq 'x'",              0],
  ["a eq 'x')",                 8],
  ["(a eq 'x'",                 9],
  ['()',                        1],
  ["a = 'x'",                   2],
  ["a == 'x'",                  2],
  ["a equals 'x'",              2],
  ['a eq "x"',                  5],
  ["a eq 'x';b eq 'y'",         8],
  ["a eq 'x' & b eq 'y'",       9],
  ['a eq {x}',                  5],
  ['a eq [1]',                  5],
  ['a eq 5x',                   5],
  ['a eq 5and b eq 6',          5],
  ['a eq 1.',                   5],
  ['a eq .5',                   5],
  ['a eq 1e',                   5],
  ['a eq 1e999',                5],
  ['a eq 1-2',                  5],
  ['a eq 5 -3',                 7],
  ['a eq 2026-1-1',             5],
  ['a eq 4c299165-6e8f-4b45-a5ba-c5d250a707f', 5],
  ["a in 'x'",                  5],
  ['a in ()',                   6],
  ["a in ('x',)",               10],
  ["a in ('x'",                 9],
  ["a in ('x' 'y')",            10],
  ['a in ((1))',                6],
  ['a/ eq 1',                   6],
  ['a// eq 1',                  2],
  ['/a eq 1',                   0],
  ["a/'x' eq 1",                2],
  ['a/$value eq 1',             2],
  ['a/$count/b eq 1',           8],
  ['$count eq 1',               0],
  ['a. eq 1',                   1],
  ['a-b eq 1',                  1],
  ["startsWith(a 'x')",         13],
  ["startsWith(a,'x'",          16],
  ["startsWith(a,'x',1)",       16],
  ['startsWith(a)',             12],
  ['startsWith()',              11],
  ["startsWith((a),'x')",       11],
  ['isof()',                    5],
  ["isof('')",                  5],
  ["isof('#')",                 5],
  ['isof(1)',                   5],
  ['isof(a/b)',                 5],
  ["a/any(x)",                  7],
  ["a/any(x:)",                 8],
  ["a/any(:x eq 1)",            6],
  ["a/any(x.y:x eq 1)",         6],
  ["a/any('x':x eq 1)",         6],
  ["a/any(x:x eq 1",            14],
  ["a/any(eq:eq eq 1)",         6],
  ['a\u00a0eq 1',               1],
  ['a eq 1\u0000',              6],
  ['😀 eq 1',                   0],
  ["a eq '😀' x",               10],
];

for (const [text, position] of MALFORMED) {
  test(`a syntax error at ${position}: ${JSON.stringify(text)}`, () => {
    const message = `Invalid filter clause: Syntax error at position ${position} in '${text}'.`;
    assertRefuses(() => parseFilter(text), 'BadRequest', message);
  });
}

const instantMessage = (text: string) =>
  `Invalid filter clause: The DateTimeOffset text '${text}' should be in format 'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' and each field value is within valid range.`;
const unterminated = (text: string, position: number) =>
  `Invalid filter clause: There is an unterminated string literal at position ${position} in '${text}'.`;
const unsupported = (name: string) => `Invalid filter clause: '${name}' is not supported by the service.`;
const unknown = (name: string) =>
  `Invalid filter clause: An unknown function with name '${name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.`;
const comparison = (left: string, operator: string, right: string) =>
  `Invalid filter clause: comparing ${left} with ${right} by '${operator}' is not supported by the service.`;
const NOT_BOOLEAN = 'Invalid filter clause: The $filter expression must evaluate to a single boolean value.';

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [text: string, code: string, message: string])[] = [
  ["a eq 'x",                           'BadRequest', unterminated("a eq 'x", 5)],
  ["a eq 'x''",                         'BadRequest', unterminated("a eq 'x''", 5)],
  ["a eq 'O'Neil'",                     'BadRequest', "Invalid filter clause: Syntax error at position 8 in 'a eq 'O'Neil''."],
  ["a eq duration'x",                   'BadRequest', unterminated("a eq duration'x", 13)],
  ['a',                                 'BadRequest', NOT_BOOLEAN],
  ['a and b eq 1',                      'BadRequest', NOT_BOOLEAN],
  ['b eq 1 or a/b',                     'BadRequest', NOT_BOOLEAN],
  ['not a',                             'BadRequest', NOT_BOOLEAN],
  ['not a eq 1',                        'BadRequest', NOT_BOOLEAN],
  ["'x'",                               'BadRequest', NOT_BOOLEAN],
  ['a/any(x:x)',                        'BadRequest', NOT_BOOLEAN],
  ['true',                              'Request_UnsupportedQuery', unsupported('true')],
  ['a eq 1 and false',                  'Request_UnsupportedQuery', unsupported('false')],
  ['a ge 2026-13-01T00:00:00Z',         'Request_BadRequest', instantMessage('2026-13-01T00:00:00Z')],
  ['a ge 2026-01-01T00:00:00',          'Request_BadRequest', instantMessage('2026-01-01T00:00:00')],
  ['a ge 2026-01-01T25:00:00Z',         'Request_BadRequest', instantMessage('2026-01-01T25:00:00Z')],
  ['a ge 2026-01-01T00:00:00 0200',     'Request_BadRequest', instantMessage('2026-01-01T00:00:00')],
  ['a ge 2026-02-30',                   'Request_BadRequest', instantMessage('2026-02-30')],
  ['a eq b',                            'Request_UnsupportedQuery', comparison('a property', 'eq', 'a property')],
  ["'a' eq 'b'",                        'Request_UnsupportedQuery', comparison('a literal', 'eq', 'a literal')],
  ["'a' in ('b')",                      'Request_UnsupportedQuery', comparison('a literal', 'in', 'a literal')],
  ['(a eq 1) eq b',                     'Request_UnsupportedQuery', comparison('an expression', 'eq', 'a property')],
  ['(a eq 1) ne (b eq 1)',              'Request_UnsupportedQuery', comparison('an expression', 'ne', 'an expression')],
  ["startsWith(a,'x') eq 1",            'Request_UnsupportedQuery', comparison('an expression', 'eq', 'a literal')],
  ["startsWith(a,'x') gt true",         'Request_UnsupportedQuery', comparison('an expression', 'gt', 'a literal')],
  ['startsWith(a,b)',                   'Request_UnsupportedQuery', comparison('a property', 'startsWith', 'a property')],
  ["contains('a',b)",                   'Request_UnsupportedQuery', comparison('a literal', 'contains', 'a property')],
  ["CONTAINS('a','b')",                 'Request_UnsupportedQuery', comparison('a literal', 'contains', 'a literal')],
  ...['add', 'sub', 'mul', 'div', 'divby', 'mod', 'has', 'ADD'].map((name) => [`a ${name} 5 eq 6`, 'Request_UnsupportedQuery', unsupported(name)] as const),
  ['a eq -b',                           'Request_UnsupportedQuery', unsupported('-')],
  ['-a eq 1',                           'Request_UnsupportedQuery', unsupported('-')],
  ['a eq INF',                          'Request_UnsupportedQuery', unsupported('INF')],
  ['a eq -INF',                         'Request_UnsupportedQuery', unsupported('-')],
  ['a eq NaN',                          'Request_UnsupportedQuery', unsupported('NaN')],
  ["a in b",                            'Request_UnsupportedQuery', unsupported('in with a property behind it')],
  ['a/all(x:x eq 1)',                   'Request_UnsupportedQuery', unsupported('all')],
  ['a/all()',                           'Request_UnsupportedQuery', unsupported('all')],
  ['$it/a eq 1',                        'Request_UnsupportedQuery', unsupported('$it')],
  ['$root/a eq 1',                      'Request_UnsupportedQuery', unsupported('$root')],
  ['a eq $this',                        'Request_UnsupportedQuery', unsupported('$this')],
  ['a eq @p',                           'Request_UnsupportedQuery', unsupported('@p')],
  ['a/@odata.type eq 1',                'Request_UnsupportedQuery', unsupported('@odata.type')],
  ["isof(a,'microsoft.graph.device')",  'Request_UnsupportedQuery', unsupported('isof with two arguments')],
  ['startsWith(tolower(a),\'x\')',      'Request_UnsupportedQuery', unsupported('tolower')],
  ...[
    'length', 'indexof', 'substring', 'tolower', 'toUpper', 'trim', 'concat', 'year', 'month', 'day', 'hour', 'minute',
    'second', 'fractionalseconds', 'date', 'time', 'totaloffsetminutes', 'totalseconds', 'now', 'mindatetime', 'maxdatetime',
    'round', 'floor', 'ceiling', 'cast', 'geo.distance', 'geo.intersects', 'geo.length', 'matchesPattern', 'case',
    'hassubset', 'hassubsequence', 'substringof',
  ].map((name) => [`${name}(a) eq 1`, 'Request_UnsupportedQuery', unsupported(name)] as const),
  ['foo(a) eq 1',                       'BadRequest', unknown('foo')],
  ["any(x:x eq 1)",                     'BadRequest', unknown('any')],
  ["a/foo(1) eq 1",                     'BadRequest', unknown('foo')],
  ["a('x')/b eq 1",                     'BadRequest', unknown('a')],
  ["startsWith(a/any(x:x eq 1),'x')",   'BadRequest', unknown('any')],
  ["a/any(x:x/b/any(x:x eq 1))",        'BadRequest', "Invalid filter clause: The range variable 'x' has already been declared."],
];

for (const [text, code, message] of REFUSED) {
  test(`refused: ${text}`, () => assertRefuses(() => parseFilter(text), code, message));
}

test('a long text is cut where an error repeats it', () => {
  const text = `a eq '${'x'.repeat(300)}' b`;
  const message = `Invalid filter clause: Syntax error at position 308 in 'a eq '${'x'.repeat(194)}…'.`;
  assertRefuses(() => parseFilter(text), 'BadRequest', message);
});

// -- limits -------------------------------------------------------------------------------------------------------

const tooMuch = (most: number, what: string) =>
  `The query option '$filter' has more than the ${most} ${what} that are allowed.`;
const nested = (depth: number) => `${'('.repeat(depth)}a eq 1${')'.repeat(depth)}`;
const alternatives = (count: number) => Array.from({ length: count }, (_, n) => `a eq ${n}`).join(' or ');
const list = (count: number) => `a in (${Array.from({ length: count }, (_, n) => `'${n}'`).join(',')})`;

test('a filter may be so long, and no longer', () => {
  const long = `a eq '${'x'.repeat(LIMITS.filterCharacters - 7)}'`;
  assert.equal(long.length, LIMITS.filterCharacters);
  parseFilter(long);
  const message = "The query option '$filter' is longer than the 8192 characters that are allowed.";
  assertRefuses(() => parseFilter(`${long} `), 'Request_UnsupportedQuery', message);
});

test('a filter may be so deep, and no deeper', () => {
  parseFilter(nested(20));
  parseFilter(`${'not '.repeat(19)}(a eq 1)`);
  parseFilter(Array.from({ length: 30 }, () => 'not (a eq 1)').join(' and '));
  for (const text of [nested(21), nested(1000), `${'not '.repeat(20)}(a eq 1)`, '('.repeat(8000)]) {
    assertRefuses(() => parseFilter(text), 'Request_UnsupportedQuery', tooMuch(20, 'levels of nesting'));
  }
});

test('a filter may have so many expressions, and no more', () => {
  parseFilter(alternatives(199));
  assertRefuses(() => parseFilter(alternatives(200)), 'Request_UnsupportedQuery', tooMuch(200, 'expressions'));
});

test('an in may have 15 values, more in advanced query mode', () => {
  const inMessage = (count: number, most: number) =>
    `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${most}`;
  parseFilter(list(15));
  assertRefuses(() => parseFilter(list(16)), 'Request_UnsupportedQuery', inMessage(16, 15));
  parseFilter(list(500), LIMITS.inItemsAdvanced);
  assertRefuses(() => parseFilter(list(501), LIMITS.inItemsAdvanced), 'Request_UnsupportedQuery', inMessage(501, 500));
});
