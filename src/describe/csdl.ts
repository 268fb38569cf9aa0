import { ACTIONS, type BoundAction } from '../model/actions.ts';
import { alternateKeysOf, DIRECTORY_OBJECTS, ENTITY, ENTITY_TYPES } from '../model/directory.ts';
import { OPEN_EXTENSIONS } from '../model/extension.ts';
import type { ComplexType, EntityType, Member, Primitive, Property, Relation, Version } from '../model/shape.ts';
import { annotation, collection, propertyPath, record, text } from './annotation.ts';
import { serviceCapabilities, setCapabilities } from './capabilities.ts';
import {
  complexTypesIn,
  type EntitySet,
  inheritedProperties,
  isDirectoryObject,
  isOpen,
  NAMESPACE,
  ownProperties,
  ownSets,
  propertiesIn,
  relationsIn,
  targetName,
  targetSet,
} from './rows.ts';
import { type Element, element, xmlText } from './xml.ts';

/**
 * The model as CSDL, which is what `$metadata` is.
 * https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html
 */

const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx';
const EDM = 'http://docs.oasis-open.org/odata/ns/edm';
const ALIAS = 'graph';
const CONTAINER = 'GraphService';

/** Where the terms of the annotations are declared. */
const VOCABULARIES = ['Org.OData.Core.V1', 'Org.OData.Capabilities.V1', 'Org.OData.Validation.V1'] as const;
const VOCABULARIES_AT = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies';

/** Graph's schema has ids and application ids as text. */
const EDM_TYPES: Readonly<Record<Primitive, string>> = {
  String: 'Edm.String',
  Boolean: 'Edm.Boolean',
  Int32: 'Edm.Int32',
  Int64: 'Edm.Int64',
  DateTimeOffset: 'Edm.DateTimeOffset',
  Binary: 'Edm.Binary',
  Guid: 'Edm.String',
};

/** @param all the model's types, as they are or as a tenant has them */
export function csdl(version: Version, all: readonly EntityType[] = ENTITY_TYPES): string {
  const types = [
    entity(),
    directoryObject(),
    ...all.map((type) => entityElement(type, version)),
    ...openExtensionElements(),
    ...complexTypesIn(version, all).map(complexElement),
    ...ACTIONS.flatMap((action) => (action.on ?? [action.type]).map((name) => actionElement(action, name))),
    containerElement(version, all),
  ];
  const schema = element('Schema', { Namespace: NAMESPACE, Alias: ALIAS, xmlns: EDM }, types);
  const services = element('edmx:DataServices', {}, [schema]);
  return xmlText(element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': EDMX }, [...references(), services]));
}

function references(): readonly Element[] {
  return VOCABULARIES.map((namespace) =>
    element('edmx:Reference', { Uri: `${VOCABULARIES_AT}/${namespace}.xml` }, [
      element('edmx:Include', { Namespace: namespace }),
    ]),
  );
}

// -- types -----------------------------------------------------------------------------------------------------

function entity(): Element {
  const key = element('Key', {}, [element('PropertyRef', { Name: ENTITY.key })]);
  const properties = inheritedProperties([ENTITY.key]).map((row) => propertyElement(row, false));
  return element('EntityType', { Name: ENTITY.name, Abstract: true }, [key, ...properties]);
}

function directoryObject(): Element {
  const properties = inheritedProperties(DIRECTORY_OBJECTS.properties).map((row) => propertyElement(row));
  const attributes = { Name: DIRECTORY_OBJECTS.name, BaseType: named(ENTITY.name), OpenType: true };
  return element('EntityType', attributes, properties);
}

function entityElement(type: EntityType, version: Version): Element {
  const derived = isDirectoryObject(type);
  const base = derived ? DIRECTORY_OBJECTS.name : ENTITY.name;
  return element('EntityType', { Name: type.name, BaseType: named(base), OpenType: derived || undefined }, [
    ...ownProperties(type, version).map((row) => propertyElement(row)),
    ...relationsIn(type, version).map(relationElement),
    ...(isOpen(type) ? [openExtensionsElement()] : []),
    ...alternateKeys(type, version),
  ]);
}

function complexElement({ name, members }: ComplexType): Element {
  return element('ComplexType', { Name: name }, members.map(memberElement));
}

function propertyElement(row: Property, nullable = !row.collection): Element {
  return element('Property', {
    Name: row.name,
    Type: typeText(row.type, row.collection),
    Nullable: nullable ? undefined : false,
    MaxLength: row.most,
  });
}

function memberElement({ name, type, collection: many, most }: Member): Element {
  return element('Property', {
    Name: name,
    Type: typeText(type, many === true),
    Nullable: many ? false : undefined,
    MaxLength: most,
  });
}

function relationElement(relation: Relation): Element {
  const target = targetName(relation);
  const attributes = {
    Name: relation.name,
    Type: relation.single ? named(target) : `Collection(${named(target)})`,
    ContainsTarget: (targetSet(relation) === undefined && !relation.single) || undefined,
  };
  const isOne = relation.accepts.length === 1 && relation.accepts[0] === target;
  return element('NavigationProperty', attributes, isOne ? [] : [acceptedTypes(relation)]);
}

/** What applications keep beside the object. */
function openExtensionsElement(): Element {
  const { relation, base } = OPEN_EXTENSIONS;
  const attributes = { Name: relation.name, Type: `Collection(${named(base)})`, ContainsTarget: true };
  return element('NavigationProperty', attributes);
}

/** What applications keep beside an object, under the abstract type that Graph has above it. */
function openExtensionElements(): readonly Element[] {
  const { base, type, name } = OPEN_EXTENSIONS;
  const property = element('Property', { Name: name, Type: 'Edm.String', Nullable: false });
  const above = { Name: base, BaseType: named(ENTITY.name), Abstract: true, OpenType: true };
  return [
    element('EntityType', above),
    element('EntityType', { Name: type, BaseType: named(base), OpenType: true }, [property]),
  ];
}

function acceptedTypes({ accepts }: Relation): Element {
  const names = accepts.map((name) => text(`${NAMESPACE}.${name}`));
  return annotation('Org.OData.Validation.V1.DerivedTypeConstraint', collection(names));
}

function alternateKeys(type: EntityType, version: Version): readonly Element[] {
  const known = new Set(propertiesIn(type, version));
  const keys = alternateKeysOf(type).filter((row) => known.has(row));
  if (keys.length === 0) return [];
  return [annotation('Org.OData.Core.V1.AlternateKeys', collection(keys.map(alternateKey)))];
}

function alternateKey({ name }: Property): Element {
  const reference = record({ Alias: text(name), Name: propertyPath(name) }, 'Org.OData.Core.V1.PropertyRef');
  return record({ Key: collection([reference]) }, 'Org.OData.Core.V1.AlternateKey');
}

// -- actions ---------------------------------------------------------------------------------------------------

function actionElement({ name, boundTo, parameters, returns }: BoundAction, type: string): Element {
  const binding = { Name: 'bindingParameter', Type: typeText(type, boundTo === 'collection'), Nullable: false };
  return element('Action', { Name: name, IsBound: true }, [
    element('Parameter', binding),
    ...parameters.map((row) =>
      element('Parameter', {
        Name: row.name,
        Type: typeText(row.type, row.collection),
        Nullable: row.required ? false : undefined,
      }),
    ),
    ...(returns ? [element('ReturnType', { Type: typeText(returns.type, returns.collection), Nullable: false })] : []),
  ]);
}

// -- sets ------------------------------------------------------------------------------------------------------

function containerElement(version: Version, all: readonly EntityType[]): Element {
  const sets = ownSets(all).map((set) => setElement(set, version));
  return element('EntityContainer', { Name: CONTAINER }, [...sets, ...serviceCapabilities()]);
}

function setElement(set: EntitySet, version: Version): Element {
  const relations = set.type ? relationsIn(set.type, version) : [];
  return element('EntitySet', { Name: set.name, EntityType: `${NAMESPACE}.${set.typeName}` }, [
    ...relations.flatMap(bindingElement),
    ...setCapabilities(set, version),
  ]);
}

function bindingElement(relation: Relation): readonly Element[] {
  const target = targetSet(relation);
  if (target === undefined) return [];
  return [element('NavigationPropertyBinding', { Path: relation.name, Target: target })];
}

// -- names -----------------------------------------------------------------------------------------------------

function typeText(type: Primitive | ComplexType | string, isCollection: boolean): string {
  const name = typeof type === 'string' ? (edmType(type) ?? named(type)) : named(type.name);
  return isCollection ? `Collection(${name})` : name;
}

function edmType(name: string): string | undefined {
  return Object.hasOwn(EDM_TYPES, name) ? EDM_TYPES[name as Primitive] : undefined;
}

function named(name: string): string {
  return `${ALIAS}.${name}`;
}
