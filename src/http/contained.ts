import type { Address } from '../directory/world.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold, isGuid, percentDecode } from '../lib/text.ts';
import { application } from '../model/application.ts';
import { ERRORS } from '../model/errors.ts';
import { DEFINITIONS, OPEN_EXTENSIONS } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType } from '../model/shape.ts';

/**
 * What an object contains: it has no address but below the object's own. The definitions that an application owns, and
 * what applications keep beside an object.
 */
export type Contained = {
  readonly kind: 'definitions' | 'open';
  /** The name of the operations' rows, as of a relation. */
  readonly relation: string;
  /** Undefined: all of them. */
  readonly key: string | undefined;
  readonly count: boolean;
};

const KINDS: readonly (Pick<Contained, 'kind' | 'relation'> & { readonly owns: (type: EntityType) => boolean })[] = [
  { kind: 'definitions', relation: DEFINITIONS.relation, owns: (type) => type === application },
  {
    kind: 'open',
    relation: OPEN_EXTENSIONS.relation.name,
    owns: (type) => type.extensible?.by.includes('open') === true,
  },
];

/** Where in a path a contained part begins; undefined in nearly all paths. */
export function containedAt(segments: readonly string[]): number | undefined {
  if (segments.length < 2) return undefined;
  for (let at = segments.length - 1; at >= 1 && at >= segments.length - 2; at--) if (kindAt(segments[at])) return at;
  return undefined;
}

function kindAt(segment = '') {
  const name = fold(segment.split('(')[0] ?? '');
  return KINDS.find((row) => fold(row.relation) === name);
}

/** @param owner the object that the path before names, of that type */
export function containedIn(
  owner: { readonly type: EntityType | undefined; readonly object: Address | undefined },
  segments: readonly string[],
): Contained {
  const [head = '', next] = segments;
  const row = kindAt(head);
  if (!row || !owner.type || !owner.object || !row.owns(owner.type)) throw unknown(head);
  const bare = { kind: row.kind, relation: row.relation };
  const open = head.indexOf('(');
  const inner = open < 0 ? next : head.endsWith(')') && next === undefined ? head.slice(open + 1, -1) : undefined;
  if (inner === undefined) {
    if (open >= 0) throw unknown(next ?? head);
    return { ...bare, key: undefined, count: false };
  }
  const text = percentDecode(inner);
  if (text === undefined) throw new Refusal(ERRORS.segmentMalformed, { segment: inner });
  if (row.kind === 'definitions' && fold(text) === '$count') return { ...bare, key: undefined, count: true };
  return { ...bare, key: keyOf(row.kind, text), count: false };
}

/** An open extension may be called by its type and name: `microsoft.graph.openTypeExtension.com.contoso.x`. */
function keyOf(kind: Contained['kind'], text: string): string {
  const bare =
    text.startsWith("'") && text.endsWith("'") && text.length > 1 ? text.slice(1, -1).replaceAll("''", "'") : text;
  if (kind === 'definitions') {
    if (!isGuid(bare)) throw new Refusal(ERRORS.idInvalid, { id: bare });
    return fold(bare);
  }
  if (bare.startsWith('$') || bare.length > LIMITS.extensionNameCharacters) throw unknown(bare);
  const prefix = `microsoft.graph.${OPEN_EXTENSIONS.type}.`;
  return fold(bare).startsWith(fold(prefix)) ? bare.slice(prefix.length) : bare;
}

function unknown(segment: string): Refusal {
  return new Refusal(ERRORS.segmentUnknown, { segment });
}
