import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { words } from '../lib/words.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Condition } from '../store/contract.ts';
import { propertyAt, type Scope } from './checkFilter.ts';
import type { SearchNode } from './syntax.ts';

/**
 * A parsed `$search` held against the model: names and descriptions are searched by their words, other texts by how
 * they start. https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
 */
export function checkSearch(node: SearchNode, scope: Scope): Condition {
  if (node.kind !== 'clause') return { kind: node.kind, items: node.items.map((item) => checkSearch(item, scope)) };
  const { property, resource } = propertyAt({ names: [node.property], count: false, at: node.at }, scope);
  const field = { property: property.name };
  if (property.search === 'words') {
    const wanted = words(node.text, LIMITS).map((word): Condition => ({ kind: 'word', field, word }));
    const [only, ...others] = wanted;
    if (!only) return NOTHING;
    return others.length === 0 ? only : { kind: 'and', items: wanted };
  }
  if (property.filter?.startsWith === undefined || property.type !== 'String') {
    throw new Refusal(ERRORS.searchProperty, { name: property.name, resource });
  }
  const value = fold(node.text);
  if (!property.collection) return { kind: 'match', how: 'startsWith', field, value };
  return { kind: 'any', field, item: { kind: 'match', how: 'startsWith', field: { property: '' }, value } };
}

/** A text without a word is found nowhere. */
const NOTHING: Condition = { kind: 'or', items: [] };
