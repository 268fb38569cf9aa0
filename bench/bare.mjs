import { createServer } from 'node:http';

/**
 * The bare server: what Node's own HTTP costs when there is nothing to do. Started with a port as its argument.
 * Plain JavaScript, so that its start doesn't pay for taking types out: Rollcall is compared with it compiled.
 */

/** Bytes of the fixed answer: about what one device has. */
const BODY_BYTES = 1100;

const shell = JSON.stringify({ id: '', value: '' });
const body = JSON.stringify({ id: '', value: 'x'.repeat(BODY_BYTES - shell.length) });
const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length)];

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`bare ready http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
