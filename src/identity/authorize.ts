import type { Awaitable } from '../lib/awaitable.ts';
import { type Detail, Refusal } from '../lib/refusal.ts';
import { rowOf } from '../lib/table.ts';
import { fold, listText } from '../lib/text.ts';
import { DIRECTORY_OBJECTS } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { OPERATIONS, type Operation } from '../model/permissions.ts';
import { actionsThatDo, limitedAction, type ObjectKind } from '../model/resourceActions.ts';
import { scopeText } from '../model/roleManagement.ts';
import { ROLES, type Role, rolesThatAllow } from '../model/roles.ts';
import type { Action, EntityType, Property } from '../model/shape.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Store } from '../store/contract.ts';
import type { Caller } from './caller.ts';
import { actionsOver, reachesFurther, type Target } from './reach.ts';

/**
 * The permission decision: the operation's row, the caller's permissions, and for a user the actions that its
 * directory roles allow. https://learn.microsoft.com/graph/permissions-overview
 */

/** What is to be done to what. */
export type Attempt = {
  /** The name of the operation's row. */
  readonly operation: string;
  readonly type: EntityType | undefined;
  /** The addressed object, for rights that a user has over its own, or over some only. */
  readonly object: Target | undefined;
  /** The body of an update: each of its properties may need an action of its own. */
  readonly changes: Readonly<Record<string, unknown>>;
};

/** Returns when the caller may; throws a refusal that knows what was missing. At once, unless the object must be looked at. */
export function authorize(caller: Caller, attempt: Attempt, store: Store): Awaitable<void> {
  const row = operationRow(attempt);
  if (caller.kind === 'personal') throw new Refusal(ERRORS.personalAccount);
  if (caller.kind === 'application') return authorizeApplication(caller, row, attempt, store);
  return authorizeUser(caller, row, attempt, store);
}

/**
 * Some roles may do it to objects of one kind only, and which kind an object is of is known only when it has been read:
 * asks again, of that kind. An application's permissions don't tell kinds apart.
 */
export function authorizeKind(caller: Caller, attempt: Attempt, kind: ObjectKind, store: Store): Awaitable<void> {
  if (caller.kind !== 'application') return demandActions(caller, operationRow(attempt), attempt, NOTHING, store, kind);
}

function operationRow({ operation }: Pick<Attempt, 'operation'>): Operation {
  const row = rowOf(OPERATIONS, operation);
  if (!row) throw new Error(`the permission table has no row for '${operation}'`);
  return row;
}

/** The refusal of what one of these application permissions would allow. */
export function needsPermission(names: readonly string[]): Refusal {
  return denied([permissionDetail('application', names)]);
}

/** The refusal of what roles with that action allow. */
export function needsAction(action: Action): Refusal {
  return denied(roleDetails([action], undefined));
}

/** The refusal of what is left to those who may do everything. */
export function needsGlobalAdministrator(): Refusal {
  const message = `Only a signed-in user with the role ${ROLES.globalAdministrator.name} may do this to somebody who is an administrator.`;
  return denied([{ code: 'MissingRole', target: 'wids', message }]);
}

function authorizeUser(caller: Caller, row: Operation, attempt: Attempt, store: Store): Awaitable<void> {
  if (row.own && isOwn(caller, attempt) && holdsOne(caller, row.own)) return;
  const needed = permissionsFor(row, attempt, 'delegated').filter((names) => !holdsOne(caller, names));
  const details = needed.length === 0 ? NOTHING : needed.map((names) => permissionDetail('delegated', names));
  return demandActions(caller, row, attempt, details, store, undefined);
}

const NOTHING: readonly Detail[] = [];

function isOwn(caller: Caller, { object }: Pick<Attempt, 'object'>): boolean {
  return object !== undefined && caller.names.has(fold(object.key.value));
}

/** @param details what else is missing */
function demandActions(
  caller: Caller,
  row: Operation,
  attempt: Attempt,
  details: readonly Detail[],
  store: Store,
  kind: ObjectKind | undefined,
): Awaitable<void> {
  const missing = missingActions(caller.actions, row, attempt, kind);
  if (missing.length === 0) {
    if (details.length > 0) throw denied(details);
    return;
  }
  if (!attempt.object || !reachesFurther(caller)) throw denied([...details, ...roleDetails(missing, kind)]);
  return demandOver(attempt.object, caller, row, attempt, details, store, kind);
}

/** The same, with what the caller may do to this object alone. */
async function demandOver(
  object: Target,
  caller: Caller,
  row: Operation,
  attempt: Attempt,
  details: readonly Detail[],
  store: Store,
  kind: ObjectKind | undefined,
): Promise<void> {
  const actions = new Set([...(caller.actions as ReadonlySet<string>), ...(await actionsOver(store, caller, object))]);
  const missing = missingActions(actions, row, attempt, kind);
  if (missing.length === 0 && details.length === 0) return;
  const hints = missing.length > 0 ? reachDetails(caller, object, missing, kind) : [];
  throw denied([...details, ...roleDetails(missing, kind), ...hints]);
}

/** What would have to be in the caller's token for it: lists of permissions, of each of which one is needed. */
export function permissionsThatDo(caller: Caller, attempt: Attempt): readonly (readonly string[])[] {
  const row = operationRow(attempt);
  const isByOwn = row.own !== undefined && isOwn(caller, attempt) && holdsOne(caller, row.own);
  return isByOwn
    ? [[...(row.own ?? []), ...row.delegated]]
    : permissionsFor(row, attempt, caller.kind === 'application' ? 'application' : 'delegated');
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

/** The only properties of the object that the caller sees; undefined: all of them. */
export function shownProperties(
  caller: Caller,
  attempt: Pick<Attempt, 'operation' | 'object'>,
): readonly string[] | undefined {
  const { limited, action } = operationRow(attempt);
  if (!limited || caller.actions === 'all' || caller.kind !== 'delegated' || isOwn(caller, attempt)) return undefined;
  return caller.actions.has(action) ? undefined : limited.shows;
}

function authorizeApplication(caller: Caller, row: Operation, attempt: Attempt, store: Store): Awaitable<void> {
  const needed = permissionsFor(row, attempt, 'application').filter((names) => !holdsOne(caller, names));
  if (needed.length === 0) return;
  if (row.self) return demandItself(caller, row, attempt, needed, store);
  throw missingPermissions(row, attempt, needed);
}

/** Returns for the application that the caller is, or its service principal. */
async function demandItself(
  caller: Caller,
  row: Operation,
  attempt: Attempt,
  needed: readonly (readonly string[])[],
  store: Store,
): Promise<void> {
  const { type, key } = attempt.object ?? {};
  const [found] = type && key ? await store.load(caller.tenant, type.name, key) : [];
  if (found?.values[SIGN_IN.application.appId] !== caller.app) throw missingPermissions(row, attempt, needed);
}

function missingPermissions(row: Operation, attempt: Attempt, needed: readonly (readonly string[])[]): Refusal {
  const instead = needed.some((names) => names.length === 0) ? permissionsFor(row, attempt, 'delegated') : [];
  return denied([
    ...needed.map((names) => permissionDetail('application', names)),
    ...instead.map((names) => permissionDetail('delegated', names)),
  ]);
}

function holdsOne(caller: Caller, names: readonly string[]): boolean {
  for (const name of names) if (caller.permissions.has(name)) return true;
  return false;
}

function missingActions(
  actions: Caller['actions'],
  row: Operation,
  attempt: Pick<Attempt, 'type' | 'changes' | 'object'>,
  kind: ObjectKind | undefined,
): readonly Action[] {
  if (actions === 'all') return [];
  const holds = (action: Action) => actionsThatDo(action, kind).some((one) => actions.has(one));
  if (row.action !== 'byProperty') {
    const suffices = holds(row.action) || (attempt.object !== undefined && holdsLimited(actions, row, row.action));
    return suffices ? [] : [row.action];
  }
  const properties = [...(attempt.type?.properties ?? []), ...(attempt.type?.custom?.shown.values() ?? [])];
  const needed = properties.flatMap((property) => actionsToChange(property, attempt.changes));
  if (needed.length > 0) return [...new Set(needed)].filter((action) => !holds(action));
  // A body that changes nothing is still an update: whoever may change anything of the type may send it.
  const any = properties.flatMap((property) => updateActions(property));
  return any.some(holds) ? [] : any.slice(0, 1);
}

/** Some may read no more than the one object that they know how to address. */
function holdsLimited(actions: ReadonlySet<string>, { limited }: Operation, action: Action): boolean {
  const instead = limited?.action ?? limitedAction(action);
  return instead !== undefined && actions.has(instead);
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

// -- what a refusal tells --------------------------------------------------------------------------------------

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

function roleDetails(actions: readonly Action[], kind: ObjectKind | undefined): readonly Detail[] {
  return actions.map((action) => ({
    code: 'MissingRole',
    target: 'wids',
    message: `The signed-in user needs one of these directory roles: ${listText(rolesThatAllow(action, kind))}, or a custom role with ${actionsThatDo(action, kind)[0]}.`,
  }));
}

/** Why what the caller has for some objects doesn't count for this one. */
function reachDetails(
  { owned, scoped }: Caller,
  { type }: Target,
  actions: readonly Action[],
  kind: ObjectKind | undefined,
): readonly Detail[] {
  const enough = new Set(actions.flatMap((action) => actionsThatDo(action, kind)));
  const helps = (allowed: Role['actions']) => allowed === 'all' || allowed.some((action) => enough.has(action));
  const byOwning = owned
    .filter((right) => right.link.type === type?.name && helps(right.actions))
    .map(({ link }) => ({
      code: 'MissingOwnership',
      target: link.relation,
      message: `An owner of the object may do this, too, and the signed-in user is none of its ${link.relation}.`,
    }));
  const elsewhere = scoped
    .filter(({ role }) => helps(role.actions))
    .map(({ role, scope }) => ({
      code: 'MissingScope',
      target: scopeText(scope),
      message: `The signed-in user has the role ${role.name} over ${scopeText(scope)} only, ${scope.kind === 'unit' ? 'and the object is no member of that administrative unit' : 'and this is another object'}.`,
    }));
  return [...byOwning, ...elsewhere];
}
