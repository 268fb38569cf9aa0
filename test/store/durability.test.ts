import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { placeOf, placesEnd } from '../../src/store/sqlite/names.ts';
import { makeFolder, type Program, removeFolder, startProgram } from '../support/process.ts';
import { deviceBody } from '../support/rollcall.ts';

/**
 * What was answered 2xx is there, however the program ends. (A killed process leaves the system's page cache behind,
 * so this shows that no answer comes before its commit, and not that the commit reached the disk.)
 */

const CREATES = 1_000;
const CONNECTIONS = 16;

type Answered = { readonly status: number; readonly id: string; readonly deviceId: string };

/** Sends the creates over a few connections; `onAnswer` hears of each answer. Those that fail are not answered. */
async function createMany(
  { port }: Program,
  token: string,
  onAnswer: (answered: Answered, count: number) => void,
): Promise<{ readonly answered: readonly Answered[]; readonly sent: ReadonlySet<string> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answered: Answered[] = [];
  const sent = new Set(Array.from({ length: CREATES }, () => randomUUID() as string));
  await Promise.allSettled(
    [...sent].map(async (deviceId) => {
      const { status, id } = await create(agent, port, token, deviceId);
      answered.push({ status, id, deviceId });
      onAnswer({ status, id, deviceId }, answered.length);
    }),
  );
  agent.destroy();
  return { answered, sent };
}

async function create(agent: Agent, port: number, token: string, deviceId: string) {
  const body = JSON.stringify(deviceBody({ deviceId }));
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sending = request(
      { agent, port, host: '127.0.0.1', method: 'POST', path: '/v1.0/devices', headers },
      resolve,
    );
    sending.on('error', reject).end(body);
  });
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += String(piece);
  const { id } = JSON.parse(text) as { readonly id: string };
  return { status: answer.statusCode ?? 0, id };
}

/** Every answered device is there, nothing is there that nobody sent, and the file and its journal are whole. */
async function checkDirectory(
  program: Program,
  token: string,
  answered: readonly Answered[],
  sent: ReadonlySet<string>,
) {
  const headers = { authorization: `Bearer ${token}` };
  for (let at = 0; at < answered.length; at += CONNECTIONS) {
    const some = answered.slice(at, at + CONNECTIONS);
    await Promise.all(
      some.map(async ({ id, deviceId }) => {
        const response = await fetch(`${program.origin}/v1.0/devices/${id}?$select=deviceId`, { headers });
        const found = (await response.json()) as { readonly deviceId?: string };
        assert.equal(found.deviceId, deviceId, `${id} was answered and is lost`);
      }),
    );
  }
  const database = new DatabaseSync(join(program.folder, 'directory.sqlite'), { readOnly: true });
  const all = (sql: string) => database.prepare(sql).all();
  assert.deepEqual(
    all('pragma integrity_check').map((row) => row['integrity_check']),
    ['ok'],
  );
  for (const { key, last_number } of all('select key, last_number from tenant')) {
    const [start, end] = [placeOf(Number(key), 0), placesEnd(Number(key))];
    const numbers = all(
      `select place - ${start} as number from journal where place between ${start} and ${end} order by place`,
    );
    assert.deepEqual(
      numbers.map((row) => row['number']),
      Array.from({ length: Number(last_number) }, (_, n) => n + 1),
    );
  }
  const stored = all(`select json ->> '$.deviceId' as it from device where json ->> '$.displayName' = 'Test device'`);
  const journaled = all(
    `select after ->> '$.deviceId' as it from journal where after ->> '$.displayName' = 'Test device'`,
  );
  database.close();
  for (const row of stored) assert.ok(sent.has(String(row['it'])));
  const texts = (rows: typeof stored) => rows.map((row) => String(row['it'])).toSorted();
  assert.deepEqual(texts(journaled), texts(stored));
}

function folderFor(t: TestContext): string {
  const folder = makeFolder();
  t.after(() => removeFolder(folder));
  return join(folder, 'data');
}

async function startOn(t: TestContext, folder: string): Promise<Program> {
  const program = await startProgram({ folder });
  t.after(() => program.dispose());
  return program;
}

test('kill -9 in the middle of a thousand creates: every one that was answered is there', async (t) => {
  const folder = folderFor(t);
  const first = await startOn(t, folder);
  const token = await first.tokenOf('intune.admin');
  const { answered, sent } = await createMany(first, token, (_, count) => {
    if (count === 300) void first.kill9();
  });
  assert.equal((await first.ended).signal, 'SIGKILL');
  t.diagnostic(`${answered.length} of ${CREATES} creates were answered`);
  assert.ok(answered.length >= 300 && answered.length < CREATES, 'the kill came in the middle');
  assert.ok(answered.every(({ status }) => status === 201));
  await checkDirectory(await startOn(t, folder), token, answered, sent);
});

test('SIGTERM in the middle of a thousand creates: every one that was answered is there, and the end is orderly', async (t) => {
  const folder = folderFor(t);
  const first = await startOn(t, folder);
  const token = await first.tokenOf('intune.admin');
  const { answered, sent } = await createMany(first, token, (_, count) => {
    if (count === 300) void first.stop();
  });
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  t.diagnostic(`${answered.length} of ${CREATES} creates were answered`);
  assert.ok(answered.length >= 300 && answered.length < CREATES, 'the signal came in the middle');
  assert.deepEqual([...new Set(answered.map(({ status }) => status))], [201]);
  await checkDirectory(await startOn(t, folder), token, answered, sent);
});

test('a request whose body is still on its way when SIGTERM comes is answered', async (t) => {
  const program = await startOn(t, folderFor(t));
  const token = await program.tokenOf('intune.admin');
  const body = JSON.stringify(deviceBody());
  const socket = connect(program.port, '127.0.0.1');
  let answer = '';
  const closed = new Promise<void>((resolve, reject) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('close', () => resolve()).on('error', reject);
  });
  const head = ['POST /v1.0/devices HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${token}`];
  socket.write(
    [...head, 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body.slice(0, 20)].join('\r\n'),
  );
  await fetch(`${program.origin}/health`);
  const ended = program.stop();
  await assert.doesNotReject(untilRefused(program));
  socket.write(body.slice(20));
  await closed;
  assert.match(answer, /^HTTP\/1\.1 201 Created\r\n/);
  assert.match(answer, /\r\nConnection: close\r\n/i);
  assert.deepEqual(await ended, { code: 0, signal: null });
});

/** Waits until the program takes no connection any more. */
async function untilRefused({ port }: Program): Promise<void> {
  for (;;) {
    const refused = await new Promise<boolean>((resolve) => {
      const probe = connect(port, '127.0.0.1');
      probe.on('connect', () => {
        probe.destroy();
        resolve(false);
      });
      probe.on('error', () => resolve(true));
    });
    if (refused) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
