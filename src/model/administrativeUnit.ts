import { type EntityType, type Primitive, type Property, property } from './shape.ts';

/** A property that no request may write yet. */
const p = (name: string, type: Primitive): Property => property(name, type, 'both', 'default', 'refused', 'refused');

/** The administrative unit: https://learn.microsoft.com/graph/api/resources/administrativeunit. No operation on its own set is built yet. */
export const administrativeUnit: EntityType = {
  name: 'administrativeUnit',
  title: 'AdministrativeUnit',
  set: 'administrativeUnits',
  properties: [
    p('id', 'Guid'),
    p('deletedDateTime', 'DateTimeOffset'),
    p('displayName', 'String'),
    p('description', 'String'),
    p('isMemberManagementRestricted', 'Boolean'),
    p('membershipRule', 'String'),
    p('membershipRuleProcessingState', 'String'),
    p('membershipType', 'String'),
    p('visibility', 'String'),
  ],
  relations: [],
};
