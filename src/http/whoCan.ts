import { applicationsWith, clientsWith, type Holder, usersWith } from '../identity/holders.ts';
import { type Requirements, requirementsOf } from '../identity/requirements.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import type { Fidelity } from '../model/shape.ts';
import type { Store, Tenant } from '../store/contract.ts';
import { requestTarget } from './explain.ts';
import { findRoute } from './route.ts';

/** Who may do it, before anybody calls. */
export type WhoCan = {
  readonly request: string;
  readonly needs: Requirements;
  /** Who holds what is needed in the directory at hand; undefined without one. */
  readonly holders: Holders | undefined;
};

export type Holders = {
  /** Every member may, without a role. */
  readonly everybody: boolean;
  readonly users: readonly Holder[];
  /** Applications through which they may. */
  readonly clients: readonly Holder[];
  readonly applications: readonly Holder[];
};

/** What stands where a path says `{id}`. */
const ANY_ID = '00000000-0000-4000-8000-000000000000';

/** @param text `POST /devices`; a path may say `{id}` instead of an id */
export async function whoCan(
  text: string,
  fidelity: Fidelity,
  directory: { readonly store: Store; readonly tenant: Tenant } | undefined,
): Promise<WhoCan> {
  const [method = '', url = '', ...more] = text.trim().split(/\s+/);
  const { path } = requestTarget(url);
  if (more.length > 0) throw new Refusal(ERRORS.pathNotFound, { path: text });
  const cloud = directory?.tenant.cloud ?? 'global';
  const route = findRoute(method.toUpperCase(), path.replace(/\{[^{}/]*\}/g, ANY_ID), cloud);
  if ('refusal' in route) throw route.refusal;
  if (!('version' in route)) throw new Refusal(ERRORS.pathNotFound, { path });
  const needs = requirementsOf(route.operation, route.type, fidelity);
  const holders = directory && (await holdersIn(directory, needs));
  return { request: `${method.toUpperCase()} ${path}`, needs, holders };
}

async function holdersIn({ store, tenant }: { store: Store; tenant: Tenant }, needs: Requirements): Promise<Holders> {
  const special = needs.actions.flatMap((need) => need.special ?? []);
  const all = (kind: 'delegated' | 'application') => [...needs[kind], ...special.flatMap((row) => row[kind])];
  const everybody = needs.actions.every((need) => need.everybody);
  const actions = needs.actions.map(({ action }) => action);
  return {
    everybody,
    users: everybody ? [] : await usersWith(store, tenant, actions),
    clients: await clientsWith(store, tenant, [...all('delegated'), ...needs.own]),
    applications: await applicationsWith(store, tenant, all('application')),
  };
}
