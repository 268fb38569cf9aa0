import { createHash } from 'node:crypto';
import { type Clock, instantText } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Outcome, Store, Tenant, TicketChange, TicketName } from '../store/contract.ts';

/**
 * What sign-in hands out to be shown again: authorization codes, refresh tokens, device codes, sessions of a browser.
 * The holder has a secret; the store has its hash, and what it stands for. What goes back to one sign-in is a family,
 * which ends as a whole when a part of it is shown twice: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */

export type TicketWorld = { readonly store: Store; readonly clock: Clock; readonly random: Random };

/** What a ticket is for; a secret of one use is none of another. */
export type TicketUse = 'code' | 'refresh' | 'device' | 'userCode' | 'deviceAnswer' | 'session';

export type MadeTicket = { readonly secret: string; readonly family: string; readonly change: TicketChange };

export type FoundTicket<T> =
  | {
      readonly state: 'live' | 'taken' | 'expired';
      readonly about: T;
      readonly family: string;
      readonly name: TicketName;
      readonly expires: string;
    }
  /** Never given out, or long forgotten. */
  | { readonly state: 'unknown'; readonly family: string | undefined };

const FAMILY_BYTES = 16;
const SECRET_BYTES = 32;
/** `1.tenant.family.secret`: where it lies stands in it, for many addresses that it is shown at name no tenant. */
const FORM = /^1\.([\w-]{22})\.([\w-]{22})\.[\w-]{43}$/;

/** A new ticket: `change` keeps it, together with whatever else is to be done or not done with it. */
export function makeTicket(
  world: TicketWorld,
  tenant: Tenant,
  use: TicketUse,
  { about, seconds, family }: { readonly about: unknown; readonly seconds: number; readonly family?: string },
): MadeTicket {
  const kin = family ?? world.random.bytes(FAMILY_BYTES).toString('base64url');
  const secret = `1.${packGuid(tenant.id)}.${kin}.${world.random.bytes(SECRET_BYTES).toString('base64url')}`;
  return { secret, family: kin, change: keeping(world, nameOf(use, secret), { about, seconds, family: kin }) };
}

/** Keeps a ticket under a secret that was made elsewhere, such as a code short enough to be typed. */
export function keeping(
  world: TicketWorld,
  name: TicketName,
  { about, seconds, family }: { readonly about: unknown; readonly seconds: number; readonly family: string },
): TicketChange {
  const expires = instantText(world.clock.now() + seconds * 1000);
  return { kind: 'keepTicket', ticket: { ...name, family, expires, text: JSON.stringify(about) } };
}

export function nameOf(use: TicketUse, secret: string): TicketName {
  return { use, hash: createHash('sha256').update(secret).digest('base64url') };
}

/** The id of the tenant that a secret was made in; undefined for what is no secret of ours. */
export function tenantIdIn(secret: string): string | undefined {
  const packed = FORM.exec(secret)?.[1];
  return packed === undefined ? undefined : unpackGuid(packed);
}

export async function findTicket<T>(
  world: TicketWorld,
  tenant: Tenant,
  use: TicketUse,
  secret: string,
): Promise<FoundTicket<T>> {
  return findNamed(world, tenant, nameOf(use, secret), FORM.exec(secret)?.[2]);
}

/** @param kin the family that the secret itself claims, if any */
export async function findNamed<T>(
  world: TicketWorld,
  tenant: Tenant,
  name: TicketName,
  kin?: string,
): Promise<FoundTicket<T>> {
  const kept = await world.store.ticket(tenant, name);
  if (!kept) return { state: 'unknown', family: kin };
  const { family, expires, text, taken } = kept;
  const state = taken ? 'taken' : expires <= instantText(world.clock.now()) ? 'expired' : 'live';
  return { state, about: JSON.parse(text) as T, family, name, expires };
}

/** Takes a ticket, once. */
export function taking(world: TicketWorld, name: TicketName): TicketChange {
  const until = instantText(world.clock.now() + LIMITS.takenTicketSeconds * 1000);
  return { kind: 'takeTicket', ticket: name, until };
}

/** Does all of the changes or none. lost: somebody else has taken one of the tickets, or ended its family. */
export async function writeTickets(
  world: TicketWorld,
  tenant: Tenant,
  changes: readonly TicketChange[],
): Promise<'done' | 'lost'> {
  const at = instantText(world.clock.now());
  const outcome: Outcome = await world.store.write({ tenant, at, principal: '', app: '', changes });
  if (outcome.done) return 'done';
  if (outcome.because === 'unavailable') throw new Refusal(ERRORS.storeUnavailable, {}, { cause: outcome.cause });
  return 'lost';
}

export async function endFamily(world: TicketWorld, tenant: Tenant, family: string): Promise<void> {
  await writeTickets(world, tenant, [{ kind: 'endTickets', family }]);
}

/**
 * Something was shown a second time, so that one of its holders is a thief: all that goes back to the same sign-in ends.
 * The family is asked even for what is forgotten, for a token that was replaced long ago may be shown as well.
 */
export async function endReused(world: TicketWorld, tenant: Tenant, found: FoundTicket<unknown>): Promise<void> {
  if (found.state !== 'taken' && found.state !== 'unknown') return;
  const { family } = found;
  if (family !== undefined && (await world.store.familyLives(tenant, family, instantText(world.clock.now())))) {
    await endFamily(world, tenant, family);
  }
}

function packGuid(guid: string): string {
  return Buffer.from(guid.replaceAll('-', ''), 'hex').toString('base64url');
}

function unpackGuid(packed: string): string {
  const hex = Buffer.from(packed, 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
