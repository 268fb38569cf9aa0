import type { DatabaseSync } from 'node:sqlite';
import type { EntityType } from '../../model/shape.ts';
import { partsOf } from '../columns.ts';
import type { Laid } from '../contract.ts';
import { command, quoted, tableOf, tenantTerms, termsTableOf } from './names.ts';

/** Adds an object's row and the terms that lead to it. */
export type Inserter = (place: number, tenant: number, id: string, changed: number, row: Laid) => void;

export function createInserter(database: DatabaseSync, type: EntityType): Inserter {
  const columns = partsOf(type).columns.map((column) => quoted(column.name));
  const all = ['place', 'tenant', 'id', 'changed', ...columns, 'json', 'beta', 'rest', 'custom'];
  const insert = command(
    database,

    `insert into ${tableOf(type)} (${all.join(', ')}) values (${all.map(() => '?').join(', ')})`,
  );
  const insertTerms = command(database, `insert into ${termsTableOf(type)} (rowid, terms) values (?, ?)`);
  return (place, tenant, id, changed, row) => {
    insert.run(place, tenant, id, changed, ...row.columns, row.json, row.beta, row.rest, row.custom);
    insertTerms.run(place, tenantTerms(tenant, row.terms));
  };
}
