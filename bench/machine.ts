import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { median } from './figures.ts';
import type { Fact } from './report.ts';
import { DATA } from './site.ts';

/** What figures mean nothing without: the machine, the commit, the day. */

const GIBIBYTE = 2 ** 30;
const SYNCS = 200;
const SYNC_BYTES = 8192;

export function machineFacts(): readonly Fact[] {
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['commit', commit()],
    ['processor', `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`],
    ['memory', `${(totalmem() / GIBIBYTE).toFixed(0)} GiB`],
    ['system', `${type()} ${release()}`],
    ['disk', `${syncMilliseconds().toFixed(2)} ms for each fdatasync of ${SYNC_BYTES} bytes`],
    ['Node', process.version],
    ['SQLite', process.versions['sqlite'] ?? 'unknown'],
  ];
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', '../src') === '' ? '' : ', with changes to src/ on top';
    return `${git('rev-parse', '--short', 'HEAD')}${changed}`;
  } catch {
    return 'unknown: this is no git checkout';
  }
}

/** What a durable write costs on this disk, at least. */
function syncMilliseconds(): number {
  const path = join(DATA, 'sync');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(SYNC_BYTES);
  const times: number[] = [];
  for (let index = 0; index < SYNCS; index++) {
    const started = performance.now();
    writeSync(file, block, 0, SYNC_BYTES, index * SYNC_BYTES);
    fdatasyncSync(file);
    times.push(performance.now() - started);
  }
  closeSync(file);
  rmSync(path);
  return median(times);
}
