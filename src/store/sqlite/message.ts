import type { WriteRequest } from '../contract.ts';
import type { Writing } from './writer.ts';

/**
 * What the writer's thread is handed. A message is copied, and an object costs the names of its members in each copy: so a
 * request that makes one object, as nearly all do where writes come in numbers, goes as a row of cells, in half the time.
 */
export type Message = readonly (Writing | Row)[];

type Cell = string | number | null;
/** Tenant's key and id; instant, principal, application; type, id, journal's text; the object as it is laid out. */
type Row = readonly [number, ...Cell[]];

export function packed(requests: readonly WriteRequest[]): Message {
  return requests.map((request) => rowOf(request) ?? request);
}

export function unpacked(message: Message): readonly Writing[] {
  return message.map((one) => (isRow(one) ? writingOf(one) : one));
}

function isRow(one: Writing | Row): one is Row {
  return Array.isArray(one);
}

function rowOf({ tenant, at, principal, app, changes }: WriteRequest): Row | undefined {
  const [change] = changes;
  if (change?.kind !== 'insert' || changes.length > 1) return undefined;
  const { type, id, after, row } = change;
  const { json, beta, rest, custom, terms, columns } = row;
  return [tenant.key, tenant.id, at, principal, app, type, id, after, json, beta, rest, custom, terms, ...columns];
}

function writingOf(cells: Row): Writing {
  const [key, tenant, at, principal, app, type, id, after, json, beta, rest, custom, terms, ...columns] = cells;
  const row = { json, beta, rest, custom, terms, columns };
  const change = { kind: 'insert', type, id, after, row };
  return { tenant: { key, id: tenant }, at, principal, app, changes: [change] } as Writing;
}
