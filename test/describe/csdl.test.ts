import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xml2json } from 'odata-csdl';
import { csdl } from '../../src/describe/csdl.ts';
import { isOpen } from '../../src/describe/rows.ts';
import { element, textElement, xmlText } from '../../src/describe/xml.ts';
import { ACTIONS } from '../../src/model/actions.ts';
import { alternateKeysOf, DIRECTORY_OBJECT_TYPES, ENTITY_TYPES } from '../../src/model/directory.ts';
import { OPERATIONS } from '../../src/model/permissions.ts';
import {
  type ComplexType,
  type EntityType,
  type Primitive,
  type Property,
  VERSIONS,
  type Version,
} from '../../src/model/shape.ts';

/**
 * The CSDL as OASIS's own reader reads it: against the model, row by row, and against what Microsoft's says of the
 * same types. https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html
 */

// biome-ignore lint/suspicious/noExplicitAny: a document that was read
type Json = any;

const CAPABILITIES = '@Org.OData.Capabilities.V1';
const ALTERNATE_KEYS = '@Org.OData.Core.V1.AlternateKeys';
const DERIVED_TYPES = '@Org.OData.Validation.V1.DerivedTypeConstraint';

const read: Readonly<Record<Version, Json>> = {
  'v1.0': xml2json(csdl('v1.0'), { strict: true }),
  beta: xml2json(csdl('beta'), { strict: true }),
};

const schemaOf = (version: Version): Json => read[version]['microsoft.graph'];
const containerOf = (version: Version): Json => schemaOf(version).GraphService;

/** `Collection(Edm.String)`, whatever a reader leaves out. */
function typeOf(member: Json): string {
  const name = (member.$Type ?? 'Edm.String').replace(/^graph\./, '');
  return member.$Collection ? `Collection(${name})` : name;
}

/** What a type declares itself: its properties or its relations, by name. */
function declared(type: Json, kind: 'Property' | 'NavigationProperty'): Record<string, Json> {
  const own = Object.entries<Json>(type).filter(([name]) => !/[$@]/.test(name));
  return Object.fromEntries(own.filter(([, member]) => (member.$Kind ?? 'Property') === kind));
}

/** The same with what the types above declare. */
function allProperties(version: Version, name: string): Record<string, Json> {
  const type = schemaOf(version)[name];
  const above = type.$BaseType ? allProperties(version, type.$BaseType.replace(/^graph\./, '')) : {};
  return { ...above, ...declared(type, 'Property') };
}

function typesOf(members: Record<string, Json>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, typeOf(member)]));
}

function edmName(type: Primitive | ComplexType, collection = false): string {
  const name = typeof type !== 'string' ? type.name : type === 'Guid' ? 'Edm.String' : `Edm.${type}`;
  return collection ? `Collection(${name})` : name;
}

function withInner(type: Primitive | ComplexType): readonly ComplexType[] {
  return typeof type === 'string' ? [] : [type, ...type.members.flatMap((member) => withInner(member.type))];
}

const isIn = ({ versions = 'both' }: { versions?: Property['versions'] }, version: Version) =>
  versions === 'both' || versions === version;

// -- against the model -----------------------------------------------------------------------------------------

for (const version of VERSIONS) {
  test(`${version}: the document is CSDL 4.0 with one container`, () => {
    assert.equal(read[version].$Version, '4.0');
    assert.equal(read[version].$EntityContainer, 'microsoft.graph.GraphService');
    assert.equal(schemaOf(version).$Alias, 'graph');
  });

  for (const type of ENTITY_TYPES) {
    test(`${version}: ${type.name} has the model's properties, each with its type`, () => {
      const rows = type.properties.filter((row) => isIn(row, version));
      const found = allProperties(version, type.name);
      const wanted = Object.fromEntries(rows.map((row) => [row.name, edmName(row.type, row.collection)]));
      assert.deepEqual(typesOf(found), wanted);
      for (const row of rows) {
        assert.equal(found[row.name].$Nullable ?? false, !row.collection && row.name !== 'id', row.name);
        assert.equal(found[row.name].$MaxLength, row.most, row.name);
      }
    });

    test(`${version}: ${type.name} has the model's relations and alternate keys`, () => {
      const relations = type.relations.filter((row) => isIn(row, version));
      const found = declared(schemaOf(version)[type.name], 'NavigationProperty');
      assert.deepEqual(Object.keys(found), [
        ...relations.map((row) => row.name),
        ...(isOpen(type) ? ['extensions'] : []),
      ]);
      for (const { name, accepts, single } of relations) {
        const constraint = found[name][DERIVED_TYPES] ?? [found[name].$Type.replace(/^graph\./, 'microsoft.graph.')];
        assert.deepEqual(
          constraint,
          accepts.map((accepted) => `microsoft.graph.${accepted}`),
        );
        const fromDirectory = accepts.every((accepted) => DIRECTORY_OBJECT_TYPES.some((one) => one.name === accepted));
        if (fromDirectory)
          assert.equal(typeOf(found[name]), single ? 'directoryObject' : 'Collection(directoryObject)');
      }
      const keys = (schemaOf(version)[type.name][ALTERNATE_KEYS] ?? []) as Json[];
      assert.deepEqual(
        keys.map(({ Key: [reference] }) => reference.Name),
        alternateKeysOf(type).map((row) => row.name),
      );
    });
  }

  test(`${version}: complex types have the model's members`, () => {
    const complex = new Set(ENTITY_TYPES.flatMap(({ properties }) => properties.flatMap((row) => withInner(row.type))));
    assert.ok([...complex].some((type) => type.members.some(({ type: inner }) => typeof inner !== 'string')));
    for (const type of complex) {
      const wanted = Object.fromEntries(type.members.map((row) => [row.name, edmName(row.type, row.collection)]));
      assert.deepEqual(typesOf(allProperties(version, type.name)), wanted);
    }
  });

  test(`${version}: every type and set that is named is there`, () => {
    const text = csdl(version);
    const named = [...text.matchAll(/"(?:Collection\()?(?:graph|microsoft\.graph)\.(\w+)\)?"/g)].map(
      ([, name]) => name,
    );
    const written = [...text.matchAll(/>microsoft\.graph\.(\w+)</g)].map(([, name]) => name);
    for (const name of [...named, ...written]) assert.ok(schemaOf(version)[name ?? ''], name);
    for (const set of Object.values<Json>(containerOf(version))) {
      for (const target of Object.values<string>(set.$NavigationPropertyBinding ?? {})) {
        assert.ok(containerOf(version)[target], target);
      }
    }
  });

  test(`${version}: the sets, and what may be done with each, are those that have an operation`, () => {
    const sets = ENTITY_TYPES.flatMap((type): (readonly [string, EntityType])[] =>
      type.set && !type.contained ? [[type.set, type]] : [],
    );
    const found = Object.keys(containerOf(version)).filter((name) => !/[$@]/.test(name));
    assert.deepEqual(found, [...sets.map(([name]) => name), 'directoryObjects']);
    for (const [name, type] of sets) {
      const set = containerOf(version)[name];
      const may = (kind: string) => Object.hasOwn(OPERATIONS, `${type.name}.${kind}`);
      assert.equal(set[`${CAPABILITIES}.ReadRestrictions`].Readable, may('list'), name);
      assert.equal(set[`${CAPABILITIES}.ReadRestrictions`].ReadByKeyRestrictions.Readable, may('get'), name);
      assert.equal(set[`${CAPABILITIES}.InsertRestrictions`].Insertable, may('create'), name);
      assert.equal(set[`${CAPABILITIES}.UpdateRestrictions`].Updatable, may('update'), name);
      assert.equal(set[`${CAPABILITIES}.DeleteRestrictions`].Deletable, may('delete'), name);
    }
  });

  test(`${version}: what restrictions name are properties of the set's type`, () => {
    for (const [name, set] of Object.entries<Json>(containerOf(version))) {
      if (/[$@]/.test(name)) continue;
      const properties = allProperties(version, set.$Type.replace(/^graph\./, ''));
      const restrictions = Object.entries<Json>(set).filter(([term]) => term.startsWith(CAPABILITIES));
      assert.ok(restrictions.length > 10, name);
      const lists = restrictions.flatMap(([, value]) => Object.entries<Json>(value));
      const paths = lists.filter(([key]) => key.endsWith('Properties') && key !== 'RestrictedProperties');
      for (const path of paths.flatMap(([, list]) => list as string[])) {
        const [first = '', member] = path.split('/');
        assert.ok(properties[first], `${name}: ${path}`);
        const complex = schemaOf(version)[typeOf(properties[first])];
        if (member !== undefined) assert.ok(complex[member], `${name}: ${path}`);
      }
    }
  });

  test(`${version}: the actions are the model's`, () => {
    for (const action of ACTIONS) {
      const overloads = schemaOf(version)[action.name];
      assert.equal(overloads.length, action.on?.length ?? 1);
      for (const [index, found] of overloads.entries()) {
        const [binding, ...parameters] = found.$Parameter;
        assert.equal(found.$IsBound, true);
        const type = action.on?.[index] ?? action.type;
        assert.equal(typeOf(binding), action.boundTo === 'collection' ? `Collection(${type})` : type);
        assert.deepEqual(
          parameters.map((one: Json) => [one.$Name, one.$Nullable ?? false]),
          action.parameters.map((row) => [row.name, !row.required && !row.collection]),
        );
        assert.equal(found.$ReturnType === undefined, action.returns === undefined);
      }
    }
  });
}

test('beta has what only beta has', () => {
  const only = ENTITY_TYPES.flatMap((type) => type.properties.filter((row) => row.versions === 'beta'));
  assert.ok(only.length > 0);
  for (const type of ENTITY_TYPES) {
    const names = type.properties.filter((row) => row.versions === 'beta').map((row) => row.name);
    const [older, newer] = [allProperties('v1.0', type.name), allProperties('beta', type.name)];
    assert.deepEqual(
      Object.keys(newer)
        .filter((name) => !(name in older))
        .sort(),
      names.sort(),
    );
  }
});

// -- against Microsoft's ---------------------------------------------------------------------------------------

/** What Microsoft's v1.0 says of the device, as far as this directory has it too. */
const DEVICE: Readonly<Record<string, string>> = {
  'Edm.Boolean': 'accountEnabled isCompliant isManaged isManagementRestricted isRooted onPremisesSyncEnabled',
  'Edm.DateTimeOffset':
    'approximateLastSignInDateTime complianceExpirationDateTime onPremisesLastSyncDateTime registrationDateTime',
  'Edm.Int32': 'deviceVersion',
  'Edm.String':
    'deviceCategory deviceId deviceMetadata deviceOwnership displayName enrollmentProfileName enrollmentType managementType manufacturer mdmAppId model onPremisesSecurityIdentifier operatingSystem operatingSystemVersion profileType trustType',
  'Collection(Edm.String)': 'physicalIds systemLabels',
  'Collection(alternativeSecurityId)': 'alternativeSecurityIds',
};

/** What a device sends and Microsoft's CSDL, whose type is open, doesn't declare. */
const UNDECLARED: Readonly<Record<Version, string>> = {
  'v1.0': 'createdDateTime domainName externalSourceName sourceType extensionAttributes',
  beta: 'createdDateTime domainName externalSourceName sourceType extensionAttributes alternativeNames exchangeActiveSyncIds hostnames kind name platform status',
};

for (const version of VERSIONS) {
  test(`${version}: a device is what Microsoft's CSDL says, and what the wire shows beyond it`, () => {
    const found = typesOf(declared(schemaOf(version).device, 'Property'));
    const facts = Object.entries(DEVICE).flatMap(([type, names]) => names.split(' ').map((name) => [name, type]));
    assert.equal(facts.length, 30);
    for (const [name = '', type] of facts) assert.equal(found[name], type, name);
    const beyond = Object.keys(found).filter((name) => !facts.some(([fact]) => fact === name));
    assert.deepEqual(beyond.sort(), UNDECLARED[version].split(' ').sort());
  });
}

// biome-ignore format: a table is read by its columns
const TYPES: readonly (readonly [name: string, base: string | undefined, open: boolean])[] = [
  ['entity',             undefined,         false],
  ['directoryObject',    'entity',          true],
  ['device',             'directoryObject', true],
  ['user',               'directoryObject', true],
  ['group',              'directoryObject', true],
  ['administrativeUnit', 'directoryObject', true],
  ['application',        'directoryObject', true],
  ['servicePrincipal',   'directoryObject', true],
  ['directoryRole',      'directoryObject', true],
  ['directoryRoleTemplate', 'directoryObject', true],
  ['unifiedRoleDefinition', 'entity',       false],
  ['unifiedRoleAssignment', 'entity',       false],
];

for (const [name, base, open] of TYPES) {
  test(`${name} derives as in Microsoft's CSDL`, () => {
    const type = schemaOf('v1.0')[name];
    assert.equal(type.$BaseType, base && `graph.${base}`);
    assert.equal(type.$OpenType ?? false, open);
    assert.equal(type.$Abstract ?? false, name === 'entity');
    assert.deepEqual(type.$Key, base === undefined ? ['id'] : undefined);
  });
}

// biome-ignore format: a table is read by its columns
const MEMBERS: readonly (readonly [type: string, member: string, edm: string])[] = [
  ['entity',                        'id',                   'Edm.String'],
  ['directoryObject',               'deletedDateTime',      'Edm.DateTimeOffset'],
  ['alternativeSecurityId',         'identityProvider',     'Edm.String'],
  ['alternativeSecurityId',         'key',                  'Edm.Binary'],
  ['alternativeSecurityId',         'type',                 'Edm.Int32'],
  ['onPremisesExtensionAttributes', 'extensionAttribute15', 'Edm.String'],
  ['user',                          'businessPhones',       'Collection(Edm.String)'],
  ['user',                          'userPrincipalName',    'Edm.String'],
  ['group',                         'groupTypes',           'Collection(Edm.String)'],
  ['application',                   'appId',                'Edm.String'],
  ['directoryRole',                 'roleTemplateId',       'Edm.String'],
  ['unifiedRoleDefinition',         'rolePermissions',      'Collection(unifiedRolePermission)'],
  ['unifiedRolePermission',         'allowedResourceActions', 'Collection(Edm.String)'],
  ['unifiedRoleAssignment',         'principal',            'directoryObject'],
  ['unifiedRoleAssignment',         'roleDefinition',       'unifiedRoleDefinition'],
];

for (const [type, member, edm] of MEMBERS) {
  test(`${type}/${member} is ${edm}, as in Microsoft's CSDL`, () => {
    assert.equal(typeOf(schemaOf('v1.0')[type][member]), edm);
  });
}

test("the device's relations lead to directory objects, and deviceId is another key, as in Microsoft's CSDL", () => {
  const { device } = schemaOf('v1.0');
  for (const name of ['memberOf', 'registeredOwners', 'registeredUsers', 'transitiveMemberOf']) {
    assert.equal(typeOf(device[name]), 'Collection(directoryObject)');
  }
  assert.deepEqual(device[ALTERNATE_KEYS][0].Key[0].Alias, 'deviceId');
  const { $NavigationPropertyBinding: bound } = containerOf('v1.0').devices;
  for (const name of ['registeredOwners', 'registeredUsers', 'transitiveMemberOf']) {
    assert.equal(bound[name], 'directoryObjects');
  }
});

// biome-ignore format: a table is read by its columns
const SIGNATURES: readonly (readonly [name: string, binding: string, parameters: string, returns: string])[] = [
  ['checkMemberGroups',  'directoryObject',             'groupIds Collection(Edm.String)',                               'Collection(Edm.String)'],
  ['checkMemberObjects', 'directoryObject',             'ids Collection(Edm.String)',                                    'Collection(Edm.String)'],
  ['getMemberGroups',    'directoryObject',             'securityEnabledOnly Edm.Boolean',                               'Collection(Edm.String)'],
  ['getMemberObjects',   'directoryObject',             'securityEnabledOnly Edm.Boolean',                               'Collection(Edm.String)'],
  ['getByIds',           'Collection(directoryObject)', 'ids Collection(Edm.String), types Collection(Edm.String)',      'Collection(directoryObject)'],
];

for (const [name, binding, parameters, returns] of SIGNATURES) {
  test(`${name} has the signature of Microsoft's CSDL`, () => {
    const [action] = schemaOf('v1.0')[name];
    const [bound, ...others] = action.$Parameter;
    assert.equal(typeOf(bound), binding);
    assert.equal(others.map((one: Json) => `${one.$Name} ${typeOf(one)}`).join(', '), parameters);
    assert.equal(typeOf(action.$ReturnType), returns);
  });
}

// -- XML -------------------------------------------------------------------------------------------------------

test('what XML has signs for is escaped, and what it can not hold is replaced', () => {
  const attribute = element('a', { b: `<&>"'\t\n\r\u0000\ud800é😀`, c: undefined, d: false, e: 0 });
  assert.equal(
    xmlText(element('r', {}, [attribute, textElement('t', `a<b>&'"`)])),
    `<?xml version="1.0" encoding="utf-8"?>\n<r>\n  <a b="&lt;&amp;&gt;&quot;&apos;&#9;&#10;&#13;\ufffd\ufffdé😀" d="false" e="0"/>\n  <t>a&lt;b&gt;&amp;&apos;&quot;</t>\n</r>\n`,
  );
});
