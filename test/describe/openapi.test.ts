import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openapi } from '../../src/describe/openapi.ts';
import { findRoute } from '../../src/http/route.ts';
import { DIRECTORY_OBJECT_TYPES, ENTITY_TYPES, entityType, relationOf } from '../../src/model/directory.ts';
import { QUERY_OPTIONS } from '../../src/model/options.ts';
import { OPERATIONS, PERMISSION_NAMES } from '../../src/model/permissions.ts';
import { VERSIONS, type Version } from '../../src/model/shape.ts';
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

/** What stands in the development tenant for each name in a path. */
const VALUES: Readonly<Record<string, string>> = {
  'device-id': DEV.kiosk,
  deviceId: DEV.kioskDeviceId,
  'user-id': DEV.member,
  userPrincipalName: 'member@contoso.example',
  'directoryObject-id': DEV.member,
};

function addressOf(version: Version, path: string): string {
  const filled = path.replace(/\{([\w-]+)\}/g, (_, name: string) => VALUES[name] ?? DEV.kiosk);
  return `/${version}${filled}`;
}

let desk: Desk;
before(async () => {
  desk = await openDesk();
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
      const twice = row.endsWith('.unlink');
      assert.equal(byId.length, twice ? 2 : 1, row);
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
      const route = findRoute(method, address);
      assert.equal('operation' in route && route.operation, operation['x-rollcall-operation']);
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const reply = await desk.ask(method, address, { as: method === 'GET' ? 'global.admin' : 'guest', body });
      if (method === 'GET') assert.equal(reply.status, 200, reply.text);
      else assert.ok([400, 403].includes(reply.status), reply.text);
      assert.doesNotMatch(reply.text, /the segment|not allowed|not yet supported/);
    });
  }

  test(`${version}: the query options of an address are those that it takes`, async () => {
    const reads = found.filter(({ method }) => method === 'GET');
    const cases = reads.flatMap((one) => Object.keys(QUERY_OPTIONS).map((option) => [one, option] as const));
    for (const [{ path, parameters }, option] of cases) {
      const described = parameters.some((one) => one.in === 'query' && one.name === option);
      const reply = await desk.ask('GET', `${addressOf(version, path)}?${option}=1`, { as: 'global.admin' });
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
        type.properties.filter((row) => version === 'beta' || row.versions === 'both').map((row) => row.name),
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
  return reply.status === 400 && reply.json.error.message === `'${option}' is not supported by the service.`;
}
