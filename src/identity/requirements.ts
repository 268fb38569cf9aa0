import { rowOf } from '../lib/table.ts';
import { listText } from '../lib/text.ts';
import { OPERATIONS, type Operation } from '../model/permissions.ts';
import {
  actionsThatDo,
  isCustomAction,
  limitedAction,
  OWNER_RIGHTS,
  resourceOf,
  UNIT_RESOURCES,
} from '../model/resourceActions.ts';
import { allows, ROLES, rolesOverUnits, rolesThatAllow } from '../model/roles.ts';
import type { Action, EntityType, Fidelity, Property } from '../model/shape.ts';

/** What an operation needs, for people to read before anybody asks: the same rows by which `authorize` decides. */

export type Requirements = {
  readonly operation: string;
  /** Permissions of which one is needed; none: not supported. */
  readonly delegated: readonly string[];
  readonly application: readonly string[];
  /** Delegated permissions that do for the signed-in user's own object, whatever the roles. */
  readonly own: readonly string[];
  /** What the signed-in user's roles must allow; of an update, for each of the properties that it changes. */
  readonly actions: readonly ActionNeed[];
};

export type ActionNeed = {
  readonly action: Action;
  /** The properties that need it; empty: the operation itself does. */
  readonly properties: readonly string[];
  /** Permissions that these properties need in place of the operation's. */
  readonly special: Pick<Operation, 'delegated' | 'application'> | undefined;
  /** Every member may, whatever the roles. */
  readonly everybody: boolean;
  /** What guests see of an object that they know how to address; undefined: nothing. */
  readonly guests: readonly string[] | 'everything' | undefined;
  readonly roles: readonly string[];
  /** Of these roles, those that can be assigned over an administrative unit. */
  readonly overUnits: readonly string[];
  /** The actions of which a custom role may hold one to do it. */
  readonly custom: readonly Action[];
  /** The relation whose members may do it to the object, since they own it. */
  readonly owning: string | undefined;
};

export function requirementsOf(operation: string, type: EntityType | undefined, fidelity: Fidelity): Requirements {
  const row = rowOf(OPERATIONS, operation);
  if (!row) throw new Error(`the permission table has no row for '${operation}'`);
  const { delegated, application, own = [], action } = row;
  const needs =
    action === 'byProperty' ? needsOfProperties(row, type) : [{ action, properties: [], special: undefined }];
  const actions = needs.map((need) => ({
    ...need,
    ...waysTo(need.action, type, fidelity),
    guests: operation.endsWith(`${type?.name}.list`) ? undefined : seenByGuests(row, need.action),
  }));
  return { operation, delegated, application, own, actions };
}

type Need = Pick<ActionNeed, 'action' | 'properties' | 'special'>;

/** Properties that need the same are put together. */
function needsOfProperties(row: Operation, type: EntityType | undefined): readonly Need[] {
  const needs = new Map<string, { action: Action; properties: string[]; special: ActionNeed['special'] }>();
  for (const property of type?.properties ?? []) {
    const special = row.properties && rowOf(row.properties, property.name);
    for (const [action, name] of updatesOf(property)) {
      const key = special ? property.name : action;
      const need = needs.get(key) ?? { action, properties: [], special };
      need.properties.push(name);
      needs.set(key, need);
    }
  }
  return [...needs.values()];
}

function updatesOf({ name, update }: Property): readonly (readonly [Action, string])[] {
  if (update === 'refused' || update === 'ignored') return [];
  if (typeof update === 'string') return [[update, name]];
  return Object.entries(update).map(([part, action]) => [action, VALUES.has(part) ? `${name}: ${part}` : part]);
}

const VALUES: ReadonlySet<string> = new Set(['true', 'false']);

function seenByGuests({ limited }: Operation, action: Action): ActionNeed['guests'] {
  const instead = limited?.action ?? limitedAction(action);
  if (instead === undefined || !allows(ROLES.guestUser, instead)) return undefined;
  return limited?.shows ?? 'everything';
}

function waysTo(action: Action, type: EntityType | undefined, fidelity: Fidelity) {
  const enough = actionsThatDo(action, undefined);
  const right = OWNER_RIGHTS.find(({ link, actions }) => link.type === type?.name && actions.includes(action));
  const isScoped = UNIT_RESOURCES.has(resourceOf(action)) && !action.endsWith('/create');
  return {
    everybody: allows(ROLES.user, action),
    roles: rolesThatAllow(action),
    overUnits: isScoped ? rolesOverUnits(action) : [],
    custom: enough.filter((one) => isCustomAction(one, fidelity)),
    owning: right?.link.relation,
  };
}

/** The same in words: what each line is about, and what it says. */
export function requirementLines(needs: Requirements): readonly (readonly [label: string, text: string])[] {
  return [
    ['delegated', oneOf(needs.delegated)],
    ...(needs.own.length > 0
      ? [['delegated', `${oneOf(needs.own)}, for the signed-in user's own object`] as const]
      : []),
    ['application', oneOf(needs.application)],
    ...needs.actions.flatMap(specialLines),
    ...needs.actions.flatMap(actionLines),
  ];
}

function specialLines({ properties, special }: ActionNeed): readonly (readonly [string, string])[] {
  if (!special) return [];
  const of = `, for ${listText(properties, 'and')}`;
  return [
    ['delegated', oneOf(special.delegated) + of],
    ['application', oneOf(special.application) + of],
  ];
}

function actionLines(need: ActionNeed): readonly (readonly [string, string])[] {
  const { action, properties, everybody, guests, roles, overUnits, custom, owning } = need;
  const of = properties.length > 0 ? `, for ${listText(properties, 'and')}` : '';
  const seen = guests === 'everything' ? '' : `, of which they see ${listText(guests ?? [], 'and')}`;
  const guestLine = guests ? [['guests', `one object that they can address${seen}`] as const] : [];
  if (everybody) return [['action', `${action}${of}`], ['roles', 'every member, whatever the roles'], ...guestLine];
  return [
    ['action', `${action}${of}`],
    ['roles', listText(roles)],
    ...(overUnits.length > 0 ? [['over a unit', listText(overUnits)] as const] : []),
    ['custom roles', custom.length > 0 ? `with ${listText(custom)}` : 'none can'],
    ...(owning === undefined ? [] : [['owner', `one of the object's ${owning}, without a role`] as const]),
  ];
}

function oneOf(names: readonly string[]): string {
  if (names.length === 0) return 'not supported';
  return names.length === 1 ? String(names[0]) : `one of ${listText(names)}`;
}
