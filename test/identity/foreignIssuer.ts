import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createRollcall, type Rollcall } from '../../src/app.ts';
import { seedTenant } from '../../src/directory/seed.ts';
import { headersOf } from '../../src/http/message.ts';
import type { TrustOptions } from '../../src/identity/trust.ts';
import { DEV_TENANT } from '../../src/model/devTenant.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';
import { type HeldClock, heldClock } from '../support/rollcall.ts';

/** A directory that takes somebody else's tokens, and an issuer of them that behaves as a test wants it to. */

export const AUDIENCE = 'api://rollcall';

export type TrustingDesk = {
  readonly rollcall: Rollcall;
  readonly clock: HeldClock;
  readonly log: Readonly<Record<string, unknown>>[];
  readonly ask: (
    token: string,
    method?: string,
    path?: string,
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  ) => Promise<{ readonly status: number; readonly json: any }>;
};

/** @param patience how many times longer than it says the directory waits for an issuer: a machine may be busy */
export async function openTrustingDesk(
  issuers: readonly string[],
  more: Partial<TrustOptions> = {},
  patience = 12,
): Promise<TrustingDesk> {
  const clock = heldClock(Date.now());
  const store = openSqliteStore({ folder: ':memory:', clock });
  await seedTenant(store, DEV_TENANT, clock.now());
  const [tenant] = await store.tenants();
  if (!tenant) throw new Error('no tenant was made');
  const trust = {
    issuers,
    audiences: [AUDIENCE],
    tenant,
    userClaim: 'upn',
    appClaim: 'client_id',
    scopeClaim: 'scope',
    rolesClaim: 'roles',
    ...more,
  };
  const log: Readonly<Record<string, unknown>>[] = [];
  // Outbound questions have to end in real time, whatever the held clock says.
  const timed = { ...clock, after: (delay: number, act: () => void) => realTimer(delay * patience, act) };
  const rollcall = await createRollcall({
    store,
    cloud: 'global',
    fidelity: 'documented',
    development: true,
    clock: timed,
    trust,
    log: (entry) => log.push(entry),
  });
  return {
    rollcall,
    clock,
    log,
    ask: async (token, method = 'GET', path = '/v1.0/devices') => {
      const headers = headersOf([['authorization', `Bearer ${token}`]]);
      const answer = await rollcall.handle({
        method,
        path,
        query: '',
        headers,
        origin: 'http://rollcall.test',
        body: new Uint8Array(),
      });
      const text = answer.body.map((piece) => Buffer.from(piece).toString()).join('');
      return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
    },
  };
}

function realTimer(delay: number, act: () => void): () => void {
  const timer = setTimeout(act, delay);
  timer.unref();
  return () => clearTimeout(timer);
}

// -- an issuer -------------------------------------------------------------------------------------------------

export type SigningKey = { readonly kid: string; readonly alg: string; readonly privateKey: KeyObject };

export function rsaKey(alg: 'RS256' | 'PS256' = 'RS256'): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: randomUUID(), alg, privateKey };
}

export function ecKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomUUID(), alg: 'ES256', privateKey };
}

/** What the next question finds: a document, or an answer of the test's own (a function of the response). */
type Page = unknown;

export type Issuer = {
  readonly url: string;
  keys: readonly SigningKey[];
  /** In place of its description, and of its keys. */
  description: Page;
  published: Page;
  /** The paths that were asked for. */
  readonly asked: string[];
  readonly sign: (claims?: Readonly<Record<string, unknown>>, key?: SigningKey, head?: object) => string;
  readonly claims: (more?: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  readonly close: () => Promise<void>;
};

export async function openIssuer(key: SigningKey = rsaKey()): Promise<Issuer> {
  const asked: string[] = [];
  const server: Server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    const page = incoming.url === '/keys' ? issuer.published : issuer.description;
    if (typeof page === 'function') page(response);
    else response.end(JSON.stringify(page ?? defaultPage(incoming.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  const url = `http://127.0.0.1:${port}`;
  const defaultPage = (path: string) =>
    path === '/keys' ? { keys: issuer.keys.map(publicJwk) } : { issuer: url, jwks_uri: `${url}/keys` };
  const claims = (more: Readonly<Record<string, unknown>> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now, exp: now + 600 };
    return {
      iss: url,
      aud: AUDIENCE,
      sub: 'somebody',
      ...times,
      upn: 'member@contoso.example',
      client_id: 'their-app',
      scope: 'openid Device.Read.All',
      ...more,
    };
  };
  const issuer: Issuer = {
    url,
    keys: [key],
    description: undefined,
    published: undefined,
    asked,
    claims,
    sign: (more = {}, by = issuer.keys[0] ?? key, head = {}) => signed(by, claims(more), head),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return issuer;
}

export function publicJwk({ kid, alg, privateKey }: SigningKey): Record<string, unknown> {
  const { kty, n, e, crv, x, y } = privateKey.export({ format: 'jwk' });
  return { kid, alg, use: 'sig', kty, ...(kty === 'RSA' ? { n, e } : { crv, x, y }) };
}

const PADDING_PSS = 6;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function signed({ kid, alg, privateKey }: SigningKey, claims: unknown, head: object = {}): string {
  const text = `${encode({ typ: 'at+jwt', alg, kid, ...head })}.${encode(claims)}`;
  const padding = alg === 'PS256' ? { padding: PADDING_PSS, saltLength: 32 } : {};
  const signature = createSign('sha256')
    .update(text)
    .sign({ key: privateKey, dsaEncoding: 'ieee-p1363', ...padding });
  return `${text}.${signature.toString('base64url')}`;
}
