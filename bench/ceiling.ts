import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { systemRandom, timedGuid } from '../src/lib/random.ts';
import { placeOf } from '../src/store/sqlite/names.ts';
import { createCommits, TENANT_KEY } from './ceilingWrites.ts';
import { type Query, queriesOf } from './queries.ts';

/**
 * The ceiling: the same requests over the same SQLite file with nothing in between: no token, no OData, no
 * validation, no error worth the name; queries are known beforehand. What Rollcall takes longer than this is what
 * Rollcall adds.
 *
 * Arguments: the database's path; how creates are committed: `group` or `each`; and for queries the seed and the number
 * of the devices.
 */

const [path, mode = 'group', seed, devices] = process.argv.slice(2);
if (path === undefined) throw new Error('ceiling.ts needs the path of a database');

const PAGE_OBJECTS = 100;
const FIRST_PLACE = placeOf(TENANT_KEY, 0);
const ID_LENGTH = 36;

/** As much page cache as Rollcall's own reader has: what is compared is what is done, not how much memory it gets. */
const CACHE_KIBIBYTES = 4 * 1024;

const database = new DatabaseSync(path, { readOnly: true });
database.exec(`pragma cache_size = -${CACHE_KIBIBYTES}`);
const one = database.prepare('select json from "device" where tenant = ? and id = ?');
one.setReturnArrays(true);
// A bare `limit ?` would have SQLite plan the statement anew each time.
const page = database.prepare(
  `select cast('{"value":[' || group_concat(json) || ']}' as blob) from (
    select json from "device" where place > ? order by place limit ? + 0)`,
);
page.setReturnArrays(true);
const known = devices === undefined ? [] : queriesOf(Number(seed), Number(devices));
const queries = new Map(known.map((query) => [query.path, prepared(query)]));

/** A query to one statement that makes the whole answer. */
function prepared({ reference }: Query): () => Uint8Array {
  if (!reference) return () => new Uint8Array(0);
  const { rows, count, values } = reference;
  const total = count === undefined ? "''" : `'"@odata.count":' || (${count}) || ','`;
  const statement = database.prepare(
    `select cast('{' || ${total} || '"value":[' || group_concat(json) || ']}' as blob) from (${rows})`,
  );
  statement.setReturnArrays(true);
  return () => {
    const [bytes] = statement.get(...values) as unknown as [Uint8Array];
    return bytes;
  };
}

/** A device of which nothing is known: what is served says so of each property. */
const NOTHING_SAID = Object.fromEntries(
  Object.keys(JSON.parse(String(database.prepare('select json from "device" limit 1').get()?.['json']))).map((name) => [
    name,
    null,
  ]),
);

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
    const body = JSON.parse(Buffer.concat(pieces).toString()) as {
      readonly deviceId: string;
      readonly displayName: string;
    };
    const id = timedGuid(systemRandom, Date.now());
    const createdDateTime = new Date().toISOString();
    const json = JSON.stringify({ ...NOTHING_SAID, ...body, id, createdDateTime });
    const { deviceId, displayName } = body;
    commits.insert({ id, deviceId, displayName, createdDateTime, json, done: () => answer(response, 201, json) });
  });
}

const server = createServer((request, response) => {
  const { url = '', method } = request;
  const query = queries.get(url);
  if (method === 'POST') create(request, response);
  else if (query) answer(response, 200, query());
  else if (url.length > ID_LENGTH) {
    const found = one.get(TENANT_KEY, url.slice(-ID_LENGTH)) as unknown as [string] | undefined;
    answer(response, found ? 200 : 404, found?.[0] ?? '');
  } else {
    const [bytes] = page.get(FIRST_PLACE, PAGE_OBJECTS) as unknown as [Uint8Array];
    answer(response, 200, bytes);
  }
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ceiling ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
