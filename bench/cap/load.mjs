import { deviceValues } from '../devices.ts';
import { openCap } from './database.mjs';

/**
 * Makes CAP's database and fills it with the same devices, through CAP itself. Arguments: the database's path, the
 * number of devices, the seed.
 */

const [path, count, seed] = process.argv.slice(2);
const DEVICES_PER_WRITE = 2_500;

/** What the requests filter by, with the key behind it, by which CAP orders pages. CAP makes no such index by itself. */
const INDEXED = ['operatingSystem', 'trustType', 'displayName'];

const cds = openCap(path);
const model = await cds.load('devices');
cds.model = cds.compile.for.nodejs(model);
await cds.deploy(model).to('db');
const db = await cds.connect.to('db');
for (const name of INDEXED) await db.run(`create index Device_${name} on Device (${name}, id)`);
for (let first = 0; first < Number(count); first += DEVICES_PER_WRITE) {
  const length = Math.min(DEVICES_PER_WRITE, Number(count) - first);
  const devices = Array.from({ length }, (_, index) => deviceValues(Number(seed), first + index));
  await db.run(cds.ql.INSERT.into('Device').entries(devices));
}
// SQLite's planner knows its indexes better so.
await db.run('analyze');
await db.disconnect();
