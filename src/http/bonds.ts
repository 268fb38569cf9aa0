import type { Bond } from '../directory/world.ts';
import { Refusal } from '../lib/refusal.ts';
import { relationOf } from '../model/directory.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType } from '../model/shape.ts';
import type { Values } from '../store/contract.ts';
import { findReference } from './route.ts';

const SUFFIX = '@odata.bind';
const NO_BONDS: readonly Bond[] = [];

/**
 * A body without what it binds, and that: `"members@odata.bind": ["https://…"]`. What the model doesn't let bodies bind stays
 * in it, and is refused by its name. https://learn.microsoft.com/graph/api/group-post-groups
 */
export function takeBonds(
  type: EntityType,
  body: Values,
  kind: 'create' | 'update',
): { readonly values: Values; readonly bonds: readonly Bond[] } {
  if (!type.relations.some((relation) => relation.bind?.includes(kind))) return { values: body, bonds: NO_BONDS };
  const bonds: Bond[] = [];
  const others = Object.entries(body).filter(([name, value]) => {
    const relation = name.endsWith(SUFFIX) ? relationOf(type, name.slice(0, -SUFFIX.length)) : undefined;
    if (!relation?.bind?.includes(kind)) return true;
    bonds.push({ relation, references: urlsOf(value).map(findReference) });
    return false;
  });
  const count = bonds.reduce((sum, { references }) => sum + references.length, 0);
  if (count > LIMITS.bindsPerRequest) {
    throw new Refusal(ERRORS.referencesTooMany, { most: String(LIMITS.bindsPerRequest) });
  }
  return { values: Object.fromEntries(others), bonds };
}

function urlsOf(value: unknown): readonly string[] {
  const isUrls = Array.isArray(value) && value.every((url) => typeof url === 'string');
  if (!isUrls) throw new Refusal(ERRORS.referenceInvalid);
  return value as readonly string[];
}
