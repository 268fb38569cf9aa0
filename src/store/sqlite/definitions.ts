import type { DatabaseSync } from 'node:sqlite';
import { continues, type Definition } from '../../model/extension.ts';
import type { Change } from '../contract.ts';
import { command } from './names.ts';

/** What tenants have added to the model's types. */

const COLUMNS = 'number, name, types, form, shown';

export function definitionReader(database: DatabaseSync): (tenant: number) => readonly Definition[] {
  const all = database.prepare(`select ${COLUMNS} from definition where tenant = ? order by number`);
  return (tenant) => all.all(tenant).map(toDefinition);
}

function toDefinition(row: Readonly<Record<string, unknown>>): Definition {
  return Object.freeze({
    number: Number(row['number']),
    name: String(row['name']),
    types: JSON.parse(String(row['types'])) as readonly string[],
    form: JSON.parse(String(row['form'])) as Definition['form'],
    shown: row['shown'] === 1,
  });
}

export type Definer = (tenant: number, change: Extract<Change, { kind: 'define' | 'undefine' }>) => void;

export function createDefiner(database: DatabaseSync): Definer {
  const byName = database.prepare(
    `select ${COLUMNS} from definition where tenant = ? and name = ? order by number desc limit 1`,
  );
  const next = database.prepare('select coalesce(max(number), 0) + 1 as number from definition where tenant = ?');
  const put = command(
    database,
    `insert into definition (tenant, number, name, types, form, shown) values (?, ?, ?, ?, ?, 1)
     on conflict (tenant, number) do update set types = excluded.types, form = excluded.form, shown = 1`,
  );
  const hide = command(database, 'update definition set shown = 0 where tenant = ? and name = ?');
  return (tenant, change) => {
    if (change.kind === 'undefine') {
      hide.run(tenant, change.name);
      return;
    }
    const { name, types, form } = change.definition;
    const last = byName.get(tenant, name);
    const known = last && toDefinition(last);
    hide.run(tenant, name);
    const number = known && continues(known.form, form) ? known.number : Number(next.get(tenant)?.['number']);
    const all = known?.number === number ? [...new Set([...known.types, ...types])] : types;
    put.run(tenant, number, name, JSON.stringify(all), JSON.stringify(form));
  };
}

/** Whether a write changes what there is. */
export function defines(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => kind === 'define' || kind === 'undefine');
}
