import type { DatabaseSync } from 'node:sqlite';
import { ENTITY_TYPES } from '../../model/directory.ts';
import type { EntityType } from '../../model/shape.ts';
import { type Column, columnsBy } from '../columns.ts';
import type { Laid } from '../contract.ts';
import { quoted, tableOf } from './names.ts';

/**
 * The values of unique columns, kept in memory while a file is being filled: they come in no order, so that in an index
 * each row would touch a page of its own. Made after the rows, the index costs a tenth of that.
 */
export class Taken {
  readonly #values = new Map<Column, Map<number, Set<Cell>>>();
  #steps: Step[] = [];

  /** Reads what the database has. */
  constructor(database: DatabaseSync) {
    for (const type of ENTITY_TYPES) {
      for (const { column } of columnsBy(type, 'unique')) {
        const name = quoted(column.name);
        const rows = database.prepare(
          `select tenant, ${name} as value from ${tableOf(type)} where ${name} is not null`,
        );
        for (const { tenant, value } of rows.iterate()) this.#add(this.#setOf(Number(tenant), column), value as Cell);
      }
    }
    this.keep();
  }

  /** How many steps can be undone. */
  get steps(): number {
    return this.#steps.length;
  }

  /** An object's columns change, from nothing or to nothing perhaps; the property whose new value is another object's, if one is. */
  change(tenant: number, type: EntityType, was: Columns | undefined, now: Columns | undefined): string | undefined {
    for (const { index, column } of columnsBy(type, 'unique')) {
      const before = was?.[index] ?? null;
      const after = now?.[index] ?? null;
      if (before === after) continue;
      const set = this.#setOf(tenant, column);
      if (after !== null && set.has(after)) return column.property.name;
      if (before !== null) this.#remove(set, before);
      if (after !== null) this.#add(set, after);
    }
    return undefined;
  }

  /** What was done so far stays. */
  keep(): void {
    this.#steps = [];
  }

  undoTo(steps: number): void {
    for (const { set, value, added } of this.#steps.splice(steps).reverse()) {
      if (added) this.#remove(set, value);
      else this.#add(set, value);
    }
    this.#steps.length = steps;
  }

  #add(set: Set<Cell>, value: Cell): void {
    set.add(value);
    this.#steps.push({ set, value, added: true });
  }

  #remove(set: Set<Cell>, value: Cell): void {
    set.delete(value);
    this.#steps.push({ set, value, added: false });
  }

  #setOf(tenant: number, column: Column): Set<Cell> {
    const tenants = this.#values.get(column) ?? new Map<number, Set<Cell>>();
    this.#values.set(column, tenants);
    const set = tenants.get(tenant) ?? new Set<Cell>();
    tenants.set(tenant, set);
    return set;
  }
}

export type Columns = Laid['columns'];

type Cell = string | number;
type Step = { readonly set: Set<Cell>; readonly value: Cell; readonly added: boolean };
