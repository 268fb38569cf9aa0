import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Program } from '../support/process.ts';

/**
 * Clients are at work in a process of their own: which authorities it trusts is read when a process starts. That one
 * variable is all that they are told of the program's.
 *
 * @param file beside this one; it reads the task and prints what it saw, as JSON
 */
export async function runClient<Seen>(
  program: Program,
  file: string,
  task: Readonly<Record<string, unknown>>,
): Promise<Seen> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(program.folder, 'ca.pem'), TASK: JSON.stringify(task) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as Seen;
}

/** What the process was told to do. */
export function taskOf<Task>(): Task {
  return JSON.parse(process.env['TASK'] ?? '') as Task;
}

/** What an access token says, for those that look into it. */
export function claimsOf(token: string): Record<string, unknown> {
  const { aud, appid, appidacr, idtyp, oid, roles, scp } = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
  );
  return { aud, appid, appidacr, idtyp, oid, roles, scp };
}
