import { createHash } from 'node:crypto';
import { guidBytes } from '../lib/guidBytes.ts';
import { fold } from '../lib/text.ts';

/** Ids of what was granted. Each grant is there once, so its id is made of what it is about. */

/** @param user undefined: it is for everybody */
export function grantId(client: string, resource: string, user: string | undefined): string {
  const parts = [client, resource, ...(user === undefined ? [] : [user])];
  return Buffer.concat(parts.map(guidBytes)).toString('base64url');
}

const HALF_ID_BYTES = 16;

export function assignmentId(holder: string, resource: string, role: string): string {
  const what = createHash('sha256')
    .update(fold(`${resource}:${role}`))
    .digest();
  return Buffer.concat([guidBytes(holder), what.subarray(0, HALF_ID_BYTES)]).toString('base64url');
}
