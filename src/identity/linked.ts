import { LIMITS } from '../model/limits.ts';
import type { LinkName } from '../model/shape.ts';
import { type Condition, type Store, StoreProblem, type Tenant, type Values, type View } from '../store/contract.ts';

const IDS: View = { version: 'v1.0', select: ['id'], typed: false, hidden: [] };

/** An object, and which end of a link it is. */
type End = { readonly type: string; readonly id: string; readonly is: 'source' | 'target' };

/** The ids of the objects of that type at the other end of a link, of those that meet the condition. */
export async function linkedIds(
  store: Store,
  tenant: Tenant,
  link: LinkName,
  { is, ...of }: End,
  type: string,
  where?: Condition,
): Promise<readonly string[]> {
  const from = {
    kind: 'links',
    links: [link],
    of,
    backwards: is === 'target',
    transitive: false,
    types: [type],
  } as const;
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.page(tenant, { from, where, view: IDS, order: [], after, limit: LIMITS.pageMost });
    // Nobody has more rights because they can't be found.
    if ('tooCostly' in page) return ids;
    ids.push(...(JSON.parse(`[${Buffer.from(page.items).toString()}]`) as { id: string }[]).map(({ id }) => id));
    after = page.last;
  } while (after !== undefined);
  return ids;
}

/** All objects of a type, with what is sent of them by default. For types of which a tenant has hundreds. */
export async function allObjects(store: Store, tenant: Tenant, type: string): Promise<readonly Values[]> {
  const from = { kind: 'set', types: [type] } as const;
  const view: View = { version: 'v1.0', select: null, typed: false, hidden: [] };
  const found: Values[] = [];
  let after: string | undefined;
  do {
    const page = await store.page(tenant, { from, where: undefined, view, order: [], after, limit: LIMITS.pageMost });
    if ('tooCostly' in page) throw new StoreProblem(`The ${type} objects of ${tenant.displayName} can't be listed.`);
    found.push(...(JSON.parse(`[${Buffer.from(page.items).toString()}]`) as Values[]));
    after = page.last;
  } while (after !== undefined);
  return found;
}
