import type { Address } from '../directory/world.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold, percentDecode } from '../lib/text.ts';
import { ERRORS } from '../model/errors.ts';
import { OPEN_EXTENSIONS, openExtensionsOf } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType } from '../model/shape.ts';

/** The addresses of open extensions, which are called by names of any form. */
export type OpenPlace = {
  /** The name of the operations' rows, as of a relation. */
  readonly relation: string;
  /** Undefined: all of them. */
  readonly key: string | undefined;
};

/** Where in a path they begin; undefined in nearly all paths. */
export function openAt(segments: readonly string[]): number | undefined {
  if (segments.length < 2) return undefined;
  for (let at = segments.length - 1; at >= 1 && at >= segments.length - 2; at--) {
    if (fold(segments[at]?.split('(')[0] ?? '') === OPEN_EXTENSIONS.relation.name) return at;
  }
  return undefined;
}

/** @param owner the object that the path before names, of that type */
export function openIn(
  owner: { readonly type: EntityType | undefined; readonly object: Address | undefined },
  segments: readonly string[],
): OpenPlace {
  const [head = '', next] = segments;
  const relation = owner.type && owner.object && openExtensionsOf(owner.type, OPEN_EXTENSIONS.relation.name)?.name;
  if (relation === undefined) throw unknown(OPEN_EXTENSIONS.relation.name);
  const open = head.indexOf('(');
  if (open >= 0 && (next !== undefined || !head.endsWith(')'))) throw unknown(next ?? head);
  const inner = open < 0 ? next : head.slice(open + 1, -1);
  return { relation, key: inner === undefined ? undefined : keyOf(inner) };
}

/** One may be called by its type and name: `microsoft.graph.openTypeExtension.com.contoso.x`. */
function keyOf(segment: string): string {
  const text = percentDecode(segment);
  if (text === undefined) throw new Refusal(ERRORS.segmentMalformed, { segment });
  const isQuoted = text.length > 1 && text.startsWith("'") && text.endsWith("'");
  const bare = isQuoted ? text.slice(1, -1).replaceAll("''", "'") : text;
  const prefix = `microsoft.graph.${OPEN_EXTENSIONS.type}.`;
  const name = fold(bare).startsWith(fold(prefix)) ? bare.slice(prefix.length) : bare;
  if (name === '' || name.startsWith('$') || name.length > LIMITS.extensionNameCharacters) throw unknown(bare);
  return name;
}

function unknown(segment: string): Refusal {
  return new Refusal(ERRORS.segmentUnknown, { segment });
}
