import type { Caller } from '../../identity/caller.ts';
import type { Random } from '../../lib/random.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { application } from '../../model/application.ts';
import { DIRECTORY_OBJECT_TYPES } from '../../model/directory.ts';
import { ERRORS } from '../../model/errors.ts';
import { DATA_TYPES, EXTENSION_STATES, type Form, isTargetElsewhere, schemaExtension } from '../../model/extension.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Change, Store, Values } from '../../store/contract.ts';
import type { Consequence, Deed, Derivation, Naming, Rule } from './rule.ts';

/**
 * The life of a schema extension: https://learn.microsoft.com/graph/api/resources/schemaextension. An application manages
 * those that it owns; a signed-in user those of every application, as far as the user's roles allow.
 */
export const schemaExtensions: Rule = {
  of: schemaExtension,
  at: ['create', 'update', 'delete'],
  check: async (deed, { store }) => {
    if (deed.kind === 'create') await checkNew(deed, store);
    else checkChange(deed);
  },
};

async function checkNew({ caller, changes }: Deed, store: Store): Promise<void> {
  const owner = ownerOf(changes, caller);
  if (owner !== caller.app) await checkOwner(caller, owner, store);
  if (!isName(String(changes['id']), caller.tenant.defaultDomain)) throw invalid('id');
  checkTargets(changes);
  checkProperties(changes);
  await checkNumbers(caller, owner, store);
}

/** Who signs in by one application may own an extension by another; an application can't. */
async function checkOwner(caller: Caller, owner: string, store: Store): Promise<void> {
  if (caller.kind === 'application') throw new Refusal(ERRORS.schemaOwner);
  const [found] = await store.load(caller.tenant, application.name, { property: 'appId', value: owner });
  if (!found) throw invalid('owner');
}

async function checkNumbers({ tenant }: Caller, owner: string, store: Store): Promise<void> {
  const all = (await store.definitions(tenant)).length + 1;
  const own = (await store.load(tenant, schemaExtension.name, { property: 'owner', value: owner })).length + 1;
  if (own > LIMITS.schemaExtensionsPerOwner) throw tooMany(own, LIMITS.schemaExtensionsPerOwner, 'schema extensions');
  if (all > LIMITS.definitionsPerTenant) throw tooMany(all, LIMITS.definitionsPerTenant, 'extension definitions');
}

function tooMany(count: number, most: number, what: string): Refusal {
  return new Refusal(ERRORS.definitionsTooMany, { count: String(count), most: String(most), what });
}

function checkChange({ kind, caller, current, changes }: Deed): void {
  if (caller.kind === 'application' && caller.app !== current['owner']) throw new Refusal(ERRORS.schemaOwner);
  const state = EXTENSION_STATES.next[String(current['status'])];
  if (kind === 'delete') {
    if (!state?.deletable) throw new Refusal(ERRORS.schemaOwner);
    return;
  }
  const next = changes['status'];
  if (next !== undefined && !state?.states.includes(String(next))) throw invalid('status');
  const isOther = Object.keys(changes).some((name) => name !== 'status');
  if (isOther && !state?.changes) throw new Refusal(ERRORS.schemaOwner);
  if ('targetTypes' in changes) checkTargets(changes, targetsOf(current));
  if ('properties' in changes) checkProperties(changes, membersOf(current));
}

/** Nothing that there was may go. */
function checkTargets(changes: Values, before: readonly string[] = []): void {
  const targets = targetsOf(changes);
  const isKept = before.every((name) => targets.some((one) => fold(one) === fold(name)));
  if (targets.length === 0 || !targets.every(isTarget) || !isKept) throw invalid('targetTypes');
}

const MEMBER_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

function checkProperties(changes: Values, before: readonly Member[] = []): void {
  const members = membersOf(changes);
  const names = new Set(members.map(({ name }) => name));
  const isFit = ({ name, dataType }: Member) =>
    MEMBER_NAME.test(name) && name.length <= LIMITS.extensionNameCharacters && isDataType(dataType);
  const isKept = before.every((old) => members.some((row) => row.name === old.name && row.dataType === old.dataType));
  const isOne = members.length > 0 && members.length <= LIMITS.schemaProperties && names.size === members.length;
  if (!isOne || !members.every(isFit) || !isKept) throw invalid('properties');
}

/** Those of a directory extension; the documentation's older pages call the same types so. */
function isDataType(name: string): boolean {
  return Object.hasOwn(DATA_TYPES, name) && name !== 'LargeInteger';
}

// -- names -------------------------------------------------------------------------------------------------------

const SCHEMA_NAME = /^[A-Za-z][A-Za-z0-9]*$/;

function isName(id: string, domain: string): boolean {
  const parts = id.split('_');
  const own = parts.at(-1) ?? '';
  if (!SCHEMA_NAME.test(own) || own.length > LIMITS.extensionNameCharacters) return false;
  return parts.length === 1 || (parts.length === 2 && fold(parts[0] ?? '') === prefixOf(domain));
}

/** `contoso` of `contoso.com` */
function prefixOf(domain: string): string {
  return fold(domain.slice(0, domain.lastIndexOf('.')));
}

/** A name without a verified domain in front gets eight characters that nobody can guess. */
export const schemaExtensionNames: Naming = {
  of: schemaExtension,
  id: (values, _tenant, random) => {
    const id = String(values['id']);
    return id.includes('_') ? id : `ext${randomLetters(random)}_${id}`;
  },
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyz012345';
const LETTERS_COUNT = 8;

function randomLetters(random: Random): string {
  return [...random.bytes(LETTERS_COUNT)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

export const schemaExtensionOwners: Derivation = {
  of: schemaExtension,
  at: ['create'],
  derive: ({ caller, changes }) => ({ owner: ownerOf(changes, caller) }),
};

function ownerOf(changes: Values, { app }: Caller): string {
  return fold(String(changes['owner'] ?? app));
}

// -- what it defines ---------------------------------------------------------------------------------------------

export const schemaExtensionProperties: Consequence = {
  of: [schemaExtension],
  at: ['create', 'update', 'delete'],
  follow: async ({ kind, caller, id, current, changes }, { store }): Promise<readonly Change[]> => {
    const name = String(kind === 'create' ? id : current['id']);
    if (kind === 'delete') return [{ kind: 'undefine', name }];
    if (kind === 'update' && Object.keys(changes).length === 0) return [];
    const after = { ...current, ...changes };
    const known = (await store.definitions(caller.tenant)).find((row) => row.shown && row.name === name);
    const before = known?.form.kind === 'schema' ? known.form.members : [];
    return [{ kind: 'define', definition: { name, types: typesOf(after), form: formOf(after, before) } }];
  },
};

/** Members keep their places, by which their values are found, in whatever order a body has them. */
function formOf(values: Values, before: readonly Member[]): Form {
  const added = membersOf(values).filter(({ name }) => !before.some((row) => row.name === name));
  const isClosed = !EXTENSION_STATES.next[String(values['status'])]?.changes;
  return { kind: 'schema', members: [...before, ...added], ...(isClosed ? { closed: true } : {}) };
}

function typesOf(values: Values): readonly string[] {
  const targets = targetsOf(values).map(fold);
  return EXTENSIBLE.filter((type) => targets.includes(fold(type.name))).map((type) => type.name);
}

type Member = { readonly name: string; readonly dataType: string };

function membersOf(values: Values): readonly Member[] {
  const rows = (values['properties'] ?? []) as readonly Values[];
  return rows.map((row) => ({ name: String(row['name']), dataType: String(row['type']) }));
}

const EXTENSIBLE = DIRECTORY_OBJECT_TYPES.filter((type) => type.extensible?.by.includes('schema'));

function targetsOf(values: Values): readonly string[] {
  return ((values['targetTypes'] ?? []) as readonly unknown[]).map(String);
}

function isTarget(name: string): boolean {
  return EXTENSIBLE.some((type) => fold(type.name) === fold(name)) || isTargetElsewhere('schema', name);
}

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: schemaExtension.title });
}
