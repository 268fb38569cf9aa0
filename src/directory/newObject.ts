import { sidOf } from '../lib/sid.ts';
import { entityType } from '../model/directory.ts';
import type { EntityType, Property } from '../model/shape.ts';
import { inserting } from '../store/change.ts';
import { completed } from '../store/columns.ts';
import { type Change, UNSHOWN, type Values } from '../store/contract.ts';

/** The values of a new object: what was given, and where nothing was, what such an object starts with. */
export function newValues(type: EntityType, given: Values, at: string): Values {
  const values: Record<string, unknown> = {};
  for (const property of type.properties) {
    const value = given[property.name] ?? initialValue(property, given, at);
    if (value !== undefined) values[property.name] = completed(property, value);
  }
  if (type.custom) for (const name of Object.keys(given)) if (type.custom.shown.has(name)) values[name] = given[name];
  if (Object.hasOwn(given, UNSHOWN)) values[UNSHOWN] = given[UNSHOWN];
  return values;
}

function initialValue({ initial }: Property, given: Values, at: string): unknown {
  if (typeof initial !== 'object') return initial;
  return 'now' in initial ? at : sidOf(String(given['id']));
}

/** An object that nobody's request has given its values. */
export function insertion(typeName: string, given: Values, at: string): Change {
  const type = entityType(typeName);
  return inserting(type, newValues(type, given, at));
}
