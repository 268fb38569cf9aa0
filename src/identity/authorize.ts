import { type Detail, Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { listText } from '../lib/text.ts';
import { DIRECTORY_OBJECTS } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { OPERATIONS, type Operation } from '../model/permissions.ts';
import { actionsThatDo, type ObjectKind, ROLES, rolesThatAllow } from '../model/roles.ts';
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
  if (caller.kind === 'application') authorizeApplication(caller, row, attempt);
  else authorizeUser(caller, row, attempt);
}

/**
 * Some roles may do it to objects of one kind only, and which kind an object is of is known only when it has been read:
 * asks again, of that kind. An application's permissions don't tell kinds apart.
 */
export function authorizeKind(caller: Caller, attempt: Omit<Attempt, 'object'>, kind: ObjectKind): void {
  const row = rowOf(OPERATIONS, attempt.operation);
  if (!row || caller.kind === 'application') return;
  const missing = missingActions(caller, row, attempt, kind);
  if (missing.length > 0) throw denied(missing.map((action) => roleDetail(action, kind)));
}

/** The refusal of what one of these application permissions would allow. */
export function needsPermission(names: readonly string[]): Refusal {
  return denied([permissionDetail('application', names)]);
}

/** The refusal of what is left to those who may do everything. */
export function needsGlobalAdministrator(): Refusal {
  const message = `Only a signed-in user with the role ${ROLES.globalAdministrator.name} may do this to somebody who is an administrator.`;
  return denied([{ code: 'MissingRole', target: 'wids', message }]);
}

function authorizeUser(caller: Caller, row: Operation, attempt: Attempt): void {
  const isOwn = attempt.object !== undefined && caller.names.has(attempt.object);
  if (isOwn && row.own && holdsOne(caller, row.own)) return;
  const needed = permissionsFor(row, attempt, 'delegated').filter((names) => !holdsOne(caller, names));
  const missing = missingActions(caller, row, attempt);
  if (needed.length === 0 && missing.length === 0) return;
  throw denied([
    ...needed.map((names) => permissionDetail('delegated', names)),
    ...missing.map((action) => roleDetail(action)),
  ]);
}

/** Lists of permissions, of each of which one is needed: the row's, unless each property that changes has its own. */
function permissionsFor(
  row: Operation,
  { changes }: Attempt,
  kind: 'delegated' | 'application',
): readonly (readonly string[])[] {
  const special = row.properties;
  const names = special ? Object.keys(changes) : [];
  if (!special || names.length === 0) return [row[kind]];
  return [...new Set(names.map((name) => (rowOf(special, name) ?? row)[kind]))];
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

function authorizeApplication(caller: Caller, row: Operation, attempt: Attempt): void {
  const needed = permissionsFor(row, attempt, 'application').filter((names) => !holdsOne(caller, names));
  if (needed.length === 0) return;
  const instead = needed.some((names) => names.length === 0) ? permissionsFor(row, attempt, 'delegated') : [];
  throw denied([
    ...needed.map((names) => permissionDetail('application', names)),
    ...instead.map((names) => permissionDetail('delegated', names)),
  ]);
}

function holdsOne(caller: Caller, names: readonly string[]): boolean {
  for (const name of names) if (caller.permissions.has(name)) return true;
  return false;
}

function missingActions(
  caller: Caller,
  row: Operation,
  attempt: Pick<Attempt, 'type' | 'changes'>,
  kind?: ObjectKind,
): readonly Action[] {
  const { actions } = caller;
  if (actions === 'all') return [];
  const holds = (action: Action) => actionsThatDo(action, kind).some((one) => actions.has(one));
  if (row.action !== 'byProperty') return holds(row.action) ? [] : [row.action];
  const properties = [...(attempt.type?.properties ?? []), ...(attempt.type?.custom?.shown.values() ?? [])];
  const needed = properties.flatMap((property) => actionsToChange(property, attempt.changes));
  if (needed.length > 0) return [...new Set(needed)].filter((action) => !holds(action));
  // A body that changes nothing is still an update: whoever may change anything of the type may send it.
  const any = properties.flatMap((property) => updateActions(property));
  return any.some(holds) ? [] : any.slice(0, 1);
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

function roleDetail(action: Action, kind?: ObjectKind): Detail {
  return {
    code: 'MissingRole',
    target: 'wids',
    message: `The signed-in user needs one of these directory roles: ${listText(rolesThatAllow(action, kind))}, or a custom role with ${actionsThatDo(action, kind)[0]}.`,
  };
}
