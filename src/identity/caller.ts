import { Bounded } from '../lib/bounded.ts';
import type { Clock } from '../lib/clock.ts';
import { Refusal } from '../lib/refusal.ts';
import { fold } from '../lib/text.ts';
import { type CloudName, PERSONAL_TENANT_ID } from '../model/clouds.ts';
import { ERRORS } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { SIGN_IN } from '../model/signIn.ts';
import type { Store, Tenant } from '../store/contract.ts';
import type { KeyRing } from './keys.ts';
import { NO_RIGHTS, type Rights, rightsOf } from './roles.ts';
import { type Claims, verifyToken } from './token.ts';
import type { Trust } from './trust.ts';

declare const verified: unique symbol;

/** Who is asking. Only this file makes one, out of a verified token. */
export type Caller = {
  readonly [verified]: true;
  /** personal: a personal Microsoft account, which nothing here supports. */
  readonly kind: 'delegated' | 'application' | 'personal';
  readonly tenant: Tenant;
  /** Object id of the user, or of the application's service principal. */
  readonly principal: string;
  /** What the principal's own object may be addressed by, folded. */
  readonly names: ReadonlySet<string>;
  /** Application id of the client. */
  readonly app: string;
  /** Delegated permissions, or application permissions. */
  readonly permissions: ReadonlySet<string>;
  /** Resource actions that the user's directory roles allow. */
  readonly actions: Rights['actions'];
  /** Roles that count for some objects only, and what the user may do to objects of its own. */
  readonly scoped: Rights['scoped'];
  readonly owned: Rights['owned'];
};

export type Callers = {
  /** The caller with that `Authorization` header. At once for a token that was verified before. */
  readonly identify: (authorization: string | undefined) => Caller | Promise<Caller>;
  /** Forgets who was seen: somebody's account or rights have changed, and tokens already issued must feel it. */
  readonly forget: () => void;
};

type Seen = {
  readonly token: string;
  readonly caller: Caller;
  readonly expires: number;
  /** The keys that were known then: with others, the token is verified anew. */
  readonly keys: KeyRing['all'];
};

const END_CHARACTERS = 43;

/**
 * The end of a token's signature: it finds an entry without a look at all of a long text, which is compared afterwards
 * as a whole.
 */
function endOf(token: string): string {
  return token.slice(-END_CHARACTERS);
}

type World = {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly cloud: CloudName;
  readonly clock: Clock;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Whose tokens are taken beside the directory's own. */
  readonly trust: Trust | undefined;
};

const SCHEME = 'bearer ';

/** Tokens are long and come with each request: cut out, not matched. What is no token fails in verification. */
function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || fold(authorization.slice(0, SCHEME.length)) !== SCHEME) return undefined;
  const token = authorization.slice(SCHEME.length).trim();
  return token === '' ? undefined : token;
}

const NO_TOKEN_HINT = {
  code: 'NoBearerToken',
  target: 'Authorization',
  message:
    "The request came without 'Authorization: Bearer <token>'. Graph's client libraries leave the token out for hosts that they don't know: name this host, without its port, in customHosts (JavaScript) or in the allowed hosts of the authentication provider (Kiota).",
};

export function createCallers(world: World): Callers {
  const known = new Bounded<string, Seen>(LIMITS.verifiedTokens);
  let users = new Bounded<string, Known>(LIMITS.verifiedTokens);

  async function verify(token: string): Promise<Caller> {
    const keys = world.keys.all;
    const foreign = await world.trust?.verify(token);
    const claims = foreign ?? (await verifyToken(token, world.keys, world.cloud, world.clock));
    const asOfNow = users;
    const caller = await callerOf(world, asOfNow, claims);
    const entry = { token, caller, expires: (claims.exp + LIMITS.clockSkewSeconds) * 1000, keys };
    // What was read before somebody's rights changed isn't remembered after.
    if (asOfNow === users) known.set(endOf(token), entry);
    return caller;
  }

  return {
    identify: (authorization) => {
      const token = bearerOf(authorization);
      if (token === undefined) throw new Refusal(ERRORS.tokenMissing, {}, { details: [NO_TOKEN_HINT] });
      const entry = known.get(endOf(token));
      if (entry?.token !== token || entry.keys !== world.keys.all) return verify(token);
      if (entry.expires > world.clock.now()) return entry.caller;
      known.delete(endOf(token));
      throw new Refusal(ERRORS.tokenExpired);
    },
    forget: () => {
      known.clear();
      users = new Bounded(LIMITS.verifiedTokens);
    },
  };
}

async function callerOf(world: World, users: Bounded<string, Known>, claims: Claims): Promise<Caller> {
  const tenant = world.tenants.get(claims.tid);
  if (!tenant) throw new Refusal(ERRORS.tokenInvalid);
  const delegated = claims.scp !== undefined;
  const kind = claims.tid === PERSONAL_TENANT_ID ? 'personal' : delegated ? 'delegated' : 'application';
  const { rights, name } = kind === 'delegated' ? await knownUser(world.store, users, tenant, claims.oid) : STRANGER;
  return Object.freeze({
    kind,
    tenant,
    principal: claims.oid,
    names: new Set([claims.oid, ...name].map(fold)),
    app: claims.appid,
    permissions: new Set<string>(delegated ? claims.scp.split(' ') : claims.roles),
    actions: rights.actions,
    scoped: rights.scoped,
    owned: rights.owned,
  } satisfies Omit<Caller, typeof verified>) as Omit<Caller, typeof verified> as Caller;
}

type Known = { readonly rights: Rights; readonly name: readonly string[] };

const STRANGER: Known = { rights: NO_RIGHTS, name: [] };

async function knownUser(store: Store, users: Bounded<string, Known>, tenant: Tenant, id: string): Promise<Known> {
  const key = `${tenant.key}:${id}`;
  const user = users.get(key) ?? (await readUser(store, tenant, id));
  users.set(key, user);
  return user;
}

async function readUser(store: Store, tenant: Tenant, id: string): Promise<Known> {
  const { type, enabled, name } = SIGN_IN.user;
  const [account] = await store.load(tenant, type.name, { property: 'id', value: id });
  if (!account || account.values[enabled] === false) throw new Refusal(ERRORS.tokenInvalid);
  return { rights: await rightsOf(store, tenant, account), name: [String(account.values[name])] };
}
