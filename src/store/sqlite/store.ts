import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Bounded } from '../../lib/bounded.ts';
import { fold } from '../../lib/text.ts';
import type { CloudName } from '../../model/clouds.ts';
import { ENTITY } from '../../model/directory.ts';
import type { Definition } from '../../model/extension.ts';
import { LIMITS } from '../../model/limits.ts';
import type { EntityType } from '../../model/shape.ts';
import type {
  Condition,
  Credential,
  JournalRow,
  Key,
  Outcome,
  PagePlan,
  Store,
  Stored,
  Tenant,
  TooCostly,
  View,
  WriteRequest,
} from '../contract.ts';
import { NO_DEFINITIONS, type TenantTypes, typesWith } from '../definitions.ts';
import { valuesOf } from '../layout.ts';
import type { Scout } from './choose.ts';
import {
  continuesStatement,
  countStatement,
  loadSql,
  pageStatement,
  plainName,
  plainValues,
  readSql,
  typeOfSql,
  walkedStatement,
} from './compile.ts';
import { defines, definitionReader } from './definitions.ts';
import { addFunctions } from './functions.ts';
import { keptCount, valuesStatement } from './kept.ts';
import { AT_MOST, command, FIRST_TENANT_KEY, placeOf, placesEnd } from './names.ts';
import { bound, type Sql, type Statement } from './predicate.ts';

const LAST_NUMBER = 'select last_number from tenant where key = ?';
const EMPTY_PAGE = new Uint8Array(0);

/**
 * The store's questions, as statements on a database that is open; what is to be written goes to `write`. Statements are prepared once and
 * kept by their names.
 */
export function createStore(database: DatabaseSync, write: Store['write']): Omit<Store, 'close'> {
  addFunctions(database);
  const prepared = new Bounded<string, StatementSync>(LIMITS.preparedStatements);
  const counts = new Bounded<string, { readonly last: number; readonly count: number }>(LIMITS.countsKept);
  const statement = (name: string, sql: () => string): StatementSync => {
    const known = prepared.get(name);
    if (known) return known;
    const made = database.prepare(sql());
    made.setReturnArrays(true);
    prepared.set(name, made);
    return made;
  };
  const readDefinitions = definitionReader(database);
  const defined = new Map<number, readonly Definition[]>();
  const definitionsOf = ({ key }: Tenant): readonly Definition[] => {
    const known = defined.get(key);
    if (known) return known;
    const found = readDefinitions(key);
    const kept = found.length === 0 ? NO_DEFINITIONS : found;
    defined.set(key, kept);
    return kept;
  };
  const typesOf = (tenant: Tenant): TenantTypes => typesWith(definitionsOf(tenant));
  const rowOf = <T extends unknown[]>(found: unknown): T | undefined => found as T | undefined;
  const rowsOf = <T extends unknown[]>(found: unknown): T[] => found as T[];

  const tenantColumns = 'key, id, display_name, default_domain, cloud';
  type TenantRow = [number, string, string, string, CloudName];
  const toTenant = ([key, id, displayName, defaultDomain, cloud]: TenantRow): Tenant =>
    Object.freeze({ key, id, displayName, defaultDomain, cloud });

  return {
    tenants: () => {
      const found = statement('tenants', () => `select ${tenantColumns} from tenant order by key desc`).all();
      return rowsOf<TenantRow>(found).map(toTenant);
    },

    addTenant: ({ id, displayName, defaultDomain, cloud = 'global' }) => {
      const add = statement(
        'addTenant',
        () =>
          `insert into tenant (key, id, display_name, default_domain, cloud)
          values (coalesce((select min(key) from tenant), ${FIRST_TENANT_KEY + 1}) - 1, ?, ?, ?, ?) returning ${tenantColumns}`,
      );
      return toTenant(rowOf<TenantRow>(add.get(id, displayName, defaultDomain, cloud)) as never);
    },

    definitions: definitionsOf,

    read: (tenant, type, by, view) => {
      const types = typesOf(tenant);
      const text = () => readSql(types.named(type), by.property, view, types);
      const isPlain = view.linked === undefined && view.expand === undefined;
      const name = isPlain ? `read:${ownKey(types, view)}${type}:${by.property}:${viewKey(view)}` : text();
      const found = statement(name, text).get(tenant.key, keyText(types.named(type), by));
      return rowOf<[string]>(found)?.[0];
    },

    load: (tenant, type, by) => loadRows(tenant, type, by),

    typeOf: (tenant, id) => {
      const found = statement('typeOf', typeOfSql).get(tenant.key, fold(id));
      return rowOf<[string]>(found)?.[0];
    },

    page: (tenant, plan) => {
      const scout = scoutOf(tenant);
      const find = pageFinder(tenant, plan, scout);
      if ('tooCostly' in find) return find;
      const row = rowOf<[Uint8Array | null, number, string | number | null, (number | null)?]>(find());
      const [items, count, last, beyond] = row ?? [null, 0, null];
      if (items !== null && last !== null && count === plan.limit) {
        const rest = { ...plan, after: String(last) };
        const goesOn = beyond === undefined ? continues(tenant, rest, scout) : beyond !== null;
        if (goesOn) return { items, count, last: rest.after };
      }
      return { items: items ?? EMPTY_PAGE, count, last: walkedFrom(plan, scout) };
    },

    count: (tenant, search) => {
      const found = countStatement(search, tenant.key, scoutOf(tenant));
      return 'tooCostly' in found ? found : countedBefore(tenant, found);
    },

    explain: (tenant, plan) => {
      const found = pageStatement(plan, tenant.key, scoutOf(tenant));
      if ('tooCostly' in found) return found;
      const { text, values, index, rows } = found;
      const steps = database.prepare(`explain query plan ${text}`).all(...bindings(values));
      return { sql: text, values, index, steps: steps.map((step) => String(step['detail'])), rows };
    },

    write: (request) => (defines(request.changes) ? redefine(request) : write(request)),

    journal: (tenant, after, most) => {
      const names = 'place - ? as number, at, principal, app, operation, type, object, relation, target, before, after';
      const sql = `select ${names} from journal where place > ? and place < ? order by place ${AT_MOST}`;
      const start = placeOf(tenant.key, 0);
      return database.prepare(sql).all(start, start + after, placesEnd(tenant.key), most) as unknown as JournalRow[];
    },

    credentials: (tenant, owner) => {
      const sql = 'select kind, hash, key, ends from credential where tenant = ? and owner = ?';
      const found = database.prepare(sql).all(tenant.key, owner) as unknown as KeptCredential[];
      return found.map(({ kind, hash, key, ends }) => ({
        kind,
        hash,
        ...(key === null ? {} : { key }),
        ...(ends === null ? {} : { ends }),
      }));
    },

    ticket: (tenant, { use, hash }) => {
      const sql = 'select family, expires, text, taken from ticket where tenant = ? and use = ? and hash = ?';
      const found = statement('ticket', () => sql).get(tenant.key, use, hash);
      const row = rowOf<[string, string, string, number]>(found);
      return row && { use, hash, family: row[0], expires: row[1], text: row[2], taken: row[3] === 1 };
    },

    familyLives: (tenant, family, at) => {
      const sql = 'select 1 from ticket where tenant = ? and family = ? and expires > ? and taken = 0 limit 1';
      return statement('familyLives', () => sql).get(tenant.key, family, at) !== undefined;
    },

    value: (name) => {
      const found = statement('value', () => 'select text from value where name = ?').get(name);
      return rowOf<[string]>(found)?.[0];
    },

    setValue: (name, text) => {
      const sql = 'insert into value (name, text) values (?, ?) on conflict (name) do update set text = excluded.text';
      command(database, sql).run(name, text);
    },
  };

  async function redefine(request: WriteRequest): Promise<Outcome> {
    const outcome = await write(request);
    if (outcome.done) defined.delete(request.tenant.key);
    return outcome;
  }

  function loadRows(tenant: Tenant, typeName: string, by: Key): readonly Stored[] {
    const type = typesOf(tenant).named(typeName);
    const found = statement(`load:${typeName}:${by.property}`, () => loadSql(type, by.property)).all(
      tenant.key,
      keyText(type, by),
      LIMITS.rowsAtOnce,
    );
    return rowsOf<[string, number, string, string | null, string | null, string | null]>(found).map(
      ([id, changed, json, beta, rest, custom]) => ({
        id,
        changed,
        values: valuesOf(type, { json, beta, rest, custom }),
      }),
    );
  }

  /** A count again while nothing has changed in the tenant: what its last number says. */
  function countedBefore({ key }: Tenant, found: Statement): number {
    const [last = 0] = rowOf<[number]>(statement('last', () => LAST_NUMBER).get(key)) ?? [];
    const name = `${key}\n${found.text}\n${JSON.stringify(found.values)}`;
    const known = counts.get(name);
    if (known?.last === last) return known.count;
    const count = first<[number]>(found)?.[0] ?? 0;
    counts.set(name, { last, count });
    return count;
  }

  function nameOf(tenant: Tenant, plan: PagePlan): string | undefined {
    const name = plainName(plan);
    return name === undefined ? undefined : ownKey(typesOf(tenant), plan.view) + name;
  }

  /** The statement for a page, with its values. */
  function pageFinder(tenant: Tenant, plan: PagePlan, scout: Scout): (() => unknown) | TooCostly {
    const name = nameOf(tenant, plan);
    const known = name === undefined ? undefined : prepared.get(`page:${name}`);
    if (known) return () => known.get(...bindings(plainValues(plan, tenant.key)));
    const found = pageStatement(plan, tenant.key, scout);
    if ('tooCostly' in found) return found;
    const made = statement(name === undefined ? found.text : `page:${name}`, () => found.text);
    return () => made.get(...bindings(found.values));
  }

  /** Whether anything comes after the plan's `after`. */
  function continues(tenant: Tenant, plan: PagePlan, scout: Scout): boolean {
    const name = nameOf(tenant, plan);
    const known = name === undefined ? undefined : prepared.get(`more:${name}`);
    if (known) return known.get(...bindings(plainValues({ ...plan, limit: 1 }, tenant.key))) !== undefined;
    const found = continuesStatement(plan, tenant.key, scout);
    // Writing goes on meanwhile: what has just become too costly is refused when the next page is asked for.
    if ('tooCostly' in found) return true;
    const { text, values } = found;
    return statement(name === undefined ? text : `more:${name}`, () => text).get(...bindings(values)) !== undefined;
  }

  /** Where a page ends that has looked at enough; what has a plain name is never walked. */
  function walkedFrom(plan: PagePlan, scout: Scout): string | undefined {
    const walked = plainName(plan) === undefined ? walkedStatement(plan, scout) : undefined;
    const [last] = (walked && first<[number | string | null]>(walked)) ?? [null];
    return last === null ? undefined : String(last);
  }

  function scoutOf(tenant: Tenant): Scout {
    const { key } = tenant;
    const kept = remembered((condition: Condition, type: EntityType) => {
      const found = keptCount(type, condition, key);
      return found && first<[number]>(found)?.[0];
    });
    const scout: Scout = {
      tenant: key,
      types: typesOf(tenant),
      rows: ({ text, values }, most) =>
        first<[number]>({ text: `select count(*) from (${text} ${AT_MOST})`, values: [...values, most] })?.[0] ?? 0,
      kept: (type, condition) => kept(condition, type),
      places: ({ text, values }) =>
        rowsOf<[number | null]>(statement(text, () => text).all(...bindings(values))).flatMap(([place]) => place ?? []),
      total: remembered((type: EntityType) => {
        const all = { from: { kind: 'set', types: [type.name] }, where: undefined, view: ANY_VIEW } as const;
        const found = countStatement(all, key, scout);
        return 'tooCostly' in found ? Number.POSITIVE_INFINITY : (first<[number]>(found)?.[0] ?? 0);
      }),
      dictionary: (type) => (condition) => {
        const found = valuesStatement(type, condition, key);
        if (!found) return undefined;
        const values = [...found.values, LIMITS.valuesExpanded + 1];
        const rows = statement(found.text, () => found.text).all(...bindings(values));
        const all = rowsOf<[Uint8Array | number]>(rows).map(([value]) =>
          typeof value === 'number' ? value : Buffer.from(value).toString(),
        );
        return all.length > LIMITS.valuesExpanded ? undefined : all;
      },
    };
    return scout;
  }

  function first<T extends unknown[]>({ text, values }: Sql | Statement): T | undefined {
    return rowOf<T>(statement(text, () => text).get(...bindings(values)));
  }
}

/** A statement that shows properties by their names is the tenant's own where it has added some. */
function ownKey(types: TenantTypes, { select }: View): string {
  return select === null ? '' : types.key;
}
type KeptCredential = Pick<Credential, 'kind' | 'hash'> & { readonly key: string | null; readonly ends: string | null };

function viewKey(view: View): string {
  if (view.select === null && view.hidden.length === 0) return view.typed ? `${view.version}:typed` : view.version;
  return [view.version, view.typed, view.hidden.join(), view.select?.join() ?? '*'].join(':');
}

/** What is asked several times for one request is looked up once. */
function remembered<K extends object, V, R extends unknown[]>(
  make: (key: K, ...rest: R) => V,
): (key: K, ...rest: R) => V {
  const known = new Map<K, V>();
  return (key, ...rest) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as V;
    const made = make(key, ...rest);
    known.set(key, made);
    return made;
  };
}

/** Ids that aren't GUIDs are told apart by case, too. */
function keyText(type: EntityType, { property, value }: Key): string {
  return type.ids === 'opaque' && property === ENTITY.key ? value : fold(value);
}

/** Counting shows nothing. */
const ANY_VIEW: View = { version: 'v1.0', select: null, typed: false, hidden: [] };

function bindings(values: Sql['values']): (string | number | null)[] {
  return values.map(bound);
}
