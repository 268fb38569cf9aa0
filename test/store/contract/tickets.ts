import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Change, Outcome, Ticket, TicketName } from '../../../src/store/contract.ts';
import {
  AT,
  byId,
  DONE,
  deletion,
  journalOf,
  newDevice,
  otherSide,
  put,
  type Room,
  readJson,
  roomTest,
  type Shared,
  write,
} from './room.ts';

const LATER = '2026-11-21T13:00:00Z';
const MUCH_LATER = '2026-11-22T12:00:00Z';
const LONG_AGO = '2026-11-21T11:59:59Z';

function newTicket(given: Partial<Ticket> = {}): Ticket {
  return { use: 'code', hash: randomUUID(), family: randomUUID(), expires: LATER, text: '{"é":"👩"}', ...given };
}

function keep(...tickets: readonly Ticket[]): Change[] {
  return tickets.map((ticket) => ({ kind: 'keepTicket', ticket }));
}

function take({ use, hash }: TicketName, until = MUCH_LATER): Change {
  return { kind: 'takeTicket', ticket: { use, hash }, until };
}

function end({ family }: Ticket): Change {
  return { kind: 'endTickets', family };
}

function missing({ hash }: TicketName): Outcome {
  return { done: false, because: 'missing', id: hash };
}

const TAKEN: Outcome = { done: false, because: 'taken' };

async function isKept({ store, tenant }: Room, ticket: TicketName): Promise<boolean> {
  return (await store.ticket(tenant, ticket)) !== undefined;
}

/** Sign-in's own records: kept by hash, taken once, ended by families, forgotten once they have expired. */
export function ticketTests(shared: Shared): void {
  roomTest(shared, 'a ticket is found by its use and hash, as it was kept', async (room) => {
    const { store, tenant } = room;
    const ticket = newTicket();
    await put(room, ...keep(ticket));
    assert.deepEqual({ ...(await store.ticket(tenant, ticket)) }, { ...ticket, taken: false });
    assert.equal(await isKept(room, { use: 'refresh', hash: ticket.hash }), false);
    assert.equal(await isKept(room, { use: 'code', hash: ticket.hash.toUpperCase() }), false);
    assert.equal(await isKept(room, newTicket()), false);
  });

  roomTest(shared, 'a name is kept once; of another use, it is another ticket', async (room) => {
    const ticket = newTicket();
    await put(room, ...keep(ticket));
    const again = await write(room, ...keep({ ...ticket, text: 'another' }));
    assert.deepEqual(again, { done: false, because: 'duplicate', property: 'hash' });
    assert.equal((await room.store.ticket(room.tenant, ticket))?.text, ticket.text);
    await put(room, ...keep({ ...ticket, use: 'refresh' }));
  });

  roomTest(shared, 'a ticket is taken once; a second taking is told apart from one that never was', async (room) => {
    const [ticket, never] = [newTicket(), newTicket()];
    await put(room, ...keep(ticket));
    assert.deepEqual(await write(room, take(never)), missing(never));
    assert.deepEqual(await write(room, take(ticket)), DONE);
    assert.deepEqual(await write(room, take(ticket)), TAKEN);
    assert.equal((await room.store.ticket(room.tenant, ticket))?.taken, true);
  });

  roomTest(shared, 'of a hundred takings at once just one succeeds', async (room) => {
    const tickets = [newTicket(), newTicket(), newTicket()];
    await put(room, ...keep(...tickets));
    const takings = Array.from({ length: 100 }, () => tickets).flat();
    const outcomes = await Promise.all(
      takings.flatMap((ticket) => [write(room, take(ticket)), write(room, newDevice().change)]),
    );
    const ofTickets = outcomes.filter((_, at) => at % 2 === 0);
    assert.equal(ofTickets.filter((outcome) => outcome.done).length, tickets.length);
    for (const outcome of ofTickets.filter(({ done }) => !done)) assert.deepEqual(outcome, TAKEN);
  });

  roomTest(shared, 'one is taken and the next kept together, or neither', async (room) => {
    const [old, next, other] = [newTicket(), newTicket(), newTicket()];
    await put(room, ...keep(old));
    await put(room, take(old), ...keep(next));
    assert.deepEqual(await write(room, take(old), ...keep(other)), TAKEN);
    assert.deepEqual(await write(room, ...keep(other), take(old)), TAKEN);
    assert.deepEqual([await isKept(room, next), await isKept(room, other)], [true, false]);
    const device = newDevice();
    assert.deepEqual(await write(room, device.change, take(old)), TAKEN);
    assert.equal(await readJson(room, 'device', byId(device.id)), undefined);
    assert.deepEqual(
      await write(room, take(next), deletion('device', device.id)),
      missing({ use: '', hash: device.id }),
    );
    assert.equal((await room.store.ticket(room.tenant, next))?.taken, false);
  });

  roomTest(shared, 'a family ends as a whole, and no other with it', async (room) => {
    const [one, other] = [newTicket(), newTicket()];
    const twins = [one, newTicket({ family: one.family }), newTicket({ family: one.family, use: 'refresh' })];
    await put(room, ...keep(...twins, other), take(one));
    await put(room, end(one));
    for (const twin of twins) assert.equal(await isKept(room, twin), false);
    assert.equal(await isKept(room, other), true);
    await put(room, end(one), end(newTicket()));
  });

  roomTest(shared, 'a family lives as long as something of it can be taken', async (room) => {
    const { store, tenant } = room;
    const one = newTicket();
    const two = newTicket({ family: one.family, expires: MUCH_LATER });
    const lives = (at = AT) => store.familyLives(tenant, one.family, at);
    assert.equal(await lives(), false);
    await put(room, ...keep(one, two));
    assert.deepEqual([await lives(), await lives(LATER), await lives(MUCH_LATER)], [true, true, false]);
    await put(room, take(two));
    assert.deepEqual([await lives(), await lives(LATER)], [true, false]);
    await put(room, take(one));
    assert.equal(await lives(), false);
  });

  roomTest(shared, 'what has expired is forgotten in passing, a few at a time', async (room) => {
    const old = Array.from({ length: 20 }, () => newTicket({ expires: LONG_AGO }));
    const fresh = newTicket({ expires: '2026-11-21T12:00:01Z' });
    await put(room, ...keep(fresh, ...old));
    // Others of the store's tenants may have expired, too: each new ticket takes some away.
    for (let round = 0; round < 100; round++) await put(room, ...keep(newTicket()));
    for (const ticket of old) assert.equal(await isKept(room, ticket), false);
    assert.equal(await isKept(room, fresh), true);
  });

  roomTest(
    shared,
    'what was taken is remembered no longer than was said, nor than it would have lasted',
    async (room) => {
      const [shortened, limited] = [newTicket({ expires: MUCH_LATER }), newTicket({ expires: LATER })];
      await put(room, ...keep(shortened, limited), take(shortened, LATER), take(limited, MUCH_LATER));
      for (const ticket of [shortened, limited]) {
        assert.equal((await room.store.ticket(room.tenant, ticket))?.expires, LATER);
      }
    },
  );

  roomTest(shared, 'tenants have tickets of their own', async (room) => {
    const ticket = newTicket();
    const there = otherSide(room);
    await put(room, ...keep(ticket));
    assert.equal(await isKept(there, ticket), false);
    assert.equal(await there.store.familyLives(there.tenant, ticket.family, AT), false);
    assert.deepEqual(await write(there, take(ticket)), missing(ticket));
    await put(there, end(ticket), ...keep({ ...ticket, text: 'there' }));
    await put(there, take(ticket));
    const found = await room.store.ticket(room.tenant, ticket);
    assert.deepEqual([found?.text, found?.taken], [ticket.text, false]);
  });

  roomTest(shared, 'tickets leave nothing in the journal', async (room) => {
    const ticket = newTicket();
    await put(room, ...keep(ticket), take(ticket), end(ticket));
    assert.deepEqual(await journalOf(room), []);
  });
}
