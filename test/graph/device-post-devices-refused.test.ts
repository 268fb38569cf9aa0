import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, deviceBody, openDesk } from '../support/rollcall.ts';
import { assertRefused, idsOf } from './expect.ts';

/** https://learn.microsoft.com/graph/api/device-post-devices: what is refused, and in which words. */

let desk: Desk;
let live: Desk;
before(async () => {
  desk = await openDesk();
  live = await openDesk({ fidelity: 'live' });
});
after(async () => {
  await desk.close();
  await live.close();
});

const post = (url: string, body: unknown, at = desk) => at.ask('POST', url, { as: 'intune.admin', body });
const literal = (value: string, type: string) =>
  `Cannot convert the literal '${value}' to the expected type 'Edm.${type}'.`;

// -- what must be there ----------------------------------------------------------------------------------------

const SIX = [
  'accountEnabled',
  'alternativeSecurityIds',
  'deviceId',
  'displayName',
  'operatingSystem',
  'operatingSystemVersion',
];
const THREE = ['accountEnabled', 'alternativeSecurityIds', 'deviceId'];

const REQUIRED = [
  { version: 'v1.0', fidelity: 'documented', names: SIX },
  { version: 'beta', fidelity: 'documented', names: THREE },
  { version: 'v1.0', fidelity: 'live', names: SIX },
  { version: 'beta', fidelity: 'live', names: SIX },
] as const;

for (const { version, fidelity, names } of REQUIRED) {
  for (const name of names) {
    test(`${fidelity} ${version}: ${name} must be there, and not null`, async () => {
      const at = fidelity === 'live' ? live : desk;
      const { [name]: _, ...rest } = deviceBody();
      const message = `A value is required for property '${name}' of resource 'Device'.`;
      for (const body of [rest, { ...rest, [name]: null }]) {
        assertRefused(await post(`/${version}/devices`, body, at), 400, 'Request_BadRequest', message);
      }
    });
  }
}

test('a required text must not be empty', async () => {
  const message = "A value is required for property 'deviceId' of resource 'Device'.";
  assertRefused(await post('/beta/devices', deviceBody({ deviceId: '' })), 400, 'Request_BadRequest', message);
});

test("live: the sample's key is no base64, and is refused as Graph refuses it", async () => {
  const body = deviceBody({ alternativeSecurityIds: [{ type: 2, key: 'base64Y3YxN2E1MWFlYw==' }] });
  for (const version of ['v1.0', 'beta']) {
    const reply = await post(`/${version}/devices`, body, live);
    assertRefused(reply, 400, 'Request_BadRequest', literal('base64Y3YxN2E1MWFlYw==', 'Binary'));
  }
  assert.equal((await post('/v1.0/devices', deviceBody(), live)).status, 201);
});

// -- values of the wrong type ----------------------------------------------------------------------------------

const key = (value: unknown) => [{ type: 2, key: value }];
const array = (name: string, type: string) => `The value of property '${name}' must be a JSON array of '${type}'.`;
const object = (name: string, type: string) =>
  `The value of property '${name}' must be a JSON object of type 'microsoft.graph.${type}'.`;

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [name: string, value: unknown, message: string])[] = [
  ['accountEnabled',                'true',                              literal('true', 'Boolean')],
  ['accountEnabled',                1,                                   literal('1', 'Boolean')],
  ['displayName',                   7,                                   literal('7', 'String')],
  ['displayName',                   ['a'],                               literal('["a"]', 'String')],
  ['displayName',                   { toString: 'a' },                   literal('{"toString":"a"}', 'String')],
  ['deviceId',                      true,                                literal('true', 'String')],
  ['deviceVersion',                 '99',                                literal('99', 'Int32')],
  ['deviceVersion',                 1.5,                                 literal('1.5', 'Int32')],
  ['deviceVersion',                 2147483648,                          literal('2147483648', 'Int32')],
  ['deviceVersion',                 -2147483649,                         literal('-2147483649', 'Int32')],
  ['approximateLastSignInDateTime', 'yesterday',                         literal('yesterday', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '2016-10-19',                        literal('2016-10-19', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '2016-10-19T10:37:00',               literal('2016-10-19T10:37:00', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '2015-02-29T00:00:00Z',              literal('2015-02-29T00:00:00Z', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '2016-10-19T24:00:00Z',              literal('2016-10-19T24:00:00Z', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '2016-10-19T10:37:00+99:00',         literal('2016-10-19T10:37:00+99:00', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '0000-01-01T00:00:00+01:00',         literal('0000-01-01T00:00:00+01:00', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', '9999-12-31T23:59:59-01:00',         literal('9999-12-31T23:59:59-01:00', 'DateTimeOffset')],
  ['approximateLastSignInDateTime', 1476873420,                          literal('1476873420', 'DateTimeOffset')],
  ['physicalIds',                   '[HWID]:h:1',                        array('physicalIds', 'Edm.String')],
  ['physicalIds',                   { length: 0 },                       array('physicalIds', 'Edm.String')],
  ['physicalIds',                   [1],                                 literal('1', 'String')],
  ['physicalIds',                   [null],                              literal('null', 'String')],
  ['physicalIds',                   null,                                "A value is required for property 'physicalIds' of resource 'Device'."],
  ['alternativeSecurityIds',        { type: 2 },                         array('alternativeSecurityIds', 'microsoft.graph.alternativeSecurityId')],
  ['alternativeSecurityIds',        ['a'],                               object('alternativeSecurityIds', 'alternativeSecurityId')],
  ['alternativeSecurityIds',        [null],                              object('alternativeSecurityIds', 'alternativeSecurityId')],
  ['alternativeSecurityIds',        [[]],                                object('alternativeSecurityIds', 'alternativeSecurityId')],
  ['alternativeSecurityIds',        [{ type: '2' }],                     literal('2', 'Int32')],
  ['alternativeSecurityIds',        [{ identityProvider: 2 }],           literal('2', 'String')],
  ['alternativeSecurityIds',        key(2),                              literal('2', 'Binary')],
  ['alternativeSecurityIds',        key('not base64!'),                  literal('not base64!', 'Binary')],
  ['alternativeSecurityIds',        key('AA=A'),                         literal('AA=A', 'Binary')],
  ['extensionAttributes',           'a',                                 object('extensionAttributes', 'onPremisesExtensionAttributes')],
  ['extensionAttributes',           [],                                  object('extensionAttributes', 'onPremisesExtensionAttributes')],
  ['extensionAttributes',           { extensionAttribute1: 1 },          literal('1', 'String')],
  ['displayName',                   'x'.repeat(257),                     "Invalid value specified for property 'displayName' of resource 'Device'."],
];

for (const [name, value, message] of WRONG) {
  test(`${name}: ${JSON.stringify(value).slice(0, 60)} is refused`, async () => {
    for (const version of ['v1.0', 'beta']) {
      const reply = await post(`/${version}/devices`, deviceBody({ [name]: value }));
      assertRefused(reply, 400, 'Request_BadRequest', message);
    }
  });
}

// -- names -----------------------------------------------------------------------------------------------------

const invalid = (name: string) => `Invalid property '${name}'.`;
const readOnly = (name: string) => `Property '${name}' is read-only and cannot be set.`;

// biome-ignore format: a table is read by its columns
const NAMES: readonly (readonly [name: string, value: unknown, message: string])[] = [
  ['colour',                       'red',                   invalid('colour')],
  ['DisplayName',                  'Other case',            invalid('DisplayName')],
  ['hostnames',                    ['a'],                   invalid('hostnames')],
  ['registeredUsers',              [],                      invalid('registeredUsers')],
  ['registeredUsers@odata.bind',   [],                      invalid('registeredUsers@odata.bind')],
  ['extensionAttribute1',          'a',                     invalid('extensionAttribute1')],
  ['constructor',                  {},                      invalid('constructor')],
  ['toString',                     'a',                     invalid('toString')],
  ['hasOwnProperty',               'a',                     invalid('hasOwnProperty')],
  ['extension_0a1b2c_colour',      'red',                   'The following extension properties are not available: extension_0a1b2c_colour.'],
  ['trustType',                    'AzureAd',               readOnly('trustType')],
  ['isCompliant',                  true,                    readOnly('isCompliant')],
  ['isManaged',                    false,                   readOnly('isManaged')],
  ['isManagementRestricted',       true,                    readOnly('isManagementRestricted')],
  ['systemLabels',                 ['a'],                   readOnly('systemLabels')],
  ['onPremisesSecurityIdentifier', 'S-1-5-21',              readOnly('onPremisesSecurityIdentifier')],
  ['registrationDateTime',         '2016-10-19T10:37:00Z',  readOnly('registrationDateTime')],
  ['manufacturer',                 'Contoso',               readOnly('manufacturer')],
];

for (const [name, value, message] of NAMES) {
  test(`v1.0: a body with '${name}' is refused`, async () => {
    assertRefused(await post('/v1.0/devices', deviceBody({ [name]: value })), 400, 'Request_BadRequest', message);
  });
}

test('beta knows hostnames, and nobody may write them', async () => {
  const reply = await post('/beta/devices', deviceBody({ hostnames: ['a'] }));
  assertRefused(reply, 400, 'Request_BadRequest', readOnly('hostnames'));
});

/** Names that every JavaScript object answers to, at each level of a body. As text, for `__proto__` is special. */
for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
  const whole = JSON.stringify(deviceBody());
  const member = `"${name}":{"accountEnabled":false}`;
  const levels: readonly (readonly [string, string])[] = [
    ['of the body', whole.replace('{', `{${member},`)],
    ['of a complex value', whole.replace('{', `{"extensionAttributes":{${member}},`)],
    ['of a complex value in a collection', whole.replace('"type":2', `"type":2,${member}`)],
  ];
  for (const [level, body] of levels) {
    test(`'${name}' as a property ${level} is an unknown name like any other`, async () => {
      assertRefused(await post('/beta/devices', body), 400, 'Request_BadRequest', invalid(name));
    });
  }
}

// -- the body as such ------------------------------------------------------------------------------------------

const NOT_JSON =
  'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.';
const payload = (rest: string) => `Unable to read JSON request payload. ${rest}`;
const deep = `${'{"a":'.repeat(20)}{}${'}'.repeat(20)}`;

// biome-ignore format: a table is read by its columns
const BODIES: readonly (readonly [what: string, body: unknown, status: number, code: string, message: string])[] = [
  ['no JSON',              '{"accountEnabled": tru',          400, 'BadRequest', NOT_JSON],
  ['no UTF-8',             Uint8Array.of(0x22, 0xff, 0x22),   400, 'BadRequest', NOT_JSON],
  ['nothing',              '',                                400, 'BadRequest', 'Empty Payload. JSON content expected.'],
  ['blanks',               ' \n ',                            400, 'BadRequest', 'Empty Payload. JSON content expected.'],
  ['an array',             '[]',                              400, 'BadRequest', payload('The body must be one JSON object.')],
  ['null',                 'null',                            400, 'BadRequest', payload('The body must be one JSON object.')],
  ['a text',               '"a"',                             400, 'BadRequest', payload('The body must be one JSON object.')],
  ['too deep',             deep,                              400, 'BadRequest', payload('It is nested deeper than 20 levels.')],
  ['one name twice',       '{"deviceId":"a","deviceId":"b"}', 400, 'BadRequest', payload("The property 'deviceId' stands in it more than once.")],
  ['one name twice, once escaped', '{"deviceId":"a","device\\u0049d":"b"}', 400, 'BadRequest', payload("The property 'deviceId' stands in it more than once.")],
  ['one name twice, deeper down', '{"deviceId":"a","extensionAttributes":{"x":"\\"x\\":" ,"y":[{"z" \n: 1,"z"\t:2}]}}', 400, 'BadRequest', payload("The property 'z' stands in it more than once.")],
  ['too large',            `"${'x'.repeat(1024 * 1024)}"`,    413, 'RequestEntityTooLarge', 'The request body is larger than the 1048576 bytes that are allowed.'],
];

for (const [what, body, status, code, message] of BODIES) {
  test(`a body that is ${what}`, async () => {
    assertRefused(await post('/v1.0/devices', body), status, code, message);
  });
}

// biome-ignore format: a table is read by its columns
const HEADERS: readonly (readonly [what: string, headers: Record<string, string>, status: number, code: string])[] = [
  ['no Content-Type',            { 'content-type': '' },                                  400, 'BadRequest'],
  ['another Content-Type',       { 'content-type': 'text/xml' },                          415, 'Request_MediaTypeNotSupported'],
  ['a form',                     { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'Request_MediaTypeNotSupported'],
  ['an unknown encoding',        { 'content-encoding': 'br' },                            415, 'Request_MediaTypeNotSupported'],
  ['gzip that is none',          { 'content-encoding': 'gzip' },                          400, 'BadRequest'],
  ['If-Match with a tag',        { 'if-match': 'W/"1"' },                                 412, 'Request_PreconditionFailed'],
  ['metadata=some',              { accept: 'application/json;odata.metadata=some' },      406, 'NotAcceptable'],
];

for (const [what, headers, status, code] of HEADERS) {
  test(`a request with ${what}`, async () => {
    const reply = await desk.ask('POST', '/v1.0/devices', { as: 'intune.admin', body: deviceBody(), headers });
    assertRefused(reply, status, code);
  });
}

test('what was refused has left nothing behind', async () => {
  const names = (await desk.ask('GET', '/v1.0/devices?$top=999', { as: 'member' })).json.value as {
    displayName: string;
  }[];
  assert.deepEqual(names.map(({ displayName }) => displayName).sort(), ['KIOSK-01', 'build-agent-7']);
  assert.equal(idsOf(await live.ask('GET', '/v1.0/devices', { as: 'member' })).length, 3);
});
