import { type EntityType, type Primitive, type Property, type PropertyMore, property } from './shape.ts';

/** A property that no request may write yet. */
const p = (name: string, type: Primitive | readonly [Primitive], more: PropertyMore = {}): Property =>
  property(name, type, 'both', 'default', 'refused', 'refused', more);

/**
 * The group: https://learn.microsoft.com/graph/api/resources/group. It is stored, linked to and read through
 * `/directoryObjects/{id}`; no operation on its own set is built yet.
 */
export const group: EntityType = {
  name: 'group',
  title: 'Group',
  set: 'groups',
  properties: [
    p('id', 'Guid'),
    p('deletedDateTime', 'DateTimeOffset'),
    p('classification', 'String'),
    p('createdDateTime', 'DateTimeOffset', { initial: { now: true } }),
    p('description', 'String', { most: 1024 }),
    p('displayName', 'String', { most: 256 }),
    p('expirationDateTime', 'DateTimeOffset'),
    p('groupTypes', ['String']),
    p('isAssignableToRole', 'Boolean'),
    p('mail', 'String'),
    p('mailEnabled', 'Boolean', { initial: false }),
    p('mailNickname', 'String', { most: 64 }),
    p('membershipRule', 'String'),
    p('membershipRuleProcessingState', 'String'),
    p('onPremisesDomainName', 'String'),
    p('onPremisesLastSyncDateTime', 'DateTimeOffset'),
    p('onPremisesNetBiosName', 'String'),
    p('onPremisesSamAccountName', 'String'),
    p('onPremisesSecurityIdentifier', 'String'),
    p('onPremisesSyncEnabled', 'Boolean'),
    p('preferredDataLocation', 'String'),
    p('preferredLanguage', 'String'),
    p('proxyAddresses', ['String']),
    p('renewedDateTime', 'DateTimeOffset', { initial: { now: true } }),
    p('securityEnabled', 'Boolean', { initial: true }),
    p('securityIdentifier', 'String'),
    p('theme', 'String'),
    p('visibility', 'String'),
  ],
  relations: [
    { name: 'members', accepts: ['user', 'group', 'device', 'servicePrincipal'] },
    { name: 'transitiveMembers', accepts: ['user', 'group', 'device', 'servicePrincipal'], through: 'members' },
  ],
};
