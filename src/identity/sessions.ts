import { instantText } from '../lib/clock.ts';
import { LIMITS } from '../model/limits.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Stored, Tenant } from '../store/contract.ts';
import { findOne, type Issuer } from './issuer.ts';
import { type FoundTicket, findTicket, keeping, makeTicket, taking, tenantIdIn, writeTickets } from './tickets.ts';
import { hasEnded } from './users.ts';

/**
 * Who is signed in in a browser: a session for each account. The browser holds its id, 256 random bits; the store has the
 * id's hash. https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
 */
export type Session = {
  /** What the browser shows. */
  readonly secret: string;
  readonly tenant: Tenant;
  readonly account: Stored;
  /** Seconds since 1970 at which the password was proved. */
  readonly at: number;
  /** Applications that were entered with it. */
  readonly apps: readonly string[];
  /** The session itself, whatever its id. */
  readonly family: string;
};

type About = {
  readonly user: string;
  readonly at: number;
  /** Seconds since 1970 of the last use that was written down. */
  readonly used: number;
  readonly apps: readonly string[];
};

/** The sessions that those ids stand for, as far as they still live and their accounts may sign in. */
export async function readSessions(issuer: Issuer, secrets: readonly string[]): Promise<readonly Session[]> {
  const found = await Promise.all(
    secrets.slice(0, LIMITS.accountsInBrowser).map((secret) => readSession(issuer, secret)),
  );
  return found.filter((session) => session !== undefined);
}

async function readSession(issuer: Issuer, secret: string): Promise<Session | undefined> {
  const tenant = issuer.tenants.get(tenantIdIn(secret) ?? '');
  if (!tenant) return undefined;
  const found = await findTicket<About>(issuer, tenant, 'session', secret);
  if (found.state !== 'live') return undefined;
  const { user, at, apps } = found.about;
  const account = await findOne(issuer, tenant, SIGN_IN.user.type, 'id', user);
  const isOver =
    !account || account.values[SIGN_IN.user.enabled] === false || hasEnded(account, instantText(at * 1000));
  if (isOver) return undefined;
  await touch(issuer, tenant, found);
  return { secret, tenant, account, at, apps, family: found.family };
}

/** A new session, with an id that nobody has seen before. It takes the place of `before`. */
export async function startSession(
  issuer: Issuer,
  tenant: Tenant,
  account: Stored,
  before: Session | undefined,
): Promise<Session> {
  const at = Math.floor(issuer.clock.now() / 1000);
  const apps = before?.apps ?? [];
  const about: About = { user: account.id, at, used: at, apps };
  const made = makeTicket(issuer, tenant, 'session', { about, seconds: secondsLeft(about) });
  await writeTickets(issuer, tenant, [made.change]);
  if (before) await endSession(issuer, before);
  return { secret: made.secret, tenant, account, at, apps, family: made.family };
}

export async function endSession(issuer: Issuer, { tenant, family }: Session): Promise<void> {
  await writeTickets(issuer, tenant, [{ kind: 'endTickets', family }]);
}

/** Remembers which application was entered: it may ask where to go when the session ends. */
export async function noteApp(issuer: Issuer, session: Session, app: string): Promise<void> {
  if (session.apps.includes(app)) return;
  const { tenant, secret } = session;
  const found = await findTicket<About>(issuer, tenant, 'session', secret);
  if (found.state !== 'live') return;
  const apps = [...found.about.apps, app].slice(-LIMITS.appsInSession);
  await rewrite(issuer, tenant, found, { ...found.about, apps });
}

type Live = Extract<FoundTicket<About>, { state: 'live' | 'taken' | 'expired' }>;

async function touch(issuer: Issuer, tenant: Tenant, found: Live): Promise<void> {
  const now = Math.floor(issuer.clock.now() / 1000);
  if (now - found.about.used < LIMITS.sessionTouchSeconds) return;
  await rewrite(issuer, tenant, found, { ...found.about, used: now });
}

/** Under the same id. Taken first: one that was ended in the meantime stays ended. */
async function rewrite(issuer: Issuer, tenant: Tenant, { name, family }: Live, about: About): Promise<void> {
  await writeTickets(issuer, tenant, [
    taking(issuer, name),
    { kind: 'endTickets', family },
    keeping(issuer, name, { about, family, seconds: secondsLeft(about) }),
  ]);
}

function secondsLeft({ at, used }: About): number {
  return Math.min(LIMITS.sessionIdleSeconds, at + LIMITS.sessionSecondsMost - used);
}
