import { shownProperties } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { propertyOf } from '../model/directory.ts';
import type { EntityType } from '../model/shape.ts';
import { typesOf } from '../query/names.ts';
import { emptyValue } from '../store/columns.ts';
import type { GraphRoute } from './route.ts';

/** The types whose objects a route may answer with. */
/** As the caller's tenant has them, where that is known. */
export function shownTypes({ cast, type, relation, types }: GraphRoute): readonly EntityType[] {
  const shown = cast ? [cast] : typesOf(type, relation);
  return types === undefined || types.key === '' ? shown : shown.map(types.of);
}

/** The JSON text of the route's object, as the caller may see it: what is kept from it looks as if it had no value. */
export function visibleText(caller: Caller, route: GraphRoute, text: string): string {
  const shown = shownProperties(caller, route);
  const { type } = route;
  if (!shown || !type) return text;
  const members = Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => {
    const property = propertyOf(type, name);
    return [name, property && !shown.includes(name) ? emptyValue(property) : value];
  });
  return JSON.stringify(Object.fromEntries(members));
}
