import type { DirectoryWorld } from '../directory/world.ts';
import { find, valuesOf } from '../directory/world.ts';
import { createObject, deleteObject } from '../directory/write.ts';
import { needsPermission } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { DEFINITIONS, extensionProperty } from '../model/extension.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Condition, Values } from '../store/contract.ts';
import type { GraphRoute } from './route.ts';

/**
 * The definitions of an application's directory extensions, which have no address but below the application's.
 * https://learn.microsoft.com/graph/api/application-list-extensionproperty
 */

/** The definitions as a set of their own: its route, and what its objects have in common. */
export type DefinitionSet = { readonly route: GraphRoute; readonly where: Condition; readonly application: Values };

export async function definitionSet(world: DirectoryWorld, caller: Caller, route: GraphRoute): Promise<DefinitionSet> {
  if (!route.object) throw new Error(`${route.operation} was routed without an object`);
  const found = await find(world, caller, route.object);
  const application = await valuesOf(world, caller, found);
  const field = { property: DEFINITIONS.application };
  return {
    application: { ...application, id: found.id },
    where: { kind: 'compare', operator: 'eq', field, value: found.id },
    route: {
      ...route,
      set: `${route.set}('${found.id}')/${DEFINITIONS.relation}`,
      type: extensionProperty,
      object: undefined,
      contained: undefined,
    },
  };
}

/** The route to one of them. */
export async function definitionRoute(world: DirectoryWorld, caller: Caller, route: GraphRoute): Promise<GraphRoute> {
  const set = await definitionSet(world, caller, route);
  const id = route.contained?.key ?? '';
  const object = { type: extensionProperty, key: { property: 'id', value: id } };
  const values = await valuesOf(world, caller, await find(world, caller, object));
  if (values[DEFINITIONS.application] !== set.application['id']) throw new Refusal(ERRORS.notFound, { id });
  return { ...set.route, object };
}

export async function createDefinition(world: DirectoryWorld, caller: Caller, route: GraphRoute, body: Values) {
  const set = await definitionSet(world, caller, route);
  checkOwner(caller, set.application);
  const { application, name, title } = DEFINITIONS;
  const appId = String(set.application[SIGN_IN.application.appId]);
  const settled = {
    [application]: set.application['id'],
    [title]: set.application[SIGN_IN.servicePrincipal.title] ?? null,
    [name]: `extension_${appId.replaceAll('-', '')}_${String(body[name])}`,
  };
  return {
    route: set.route,
    made: await createObject(world, caller, extensionProperty, route.version, body, [], settled),
  };
}

export async function deleteDefinition(world: DirectoryWorld, caller: Caller, route: GraphRoute): Promise<void> {
  const set = await definitionSet(world, caller, route);
  checkOwner(caller, set.application);
  const { object } = await definitionRoute(world, caller, route);
  if (object) await deleteObject(world, caller, object);
}

/** With the least of the permissions an application manages its own definitions alone. */
function checkOwner(caller: Caller, application: Values): void {
  const { all } = DEFINITIONS.permissions;
  const isOwn = application[SIGN_IN.application.appId] === caller.app;
  if (caller.kind !== 'application' || isOwn || all.some((name) => caller.permissions.has(name))) return;
  throw needsPermission(all);
}
