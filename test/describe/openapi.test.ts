import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openapi } from '../../src/describe/openapi.ts';
import { findRoute } from '../../src/http/route.ts';
import { fixedGuid } from '../../src/lib/fixedGuid.ts';
import { DIRECTORY_OBJECT_TYPES, ENTITY_TYPES, entityType, existsIn, relationOf } from '../../src/model/directory.ts';
import { QUERY_OPTIONS } from '../../src/model/options.ts';
import { OPERATIONS, PERMISSION_NAMES } from '../../src/model/permissions.ts';
import { VERSIONS, type Version } from '../../src/model/shape.ts';
import { makeGroup } from '../graph/expect.ts';
import { DEV, type Desk, deviceBody, openDesk, type Reply } from '../support/rollcall.ts';

/** The OpenAPI document against its own schema, against the rows that it is made of, and against what is served. */

// biome-ignore lint/suspicious/noExplicitAny: a document that was read
type Json = any;

const documents: Readonly<Record<Version, Json>> = {
  'v1.0': JSON.parse(JSON.stringify(openapi('v1.0', 'http://rollcall.test'))),
  beta: JSON.parse(JSON.stringify(openapi('beta', 'http://rollcall.test'))),
};

type Found = { readonly method: string; readonly path: string; readonly operation: Json; readonly parameters: Json[] };

function operationsOf(version: Version): readonly Found[] {
  return Object.entries<Json>(documents[version].paths).flatMap(([path, { parameters, ...methods }]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      parameters: [...(parameters ?? []), ...(operation.parameters ?? [])],
    })),
  );
}

const INTUNE_ADMINISTRATOR = '3a2c62db-5318-420d-8d74-23affee5d9d5';

/** What stands in the development tenant for each name in a path. */
const VALUES: Readonly<Record<string, string>> = {
  'device-id': DEV.kiosk,
  deviceId: DEV.kioskDeviceId,
  'user-id': DEV.member,
  userPrincipalName: 'member@contoso.example',
  'directoryObject-id': DEV.member,
  'group-id': DEV.kiosks,
  uniqueName: 'kiosks',
  'administrativeUnit-id': '8a83deea-4eaf-462c-bcf9-4d5cea66b4ad',
  'application-id': 'af2053e4-0f91-4e8e-bea6-2cbf01cf6b84',
  'servicePrincipal-id': fixedGuid(`principal:${DEV.daemon}`),
  appId: DEV.daemon,
  'unifiedRoleDefinition-id': INTUNE_ADMINISTRATOR,
  'unifiedRoleAssignment-id': fixedGuid('assignment:intune.admin:Intune Administrator'),
  'directoryRole-id': fixedGuid(`directoryRole:${DEV.tenant}:${INTUNE_ADMINISTRATOR}`),
  roleTemplateId: INTUNE_ADMINISTRATOR,
  'directoryRoleTemplate-id': INTUNE_ADMINISTRATOR,
};

function addressOf(version: Version, path: string): string {
  const filled = path.replace(/\{([\w-]+)\}/g, (_, name: string) => VALUES[name] ?? DEV.kiosk);
  return `/${version}${filled}`;
}

let desk: Desk;
before(async () => {
  desk = await openDesk();
  await makeGroup(desk, { uniqueName: VALUES['uniqueName'] });
});
after(() => desk.close());

for (const version of VERSIONS) {
  const found = operationsOf(version);

  test(`${version}: the document is OpenAPI 3.1`, async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(documents[version]));
    assert.deepEqual(errors ?? [], []);
    assert.ok(valid);
  });

  test(`${version}: each pointer leads somewhere`, () => {
    const pointers = JSON.stringify(documents[version]).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, pointer = ''] of pointers) {
      const target = pointer.split('/').reduce((at: Json, name) => at?.[name], documents[version]);
      assert.ok(target, pointer);
    }
  });

  test(`${version}: each operation that has a row is there exactly once, but for other ways to address the same`, () => {
    const rows = Object.keys(OPERATIONS).filter((name) => isServedIn(name, version));
    assert.ok(rows.length > 10);
    for (const row of rows) {
      const of = found.filter(({ operation }) => operation['x-rollcall-operation'] === row);
      const byId = of.filter(({ path }) => !path.includes('='));
      assert.equal(byId.length, addressesOf(row), row);
    }
    assert.deepEqual(
      found.map(({ operation }) => operation['x-rollcall-operation']).filter((row) => !rows.includes(row)),
      [],
    );
  });

  test(`${version}: no two operations share an id`, () => {
    const ids = found.map(({ operation }) => operation.operationId as string);
    assert.deepEqual(ids.toSorted(), [...new Set(ids)].toSorted());
  });

  test(`${version}: the parameters of a path are those that it names`, () => {
    for (const { path, parameters } of found) {
      const inPath = parameters.filter((one) => one.in === 'path').map((one) => one.name);
      assert.deepEqual(
        inPath,
        [...path.matchAll(/\{([\w-]+)\}/g)].map(([, name]) => name),
        path,
      );
    }
  });

  for (const { method, path, operation } of found) {
    test(`${version}: ${method} ${path} is routed as ${operation['x-rollcall-operation']}`, async () => {
      const address = addressOf(version, path);
      const route = findRoute(method, address, 'global');
      assert.equal('operation' in route && route.operation, operation['x-rollcall-operation']);
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const headers = { consistencylevel: 'eventual' };
      const reply = await desk.ask(method, address, { as: method === 'GET' ? 'global.admin' : 'guest', body, headers });
      // Guests are told what a group that they can name is a member of.
      if (method !== 'GET') assert.ok([200, 400, 403].includes(reply.status), reply.text);
      // Of some relations the member is no part, and no application has such a name.
      else if (
        isMember(path) ||
        isNoDevice(path) ||
        isSingle(operation['x-rollcall-operation']) ||
        path.startsWith('/applications(uniqueName') ||
        path.startsWith('/oauth2PermissionGrants/')
      ) {
        assert.ok([200, 404].includes(reply.status), reply.text);
      } else assert.equal(reply.status, 200, reply.text);
      assert.doesNotMatch(reply.text, /the segment|not allowed|not yet supported/);
    });
  }

  test(`${version}: the query options of an address are those that it takes`, async () => {
    const reads = found.filter(({ method }) => method === 'GET');
    const cases = reads.flatMap((one) => Object.keys(QUERY_OPTIONS).map((option) => [one, option] as const));
    for (const [{ path, parameters }, option] of cases) {
      const described = parameters.some((one) => one.in === 'query' && one.name === option);
      const headers = { consistencylevel: 'eventual' };
      const asked = `${addressOf(version, path)}?${option}=${option === '$expand' ? 'colours' : '1'}`;
      const reply = await desk.ask('GET', asked, { as: 'global.admin', headers });
      assert.equal(!isUnsupported(reply, option), described, `${path}?${option}: ${reply.text}`);
    }
  });

  test(`${version}: a device that is made fits the schemas by which it was asked for`, async () => {
    const { schemas } = documents[version].components;
    const create = schemas['microsoft.graph.device.create'];
    const body = deviceBody();
    for (const name of create.required) assert.ok(name in body, name);
    const least = Object.fromEntries(create.required.map((name: string) => [name, body[name]]));
    const made = await desk.ask('POST', `/${version}/devices`, { as: 'global.admin', body: least });
    assert.equal(made.status, 201, made.text);
    for (const name of create.required) {
      const { [name]: _, ...without } = { ...body, deviceId: crypto.randomUUID() } as Record<string, unknown>;
      const reply = await desk.ask('POST', `/${version}/devices`, { as: 'global.admin', body: without });
      assert.equal(reply.status, 400, `${name}: ${reply.text}`);
    }
    const sent = Object.keys(made.json).filter((name) => !name.startsWith('@'));
    for (const name of sent) assert.ok(schemas['microsoft.graph.device'].properties[name], name);
  });

  test(`${version}: what an update may hold is what its schema names`, async () => {
    const { properties } = documents[version].components.schemas['microsoft.graph.device.update'];
    const rows = entityType('device').properties.filter((row) => row.update !== 'refused' && row.update !== 'ignored');
    assert.deepEqual(
      Object.keys(properties),
      rows.filter((row) => version === 'beta' || row.versions === 'both').map((row) => row.name),
    );
  });
}

test('permissions are those of the rows, and each is a scope of its scheme', () => {
  for (const { operation, path } of operationsOf('v1.0')) {
    const row = OPERATIONS[operation['x-rollcall-operation']];
    const { delegated, application, own } = operation['x-rollcall-permissions'];
    assert.deepEqual([delegated, application, own], [row?.delegated, row?.application, row?.own ?? []], path);
    const { securitySchemes } = documents['v1.0'].components;
    for (const [scheme, [scope]] of operation.security.flatMap(Object.entries<Json>)) {
      const [flow] = Object.values<Json>(securitySchemes[scheme].flows);
      assert.ok(flow.scopes[scope], `${path}: ${scheme} ${scope}`);
      assert.ok(PERMISSION_NAMES.includes(scope));
    }
  }
});

test('a schema has the properties of its type in that version', () => {
  for (const version of VERSIONS) {
    for (const type of ENTITY_TYPES) {
      const { properties } = documents[version].components.schemas[`microsoft.graph.${type.name}`];
      assert.deepEqual(
        Object.keys(properties).filter((name) => name !== '@odata.type'),
        type.properties.filter((row) => existsIn(row, version)).map((row) => row.name),
      );
    }
  }
  assert.equal(
    documents['v1.0'].components.schemas['microsoft.graph.directoryObject'].anyOf.length,
    DIRECTORY_OBJECT_TYPES.length,
  );
});

/** A relation may be there in beta only. */
function isServedIn(operation: string, version: Version): boolean {
  const [typeName = '', name, kind] = operation.split('.');
  if (kind === undefined || name === undefined) return true;
  return version === 'beta' || relationOf(entityType(typeName), name)?.versions !== 'beta';
}

function isUnsupported(reply: Reply, option: string): boolean {
  if (reply.status !== 400) return false;
  const { message } = reply.json.error;
  // Directory objects have no relations to expand until a cast says what they are, and some types have none at all.
  const never =
    /a property named 'colours' on type 'microsoft\.graph\.(directoryObject|directoryRoleTemplate|unifiedRoleDefinition|oauth2PermissionGrant|appRoleAssignment|federatedIdentityCredential|schemaExtension|extensionProperty)'\.$/;
  return message === `'${option}' is not supported by the service.` || never.test(message);
}

/** At how many addresses a row is done: lists are counted, too, and of relations also referred to and picked from. */
function addressesOf(row: string): number {
  const [typeName = '', ...rest] = row.split('.');
  if (row.endsWith('.unlink')) return 2;
  if (!row.endsWith('.list')) return 1;
  // What applications keep has no number of its own.
  if (rest[0] === 'extensions') return 1;
  if (isSingle(row)) return 1;
  if (rest.length > 1 && relationOf(entityType(typeName), rest[0] ?? '')?.contains) return 3;
  return rest.length > 1 ? 4 : 2;
}

/** Whether it reads a relation that leads to one object. */
function isSingle(operation: string): boolean {
  const [typeName = '', name = ''] = operation.split('.');
  const type = ENTITY_TYPES.find((one) => one.name === typeName);
  return (type && relationOf(type, name)?.single) ?? false;
}

/** Nothing is called as the test device is. */
function isNoDevice(path: string): boolean {
  return /\{(schemaExtension|extension)-id\}$/.test(path);
}

function isMember(path: string): boolean {
  return /\}\/\w+\/\{\w+-id\}$/.test(path);
}

test('counting needs its header, and lists say what it is for', () => {
  for (const { method, path, parameters, operation } of operationsOf('v1.0')) {
    const header = parameters.find((one) => one.in === 'header');
    const isRead = method === 'GET' && !isSingle(operation['x-rollcall-operation']);
    const isList = isRead && !/(\{[\w-]+\}'?\)?|\/extensions)$/.test(path);
    assert.equal(header?.name, isList ? 'ConsistencyLevel' : undefined, `${method} ${path}`);
    assert.equal(header?.required === true, path.endsWith('/$count'), `${method} ${path}`);
  }
});

test('only what can be expanded is offered', () => {
  const expand = (path: string) => {
    const { parameters = [] } = documents['v1.0'].paths[path].get;
    return parameters.find((one: Json) => one.name === '$expand')?.schema.items.enum;
  };
  assert.deepEqual(expand('/devices'), ['registeredOwners', 'registeredUsers', 'memberOf', 'extensions']);
  assert.equal(expand('/directoryObjects'), undefined);
  assert.equal(expand('/devices/{device-id}/registeredOwners'), undefined);
});
