import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, openDesk, type Reply } from '../support/rollcall.ts';
import { assertRefused, EVENTUAL } from './expect.ts';

/**
 * https://learn.microsoft.com/graph/api/device-list with `$filter`: what each property takes, as
 * https://learn.microsoft.com/graph/api/resources/device and the table at
 * https://learn.microsoft.com/graph/aad-advanced-queries say.
 */

// -- three devices: x has the first value, y the second, z the third or none -------------------------------------

const X = 'aaaaaaaa-1111-4111-8111-111111111111';
const Y = 'bbbbbbbb-2222-4222-8222-222222222222';
const Z = 'cccccccc-3333-4333-8333-333333333333';
const [FIRST, SECOND] = ['2026-01-01T08:00:00Z', '2026-03-01T08:00:00.5Z'];

type Letter = 'D' | 'A' | '-';
type Value = string | boolean | number;
/** One letter each for eq, ne, not, in, ge and its like, startsWith, null. D: by default. A: in advanced query mode. */
type Row = readonly [name: string, modes: string, x: Value, y: Value, z?: Value];

// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  //                                  = ≠ ! i ≥ s 0
  ['id',                             'D A A D - - -', X, Y, Z],
  ['accountEnabled',                 'D A A D - - -', true, false],
  ['approximateLastSignInDateTime',  'A A A - D - A', FIRST, SECOND],
  ['complianceExpirationDateTime',   '- - - - - - -', FIRST, SECOND],
  ['createdDateTime',                '- - - - - - -', FIRST, SECOND],
  ['deletedDateTime',                '- - - - - - -', FIRST, SECOND],
  ['deviceCategory',                 'A A A A - A A', 'Counter', 'Kitchen'],
  ['deviceId',                       'D A A D - A -', 'one', 'two', 'zoe'],
  ['deviceMetadata',                 '- - - - - - -', 'one', 'two'],
  ['deviceOwnership',                'A A A A - - A', 'Company', 'Personal'],
  ['deviceVersion',                  '- - - - - - -', 1, 2],
  ['displayName',                    'D A A D A D A', 'Front desk', 'Kitchen', 'Zoo'],
  ['domainName',                     '- - - - - - -', 'one', 'two'],
  ['enrollmentProfileName',          'A A A A - A A', 'Autopilot', 'By hand'],
  ['enrollmentType',                 '- - - - - - -', 'one', 'two'],
  ['externalSourceName',             '- - - - - - -', 'one', 'two'],
  ['isCompliant',                    'D A A D - - -', true, false],
  ['isManaged',                      'D A A D - - -', true, false],
  ['isManagementRestricted',         '- - - - - - -', true, false],
  ['isRooted',                       'A A A A - - A', true, false],
  ['managementType',                 'A A A A - - A', 'EAS', 'MDM'],
  ['manufacturer',                   'A A A A - A A', 'Contoso', 'Fabrikam'],
  ['mdmAppId',                       'D A A D - A A', '0000000a-0000-0000-c000-000000000000', '54b943f8-d761-4f8d-951e-9cea1846db5a'],
  ['model',                          'A A A A - A A', 'Surface', 'ThinkPad'],
  ['onPremisesLastSyncDateTime',     'A A A A D - -', FIRST, SECOND],
  ['onPremisesSecurityIdentifier',   'D A A D - - A', 'S-1-5-21-1', 'S-1-5-21-2'],
  ['onPremisesSyncEnabled',          'D A A D - - A', true, false],
  ['operatingSystem',                'D A A D A D A', 'Android', 'Windows'],
  ['operatingSystemVersion',         'D A A D A D A', '10.0.26100', '14'],
  ['profileType',                    'D A A D - - -', 'IoT', 'Printer', 'RegisteredDevice'],
  ['registrationDateTime',           'A A A - A - A', FIRST, SECOND],
  ['sourceType',                     '- - - - - - -', 'one', 'two'],
  ['trustType',                      'D A A D - - -', 'AzureAd', 'Workplace'],
  ['extensionAttributes/extensionAttribute1',  'A A A A - A A', 'Berlin', 'Paris'],
  ['extensionAttributes/extensionAttribute15', 'A A A A - A A', 'one', 'two'],
];

function deviceOf(id: string, index: 2 | 3 | 4): { type: string; values: Record<string, unknown> } {
  const values: Record<string, unknown> = { extensionAttributes: {} };
  for (const row of ROWS) {
    const [name, member] = row[0].split('/') as [string, string?];
    const value = row[index] ?? null;
    if (member === undefined) values[name] = value;
    else (values[name] as Record<string, unknown>)[member] = value;
  }
  return { type: 'device', values: { ...values, id, ...COLLECTIONS[index] } };
}

const COLLECTIONS = {
  2: {
    physicalIds: ['[GID]:g:1', '[OrderId]:Front'],
    systemLabels: ['M365Managed'],
    alternativeSecurityIds: [{ type: 2, identityProvider: null, key: 'WDUwOTo=' }],
  },
  3: {
    physicalIds: ['[OrderId]:Back'],
    alternativeSecurityIds: [{ type: 99, identityProvider: 'Contoso', key: 'eDE=' }],
  },
  4: {},
} as const;

let desk: Desk;
before(async () => {
  desk = await openDesk({ more: { objects: [deviceOf(X, 2), deviceOf(Y, 3), deviceOf(Z, 4)] } });
});
after(() => desk.close());

const HINT = 'Send the header ConsistencyLevel: eventual and the query parameter $count=true.';
const PARAMETERS =
  'is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information';

function ask(filter: string, advanced: boolean): Promise<Reply> {
  const query = `$select=id&$filter=${encodeURIComponent(filter)}${advanced ? '&$count=true' : ''}`;
  return desk.ask('GET', `/v1.0/devices?${query}`, { as: 'member', headers: advanced ? EVENTUAL : {} });
}

/** The letters of the three that were found; the development tenant's own devices don't count. */
function lettersOf(reply: Reply): string {
  assert.equal(reply.status, 200, reply.text);
  const ids = reply.json.value.map(({ id }: { id: string }) => id);
  return [X, Y, Z].flatMap((id, index) => (ids.includes(id) ? ['xyz'[index]] : [])).join('');
}

/** What the answer is in each query mode. */
async function check(filter: string, name: string, mode: Letter, found: string, operator?: string): Promise<void> {
  const words = `Unsupported or invalid query filter clause specified for property '${name}' of resource 'Device'.`;
  for (const advanced of [false, true]) {
    const reply = await ask(filter, advanced);
    if (mode === 'D' || (mode === 'A' && advanced)) {
      assert.equal(lettersOf(reply), found, `${filter}: ${reply.text}`);
      continue;
    }
    // `not` is refused before what stands below it is looked at.
    const byOperator = operator !== undefined && !advanced && (mode === 'A' || operator === 'not');
    assertRefused(reply, 400, 'Request_UnsupportedQuery', byOperator ? `Operator '${operator}' ${PARAMETERS}` : words);
    const details = mode === 'A' && !byOperator ? [HINT] : [];
    const told = (reply.json.error.details ?? []).map(({ message }: { message: string }) => message);
    assert.deepEqual(told, details, filter);
  }
}

const OPERATORS = ['eq', 'ne', 'not', 'in', 'ge', 'startsWith', 'null'] as const;

for (const [name, modes, x, y, z] of ROWS) {
  const letters = modes.split(' ') as Letter[];
  const modeOf = (operator: (typeof OPERATORS)[number]) => letters[OPERATORS.indexOf(operator)] ?? '-';
  const third = z === undefined ? '' : 'z';
  const isText = typeof x === 'string' && x !== FIRST;
  const [first, second] = [x, y].map((value) => (isText ? `'${value}'` : String(value)));

  test(`${name}: eq, ne, not, in`, async () => {
    await check(`${name} eq ${first}`, name, modeOf('eq'), 'x');
    await check(`${name} ne ${first}`, name, modeOf('ne'), 'yz', 'ne');
    await check(`not(${name} eq ${first})`, name, modeOf('not'), 'yz', 'not');
    await check(`${name} in (${first}, ${second})`, name, modeOf('in'), 'xy');
  });

  test(`${name}: ge, gt, le, lt`, async () => {
    await check(`${name} ge ${second}`, name, modeOf('ge'), `y${third}`);
    await check(`${name} gt ${first}`, name, modeOf('ge'), `y${third}`);
    await check(`${name} le ${first}`, name, modeOf('ge'), 'x');
    await check(`${name} lt ${second}`, name, modeOf('ge'), 'x');
  });

  test(`${name}: startsWith, and nothing like it`, async () => {
    const start = String(x).slice(0, -1);
    await check(`startsWith(${name},'${start}')`, name, modeOf('startsWith'), startingWith(start, x, y, z));
    await check(`startswith(${name}, '${String(x).toUpperCase()}')`, name, modeOf('startsWith'), 'x');
    await check(`endsWith(${name},'a')`, name, '-', '');
    await check(`contains(${name},'a')`, name, '-', '');
  });

  test(`${name}: null`, async () => {
    const isNull = third === '' ? 'z' : '';
    await check(`${name} eq null`, name, modeOf('null'), isNull);
    await check(`${name} ne null`, name, modeOf('null'), `xy${third}`);
    await check(`not(${name} eq null)`, name, modeOf('null'), `xy${third}`, 'not');
  });
}

function startingWith(start: string, ...values: readonly (Value | undefined)[]): string {
  return values.flatMap((value, index) => (String(value).startsWith(start) ? ['xyz'[index]] : [])).join('');
}

// -- collections -------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const ITEMS: readonly (readonly [filter: string, name: string, mode: Letter, found: string, operator?: string])[] = [
  ["physicalIds/any(p:p eq '[OrderId]:Front')",                   'physicalIds', 'D', 'x'],
  ["physicalIds/any(p:p eq '[ORDERID]:FRONT')",                   'physicalIds', 'D', 'x'],
  ["physicalIds/any(item : item eq '[OrderId]:Back')",            'physicalIds', 'D', 'y'],
  ["physicalIds/any(p:p eq '[OrderId]')",                         'physicalIds', 'D', ''],
  ["physicalIds/any(p:startsWith(p,'[OrderId]'))",                'physicalIds', 'A', 'xy'],
  ["physicalIds/any(p:startsWith(p,'[GID]'))",                    'physicalIds', 'A', 'x'],
  ["not(physicalIds/any(p:p eq '[OrderId]:Front'))",              'physicalIds', 'A', 'yz', 'not'],
  ["not physicalIds/any(p:startsWith(p,'[GID]'))",                'physicalIds', 'A', 'yz', 'not'],
  ["physicalIds/any(p:p ge '[O')",                                'physicalIds', 'A', 'xy'],
  ["physicalIds/any(p:endsWith(p,'Front'))",                      'physicalIds', '-', ''],
  ['physicalIds/any()',                                           'physicalIds', 'A', 'xy', 'any'],
  ['physicalIds/$count eq 0',                                     'physicalIds', 'A', 'z', '$count'],
  ['physicalIds/$count ne 0',                                     'physicalIds', 'A', 'xy', '$count'],
  ["physicalIds eq '[OrderId]:Front'",                            'physicalIds', '-', ''],
  ["startsWith(physicalIds,'[GID]')",                             'physicalIds', '-', ''],
  ["systemLabels/any(s:s eq 'M365Managed')",                      'systemLabels', 'A', 'x'],
  ['systemLabels/$count eq 0',                                    'systemLabels', 'A', 'yz', '$count'],
  ['systemLabels/$count ne 0',                                    'systemLabels', 'A', 'x', '$count'],
  ['alternativeSecurityIds/any(a:a/type eq 2)',                   'alternativeSecurityIds/type', 'D', 'x'],
  ['alternativeSecurityIds/any(a:a/type eq 3)',                   'alternativeSecurityIds/type', 'D', ''],
  ["alternativeSecurityIds/any(a:a/identityProvider eq 'Contoso')", 'alternativeSecurityIds/identityProvider', 'A', 'y'],
  ["alternativeSecurityIds/any(a:startsWith(a/identityProvider,'con'))", 'alternativeSecurityIds/identityProvider', 'A', 'y'],
  ["alternativeSecurityIds/any(a:a/type eq 99 and a/key eq 'eDE=')", 'alternativeSecurityIds/key', 'D', 'y'],
  ["alternativeSecurityIds/any(a:a/type eq 2 and a/key eq 'eDE=')", 'alternativeSecurityIds/key', 'D', ''],
  ['not(alternativeSecurityIds/any(a:a/type eq 2))',              'alternativeSecurityIds/type', 'A', 'yz', 'not'],
];

for (const [filter, name, mode, found, operator] of ITEMS) {
  test(`$filter=${filter}`, () => check(filter, name, mode, found, operator));
}

for (const operation of ['eq 1', 'ne 1', 'gt 0', 'ge 1', 'lt 1', 'le 0', 'eq -1']) {
  test(`physicalIds/$count ${operation} is refused: nobody counts further than whether there are any`, async () => {
    const words =
      "Unsupported or invalid query filter clause specified for property 'physicalIds' of resource 'Device'.";
    const reply = await ask(`physicalIds/$count ${operation}`, true);
    assertRefused(reply, 400, 'Request_UnsupportedQuery', words);
  });
}

test('hostnames are there on beta only', async () => {
  const filter = encodeURIComponent("hostnames/any(h:h eq 'desk.contoso.example')");
  const beta = await desk.ask('GET', `/beta/devices?$filter=${filter}`, { as: 'member' });
  assert.equal(lettersOf(beta), '');
  const words = "Property 'hostnames' does not exist as a declared property or extension property.";
  const reply = await desk.ask('GET', `/v1.0/devices?$filter=${filter}`, { as: 'member' });
  assertRefused(reply, 400, 'Request_UnsupportedQuery', words);
});

// -- together ----------------------------------------------------------------------------------------------------

// biome-ignore format: a table is read by its columns
const TOGETHER: readonly (readonly [filter: string, mode: 'D' | 'A', found: string])[] = [
  ["operatingSystem eq 'Android' and accountEnabled eq true",                              'D', 'x'],
  ["operatingSystem eq 'Android' and accountEnabled eq false",                             'D', ''],
  ["displayName eq 'Kitchen' or displayName eq 'Zoo'",                                     'D', 'yz'],
  ["displayName eq 'Zoo' or displayName eq 'Kitchen' and accountEnabled eq true",          'D', 'z'],
  ["(displayName eq 'Zoo' or displayName eq 'Kitchen') and accountEnabled eq false",       'D', 'y'],
  ["startswith(displayName,'f') or trustType eq 'Workplace'",                              'D', 'xy'],
  ["approximateLastSignInDateTime ge 2026-01-01T09:00:00+01:00 and approximateLastSignInDateTime lt 2026-02-01T00:00:00Z", 'D', 'x'],
  ['approximateLastSignInDateTime le 2026-01-31',                                          'D', 'x'],
  ['isCompliant eq true and isManaged eq true',                                            'D', 'x'],
  ["displayName in ('kitchen','zoo','nowhere') and physicalIds/any(p:p eq '[OrderId]:Back')", 'D', 'y'],
  ['true eq accountEnabled',                                                               'D', 'x'],
  [`id eq ${X}`,                                                                           'D', 'x'],
  [`id eq '${X.toUpperCase()}'`,                                                           'D', 'x'],
  ["not(displayName eq 'Zoo' or displayName eq 'Kitchen')",                                'A', 'x'],
  ["not(startsWith(displayName,'Z')) and operatingSystem ne 'Android'",                    'A', 'y'],
  ["model eq null and displayName ne 'x'",                                                 'A', 'z'],
  ["not(not(displayName eq 'Zoo'))",                                                       'A', 'z'],
];

for (const [filter, mode, found] of TOGETHER) {
  test(`${mode === 'A' ? 'advanced: ' : ''}$filter=${filter}`, async () => {
    assert.equal(lettersOf(await ask(filter, true)), found);
    const reply = await ask(filter, false);
    if (mode === 'D') assert.equal(lettersOf(reply), found);
    else assertRefused(reply, 400, 'Request_UnsupportedQuery');
  });
}

test('a quote is written twice', async () => {
  const { status, json } = await ask("displayName eq 'it''s' or displayName eq 'Zoo'", false);
  assert.deepEqual([status, json.value], [200, [{ id: Z }]]);
});

// -- what is no filter -------------------------------------------------------------------------------------------

const undeclared = (name: string) => `Property '${name}' does not exist as a declared property or extension property.`;
const unsupported = (name: string) =>
  `Unsupported or invalid query filter clause specified for property '${name}' of resource 'Device'.`;
const syntax = (at: number, text: string) => `Invalid filter clause: Syntax error at position ${at} in '${text}'.`;
const types = (left: string, right: string, operator: string) =>
  `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${operator}'.`;
const instant = (text: string) =>
  `Invalid filter clause: The DateTimeOffset text '${text}' should be in format 'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' and each field value is within valid range.`;

// biome-ignore format: a table is read by its columns
const REFUSED: readonly (readonly [filter: string, code: string, message: string])[] = [
  ["colour eq 'red'",                              'Request_UnsupportedQuery', undeclared('colour')],
  ["DisplayName eq 'x'",                           'Request_UnsupportedQuery', undeclared('DisplayName')],
  ["extensionAttribute1 eq 'x'",                   'Request_UnsupportedQuery', undeclared('extensionAttribute1')],
  ["extensionAttributes/extensionAttribute16 eq 'x'", 'Request_UnsupportedQuery', undeclared('extensionAttribute16')],
  ["registeredOwners/any(o:o/id eq 'x')",          'Request_UnsupportedQuery', undeclared('registeredOwners')],
  ["extensionAttributes eq 'x'",                   'Request_UnsupportedQuery', unsupported('extensionAttributes')],
  ['deviceVersion eq 2',                           'Request_UnsupportedQuery', unsupported('deviceVersion')],
  ["physicalIds/all(p:p eq 'x')",                  'Request_UnsupportedQuery', "Invalid filter clause: 'all' is not supported by the service."],
  ['accountEnabled',                               'BadRequest',               'Invalid filter clause: The $filter expression must evaluate to a single boolean value.'],
  ["accountEnabled eq 'true'",                     'BadRequest',               types('Edm.Boolean', 'Edm.String', 'Equal')],
  ['accountEnabled eq 1',                          'BadRequest',               types('Edm.Boolean', 'Edm.Int32', 'Equal')],
  ['displayName eq 1',                             'BadRequest',               types('Edm.String', 'Edm.Int32', 'Equal')],
  [`deviceId eq ${X}`,                             'BadRequest',               types('Edm.String', 'Edm.Guid', 'Equal')],
  ["approximateLastSignInDateTime ge '2026-01-01'", 'BadRequest',              types('Edm.DateTimeOffset', 'Edm.String', 'GreaterThanOrEqual')],
  ['approximateLastSignInDateTime ge 2026-13-01T00:00:00Z', 'Request_BadRequest', instant('2026-13-01T00:00:00Z')],
  ['approximateLastSignInDateTime ge 2026-02-30',  'Request_BadRequest',       instant('2026-02-30')],
  ['',                                             'BadRequest',               syntax(0, '')],
  ["displayName eq 'a",                            'BadRequest',               "Invalid filter clause: There is an unterminated string literal at position 15 in 'displayName eq 'a'."],
  ["displayName = 'a'",                            'BadRequest',               syntax(12, "displayName = 'a'")],
  ["displayName eq 'a' and",                       'BadRequest',               syntax(22, "displayName eq 'a' and")],
  ["(displayName eq 'a'",                          'BadRequest',               syntax(19, "(displayName eq 'a'")],
];

for (const [filter, code, message] of REFUSED) {
  for (const advanced of [false, true]) {
    test(`${advanced ? 'advanced: ' : ''}$filter=${filter} is refused`, async () => {
      assertRefused(await ask(filter, advanced), 400, code, message);
    });
  }
}

test('in takes 15 values, and more in advanced query mode', async () => {
  const filter = (count: number) => `displayName in (${Array.from({ length: count }, (_, n) => `'n${n}'`).join(',')})`;
  assert.equal(lettersOf(await ask(filter(15), false)), '');
  const words =
    "Too many child clauses specified in search filter expression containing 'OR' operators: 16. Max allowed: 15";
  assertRefused(await ask(filter(16), false), 400, 'Request_UnsupportedQuery', words);
  assert.equal(lettersOf(await ask(filter(16), true)), '');
});
