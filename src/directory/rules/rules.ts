import type { Awaitable } from '../../lib/awaitable.ts';
import { derived } from '../../lib/derived.ts';
import type { Random } from '../../lib/random.ts';
import type { EntityType, Relation } from '../../model/shape.ts';
import type { Change, Tenant, Values } from '../../store/contract.ts';
import type { DirectoryWorld } from '../world.ts';
import { administrators } from './administrators.ts';
import {
  applicationCreators,
  ownedApplications,
  ownedExtensions,
  ownedFederations,
  ownedPrincipals,
  principalCreators,
  principalsOfOwned,
} from './applicationOwners.ts';
import { applicationsChangeWindowsDevices } from './applicationsChangeWindowsDevices.ts';
import { applicationValues, newApplications } from './applicationValues.ts';
import {
  applicationCredentials,
  applicationKeys,
  principalCredentials,
  principalKeys,
  secretsEnd,
} from './credentials.ts';
import { directoryRoleIds, directoryRoles, newDirectoryRoles } from './directoryRoles.ts';
import {
  applicationExtensions,
  extensionProperties,
  extensionPropertyNames,
  extensionPropertyValues,
} from './extensionProperties.ts';
import { federationIds, federationRules } from './federations.ts';
import {
  assignmentIds,
  assignmentRules,
  grantIds,
  grantRules,
  grantsGoWithPrincipals,
  newAssignments,
} from './grants.ts';
import { groupCreators } from './groupCreators.ts';
import { groupMembers } from './groupMembers.ts';
import { groupRoles } from './groupRoles.ts';
import { groupTypes, newGroups } from './groupTypes.ts';
import { membershipRules } from './membershipRules.ts';
import { passwords } from './passwords.ts';
import { redirectUris } from './redirectUris.ts';
import { directoryRoleMembers, newRoleAssignments, roleAssignmentIds, roleAssignments } from './roleAssignments.ts';
import { assignmentsEnd, assignmentsMade, assignmentsUnmade, membersJoin, membersLeave } from './roleConsequences.ts';
import { newRoleDefinitions, roleDefinitions } from './roleDefinitions.ts';
import type { Consequence, Custom, Deed, Derivation, Naming, Rule } from './rule.ts';
import {
  schemaExtensionNames,
  schemaExtensionOwners,
  schemaExtensionProperties,
  schemaExtensions,
} from './schemaExtensions.ts';
import {
  allGoWithApplications,
  backedPrincipals,
  graphStays,
  newServicePrincipals,
  principalsFollow,
} from './servicePrincipals.ts';
import { userNames } from './userNames.ts';

/** The special rules, in the order in which they are asked. */
const RULES: readonly Rule[] = [
  applicationsChangeWindowsDevices,
  groupRoles,
  groupTypes,
  membershipRules,
  groupMembers,
  administrators,
  userNames,
  passwords,
  roleDefinitions,
  roleAssignments,
  directoryRoles,
  directoryRoleMembers,
  ownedApplications,
  ownedPrincipals,
  ownedFederations,
  principalsOfOwned,
  applicationValues,
  redirectUris,
  applicationCredentials,
  principalCredentials,
  backedPrincipals,
  graphStays,
  grantRules,
  assignmentRules,
  federationRules,
  extensionProperties,
  ownedExtensions,
  schemaExtensions,
];

/** What new objects have by themselves. */
const DERIVATIONS: readonly Derivation[] = [
  newGroups,
  newRoleDefinitions,
  newRoleAssignments,
  newDirectoryRoles,
  newApplications,
  newServicePrincipals,
  newAssignments,
  applicationKeys,
  principalKeys,
  extensionPropertyNames,
  schemaExtensionOwners,
];
const CUSTOMS: readonly Custom[] = [groupCreators, applicationCreators, principalCreators];
const NAMINGS: readonly Naming[] = [
  roleAssignmentIds,
  directoryRoleIds,
  grantIds,
  assignmentIds,
  federationIds,
  schemaExtensionNames,
];
const CONSEQUENCES: readonly Consequence[] = [
  secretsEnd,
  principalsFollow,
  allGoWithApplications,
  grantsGoWithPrincipals,
  assignmentsMade,
  assignmentsUnmade,
  assignmentsEnd,
  membersJoin,
  membersLeave,
  extensionPropertyValues,
  schemaExtensionProperties,
  applicationExtensions,
];

/** What belongs to one kind of deed on one type, in the order of the tables. */
type Rows = {
  readonly rules: readonly Rule[];
  readonly derivations: readonly Derivation[];
  readonly consequences: readonly Consequence[];
};

const rows = derived((_: EntityType) => new Map<Deed['kind'], Rows>());

/** Looked up once: nearly all deeds have none of them, and ask with each. */
function rowsOf({ type, kind }: Pick<Deed, 'type' | 'kind'>): Rows {
  const kinds = rows(type);
  const known = kinds.get(kind);
  if (known) return known;
  const made = {
    rules: RULES.filter((row) => row.of === type && row.at.includes(kind)),
    derivations: DERIVATIONS.filter((row) => row.of === type && row.at.some((one) => one === kind)),
    consequences: CONSEQUENCES.filter((row) => row.of.includes(type) && row.at.includes(kind)),
  };
  kinds.set(kind, made);
  return made;
}

export function hasRules(type: EntityType, kind: Deed['kind']): boolean {
  const { rules, consequences } = rowsOf({ type, kind });
  return rules.length + consequences.length > 0;
}

/** Throws the refusal of the first rule that the deed breaks. */
export function checkRules(world: DirectoryWorld, deed: Deed): Awaitable<void> {
  const { rules } = rowsOf(deed);
  if (rules.length > 0) return checkEach(world, deed, rules);
}

async function checkEach(world: DirectoryWorld, deed: Deed, rules: readonly Rule[]): Promise<void> {
  for (const rule of rules) await rule.check(deed, world);
}

export function derivedValues(world: DirectoryWorld, deed: Deed): Awaitable<Values> {
  const { derivations } = rowsOf(deed);
  if (derivations.length === 0) return NO_VALUES;
  return Promise.all(derivations.map((row) => row.derive(deed, world))).then((all) => Object.assign({}, ...all));
}

const NO_VALUES: Values = {};

/** The id of a new object, where its values say it. */
export function ownId(type: EntityType, values: Values, tenant: Tenant, random: Random): string | undefined {
  return NAMINGS.find((row) => row.of === type)?.id(values, tenant, random);
}

/** The other changes that belong to what is done. @param at the instant of the change */
export function followingChanges(world: DirectoryWorld, deed: Deed, at: string): Awaitable<readonly Change[]> {
  const { consequences } = rowsOf(deed);
  if (consequences.length === 0) return NO_CHANGES;
  return Promise.all(consequences.map((row) => row.follow(deed, world, at))).then((all) => all.flat());
}

const NO_CHANGES: readonly Change[] = [];

/** @param bound the relations that the body of the new object has named */
export function customLinks(deed: Deed, bound: readonly Relation[]): ReturnType<Custom['link']> {
  return CUSTOMS.filter((row) => row.of === deed.type).flatMap((row) => row.link(deed, bound));
}
