import type { EntityType } from '../model/shape.ts';
import type { Change, Stored, Values } from './contract.ts';
import { journaled, lay } from './layout.ts';

/** Changes of one object, laid out as drivers take them, with what the journal keeps of it. */

export function inserting(type: EntityType, values: Values): Extract<Change, { kind: 'insert' }> {
  const row = lay(type, values);
  return { kind: 'insert', type: type.name, id: String(values['id']), row, after: journaled(type, values, row) };
}

/** The change of some values, if nobody else has changed the object since it was read; none where there are none. */
export function updating(type: EntityType, stored: Stored, changes: Values): readonly Change[] {
  const names = Object.keys(changes);
  if (names.length === 0) return [];
  const before = Object.fromEntries(names.map((name) => [name, stored.values[name] ?? null]));
  return [
    {
      kind: 'update',
      type: type.name,
      id: stored.id,
      since: stored.changed,
      row: lay(type, { ...stored.values, ...changes }),
      was: lay(type, stored.values),
      before: journaled(type, before),
      after: journaled(type, changes),
    },
  ];
}
