import type { Change, WriteRequest } from '../contract.ts';
import type { Writing } from './writer.ts';

/**
 * What the writer's thread is handed. A message is copied, and an object costs the names of its members in each copy: so
 * requests go as rows of cells, and in them the objects that are made, in half the time.
 */
export type Message = readonly Row[];

/** Tenant's key and id; instant, principal, application; the changes. */
type Row = readonly [number, string, string, string, string, ...(Change | Made)[]];

/** An object that is made: type, id, journal's text; the object as it is laid out. */
type Made = readonly [type: string, id: string, after: string, ...(string | number | null)[]];

type Insert = Extract<Change, { kind: 'insert' }>;

export function packed(requests: readonly WriteRequest[]): Message {
  return requests.map(({ tenant, at, principal, app, changes }) => {
    const all = changes.map((change) => (change.kind === 'insert' ? madeOf(change) : change));
    return [tenant.key, tenant.id, at, principal, app, ...all];
  });
}

export function unpacked(message: Message): readonly Writing[] {
  return message.map(([key, id, at, principal, app, ...all]) => {
    const changes = all.map((one) => (isMade(one) ? insertOf(one) : one));
    return { tenant: { key, id }, at, principal, app, changes };
  });
}

function madeOf({ type, id, after, row }: Insert): Made {
  return [type, id, after, row.json, row.beta, row.rest, row.custom, row.terms, ...row.columns];
}

function isMade(one: Change | Made): one is Made {
  return Array.isArray(one);
}

function insertOf([type, id, after, json, beta, rest, custom, terms, ...columns]: Made): Insert {
  return { kind: 'insert', type, id, after, row: { json, beta, rest, custom, terms, columns } as Insert['row'] };
}
