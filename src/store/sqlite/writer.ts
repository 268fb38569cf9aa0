import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ENTITY_TYPES, entityType } from '../../model/directory.ts';
import type { EntityType, LinkName } from '../../model/shape.ts';
import type { Change, Laid, LinkChange, Outcome, WriteRequest } from '../contract.ts';
import { partsOf, valuesOf } from '../layout.ts';
import { linkKey, quoted, tableOf } from './schema.ts';

/**
 * The writer of a database; at any time one is at work, on its thread or beside the reader. Requests
 * that came together share one transaction and so one fsync; one that fails takes nothing else with it:
 * one of several changes has a savepoint.
 */
export type Writer = { readonly apply: (requests: readonly WriteRequest[]) => readonly Outcome[] };

/** A change that can't be made: ends its request, not the others of the transaction. */
class Failed extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('the change failed');
    this.outcome = outcome;
  }
}

const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** One request under way, and the last number that it took. */
type Work = { readonly request: WriteRequest; readonly tenant: number; number: number };

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>;

/** A journal row, as far as the change itself says it. */
type Entry = {
  readonly kind: Change['kind'];
  readonly type: string;
  readonly object: string;
  readonly relation?: string;
  readonly target?: string;
  readonly before?: string;
  readonly after?: string;
};

export function createWriter(database: DatabaseSync): Writer {
  const sql = statementsOf(database);

  function apply(requests: readonly WriteRequest[]): readonly Outcome[] {
    try {
      database.exec('begin immediate');
      const numbers = new Map<number, number>();
      const outcomes = requests.map((request) => applyOne(request, numbers));
      for (const [tenant, number] of numbers) sql.setNumber.run(number, tenant);
      database.exec('commit');
      return outcomes;
    } catch (problem) {
      if (database.isTransaction) database.exec('rollback');
      return requests.map(() => unavailable(problem));
    }
  }

  /** Numbers that a failed request took are given to the next one: the sequence has no holes. */
  function applyOne(request: WriteRequest, numbers: Map<number, number>): Outcome {
    const tenant = request.tenant.key;
    const last = numbers.get(tenant) ?? sql.getNumber.get(tenant)?.['last_number'];
    if (last === undefined) return missing(request.tenant.id);
    const work: Work = { request, tenant, number: Number(last) };
    // A change looks before it writes, so one alone has nothing to take back when it can't be made.
    const [only, ...others] = request.changes;
    const several = others.length > 0;
    if (several) sql.savepoint.run();
    try {
      if (only) applyChange(work, only);
      for (const change of others) applyChange(work, change);
      if (several) sql.release.run();
      numbers.set(tenant, work.number);
      return { done: true };
    } catch (problem) {
      // A full disk or a broken one takes the whole transaction with it; nothing else may.
      if (!database.isTransaction || !(several || problem instanceof Failed)) throw problem;
      if (several) {
        sql.rollbackTo.run();
        sql.release.run();
      }
      return problem instanceof Failed ? problem.outcome : unavailable(problem);
    }
  }

  function applyChange(work: Work, change: Change): void {
    switch (change.kind) {
      case 'insert':
        applyInsert(work, change);
        break;
      case 'update':
        applyUpdate(work, change);
        break;
      case 'delete':
        applyDelete(work, change);
        break;
      case 'link':
      case 'unlink':
        applyLink(work, change);
        break;
      case 'credential':
        applyCredential(work, change);
        break;
    }
  }

  function applyInsert(work: Work, { kind, type, id, row, after }: Of<'insert'>): void {
    const number = work.number + 1;
    guarded(type, () =>
      sql.of(type).insert.run(work.tenant, id, number, number, ...row.indexed, row.json, row.beta, row.rest),
    );
    journal(work, { kind, type, object: id, after });
  }

  function applyUpdate(work: Work, { kind, type, id, row, since, before, after }: Of<'update'>): void {
    const { changes } = guarded(type, () =>
      sql.of(type).update.run(work.number + 1, ...row.indexed, row.json, row.beta, row.rest, work.tenant, id, since),
    );
    if (changes === 0) {
      throw new Failed(exists(work.tenant, type, id) ? { done: false, because: 'changed' } : missing(id));
    }
    journal(work, { kind, type, object: id, before, after });
  }

  function applyDelete(work: Work, { kind, type, id }: Of<'delete'>): void {
    const { tenant } = work;
    const found = sql.of(type).texts.get(tenant, id) as Pick<Laid, 'json' | 'beta' | 'rest'> | undefined;
    if (!found) throw new Failed(missing(id));
    const before = JSON.stringify(valuesOf(entityType(type), found));
    for (const link of linksOf(type)) {
      const key = linkKey(link);
      const rows = link.type === type ? sql.linksFrom.all(tenant, key, id) : [];
      const back = link.accepts.includes(type) ? sql.linksTo.all(tenant, key, id) : [];
      for (const { source, target } of [...rows, ...back] as { source: string; target: string }[]) {
        // A link from an object to itself stands in both lists.
        if (sql.unlink.run(tenant, key, source, target).changes === 0) continue;
        journal(work, { kind: 'unlink', type: link.type, object: source, relation: link.relation, target });
      }
    }
    sql.of(type).remove.run(tenant, id);
    sql.removeCredentials.run(tenant, id);
    journal(work, { kind, type, object: id, before });
  }

  function applyLink(work: Work, { kind, link, source, target, targetType }: LinkChange): void {
    const { tenant } = work;
    const key = linkKey(link);
    if (!exists(tenant, link.type, source)) throw new Failed(missing(source));
    if (kind === 'unlink') {
      const { changes } = sql.unlink.run(tenant, key, source, target);
      if (changes === 0) throw new Failed({ done: false, because: 'notLinked' });
    } else {
      if (!exists(tenant, targetType, target)) throw new Failed(missing(target));
      addLink(tenant, key, source, target, targetType, work.number + 1);
    }
    journal(work, { kind, type: link.type, object: source, relation: link.relation, target });
  }

  function addLink(
    tenant: number,
    key: string,
    source: string,
    target: string,
    targetType: string,
    number: number,
  ): void {
    try {
      sql.link.run(tenant, key, source, target, targetType, number);
    } catch (problem) {
      if (isUniqueFailure(problem)) throw new Failed({ done: false, because: 'linked' });
      throw problem;
    }
  }

  function applyCredential(work: Work, { kind, owner, credential, alone }: Of<'credential'>): void {
    if (alone) sql.removeCredentialsOfKind.run(work.tenant, owner, credential.kind);
    const { changes } = sql.addCredential.run(work.tenant, owner, credential.kind, credential.hash);
    if (changes > 0) journal(work, { kind, type: kind, object: owner });
  }

  function exists(tenant: number, type: string, id: string): boolean {
    return sql.of(type).exists.get(tenant, id) !== undefined;
  }

  /** Writes the change's row, under the next number. */
  function journal(work: Work, entry: Entry): void {
    const { at, principal, app } = work.request;
    const { kind, type, object, relation = null, target = null, before = null, after = null } = entry;
    work.number++;
    sql.journal.run(work.tenant, work.number, at, principal, app, kind, type, object, relation, target, before, after);
  }

  return { apply };
}

function unavailable(problem: unknown): Outcome {
  return { done: false, because: 'unavailable', cause: String(problem) };
}

function missing(id: string): Outcome {
  return { done: false, because: 'missing', id };
}

/** Runs a statement on an object's table, and names the property whose value is taken. */
function guarded<T>(type: string, run: () => T): T {
  try {
    return run();
  } catch (problem) {
    if (!isUniqueFailure(problem)) throw problem;
    const column = /\.(\w+)$/.exec((problem as Error).message)?.[1] ?? '';
    const property = partsOf(entityType(type)).indexed.find((row) => row.name === column)?.name ?? 'id';
    throw new Failed({ done: false, because: 'duplicate', property });
  }
}

function isUniqueFailure(problem: unknown): boolean {
  const code = (problem as { errcode?: unknown }).errcode;
  return code === SQLITE_CONSTRAINT_UNIQUE || code === SQLITE_CONSTRAINT_PRIMARYKEY;
}

type LinkRow = LinkName & { readonly accepts: readonly string[] };

/** The relations that objects of the type may be an end of. */
function linksOf(type: string): readonly LinkRow[] {
  return ENTITY_TYPES.flatMap((owner) =>
    owner.relations
      .filter(
        (row) =>
          row.inverseOf === undefined &&
          row.through === undefined &&
          (owner.name === type || row.accepts.includes(type)),
      )
      .map((row) => ({ type: owner.name, relation: row.name, accepts: row.accepts })),
  );
}

type TypeStatements = Readonly<Record<'insert' | 'update' | 'remove' | 'exists' | 'texts', StatementSync>>;

function statementsOf(database: DatabaseSync) {
  const byType = new Map<string, TypeStatements>();
  const of = (name: string): TypeStatements => {
    let found = byType.get(name);
    if (!found) {
      found = typeStatements(database, entityType(name));
      byType.set(name, found);
    }
    return found;
  };
  const linkEnds = 'select source, target from link where tenant = ? and relation = ?';
  return {
    of,
    savepoint: database.prepare('savepoint request'),
    release: database.prepare('release request'),
    rollbackTo: database.prepare('rollback to request'),
    getNumber: database.prepare('select last_number from tenant where key = ?'),
    setNumber: database.prepare('update tenant set last_number = ? where key = ?'),
    link: database.prepare(
      'insert into link (tenant, relation, source, target, target_type, number) values (?, ?, ?, ?, ?, ?)',
    ),
    unlink: database.prepare('delete from link where tenant = ? and relation = ? and source = ? and target = ?'),
    linksFrom: database.prepare(`${linkEnds} and source = ?`),
    linksTo: database.prepare(`${linkEnds} and target = ?`),
    addCredential: database.prepare(
      'insert into credential (tenant, owner, kind, hash) values (?, ?, ?, ?) on conflict do nothing',
    ),
    removeCredentials: database.prepare('delete from credential where tenant = ? and owner = ?'),
    removeCredentialsOfKind: database.prepare('delete from credential where tenant = ? and owner = ? and kind = ?'),
    journal: database.prepare(
      'insert into journal (tenant, number, at, principal, app, operation, type, object, relation, target, before, after) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
  };
}

function typeStatements(database: DatabaseSync, type: EntityType): TypeStatements {
  const columns = partsOf(type).indexed.map((property) => quoted(property.name));
  const all = ['tenant', 'id', 'created', 'changed', ...columns, 'json', 'beta', 'rest'];
  const set = ['changed', ...columns, 'json', 'beta', 'rest'].map((column) => `${column} = ?`);
  const here = 'where tenant = ? and id = ?';
  const table = tableOf(type);
  return {
    insert: database.prepare(`insert into ${table} (${all.join(', ')}) values (${all.map(() => '?').join(', ')})`),
    update: database.prepare(`update ${table} set ${set.join(', ')} ${here} and changed = ?`),
    remove: database.prepare(`delete from ${table} ${here}`),
    exists: database.prepare(`select 1 from ${table} ${here}`),
    texts: database.prepare(`select json, beta, rest from ${table} ${here}`),
  };
}
