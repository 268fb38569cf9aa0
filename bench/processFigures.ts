import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** What the operating system knows of a process. Only Linux tells it in this form; elsewhere it is unknown. */

const MICROSECONDS = 1e6;
const FIELD_USER = 13;
const FIELD_SYSTEM = 14;
const MACHINE_FIELDS = 8;

let ticks: number | undefined;

/** Microseconds of processor time that all threads of the process have used; undefined where it can't be known. */
export function processorTime(pid: number): number | undefined {
  const text = readProc(`${pid}/stat`);
  if (text === undefined) return undefined;
  // The name of the program stands in parentheses and may hold blanks.
  const fields = ['', '', ...text.slice(text.lastIndexOf(')') + 2).split(' ')];
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ((Number(fields[FIELD_USER]) + Number(fields[FIELD_SYSTEM])) / ticks) * MICROSECONDS;
}

/** Mebibytes of memory that the process holds (VmRSS). */
export function residentMebibytes(pid: number): number | undefined {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * The share of all cores, from 0 to 1, that was in use during a wait: while the bench itself rests, what others take
 * from it. Undefined where it can't be known.
 */
export async function machineBusy(milliseconds: number): Promise<number | undefined> {
  const before = machineTicks();
  await wait(milliseconds);
  const after = machineTicks();
  if (!before || !after) return undefined;
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function machineTicks(): { readonly all: number; readonly idle: number } | undefined {
  const line = /^cpu +(.*)$/m.exec(readProc('stat') ?? '')?.[1];
  if (line === undefined) return undefined;
  // user nice system idle iowait irq softirq steal; what follows is part of user.
  const ticks = line.split(' ').slice(0, MACHINE_FIELDS).map(Number);
  return { all: ticks.reduce((sum, tick) => sum + tick, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) };
}
