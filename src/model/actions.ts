import { DIRECTORY_OBJECTS } from './directory.ts';
import type { LIMITS } from './limits.ts';
import type { Primitive } from './shape.ts';

/**
 * OData actions: `POST …/{name}`. https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups and its
 * neighbours. An action of an object is there for each type derived from the one that it is bound to.
 */

type ActionValue = {
  /** A primitive, or the name of an entity type, concrete or abstract. */
  readonly type: Primitive | typeof DIRECTORY_OBJECTS.name | 'extensionProperty';
  readonly collection: boolean;
  /** The limit of how many there may be. */
  readonly most?: keyof typeof LIMITS;
};

export type BoundAction = {
  readonly name: string;
  /** check: which of the ids given the object is a member of. get: all that it is a member of. find: objects by their ids. define: the definitions of the tenant. */
  readonly does: 'check' | 'get' | 'find' | 'define';
  /** The types that count as what it is a member of; undefined: all. */
  readonly among?: readonly string[];
  /** object: `/devices/{id}/{name}`. collection: `/directoryObjects/{name}`. */
  readonly boundTo: 'object' | 'collection';
  /** The entity type that it is bound to. */
  readonly type: typeof DIRECTORY_OBJECTS.name;
  readonly parameters: readonly (ActionValue & { readonly name: string; readonly required: boolean })[];
  readonly returns: ActionValue;
};

const type = DIRECTORY_OBJECTS.name;
const ids = { type: 'Guid', collection: true } as const;
/** The property of a group that `securityEnabledOnly` is about. */
export const SECURITY_ENABLED = 'securityEnabled';

const securityOnly = { name: 'securityEnabledOnly', type: 'Boolean', collection: false, required: false } as const;

// biome-ignore format: a table is read by its columns
export const ACTIONS: readonly BoundAction[] = Object.freeze([
  { name: 'checkMemberGroups',  does: 'check', among: ['group'], boundTo: 'object',     type, parameters: [{ name: 'groupIds', ...ids, required: true, most: 'checkedIds' }], returns: ids },
  { name: 'checkMemberObjects', does: 'check', boundTo: 'object',     type, parameters: [{ name: 'ids', ...ids, required: true, most: 'checkedIds' }],      returns: ids },
  { name: 'getMemberGroups',    does: 'get', among: ['group'], boundTo: 'object',     type, parameters: [securityOnly],                                                   returns: { ...ids, most: 'membershipIds' } },
  { name: 'getMemberObjects',   does: 'get', boundTo: 'object',     type, parameters: [securityOnly],                                                   returns: { ...ids, most: 'membershipIds' } },
  { name: 'getAvailableExtensionProperties', does: 'define', boundTo: 'collection', type, parameters: [{ name: 'isSyncedFromOnPremises', type: 'Boolean', collection: false, required: false }], returns: { type: 'extensionProperty', collection: true } },
  { name: 'getByIds',           does: 'find', boundTo: 'collection', type, parameters: [{ name: 'ids', ...ids, required: true, most: 'idsAtOnce' }, { name: 'types', type: 'String', collection: true, required: false }], returns: { type, collection: true } },
]);
