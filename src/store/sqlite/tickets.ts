import type { DatabaseSync } from 'node:sqlite';
import { LIMITS } from '../../model/limits.ts';
import type { Outcome, Ticket, TicketChange } from '../contract.ts';
import { AT_MOST, command } from './names.ts';

/** Sign-in's own records, as the writer keeps and takes them. */
export type TicketWriter = (tenant: number, at: string, change: TicketChange) => Outcome;

const DONE: Outcome = Object.freeze({ done: true });
const NAMED = 'where tenant = ? and use = ? and hash = ?';

export function createTicketWriter(database: DatabaseSync): TicketWriter {
  const keep = command(
    database,
    'insert into ticket (tenant, use, hash, family, expires, taken, text) values (?, ?, ?, ?, ?, 0, ?) on conflict do nothing',
  );
  const take = command(database, `update ticket set taken = 1, expires = min(expires, ?) ${NAMED} and taken = 0`);
  const find = database.prepare(`select 1 from ticket ${NAMED}`);
  const end = command(database, 'delete from ticket where tenant = ? and family = ?');
  const expired = database.prepare(
    `select tenant, use, hash from ticket where expires <= ? order by expires ${AT_MOST}`,
  );
  const forget = command(database, `delete from ticket ${NAMED}`);

  function forgetExpired(at: string): void {
    const found = expired.all(at, LIMITS.ticketsForgotten) as { tenant: number; use: string; hash: string }[];
    for (const { tenant, use, hash } of found) forget.run(tenant, use, hash);
  }

  function keepTicket(tenant: number, { use, hash, family, expires, text }: Ticket): Outcome {
    const { changes } = keep.run(tenant, use, hash, family, expires, text);
    return changes > 0 ? DONE : { done: false, because: 'duplicate', property: 'hash' };
  }

  return (tenant, at, change) => {
    switch (change.kind) {
      case 'keepTicket':
        forgetExpired(at);
        return keepTicket(tenant, change.ticket);
      case 'takeTicket': {
        const { use, hash } = change.ticket;
        if (take.run(change.until, tenant, use, hash).changes > 0) return DONE;
        if (find.get(tenant, use, hash)) return { done: false, because: 'taken' };
        return { done: false, because: 'missing', id: hash };
      }
      case 'endTickets':
        end.run(tenant, change.family);
        return DONE;
    }
  };
}
