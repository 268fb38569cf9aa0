import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * The least that issuing takes: each request has a fixed text signed by RS256, on a thread of its own, and is answered with both.
 * Nobody is asked who they are, and nothing is looked up.
 */

/** Bytes of the text that is signed: about what head and claims of a token have. */
const TEXT_BYTES = 900;

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const text = 'x'.repeat(TEXT_BYTES);
const bytes = Buffer.from(text);

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    sign('sha256', bytes, privateKey, (problem, signature) => {
      if (problem) throw problem;
      const body = JSON.stringify({ access_token: `${text}.${signature.toString('base64url')}` });
      response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
      response.end(body);
    });
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`signer ready http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
