import type { DatabaseSync } from 'node:sqlite';
import type { EntityType } from '../../model/shape.ts';
import { type Column, partsOf } from '../layout.ts';

/**
 * How many objects of a type there are, and how many have each value of the properties with few values: kept as they are
 * written, so that asking costs nothing. They are the dictionary of those values, too.
 */

type Cell = string | number | null;

type Entry = {
  readonly tenant: number;
  readonly type: string;
  readonly field: string;
  readonly value: Cell;
  by: number;
};

/** The field under which all objects of a type are counted. */
export const EVERY_FIELD = '';

/** Stands for null, of which SQLite's unique indexes would keep any number. */
const NULL_VALUE = new Uint8Array(0);

/** Changes of counts, gathered before they are written. */
export class Counts {
  readonly #entries = new Map<string, Entry>();

  /** An object with these columns comes (1) or goes (-1). */
  object(tenant: number, type: EntityType, columns: readonly Cell[], by: 1 | -1): void {
    this.#add(tenant, type.name, EVERY_FIELD, null, by);
    this.values(tenant, type, columns, by);
  }

  values(tenant: number, type: EntityType, columns: readonly Cell[], by: 1 | -1): void {
    for (const { index, column } of countedOf(type)) {
      this.#add(tenant, type.name, column.name, columns[index] ?? null, by);
    }
  }

  merge(others: Counts): void {
    for (const { tenant, type, field, value, by } of others.#entries.values())
      this.#add(tenant, type, field, value, by);
  }

  write(counter: Counter): void {
    for (const { tenant, type, field, value, by } of this.#entries.values()) {
      if (by !== 0) counter(tenant, type, field, value, by);
    }
  }

  #add(tenant: number, type: string, field: string, value: Cell, by: number): void {
    const key = `${tenant}\n${type}\n${field}\n${value === null ? '' : typeof value === 'number' ? value : `'${value}`}`;
    const entry = this.#entries.get(key);
    if (entry) entry.by += by;
    else this.#entries.set(key, { tenant, type, field, value, by });
  }
}

type Counted = { readonly index: number; readonly column: Column };

const counted = new WeakMap<EntityType, readonly Counted[]>();

function countedOf(type: EntityType): readonly Counted[] {
  const known = counted.get(type);
  if (known) return known;
  const made = partsOf(type)
    .columns.map((column, index) => ({ column, index }))
    .filter(({ column }) => column.index === 'counted');
  counted.set(type, made);
  return made;
}

export type Counter = (tenant: number, type: string, field: string, value: Cell, by: number) => void;

/** A value that no object has any more leaves the dictionary. */
export function createCounter(database: DatabaseSync): Counter {
  const add = database.prepare(`
    insert into counter (tenant, type, field, value, count) values (?, ?, ?, ?, ?)
    on conflict (tenant, type, field, value) do update set count = count + excluded.count`);
  const drop = database.prepare(
    'delete from counter where tenant = ? and type = ? and field = ? and value = ? and count = 0',
  );
  return (tenant, type, field, value, by) => {
    const kept = value ?? NULL_VALUE;
    add.run(tenant, type, field, kept, by);
    if (by < 0) drop.run(tenant, type, field, kept);
  };
}
