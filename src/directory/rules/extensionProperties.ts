import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import { application } from '../../model/application.ts';
import { DIRECTORY_OBJECT_TYPES } from '../../model/directory.ts';
import { ERRORS } from '../../model/errors.ts';
import { DATA_TYPES, extensionProperty, isTargetElsewhere } from '../../model/extension.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Change, Values } from '../../store/contract.ts';
import type { Consequence, Derivation, Rule } from './rule.ts';

/** https://learn.microsoft.com/graph/api/application-post-extensionproperty */

const NAME = /^[A-Za-z0-9_]+$/;

export const extensionProperties: Rule = {
  of: extensionProperty,
  at: ['create'],
  check: async ({ changes, caller }, { store }) => {
    const name = String(changes['name']);
    if (!NAME.test(name) || name.length > LIMITS.extensionNameCharacters) throw invalid('name');
    if (!Object.hasOwn(DATA_TYPES, String(changes['dataType']))) throw invalid('dataType');
    const targets = targetsOf(changes);
    if (targets.length === 0 || !targets.every(isTarget)) throw invalid('targetObjects');
    const count = (await store.definitions(caller.tenant)).length + 1;
    if (count > LIMITS.definitionsPerTenant) {
      const most = String(LIMITS.definitionsPerTenant);
      throw new Refusal(ERRORS.definitionsTooMany, { count: String(count), most, what: 'extension definitions' });
    }
  },
};

/** Its whole name has the application's id in it, without hyphens. */
export const extensionPropertyNames: Derivation = {
  of: extensionProperty,
  at: ['create'],
  derive: async ({ caller, changes }, { store }) => {
    const key = { property: 'id', value: String(changes['ownerApplication']) };
    const [owner] = await store.load(caller.tenant, application.name, key);
    if (!owner) throw new Refusal(ERRORS.notFound, { id: key.value });
    const digits = String(owner.values['appId']).replaceAll('-', '');
    return {
      name: `extension_${digits}_${String(changes['name'])}`,
      appDisplayName: owner.values['displayName'] ?? null,
    };
  },
};

/** The definition is one thing with the property that follows from it. */
export const extensionPropertyValues: Consequence = {
  of: [extensionProperty],
  at: ['create', 'delete'],
  follow: ({ kind, current, changes }) =>
    kind === 'delete' ? [{ kind: 'undefine', name: String(current['name']) }] : [definition(changes)],
};

/** With an application go its definitions, and out of sight what they defined. */
export const applicationExtensions: Consequence = {
  of: [application],
  at: ['delete'],
  follow: async ({ caller, id }, { store }) => {
    const key = { property: 'ownerApplication', value: id };
    const found = await store.load(caller.tenant, extensionProperty.name, key);
    return found.flatMap(({ id: definitionId, values }): readonly Change[] => [
      { kind: 'delete', type: extensionProperty.name, id: definitionId },
      { kind: 'undefine', name: String(values['name']) },
    ]);
  },
};

function definition(values: Values): Change {
  const targets = targetsOf(values).map(fold);
  const types = EXTENSIBLE.filter((type) => targets.includes(fold(type.title))).map((type) => type.name);
  const dataType = String(values['dataType']);
  const collection = values['isMultiValued'] === true;
  return {
    kind: 'define',
    definition: { name: String(values['name']), types, form: { kind: 'directory', dataType, collection } },
  };
}

const EXTENSIBLE = DIRECTORY_OBJECT_TYPES.filter((type) => type.extensible?.by.includes('directory'));

function targetsOf(values: Values): readonly string[] {
  return ((values['targetObjects'] ?? []) as readonly unknown[]).map(String);
}

function isTarget(name: string): boolean {
  return EXTENSIBLE.some((type) => fold(type.title) === fold(name)) || isTargetElsewhere('directory', name);
}

function invalid(name: string): Refusal {
  return new Refusal(ERRORS.valueTooLong, { name, resource: extensionProperty.title });
}
