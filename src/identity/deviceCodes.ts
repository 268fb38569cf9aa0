import { instantText } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { SIGN_IN_ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import type { Tenant, TicketChange, TicketName } from '../store/contract.ts';
import type { Client } from './clients.ts';
import { homeTenant, type Issuer } from './issuer.ts';
import { findNamed, findTicket, keeping, makeTicket, nameOf, taking, writeTickets } from './tickets.ts';

/**
 * Codes for devices that have no browser: the device shows one to its user, who types it elsewhere and signs in there.
 * Until then it belongs to no tenant. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */

/** What the device asked for. */
export type DeviceRequest = {
  readonly appId: string;
  /** As it was asked for; of v1.0's `resource`, the `.default` of that. */
  readonly scope: string;
  /** The tenant's name in the path, which says who may sign in. */
  readonly tenantName: string;
};

/** What became of it: who signed in, or that they declined. */
export type DeviceAnswer =
  | { readonly tenantId: string; readonly user: string; readonly since: string; readonly methods: readonly string[] }
  | { readonly declined: true };

export type DeviceCodes = { readonly deviceCode: string; readonly userCode: string };

/** No vowels, so that no words come about, and nothing that looks like something else. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXYZ23456789';

/** A code for the device, and one for its user. */
export async function startDevice(issuer: Issuer, request: DeviceRequest): Promise<DeviceCodes> {
  const home = homeTenant(issuer);
  const seconds = LIMITS.deviceCodeSeconds;
  const { secret, family, change } = makeTicket(issuer, home, 'device', { about: request, seconds });
  const about: UserCode = { request, device: nameOf('device', secret) };
  for (let attempt = 0; attempt < LIMITS.updateAttempts; attempt++) {
    const userCode = makeUserCode(issuer);
    const kept = keeping(issuer, nameOf('userCode', userCode), { about, seconds, family });
    // Lost only where that very code is in use, by one chance in billions.
    if ((await writeTickets(issuer, home, [change, kept])) === 'done') return { deviceCode: secret, userCode };
  }
  throw new Refusal(SIGN_IN_ERRORS.busy);
}

function makeUserCode({ random }: Issuer): string {
  let code = '';
  while (code.length < LIMITS.userCodeCharacters) {
    const [byte = 0] = random.bytes(1);
    // Bytes beyond the last whole number of alphabets are left out, since they would favour its first letters.
    if (byte < 256 - (256 % LETTERS.length)) code += LETTERS[byte % LETTERS.length];
  }
  return code;
}

type UserCode = { readonly request: DeviceRequest; readonly device: TicketName };

/** What a device asked for under that code, as long as nobody has answered it; people may type it in any case. */
export async function pendingDevice(issuer: Issuer, userCode: string): Promise<DeviceRequest | undefined> {
  return (await findUserCode(issuer, userCode))?.about.request;
}

/** Answers a device, once: false where somebody has answered it before, or it has waited too long. */
export async function answerDevice(issuer: Issuer, userCode: string, answer: DeviceAnswer): Promise<boolean> {
  const found = await findUserCode(issuer, userCode);
  if (!found) return false;
  const { device } = found.about;
  const seconds = LIMITS.deviceCodeSeconds;
  const changes: readonly TicketChange[] = [
    taking(issuer, found.name),
    keeping(issuer, { use: 'deviceAnswer', hash: device.hash }, { about: answer, seconds, family: found.family }),
  ];
  return (await writeTickets(issuer, homeTenant(issuer), changes)) === 'done';
}

async function findUserCode(issuer: Issuer, typed: string) {
  const code = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  const found = await findNamed<UserCode>(issuer, homeTenant(issuer), nameOf('userCode', code));
  return found.state === 'live' ? found : undefined;
}

export type FoundDevice = {
  readonly request: DeviceRequest;
  readonly answer: Exclude<DeviceAnswer, { declined: true }>;
  readonly name: TicketName;
};

/** What became of the device's code; refuses as long as nothing did. */
export async function findDevice(issuer: Issuer, client: Client, deviceCode: string): Promise<FoundDevice> {
  const home = homeTenant(issuer);
  const found = await findTicket<DeviceRequest>(issuer, home, 'device', deviceCode);
  if (found.state === 'unknown' || found.state === 'taken' || found.about.appId !== client.appId) {
    throw new Refusal(SIGN_IN_ERRORS.deviceCodeUnknown);
  }
  if (found.state === 'expired') throw new Refusal(SIGN_IN_ERRORS.deviceCodeExpired);
  const answered = await findNamed<DeviceAnswer>(issuer, home, { use: 'deviceAnswer', hash: found.name.hash });
  if (answered.state === 'unknown') throw new Refusal(SIGN_IN_ERRORS.devicePending);
  const answer = answered.about;
  if ('declined' in answer) throw new Refusal(SIGN_IN_ERRORS.deviceDeclined);
  return { request: found.about, answer, name: found.name };
}

/** The answer of somebody who has just signed in. */
export function approval(issuer: Issuer, tenant: Tenant, user: string, methods: readonly string[]): DeviceAnswer {
  return { tenantId: tenant.id, user, since: instantText(issuer.clock.now()), methods };
}
