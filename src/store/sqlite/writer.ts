import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ENTITY_TYPES, entityType } from '../../model/directory.ts';
import type { EntityType, LinkName } from '../../model/shape.ts';
import { partsOf } from '../columns.ts';
import type { Change, JournalRow, LinkChange, Outcome, Tenant, TicketChange, WriteRequest } from '../contract.ts';
import { typesWith } from '../definitions.ts';
import { journaled, lay, type Texts, valuesOf } from '../layout.ts';
import { Counts, createCounter } from './counts.ts';
import { createDefiner, definitionReader } from './definitions.ts';
import { createInserter, type Inserter } from './insert.ts';
import { command, linkKey, placeOf, quoted, tableOf, tenantTerms, termsTableOf } from './names.ts';
import type { Columns, Taken } from './taken.ts';
import { createTicketWriter } from './tickets.ts';

/**
 * The writer of a database; at any time one is at work, on its thread or beside the reader. Requests
 * that came together share one transaction and so one fsync; one that fails takes nothing else with it.
 */
export type Writer = {
  /** @param more asked when all is written: those who came meanwhile and share the commit; nobody: the disk is waited for */
  readonly apply: (requests: readonly Writing[], more?: () => readonly Writing[]) => readonly Outcome[];
};

/** A request, as far as it matters here. */
export type Writing = Omit<WriteRequest, 'tenant'> & { readonly tenant: Pick<Tenant, 'key' | 'id'> };

/** A change that can't be made: ends its request, not the others of the transaction. */
class Failed extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('the change failed');
    this.outcome = outcome;
  }
}

/** A change couldn't be made after something was written, and no savepoint knows what to take back. */
class HalfDone extends Error {}

const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** One request under way, and the last number that it took. */
type Work = { readonly request: Writing; readonly tenant: number; readonly counts: Counts; number: number };

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>;

/** A journal row, as far as the change itself says it. */
type Entry = {
  readonly kind: JournalRow['operation'];
  readonly type: string;
  readonly object: string;
  readonly relation?: string;
  readonly target?: string;
  readonly before?: string;
  readonly after?: string;
};

/** @param taken what stands for unique indexes while they are gone */
export function createWriter(database: DatabaseSync, taken?: Taken): Writer {
  const sql = statementsOf(database);

  /**
   * Savepoints only where a request turned out to need one: at each, SQLite's full-text index writes out the words that it has
   * gathered, which costs a load a tenth of its time.
   */
  function apply(first: readonly Writing[], more = (): readonly Writing[] => []): readonly Outcome[] {
    const requests = [...first];
    const further = () => requests.push(...more());
    return transact(requests, false, further) ?? transact(requests, true, further) ?? [];
  }

  /**
   * Nothing is done, and nothing returned, where a savepoint is needed and there are none.
   * @param further adds to the requests; how many there are then
   */
  function transact(
    requests: readonly Writing[],
    savepoints: boolean,
    further: () => number,
  ): readonly Outcome[] | undefined {
    try {
      sql.begin.run();
      const numbers = new Map<number, number>();
      const counts = new Counts();
      const outcomes: Outcome[] = [];
      do {
        const waiting = requests.slice(outcomes.length);
        for (const request of waiting) outcomes.push(applyOne(request, numbers, counts, savepoints));
      } while (further() > outcomes.length);
      for (const [tenant, number] of numbers) sql.setNumber.run(number, tenant);
      counts.write(sql.counter);
      sql.commit.run();
      taken?.keep();
      return outcomes;
    } catch (problem) {
      if (database.isTransaction) database.exec('rollback');
      taken?.undoTo(0);
      return problem instanceof HalfDone ? undefined : requests.map(() => unavailable(problem));
    }
  }

  /** Numbers that a failed request took are given to the next one: the sequence has no holes. */
  function applyOne(request: Writing, numbers: Map<number, number>, counts: Counts, savepoints: boolean): Outcome {
    const tenant = request.tenant.key;
    const last = numbers.get(tenant) ?? sql.getNumber.get(tenant)?.['last_number'];
    if (last === undefined) return missing(request.tenant.id);
    const work: Work = { request, tenant, counts: savepoints ? new Counts() : counts, number: Number(last) };
    const mark = taken?.steps ?? 0;
    let made = 0;
    if (savepoints) sql.savepoint.run();
    try {
      for (const change of request.changes) {
        applyChange(work, change);
        made++;
      }
      if (savepoints) sql.release.run();
      numbers.set(tenant, work.number);
      if (savepoints) counts.merge(work.counts);
      return { done: true };
    } catch (problem) {
      // A full disk or a broken one takes the whole transaction with it; nothing else may.
      if (!database.isTransaction) throw problem;
      taken?.undoTo(mark);
      if (savepoints) {
        sql.rollbackTo.run();
        sql.release.run();
      } else if (made > 0 || !(problem instanceof Failed)) throw new HalfDone();
      // A change looks before it writes: the first one has nothing to take back when it can't be made.
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
      case 'revoke':
        applyRevocation(work, change);
        break;
      case 'define':
      case 'undefine':
        sql.define(work.tenant, change);
        break;
      default:
        applyTicket(work, change);
    }
  }

  function applyInsert(work: Work, { kind, type, id, row, after }: Of<'insert'>): void {
    const { tenant } = work;
    const number = work.number + 1;
    claim(tenant, type, undefined, row.columns);
    guarded(type, () => sql.of(type).insert(placeOf(tenant, number), tenant, id, number, row));
    work.counts.object(tenant, entityType(type), row.columns, 1);
    journal(work, { kind, type, object: id, after });
  }

  function applyUpdate(work: Work, { kind, type, id, row, was, since, before, after }: Of<'update'>): void {
    const { tenant } = work;
    const { update, dropTerms, addTerms } = sql.of(type);
    claim(tenant, type, was.columns, row.columns);
    const { changes } = guarded(type, () =>
      update.run(work.number + 1, ...row.columns, row.json, row.beta, row.rest, row.custom, tenant, id, since),
    );
    if (Number(changes) === 0) {
      throw new Failed(placeOfObject(tenant, type, id) ? { done: false, because: 'changed' } : missing(id));
    }
    if (row.terms !== was.terms) {
      const place = placeOfObject(tenant, type, id) ?? 0;
      dropTerms.run(place);
      addTerms.run(place, tenantTerms(tenant, row.terms));
      work.counts.values(tenant, entityType(type), was.columns, -1);
      work.counts.values(tenant, entityType(type), row.columns, 1);
    }
    journal(work, { kind, type, object: id, before, after });
  }

  function applyDelete(work: Work, { kind, type, id }: Of<'delete'>): void {
    const { tenant } = work;
    const { texts, remove, dropTerms } = sql.of(type);
    const found = texts.get(tenant, id) as (Texts & { place: number }) | undefined;
    if (!found) throw new Failed(missing(id));
    const own = typeFor(tenant, type, found);
    const values = valuesOf(own, found);
    for (const link of linksOf(type)) dropLinks(work, link, type, { place: found.place, id });
    remove.run(tenant, id);
    dropTerms.run(found.place);
    const { columns } = lay(entityType(type), values);
    claim(tenant, type, columns, undefined);
    work.counts.object(tenant, entityType(type), columns, -1);
    sql.removeCredentials.run(tenant, id);
    journal(work, { kind, type, object: id, before: journaled(own, values) });
  }

  /** Ends what the object is linked to by a relation, from either side. */
  function dropLinks(work: Work, link: LinkRow, type: string, { place, id }: { place: number; id: string }): void {
    const { tenant } = work;
    const key = linkKey(link);
    const ended = (source: string, target: string) =>
      journal(work, { kind: 'unlink', type: link.type, object: source, relation: link.relation, target });
    if (link.type === type) {
      for (const row of sql.linksFrom.all(tenant, key, place) as { target: number; target_type: string }[]) {
        sql.unlink.run(tenant, key, place, row.target);
        ended(id, idAt(row.target_type, row.target));
      }
    }
    if (link.accepts.includes(type)) {
      for (const row of sql.linksTo.all(tenant, key, place) as { source: number }[]) {
        sql.unlink.run(tenant, key, row.source, place);
        ended(idAt(link.type, row.source), id);
      }
    }
  }

  function applyLink(work: Work, { kind, link, source, target, targetType }: LinkChange): void {
    const { tenant } = work;
    const key = linkKey(link);
    const from = placeOfObject(tenant, link.type, source);
    if (from === undefined) throw new Failed(missing(source));
    const to = placeOfObject(tenant, targetType, target);
    if (kind === 'unlink') {
      const changes = to === undefined ? 0 : Number(sql.unlink.run(tenant, key, from, to).changes);
      if (changes === 0) throw new Failed({ done: false, because: 'notLinked' });
    } else {
      if (to === undefined) throw new Failed(missing(target));
      addLink(tenant, link, from, to, targetType);
    }
    journal(work, { kind, type: link.type, object: source, relation: link.relation, target });
  }

  function addLink(tenant: number, link: LinkName, source: number, target: number, targetType: string): void {
    try {
      sql.link.run(tenant, linkKey(link), source, target, targetType, Number(link.type === targetType));
    } catch (problem) {
      if (isUniqueFailure(problem)) throw new Failed({ done: false, because: 'linked' });
      throw problem;
    }
  }

  function applyCredential(work: Work, { kind, owner, credential, alone }: Of<'credential'>): void {
    if (alone) sql.removeCredentialsOfKind.run(work.tenant, owner, credential.kind);
    const { kind: its, hash, key = null, ends = null } = credential;
    const { changes } = sql.addCredential.run(work.tenant, owner, its, hash, key, ends);
    if (changes > 0) journal(work, { kind, type: kind, object: owner });
  }

  /** What the tenant has added is read only where an object has a value of it: nearly never. */
  function typeFor(tenant: number, type: string, { custom }: Texts): EntityType {
    return custom === null ? entityType(type) : typesWith(sql.definitions(tenant)).named(type);
  }

  function applyTicket(work: Work, change: TicketChange): void {
    const outcome = sql.ticket(work.tenant, work.request.at, change);
    if (!outcome.done) throw new Failed(outcome);
  }

  function applyRevocation(work: Work, { kind, owner, key }: Of<'revoke'>): void {
    const { changes } = sql.removeCredential.run(work.tenant, owner, key);
    if (changes > 0) journal(work, { kind, type: 'credential', object: owner });
  }

  /** An object's unique values change; one that is another object's ends the request, as the unique index does. */
  function claim(tenant: number, type: string, was: Columns | undefined, now: Columns | undefined): void {
    const property = taken?.change(tenant, entityType(type), was, now);
    if (property !== undefined) throw new Failed({ done: false, because: 'duplicate', property });
  }

  function placeOfObject(tenant: number, type: string, id: string): number | undefined {
    return sql.of(type).find.get(tenant, id)?.['place'] as number | undefined;
  }

  function idAt(type: string, place: number): string {
    return String(sql.of(type).idAt.get(place)?.['id']);
  }

  /** Writes the change's row, under the next number. */
  function journal(work: Work, entry: Entry): void {
    const { at, principal, app } = work.request;
    const { kind, type, object, relation = null, target = null, before = null, after = null } = entry;
    work.number++;
    const place = placeOf(work.tenant, work.number);
    sql.journal.run(place, at, principal, app, kind, type, object, relation, target, before, after);
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
    const property = partsOf(entityType(type)).columns.find((row) => row.name === column)?.name ?? 'id';
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
          row.contains === undefined &&
          (owner.name === type || row.accepts.includes(type)),
      )
      .map((row) => ({ type: owner.name, relation: row.name, accepts: row.accepts })),
  );
}

type TypeStatements = Readonly<
  Record<'update' | 'remove' | 'find' | 'idAt' | 'texts' | 'dropTerms' | 'addTerms', StatementSync>
> & { readonly insert: Inserter };

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
  return {
    of,
    counter: createCounter(database),
    define: createDefiner(database),
    definitions: definitionReader(database),
    ticket: createTicketWriter(database),
    begin: command(database, 'begin immediate'),
    commit: command(database, 'commit'),
    savepoint: command(database, 'savepoint request'),
    release: command(database, 'release request'),
    rollbackTo: command(database, 'rollback to request'),
    getNumber: database.prepare('select last_number from tenant where key = ?'),
    setNumber: command(database, 'update tenant set last_number = ? where key = ?'),
    link: command(
      database,
      'insert into link (tenant, relation, source, target, target_type, nested) values (?, ?, ?, ?, ?, ?)',
    ),
    unlink: command(database, 'delete from link where tenant = ? and relation = ? and source = ? and target = ?'),
    linksFrom: database.prepare(
      'select target, target_type from link where tenant = ? and relation = ? and source = ?',
    ),
    linksTo: database.prepare('select source from link where tenant = ? and relation = ? and target = ?'),
    addCredential: command(
      database,
      'insert into credential (tenant, owner, kind, hash, key, ends) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    ),
    removeCredential: command(database, 'delete from credential where tenant = ? and owner = ? and key = ?'),
    removeCredentials: command(database, 'delete from credential where tenant = ? and owner = ?'),
    removeCredentialsOfKind: command(database, 'delete from credential where tenant = ? and owner = ? and kind = ?'),
    journal: command(
      database,
      'insert into journal (place, at, principal, app, operation, type, object, relation, target, before, after) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
  };
}

function typeStatements(database: DatabaseSync, type: EntityType): TypeStatements {
  const columns = partsOf(type).columns.map((column) => quoted(column.name));
  const set = ['changed', ...columns, 'json', 'beta', 'rest', 'custom'].map((column) => `${column} = ?`);
  const here = 'where tenant = ? and id = ?';
  const table = tableOf(type);
  const terms = termsTableOf(type);
  return {
    insert: createInserter(database, type),
    update: command(database, `update ${table} set ${set.join(', ')} ${here} and changed = ?`),
    remove: command(database, `delete from ${table} ${here}`),
    find: database.prepare(`select place from ${table} ${here}`),
    idAt: database.prepare(`select id from ${table} where place = ?`),
    texts: database.prepare(`select place, json, beta, rest, custom from ${table} ${here}`),
    dropTerms: command(database, `delete from ${terms} where rowid = ?`),
    addTerms: command(database, `insert into ${terms} (rowid, terms) values (?, ?)`),
  };
}
