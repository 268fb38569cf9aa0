import { device } from './device.ts';
import { propertyOf } from './directory.ts';
import { ATTRIBUTE_NUMBERS, attributeName } from './extensionAttributes.ts';
import { group } from './group.ts';
import { type EntityType, type PlainMember, type Property, plainMember } from './shape.ts';
import { user } from './user.ts';

/**
 * What membership rules may say, and where dynamic groups keep theirs.
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
 */

/** A dynamic group: which of its values say what, and the relation that its rule fills. */
export const DYNAMIC_GROUP = Object.freeze({
  type: group,
  kinds: 'groupTypes',
  kind: 'DynamicMembership',
  rule: 'membershipRule',
  state: 'membershipRuleProcessingState',
  paused: 'Paused',
  members: 'members',
});

/** A name of the rule language that isn't the model's own. */
type RuleName = { readonly name: string; readonly property: string; readonly member?: string };

export type RuleType = {
  readonly type: EntityType;
  /** Beside the model's own names, which a rule may use wherever `$filter` may. */
  readonly names: readonly RuleName[];
  /** Names that Microsoft Entra ID knows and this directory can't follow. */
  readonly unsupported: readonly string[];
};

const attributes = ATTRIBUTE_NUMBERS.map(attributeName);

export const RULE_TYPES: readonly RuleType[] = [
  {
    type: device,
    names: [
      { name: 'deviceManagementAppId', property: 'mdmAppId' },
      { name: 'deviceManufacturer', property: 'manufacturer' },
      { name: 'deviceModel', property: 'model' },
      { name: 'deviceOSType', property: 'operatingSystem' },
      { name: 'deviceOSVersion', property: 'operatingSystemVersion' },
      { name: 'devicePhysicalIds', property: 'physicalIds' },
      { name: 'deviceTrustType', property: 'trustType' },
      { name: 'objectId', property: 'id' },
      ...attributes.map((name) => ({ name, property: 'extensionAttributes', member: name })),
    ],
    unsupported: ['memberOf', 'organizationalUnit'],
  },
  {
    type: user,
    names: [
      { name: 'dirSyncEnabled', property: 'onPremisesSyncEnabled' },
      { name: 'facsimileTelephoneNumber', property: 'faxNumber' },
      { name: 'mobile', property: 'mobilePhone' },
      { name: 'objectId', property: 'id' },
      { name: 'physicalDeliveryOfficeName', property: 'officeLocation' },
      { name: 'sipProxyAddress', property: 'imAddresses' },
      { name: 'telephoneNumber', property: 'businessPhones' },
      ...attributes.map((name) => ({ name, property: 'onPremisesExtensionAttributes', member: name })),
    ],
    unsupported: ['assignedPlans', 'memberOf', 'onPremisesDistinguishedName'],
  },
];

/** What a name in a rule means. */
export type RuleProperty = { readonly property: Property; readonly member: PlainMember | undefined };

/** In lower case: the documentation calls them case-sensitive, and writes `devicePhysicalIDs` and `employeehiredate`. */
const meanings = new Map(
  RULE_TYPES.map((row) => [row, new Map([...ownNames(row), ...namesOf(row)].map(([name, of]) => [fold(name), of]))]),
);

/** @param type the rule's type, as the tenant has it */
export function rulePropertyOf(row: RuleType, name: string, type: EntityType): RuleProperty | undefined {
  return meanings.get(row)?.get(fold(name)) ?? addedProperty(type, name);
}

/** A directory extension, by the name that it has everywhere; schema extensions are not for rules. */
function addedProperty({ custom }: EntityType, name: string): RuleProperty | undefined {
  for (const property of custom?.shown.values() ?? []) {
    const isNamed = typeof property.type === 'string' && fold(property.name) === fold(name);
    if (isNamed) return { property, member: undefined };
  }
  return undefined;
}

export function isUnsupportedInRules(row: RuleType, name: string): boolean {
  return row.unsupported.some((one) => fold(one) === fold(name));
}

function fold(name: string): string {
  return name.toLowerCase();
}

/** What a store can compare: the others have no column. */
function ownNames({ type }: RuleType): readonly (readonly [string, RuleProperty])[] {
  return type.properties
    .filter((row) => typeof row.type === 'string' && (row.filter ?? row.index) !== undefined)
    .map((property) => [property.name, { property, member: undefined }] as const);
}

function namesOf({ type, names }: RuleType): readonly (readonly [string, RuleProperty])[] {
  return names.map((row) => {
    const property = propertyOf(type, row.property);
    const member = property && plainMember(property.type, row.member);
    if (!property || (row.member !== undefined && !member))
      throw new Error(`the rule name '${row.name}' leads nowhere`);
    return [row.name, { property, member }] as const;
  });
}
