import { openCap } from './database.mjs';

/** CAP's own server over the database whose path is its argument, as in production, and open to everybody. */

const [path] = process.argv.slice(2);
const cds = openCap(path);
const server = await cds.server({ from: 'devices', port: 0 });
process.stdout.write(`cap ready http://127.0.0.1:${server.address().port}\n`);
process.on('SIGTERM', () => process.exit(0));
