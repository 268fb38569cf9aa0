import type { EntityType, Relation } from '../../model/shape.ts';
import type { Change, Values } from '../../store/contract.ts';
import type { DirectoryWorld } from '../world.ts';
import { administrators } from './administrators.ts';
import { applicationsChangeWindowsDevices } from './applicationsChangeWindowsDevices.ts';
import { applicationExtensions, extensionProperties, extensionPropertyValues } from './extensionProperties.ts';
import { groupCreators } from './groupCreators.ts';
import { groupMembers } from './groupMembers.ts';
import { groupRoles } from './groupRoles.ts';
import { groupTypes, newGroups } from './groupTypes.ts';
import { membershipRules } from './membershipRules.ts';
import { passwords } from './passwords.ts';
import type { Consequence, Custom, Deed, Derivation, Naming, Rule } from './rule.ts';
import {
  schemaExtensionNames,
  schemaExtensionOwners,
  schemaExtensionProperties,
  schemaExtensions,
} from './schemaExtensions.ts';
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
  extensionProperties,
  schemaExtensions,
];

/** What new objects have by themselves. */
const DERIVATIONS: readonly Derivation[] = [newGroups, schemaExtensionOwners];
const NAMINGS: readonly Naming[] = [schemaExtensionNames];
const CONSEQUENCES: readonly Consequence[] = [
  extensionPropertyValues,
  schemaExtensionProperties,
  applicationExtensions,
];
const CUSTOMS: readonly Custom[] = [groupCreators];

export function hasRules(type: EntityType, kind: Deed['kind']): boolean {
  const isRule = RULES.some((rule) => rule.of === type && rule.at.includes(kind));
  return isRule || CONSEQUENCES.some((row) => row.of === type);
}

/** Throws the refusal of the first rule that the deed breaks. */
export async function checkRules(world: DirectoryWorld, deed: Deed): Promise<void> {
  for (const rule of RULES) if (rule.of === deed.type && rule.at.includes(deed.kind)) await rule.check(deed, world);
}

export function derivedValues(deed: Deed): Values {
  return Object.assign({}, ...DERIVATIONS.filter((row) => row.of === deed.type).map((row) => row.derive(deed)));
}

/** Undefined: its id is a GUID. */
export function nameOf(deed: Deed, world: DirectoryWorld): string | undefined {
  return NAMINGS.find((row) => row.of === deed.type)?.name(deed, world);
}

export async function consequences(world: DirectoryWorld, deed: Deed): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const row of CONSEQUENCES) if (row.of === deed.type) changes.push(...(await row.changes(deed, world)));
  return changes;
}

/** @param bound the relations that the body of the new object has named */
export function customLinks(deed: Deed, bound: readonly Relation[]): ReturnType<Custom['link']> {
  return CUSTOMS.filter((row) => row.of === deed.type).flatMap((row) => row.link(deed, bound));
}
