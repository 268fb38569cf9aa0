import assert from 'node:assert/strict';
import { type Desk, deviceBody, type Reply } from '../support/rollcall.ts';

/** What the tests of Graph's pages say of an answer again and again. */

export const ORIGIN = 'http://rollcall.test';
export const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** The id of no object at all. */
export const NOBODY = 'ffffffff-0000-4000-8000-000000000000';
export const GRAPH_URL = 'https://graph.microsoft.com/v1.0';

/** Advanced query mode: this header, and `$count=true`. */
export const EVENTUAL = { consistencylevel: 'eventual' } as const;

export function assertRefused(reply: Reply, status: number, code: string, message?: string): void {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.json.error.code, code);
  if (message !== undefined) assert.equal(reply.json.error.message, message);
}

export function assertNotFound(reply: Reply, id: string): void {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  assertRefused(reply, 404, 'Request_ResourceNotFound', message);
}

/** 204: done, and nothing to say about it. */
export function assertDone(reply: Reply): void {
  assert.equal(reply.status, 204, reply.text);
  assert.equal(reply.text, '');
  assert.match(reply.headers.get('request-id') ?? '', GUID);
}

export type Made = { readonly id: string; readonly deviceId: string; readonly path: string };

/** A device of this test's own. */
export async function makeDevice(desk: Desk, more: Readonly<Record<string, unknown>> = {}): Promise<Made> {
  const reply = await desk.ask('POST', '/beta/devices', { as: 'intune.admin', body: deviceBody(more) });
  assert.equal(reply.status, 201, reply.text);
  const { id, deviceId } = reply.json as { id: string; deviceId: string };
  return { id, deviceId, path: `/v1.0/devices/${id}` };
}

/** The ids of a page's objects. */
export function idsOf(reply: Reply): readonly string[] {
  assert.equal(reply.status, 200, reply.text);
  return (reply.json.value as { id: string }[]).map(({ id }) => id);
}

/** The path and query of a link that an answer holds. */
export function follow(link: string): string {
  assert.ok(link.startsWith(`${ORIGIN}/`), link);
  return link.slice(ORIGIN.length);
}

let groups = 0;

/** The body of a security group of this test's own; a value that is undefined isn't sent. */
export function groupBody(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  groups++;
  const name = { displayName: `Group ${groups}`, mailNickname: `group${groups}` };
  return { ...name, mailEnabled: false, securityEnabled: true, ...more };
}

/** A group of this test's own: its id. */
export async function makeGroup(desk: Desk, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const reply = await desk.ask('POST', '/v1.0/groups', { as: 'global.admin', body: groupBody(more) });
  assert.equal(reply.status, 201, reply.text);
  return reply.json.id as string;
}

let users = 0;

/** The body of a user of this test's own. */
export function userBody(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  users++;
  return {
    accountEnabled: true,
    displayName: `User ${users}`,
    mailNickname: `user${users}`,
    userPrincipalName: `user${users}@contoso.example`,
    passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
    ...more,
  };
}

/** A user of this test's own: its id. */
export async function makeUser(desk: Desk, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const reply = await desk.ask('POST', '/v1.0/users', { as: 'global.admin', body: userBody(more) });
  assert.equal(reply.status, 201, reply.text);
  return reply.json.id as string;
}
