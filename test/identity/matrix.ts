import { authorize, authorizeKind } from '../../src/identity/authorize.ts';
import type { Caller } from '../../src/identity/caller.ts';
import type { Target } from '../../src/identity/reach.ts';
import { Refusal } from '../../src/lib/refusal.ts';
import { ACTIONS } from '../../src/model/actions.ts';
import { entityType } from '../../src/model/directory.ts';
import { OPERATIONS, PERMISSION_NAMES, PERMISSIONS } from '../../src/model/permissions.ts';
import { isCustomAction, type ObjectKind, OWNER_RIGHTS } from '../../src/model/resourceActions.ts';
import { ROLES, type Role } from '../../src/model/roles.ts';
import type { Action, EntityType, Property } from '../../src/model/shape.ts';
import { DEV, type Desk } from '../support/rollcall.ts';

/**
 * The full permission matrix: what is done × the permission × with or without a user × the user's role × somebody else's
 * object or the user's own. Each cell is decided by `authorize` itself, over a directory in which the user owns a device
 * and a group; the text says what was decided, cells that agree put together.
 */

export type Deed = {
  readonly operation: string;
  readonly type: EntityType | undefined;
  readonly changes: Readonly<Record<string, unknown>>;
  /** What of an object is changed, where that matters. */
  readonly shown: string;
  readonly kind?: ObjectKind;
};

export type Cell = {
  readonly deed: Deed;
  readonly permission: string;
  readonly object: 'other' | 'own';
  /** Undefined: an application without a user. */
  readonly role: Role | undefined;
};

const DELEGATED = PERMISSION_NAMES.filter((name) => PERMISSIONS[name].delegated);
const APPLICATION = PERMISSION_NAMES.filter((name) => 'appRole' in PERMISSIONS[name]);
const BUILT_IN: readonly Role[] = Object.values(ROLES);

/** A custom role for each action that one may hold. */
const CUSTOM: readonly Role[] = customActions().map((action) => ({
  id: action,
  name: action.slice('microsoft.directory/'.length),
  description: '',
  actions: [action],
  custom: true,
}));

function customActions(): readonly Action[] {
  const named = Object.values(OPERATIONS).map(({ action }) => action);
  const changing = Object.keys(OPERATIONS).flatMap((name) => typeOf(name)?.properties.flatMap(actionsOf) ?? []);
  const known = [...new Set([...named, ...changing])].filter((action) => action !== 'byProperty');
  const groups = known.flatMap((action) =>
    ['groups.security/', 'groups.unified/'].map((kind) => action.replace('groups/', kind) as Action),
  );
  return [...new Set([...known, ...groups])].filter((action) => isCustomAction(action, 'documented')).sort();
}

// -- what is done --------------------------------------------------------------------------------------------------

const KINDS: readonly ObjectKind[] = ['security', 'unified', 'assignableToRoles'];

export function deeds(): readonly Deed[] {
  return Object.keys(OPERATIONS).flatMap((operation) => {
    const type = typeOf(operation);
    const all = type && OPERATIONS[operation]?.action === 'byProperty' ? changesOf(type) : [{ changes: {}, shown: '' }];
    return all.flatMap((one) => withKinds({ operation, type, ...one }));
  });
}

/** Groups of different kinds are for different roles, unless they are only read. */
function withKinds(deed: Deed): readonly Deed[] {
  const [typeName, ...rest] = deed.operation.split('.');
  const isWrite = ['create', 'update', 'delete', 'link', 'unlink'].includes(rest.at(-1) ?? '');
  return typeName === 'group' && isWrite ? KINDS.map((kind) => ({ ...deed, kind })) : [deed];
}

function typeOf(operation: string): EntityType | undefined {
  const [name = ''] = operation.split('.');
  return name === 'directoryObject' ? undefined : entityType(name);
}

/** Each property alone, with each value that has an action of its own; those with the same action together. */
function changesOf(type: EntityType): readonly Pick<Deed, 'changes' | 'shown'>[] {
  const found = new Map<string, { changes: Record<string, unknown>; names: string[] }>();
  for (const property of type.properties) {
    for (const [action, value, name] of updatesOf(property)) {
      const special = Object.hasOwn(OPERATIONS[`${type.name}.update`]?.properties ?? {}, property.name);
      const key = special ? name : action;
      const known = found.get(key);
      if (known) known.names.push(name);
      else found.set(key, { changes: { [property.name]: value }, names: [name] });
    }
  }
  return [
    { changes: {}, shown: 'nothing' },
    ...[...found.values()].map(({ changes, names }) => ({ changes, shown: names.join(' ') })),
  ];
}

function updatesOf({ name, update }: Property): readonly (readonly [action: string, value: unknown, name: string])[] {
  if (update === 'refused' || update === 'ignored') return [];
  if (typeof update === 'string') return [[update, 'a', name]];
  return Object.entries(update).map(([part, action]) =>
    part === 'true' || part === 'false'
      ? [action, part === 'true', `${name}=${part}`]
      : [action, { [part]: 'a' }, part],
  );
}

function actionsOf({ update }: Property): readonly Action[] {
  if (typeof update !== 'string') return Object.values(update);
  return update === 'refused' || update === 'ignored' ? [] : [update];
}

// -- who does it ---------------------------------------------------------------------------------------------------

/** The objects of the development tenant, of each type the user's own and another one, where there is a difference. */
export type Objects = Readonly<Record<string, { readonly own?: string; readonly other: string }>>;

export function callerOf(desk: Desk, { permission, role }: Cell): Caller {
  const tenant = desk.rollcall.world.tenants.get(DEV.tenant);
  return {
    kind: role ? 'delegated' : 'application',
    tenant,
    principal: DEV.member,
    names: new Set([DEV.member]),
    app: DEV.console,
    permissions: new Set([permission]),
    actions: role ? actionsWith(role) : new Set<string>(),
    scoped: [],
    // What follows from owning something is the same for every member.
    owned: role === ROLES.user ? OWNER_RIGHTS : [],
  } as unknown as Caller;
}

/** Who has a role is a member of the organization, too. */
function actionsWith(role: Role): Caller['actions'] {
  if (role.actions === 'all') return 'all';
  return new Set<string>(role === ROLES.guestUser ? role.actions : [...ROLES.user.actions, ...role.actions]);
}

export async function isAllowed(desk: Desk, objects: Objects, cell: Cell): Promise<boolean> {
  const { operation, type, changes, kind } = cell.deed;
  const attempt = { operation, type, object: targetOf(objects, cell), changes };
  const caller = callerOf(desk, cell);
  const { store } = desk.rollcall.world;
  try {
    await authorize(caller, attempt, store);
    if (kind) await authorizeKind(caller, attempt, kind, store);
    return true;
  } catch (problem) {
    if (problem instanceof Refusal && problem.row.status === 403) return false;
    throw problem;
  }
}

const MANY: ReadonlySet<string> = new Set([
  'list',
  'create',
  ...ACTIONS.filter(({ boundTo }) => boundTo === 'collection').map(({ name }) => name),
]);

/** Nothing is addressed where objects are listed or made, or many are asked. */
export function targetOf(objects: Objects, { deed, object }: Cell): Target | undefined {
  const [name = '', ...rest] = deed.operation.split('.');
  const isMany = rest.length === 1 && MANY.has(rest[0] ?? '');
  const found = objects[name];
  if (isMany || !found) return undefined;
  return { type: deed.type, key: { property: 'id', value: found[object] ?? found.other } };
}

// -- the text ------------------------------------------------------------------------------------------------------

export async function matrixText(desk: Desk, objects: Objects): Promise<string> {
  const sections: string[] = [];
  for (const deed of deeds()) sections.push(await sectionOf(desk, objects, deed));
  return `${sections.join('\n\n')}\n`;
}

async function sectionOf(desk: Desk, objects: Objects, deed: Deed): Promise<string> {
  const head = [deed.operation, deed.shown && `[${deed.shown}]`, deed.kind && `(${deed.kind})`]
    .filter(Boolean)
    .join(' ');
  const application: string[] = [];
  for (const permission of APPLICATION) {
    if (await isAllowed(desk, objects, { deed, permission, object: 'other', role: undefined }))
      application.push(permission);
  }
  const other = await delegated(desk, objects, deed, 'other');
  const [typeName = ''] = deed.operation.split('.');
  const hasOwn = objects[typeName]?.own !== undefined && targetOf(objects, cellOf(deed, 'own')) !== undefined;
  const own = hasOwn ? await delegated(desk, objects, deed, 'own') : other;
  const lines = [
    `  application    ${application.join(', ') || 'never'}`,
    ...other.map((line) => `  delegated      ${line}`),
    ...own.filter((line) => !other.includes(line)).map((line) => `  delegated own  ${line}`),
  ];
  return [head, ...lines].join('\n');
}

function cellOf(deed: Deed, object: Cell['object']): Cell {
  return { deed, permission: '', object, role: undefined };
}

/** Permissions with which the same roles may do it, and those roles: `A, B: Global Administrator, …`. */
async function delegated(desk: Desk, objects: Objects, deed: Deed, object: Cell['object']): Promise<readonly string[]> {
  const byRoles = new Map<string, string[]>();
  for (const permission of DELEGATED) {
    const roles = await rolesThatMay(desk, objects, { deed, permission, object });
    if (roles !== undefined) byRoles.set(roles, [...(byRoles.get(roles) ?? []), permission]);
  }
  return [...byRoles].map(([roles, permissions]) => `${permissions.join(', ')}: ${roles}`);
}

async function rolesThatMay(desk: Desk, objects: Objects, cell: Omit<Cell, 'role'>): Promise<string | undefined> {
  const of = async (roles: readonly Role[]) => {
    const found: string[] = [];
    for (const role of roles) if (await isAllowed(desk, objects, { ...cell, role })) found.push(role.name);
    return found;
  };
  // What nobody may who may everything is a matter of the permission, not of the role.
  if (!(await isAllowed(desk, objects, { ...cell, role: ROLES.globalAdministrator }))) return undefined;
  const builtIn = await of(BUILT_IN);
  const custom = await of(CUSTOM);
  const missing = BUILT_IN.map(({ name }) => name).filter((name) => !builtIn.includes(name));
  const few = missing.length <= FEW;
  const all = few ? [['every role', ...missing].join(' but ')] : builtIn;
  const every = custom.length === CUSTOM.length ? ['every custom role'] : custom.map((name) => `custom ${name}`);
  return [...all, ...every].join(', ');
}

/** So many roles missing, and the others are not written out. */
const FEW = 2;

// -- all cells -----------------------------------------------------------------------------------------------------

export function cells(): readonly Cell[] {
  return deeds().flatMap((deed) => [
    ...APPLICATION.map((permission): Cell => ({ deed, permission, object: 'other', role: undefined })),
    ...DELEGATED.flatMap((permission) => BUILT_IN.map((role): Cell => ({ deed, permission, object: 'other', role }))),
  ]);
}
