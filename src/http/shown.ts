import type { EntityType } from '../model/shape.ts';
import { typesOf } from '../query/check.ts';
import type { GraphRoute } from './route.ts';

/** The types whose objects a route may answer with. */
/** As the caller's tenant has them, where that is known. */
export function shownTypes({ cast, type, relation, types }: GraphRoute): readonly EntityType[] {
  const shown = cast ? [cast] : typesOf(type, relation);
  return types === undefined || types.key === '' ? shown : shown.map(types.of);
}
