import type { DatabaseSync } from 'node:sqlite';
import type { EntityType } from '../../model/shape.ts';
import { type Column, columnsBy } from '../columns.ts';
import type { Laid } from '../contract.ts';
import { command } from './names.ts';

/**
 * How many objects of a type there are, and how many have each value of the properties with few values: kept as they are
 * written, so that asking costs nothing. They are the dictionary of those values, too.
 */

type Cell = string | number;

/** The field under which all objects of a type are counted, and the value that they all have in it. */
export const EVERY_FIELD = '';
const EVERY_VALUE = '';

type Field = {
  readonly tenant: number;
  readonly type: string;
  readonly field: string;
  readonly values: Map<Cell, number>;
};

/** Changes of counts, gathered before they are written. */
export class Counts {
  readonly #tenants = new Map<number, Map<EntityType | Column, Field>>();

  /** An object with these columns comes (1) or goes (-1). */
  object(tenant: number, type: EntityType, columns: Laid['columns'], by: 1 | -1): void {
    this.#add(tenant, type, type, EVERY_FIELD, EVERY_VALUE, by);
    this.values(tenant, type, columns, by);
  }

  /** Null isn't counted: it is what the other objects have. */
  values(tenant: number, type: EntityType, columns: Laid['columns'], by: 1 | -1): void {
    for (const { index, column } of columnsBy(type, 'counted')) {
      const value = columns[index] ?? null;
      if (value !== null) this.#add(tenant, column, type, column.name, value, by);
    }
  }

  merge(others: Counts): void {
    for (const fields of others.#tenants.values()) {
      for (const [of, { tenant, type, field, values }] of fields) {
        for (const [value, by] of values) this.#add(tenant, of, { name: type }, field, value, by);
      }
    }
  }

  write(counter: Counter): void {
    for (const fields of this.#tenants.values()) {
      for (const { tenant, type, field, values } of fields.values()) {
        for (const [value, by] of values) if (by !== 0) counter(tenant, type, field, value, by);
      }
    }
  }

  /** @param of what the field is, which is quicker to look up than its name */
  #add(
    tenant: number,
    of: EntityType | Column,
    type: Pick<EntityType, 'name'>,
    field: string,
    value: Cell,
    by: number,
  ): void {
    let fields = this.#tenants.get(tenant);
    if (!fields) {
      fields = new Map();
      this.#tenants.set(tenant, fields);
    }
    let found = fields.get(of);
    if (!found) {
      found = { tenant, type: type.name, field, values: new Map() };
      fields.set(of, found);
    }
    found.values.set(value, (found.values.get(value) ?? 0) + by);
  }
}

export type Counter = (tenant: number, type: string, field: string, value: Cell, by: number) => void;

/** A value that no object has any more leaves the dictionary. */
export function createCounter(database: DatabaseSync): Counter {
  const add = command(
    database,
    `
    insert into counter (tenant, type, field, value, count) values (?, ?, ?, ?, ?)
    on conflict (tenant, type, field, value) do update set count = count + excluded.count`,
  );
  const drop = command(
    database,
    'delete from counter where tenant = ? and type = ? and field = ? and value = ? and count = 0',
  );
  return (tenant, type, field, value, by) => {
    add.run(tenant, type, field, value, by);
    if (by < 0) drop.run(tenant, type, field, value);
  };
}
