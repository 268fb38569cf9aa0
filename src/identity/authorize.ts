import { type Detail, Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { listText } from '../lib/text.ts';
import { DIRECTORY_OBJECTS } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { OPERATIONS, type Operation } from '../model/permissions.ts';
import { rolesThatAllow } from '../model/roles.ts';
import type { Action, EntityType, Property } from '../model/shape.ts';
import type { Caller } from './caller.ts';

/**
 * The permission decision: the operation's row, the caller's permissions, and for a user the actions that its
 * directory roles allow. https://learn.microsoft.com/graph/permissions-overview
 */

/** What is to be done to what. */
export type Attempt = {
  /** The name of the operation's row. */
  readonly operation: string;
  readonly type: EntityType | undefined;
  /** What the addressed object was called, folded, for rights that a user has over its own. */
  readonly object: string | undefined;
  /** The body of an update: each of its properties may need an action of its own. */
  readonly changes: Readonly<Record<string, unknown>>;
};

/** Returns when the caller may; throws a refusal that knows what was missing. */
export function authorize(caller: Caller, attempt: Attempt): void {
  const row = rowOf(OPERATIONS, attempt.operation);
  if (!row) throw new Error(`the permission table has no row for '${attempt.operation}'`);
  if (caller.kind === 'personal') throw new Refusal(ERRORS.personalAccount);
  if (caller.kind === 'application') authorizeApplication(caller, row);
  else authorizeUser(caller, row, attempt);
}

function authorizeUser(caller: Caller, row: Operation, attempt: Attempt): void {
  const isOwn = attempt.object !== undefined && caller.names.has(attempt.object);
  if (isOwn && row.own && holdsOne(caller, row.own)) return;
  const missing = missingActions(caller, row, attempt);
  if (holdsOne(caller, row.delegated) && missing.length === 0) return;
  const details = holdsOne(caller, row.delegated) ? [] : [permissionDetail('delegated', row.delegated)];
  throw denied([...details, ...missing.map(roleDetail)]);
}

/**
 * Whether the caller may read objects of that type. In a relation, those that it may not are shown with type and id
 * only: https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects
 */
export function mayRead(caller: Caller, type: string): boolean {
  const row = rowOf(OPERATIONS, `${type}.get`) ?? rowOf(OPERATIONS, `${DIRECTORY_OBJECTS.name}.get`);
  if (!row || row.action === 'byProperty') return false;
  if (caller.kind === 'application') return holdsOne(caller, row.application);
  const allowed = caller.actions === 'all' || caller.actions.has(row.action);
  return allowed && holdsOne(caller, row.delegated);
}

function authorizeApplication(caller: Caller, row: Operation): void {
  if (holdsOne(caller, row.application)) return;
  const instead = row.application.length === 0 ? [permissionDetail('delegated', row.delegated)] : [];
  throw denied([permissionDetail('application', row.application), ...instead]);
}

function holdsOne(caller: Caller, names: readonly string[]): boolean {
  for (const name of names) if (caller.permissions.has(name)) return true;
  return false;
}

function missingActions(caller: Caller, row: Operation, attempt: Attempt): readonly Action[] {
  const { actions } = caller;
  if (actions === 'all') return [];
  if (row.action !== 'byProperty') return actions.has(row.action) ? [] : [row.action];
  const properties = attempt.type?.properties ?? [];
  const needed = properties.flatMap((property) => actionsToChange(property, attempt.changes));
  if (needed.length > 0) return [...new Set(needed)].filter((action) => !actions.has(action));
  // A body that changes nothing is still an update: whoever may change anything of the type may send it.
  const any = properties.flatMap((property) => updateActions(property));
  return any.some((action) => actions.has(action)) ? [] : any.slice(0, 1);
}

/** The actions that an update needs for one property; none if it isn't there, or is refused or ignored anyway. */
function actionsToChange(property: Property, changes: Attempt['changes']): readonly Action[] {
  if (!Object.hasOwn(changes, property.name)) return [];
  const { update } = property;
  if (typeof update === 'string') return updateActions(property);
  const value = changes[property.name];
  const parts = typeof value === 'object' && value !== null ? Object.keys(value) : [String(value)];
  const rows = parts.map((part) => rowOf(update, part)).filter((action) => action !== undefined);
  return rows.length > 0 ? rows : updateActions(property);
}

function updateActions({ update }: Property): readonly Action[] {
  if (typeof update !== 'string') return Object.values(update);
  return update === 'refused' || update === 'ignored' ? [] : [update];
}

function denied(details: readonly Detail[]): Refusal {
  return new Refusal(ERRORS.denied, {}, { details });
}

function permissionDetail(kind: 'delegated' | 'application', names: readonly string[]): Detail {
  const message =
    names.length === 0
      ? 'Applications without a signed-in user are not supported by this operation, whatever their permissions.'
      : `The token needs one of these ${kind} permissions: ${listText(names)}.`;
  return { code: 'MissingPermission', target: kind === 'delegated' ? 'scp' : 'roles', message };
}

function roleDetail(action: Action): Detail {
  return {
    code: 'MissingRole',
    target: 'wids',
    message: `The signed-in user needs one of these directory roles: ${listText(rolesThatAllow(action))}, or a custom role with ${action}.`,
  };
}
