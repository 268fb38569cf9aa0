import type { EntityType } from '../model/shape.ts';
import { typesOf } from '../query/check.ts';
import type { GraphRoute } from './route.ts';

/** The types whose objects a route may answer with. */
export function shownTypes({ cast, type, relation }: GraphRoute): readonly EntityType[] {
  return cast ? [cast] : typesOf(type, relation);
}
