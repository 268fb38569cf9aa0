import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { createCommits } from './ceilingWrites.ts';

/**
 * The ceiling: the same three requests over the same SQLite file with nothing in between: no token, no OData, no
 * validation, no error worth the name. What Rollcall takes longer than this is what Rollcall adds.
 *
 * Arguments: the database's path, and how creates are committed: `group` or `each`.
 */

const [path, mode = 'group'] = process.argv.slice(2);
if (path === undefined) throw new Error('ceiling.ts needs the path of a database');

const PAGE_OBJECTS = 100;
/** The development tenant is the first one that a directory gets. */
const TENANT_KEY = 1;
const ID_LENGTH = 36;

/** As much page cache as Rollcall's own reader has: what is compared is what is done, not how much memory it gets. */
const CACHE_KIBIBYTES = 4 * 1024;

const database = new DatabaseSync(path, { readOnly: true });
database.exec(`pragma cache_size = -${CACHE_KIBIBYTES}`);
const one = database.prepare('select json from "device" where tenant = ? and id = ?');
one.setReturnArrays(true);
const page = database.prepare(
  `select cast('{"value":[' || group_concat(json) || ']}' as blob) from (
    select json from "device" where tenant = ? and created > ? order by created limit ?)`,
);
page.setReturnArrays(true);
const commits = createCommits(path, mode === 'each');

function answer(response: ServerResponse, status: number, body: string | Uint8Array): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, ['Content-Type', 'application/json', 'Content-Length', String(length)]);
  response.end(body);
}

function create(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(pieces).toString()) as { readonly deviceId: string };
    const id = randomUUID();
    const json = JSON.stringify({ id, ...body });
    commits.insert({ id, deviceId: body.deviceId, json, done: () => answer(response, 201, json) });
  });
}

const server = createServer((request, response) => {
  const { url = '', method } = request;
  if (method === 'POST') create(request, response);
  else if (url.length > ID_LENGTH) {
    const found = one.get(TENANT_KEY, url.slice(-ID_LENGTH)) as unknown as [string] | undefined;
    answer(response, found ? 200 : 404, found?.[0] ?? '');
  } else {
    const [bytes] = page.get(TENANT_KEY, 0, PAGE_OBJECTS) as unknown as [Uint8Array];
    answer(response, 200, bytes);
  }
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ceiling ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
