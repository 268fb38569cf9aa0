import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../src/lib/refusal.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { parseRule } from '../../src/query/membershipRules.ts';
import type { CompareOperator, Condition, Field, Scalar } from '../../src/store/contract.ts';
import { createRandom } from './generate.ts';

/** https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership */

type How = Extract<Condition, { kind: 'match' }>['how'];

const on = (property: string, member?: string): Field => (member === undefined ? { property } : { property, member });
const is = (property: string | Field, value: Scalar, operator: CompareOperator = 'eq'): Condition => {
  return { kind: 'compare', operator, field: typeof property === 'string' ? on(property) : property, value };
};
const match = (how: How, property: string, value: string): Condition => ({
  kind: 'match',
  how,
  field: on(property),
  value,
});
const within = (property: string, ...values: Scalar[]): Condition => ({ kind: 'in', field: on(property), values });
const not = (item: Condition): Condition => ({ kind: 'not', item });
const all = (...items: Condition[]): Condition => ({ kind: 'and', items });
const either = (...items: Condition[]): Condition => ({ kind: 'or', items });
const any = (property: string, item?: Condition): Condition => ({ kind: 'any', field: on(property), item });
const attribute = (number: number) => on('extensionAttributes', `extensionAttribute${number}`);

const windows = is('operatingSystem', 'windows');
const enabled = is('accountEnabled', true);
const named = is('displayName', 'a');

// biome-ignore format: a table is read by its columns
const DEVICES: readonly (readonly [text: string, condition: Condition])[] = [
  // -- names: the rule language's, and the model's own
  ['device.operatingSystem -eq "Windows"',                          windows],
  ['(device.operatingSystem -eq "Windows") -and (device.accountEnabled -eq true)', all(windows, enabled)],
  ['device.deviceOSType -eq "Windows"',                             windows],
  ['device.deviceOSVersion -startsWith "10.0.1"',                   match('startsWith', 'operatingSystemVersion', '10.0.1')],
  ['device.deviceManagementAppId -eq "0000000A-0000-0000-c000-000000000000"', is('mdmAppId', '0000000a-0000-0000-c000-000000000000')],
  ['device.deviceManufacturer -eq "Samsung"',                       is('manufacturer', 'samsung')],
  ['device.deviceModel -eq "iPad Air"',                             is('model', 'ipad air')],
  ['device.deviceTrustType -eq "AzureAD"',                          is('trustType', 'azuread')],
  ['device.deviceOwnership -eq "Company"',                          is('deviceOwnership', 'company')],
  ['device.enrollmentProfileName -eq "DEP iPhones"',                is('enrollmentProfileName', 'dep iphones')],
  ['device.isRooted -eq true',                                      is('isRooted', true)],
  ['device.managementType -eq "MDM"',                               is('managementType', 'mdm')],
  ['device.profileType -eq "RegisteredDevice"',                     is('profileType', 'registereddevice')],
  ['device.deviceCategory -eq "BYOD"',                              is('deviceCategory', 'byod')],
  ['device.deviceId -eq "D4FE7726"',                                is('deviceId', 'd4fe7726')],
  ['device.objectId -ne null',                                      is('id', null, 'ne')],
  ['device.extensionAttribute1 -eq "A"',                            is(attribute(1), 'a')],
  ['device.extensionAttribute15 -eq null',                          is(attribute(15), null)],
  ['DEVICE.DeviceOSTYPE -EQ "WINDOWS"',                             windows],
  // -- operators, and how they may be written
  ['device.displayName -ne "A"',                                    is('displayName', 'a', 'ne')],
  ['device.displayName eq "A"',                                     named],
  ['device.displayName –eq "A"',                                    named],
  ['device.displayName-eq"A"',                                      named],
  ['  device.displayName\n-eq\t"A"  ',                              named],
  ["device.displayName -eq 'A'",                                    named],
  ['device.displayName -notStartsWith "A"',                         not(match('startsWith', 'displayName', 'a'))],
  ['device.displayName -endsWith "A"',                              match('endsWith', 'displayName', 'a')],
  ['device.displayName -notEndsWith "A"',                           not(match('endsWith', 'displayName', 'a'))],
  ['device.displayName -contains "A"',                              match('contains', 'displayName', 'a')],
  ['device.displayName -notContains "A"',                           not(match('contains', 'displayName', 'a'))],
  ['device.displayName -in ["A","b" , "A"]',                        within('displayName', 'a', 'b')],
  ["device.displayName -notIn ['A']",                               not(within('displayName', 'a'))],
  ['device.accountEnabled -ne false',                               is('accountEnabled', false, 'ne')],
  ['device.accountEnabled -eq "True"',                              enabled],
  ['device.displayName -eq $null',                                  is('displayName', null)],
  ['device.displayName -eq "null"',                                 is('displayName', 'null')],
  ['device.displayName -eq ""',                                     is('displayName', '')],
  // -- quotes within text
  ['device.displayName -eq "a `"b`" c"',                            is('displayName', 'a "b" c')],
  ['device.displayName -eq "a \\"b\\" c"',                          is('displayName', 'a "b" c')],
  ['device.displayName -eq "a \\d ` c"',                            is('displayName', 'a \\d ` c')],
  ["device.displayName -eq 'it''s'",                                is('displayName', "it's")],
  ['device.displayName -eq "(x) -and ]"',                           is('displayName', '(x) -and ]')],
  // -- precedence
  ['device.displayName -eq "A" -or device.operatingSystem -eq "Windows" -and device.accountEnabled -eq true', either(named, all(windows, enabled))],
  ['device.operatingSystem -eq "Windows" -and device.accountEnabled -eq true -or device.displayName -eq "A"', either(all(windows, enabled), named)],
  ['(device.displayName -eq "A" -or device.operatingSystem -eq "Windows") -and device.accountEnabled -eq true', all(either(named, windows), enabled)],
  ['-not device.operatingSystem -contains "Windows" -and device.accountEnabled -eq true', all(not(match('contains', 'operatingSystem', 'windows')), enabled)],
  ['-not (device.operatingSystem -eq "Windows" -and device.accountEnabled -eq true)', not(all(windows, enabled))],
  ['-not -not (device.displayName -contains "A")',                  match('contains', 'displayName', 'a')],
  ['not (device.displayName -eq "A")',                              is('displayName', 'a', 'ne')],
  ['device.displayName -eq "A" -or device.displayName -eq "A" -or device.displayName -eq "A"', either(named, named, named)],
  // -- collections
  ['device.devicePhysicalIDs -any _ -startsWith "[ZTDId]"',         any('physicalIds', match('startsWith', '', '[ztdid]'))],
  ['(device.devicePhysicalIds -any (_ -eq "[OrderID]:179887111881"))', any('physicalIds', is('', '[orderid]:179887111881'))],
  ['device.physicalIds -any (_ -startsWith "A" -and -not (_ -contains "B"))', any('physicalIds', all(match('startsWith', '', 'a'), not(match('contains', '', 'b'))))],
  ['device.physicalIds -all (_ -startsWith "A")',                   not(any('physicalIds', not(match('startsWith', '', 'a'))))],
  ['device.physicalIds -all (_ -ne "A")',                           not(any('physicalIds', is('', 'a')))],
  ['device.physicalIds -any _ -eq "A" -and device.accountEnabled -eq true', all(any('physicalIds', is('', 'a')), enabled)],
  ['device.systemLabels -startsWith "M365Managed"',                 any('systemLabels', match('startsWith', '', 'm365managed'))],
  ['device.systemLabels -notContains "A"',                          not(any('systemLabels', match('contains', '', 'a')))],
  ['device.systemLabels -ne "A"',                                   not(any('systemLabels', is('', 'a')))],
  ['device.systemLabels -in ["A"]',                                 any('systemLabels', within('', 'a'))],
  ['device.systemLabels -eq null',                                  not(any('systemLabels'))],
  ['device.systemLabels -ne null',                                  any('systemLabels')],
  // -- patterns that are comparisons without one
  ['device.displayName -match "^Da.*"',                             match('startsWith', 'displayName', 'da')],
  ['device.displayName -match ".*vid"',                             match('contains', 'displayName', 'vid')],
  ['device.displayName -match ".*?ago.*"',                          match('contains', 'displayName', 'ago')],
  ['device.displayName -match "^.*vid$"',                           match('endsWith', 'displayName', 'vid')],
  ['device.displayName -match "vid$"',                              match('endsWith', 'displayName', 'vid')],
  ['device.displayName -match "^vid.*$"',                           match('startsWith', 'displayName', 'vid')],
  ['device.displayName -match "^vid$"',                             is('displayName', 'vid')],
  ['device.displayName -match "a\\.b\\$"',                          match('contains', 'displayName', 'a.b$')],
  ['device.displayName -match ".*"',                                match('contains', 'displayName', '')],
  ['device.displayName -notMatch "^Da"',                            not(match('startsWith', 'displayName', 'da'))],
];

// biome-ignore format: a table is read by its columns
const USERS: readonly (readonly [text: string, condition: Condition])[] = [
  ['user.department -eq "Sales"',                                   is('department', 'sales')],
  ['(user.department -eq "Sales") -and -not (user.jobTitle -startsWith "SDE")', all(is('department', 'sales'), not(match('startsWith', 'jobTitle', 'sde')))],
  ['user.country –eq "US" –and (user.department –eq "Marketing" –or user.department –eq "Sales")', all(is('country', 'us'), either(is('department', 'marketing'), is('department', 'sales')))],
  ['user.mail –ne null',                                            is('mail', null, 'ne')],
  ['user.mailNickName -endsWith "-vendor"',                         match('endsWith', 'mailNickname', '-vendor')],
  ['(user.objectId -ne null) -and (user.userType -eq "Member")',    all(is('id', null, 'ne'), is('userType', 'member'))],
  ['user.mobile -eq null',                                          is('mobilePhone', null)],
  ['user.dirSyncEnabled -eq true',                                  is('onPremisesSyncEnabled', true)],
  ['user.facsimileTelephoneNumber -eq "1"',                         is('faxNumber', '1')],
  ['user.physicalDeliveryOfficeName -eq "A"',                       is('officeLocation', 'a')],
  ['user.extensionAttribute15 -eq "A"',                             is(on('onPremisesExtensionAttributes', 'extensionAttribute15'), 'a')],
  ['user.telephoneNumber -startsWith "+49"',                        any('businessPhones', match('startsWith', '', '+49'))],
  ['user.otherMails -startsWith "alias@domain"',                    any('otherMails', match('startsWith', '', 'alias@domain'))],
  ['(user.proxyAddresses -any (_ -startsWith "contoso"))',          any('proxyAddresses', match('startsWith', '', 'contoso'))],
  ['user.proxyAddresses -notEndsWith "@outlook.com"',               not(any('proxyAddresses', match('endsWith', '', '@outlook.com')))],
  ['user.employeehiredate -le 2020-06-10T18:13:20Z',                is('employeeHireDate', '2020-06-10T18:13:20', 'le')],
  ['user.employeeHireDate -ge "2020-06-10T20:13:20+02:00"',         is('employeeHireDate', '2020-06-10T18:13:20', 'ge')],
];

for (const [type, rows] of [
  ['device', DEVICES],
  ['user', USERS],
] as const) {
  for (const [text, condition] of rows) {
    test(text, () => {
      const rule = parseRule(text);
      assert.equal(rule.type.name, type);
      assert.deepEqual(rule.condition, condition);
    });
  }
}

// -- what is refused -------------------------------------------------------------------------------------------

const HEAD = 'Dynamic membership rule validation error: ';
const syntax = (text: string, position: number) => `Syntax error at position ${position} in '${text}'.`;
const OBJECT = 'Invalid object type.';
const wrong = (name: string, resource = 'Device') =>
  `Wrong property applied. Property '${name}' cannot be applied to object '${resource}'`;
const operands = (name: string) => `Invalid operands found for operator.Invalid operands found for operator -${name}`;
const unsupported = (name: string, at: number) => `'${name}' at position ${at} is not supported by the service.`;

/** Where: the text up to there. */
// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [text: string, position: number, message?: string])[] = [
  [' ',                                                     1],
  ['(',                                                     1],
  ['-and',                                                  0],
  ['device.displayName',                                    18],
  ['device.displayName -eq',                                22],
  ['device.displayName -is "a"',                            19],
  ['device.displayName "a"',                                19],
  ['device.displayName -eq "a',                             23, "There is an unterminated string literal at position 23 in 'device.displayName -eq \"a'."],
  ['device.displayName -eq "a" device.displayName -eq "a"', 27],
  ['device.displayName -eq "a" -and',                       31],
  ['(device.displayName -eq "a"',                           27],
  ['device.displayName -eq "a")',                           26],
  ['device.displayName -eq `"a`"',                          23],
  ['device.displayName -in "a"',                            23],
  ['device.displayName -in []',                             24],
  ['device.displayName -in ["a" "b"]',                      28],
  ['device.displayName -in ["a",]',                         28],
  ['device.displayName -not null',                          19],
  ['"a" -eq device.displayName',                            0],
  ['device.displayName -eq "a" && true',                    27],
  ['_ -eq "a"',                                             0,  OBJECT],
  ['displayName -eq "a"',                                   0,  OBJECT],
  ['group.displayName -eq "a"',                             0,  OBJECT],
  ['device.displayName -eq "a" -and user.city -eq "b"',     32, OBJECT],
  ['true',                                                  0,  OBJECT],
  ['device.nonsense -eq "a"',                               0,  wrong('nonsense')],
  ['device.constructor -eq "a"',                            0,  wrong('constructor')],
  ['device.__proto__ -eq "a"',                              0,  wrong('__proto__')],
  ['device.department -eq "a"',                             0,  wrong('department')],
  ['device.domainName -eq "a"',                             0,  wrong('domainName')],
  ['device.extensionAttribute16 -eq "a"',                   0,  wrong('extensionAttribute16')],
  ['device.extensionAttributes -eq "a"',                    0,  wrong('extensionAttributes')],
  ['device.alternativeSecurityIds -any (_ -eq "a")',        0,  wrong('alternativeSecurityIds')],
  ['user.passwordProfile -eq "a"',                          0,  wrong('passwordProfile', 'User')],
  ['user.displayName.a -eq "a"',                            0,  wrong('displayName.a', 'User')],
  ['device.accountEnabled -eq "maybe"',                     26, operands('eq')],
  ['device.accountEnabled -eq constructor',                 26, operands('eq')],
  ['device.accountEnabled -startsWith "t"',                 34, operands('startsWith')],
  ['device.accountEnabled -eq 1',                           26, operands('eq')],
  ['device.displayName -eq a',                              23, operands('eq')],
  ['device.displayName -eq 1',                              23, operands('eq')],
  ['device.displayName -eq true',                           23, operands('eq')],
  ['device.displayName -le "a"',                            23, operands('le')],
  ['device.displayName -startsWith null',                   31, operands('startsWith')],
  ['device.displayName -in ["a", null]',                    29, operands('in')],
  ['device.displayName -any (_ -eq "a")',                   19, operands('any')],
  ['user.employeeHireDate -ge "yesterday"',                 26, operands('ge')],
  ['user.employeeHireDate -startsWith "2020"',              34, operands('startsWith')],
  ['device.physicalIds -any (device.displayName -eq "a")',  25],
  ['device.physicalIds -any (_ -any (_ -eq "a"))',          27, operands('any')],
  ['device.physicalIds -any (_ -eq "a"',                    34],
  ['device.physicalIds -any "a"',                           24],
  ['device.physicalIds -any (_ -eq "a") -and _ -eq "a"',    41, OBJECT],
  // -- what Microsoft Entra ID has and this directory can't follow
  ["user.memberOf -any (group.objectId -in ['a'])",         0,  unsupported('memberOf', 0)],
  ["device.memberof -any (group.objectId -in ['a'])",       0,  unsupported('memberof', 0)],
  ['user.assignedPlans -any (assignedPlan.service -eq "SCO")', 0, unsupported('assignedPlans', 0)],
  ['Direct Reports for "a"',                                0,  unsupported('Direct Reports', 0)],
  ['user.employeeHireDate -ge system.now -plus p1d',        26, unsupported('system.now', 26)],
  ['device.displayName -match "a.*b"',                      26, unsupported('-match "a.*b"', 26)],
  ['device.displayName -match "(a+)+$"',                    26, unsupported('-match "(a+)+$"', 26)],
  ['device.displayName -match "[ab]"',                      26, unsupported('-match "[ab]"', 26)],
  ['device.displayName -match "a|b"',                       26, unsupported('-match "a|b"', 26)],
  ['device.displayName -match "\\d"',                       26, unsupported('-match "\\d"', 26)],
];

for (const [text, position, message] of WRONG) {
  test(`refused: ${text}`, () => {
    const refusal = refusalOf(text);
    assert.deepEqual([refusal.row.status, refusal.row.code], [400, 'Request_BadRequest']);
    assert.equal(refusal.message, HEAD + (message ?? syntax(text, position)));
    const [detail] = refusal.details;
    assert.equal(detail?.target, `position ${position}`);
    assert.equal(detail?.message, `At position ${position} in '${text}'.`);
  });
}

function refusalOf(text: string): Refusal {
  try {
    parseRule(text);
  } catch (problem) {
    if (problem instanceof Refusal) return problem;
    throw problem;
  }
  throw new assert.AssertionError({ message: `${text} was taken` });
}

// biome-ignore format: a table is read by its columns
const BOUNDS: readonly (readonly [what: string, text: (count: number) => string, most: number, said: string])[] = [
  ['characters',  (count) => `user.city -eq "${'x'.repeat(count - 16)}"`,                               LIMITS.ruleCharacters, '3072 characters'],
  ['parentheses', (count) => `${'('.repeat(count)}user.city -eq "a"${')'.repeat(count)}`,               LIMITS.ruleDepth,      '20 levels of nesting'],
  ['-not',        (count) => `${'-not '.repeat(count)}user.city -eq "a"`,                               LIMITS.ruleDepth,      '20 levels of nesting'],
  ['-in',         (count) => `user.city -in [${Array.from({ length: count }, (_, at) => `"${at.toString(36)}"`)}]`, LIMITS.ruleInItems, '500 values of one -in'],
];

for (const [what, text, most, said] of BOUNDS) {
  test(`as many ${what} as are allowed, and one more`, () => {
    assert.doesNotThrow(() => parseRule(text(most)));
    assert.equal(refusalOf(text(most + 1)).message, `${HEAD}The rule has more than the ${said} that are allowed.`);
  });
}

// -- hostile texts ---------------------------------------------------------------------------------------------

const SEED = Number(process.env['ROLLCALL_SEED'] ?? Date.now() % 2 ** 31);
const PIECES = [
  ...[...DEVICES, ...USERS].flatMap(([text]) => text.split(/(?<=[\s()[\]])/)),
  ...[
    '(',
    ')',
    '[',
    ']',
    ',',
    '"',
    "'",
    '`',
    '\\',
    '-',
    '_',
    '.',
    '$',
    '–',
    '\0',
    '\u{1f600}',
    '\ud800',
    ' ',
    '&',
    '{name}',
  ],
  ...['-any', '-all', '-not', '-and', '-or', '-match ', '"^(a+)+$"', 'null', 'true', '1e999', 'Direct', 'system.now'],
];

test('no text breaks the parser or keeps it busy', () => {
  const random = createRandom(SEED);
  const again = `ROLLCALL_SEED=${SEED} brings it back`;
  let taken = 0;
  for (let done = 0; done < 20_000; done += 1) {
    const pieces = Array.from({ length: random.below(12) }, () => random.pick(PIECES));
    const legal = random.pick(DEVICES)[0];
    const cut = random.below(legal.length);
    const text = random.chance(50) ? pieces.join('') : legal.slice(0, cut) + random.pick(PIECES) + legal.slice(cut);
    const started = performance.now();
    try {
      parseRule(text);
      taken += 1;
    } catch (problem) {
      assert.ok(problem instanceof Refusal, `${JSON.stringify(text)}: ${problem}; ${again}`);
      assert.ok(text.includes('{') || !/\{\w+\}/.test(problem.message), `${problem.message}; ${again}`);
    }
    assert.ok(performance.now() - started < 500, `${JSON.stringify(text)} took long; ${again}`);
  }
  assert.ok(taken > 100, `only ${taken} were taken; ${again}`);
});

// biome-ignore format: a table is read by its columns
const LONG: readonly string[] = [
  '('.repeat(3072), '-not '.repeat(600), '"'.repeat(3072), "'".repeat(3071), '\\"'.repeat(1500), 'a.'.repeat(1500),
  `user.city -in [${'"",'.repeat(1000)}""]`, `user.city -match "${'\\\\'.repeat(1500)}"`, `user.city -match "${'.*'.repeat(1500)}"`,
  `user.city -eq "a"${' -or user.city -eq "a"'.repeat(135)}`, '-'.repeat(3072), 'x'.repeat(100_000), '('.repeat(1_000_000),
];

for (const text of LONG) {
  test(`a long text is answered at once: ${text.slice(0, 30)}…`, () => {
    const started = performance.now();
    try {
      parseRule(text);
    } catch (problem) {
      assert.ok(problem instanceof Refusal, String(problem));
    }
    assert.ok(performance.now() - started < 500);
  });
}
