import type { EntityType, Relation } from '../../model/shape.ts';
import type { Tenant, Values } from '../../store/contract.ts';
import type { DirectoryWorld } from '../world.ts';
import { administrators } from './administrators.ts';
import { applicationsChangeWindowsDevices } from './applicationsChangeWindowsDevices.ts';
import { directoryRoleIds, directoryRoles, newDirectoryRoles } from './directoryRoles.ts';
import { groupCreators } from './groupCreators.ts';
import { groupMembers } from './groupMembers.ts';
import { groupRoles } from './groupRoles.ts';
import { groupTypes, newGroups } from './groupTypes.ts';
import { membershipRules } from './membershipRules.ts';
import { passwords } from './passwords.ts';
import { directoryRoleMembers, newRoleAssignments, roleAssignmentIds, roleAssignments } from './roleAssignments.ts';
import { newRoleDefinitions, roleDefinitions } from './roleDefinitions.ts';
import type { Custom, Deed, Derivation, Naming, Rule } from './rule.ts';
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
];

/** What new objects have by themselves. */
const DERIVATIONS: readonly Derivation[] = [newGroups, newRoleDefinitions, newRoleAssignments, newDirectoryRoles];
const NAMINGS: readonly Naming[] = [roleAssignmentIds, directoryRoleIds];
const CUSTOMS: readonly Custom[] = [groupCreators];

export function hasRules(type: EntityType, kind: Deed['kind']): boolean {
  return RULES.some((rule) => rule.of === type && rule.at.includes(kind));
}

/** Throws the refusal of the first rule that the deed breaks. */
export async function checkRules(world: DirectoryWorld, deed: Deed): Promise<void> {
  for (const rule of RULES) if (rule.of === deed.type && rule.at.includes(deed.kind)) await rule.check(deed, world);
}

export function derivedValues(deed: Deed): Values {
  return Object.assign({}, ...DERIVATIONS.filter((row) => row.of === deed.type).map((row) => row.derive(deed)));
}

/** The id of a new object that has it by what it is about. */
export function fixedId(type: EntityType, given: Values, tenant: Tenant): string | undefined {
  return NAMINGS.find((row) => row.of === type)?.id(given, tenant);
}

/** @param bound the relations that the body of the new object has named */
export function customLinks(deed: Deed, bound: readonly Relation[]): ReturnType<Custom['link']> {
  return CUSTOMS.filter((row) => row.of === deed.type).flatMap((row) => row.link(deed, bound));
}
