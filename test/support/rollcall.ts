import { createRollcall, type Rollcall } from '../../src/app.ts';
import { issueToken } from '../../src/cli/token.ts';
import { seedTenant } from '../../src/directory/seed.ts';
import { headersOf } from '../../src/http/message.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { DEV_TENANT, PERSONAL_TENANT } from '../../src/model/devTenant.ts';
import type { Fidelity } from '../../src/model/shape.ts';
import type { TenantData } from '../../src/model/tenantData.ts';
import type { Store } from '../../src/store/contract.ts';
import { openSqliteStore } from '../../src/store/sqlite/driver.ts';

/** The development tenant's ids, which never change. */
export const DEV = Object.freeze({
  tenant: '530bd2b5-4b9e-46d9-a347-d3ae09bae356',
  globalAdmin: '464a394b-ec6f-466f-9af7-570429d53256',
  intuneAdmin: 'ccc8d8d9-a9ce-4efd-894d-b76c7c3326ec',
  registrar: '4276f076-025b-4d48-871e-5f082b037f3a',
  member: 'c1a5cce0-ee69-4561-afe1-2b073af5220a',
  kiosk: 'b2c954af-73ed-4c4f-b067-138fe157e3fa',
  kioskDeviceId: 'a4f1af4e-ef3d-44a1-bd15-f16b97d29c39',
  buildAgent: '240ad69d-946e-4daa-9c16-45a04e5bb9c5',
  kiosks: '002ae664-bf16-4a25-86d2-33efb77176db',
  console: '1e909665-fe9f-4dd7-b789-24f2dae8ddc0',
  reader: '63bdd08f-4907-46b4-9ec9-381b2391b0ec',
  daemon: 'a45a6226-5c42-48e8-8423-19d9788ad789',
  unconsented: 'c383e63d-6785-4166-9e59-03392eed5024',
});

/** A clock that stands still until a test moves it. */
export type HeldClock = Clock & { advance(milliseconds: number): void };

export function heldClock(start = Date.parse('2026-11-21T12:00:00Z')): HeldClock {
  let now = start;
  return {
    now: () => now,
    after: () => () => {},
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

export type Reply = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** The body as JSON; undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  readonly json: any;
};

export type AskOptions = {
  /** `intune.admin` and the like: whose token is sent; undefined sends none. */
  readonly as?: string;
  /** The token itself, in place of `as`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
};

export type Desk = {
  readonly rollcall: Rollcall;
  readonly store: Store;
  readonly clock: HeldClock;
  ask(method: string, url: string, options?: AskOptions): Promise<Reply>;
  /** A delegated token of a user of the development tenant, by the first part of its name. */
  tokenOf(user: string, options?: { readonly app?: string; readonly scope?: string }): Promise<string>;
  /** An application's own token. */
  tokenOfApp(app: string): Promise<string>;
  close(): Promise<void>;
};

/** more: what the development tenant has beside what it always has. */
type DeskOptions = {
  readonly fidelity?: Fidelity;
  readonly folder?: string;
  readonly report?: 'permissions';
  readonly log?: (entry: Readonly<Record<string, unknown>>) => void;
  readonly more?: Partial<Pick<TenantData, 'objects' | 'links' | 'credentials'>>;
};

/** The whole service over a store in memory, asked without a socket. */
export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const clock = heldClock();
  const store = openSqliteStore({ folder: options.folder ?? ':memory:', clock });
  if ((await store.tenants()).length === 0) {
    const { objects = [], links = [], credentials = [] } = options.more ?? {};
    const tenant = {
      ...DEV_TENANT,
      objects: [...DEV_TENANT.objects, ...objects],
      links: [...DEV_TENANT.links, ...links],
      credentials: [...DEV_TENANT.credentials, ...credentials],
    };
    await seedTenant(store, tenant, clock.now());
    await seedTenant(store, PERSONAL_TENANT, clock.now());
  }
  const fidelity = options.fidelity ?? 'documented';
  const { report, log = () => {} } = options;
  const rollcall = await createRollcall({ store, cloud: 'global', fidelity, development: true, clock, report, log });
  const tokens = new Map<string, Promise<string>>();

  const tokenOf: Desk['tokenOf'] = async (user, { app = DEV.console, scope } = {}) => {
    const name = user.includes('@') ? user : `${user}@contoso.example`;
    return (await issueToken(rollcall.world, { user: name, app, ...(scope === undefined ? {} : { scope }) })).token;
  };

  const cached = (user: string) => {
    const known = tokens.get(user) ?? tokenOf(user);
    tokens.set(user, known);
    return known;
  };

  return {
    rollcall,
    store,
    clock,
    tokenOf,
    tokenOfApp: async (app) => (await issueToken(rollcall.world, { app })).token,
    close: () => rollcall.close(),
    ask: async (method, url, { as, token, headers = {}, body } = {}) => {
      const bearer = token ?? (as === undefined ? undefined : await cached(as));
      const isPlain = typeof body === 'string' || body instanceof Uint8Array;
      const sent = body === undefined ? '' : isPlain ? body : JSON.stringify(body);
      const question = url.indexOf('?');
      const answer = await rollcall.handle({
        method,
        path: question < 0 ? url : url.slice(0, question),
        query: question < 0 ? '' : url.slice(question + 1),
        headers: headersOf([
          ...(bearer === undefined ? [] : ([['authorization', `Bearer ${bearer}`]] as const)),
          ...(body === undefined ? [] : ([['content-type', 'application/json']] as const)),
          ...Object.entries(headers),
        ]),
        origin: 'http://rollcall.test',
        body: typeof sent === 'string' ? Buffer.from(sent) : sent,
      });
      return replyOf(answer);
    },
  };
}

function replyOf(answer: Awaited<ReturnType<Rollcall['handle']>>): Reply {
  const headers = new Map<string, string>();
  for (let at = 0; at < answer.headers.length; at += 2) {
    headers.set((answer.headers[at] ?? '').toLowerCase(), answer.headers[at + 1] ?? '');
  }
  const text = answer.body.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString())).join('');
  const isJson = text !== '' && headers.get('content-type')?.includes('json') === true;
  return { status: answer.status, headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** A device body that Graph takes on both versions; each has a deviceId of its own. */
export function deviceBody(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    accountEnabled: true,
    alternativeSecurityIds: [{ type: 2, key: 'WDUwOTo=' }],
    deviceId: crypto.randomUUID(),
    displayName: 'Test device',
    operatingSystem: 'Windows',
    operatingSystemVersion: '10.0.26100.1',
    ...more,
  };
}
