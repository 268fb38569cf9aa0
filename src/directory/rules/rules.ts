import type { EntityType, Relation } from '../../model/shape.ts';
import type { Change, Values } from '../../store/contract.ts';
import type { DirectoryWorld } from '../world.ts';
import { administrators } from './administrators.ts';
import {
  applicationCreators,
  ownedApplications,
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
import type { Consequence, Custom, Deed, Derivation, Naming, Rule } from './rule.ts';
import {
  allGoWithApplications,
  backedPrincipals,
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
  ownedApplications,
  ownedPrincipals,
  ownedFederations,
  principalsOfOwned,
  applicationValues,
  redirectUris,
  applicationCredentials,
  principalCredentials,
  backedPrincipals,
  grantRules,
  assignmentRules,
  federationRules,
];

/** What new objects have by themselves. */
const DERIVATIONS: readonly Derivation[] = [
  newGroups,
  newApplications,
  newServicePrincipals,
  newAssignments,
  applicationKeys,
  principalKeys,
];
const CUSTOMS: readonly Custom[] = [groupCreators, applicationCreators, principalCreators];
const NAMINGS: readonly Naming[] = [grantIds, assignmentIds, federationIds];
const CONSEQUENCES: readonly Consequence[] = [
  secretsEnd,
  principalsFollow,
  allGoWithApplications,
  grantsGoWithPrincipals,
];

export function hasRules(type: EntityType, kind: Deed['kind']): boolean {
  return RULES.some((rule) => rule.of === type && rule.at.includes(kind));
}

/** Throws the refusal of the first rule that the deed breaks. */
export async function checkRules(world: DirectoryWorld, deed: Deed): Promise<void> {
  for (const rule of RULES) if (rule.of === deed.type && rule.at.includes(deed.kind)) await rule.check(deed, world);
}

export async function derivedValues(world: DirectoryWorld, deed: Deed): Promise<Values> {
  const rows = DERIVATIONS.filter((row) => row.of === deed.type && row.at.some((kind) => kind === deed.kind));
  return Object.assign({}, ...(await Promise.all(rows.map((row) => row.derive(deed, world)))));
}

/** The id of a new object, where its values say it. */
export function ownId(type: EntityType, values: Values): string | undefined {
  return NAMINGS.find((row) => row.of === type)?.id(values);
}

/** The changes of other objects that belong to an update or a deletion. */
export async function followingChanges(world: DirectoryWorld, deed: Deed): Promise<readonly Change[]> {
  const rows = CONSEQUENCES.filter((row) => row.at === deed.kind && row.of.includes(deed.type));
  return (await Promise.all(rows.map((row) => row.follow(deed, world)))).flat();
}

/** @param bound the relations that the body of the new object has named */
export function customLinks(deed: Deed, bound: readonly Relation[]): ReturnType<Custom['link']> {
  return CUSTOMS.filter((row) => row.of === deed.type).flatMap((row) => row.link(deed, bound));
}
