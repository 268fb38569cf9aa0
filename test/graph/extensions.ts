import assert from 'node:assert/strict';
import { DEV, type Desk } from '../support/rollcall.ts';

/** What tests of extensions share: who defines, and what was defined. */

/** The object id of the application that defines, and what stands for it in names. */
export type Owner = { readonly id: string; readonly digits: string };

export async function ownerOf(desk: Desk, appId: string = DEV.console): Promise<Owner> {
  const { json } = await desk.ask('GET', `/v1.0/applications(appId='${appId}')?$select=id`, { as: 'global.admin' });
  return { id: json.id, digits: appId.replaceAll('-', '') };
}

export type Defined = { readonly id: string; readonly name: string };

/** Defines a directory extension of devices, unless the body says of what. */
export async function define(
  desk: Desk,
  owner: Owner,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Defined> {
  const body = { name, dataType: 'String', targetObjects: ['Device'], ...more };
  const url = `/v1.0/applications/${owner.id}/extensionProperties`;
  const { status, json, text } = await desk.ask('POST', url, { as: 'global.admin', body });
  assert.equal(status, 201, text);
  return { id: json.id, name: json.name };
}

export async function undefine(desk: Desk, owner: Owner, { id }: Defined): Promise<void> {
  const url = `/v1.0/applications/${owner.id}/extensionProperties/${id}`;
  assert.equal((await desk.ask('DELETE', url, { as: 'global.admin' })).status, 204);
}

/** Defines a schema extension of devices, unless the body says of what; its id. */
export async function defineSchema(desk: Desk, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const properties = [
    { name: 'courseId', type: 'Integer' },
    { name: 'courseName', type: 'String' },
  ];
  const body = { id: 'courses', description: 'Courses', targetTypes: ['device'], properties, ...more };
  const { status, json, text } = await desk.ask('POST', '/v1.0/schemaExtensions', { as: 'global.admin', body });
  assert.equal(status, 201, text);
  return json.id;
}

/** Names that every object of JavaScript knows. */
export const WEIRD_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const;

/** Nothing about objects in general has changed. */
export function assertUnharmed(): void {
  const fresh: Record<string, unknown> = {};
  assert.deepEqual(Object.keys(fresh), []);
  assert.equal(fresh['polluted'], undefined);
  assert.equal(typeof fresh.toString, 'function');
}
