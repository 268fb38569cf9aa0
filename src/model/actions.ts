import { keyCredential, passwordCredential } from './applicationParts.ts';
import { DIRECTORY_OBJECTS } from './directory.ts';
import type { LIMITS } from './limits.ts';
import type { ComplexType, Primitive } from './shape.ts';

/**
 * OData actions: `POST …/{name}`. https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups and its
 * neighbours. An action of an object is there for each type derived from the one that it is bound to.
 */

type ActionValue = {
  /** A primitive, a complex type, or the name of an entity type, concrete or abstract. */
  readonly type: Primitive | ComplexType | typeof DIRECTORY_OBJECTS.name | 'extensionProperty';
  readonly collection: boolean;
  /** The limit of how many there may be. */
  readonly most?: keyof typeof LIMITS;
};

export type BoundAction = {
  readonly name: string;
  /**
   * check: which of the ids given the object is a member of. get: all that it is a member of. find: objects by their ids.
   * define: the definitions of the tenant. addSecret, endSecret, addKey, endKey: of those that the object proves itself with.
   */
  readonly does: 'check' | 'get' | 'find' | 'define' | 'addSecret' | 'endSecret' | 'addKey' | 'endKey';
  /** The types that count as what it is a member of; undefined: all. */
  readonly among?: readonly string[];
  /** object: `/devices/{id}/{name}`. collection: `/directoryObjects/{name}`. */
  readonly boundTo: 'object' | 'collection';
  /** The entity type that it is bound to; with `on`, several of those below it, to each on its own. */
  readonly type: typeof DIRECTORY_OBJECTS.name;
  readonly on?: readonly string[];
  readonly parameters: readonly (ActionValue & { readonly name: string; readonly required: boolean })[];
  /** Undefined: nothing. */
  readonly returns: ActionValue | undefined;
};

const type = DIRECTORY_OBJECTS.name;
const ids = { type: 'Guid', collection: true } as const;
/** The property of a group that `securityEnabledOnly` is about. */
export const SECURITY_ENABLED = 'securityEnabled';

const securityOnly = { name: 'securityEnabledOnly', type: 'Boolean', collection: false, required: false } as const;

const on = ['application', 'servicePrincipal'] as const;
const password = { type: passwordCredential, collection: false } as const;
const key = { type: keyCredential, collection: false } as const;
const proof = { name: 'proof', type: 'String', collection: false, required: true } as const;
const keyId = { name: 'keyId', type: 'Guid', collection: false, required: true } as const;

// biome-ignore format: a table is read by its columns
export const ACTIONS: readonly BoundAction[] = Object.freeze([
  { name: 'checkMemberGroups',  does: 'check', among: ['group'], boundTo: 'object',     type, parameters: [{ name: 'groupIds', ...ids, required: true, most: 'checkedIds' }], returns: ids },
  { name: 'checkMemberObjects', does: 'check', boundTo: 'object',     type, parameters: [{ name: 'ids', ...ids, required: true, most: 'checkedIds' }],      returns: ids },
  { name: 'getMemberGroups',    does: 'get', among: ['group'], boundTo: 'object',     type, parameters: [securityOnly],                                                   returns: { ...ids, most: 'membershipIds' } },
  { name: 'getMemberObjects',   does: 'get', boundTo: 'object',     type, parameters: [securityOnly],                                                   returns: { ...ids, most: 'membershipIds' } },
  { name: 'getAvailableExtensionProperties', does: 'define', boundTo: 'collection', type, parameters: [{ name: 'isSyncedFromOnPremises', type: 'Boolean', collection: false, required: false }], returns: { type: 'extensionProperty', collection: true } },
  { name: 'getByIds',           does: 'find', boundTo: 'collection', type, parameters: [{ name: 'ids', ...ids, required: true, most: 'idsAtOnce' }, { name: 'types', type: 'String', collection: true, required: false }], returns: { type, collection: true } },
  { name: 'addPassword',        does: 'addSecret', boundTo: 'object', type, on, parameters: [{ name: 'passwordCredential', ...password, required: false }], returns: password },
  { name: 'removePassword',     does: 'endSecret', boundTo: 'object', type, on, parameters: [keyId], returns: undefined },
  { name: 'addKey',             does: 'addKey', boundTo: 'object', type, on, parameters: [{ name: 'keyCredential', ...key, required: true }, { name: 'passwordCredential', ...password, required: false }, proof], returns: key },
  { name: 'removeKey',          does: 'endKey', boundTo: 'object', type, on, parameters: [keyId, proof], returns: undefined },
]);
